"""Every number and date in a lesson's prose is recomputed from the row that it names."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from .facts import agrees, recompute, stated
from .notebooks import ATLAS, LESSONS, markdown_cells

CELLS = [
    pytest.param(cell, id=f"{path.stem}-{cell.id}")
    for path in (*LESSONS, ATLAS)
    for cell in markdown_cells(path)
]


@pytest.mark.parametrize("cell", CELLS)
def test_every_number_in_prose_has_an_entry(cell: Any) -> None:
    if cell.metadata.get("cstolib", {}).get("plan"):
        pytest.skip("a table of minutes and lesson numbers")
    known = cell.metadata.get("facts", {})
    assert [text for text in stated(cell.source) if text not in known] == []


@pytest.mark.parametrize("cell", [p for p in CELLS if p.values[0].metadata.get("facts")])
def test_every_entry_agrees_with_its_row(cell: Any) -> None:
    for text, rule in cell.metadata["facts"].items():
        assert text in cell.source, f"{text!r} is not in the cell any more"
        if rule == "example":  # a value chosen for a demonstration, not a claim
            continue
        assert not rule.startswith("=") or "(" in rule, f"{rule!r} computes nothing"
        assert agrees(text, recompute(rule)), f"{text!r} is not {recompute(rule)!r} ({rule})"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("On 21 December 1991 eleven republics met.", ["21 December 1991", "eleven"]),
        ("By 188 to 34, with 84 abstentions.", ["188", "34", "84"]),
        ("Article 11, lessons 2 and 3, 50 minutes, `x[3]`.", []),
        ("1. **Find the rows.**", []),
        ("Two answers, three motives.", []),
        ("In April 1993, or on 2 April.", ["April 1993", "2 April"]),
    ],
)
def test_numbers_are_found_and_names_are_exempt(text: str, found: list[str]) -> None:
    assert stated(text) == found


@pytest.mark.parametrize(
    ("text", "value", "verdict"),
    [
        ("15 May 1992", pd.Timestamp("1992-05-15"), True),
        ("16 May 1992", pd.Timestamp("1992-05-15"), False),
        ("1992", pd.Timestamp("1992-05-15"), True),
        ("May 1993", pd.Timestamp("1992-05-15"), False),
        ("six", 6, True),
        ("188", "votes 188 to 34", True),
        ("18", "votes 188 to 34", False),
        ("65.8", 65.79, True),
    ],
)
def test_prose_and_value_are_compared_at_the_precision_stated(text: str, value: Any, verdict: bool) -> None:
    assert agrees(text, value) is verdict
