"""Look for a word in every table."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

import pandas as pd

from cstolib.data import Table, package
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from collections.abc import Iterator

AROUND = 60  # characters shown on either side of what was found


def find(text: str) -> Table:
    """Look for a word, a name or a part of one in all tables.

    Parameters
    ----------
    text : str
        What to look for; capital letters do not matter.

    Returns
    -------
    Table
        One row per cell that holds it: `table`, `key` (of the row: ``cite(table, key)`` gives its sources),
        `column`, and `text` with some words around it. Empty when there is none; the caption then names the
        nearest name that the tables know.

    Examples
    --------
    >>> found = find("tashkent")
    >>> bool((found["table"] == "instruments").any())
    True
    >>> find("Tashkant").heading
    "Nothing found for 'Tashkant'. Did you mean 'Tashkent'?"
    """
    if not isinstance(text, str) or not text.strip():
        raise CstolibError(f"{text!r} is nothing to look for: write a word or a name, such as find('Osh').")
    rows = pd.DataFrame(_cells(text.strip()), columns=["table", "key", "column", "text"])
    if rows.empty:
        return Table(rows, f"Nothing found for {text!r}.{_suggestion(text.strip())}")
    places = rows["table"].nunique()
    caption = f"{text!r} stands in {len(rows)} cells of {places} table{'s' if places > 1 else ''}"
    return Table(rows, caption, "cite(table, key) gives the sources of a row.")


def _cells(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Go through all tables: name, key, column and excerpt of each cell that holds the text."""
    pattern = re.compile(re.escape(text), re.IGNORECASE)
    for name in sorted(package().resources):
        cells, keys = package().raw(name), package().keys(name)
        geometry = {field["name"] for field in package().fields(name) if field["type"] == "geojson"}
        for column in cells.columns.drop(list(geometry)):
            for row in cells.index[cells[column].str.contains(pattern)]:
                yield name, keys[row], str(column), _excerpt(cells.loc[row, column], pattern)


def _excerpt(cell: str, pattern: re.Pattern[str]) -> str:
    match = pattern.search(cell)
    assert match is not None
    start, end = max(match.start() - AROUND, 0), match.end() + AROUND
    return f"{'…' if start else ''}{cell[start:end]}{'…' if end < len(cell) else ''}"


def _suggestion(text: str) -> str:
    """Name the nearest name, spelling or term that the tables hold."""
    tables = package()
    known = {
        *tables.raw("aliases")["alias"],
        *tables.raw("states")["name"],
        *tables.raw("people")["name"],
        *tables.raw("glossary")["term"],
        *tables.raw("instruments")["place"],
    }
    near = get_close_matches(text, sorted(known), n=1, cutoff=0.6)
    return f" Did you mean {near[0]!r}?" if near else ""
