"""Maps of crises: who ran which place on which day, drawn without deciding a border."""

from __future__ import annotations

import dataclasses
import json
import math
from itertools import pairwise

import altair as alt
import pandas as pd
import pytest

from cstolib import load
from cstolib.atlas import control
from cstolib.atlas.control import changes, control_on, places_of
from cstolib.atlas.geometry import Frame, hatching, inside, parts, roomiest
from cstolib.atlas.mapchart import MARKS
from cstolib.atlas.maps import MapExplorer, crisis_map, explore_map
from cstolib.errors import CstolibError

CRISES = list(load("crises")["crisis_id"])
SQUARE = [(0.0, 0.0), (60.0, 0.0), (60.0, 60.0), (0.0, 60.0), (0.0, 0.0)]
HOLE = [(20.0, 20.0), (40.0, 20.0), (40.0, 40.0), (20.0, 40.0), (20.0, 20.0)]


def on(day: str, place: str) -> dict[str, object]:
    """Say who ran one place on a day."""
    rows = load("places").query("place_id == @place")
    return control_on(day, rows).iloc[0].to_dict()


def marks(figure):
    """List the data of every layer that is not a word, a line or an area."""
    return [layer for layer in figure.spec()["layer"] if layer["mark"]["type"] == "point"]


# Who ran what.


@pytest.mark.parametrize(
    ("day", "run_by", "status"),
    [
        ("2020-11-19", "the self-declared Republic of Artsakh", control.OTHER),
        ("2020-11-20", "Azerbaijan", control.OWN),
    ],
)
def test_the_last_day_and_the_first_day_of_a_change_known_to_the_day(day, run_by, status):
    told = on(day, "aghdam-district")
    assert (told["run by"], told["status"]) == (run_by, status)


@pytest.mark.parametrize(
    ("day", "status"),
    [("2020-09-30", control.OTHER), ("2020-10-15", control.CHANGING), ("2020-11-01", control.OWN)],
)
def test_nothing_is_claimed_within_a_month_that_is_all_we_know(day, status):
    assert on(day, "fuzuli-district")["status"] == status


def test_a_change_known_to_the_month_is_told_by_its_month():
    assert on("2020-10-15", "fuzuli-district")["dates"] == "on a day of October 2020 that is not known"


def test_where_no_line_is_agreed_no_state_is_named():
    told = on("2021-05-12", "sev-lich")
    assert (told["status"], told["belongs to"]) == (control.UNAGREED, "no line agreed")


def test_control_is_not_belonging():
    told = on("2020-09-27", "nagorno-karabakh")
    assert told["belongs to"] == "Azerbaijan"
    assert told["run by"] != "Azerbaijan"


def test_a_place_belongs_to_a_crisis_by_the_timeline_or_by_changing_hands_in_it():
    ids = set(places_of(["karabakh-2020"])["place_id"])
    assert "fuzuli-district" not in set(load("timeline")["place_id"])  # only by changing hands
    assert {"fuzuli-district", "vardenis", "kalbajar-district"} <= ids
    assert "sudzha" not in ids


def test_changes_are_days_on_which_the_answer_differs_from_the_day_before():
    places = places_of(["karabakh-2020"])
    for day in changes(places):
        before = f"{pd.Timestamp(day) - pd.Timedelta(days=1):%Y-%m-%d}"
        now, then = (control_on(date, places)[["run by", "status"]] for date in (day, before))
        assert not now.equals(then), day


@pytest.mark.parametrize("day", ["20 November 2020", "2020-13-01", None])
def test_a_day_that_is_none_is_answered_with_how_to_write_one(day):
    with pytest.raises(CstolibError, match="YYYY-MM-DD"):
        control_on(day, places_of(["karabakh-2020"]))


# Geometry.


def test_an_area_is_cut_at_the_frame():
    frame = Frame(100, 100, (0.0, 0.0), 10)
    world = {"type": "Polygon", "coordinates": [[[-90, -80], [90, -80], [90, 80], [-90, 80], [-90, -80]]]}
    (ring,) = frame.rings(world)
    assert {(x, y) for x, y in ring} == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_an_area_outside_the_frame_is_not_drawn():
    frame = Frame(100, 100, (0.0, 0.0), 10)
    assert frame.rings({"type": "Polygon", "coordinates": [[[50, 50], [51, 50], [51, 51], [50, 50]]]}) == []


def test_hatching_stays_in_the_area_and_out_of_its_holes():
    lines = hatching([SQUARE, HOLE], step=7)
    middles = [((x + x2) / 2, (y + y2) / 2) for x, y, x2, y2 in lines]
    assert len(lines) > 10
    assert all(inside(point, [SQUARE, HOLE]) for point in middles)


def test_hatching_lines_lie_evenly():
    sums = sorted({round(x + y, 1) for x, y, _, _ in hatching([SQUARE], step=10)})
    assert all(math.isclose(b - a, 10) for a, b in pairwise(sums))


def test_a_name_is_written_inside_its_area():
    point, _ = roomiest([SQUARE], lambda _: math.inf)
    assert inside(point, [SQUARE])


def test_pieces_that_lie_apart_keep_their_holes():
    far = [(x + 500, y) for x, y in SQUARE]
    assert parts([SQUARE, HOLE, far]) == [[SQUARE, HOLE], [far]]


