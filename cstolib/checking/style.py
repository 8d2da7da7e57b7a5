"""The words this course does not use in its own voice, in one place.

Phrases in quotation marks are exempt: they are somebody's words, and the sentence around them says whose.
"""

from __future__ import annotations

import re

# Whole words, in any case: loaded for one side, or one side's own term. Say plainly what happened instead.
AVOIDED = (
    "special military operation",
    "near abroad",
    "backyard",
    "Russian NATO",
    "zombie",
    "satellite state",
    "satellite states",
    "puppet",
    "separatist",
    "separatists",
    "reunification",
    "liberated",
    "buffer zone",
    "Kirghizia",
    "ancient hatreds",
    "provocation",
    "Turkey",
)

# Right in some sentences and wrong in others: listed for the reader's eye, never failing.
REVIEWED = (
    "aggression",
    "terrorist",
    "terrorists",
    "coup",
    "occupied",
    "peacekeeper",
    "peacekeepers",
    "invader",
    "invaders",
    "return",
    "Ukraine crisis",
    "Ukrainian crisis",
    "crisis in Ukraine",
    "Artsakh",
    "(?<!Nagorno-)Karabakh",
)

_QUOTED = re.compile(r"\"[^\"]*\"|“[^”]*”|«[^»]*»")


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b", re.IGNORECASE)


_AVOIDED, _REVIEWED = _pattern(AVOIDED), _pattern(REVIEWED)


def avoided(text: str) -> list[str]:
    """List the words of a prose text, outside quotation marks, that this course does not use itself.

    Examples
    --------
    >>> avoided('He called it the "near abroad", our backyard.')
    ['backyard']
    """
    return _AVOIDED.findall(_QUOTED.sub("", text))


def reviewed(text: str) -> list[str]:
    """List the words of a prose text, outside quotation marks, that a person should look at.

    Examples
    --------
    >>> reviewed("Nagorno-Karabakh, later Karabakh")
    ['Karabakh']
    """
    return _REVIEWED.findall(_QUOTED.sub("", text))
