"""The grid of claims, the lines of reporting behind a statement, and the way of a quotation."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from cstolib import load
from cstolib.errors import CstolibError
from cstolib.lessons.sourcecraft import (
    CHAINS,
    SEEDS,
    STANCES,
    WITNESSES,
    claim_grid,
    lines_behind,
    trace_quotation,
)


def texts(figure: Any) -> list[str]:
    """Return every text drawn in a figure."""
    spec = figure.spec()
    return [row["text"] for rows in spec["datasets"].values() for row in rows if "text" in row]


def test_the_grid_has_a_cell_for_each_statement_and_article() -> None:
    table = claim_grid().table
    cells = table[~table["statement"].str.startswith("Words of a witness")]
    assert len(cells) == len(load("propositions")) * len(SEEDS)
    assert not cells.duplicated(["statement", "seed"]).any()


def test_each_cell_says_what_the_table_says() -> None:
    names = {stance: name for stance, (name, _, _) in STANCES.items()}
    stances = load("seed_stances").merge(load("propositions"), on="proposition_id")
    own = {(row.text, row.seed): names[row.stance] for row in stances.itertuples()}
    drawn = {(row.statement, row.seed): row.it for row in claim_grid().table.itertuples()}
    assert {key: drawn[key] for key in own} == own


def test_stances_differ_in_name_shape_and_colour() -> None:
    for part in zip(*STANCES.values(), strict=True):
        assert len(set(part)) == len(STANCES)


def test_articles_stand_in_the_order_of_their_dates() -> None:
    dates = load("sources").set_index("source_id")["date"]
    assert all(dates[before] < dates[after] for before, after in pairwise(SEEDS))


def test_each_arrow_rests_on_a_claim_of_its_article() -> None:
    claims = load("claims").set_index("claim_id")
    arrows = [(seed, claim) for to in WITNESSES.values() for seed, (_, claim) in to.items()]
    assert [(seed, claim) for seed, claim in arrows if claims.loc[claim, "seed"] != seed] == []
    assert sorted(seed for seed, _ in arrows) == sorted(SEEDS)


def test_articles_with_one_witness_are_those_whose_claims_depend_on_each_other() -> None:
    claims = load("claims").dropna(subset="depends_on")
    linked = {frozenset({row.seed, row.depends_on[:8]}) for row in claims.itertuples()}
    assert {frozenset(to) for to in WITNESSES.values() if len(to) > 1} == linked


def test_articles_that_share_a_witness_are_one_line() -> None:
    lines = lines_behind("armenia-refused")
    assert lines["seeds"].to_list() == ["seed-001;seed-002", "seed-003"]
    assert lines.loc[0, "share"] == "seed-001-39;seed-002-43"


def test_only_articles_that_say_so_are_counted() -> None:
    assert lines_behind("founded-1992")["seeds"].to_list() == ["seed-001"]
    assert lines_behind("csto-backed-russia-2015").empty


def test_an_unknown_statement_is_told_with_the_nearest_one() -> None:
    with pytest.raises(CstolibError, match="Did you mean 'armenia-refused'"):
        lines_behind("armenia-refuse")


def test_the_grid_writes_the_number_of_lines_beside_each_statement() -> None:
    assert "3 articles,\nat least 2 lines" in texts(claim_grid())
    assert "1 article,\nat least 1 line" in texts(claim_grid())


@pytest.mark.parametrize("quotation", CHAINS)
def test_each_stop_comes_after_the_one_it_comes_from(quotation: str) -> None:
    seen: set[str] = set()
    for key, step in CHAINS[quotation].items():
        assert step.parent in seen or (not seen and not step.parent)
        seen.add(key)


@pytest.mark.parametrize("quotation", CHAINS)
def test_words_on_the_way_are_phrases_of_the_table_of_at_most_twelve_words(quotation: str) -> None:
    wordings = load("wordings")
    phrases = {*wordings["phrase"], *wordings["better_wording"].dropna()}
    words = [text for text in trace_quotation(quotation).table["words"] if text]
    assert words
    assert set(words) <= phrases
    assert max(len(text.split()) for text in words) <= 12


@pytest.mark.parametrize("quotation", CHAINS)
def test_words_are_ascribed_to_the_document_in_which_they_were_found(quotation: str) -> None:
    wordings = load("wordings").set_index("wording_id")
    for key, step in CHAINS[quotation].items():
        if step.wording:
            wording, _, column = step.wording.partition(".")
            assert wordings.at[wording, "seed" if column == "phrase" else "found_in"] == key


@pytest.mark.parametrize("quotation", CHAINS)
def test_no_box_lies_on_another(quotation: str) -> None:
    spec = trace_quotation(quotation).spec()
    boxes = [row for rows in spec["datasets"].values() for row in rows if "y2" in row and "stop" in row]
    for place, one in enumerate(boxes):
        for two in boxes[:place]:
            apart = one["x2"] <= two["x"] or two["x2"] <= one["x"]
            assert apart or one["y2"] <= two["y"] or two["y2"] <= one["y"]
