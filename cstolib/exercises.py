"""Answering back: ``check`` an answer, ask for a ``hint``, see the worked ``solution``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Literal

from cstolib import bank, journal
from cstolib.answers import KINDS, AnswerError, Status, Verdict, compare, normalise
from cstolib.errors import CstolibError, brief, known

if TYPE_CHECKING:
    from cstolib.bank import Exercise, Key

# A sign and words: colour alone never carries the verdict.
WORDS: dict[Status | Literal["saved", "not saved", "read"], tuple[str, str]] = {
    "not attempted": ("\u25cb", "Not attempted"),
    "wrong": ("\u2717", "Not right yet"),
    "partly": ("\u25d0", "Partly right"),
    "right": ("\u2713", "Right"),
    "saved": ("\u2022", "Saved"),
    "not saved": ("\u2022", "Answered, but not saved"),
    "read": ("\u2022", "Your answer can be read"),
}
SITTINGS = ("before", "after")
LONGEST = 100  # characters of an answer that are shown with its verdict
_hints_given: dict[str, int] = {}


@dataclass(frozen=True)
class Feedback:
    """What is said about an answer; shows itself as text or HTML.

    ``status`` is ``"not attempted"``, ``"wrong"``, ``"partly"`` or ``"right"`` (in the course test
    ``"saved"`` or ``"not saved"``, in an assignment ``"read"``), ``share`` the part of the answer that is
    right (0 to 1), ``misconception`` the name of the recognised mistake, if any, ``given`` the answer that
    was judged, in short: a cell that was not run again may hold an older one.
    """

    id: str
    status: Status | Literal["saved", "not saved", "read"]
    share: float
    message: str
    points: float
    next: str
    misconception: str = ""
    readable: bool = True
    note: str = ""
    given: str = ""

    @property
    def heading(self) -> str:
        """The verdict in words, with its sign and the points."""
        sign, words = WORDS[self.status]
        earned = f"{round(self.share * self.points, 1):g} of {self.points:g}"
        unit = "point" if self.points == 1 else "points"
        return f"{sign} {words} \u00b7 {earned} {unit}" if self.points else f"{sign} {words}"

    def _paragraphs(self) -> list[str]:
        given = f"Your answer: {self.given}" if self.given else ""
        return [text for text in (given, self.message, self.next, self.note) if text]

    def __repr__(self) -> str:
        return "\n".join([self.heading, *self._paragraphs()])

    def _repr_html_(self) -> str:
        return box(self.heading, self._paragraphs(), label=f"Feedback on {self.id}", role="status")


@dataclass(frozen=True)
class Help:
    """A hint or a worked solution; shows itself as text or HTML."""

    heading: str
    paragraphs: tuple[str, ...]
    code: str = ""

    def __repr__(self) -> str:
        return "\n".join([self.heading, *([self.code] if self.code else []), *self.paragraphs])

    def _repr_html_(self) -> str:
        return box(self.heading, self.paragraphs, label=self.heading, code=self.code)


def box(heading: str, paragraphs: Any, label: str, role: str = "group", code: str = "") -> str:
    """Write a message as HTML in the colours of the page: a bar at its side, no script."""
    body = "".join(f'<p style="margin:0.3em 0">{inline(text)}</p>' for text in paragraphs)
    if code:
        body = f'<pre style="margin:0.3em 0;white-space:pre-wrap"><code>{escape(code)}</code></pre>{body}'
    return (
        f'<div role="{role}" aria-label="{escape(label)}" style="border-left:4px solid currentColor;'
        f'padding:0.2em 0 0.2em 0.8em;margin:0.4em 0;max-width:46em">'
        f'<p style="margin:0.3em 0"><strong>{escape(heading)}</strong></p>{body}</div>'
    )


def inline(text: str) -> str:
    """Write a sentence as HTML: what is bold, emphasised or code in it, and nothing else.

    Examples
    --------
    >>> inline("**No**: *Treaty* is not `spells()` < 2 * 3 * 4")
    '<strong>No</strong>: <em>Treaty</em> is not <code>spells()</code> &lt; 2 * 3 * 4'
    """
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if at % 2 else _stressed(part) for at, part in enumerate(parts)
    )


def _stressed(text: str) -> str:
    text = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"<strong>\1</strong>", escape(text))
    return re.sub(r"\*(?=\S)([^*]+?)(?<=\S)\*", r"<em>\1</em>", text)


def check(id: str, answer: object, confidence: float | None = None) -> Feedback:
    """Check an answer.

    Parameters
    ----------
    id : str
        The exercise, such as ``"l01-e1"``.
    answer : object
        Your answer.
    confidence : float, optional
        How sure you are that it is right: a probability from 0 to 1. Your first answer to each exercise
        counts for :func:`cstolib.calibration`.

    Returns
    -------
    Feedback
        The verdict in words, why a foreseeable wrong answer is wrong, and what to do next. An answer that
        cannot be read is told in a sentence as well; only an unknown id or an impossible probability is an
        error.

    Examples
    --------
    >>> check("l01-e1", ...).status
    'not attempted'
    >>> check("l01-e11", 9)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no exercise 'l01-e11'. Did you mean 'l01-e1'? ...
    """
    return record(id, answer, confidence)


def record(id: str, answer: object, confidence: float | None = None, sitting: str | None = None) -> Feedback:
    """Judge an answer and store the verdict; :func:`check` and the panels both end here.

    Parameters
    ----------
    id : str
        The exercise.
    answer : object
        The answer.
    confidence : float, optional
        Probability, from 0 to 1, that it is right.
    sitting : {"before", "after"}, optional
        The course test: the verdict is stored and not told.

    Returns
    -------
    Feedback
    """
    if sitting is not None:
        known("sitting", sitting, SITTINGS)
    exercise = bank.exercise(id)
    if exercise.kind not in KINDS:
        why = "graded" if exercise.graded else exercise.kind
        raise CstolibError(_NO_CHECK[why].format(id=exercise.id))
    stated = probability(confidence)
    feedback = judge(exercise, bank.open_key(exercise), answer)
    note = journal.append(
        "check",
        exercise.id,
        status=feedback.status if feedback.readable else "unreadable",
        share=round(feedback.share, 4),
        misconception=feedback.misconception or None,
        confidence=stated,
        sitting=sitting,
    )
    if sitting and feedback.readable and feedback.status != "not attempted":
        kept: Literal["saved", "not saved"] = "saved" if journal.is_written() else "not saved"
        feedback = Feedback(exercise.id, kept, 0.0, "What was right is told after the course.", 0.0, "")
    return replace(feedback, note=note)


def judge(exercise: Exercise, key: Key, answer: object) -> Feedback:
    """Judge an answer without storing anything: a pure function of its arguments."""
    kind = exercise.kind
    if exercise.graded and key.answer is None and callable(answer):  # judged by what it gives, later
        return _only_read(exercise, key, "a function")
    try:
        given = normalise(kind, answer)
        if given is not None and kind == "choice" and given not in exercise.options:
            raise AnswerError(f"{brief(answer)} is not one of the options: {', '.join(exercise.options)}.")
        if exercise.graded and key.answer is None and given is not None:
            return _only_read(exercise, key, in_short(given, answer))
        blank = Verdict("not attempted", 0.0)
        verdict = blank if given is None else compare(kind, given, key.answer, exercise.tolerance)
    except AnswerError as error:
        message = f"This answer cannot be read. {error}"
        again = "Change the answer and run the cell again."
        return Feedback(exercise.id, "wrong", 0.0, message, exercise.points, again, readable=False)
    mistake = recognise(exercise, key, given) if verdict.status in ("wrong", "partly") else {}
    return Feedback(
        exercise.id,
        verdict.status,
        verdict.share,
        _message(exercise, key, verdict, mistake),
        exercise.points,
        _next(exercise, key, verdict),
        misconception=mistake.get("misconception", ""),
        given="" if given is None or exercise.widget else in_short(given, answer),
    )


def _only_read(exercise: Exercise, key: Key, given: str) -> Feedback:
    message = "What is right is with your teacher; you will know when it has been graded."
    more = f'For a hint: hint("{exercise.id}").' if key.hints else ""
    return Feedback(exercise.id, "read", 0.0, message, 0.0, more, given=given)


def in_short(given: Any, answer: object) -> str:
    """Write a normalised answer on one line, its texts as the learner spelt them.

    Examples
    --------
    >>> in_short(["arm", "kaz"], {"KAZ", "ARM"})
    'ARM, KAZ'
    >>> in_short({"columns": ["iso3", "n"], "rows": [["arm", 1]]}, ...)
    'a table of iso3, n with 1 row'
    """
    if isinstance(given, dict):
        rows = len(given["rows"])
        text = f"a table of {', '.join(given['columns'])} with {rows} {'row' if rows == 1 else 'rows'}"
    else:
        written = answer if isinstance(given, list) and isinstance(answer, Iterable) else [answer]
        spelt = {normalise("choice", text): text.strip() for text in written if isinstance(text, str)}
        items = given if isinstance(given, list) else [given]
        text = ", ".join(str(spelt.get(item, item)) for item in items)
    return shorten(text, LONGEST, placeholder=" \u2026")


def recognise(exercise: Exercise, key: Key, given: object) -> dict[str, Any]:
    """Find the foreseen wrong answer that this one is, if any."""
    for tolerance in (None, exercise.tolerance):  # the exact one first, then one that is near enough
        for wrong in key.wrong_answers:
            if compare(exercise.kind, given, wrong["answer"], tolerance).status == "right":
                return wrong
    return {}


def _message(exercise: Exercise, key: Key, verdict: Verdict, mistake: dict[str, Any]) -> str:
    if verdict.status == "not attempted":
        if exercise.widget:
            return "Choose an option first."
        return f"Write your answer in place of the three dots, as {exercise.variable} = ..."
    if verdict.status == "right":
        return key.explanation
    if mistake:
        return str(mistake["message"])
    if verdict.status == "partly":
        return key.partly or "Some of it is right, and something is missing or does not belong."
    return "This is not the answer. Read the question once more and look at how you got here."


def _next(exercise: Exercise, key: Key, verdict: Verdict) -> str:
    if verdict.status == "right":
        return "" if exercise.widget else f'Compare with the worked solution: solution("{exercise.id}").'
    if not key.hints:
        return ""
    return f'For a hint: hint("{exercise.id}").'


_NO_CHECK = {
    "prediction": '{id} is a prediction: save it with predict("{id}", ...), then run reveal("{id}").',
    "written": '{id} is a written task and has no automatic check. Compare with solution("{id}").',
    "graded": "{id} is a written task and has no automatic check: your teacher reads it.",
}


def probability(confidence: object) -> float | None:
    """Read a stated probability.

    Examples
    --------
    >>> probability(0.7)
    0.7
    >>> probability(70)
    Traceback (most recent call last):
    cstolib.errors.CstolibError: confidence is a probability from 0 to 1, not 70: for 70 % write 0.7.
    """
    if confidence is None:
        return None
    try:
        value = normalise("number", confidence)
    except AnswerError:
        value = None
    if value is not None and 0 <= value <= 1:
        return float(value)
    percent = (
        f"for {value:g} % write {value / 100:g}"
        if value is not None and 1 < value <= 100
        else "write 0.7, say"
    )
    raise CstolibError(f"confidence is a probability from 0 to 1, not {confidence!r}: {percent}.")


def hint(id: str) -> Help:
    """Give the next hint for an exercise: three steps, then where the worked solution is.

    Parameters
    ----------
    id : str
        The exercise, such as ``"l01-e1"``.

    Returns
    -------
    Help

    Examples
    --------
    >>> hint("l01-e1").heading
    'Hint 1 of 3'
    """
    exercise = bank.exercise(id)
    hints = bank.open_key(exercise).hints
    if not hints:
        advice = "Commit to your best guess; how good it was, the reveal will show."
        if exercise.kind != "prediction":
            then = "your teacher" if exercise.graded else f'solution("{exercise.id}")'
            advice = f"Decide for yourself first; then {then} explains."
        return Help(f"There are no hints for {exercise.id}", (advice,))
    step = _hints_given.get(exercise.id, 0)
    if step >= len(hints):
        where = "with your teacher" if exercise.graded else f'behind solution("{exercise.id}")'
        return Help("That was the last hint", (f"The worked solution is {where}.",))
    _hints_given[exercise.id] = step + 1
    note = journal.append("hint", exercise.id, step=step + 1)
    again = f'hint("{exercise.id}") gives the next one.' if step + 1 < len(hints) else ""
    lines = tuple(text for text in (hints[step], again, note) if text)
    return Help(f"Hint {step + 1} of {len(hints)}", lines)


def solution(id: str) -> Help:
    """Show the worked solution of an exercise and why it is right.

    Parameters
    ----------
    id : str
        The exercise, such as ``"l01-e1"``.

    Returns
    -------
    Help

    Examples
    --------
    >>> solution("l01-e1").heading
    'Worked solution of l01-e1'
    """
    exercise = bank.exercise(id)
    if exercise.kind == "prediction":
        raise CstolibError(_NO_CHECK["prediction"].format(id=exercise.id))
    if exercise.graded:
        raise CstolibError(f"{exercise.id} is graded: its solution is with your teacher.")
    key = bank.open_key(exercise)
    note = journal.append("solution", exercise.id)
    if exercise.kind == "written":
        paragraphs = tuple(text for text in (*key.solution.split("\n\n"), note) if text)
        return Help(f"A model answer for {exercise.id}", paragraphs)
    heading = f"Worked solution of {exercise.id}"
    return Help(heading, tuple(text for text in (key.explanation, note) if text), key.solution)
