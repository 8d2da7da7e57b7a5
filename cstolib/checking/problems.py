"""What a rule over the tables needs: rows with their lines, items of list cells, and a problem to tell."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from cstolib.citations import parse_sources
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cstolib.data import Package

# How many characters of an ISO date are known.
_KNOWN = {"year": 4, "month": 7}


@dataclass(frozen=True)
class Problem:
    """One cell that breaks one rule."""

    file: str
    line: int
    column: str
    value: str
    rule: str
    nearest: str = ""

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.rule}"
        hint = f" Nearest valid value: {self.nearest!r}." if self.nearest else ""
        return f"{self.file}, line {self.line}, column {self.column}: {self.value!r} - {self.rule}.{hint}"


def rows(source: Package, *names: str) -> Iterator[tuple[str, dict[str, str], int]]:
    """Go through the rows of some tables, or of all: table, cells as written, line in the file.

    A table that the package does not have has no rows.
    """
    for name in names or source.resources:
        if name in source.resources:
            for line, row in enumerate(source.raw(name).to_dict("records"), start=2):
                yield name, {str(column): str(value) for column, value in row.items()}, line


def missing(source: Package, name: str) -> list[str]:
    """List the codes that stand for a missing value in a table."""
    return list(source.resource(name)["schema"]["missingValues"])


def items(column: str, cell: str, codes: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Split a list cell into items, each with the columns that it covers."""
    if cell in codes:
        return []
    if column != "sources":
        return [(item, ()) for item in cell.split(";")]
    try:
        return [(item.source_id, item.columns) for item in parse_sources(cell)]
    except CstolibError:  # told by the pattern of the column already
        return []


def nearest(value: Any, allowed: Iterable[str]) -> str:
    """Find the valid value that looks most like the one given, if any does."""
    return next(iter(get_close_matches(str(value), list(allowed), n=1, cutoff=0.5)), "")


def as_known(row: dict[str, str], column: str) -> str:
    """Write a date no more exactly than its precision says."""
    return row[column][: _KNOWN.get(row.get(f"{column}_precision", ""), 10)]


def later(first: str, second: str) -> bool:
    """Tell whether one date is surely later than another; both written as exactly as they are known.

    Examples
    --------
    >>> later("2010-06-12", "2010-06"), later("2010-07", "2010-06-12")
    (False, True)
    """
    known = min(len(first), len(second))
    return first[:known] > second[:known]
