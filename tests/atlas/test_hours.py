"""Hours since hour zero: what is known exactly is a point, what is known to a day is a day long."""

import pandas as pd
import pytest

from cstolib import load
from cstolib.atlas.hours import AHEAD, aligned_timelines, steps
from cstolib.errors import CstolibError

TWO = ("armenia-azerbaijan-sept-2022", "kyrgyz-tajik-sept-2022")


def drawn(figure, mark):
    """Give the rows of every layer of one kind of mark."""
    spec = figure.spec()
    frames = [
        pd.DataFrame(spec["datasets"][layer["data"]["name"]])
        for layer in spec["layer"]
        if layer["mark"]["type"] == mark
    ]
    return pd.concat(frames) if frames else pd.DataFrame()


# The steps.


def test_every_crisis_has_an_offset_and_an_hour_zero():
    assert set(AHEAD) == set(load("crises")["crisis_id"])
    for crisis in AHEAD:
        assert (steps(crisis)["hours"] == 0).any(), crisis


def test_the_offset_of_a_crisis_is_within_two_hours_of_every_clock_in_its_rows():
    timed = load("timeline").dropna(subset=["time", "crisis_id"])
    for crisis, offset in zip(timed["crisis_id"], timed["utc_offset"], strict=True):
        assert abs(int(offset[:3]) - AHEAD[crisis]) <= 2, crisis


def test_every_step_of_the_table_is_there_in_order_of_time():
    for crisis in AHEAD:
        rows = steps(crisis)
        assert set(rows["event_id"]) == set(load("timeline").query("crisis_id == @crisis")["event_id"])
        assert rows["when"].is_monotonic_increasing


def test_a_time_on_the_spot_is_turned_into_utc():
    row = steps("kyrgyz-tajik-2021").set_index("event_id").loc["kyrgyz-tajik-2021-fire"]
    assert (row["local"], row["when"]) == (
        "2021-04-29 14:05 UTC+06:00",
        pd.Timestamp("2021-04-29 08:05", tz="UTC"),
    )
    assert row["until"] == row["when"]


def test_two_clocks_of_one_crisis_are_brought_together():
    rows = steps("su24-2015").set_index("event_id")
    assert rows.loc["su24-2015-nato", "hours"] == 8.6  # 09:24 at UTC+2 to 19:00 at UTC+3


def test_a_step_known_to_its_day_lasts_the_day_on_the_spot():
    row = steps("karabakh-2023").iloc[0]
    assert row["when"] == pd.Timestamp("2023-09-18 20:00", tz="UTC")
    assert (row["hours"], row["hours_until"]) == (0, 24)


def test_a_step_known_to_its_month_lasts_the_month():
    row = steps("tajik-civil-war").iloc[0]
    assert (row["precision"], row["hours_until"] - row["hours"]) == ("month", 31 * 24)


def test_what_came_before_the_first_day_of_the_crisis_has_negative_hours():
    rows = steps("ukraine-2022")
    first = rows[rows["hours"] == 0]
    assert first["local"].to_list() == ["2022-02-24"]
    assert (rows["hours"] < 0).any()


def test_one_may_count_from_another_step():
    rows = steps("kazakhstan-2022", zero="kazakhstan-2022-request").set_index("event_id")
    assert rows.loc["kazakhstan-2022-decision", "hours"] == 2.75


def test_an_unknown_crisis_or_step_is_refused_with_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean 'su24-2015'"):
        steps("su24-2016")
    with pytest.raises(CstolibError, match=r"step of su24-2015 'su24-2015-shotdown'\. Did you mean"):
        steps("su24-2015", zero="su24-2015-shotdown")


# The figure.


def test_points_are_drawn_for_hours_and_bars_for_days():
    figure = aligned_timelines(*TWO)
    rows = pd.concat([steps(crisis) for crisis in TWO])
    timed = rows["precision"].isin(["minute", "hour"])
    assert len(drawn(figure, "point")) == timed.sum()
    assert len(drawn(figure, "rect")) == (~timed).sum()


def test_hour_zero_of_all_lanes_stands_on_one_line():
    figure = aligned_timelines("kyrgyz-tajik-2021", "kazakhstan-2022")
    marks = pd.concat([drawn(figure, "point"), drawn(figure, "rect")])
    zero = marks[marks["says"].str.contains("hours? 0\\b", regex=True)]
    assert zero["x"].nunique() == 1
    assert len(zero) >= 2


def test_the_table_has_exactly_the_rows_that_are_drawn():
    figure = aligned_timelines(*TWO, until_hours=48)
    assert len(figure.table) == len(drawn(figure, "point")) + len(drawn(figure, "rect"))
    assert figure.table["hours from"].max() <= 48


def test_what_is_left_out_is_counted():
    whole, cut = aligned_timelines(*TWO), aligned_timelines(*TWO, until_hours=48)
    assert f"Left out, more than 48 hours from hour zero: {len(whole.table) - len(cut.table)}" in cut.note
    assert "Left out" not in whole.note


def test_a_day_that_begins_where_the_figure_ends_is_left_out_and_a_point_there_is_kept():
    bars = drawn(aligned_timelines(*TWO, until_hours=24), "rect")
    assert (bars["x2"] - bars["x"]).min() > 3
    lane = steps("kyrgyz-tajik-sept-2022")
    ceasefire = lane.loc[lane["event_id"] == "kyrgyz-tajik-sept-2022-ceasefire-16", "hours"].item()
    figure = aligned_timelines("kyrgyz-tajik-sept-2022", until_hours=ceasefire)
    assert figure.table["hours from"].max() == ceasefire


def test_a_month_does_not_stretch_the_axis_beyond_what_was_asked_for():
    bars = drawn(aligned_timelines("su24-2015", until_hours=72), "rect")
    assert bars["x"].min() >= 430


def test_the_description_tells_every_step_with_its_hours_and_its_date():
    figure = aligned_timelines(*TWO)
    assert all(headline in figure.alt for headline in figure.table["step"])
    assert "hour 44, Ceasefire that holds (2022-09-14 20:00 UTC+04:00)" in figure.alt


def test_the_note_says_how_far_hour_zero_is_known():
    assert "up to 24 too many" in aligned_timelines("karabakh-2023").note
    assert "744" in aligned_timelines("tajik-civil-war").note
    assert "too many" not in aligned_timelines("su24-2015").note
    assert (
        "chosen for this figure" in aligned_timelines("su24-2015", zero={"su24-2015": "su24-2015-nato"}).note
    )


def test_no_words_lie_on_each_other():
    for crisis in AHEAD:
        words = drawn(aligned_timelines(crisis), "text").query("10 < x < 400").sort_values("y")
        assert (words["y"].diff().dropna() > 9).all(), crisis


def test_nonsense_is_refused():
    with pytest.raises(CstolibError, match="at least one crisis"):
        aligned_timelines()
    with pytest.raises(CstolibError, match="above 0"):
        aligned_timelines("su24-2015", until_hours=0)
    with pytest.raises(CstolibError, match="step of su24-2015"):
        aligned_timelines("su24-2015", zero={"su24-2015": "x"})
