"""The data dictionary as one page: ``python -m cstolib.checking.dictionary > docs/data-dictionary.md``.

Everything on it comes from ``tables/datapackage.json``; a test keeps the two equal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cstolib.data import describe, package

if TYPE_CHECKING:
    from collections.abc import Iterator


def page() -> str:
    """Write the page: every table, what one row is, what to beware, its licence and its columns.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> page().splitlines()[0]
    '# Data dictionary'
    """
    about = package().description
    parts = [
        "# Data dictionary",
        f"Version {about['version']} of the data, facts as of {about['factsAsOf']}. Generated from "
        '`cstolib/tables/datapackage.json`; in a notebook, `describe("membership")` shows the same.',
        about["description"],
        "\n".join(_contents()),
        *(part for name in sorted(package().resources) for part in _table(name)),
    ]
    return "\n\n".join(parts) + "\n"


def _contents() -> Iterator[str]:
    yield "| table | one line | rows | complete | licence |"
    yield "| --- | --- | ---: | --- | --- |"
    for row in describe().to_dict("records"):
        complete = "yes" if row["complete"] else "no"
        cells = (row["title"], row["rows"], complete, row["licence"])
        yield f"| [{row['table']}](#{row['table']}) | {' | '.join(map(str, cells))} |"


def _table(name: str) -> Iterator[str]:
    resource = package().resource(name)
    yield f"## {name}"
    yield resource["description"]
    if resource["usageWarnings"]:
        yield "\n".join(f"- {warning}" for warning in resource["usageWarnings"])
    yield "\n".join(_columns(name))


def _columns(name: str) -> Iterator[str]:
    yield "| column | type | meaning | allowed | example |"
    yield "| --- | --- | --- | --- | --- |"
    for row in describe(name).to_dict("records"):
        unit = f" ({row['unit']})" if row["unit"] else ""
        key = " **key**" if row["key"] else ""
        example = row["example"] if row["type"] != "geojson" else "…"
        cells = (f"`{row['column']}`{key}", f"{row['type']}{unit}", row["meaning"], row["allowed"], example)
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    print(page(), end="")
