"""The votes of lesson 10: four values kept apart, three rules, three treatments of absence, one grid."""

import math

import pandas as pd
import pytest

from cstolib import bound_on, load
from cstolib.errors import CstolibError
from cstolib.lessons.ballots import (
    ABSENCE,
    DAY,
    FAMILY,
    UNKNOWN,
    ballots,
    distance_to,
    distances,
    noes,
    recorded,
    sided,
    treatments,
)
from cstolib.lessons.votes import LOOKS, explore_votes, votes_grid

SIX = list(bound_on(DAY)["iso3"])


def who(*resolutions, rule):
    """Give the states that sided with Russia by a rule."""
    return sided(*resolutions, rule=rule).query("sided")["iso3"].to_list()


# The record.


def test_the_family_is_the_vote_of_2014_and_every_resolution_of_the_emergency_session():
    of_session = load("resolutions").query("resolution.str.contains('ES-11/')")["resolution"]
    assert set(FAMILY) == {"68/262", *of_session.str.removeprefix("A/RES/")}


def test_every_entry_is_the_one_of_the_table_or_said_to_be_unknown():
    table = load("votes").set_index(["resolution", "iso3"])["vote"]
    cast = ballots()
    for name in FAMILY:
        for iso3 in cast.index:
            assert cast.at[iso3, name] == table.get((f"A/RES/{name}", iso3), UNKNOWN)


def test_four_values_are_kept_apart_from_what_we_do_not_know():
    values = set(ballots().to_numpy().ravel())
    assert values == {"yes", "no", "abstain", "absent", UNKNOWN}


def test_resolutions_are_in_the_order_of_their_dates():
    dates = [recorded()[name].date for name in ballots().columns]
    assert dates == sorted(dates)
    assert list(ballots().columns)[-2:] == ["ES-11/9", "ES-11/10"]


def test_a_number_is_read_with_and_without_its_prefix():
    assert ballots("A/RES/ES-11/1").equals(ballots("ES-11/1"))


def test_an_unknown_resolution_is_refused_with_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean 'ES-11/1"):
        ballots("ES-11/11")


# Only Belarus?


@pytest.mark.parametrize(
    ("counted", "rule", "expected"),
    [
        (["ES-11/1"], "every", ["BLR"]),
        (["ES-11/1"], "any", ["BLR"]),
        (["ES-11/1"], "not-yes", ["ARM", "BLR", "KAZ", "KGZ", "TJK"]),
        (["ES-11/3"], "every", ["BLR", "KAZ", "KGZ", "TJK"]),
        (["ES-11/1", "ES-11/3"], "any", ["BLR", "KAZ", "KGZ", "TJK"]),
        (["ES-11/1", "ES-11/3"], "every", ["BLR"]),
        (["68/262"], "every", ["ARM", "BLR"]),
        ([], "not-yes", ["BLR", "KAZ", "KGZ", "TJK"]),
    ],
)
def test_who_sided_depends_on_votes_and_rule(counted, rule, expected):
    assert who(*counted, rule=rule) == expected


def test_the_verdict_on_the_sentence_goes_with_the_states():
    assert "is true" in sided("ES-11/1").note_text
    assert "is false" in sided("ES-11/3").note_text


def test_russia_voted_no_on_every_vote_of_the_family():
    """So to vote no is to vote as Russia did; the rules rest on it."""
    assert set(ballots().loc["RUS"]) == {"no"}


def test_an_unknown_rule_is_refused():
    with pytest.raises(CstolibError, match="There is no rule 'all'"):
        sided(rule="all")


# Distance.


@pytest.mark.parametrize("absent", ABSENCE)
def test_a_state_is_at_no_distance_from_itself_and_distance_has_no_direction(absent):
    table = distances(absent=absent)
    assert (table.to_numpy().diagonal() == 0).all()
    assert (table == table.T).all().all()
    assert table.to_numpy().max() <= 1


def test_absence_left_out_shrinks_the_number_of_votes():
    assert distance_to("RUS").loc["ARM", "votes"] == len(FAMILY) - 1
    assert distance_to("RUS", absent="own-value").loc["ARM", "votes"] == len(FAMILY)


def test_absence_as_an_entry_of_its_own_is_far_from_a_no():
    for absent, expected in ("as-abstain", 0.5), ("own-value", 1.0):
        assert distance_to("RUS", "ES-11/3", absent=absent).loc["ARM", "distance"] == expected


def test_where_no_vote_can_be_compared_there_is_no_distance():
    gap = distance_to("RUS", "ES-11/3").loc["ARM"]
    assert math.isnan(gap["distance"])
    assert gap["votes"] == 0


