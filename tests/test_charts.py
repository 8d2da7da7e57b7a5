"""The figures of the lessons say what the tables say, in the picture, in words and in rows."""

import pandas as pd
import pytest

from cstolib import charts, spells, theme
from cstolib.charts import members_over_time, membership_timeline, prediction_chart
from cstolib.citations import cite
from cstolib.errors import CstolibError

GUESS = {"1993": 11, "1995": 9, "2000": 9}
TRUTH = {"1993": 0, "1995": 9, "2000": 6}


def guessed(guess=GUESS, truth=TRUTH, labels=None):
    return prediction_chart(
        guess,
        truth,
        title="States bound by the treaty",
        unit="states",
        labels=labels or {},
        sources=["gibler-2009"],
        as_of="2026-11-21",
        note="",
    )


def drawn(figure):
    """Give every row that the chart draws."""
    return [row for rows in figure.spec()["datasets"].values() for row in rows]


FIGURES = {
    "record": membership_timeline,
    "one state": lambda: membership_timeline(highlight="UZB"),
    "an account": lambda: membership_timeline("gibler-2009"),
    "an account that tells no ends": lambda: membership_timeline("ria-2025-11-26"),
    "members over time": members_over_time,
    "guess, years": guessed,
    "guess, states": lambda: guessed({"a": 1, "b": 2}, {"a": 2, "b": 2}, {"a": "Armenia", "b": "Belarus"}),
}


@pytest.fixture(scope="module", params=FIGURES.values(), ids=FIGURES)
def figure(request):
    return request.param()


@pytest.fixture(scope="module")
def spec(figure):
    return figure.spec()


# What holds for every figure.


def test_title_is_a_line_in_sentence_case_without_year_source_or_full_stop(figure):
    assert figure.title[0].isupper()
    assert not figure.title.endswith(".")
    assert not any(character.isdigit() for character in figure.title)


def test_subtitle_is_one_to_three_sentences(figure):
    assert figure.subtitle.endswith(".")


def test_every_mark_that_can_be_pointed_at_tells_its_facts_and_its_source(spec):
    layers = [layer for layer in spec["layer"] if "tooltip" in layer["encoding"]]
    assert layers
    for layer in layers:
        titles = [channel["title"] for channel in layer["encoding"]["tooltip"]]
        assert any("Source" in title for title in titles)
        assert len(titles) > 2
        assert "description" in layer["encoding"]


def test_marks_for_the_eye_only_are_silent_to_a_screen_reader(spec):
    for layer in spec["layer"]:
        assert ("tooltip" in layer["encoding"]) != (layer["mark"].get("aria") is False)


def test_no_layer_is_empty(spec):
    for layer in spec["layer"]:
        assert spec["datasets"][layer.get("data", spec.get("data"))["name"]]


def test_the_picture_is_drawn(figure):
    assert figure.png().startswith(b"\x89PNG")


def test_every_source_in_the_rows_is_a_source_of_the_figure(figure):
    if "sources" in figure.table:
        cited = {reference.source["source_id"] for reference in cite(figure.table)}
        assert cited == set(figure.sources)


# Members over time.


def test_the_steps_start_with_the_signature_that_bound_nobody():
    first = members_over_time().table.iloc[0]
    assert (f"{first['date']:%Y-%m-%d}", first["members"]) == ("1992-05-15", 0)


def test_the_number_after_each_step_is_the_number_of_open_spells():
    table, bound = members_over_time().table, spells()
    for row in table.to_dict("records"):
        day = row["date"]
        open_ = bound[(bound["start"] <= day) & ~(bound["end"] <= day)]
        assert row["members"] == len(open_)


def test_every_number_stands_where_its_step_starts_and_the_first_words_point_back_to_it():
    figure = members_over_time()
    numbers = [
        layer
        for layer in figure.spec()["layer"]
        if layer["encoding"].get("text", {}).get("field") == "members"
    ]
    assert [layer["encoding"]["x"]["field"] for layer in numbers] == ["date", "date"]
    moves = [row["moves"] for row in drawn(figure) if row.get("moves")]
    assert moves[0] == "\u2190 signed, in force for nobody"
    assert not any("\u2190" in words for words in moves[1:])


