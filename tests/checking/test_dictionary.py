"""The printed data dictionary says what the description says."""

from __future__ import annotations

from pathlib import Path

from cstolib import tables
from cstolib.checking.dictionary import page

PRINTED = Path(__file__).parents[2] / "docs" / "data-dictionary.md"


def test_it_has_a_section_for_every_table() -> None:
    sections = [line[3:] for line in page().splitlines() if line.startswith("## ")]
    assert sections == tables()


def test_the_printed_page_is_up_to_date() -> None:
    assert PRINTED.read_text(encoding="utf-8") == page(), (
        "run: python -m cstolib.checking.dictionary > docs/data-dictionary.md"
    )
