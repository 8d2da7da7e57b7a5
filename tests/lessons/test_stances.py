"""The matrix of stances: every coded item has its row, and what was not found is said to be so."""

import re

import pytest

from cstolib import bound_on, load
from cstolib.errors import CstolibError
from cstolib.lessons.ballots import DAY
from cstolib.lessons.stances import (
    CODED,
    HEADS,
    INDICATORS,
    LEANS,
    OF_VOTES,
    explore_stances,
    stance_matrix,
)

TABLE = load("stances").query("crisis_id == 'ukraine-2022'").set_index(["iso3", "indicator", "about"])
FIVE = list(bound_on(DAY).query("iso3 != 'RUS'")["iso3"])


def row(iso3, indicator):
    return TABLE.loc[(iso3, indicator, INDICATORS[indicator])]


@pytest.mark.parametrize(("iso3", "indicator"), CODED)
def test_every_coded_item_has_a_row_with_a_value(iso3, indicator):
    assert isinstance(row(iso3, indicator)["value"], str)


@pytest.mark.parametrize("iso3", FIVE)
@pytest.mark.parametrize("indicator", INDICATORS)
def test_what_is_not_coded_was_not_found(iso3, indicator):
    value = row(iso3, indicator)["value"]
    if (iso3, indicator) not in CODED:
        assert not isinstance(value, str) or value == "none found"


def test_every_lean_is_explained_and_every_vote_has_one():
    assert {lean for lean, _ in CODED.values()} <= set(LEANS)
    assert set(OF_VOTES) == set(load("votes")["vote"])


def test_there_is_a_cell_for_each_member_and_indicator():
    table = stance_matrix().table
    assert len(table) == len(FIVE) * len(HEADS)
    assert not table.duplicated(["state", "indicator"]).any()


@pytest.mark.parametrize(
    ("order", "first"), [("name", "Armenia"), ("Russia", "Belarus"), ("Ukraine", "Kazakhstan")]
)
def test_it_is_sorted_as_asked(order, first):
    assert stance_matrix(order).table["state"].iloc[0] == first


def test_an_unknown_order_is_refused():
    with pytest.raises(CstolibError, match="Did you mean 'Ukraine'"):
        stance_matrix("Ukrain")


def test_the_description_tells_every_cell():
    figure = stance_matrix()
    for told in figure.table["told"]:
        assert told in figure.alt


def test_only_what_was_found_has_a_mark():
    spec = stance_matrix().spec()
    points = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    drawn = sum(len(spec["datasets"][layer["data"]["name"]]) for layer in points)
    assert drawn == (stance_matrix().table["lean"] != "not found").sum()


def test_it_fits_the_page():
    assert stance_matrix().spec()["width"] <= 805


def test_the_explorer_counts_every_item_once():
    counts = re.findall(r"\d+", explore_stances().words().remark)
    assert sum(map(int, counts)) == len(stance_matrix().table)


def test_the_explorer_shows_what_its_code_gives():
    explorer = explore_stances()
    explorer.order.boxes["Russia"].value = True
    assert explorer.code() == ('stance_matrix("Russia")',)
    assert explorer.figure().alt == stance_matrix("Russia").alt