def test_states_that_come_and_go_on_one_day_are_named_together():
    table = members_over_time().table.set_index("date")
    day = table.loc["1999-04-21"] if "1999-04-21" in table.index else table[table["out"] != ""].iloc[0]
    assert day["out"] == "Azerbaijan, Georgia, Uzbekistan"


def test_moves_are_told_in_short_when_many():
    step = {"in": "Armenia, Belarus, Georgia", "out": "Uzbekistan"}
    assert charts._moves(step) == "in: Armenia, Belarus, Georgia; out: Uzbekistan"
    assert charts._moves(step, names=2) == "in: 3 states; out: Uzbekistan"


def test_the_words_tell_every_step():
    figure = members_over_time()
    for row in figure.table.to_dict("records"):
        assert f"{row['date'].day} {row['date']:%B %Y}: {row['members']}" in figure.alt


# Guess and truth.


def test_guess_and_truth_stand_side_by_side_in_the_rows():
    rows = guessed().table
    assert rows.columns.to_list() == ["item", "your_guess", "truth"]
    assert rows.loc[2].to_list() == ["2000", 9, 6]


def test_the_guess_is_hollow_and_dashed_and_the_truth_solid():
    line, points = guessed().spec()["layer"][:2]
    assert line["encoding"]["strokeDash"]["scale"] == {
        "domain": ["Truth", "Your guess"],
        "range": [[1, 0], [5, 4]],
    }
    assert points["encoding"]["fill"]["scale"]["range"] == [theme.INK, theme.PAPER]


def test_years_are_joined_by_steps_that_say_what_they_are():
    figure = guessed()
    assert figure.spec()["layer"][0]["mark"]["interpolate"] == "step-after"
    assert "A line only carries a number on" in figure.subtitle
    other = guessed({"a": 1}, {"a": 2})
    assert "interpolate" not in other.spec()["layer"][0]["mark"]
    assert "line" not in other.subtitle


def test_years_have_their_true_distance_and_other_keys_their_labels():
    assert guessed().spec()["layer"][0]["encoding"]["x"]["type"] == "quantitative"
    other = guessed({"a": 1, "b": 2}, {"b": 2, "a": 3}, {"a": "Armenia", "b": "Belarus"})
    x = other.spec()["layer"][0]["encoding"]["x"]
    assert x["type"] == "nominal"
    assert x["scale"]["domain"] == ["Belarus", "Armenia"]  # in the order of the truth


def test_a_right_guess_is_said_to_be_right_and_its_number_written_once():
    figure = guessed()
    assert "1995: you said 9, and so it is." in figure.alt
    assert "2000: you said 9, the truth is 6." in figure.alt
    texts = [row["text"] for row in drawn(figure) if row["item"] == "1995"]
    assert sorted(texts) == ["", "9"]


def test_numbers_stand_on_the_side_away_from_the_other_series():
    above = {(row["item"], row["series"]): row["above"] for row in drawn(guessed())}
    assert above["1993", "Your guess"] is True
    assert above["1993", "Truth"] is False


def test_equal_guess_and_truth_of_nothing_can_be_drawn():
    assert guessed({"1993": 0}, {"1993": 0}).png()


def test_guess_and_truth_need_the_same_keys():
    with pytest.raises(CstolibError, match="only one of them has 1995"):
        guessed({"1993": 1}, {"1993": 1, "1995": 2})


def test_an_unknown_source_of_the_truth_is_an_error():
    with pytest.raises(CstolibError, match="gibler-209"):
        prediction_chart(
            GUESS, TRUTH, title="T", unit="states", labels={}, sources=["gibler-209"], as_of="2026", note=""
        )


def test_rows_are_plain_numbers():
    assert pd.api.types.is_float_dtype(guessed().table["truth"])
