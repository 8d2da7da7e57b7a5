"""The tables, read by name.

Everything said about a table (its meaning, types, allowed values, licence, warnings) is written once, in
``tables/datapackage.json``; this module reads it from there.
"""

from __future__ import annotations

import json
from functools import cached_property, lru_cache
from html import escape
from inspect import cleandoc
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from cstolib.errors import known
from cstolib.html import html_table

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent / "tables"

# How pandas reads each type of column; every other type is text, dates among them at first.
_DTYPES = {"integer": "Int64", "number": "Float64", "boolean": "boolean"}


class Table(pd.DataFrame):
    """A DataFrame that shows its caption and its notes.

    Whatever you select or compute from it shows where it comes from, without the notes.

    Parameters
    ----------
    data : pandas.DataFrame
        The rows.
    caption : str, optional
        What the table is, in one line.
    note : str, optional
        What a reader should know before using it; blank lines separate paragraphs.
    doc : str, optional
        The text that ``help`` shows.
    source_ids : tuple of str, optional
        Documents behind every row, for open data whose rows do not name their own.
    """

    _metadata = ["origin", "source_ids"]  # noqa: RUF012 - pandas' own name and form: what a result takes over

    origin: str = ""
    source_ids: tuple[str, ...] = ()
    caption: str = ""
    note_text: str = ""

    def __init__(
        self,
        data: pd.DataFrame,
        caption: str = "",
        note: str = "",
        doc: str | None = None,
        source_ids: tuple[str, ...] = (),
    ) -> None:
        super().__init__(data)  # type: ignore[call-arg]  # the stubs know only __new__
        self.source_ids = source_ids
        self.origin = caption
        self.caption = caption
        self.note_text = note
        self.__doc__ = doc or f"{caption}\n\n{note}".strip()

    @property
    def _constructor(self) -> Callable[..., Table]:
        return lambda *args, **kwargs: Table(pd.DataFrame(*args, **kwargs))

    @property
    def heading(self) -> str:
        """The caption, or for a selection or a result the caption of the table it comes from."""
        return self.caption or (f"From: {self.origin}" if self.origin else "Result")

    @property
    def _is_told(self) -> bool:
        """Whether the caption says all there is: a table of its own, not a selection, without rows."""
        return bool(self.caption) and len(self) == 0

    def __repr__(self) -> str:
        parts = [fill(part, 100) for part in self.note_text.split("\n\n") if part]
        frame = [] if self._is_told else [super().__repr__()]
        return "\n\n".join([self.heading, *frame, *parts])

    def _repr_html_(self) -> str:
        if self._is_told:
            paragraphs = [self.heading, *self.note_text.split("\n\n")]
            return "".join(f"<p>{escape(text)}</p>" for text in paragraphs if text)
        return html_table(self, self.heading, self.note_text)


class Package:
    """A folder of CSV files with the ``datapackage.json`` that describes them.

    Parameters
    ----------
    folder : pathlib.Path
        Where the files are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._raw: dict[str, pd.DataFrame] = {}
        self._typed: dict[str, pd.DataFrame] = {}

    @cached_property
    def description(self) -> dict[str, Any]:
        """What ``datapackage.json`` says."""
        text = (self.folder / "datapackage.json").read_text(encoding="utf-8")
        return cast("dict[str, Any]", json.loads(text))

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The description of each table, by name."""
        return {resource["name"]: resource for resource in self.description["resources"]}

    def resource(self, name: str) -> dict[str, Any]:
        """Look up the description of one table."""
        return self.resources[known("table", name, self.resources)]

    def fields(self, name: str) -> list[dict[str, Any]]:
        """List the descriptions of one table's columns."""
        return list(self.resource(name)["schema"]["fields"])

    def key(self, name: str) -> list[str]:
        """List the columns of one table's primary key."""
        return list(self.resource(name)["schema"]["primaryKey"])

    def keys(self, name: str) -> pd.Series[str]:
        """Write the primary key of every row of one table; parts are joined by ``|``."""
        return cast("pd.Series[str]", self.raw(name)[self.key(name)].agg("|".join, axis=1))

    def raw(self, name: str) -> pd.DataFrame:
        """Read one table's cells as they are written. Do not change the result: it is kept."""
        path = self.resource(name)["path"]
        if name not in self._raw:
            self._raw[name] = pd.read_csv(
                self.folder / path, dtype="str", keep_default_na=False, na_filter=False, encoding="utf-8"
            )
        return self._raw[name]

    def missing(self, name: str) -> pd.DataFrame:
        """Mark the cells of one table that hold a missing code."""
        return self.raw(name).isin(self.resource(name)["schema"]["missingValues"])

    def typed(self, name: str) -> pd.DataFrame:
        """Read one table with its types. Do not change the result: it is kept."""
        if name not in self._typed:
            types = {field["name"]: field["type"] for field in self.fields(name)}
            table = pd.read_csv(
                self.folder / self.resource(name)["path"],
                dtype={column: _DTYPES.get(kind, "str") for column, kind in types.items()},
                na_values=self.resource(name)["schema"]["missingValues"],
                keep_default_na=False,
                encoding="utf-8",
            )
            for column, kind in types.items():
                if kind == "date":
                    table[column] = pd.to_datetime(table[column], format="%Y-%m-%d").astype("datetime64[s]")
            self._typed[name] = table
        return self._typed[name]