def test_votes_that_we_do_not_know_are_never_compared():
    assert distance_to("RUS", "ES-11/9", absent="own-value").loc["TJK", "votes"] == 0


def test_the_treatments_are_those_of_the_distance():
    table = treatments("RUS", "68/262", "ES-11/1", "ES-11/3")
    assert list(table.columns) == list(ABSENCE)
    assert table.loc["KGZ"].round(2).to_list() == [0.25, 0.33, 0.67]


# Before and after.


def test_noes_before_and_after_are_all_noes():
    table = noes("2022-02-24")
    every = ballots(*recorded()).loc[table.index]
    assert (table.sum(axis=1) == (every == "no").sum(axis=1)).all()


def test_russia_voted_no_on_every_recorded_vote_on_ukraine():
    assert set(ballots(*recorded()).loc["RUS"]) == {"no"}


def test_a_day_before_all_votes_leaves_nothing_before():
    assert (noes("2014-01-01")["before"] == 0).all()
    assert (noes("2030-01-01")["after"] == 0).all()


# The grid.


def test_the_grid_shows_the_members_and_ukraine_and_on_request_all():
    assert list(votes_grid().table["state"])[-1] == "Ukraine"
    assert len(votes_grid().table) == len(SIX) + 1
    assert len(votes_grid(others=True).table) == len(load("votes")["iso3"].unique())


def test_sorted_by_distance_the_state_itself_comes_first_and_the_farthest_last():
    table = votes_grid(sort="UKR").table
    assert table["state"].iloc[0] == "Ukraine"
    assert table["distance"].is_monotonic_increasing


def test_a_state_that_is_not_shown_cannot_head_the_order():
    with pytest.raises(CstolibError, match="others=True"):
        votes_grid(sort="CHN")
    assert votes_grid(sort="CHN", others=True).table["state"].iloc[0] == "China"


def test_every_known_vote_has_a_mark_of_its_own_look():
    spec = votes_grid().spec()
    drawn = [layer for layer in spec["layer"] if layer["mark"]["type"] == "point"]
    rows = [spec["datasets"][layer["data"]["name"]] for layer in drawn]
    cast = ballots().loc[[*SIX, "UKR"]].to_numpy().ravel()
    assert sum(map(len, rows)) == (cast != UNKNOWN).sum()
    assert len({layer["mark"]["shape"] for layer in drawn}) == len(LOOKS)
    for layer in rows:
        assert len({row["vote"] for row in layer}) == 1


def test_the_description_tells_every_vote_and_every_distance():
    figure = votes_grid("ES-11/1", "ES-11/3")
    for _, state in figure.table.iterrows():
        assert all(f"{name} {state[name]}" in figure.alt for name in FAMILY)
    assert "2 March 2022" in figure.alt
    assert "Counted: ES-11/1, ES-11/3." in figure.alt


def test_another_vote_on_ukraine_gets_a_column():
    assert "76/179" in votes_grid("76/179").table
    with pytest.raises(CstolibError, match="do not fit"):
        votes_grid("71/205", "72/190", "73/263", "74/168")


def test_the_grid_fits_the_page():
    spec = votes_grid("71/205", "72/190", "73/263").spec()
    assert spec["width"] <= 805


# The explorer.


def test_it_opens_on_the_vote_for_which_the_sentence_holds():
    explorer = explore_votes()
    assert explorer.words().remark == sided("ES-11/1").note_text
    assert "is true" in explorer.words().remark


def test_one_more_tick_makes_the_sentence_false():
    explorer = explore_votes()
    explorer.counted["ES-11/3"].value = True
    assert "is false" in explorer.words().remark
    explorer.rule.boxes["every"].value = True
    assert "is true" in explorer.words().remark


def test_with_nothing_ticked_all_are_counted():
    explorer = explore_votes()
    explorer.counted["ES-11/1"].value = False
    assert explorer.words().heading == f"Counted: {', '.join(FAMILY)}"


def test_order_and_absence_reach_the_figure():
    explorer = explore_votes()
    explorer.sort.boxes["RUS"].value = True
    explorer.absent.boxes["own-value"].value = True
    explorer.others.value = True
    table = explorer.figure().table
    assert table["state"].iloc[0] == "Russia"
    assert "Ukraine" in set(table["state"])
    assert pd.Series(table["votes"]).max() == 1


def test_its_code_gives_what_it_shows():
    explorer = explore_votes()
    explorer.counted["ES-11/3"].value = True
    explorer.sort.boxes["BLR"].value = True
    grid, said = explorer.code()
    assert eval(grid).alt == explorer.figure().alt
    assert eval(said).note_text == explorer.words().remark
