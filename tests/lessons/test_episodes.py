"""The episodes of lesson 4: every recorded act is in its box, and the grid and the card say the same."""

import pandas as pd
import pytest

from cstolib import bound_on, load
from cstolib.errors import CstolibError
from cstolib.lessons.episodes import (
    BOXES,
    EPISODES,
    FORMS,
    HEDGED,
    acts,
    episode_card,
    episodes_grid,
    explore_episodes,
)

CRISES = sorted({episode.crisis for episode in EPISODES.values()})


def ids(table, *, box=None):
    """Give the keys of the rows of one table that are coded, of one box or of all."""
    coded = acts()
    coded = coded if box is None else coded[coded["box"] == box]
    parts = coded["row"].str.split(": ")
    return {key for name, key in parts if name == table}


def recorded(table):
    rows = load(table)
    return rows[rows["crisis_id"].isin(CRISES)]


# The coding.


@pytest.mark.parametrize(("table", "key"), [("responses", "response_id"), ("requests", "request_id")])
def test_every_request_and_response_of_the_three_crises_is_coded(table, key):
    assert ids(table) == set(recorded(table)[key])


def test_only_the_council_of_the_treaty_stands_in_the_box_of_the_treaty():
    rows = recorded("responses").set_index("response_id")
    assert set(rows.loc[list(ids("responses", box="treaty")), "body"]) == {"Collective Security Council"}
    assert ids("responses", box="treaty") == set(rows.index[rows["body"] == "Collective Security Council"])


def test_only_bodies_of_the_commonwealth_stand_in_its_box():
    rows = recorded("responses").set_index("response_id")
    of_cis = rows["body"].str.contains("CIS|Commonwealth")
    assert ids("responses", box="CIS") == set(rows.index[of_cis])


def test_a_request_stands_with_the_one_who_was_asked():
    rows = recorded("requests").set_index("request_id")
    assert set(rows.loc[list(ids("requests", box="Russia")), "addressed_to"]) == {"russia"}
    assert set(rows.loc[list(ids("requests", box="CIS")), "addressed_to"]) == {"cis"}
    assert ids("requests", box="treaty") == set()


def test_a_response_keeps_the_form_that_it_has_in_its_table():
    forms = load("responses").set_index("response_id")["form"]
    own = acts().loc[lambda rows: rows["row"].str.startswith("responses: ")]
    assert own["form"].to_list() == [forms[row.partition(": ")[2]] for row in own["row"]]


@pytest.mark.parametrize(("episode", "day"), [("tajik-1992", "1992-12-31"), ("tajik-1993", "1993-12-31")])
def test_the_treaty_is_not_in_force_where_the_grid_says_so(episode, day):
    assert not EPISODES[episode].in_force
    assert bound_on(day).empty


@pytest.mark.parametrize(("episode", "day"), [("tajik-1994", "1994-12-31"), ("batken-1999", "1999-08-22")])
def test_the_treaty_is_in_force_in_the_others(episode, day):
    assert EPISODES[episode].in_force
    assert not bound_on(day).empty


def test_the_sources_of_the_hedged_decision_still_hedge_it():
    detail = load("responses").set_index("response_id").loc[list(HEDGED), "detail"]
    assert detail.str.contains("purported to have").all()
    assert detail.str.contains("only Russia had agreed").all()


def test_every_act_has_words_and_sources():
    table = acts()
    assert (table["what"].str.len() > 10).all()
    assert table["sources"].str.len().gt(0).all()
    assert set(table["form"]) <= set(FORMS)
    assert set(table["box"]) <= set(BOXES)


def test_an_unknown_episode_is_refused_with_the_nearest():
    for function in (acts, episodes_grid, episode_card):
        with pytest.raises(CstolibError, match="Did you mean 'batken-1999'"):
            function("batken-199")


# The grid.


@pytest.fixture(scope="module")
def marks():
    layers = episodes_grid().spec()["layer"]
    values = episodes_grid().spec()["datasets"]
    points = next(layer for layer in layers if layer["mark"]["type"] == "point")
    return pd.DataFrame(values[points["data"]["name"]])


def test_each_form_has_a_shape_a_colour_and_a_word_of_its_own():
    for part in zip(*FORMS.values(), strict=True):
        assert len(set(part)) == len(FORMS)


def test_there_is_one_mark_for_each_form_in_each_cell(marks):
    assert len(marks) == len(acts().drop_duplicates(["episode", "box", "form"]))
    assert not marks.duplicated(["x", "y"]).any()


def test_only_requests_and_hedged_acts_are_hollow(marks):
    hollow = marks[marks["fill"] == "#ffffff"]
    assert set(hollow["text"].str.partition(" ")[0]) == {"asked", "materiel,"}


def test_the_description_names_every_episode_and_what_was_not_found():
    words = episodes_grid().alt
    assert "Tajik civil war, 1992: " in words
    assert "Batken, 1999: " in words
    assert "treaty, not in force" in words
    assert "treaty, materiel, hedged" in words


def test_the_note_says_that_none_found_proves_nothing():
    assert "no proof" in episodes_grid().note


def test_the_chosen_episode_stands_out():
    spec = episodes_grid("batken-2000").spec()
    points = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "point")
    drawn = pd.DataFrame(spec["datasets"][points["data"]["name"]])
    assert set(drawn.loc[~drawn["faded"], "label"]) == {"Batken, 2000"}


# The card and the explorer.


@pytest.mark.parametrize("episode", list(EPISODES))
def test_a_card_has_every_act_and_every_empty_box_of_its_episode(episode):
    rows = episode_card(episode).rows
    assert (
        len(rows) == acts(episode)["row"].nunique() + rows["form"].isin(["none found", "not in force"]).sum()
    )
    said = " ".join(rows["in whose name"])
    assert all(box in said for box in BOXES)


def test_a_card_starts_with_the_requests_and_their_basis():
    first = episode_card("batken-2000").rows.iloc[0]
    assert first["in whose name"] == "request to Russia"
    assert "Basis named: bilateral agreements" in first["what, and on what basis"]


def test_a_request_that_a_source_only_infers_says_so_on_the_card():
    rows = episode_card("batken-2000").rows
    asked = rows.loc[rows["date"] == "2000-08-29", "what, and on what basis"]
    assert asked.str.contains("Kyrgyzstan asks.*not a published request").any()


def test_a_delivery_by_several_states_stands_on_the_card_once():
    rows = episode_card("batken-1999").rows
    assert (rows["in whose name"] == "Russia, Uzbekistan, others").sum() == 1


def test_the_card_is_a_table_with_a_caption():
    bundle = episode_card("batken-1999").bundle()
    assert "<caption>Batken, 1999</caption>" in bundle["text/html"]
    assert bundle["text/plain"].startswith("Batken, 1999\n")


def test_the_explorer_shows_the_ticked_episode_and_its_code():
    explorer = explore_episodes()
    explorer.episode.boxes["tajik-1993"].value = True
    assert explorer.code() == ('episode_card("tajik-1993")', 'episodes_grid("tajik-1993")')
    assert explorer.words().heading == "Tajik civil war, 1993"
    assert [key for key, box in explorer.episode.boxes.items() if box.value] == ["tajik-1993"]


def test_without_a_tick_the_explorer_shows_batken_1999():
    explorer = explore_episodes()
    explorer.episode.boxes["batken-1999"].value = False
    assert explorer.words().heading == "Batken, 1999"
