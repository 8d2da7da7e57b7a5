"""The running text of the tables as a reader expects it: days in words, names instead of codes and ids."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from cstolib.citations import cite
from cstolib.data import load, package
from cstolib.dates import MONTHS, date_in_words
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from cstolib.data import Package

QUOTED = re.compile(r"(“[^”]*”)")
DAY = re.compile(r"(?<![\w/.-])(\d{4}-\d\d-\d\d)(?![\w-])")
MONTH = re.compile(r"(?<![\w/.-])((?:19[89]|20[0-4])\d-(?:0[1-9]|1[0-2]))(?![\w-])")
SHORT = re.compile(r"(?<![\w/.-])(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?![\w-])")
COLUMN = re.compile(r"(?<![\w`])[a-z]+(?:_[a-z]+)+(?![\w`])")
CODES = re.compile(r"(?<![\w-])[A-Z]{3}(?:[ ;][A-Z]{3})*(?![\w-])")
SLUG = re.compile(r"(?<![\w/.-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w/-])")


def plain(text: str) -> str:
    """Write days in words, and states, crises and documents by name; what is quoted stays as it is.

    Parameters
    ----------
    text : str
        A cell of a table: a summary, a note, a paraphrase.

    Returns
    -------
    str
        The same, to be read.

    Examples
    --------
    >>> plain("Drills of 2021-10-18 to 10-23, see tajik-afghan-2021; KAZ said “no, 01-05”.")
    'Drills of 18 October 2021 to 23 October, see Tajik-Afghan border 2021; Kazakhstan said “no, 01-05”.'
    """
    pieces = QUOTED.split(text)
    return "".join(piece if place % 2 else _plain(piece) for place, piece in enumerate(pieces))


def _plain(text: str) -> str:
    names = _names(package())
    text = SLUG.sub(lambda found: names.get(found[0], found[0]), text)
    text = CODES.sub(_states, text)
    text = MONTH.sub(_dated, DAY.sub(_dated, text))
    text = SHORT.sub(lambda found: f"{int(found[2])} {MONTHS[int(found[1]) - 1]}", text)
    text = text.replace("not_coded", "“nothing found”")
    text = COLUMN.sub(lambda found: f"“{found[0].replace('_', ' ')}”", text)
    return text.replace("MID level", "Hostility level")


def _states(found: re.Match[str]) -> str:
    codes, names = re.split("[ ;]", found[0]), _names(package())
    return ", ".join(names[code] for code in codes) if set(codes) <= set(names) else found[0]


def _dated(found: re.Match[str]) -> str:
    try:
        return date_in_words(found[0])
    except CstolibError:
        return found[0]


@lru_cache(maxsize=1)
def _names(tables: Package) -> dict[str, str]:
    """Give the words for every id that a text may hold."""
    states, crises, events = (tables.raw(name) for name in ("states", "crises", "timeline"))
    names = {reference.source["source_id"]: reference.short() for reference in cite(load("sources"))}
    names |= dict(zip(states["iso3"], states["name"], strict=True))
    names |= dict(zip(crises["crisis_id"], crises["name"], strict=True))
    names |= {key: f"“{step}”" for key, step in zip(events["event_id"], events["headline"], strict=True)}
    for row in tables.raw("responses").to_dict("records"):
        names[row["response_id"]] = f"the act of the {row['body'].partition(';')[0]}"
    return names
