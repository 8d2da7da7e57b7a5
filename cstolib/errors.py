"""The one way in which the package says that something asked for does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MOST = 20  # allowed values written out in a message


class CstolibError(ValueError):
    """An expected mistake, told in one message that says what to do."""

    def _render_traceback_(self) -> list[str]:
        # Jupyter asks an exception for its own traceback: an expected mistake needs only its sentence.
        return [f"{type(self).__name__}: {self}"]


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
        Names the value, the nearest valid choice and the allowed values (of many, the first).

    Examples
    --------
    >>> print(unknown("table", "memberships", ["membership", "states"]))
    There is no table 'memberships'. Did you mean 'membership'? Allowed: membership, states.
    """
    names = sorted(allowed)
    near = get_close_matches(str(value), names, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    return CstolibError(f"There is no {kind} {value!r}.{hint} Allowed: {', '.join(names[:MOST])}{more}.")
