"""Small panels, all drawn alike, that can be compared in grey."""

import pandas as pd
import pytest

from cstolib import load
from cstolib.atlas.multiples import small_multiples, soon_in_words
from cstolib.errors import CstolibError


@pytest.fixture(scope="module")
def figure():
    return small_multiples()


@pytest.fixture(scope="module")
def marks(figure):
    spec = figure.spec()
    found = [
        pd.DataFrame(spec["datasets"][layer["data"]["name"]]).assign(filled=layer["mark"].get("filled"))
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point"
    ]
    return pd.concat(found)


def test_every_crisis_has_a_panel_and_each_of_two_members_has_one(figure):
    assert figure.table["crisis"].nunique() == len(load("crises"))
    panels = figure.table[["crisis", "towards"]].drop_duplicates()
    assert len(panels) == len(load("positions")[["crisis_id", "towards"]].drop_duplicates())


def test_every_code_is_drawn_as_a_ring_or_a_dot(marks):
    positions = load("positions")
    assert (~marks["filled"].astype(bool)).sum() == positions["said"].notna().sum()
    assert marks["filled"].astype(bool).sum() == positions["did"].notna().sum()


def test_rings_and_dots_differ_without_colour(figure):
    points = [layer["mark"] for layer in figure.spec()["layer"] if layer["mark"]["type"] == "point"]
    assert len({(mark["filled"], mark["size"]) for mark in points}) == 2


def test_it_is_drawn_in_greys_only(figure):
    colours = {
        value
        for layer in figure.spec()["layer"]
        for key, value in layer["mark"].items()
        if key in ("fill", "stroke", "color")
    }
    for colour in colours:
        red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
        assert max(red, green, blue) - min(red, green, blue) < 20, colour


def test_it_fits_the_page(figure):
    assert figure.spec()["width"] <= 800


def test_the_description_tells_every_state_in_every_panel(figure):
    for row in figure.table.to_dict("records"):
        assert row["state"] in figure.alt
        assert f"{row['crisis']}, towards {row['towards']}" in figure.alt
    assert "Kazakhstan, January 2022, towards Kazakhstan: Armenia said +2, did +4" in figure.alt
    assert "first act of the CSTO: hours 72 to 96" in figure.alt


def test_what_was_not_found_is_said_and_not_drawn_as_zero(figure):
    rows = figure.table.query("crisis == 'Karabakh 2023' and state == 'Belarus'")
    assert rows["said"].to_list() == ["nothing found"]


def test_no_words_lie_on_each_other(figure):
    spec = figure.spec()
    words = pd.concat(
        pd.DataFrame(spec["datasets"][layer["data"]["name"]])
        for layer in spec["layer"]
        if layer["mark"]["type"] == "text"
    )
    assert not words.duplicated(["x", "y"]).any()


def test_some_crises_make_a_small_figure():
    some = small_multiples("su24-2015", "kyrgyz-tajik-2021")
    assert some.table["crisis"].nunique() == 2
    assert some.spec()["width"] < 600


def test_days_are_given_where_hours_would_be_many():
    assert soon_in_words(0.0, 24.0) == "hours 0 to 24"
    assert soon_in_words(0.0, 288.0) == "days 1 to 12"


def test_an_unknown_crisis_is_refused():
    with pytest.raises(CstolibError, match="Did you mean 'su24-2015'"):
        small_multiples("su24")
