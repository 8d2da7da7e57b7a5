"""The one way in which the package says that something asked for does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 30  # allowed values written out in a message
LONGEST = 60  # characters of a value written out in a message


class CstolibError(ValueError):
    """An expected mistake, told in one message that says what to do."""

    def _render_traceback_(self) -> list[str]:
        # Jupyter asks an exception for its own traceback: an expected mistake needs only its sentence.
        return [f"{type(self).__name__}: {self}"]


def known(kind: str, value: object, allowed: Iterable[str]) -> str:
    """Give back a name that is one of the allowed names, or raise the error of :func:`unknown`.

    Examples
    --------
    >>> known("table", "states", ["membership", "states"])
    'states'
    """
    names = list(allowed)
    if not isinstance(value, str) or value not in names:
        raise unknown(kind, value, names)
    return value


def unknown(kind: str, value: object, allowed: Iterable[str]) -> CstolibError:
    """Build the error for a name that is not one of the allowed names.

    Parameters
    ----------
    kind : str
        What was asked for, such as ``"table"``.
    value : object
        The name that was given.
    allowed : iterable of str
        The names that exist.

    Returns
    -------
    CstolibError
        Names the value, the nearest valid choice and the allowed values (of very many, those most like it).

    Examples
    --------
    >>> print(unknown("table", "memberships", ["membership", "states"]))
    There is no table 'memberships'. Did you mean 'membership'? Allowed: membership, states.
    """
    names = sorted(allowed)
    near = _nearest(value, names, 1, likeness=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    shown = names
    if len(names) > MOST:
        shown = sorted(_nearest(value, names, MOST, likeness=0.3)) or names[:MOST]
    more = f" and {len(names) - len(shown)} more" if len(shown) < len(names) else ""
    return CstolibError(f"There is no {kind} {brief(value)}.{hint} Allowed: {', '.join(shown)}{more}.")


def brief(value: object) -> str:
    """Write a value as it is given, on one line; of a long one, the beginning.

    Examples
    --------
    >>> brief("1994")
    "'1994'"
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _nearest(value: object, names: list[str], most: int, likeness: float) -> list[str]:
    if not isinstance(value, str):
        return []
    written = {name.casefold(): name for name in names}
    return [written[text] for text in get_close_matches(value.casefold(), written, most, likeness)]
