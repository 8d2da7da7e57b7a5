"""Soldiers sent to Kazakhstan: the published counts, and what they leave for Russia."""

from __future__ import annotations

import pandas as pd
import pytest

from cstolib import load
from cstolib.errors import CstolibError
from cstolib.lessons.contributions import (
    BELARUS,
    OFFICIAL,
    PRESIDENT,
    ContributionsExplorer,
    sent_beside_means,
    shares_sent,
)
from cstolib.lessons.soldiers import ALL, CRISIS, counts_sent, published_counts

# The counts.


def test_every_count_of_the_table_is_drawn():
    rows = load("contributions").query("crisis_id == @CRISIS")
    drawn = published_counts()
    assert set(rows["troops_high"].dropna()) <= set(drawn["soldiers"].dropna())
    assert drawn["soldiers"].isna().sum() == rows["troops_high"].isna().sum() == 1


def test_numbers_that_the_table_passes_over_are_drawn_as_press_and_no_count_twice():
    drawn = published_counts()
    other = load("disagreements").query("table == 'contributions' and not chosen")
    other = other[other["key"].str.startswith(CRISIS)]
    assert set(other["value"].astype(int)) <= set(drawn["soldiers"].dropna())
    assert not drawn.duplicated(["state", "soldiers"]).any()
    assert set(drawn.query("soldiers in [200, 3600, 3970] and state != 'Tajikistan'")["kind"]) == {"press"}


def test_only_offices_count_as_offices():
    kinds = published_counts().set_index("counter")["kind"]
    assert kinds["Ministry of Defence of Armenia"] == "office"
    assert kinds["press estimates"] == "press"
    assert set(published_counts().query("iso3 in ['BLR', 'RUS']")["kind"]) == {"press"}


def test_states_stand_in_the_order_of_the_alphabet_with_the_total_last_and_no_host():
    states = list(dict.fromkeys(published_counts()["state"]))
    assert states == [*sorted(states[:-1]), ALL]
    assert "Kazakhstan" not in states


def test_the_words_of_the_figure_hold_every_number_and_counter():
    figure = counts_sent()
    for row in figure.table.dropna(subset="soldiers").to_dict("records"):
        assert f"{row['soldiers']:,}" in figure.alt
        assert row["counter"] in figure.alt


# The shares.


def test_the_parts_add_up_to_the_total_at_both_ends():
    table = shares_sent().set_index("iso3")
    others = table.drop("RUS")
    assert table.loc["RUS", "soldiers_low"] + others["soldiers_high"].sum() == PRESIDENT
    assert table.loc["RUS", "soldiers_high"] + others["soldiers_low"].sum() == PRESIDENT


def test_the_official_numbers_are_those_of_the_table_and_the_default_total_is_the_presidents():
    counts = load("contributions").set_index("contribution_id")
    table = shares_sent().set_index("iso3")
    assert [table.loc[iso3, "soldiers_low"] for iso3 in OFFICIAL] == list(
        counts.loc[list(OFFICIAL.values()), "troops_low"]
    )
    assert counts.loc[f"{CRISIS}-total-2030", "troops_high"] == PRESIDENT
    assert counts.loc[f"{CRISIS}-blr-500", "troops_high"] == BELARUS[1]


def test_means_are_shares_of_the_five_senders():
    table = shares_sent()
    assert list(table["iso3"]) == ["ARM", "BLR", "KGZ", "RUS", "TJK"]
    for column in ("armed_forces", "gdp"):
        assert table[column].sum() == pytest.approx(100, abs=0.3)
    forces = load("capabilities").query("year == 2020").set_index("iso3")["armed_forces"]
    expected = 100 * forces["RUS"] / forces[list(table["iso3"])].sum()
    assert table.set_index("iso3").loc["RUS", "armed_forces"] == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(("total", "belarus"), [(900, (0, 500)), (2030, (500, 0)), (2030, (-1, 5))])
def test_impossible_readings_are_refused(total: int, belarus: tuple[int, int]):
    with pytest.raises(CstolibError):
        shares_sent(total, belarus)


def test_the_figure_says_what_it_assumes():
    figure = sent_beside_means(2500, belarus=(120, 120))
    assert "2,500" in figure.subtitle
    assert "120" in figure.subtitle
    assert "2020" in figure.note


# The explorer.


def test_the_explorer_offers_every_published_total_and_starts_with_the_presidents():
    explorer = ContributionsExplorer()
    totals = published_counts().query("state == @ALL")["soldiers"]
    assert sorted(map(int, explorer.total.boxes)) == sorted(totals)
    assert explorer.code() == ("sent_beside_means(2030, belarus=(0, 500))",)


def test_the_explorer_says_what_is_left_for_russia():
    explorer = ContributionsExplorer()
    explorer.least.value = explorer.most.value = 500
    words = explorer.words()
    assert words.heading == "Of 2,030 soldiers 1,080 are left for Russia"
    assert words.remark.startswith("That is 53.2 per cent of the force")
    assert "Tajikistan 11.8" in words.remark


def test_the_explorer_keeps_the_ends_of_the_range_in_order():
    explorer = ContributionsExplorer()
    explorer.most.value, explorer.least.value = 100, 300
    assert explorer.code() == ("sent_beside_means(2030, belarus=(100, 300))",)
    assert isinstance(explorer.figure().table, pd.DataFrame)