@lru_cache(maxsize=1)
def package() -> Package:
    """Open the tables that come with this package."""
    return Package(FOLDER)


def tables() -> list[str]:
    """List the names of all tables.

    Returns
    -------
    list of str
        Names that `load` accepts.

    Examples
    --------
    >>> "membership" in tables()
    True
    """
    return sorted(package().resources)


def load(name: str) -> Table:
    """Read a table.

    Parameters
    ----------
    name : str
        One of the tables listed below.

    Returns
    -------
    Table
        A fresh DataFrame with typed columns. Missing cells are ``NA``; `missing_reasons` tells why.

    Examples
    --------
    >>> membership = load("membership")
    >>> str(membership["date"].dtype)
    'datetime64[s]'
    >>> load("membershp")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no table 'membershp'. Did you mean 'membership'? ...
    """
    source = package()
    resource = source.resource(name)
    caption = f"{resource['title']} ({name})"
    rows = source.typed(name).copy()
    origins = tuple(resource.get("sourceIds", ()))
    return Table(rows, caption, _note(resource), _table_doc(resource), origins)


def facts_as_of(name: str) -> str:
    """Give the day on which the facts of a table were last checked, as year-month-day."""
    return str(package().resource(name)["factsAsOf"])


def missing_reasons(name: str) -> pd.DataFrame:
    """Tell why cells of a table are missing.

    Parameters
    ----------
    name : str
        A table.

    Returns
    -------
    pandas.DataFrame
        Same shape as the table: ``unknown`` (nobody we read tells), ``not_applicable`` (there is nothing
        to tell) or ``not_coded`` (not done yet) where a cell is missing, ``NA`` where it is not.

    Examples
    --------
    >>> missing_reasons("membership").shape == load("membership").shape
    True
    """
    source = package()
    return source.raw(name).where(source.missing(name))


def describe(name: str | None = None) -> Table:
    """Describe the columns of one table, or list all tables.

    Parameters
    ----------
    name : str, optional
        A table. Without it, all tables are listed.

    Returns
    -------
    Table
        One row per column: its type, unit, allowed values, meaning and an example; or one row per table:
        its size, completeness, licence and the day its facts were last checked.

    Examples
    --------
    >>> describe("membership").loc[0, "column"]
    'event_id'
    >>> bool((describe()["rows"] > 0).all())
    True
    """
    source = package()
    if name is None:
        rows = [
            {
                "table": table,
                "title": resource["title"],
                "rows": len(source.raw(table)),
                "columns": len(resource["schema"]["fields"]),
                "complete": resource["complete"],
                "licence": _licence(resource),
                "facts_as_of": resource["factsAsOf"],
                "version": resource["version"],
            }
            for table, resource in sorted(source.resources.items())
        ]
        return Table(
            pd.DataFrame(rows),
            "Tables of this package",
            "load(name) reads one; describe(name) explains its columns.",
        )
    resource = source.resource(name)
    columns = [
        {
            "column": field["name"],
            "type": field["type"],
            "unit": field.get("unit", ""),
            "key": "yes" if field["name"] in source.key(name) else "",
            "may_be_missing": not field.get("constraints", {}).get("required", False),
            "allowed": _allowed(name, field),
            "meaning": field["description"],
            "example": str(field["example"]),
        }
        for field in source.fields(name)
    ]
    note = "\n\n".join([resource["description"], _note(resource), f"Licence: {_licence(resource)}."])
    return Table(pd.DataFrame(columns), f"Columns of {name}: {resource['title']}", note)


def _licence(resource: dict[str, Any]) -> str:
    return ", ".join(licence["name"] for licence in resource["licenses"])


def _allowed(name: str, field: dict[str, Any]) -> str:
    """Write what a column may hold, in words."""
    constraints = field.get("constraints", {})
    if "enum" in constraints:
        return ", ".join(map(str, constraints["enum"]))
    resource = package().resource(name)
    for key in resource["schema"].get("foreignKeys", []):
        if field["name"] in key["fields"]:
            target = key["reference"]["resource"] or name
            return f"{key['reference']['fields'][0]} of {target}"
    if field["name"] in resource.get("listColumns", {}):
        target, column = resource["listColumns"][field["name"]].split(".")
        return f"items: {column} of {target}"
    return str(constraints.get("pattern", ""))


def _note(resource: dict[str, Any]) -> str:
    """Write the usage warnings and how far the table can be trusted."""
    state = "Complete" if resource["complete"] else "Not complete"
    return "\n\n".join([*resource["usageWarnings"], f"{state}; facts as of {resource['factsAsOf']}."])


def _table_doc(resource: dict[str, Any]) -> str:
    columns = "\n".join(
        f"{field['name']} : {field['type']}\n    {field['description']}"
        for field in resource["schema"]["fields"]
    )
    parts = [
        f"{resource['title']}.",
        resource["description"],
        _note(resource),
        f"Columns\n-------\n{columns}",
    ]
    return "\n\n".join(parts)


if load.__doc__:  # the list of tables in the help text comes from the description too
    _titles = (f"{name}: {resource['title']}" for name, resource in sorted(package().resources.items()))
    load.__doc__ = f"{cleandoc(load.__doc__)}\n\nTables\n------\n" + "\n".join(_titles)
