"""Is every table as its description says? ``python -m cstolib.checking.validate`` tells, cell by cell.

Types, allowed values and keys are checked by frictionless from ``datapackage.json``; the rules of
``cstolib.checking.rules`` and ``cstolib.checking.rules_evidence`` cover what Table Schema cannot say.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from cstolib.checking import rules, rules_evidence, style
from cstolib.checking.problems import Problem, nearest
from cstolib.data import FOLDER, Package
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RULES = (
    rules.check_cells,
    rules.check_list_items,
    rules.check_names,
    rules.check_precision,
    rules.check_date_order,
    rules.check_ranges,
    rules.check_sorted,
    rules.check_sources_used,
    rules.check_disagreements,
    rules.check_aliases,
    rules.check_style,
    rules_evidence.check_times,
    rules_evidence.check_response_order,
    rules_evidence.check_counts,
    rules_evidence.check_positions_complete,
    rules_evidence.check_coders,
    rules_evidence.check_seed_stances,
    rules_evidence.check_evidence,
)


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
    return [*form, *(problem for rule in RULES for problem in rule(source))]


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
            near = nearest(value, _allowed(source, task.name, columns))
            yield Problem(f"{task.name}.csv", line, ", ".join(columns), value, rule, near)


def _allowed(source: Package, name: str, columns: list[str]) -> Iterable[str]:
    """List what columns may hold, where that is a list."""
    for field in source.fields(name):
        if [field["name"]] == columns and "enum" in field.get("constraints", {}):
            return list(field["constraints"]["enum"])
    for key in source.resource(name)["schema"].get("foreignKeys", []):
        if key["fields"] == columns:
            target = source.raw(key["reference"]["resource"] or name)[key["reference"]["fields"]]
            return list(target.agg("|".join, axis=1))
    return []


def main(arguments: list[str]) -> int:
    """Check the folder named, or the tables of this package; say what is wrong."""
    folder = Path(arguments[0]) if arguments else FOLDER
    problems = validate(folder)
    for problem in problems:
        print(problem)
    source = Package(folder)
    if not problems:
        for name, line, column, value in rules.prose(source):
            if words := style.reviewed(value):
                print(f"To read by eye: {name}.csv, line {line}, column {column}: {', '.join(words)}")
        print(f"{len(source.resources)} tables, no problem found.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
