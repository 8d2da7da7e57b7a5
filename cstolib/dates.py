"""Days, months and years as one says them."""

from __future__ import annotations

import datetime
import re

from cstolib.errors import CstolibError, brief

# Not calendar.month_name, which follows the machine's language.
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def date_in_words(date: str) -> str:
    """Write an ISO day, month or year as one says it.

    Parameters
    ----------
    date : str
        ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``.

    Returns
    -------
    str
        The date in words.

    Examples
    --------
    >>> date_in_words("1992-05-15"), date_in_words("1992-05"), date_in_words("1992")
    ('15 May 1992', 'May 1992', '1992')
    >>> date_in_words("15.5.1992")
    Traceback (most recent call last):
    cstolib.errors.CstolibError: '15.5.1992' is not a date: write YYYY-MM-DD, YYYY-MM or YYYY.
    """
    match = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", date) if isinstance(date, str) else None
    try:
        if match is None:
            raise ValueError
        year, month, day = match.groups()
        datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise CstolibError(f"{brief(date)} is not a date: write YYYY-MM-DD, YYYY-MM or YYYY.") from None
    words = [str(int(day))] if day else []
    return " ".join([*words, *([MONTHS[int(month) - 1]] if month else []), year])


def as_known(date: str, precision: str) -> str:
    """Write an ISO day no more exactly than it is known.

    Parameters
    ----------
    date : str
        ``YYYY-MM-DD``.
    precision : str
        ``day``, ``month`` or ``year``; anything else counts as ``day``.

    Returns
    -------
    str
        ``YYYY-MM-DD``, ``YYYY-MM`` or ``YYYY``.

    Examples
    --------
    >>> as_known("1992-05-01", "month")
    '1992-05'
    """
    return date[: {"year": 4, "month": 7}.get(precision, 10)]
