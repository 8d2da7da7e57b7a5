"""What an answer may look like, and whether it is right: pure functions, no input or output.

The live check and the grader use the same two functions. :func:`normalise` turns what a learner wrote
(Python, pandas or NumPy values) into a small form that JSON can carry; :func:`compare` judges it.

Rules for every kind of answer:

- ``...``, ``None``, an empty string and anything of length zero are *not attempted*.
- Capital letters and blanks around a text never matter.
- A calculation that ended in a missing value (NaN, NA, NaT) is not an answer: it is refused with a sentence.
- Numbers are kept to twelve significant digits, so that the last bits of a sum never decide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cstolib.errors import CstolibError, known
from cstolib.forms import READERS, AnswerError, token

__all__ = [
    "BLANK_TEXT",
    "KINDS",
    "AnswerError",
    "Status",
    "Verdict",
    "attempted",
    "compare",
    "digest",
    "normalise",
]

BLANK_TEXT = "*Write your answer here: double-click this text, replace it, then press Shift and Enter.*"

Status = Literal["not attempted", "wrong", "partly", "right"]


@dataclass(frozen=True)
class Verdict:
    """A judgement: its status, and which share of the answer (0 to 1) is right."""

    status: Status
    share: float


def attempted(answer: object) -> bool:
    """Say whether there is an answer at all.

    Examples
    --------
    >>> [attempted(value) for value in (..., None, "  ", [], 0, {"ARM"})]
    [False, False, False, False, True, True]
    """
    if answer is None or answer is ...:
        return False
    if isinstance(answer, str):
        return bool(answer.strip())
    try:
        return len(answer) > 0  # type: ignore[arg-type]
    except TypeError:
        return True


def normalise(kind: str, answer: object) -> Any:
    """Turn an answer into the one form in which answers of its kind are compared and stored.

    Parameters
    ----------
    kind : str
        ``choice`` (the key of an option), ``number``, ``date``, ``set`` (the order does not matter),
        ``order`` (it does) or ``table``.
    answer : object
        What the learner wrote. Numbers may be Python or NumPy numbers, a pandas object that holds one
        value, or a text that holds one plain number; ``True`` and ``False`` are not numbers. Dates may be
        date objects, pandas or NumPy time stamps, ``"1992-05-15"`` or ``"15 May 1992"``. Sets and orders
        may be lists, tuples, pandas or NumPy columns. Tables may be DataFrames, lists of records or
        mappings of columns; named index levels count as columns, an unnamed index is left out.

    Returns
    -------
    object
        ``None`` when nothing was attempted, otherwise text, a number, a list, or for a table a mapping with
        ``columns`` and ``rows``; all of it fit for JSON. Normalising twice changes nothing.

    Raises
    ------
    AnswerError
        When the answer has the wrong form.

    Examples
    --------
    >>> normalise("date", "15 May 1992")
    '1992-05-15'
    >>> normalise("set", ["KAZ", "arm ", "KAZ"])
    ['arm', 'kaz']
    >>> normalise("number", [1, 2])
    Traceback (most recent call last):
    cstolib.forms.AnswerError: A number is needed here, and this is a list with 2 values.
    """
    read = READERS[known("kind of answer", kind, READERS)]
    try:
        return read(answer) if attempted(answer) else None
    except AnswerError:
        raise
    except Exception:  # an object may do anything when it is asked for its length or its values
        what = type(answer).__name__
        raise AnswerError(f"This answer, of type {what}, cannot be read as a {kind}.") from None


def compare(kind: str, answer: object, expected: object, tolerance: float | None = None) -> Verdict:
    """Judge an answer against the right one.

    Part of a set, an order or a table can be right:

    - set: right items minus items that do not belong, as a share of the expected items (never below 0);
    - order: how much better than chance the items that belong are ordered (Kendall's tau, never below 0),
      times the share of items that belong; one item out of place costs little, a random order earns nothing;
    - table: the share of cells that are right, counted over the larger of the two tables. Rows are matched
      by the first expected column when its values differ, which then names the rows and earns nothing by
      itself; otherwise by position. The order of columns never matters.

    Parameters
    ----------
    kind : str
        Kind of answer, see :func:`normalise`.
    answer, expected : object
        The answer and the right answer, as written or normalised.
    tolerance : float, optional
        How far a number, or a number in a table, may be off and still be right. Default 0.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> compare("number", "61", 60, tolerance=1)
    Verdict(status='right', share=1.0)
    >>> compare("set", {"ARM", "KAZ", "GEO"}, {"ARM", "KAZ", "KGZ", "RUS"})
    Verdict(status='partly', share=0.25)
    >>> compare("choice", ..., "b")
    Verdict(status='not attempted', share=0.0)
    """
    given, right = normalise(kind, answer), normalise(kind, expected)
    if right is None:
        raise CstolibError("The right answer of this exercise is empty; nothing can be compared with it.")
    if given is None:
        return Verdict("not attempted", 0.0)
    share = _SHARES[kind](given, right, tolerance or 0.0)
    if share >= 1:
        return Verdict("right", 1.0)
    return Verdict("partly", share) if share > 0 else Verdict("wrong", 0.0)


def digest(kind: str, answer: object) -> str:
    """Fingerprint of a normalised answer (SHA-256, hexadecimal).

    The numbers of a prediction, which are not compared, are taken as they are.

    Examples
    --------
    >>> digest("set", ["KAZ", "ARM"]) == digest("set", {"arm", "kaz"})
    True
    """
    value = normalise(kind, answer) if kind in READERS else answer
    return hashlib.sha256(token(value).encode()).hexdigest()


def _same(given: Any, right: Any, tolerance: float) -> bool:
    numbers = (int, float)
    if type(given) in numbers and type(right) in numbers:
        return bool(abs(given - right) <= tolerance + 1e-9 * max(1.0, abs(right)))
    same: bool = token(given) == token(right)
    return same


def _share_single(given: Any, right: Any, tolerance: float) -> float:
    return float(_same(given, right, tolerance))


def _share_set(given: list[Any], right: list[Any], _: float) -> float:
    mine, theirs = {token(item) for item in given}, {token(item) for item in right}
    return max(0.0, (len(mine & theirs) - len(mine - theirs)) / len(theirs))


def _share_order(given: list[Any], right: list[Any], _: float) -> float:
    place = {token(item): position for position, item in enumerate(given)}
    common = [text for text in map(token, right) if text in place]
    belonging = len(common) / (len(right) + len(given) - len(common))
    pairs = [(first, second) for position, first in enumerate(common) for second in common[position + 1 :]]
    if not pairs:  # one item alone shows an order only where one is all there is
        return belonging if len(right) == 1 else 0.0
    kept = sum(place[first] < place[second] for first, second in pairs)
    return max(0.0, 2 * kept / len(pairs) - 1) * belonging


def _share_table(given: dict[str, Any], right: dict[str, Any], tolerance: float) -> float:
    names: list[str] = right["columns"]
    mine = [dict(zip(given["columns"], row, strict=True)) for row in given["rows"]]
    theirs = [dict(zip(names, row, strict=True)) for row in right["rows"]]
    keys = [token(row[names[0]]) for row in theirs]
    asked = set(names)
    if len(set(keys)) == len(keys) and names[0] in given["columns"]:
        found = {token(row[names[0]]): row for row in reversed(mine)}
        matched = [(row, found.get(key)) for row, key in zip(theirs, keys, strict=True)]
        if len(names) > 1:
            asked.remove(names[0])
    else:
        matched = [(row, mine[place] if place < len(mine) else None) for place, row in enumerate(theirs)]
    shared = asked & set(given["columns"])
    hits = sum(_same(own[name], row[name], tolerance) for row, own in matched if own for name in shared)
    width = len(asked | set(given["columns"]) - set(names))
    return hits / (width * max(len(mine), len(theirs)))


_SHARES: dict[str, Callable[[Any, Any, float], float]] = {
    "choice": _share_single,
    "date": _share_single,
    "number": _share_single,
    "order": _share_order,
    "set": _share_set,
    "table": _share_table,
}
KINDS = tuple(READERS)
