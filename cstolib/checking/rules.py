"""Rules for any table, which Table Schema cannot tell: each takes a package and yields problems."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from cstolib.checking import style
from cstolib.checking.problems import Problem, as_known, items, later, missing, nearest, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cstolib.data import Package

# Columns in which the first date may not be later than the second.
DATE_ORDER = (
    ("start", "end"),
    ("signed", "in_force"),
    ("in_force", "ended"),
    ("arrived", "left"),
    ("date", "accessed"),
)

# Columns that may not fall from left to right. Open data keep the order that their authors gave them.
RANGES = {
    "casualties": ("low", "best", "high"),
    "contributions": ("troops_low", "troops_high"),
    "drills": ("troops_low", "troops_high"),
    "forces": ("size_low", "size_high"),
}

# Where the canonical name of an alias stands, if it does not stand for itself.
CANONICAL = {
    "person": ("people.name",),
    "state": ("states.name",),
    "place": ("places.name",),
    "instrument": ("instruments.name", "instruments.short_name"),
    "body": ("bodies.name", "organ"),
    "force": ("forces.name",),
    "drill": ("drills.series",),
    "party": (),
}


def check_cells(source: Package) -> Iterator[Problem]:
    """Expect no cell to be empty, spaced out or broken over lines: what is missing says why."""
    for name, row, line in rows(source):
        codes = missing(source, name)
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
    for name, resource in source.resources.items():
        for column, target in resource.get("listColumns", {}).items():
            table, target_column = target.split(".")
            allowed = set(source.raw(table)[target_column])
            for _, row, line in rows(source, name):
                problem = partial(Problem, f"{name}.csv", line, column)
                for item, covered in items(column, row[column], missing(source, name)):
                    if item not in allowed:
                        yield problem(item, f"not a {target_column} of {table}", nearest(item, allowed))
                    for other in sorted(set(covered) - set(row)):
                        yield problem(other, f"not a column of {name}", nearest(other, row))


def check_names(source: Package) -> Iterator[Problem]:
    """Expect columns that hold names to use only those of the tables that the description names."""
    for name, resource in source.resources.items():
        for column, targets in resource.get("nameColumns", {}).items():
            allowed = names(source, targets)
            for _, row, line in rows(source, name):
                for item, _ in items(column, row[column], missing(source, name)):
                    if item not in allowed and not ("organ" in targets and is_organ(source, item)):
                        rule = f"not a name of {', '.join(targets)}"
                        yield Problem(f"{name}.csv", line, column, item, rule, nearest(item, allowed))


def names(source: Package, targets: tuple[str, ...] | list[str]) -> set[str]:
    """List the names that stand in columns, written ``table.column``; ``aliases.kind``; or ``=name``."""
    found: set[str] = set()
    for target in targets:
        table, _, column = target.partition(".")
        if target.startswith("="):
            found.add(target[1:])
        elif table == "aliases":
            frame = source.raw(table)
            found.update(frame.loc[frame["kind"] == column, "canonical"])
        elif table in source.resources:
            found.update(source.raw(table)[column])
    return found


def is_organ(source: Package, name: str) -> bool:
    """Tell whether a name is that of an organ of a state, such as ``President of Armenia``."""
    return any(name.endswith(f" of {state}") for state in source.raw("states")["name"])


def check_precision(source: Package) -> Iterator[Problem]:
    """Expect a date known to the month or year to stand on its first day, with its precision."""
    for name in source.resources:
        dates = [c for c in source.raw(name) if f"{c}_precision" in source.raw(name)]
        for _, row, line in rows(source, name) if dates else ():
            for column in map(str, dates):
                yield from _precision(source, name, row, line, column)


def _precision(source: Package, name: str, row: dict[str, str], line: int, column: str) -> Iterator[Problem]:
    codes, value, precision = missing(source, name), row[column], row[f"{column}_precision"]
    first_day = {"month": f"{value[:7]}-01", "year": f"{value[:4]}-01-01"}.get(precision, value)
    if (value in codes) != (precision in codes):
        rule = "a date and its precision are both given or both missing"
        yield Problem(f"{name}.csv", line, f"{column}_precision", precision, rule)
    elif value not in codes and value != first_day:
        rule = f"a date known to the {precision} is written as its first day"
        yield Problem(f"{name}.csv", line, column, value, rule, first_day)


def check_date_order(source: Package) -> Iterator[Problem]:
    """Expect what comes first not to be later than what follows."""
    for first, second in DATE_ORDER:
        for name in source.resources:
            if not {first, second} <= set(source.raw(name)):
                continue
            codes = missing(source, name)
            for _, row, line in rows(source, name):
                if {row[first], row[second]} & set(codes):
                    continue
                if later(as_known(row, first), as_known(row, second)):
                    rule = f"earlier than {first} {row[first]}"
                    yield Problem(f"{name}.csv", line, second, row[second], rule)


def check_ranges(source: Package) -> Iterator[Problem]:
    """Expect the least number not to be above the greatest, and the best between them."""
    for name, row, line in rows(source, *RANGES):
        given = [column for column in RANGES[name] if row[column].isdigit()]
        for first, second in pairwise(given):
            if int(row[first]) > int(row[second]):
                rule = f"less than {first}, {row[first]}"
                yield Problem(f"{name}.csv", line, second, row[second], rule)


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
    for name, resource in source.resources.items():
        lists = [c for c, target in resource.get("listColumns", {}).items() if target == "sources.source_id"]
        for _, row, _ in rows(source, name) if lists else ():
            used.update(item for c in lists for item, _ in items(c, row[c], missing(source, name)))
            used.add(row.get("source_id", ""))
    for name, row, line in rows(source, "sources"):
        if row["source_id"] not in used:
            yield Problem(f"{name}.csv", line, "source_id", row["source_id"], "no row cites this source")


def check_disagreements(source: Package) -> Iterator[Problem]:
    """Expect each disagreement to be about a real cell, with one value chosen: the one in the table.

    Cells of prose, and cells that hold a missing code, are told in a few words instead.
    """
    keys = {name: {key: i for i, key in enumerate(source.keys(name))} for name in source.resources}
    for _, row, line in rows(source, "disagreements"):
        table, key, column = row["table"], row["key"], row["field"]
        problem = partial(Problem, "disagreements.csv", line)
        if table not in source.resources:
            yield problem("table", table, "no such table", nearest(table, source.resources))
            continue
        fields = {field["name"]: field for field in source.fields(table)}
        if column not in fields:
            yield problem("field", column, f"no such column in {table}", nearest(column, fields))
        elif key not in keys[table]:
            yield problem("key", key, f"no such row in {table}", nearest(key, keys[table]))
        elif row["chosen"] == "true" and not fields[column].get("prose"):
            cells = {str(c): str(v) for c, v in source.raw(table).iloc[keys[table][key]].items()}
            written = {cells[column], as_known(cells, column)}
            if row["value"] not in written and cells[column] not in missing(source, table):
                rule = f"chosen, but {table} has another value"
                yield problem("value", row["value"], rule, cells[column])
    for cell_of, group in source.raw("disagreements").groupby(["table", "key", "field"]):
        problem = partial(Problem, "disagreements.csv", int(group.index[0]) + 2)
        name = ":".join(map(str, cell_of))
        chosen = int((group["chosen"] == "true").sum())
        if len(group) < 2:
            yield problem("value", name, "one value alone is no disagreement")
        if chosen != 1:
            yield problem("chosen", name, f"{chosen} values chosen instead of one")


def check_aliases(source: Package) -> Iterator[Problem]:
    """Expect an alias to lead to a name that this course uses: in a table, or standing for itself."""
    frame = source.raw("aliases")
    own = set(frame.loc[frame["alias"] == frame["canonical"], "alias"])
    for _, row, line in rows(source, "aliases"):
        targets = CANONICAL.get(row["kind"], ())
        allowed = names(source, targets) | own
        organ = "organ" in targets and is_organ(source, row["canonical"])
        if row["canonical"] not in allowed and not organ:
            where = ", ".join(targets) or "its own row"
            near = nearest(row["canonical"], allowed)
            yield Problem("aliases.csv", line, "canonical", row["canonical"], f"not a name in {where}", near)


def check_style(source: Package) -> Iterator[Problem]:
    """Expect no loaded words in our own sentences."""
    for name, line, column, value in prose(source):
        for word in style.avoided(value):
            yield Problem(f"{name}.csv", line, column, word, "a word we do not use in our own voice")


def prose(source: Package) -> Iterator[tuple[str, int, str, str]]:
    """List every cell written in our own voice: table, line, column and text."""
    for name in source.resources:
        columns = [field["name"] for field in source.fields(name) if field.get("prose")]
        for _, row, line in rows(source, name) if columns else ():
            for column in columns:
                yield name, line, column, row[column]
