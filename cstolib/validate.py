"""Is every table as its description says? ``python -m cstolib.validate`` tells, cell by cell.

Types, allowed values and keys are checked by frictionless from ``datapackage.json``; the rules below cover
what Table Schema cannot say.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cstolib import style
from cstolib.citations import parse_sources
from cstolib.data import FOLDER, Package
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd

# Columns in which the first date may not be later than the second.
DATE_ORDER = (("start", "end"), ("signed", "in_force"), ("date", "accessed"))

# Where the canonical name of an alias must stand. Places and bodies have no table yet.
CANONICAL = {
    "person": ("people", ("name",)),
    "state": ("states", ("name",)),
    "instrument": ("instruments", ("name", "short_name")),
}


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


def validate(folder: Path = FOLDER) -> list[Problem]:
    """Check a folder of tables against its description and against the package's own rules.

    Parameters
    ----------
    folder : pathlib.Path, optional
        A folder with ``datapackage.json`` and the CSV files.

    Returns
    -------
    list of Problem
        Empty if all is well. A missing or unreadable file is told first, alone.
    """
    source = Package(folder)
    form = list(check_form(source))
    if any(problem.line == 0 for problem in form):
        return form
    rules = (
        check_cells,
        check_list_items,
        check_precision,
        check_date_order,
        check_sorted,
        check_sources_used,
        check_disagreements,
        check_aliases,
        check_style,
    )
    return [*form, *(problem for rule in rules for problem in rule(source))]


def check_form(source: Package) -> Iterator[Problem]:
    """Let frictionless check types, constraints, primary and foreign keys."""
    try:
        import frictionless
    except ImportError:
        raise CstolibError(
            "Checking tables needs frictionless: python -m pip install 'cstolib[test]'"
        ) from None
    report = frictionless.Package(str(source.folder / "datapackage.json")).validate()
    for error in report.errors:
        yield Problem("datapackage.json", 0, "", error.type, error.note)
    for task in report.tasks:
        for error in task.errors:
            facts, rule = error.to_dict(), error.note
            line = facts.get("rowNumber", 0)
            if not line:
                yield Problem(f"{task.name}.csv", 0, "", "", rule)
                continue
            field = facts.get("fieldName")
            columns = [field] if field else facts.get("fieldNames", source.key(task.name))
            value = "|".join(source.raw(task.name).loc[line - 2, columns])
            if '"required"' in rule:
                rule = "this value may not be missing"
            nearest = _nearest(value, _allowed(source, task.name, columns))
            yield Problem(f"{task.name}.csv", line, ", ".join(columns), value, rule, nearest)


def check_cells(source: Package) -> Iterator[Problem]:
    """Expect no cell to be empty, spaced out or broken over lines: what is missing says why."""
    for name, row, line in _rows(source):
        codes = source.resource(name)["schema"]["missingValues"]
        for column, value in row.items():
            if value in codes:
                continue
            if not value:
                allowed = ", ".join(codes)
                yield Problem(f"{name}.csv", line, column, value, f"an empty cell; write one of {allowed}")
            elif value != " ".join(value.split()):
                yield Problem(f"{name}.csv", line, column, value, "superfluous space or line break")


def check_list_items(source: Package) -> Iterator[Problem]:
    """Expect items of list columns to be rows of the table that the description names."""
    for name, row, line in _rows(source):
        for column, target in source.resource(name).get("listColumns", {}).items():
            table, target_column = target.split(".")
            allowed = set(source.raw(table)[target_column])
            for item, covered in _items(
                column, row[column], source.resource(name)["schema"]["missingValues"]
            ):
                if item not in allowed:
                    rule = f"not a {target_column} of {table}"
                    yield Problem(f"{name}.csv", line, column, item, rule, _nearest(item, allowed))
                for unknown_column in sorted(set(covered) - set(row)):
                    rule = f"not a column of {name}"
                    yield Problem(
                        f"{name}.csv", line, column, unknown_column, rule, _nearest(unknown_column, row)
                    )


def check_precision(source: Package) -> Iterator[Problem]:
    """Expect a date known to the month or year to stand on its first day, with its precision."""
    for name, row, line in _rows(source):
        missing = source.resource(name)["schema"]["missingValues"]
        for column in row:
            precision = row.get(f"{column}_precision")
            if precision is None:
                continue
            value = row[column]
            first_day = {"month": f"{value[:7]}-01", "year": f"{value[:4]}-01-01"}.get(precision, value)
            if (value in missing) != (precision in missing):
                rule = "a date and its precision are both given or both missing"
                yield Problem(f"{name}.csv", line, f"{column}_precision", precision, rule)
            elif value not in missing and value != first_day:
                rule = f"a date known to the {precision} is written as its first day"
                yield Problem(f"{name}.csv", line, column, value, rule, first_day)


def check_date_order(source: Package) -> Iterator[Problem]:
    """Expect what comes first not to be later than what follows."""
    for name, row, line in _rows(source):
        missing = source.resource(name)["schema"]["missingValues"]
        for first, second in DATE_ORDER:
            values = row.get(first, missing[0]), row.get(second, missing[0])
            if not set(values) & set(missing) and values[0] > values[1]:
                yield Problem(f"{name}.csv", line, second, values[1], f"earlier than {first} {values[0]}")


def check_sorted(source: Package) -> Iterator[Problem]:
    """Expect rows in the order of their key, whatever the case, so that changes are easy to read."""
    for name in source.resources:
        keys = [tuple(map(str.casefold, row)) for row in source.raw(name)[source.key(name)].to_numpy()]
        for line, (before, key) in enumerate(pairwise(keys), start=3):
            if key < before:
                rule = f"rows are sorted by key, and this one follows {'|'.join(before)!r}"
                yield Problem(f"{name}.csv", line, source.key(name)[0], "|".join(key), rule)


def check_sources_used(source: Package) -> Iterator[Problem]:
    """Expect every document listed to be cited by some row."""
    used = {item for resource in source.resources.values() for item in resource.get("sourceIds", ())}
    for name, row, _ in _rows(source):
        if name != "sources":
            used.update(item for item, _ in _items("sources", row.get("sources", ""), [""]))
            used.add(row.get("source_id", ""))
    for name, row, line in _rows(source):
        if name == "sources" and row["source_id"] not in used:
            yield Problem("sources.csv", line, "source_id", row["source_id"], "no row cites this source")


def check_disagreements(source: Package) -> Iterator[Problem]:
    """Expect each disagreement to be about a real cell, with one value chosen: the one in the table."""
    frame = source.raw("disagreements")
    for line, row in enumerate(frame.to_dict("records"), start=2):
        table, key, field, value = (str(row[column]) for column in ("table", "key", "field", "value"))
        problem = partial(Problem, "disagreements.csv", line)
        if table not in source.resources:
            yield problem("table", table, "no such table", _nearest(table, source.resources))
            continue
        keys = source.keys(table)
        if field not in source.raw(table).columns:
            yield problem(
                "field", field, f"no such column in {table}", _nearest(field, map(str, source.raw(table)))
            )
        elif key not in set(keys):
            yield problem("key", key, f"no such row in {table}", _nearest(key, keys))
        elif row["chosen"] == "true" and value != (cell := source.raw(table).loc[keys == key, field].iloc[0]):
            yield problem("value", value, f"chosen, but {table} has another value", cell)
    for cell_of, group in frame.groupby(["table", "key", "field"]):
        problem = partial(Problem, "disagreements.csv", int(group.index[0]) + 2)
        name = ":".join(map(str, cell_of))
        chosen = int((group["chosen"] == "true").sum())
        if len(group) < 2:
            yield problem("value", name, "one value alone is no disagreement")
        if chosen != 1:
            yield problem("chosen", name, f"{chosen} values chosen instead of one")


def check_aliases(source: Package) -> Iterator[Problem]:
    """Expect an alias to lead to a name that this course uses."""
    for name, row, line in _rows(source):
        if name != "aliases" or row["kind"] not in CANONICAL:
            continue
        table, columns = CANONICAL[row["kind"]]
        names = set(source.raw(table)[list(columns)].to_numpy().ravel())
        if row["canonical"] not in names:
            rule = f"not a name in {table}"
            near = _nearest(row["canonical"], names)
            yield Problem("aliases.csv", line, "canonical", row["canonical"], rule, near)


def check_style(source: Package) -> Iterator[Problem]:
    """Expect no loaded words in our own sentences."""
    for name, line, column, value in prose(source):
        for word in style.avoided(value):
            yield Problem(f"{name}.csv", line, column, word, "a word we do not use in our own voice")


def prose(source: Package) -> Iterator[tuple[str, int, str, str]]:
    """List every cell written in our own voice: table, line, column and text."""
    for name, row, line in _rows(source):
        for field in source.fields(name):
            if field.get("prose"):
                yield name, line, field["name"], row[field["name"]]


def _rows(source: Package) -> Iterator[tuple[str, dict[str, str], int]]:
    """Go through all rows: table, cells as written, line in the file."""
    for name in source.resources:
        for line, row in enumerate(source.raw(name).to_dict("records"), start=2):
            yield name, {str(column): str(value) for column, value in row.items()}, line


def _items(column: str, cell: str, missing: list[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Split a list cell into items, each with the columns that it covers."""
    if cell in missing:
        return []
    if column != "sources":
        return [(item, ()) for item in cell.split(";")]
    try:
        return [(item.source_id, item.columns) for item in parse_sources(cell)]
    except CstolibError:  # told by the pattern of the column already
        return []


def _allowed(source: Package, name: str, columns: list[str]) -> Iterable[str]:
    """List what columns may hold, where that is a list."""
    for field in source.fields(name):
        if [field["name"]] == columns and "enum" in field.get("constraints", {}):
            return list(field["constraints"]["enum"])
    for key in source.resource(name)["schema"].get("foreignKeys", []):
        if key["fields"] == columns:
            target: pd.DataFrame = source.raw(key["reference"]["resource"] or name)
            return list(target[key["reference"]["fields"][0]])
    return []


def _nearest(value: Any, allowed: Iterable[str]) -> str:
    return next(iter(get_close_matches(str(value), list(allowed), n=1, cutoff=0.5)), "")


def main(arguments: list[str]) -> int:
    """Check the folder named, or the tables of this package; say what is wrong."""
    folder = Path(arguments[0]) if arguments else FOLDER
    problems = validate(folder)
    for problem in problems:
        print(problem)
    source = Package(folder)
    if not problems:
        for name, line, column, value in prose(source):
            if words := style.reviewed(value):
                print(f"To read by eye: {name}.csv, line {line}, column {column}: {', '.join(words)}")
        print(f"{len(source.resources)} tables, no problem found.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