# The map.


@pytest.mark.parametrize("crisis", CRISES)
def test_every_crisis_can_be_drawn(crisis):
    figure = crisis_map(crisis)
    assert set(figure.table["status"]) <= set(MARKS)
    assert [layer for layer in figure.spec()["layer"] if layer["mark"]["type"] == "geoshape"]


def test_the_picture_shows_the_land():
    figure = crisis_map("crimea-2014")
    bare = dataclasses.replace(figure, chart=alt.LayerChart(layer=figure.chart.layer[1:2]))
    assert len(figure.png()) > 2 * len(bare.png())


def test_several_crises_share_a_map():
    both = set(crisis_map(["karabakh-2020", "syunik-2021"]).table["place"])
    assert both >= {"Qaragöl/Sev Lich", "Shusha/Shushi"}


def test_without_a_day_it_shows_the_first_day_of_the_first_crisis():
    assert "27 September 2020" in crisis_map(["syunik-2021", "karabakh-2020"]).title


def test_the_map_says_whose_view_it_draws_and_what_it_does_not_draw():
    note = crisis_map("karabakh-2020").note
    for words in ("Natural Earth 5.1.1", "who controls", "decide no border", "No front line"):
        assert words in note


def test_disputed_areas_are_hatched_and_named_so():
    crimea, karabakh = crisis_map("crimea-2014"), crisis_map("karabakh-2020")
    rules = [layer for layer in crimea.spec()["layer"] if layer["mark"]["type"] == "rule"]
    assert max(len(crimea.spec()["datasets"][layer["data"]["name"]]) for layer in rules) > 40
    assert "Hatched, as disputed: Crimea" in crimea.note
    assert "Hatched" not in karabakh.note


def test_crimea_is_drawn_as_an_area_of_its_own():
    spec = crisis_map("crimea-2014").spec()
    shapes = [layer["data"]["name"] for layer in spec["layer"] if layer["mark"]["type"] == "geoshape"]
    named = [feature["properties"]["says"] for name in shapes for feature in spec["datasets"][name]]
    assert "Crimea: disputed, hatched" in named


def test_statuses_differ_in_shape():
    assert len({shape for shape, _ in MARKS.values()}) == len(MARKS)


def written(figure):
    """List all words drawn on a map."""
    sets = figure.spec()["datasets"].values()
    return [row["text"] for rows in sets for row in rows if "text" in row]


def test_each_part_of_a_state_that_has_room_is_named():
    assert written(crisis_map(["karabakh-2020", "syunik-2021"])).count("AZERBAIJAN") == 2


def test_the_key_says_of_which_state_a_place_is_part_that_somebody_else_runs():
    assert "run by somebody else; by recognition part of Azerbaijan" in written(crisis_map("karabakh-2020"))
    for words in ("part of Georgia", "part of Ukraine"):
        crisis = "georgia-2008" if "Georgia" in words else "crimea-2014"
        assert any(words in text for text in written(crisis_map(crisis, "2014-12-01")))


def test_every_place_is_told_in_the_description_with_who_ran_it():
    figure = crisis_map(["karabakh-2020", "syunik-2021"], "2020-11-20")
    for row in figure.table.to_dict("records"):
        assert row["place"] in figure.alt
        assert row["run by"] == "no row" or row["run by"] in figure.alt
    assert len(marks(figure)) >= 3


def test_states_bound_that_day_are_tinted_and_told():
    assert "Bound by the treaty that day: Armenia." in crisis_map("karabakh-2020").alt


def test_it_fits_the_page():
    for crisis in ("karabakh-2020", "kazakhstan-2022"):
        assert crisis_map(crisis).spec()["width"] <= 810


def test_names_are_those_of_the_course():
    drawn = json.dumps(crisis_map("karabakh-2020").spec(), ensure_ascii=False)
    assert "Turkey" not in drawn


# The explorer.


def test_buttons_go_from_change_to_change():
    explorer = explore_map("karabakh-2020")
    seen = [explorer.day.value]
    for _ in range(5):
        explorer.later.click()
        seen.append(explorer.day.value)
    assert seen == sorted(set(seen))
    explorer.earlier.click()
    assert explorer.day.value == seen[-2]
    assert explorer.code() == (f'crisis_map("karabakh-2020", "{seen[-2]}")',)


def test_before_the_first_change_it_says_so():
    explorer = explore_map("karabakh-2020")
    explorer.earlier.click()
    assert "no change on record" in explorer.message.value


def test_a_day_that_is_none_keeps_the_last_map():
    explorer = MapExplorer("karabakh-2020", "syunik-2021")
    before = explorer.code()
    explorer.day.value = "tomorrow"
    assert explorer.code() == before
    assert 'role="status"' in explorer.message.value


def test_words_agree_with_the_map_and_tell_the_day():
    explorer = explore_map("karabakh-2020")
    explorer.day.value = "2020-11-20"
    told = explorer.words()
    assert "Azerbaijani army enters the Aghdam district" in told.remark
    lists = dict(told.lists)
    assert any(place.startswith("Aghdam district") for place in lists["Run by the state to which it belongs"])
    artsakh = lists["Run by somebody else, the self-declared Republic of Artsakh"]
    assert "Kalbajar district" in artsakh
    assert not any("(" in place for place in artsakh)
