"""A word is found wherever it stands."""

from __future__ import annotations

import pytest

from cstolib import cite, find
from cstolib.errors import CstolibError


def test_it_names_table_key_and_column_of_each_cell() -> None:
    found = find("Chisinau")
    row = found[(found["table"] == "instruments") & (found["key"] == "csto-charter-2002")]
    assert list(row["column"]) == ["place"]
    assert len(cite("instruments", "csto-charter-2002")) > 0


def test_capital_letters_and_blanks_do_not_matter() -> None:
    assert len(find("  CHISINAU ")) == len(find("chisinau")) > 0


def test_signs_are_taken_as_they_are() -> None:
    assert len(find(".*")) == 0


def test_it_reads_only_some_words_around() -> None:
    assert find("prolong")["text"].str.len().max() <= 2 * 60 + len("prolong") + 2


def test_nothing_found_names_the_nearest_name() -> None:
    found = find("Uzbekisten")
    assert found.empty
    assert "Did you mean 'Uzbekistan'?" in found.heading


@pytest.mark.parametrize("text", ["", "   ", None, 5])
def test_nothing_to_look_for_is_said(text: object) -> None:
    with pytest.raises(CstolibError, match="nothing to look for"):
        find(text)  # type: ignore[arg-type]
