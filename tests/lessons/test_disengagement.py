"""The ladder of disengagement, the steps on it, and forecasts that are scored later."""

from __future__ import annotations

import pandas as pd
import pytest

from cstolib import bound_on, load, theme
from cstolib.data import package
from cstolib.errors import CstolibError
from cstolib.lessons.disengagement import disengagement_ladder, explore_ladder
from cstolib.lessons.forecasts import QUESTIONS, brier, forecast, score_forecasts
from cstolib.lessons.rungs import CASES, LEGAL, RUNGS, STEPS, ladder_steps

# The steps.


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.evidence)
def test_each_step_rests_on_one_row_of_its_state(step):
    table, _, key = step.evidence.partition(":")
    chosen = (package().keys(table) == key).to_numpy()
    assert chosen.sum() == 1
    row = load(table)[chosen].iloc[0]
    state = CASES[step.case].iso3
    if table == "membership":
        assert row["iso3"] == state
    elif table == "timeline" and not step.what.startswith("absent"):
        assert row["actors"] == state
    elif table == "timeline":
        assert state not in row["actors"].split(";")


def test_every_case_and_rung_has_steps_and_no_step_comes_twice():
    assert {step.case for step in STEPS} == set(CASES)
    assert {step.rung for step in STEPS} == set(RUNGS)
    assert len({(step.case, step.rung, step.evidence) for step in STEPS}) == len(STEPS)


def test_the_highest_rung_is_the_day_that_decides_by_the_rule_of_the_package():
    top = ladder_steps()
    top = top[top["rung"] == len(RUNGS)]
    for step in top.to_dict("records"):
        iso3, day = CASES[step["case"]].iso3, pd.Timestamp(step["day"])
        before = f"{day - pd.Timedelta(days=1):%Y-%m-%d}"
        assert iso3 in set(bound_on(before)["iso3"])
        assert iso3 not in set(bound_on(step["day"])["iso3"])


def test_who_is_still_bound_has_no_step_on_the_highest_rung():
    bound = set(bound_on(package().description["factsAsOf"])["iso3"])
    there = {step.case for step in STEPS if step.rung == "effect"}
    assert {case for case in CASES if CASES[case].iso3 in bound} == set(CASES) - there


def test_words_and_deeds_of_armenia_are_all_on_the_ladder():
    own = load("membership").query("iso3 == 'ARM' and event == 'distanced'")["event_id"]
    left_out = {"arm-2025-distanced-summit", "arm-2026-distanced-report"}  # an absence told twice; a report
    shown = {step.evidence.removeprefix("membership:") for step in STEPS}
    assert set(own) - shown == left_out


def test_the_figure_warns_when_the_latest_words_were_found():
    freeze = load("timeline").query("crisis_id == 'armenia-freeze-2024' and when_precision == 'day'")
    words = freeze[freeze["headline"].str.contains("member")]
    for latest in (words["when"].max(), freeze["when"].max()):
        assert f"{latest:%B %Y}" in disengagement_ladder().note


def test_steps_are_told_up_to_a_day():
    assert ladder_steps("armenia", until="2023-12-31")["rung"].max() == 4
    assert ladder_steps("armenia", until="2024-12-31")["rung"].max() == 6


@pytest.mark.parametrize("until", ["2023", "31.12.2023"])
def test_a_day_that_is_none_is_refused(until):
    with pytest.raises(CstolibError, match=until):
        ladder_steps(until=until)


# The figure.


def test_the_table_holds_the_steps_that_are_drawn():
    figure = disengagement_ladder("uzbekistan-2012", "armenia")
    assert list(figure.table["case"].drop_duplicates()) == ["uzbekistan-2012", "armenia"]
    assert len(figure.table) == sum(step.case in ("armenia", "uzbekistan-2012") for step in STEPS)


def test_the_description_tells_every_step_and_every_empty_rung():
    alt = disengagement_ladder().alt
    for step in STEPS:
        assert step.what in alt
    assert "nothing found on rung 7, 8. Azerbaijan" in alt
    assert "Uzbekistan 2012, bound until 18 December 2012" in alt


def test_each_state_keeps_its_colour():
    spec = str(disengagement_ladder().spec())
    for iso3 in ("ARM", "AZE", "GEO", "UZB"):
        assert theme.look(iso3).colour in spec


def test_it_fits_the_page():
    assert disengagement_ladder().spec()["width"] <= 830


def test_no_step_before_its_time_still_makes_a_figure():
    figure = disengagement_ladder("armenia", until="1999-12-31")
    assert figure.table["what"].tolist() == ["nothing found"]


# The explorer.


def test_the_explorer_counts_rungs_up_to_the_year_and_writes_the_code():
    explorer = explore_ladder()
    explorer.year.value = 2023
    heading, rungs = explorer.words().lists[0]
    assert heading == "Armenia since 2022, still bound on 31 December 2023; rungs"
    assert len(rungs) == 4
    assert explorer.code() == ('disengagement_ladder("armenia", "uzbekistan-2012", until="2023-12-31")',)


def test_without_a_tick_every_case_is_shown():
    explorer = explore_ladder()
    for box in explorer.boxes.values():
        box.value = False
    assert len(explorer.words().lists) == len(CASES)


def test_legal_rungs_are_the_highest():
    assert tuple(RUNGS)[-len(LEGAL) :] == LEGAL


# Forecasts.


@pytest.fixture(autouse=True)
def own_record(tmp_path, monkeypatch):
    """Keep forecasts of one test from the next."""
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path / "progress.jsonl"))


def test_a_forecast_is_stored_and_scored_later():
    shown = forecast({"notice": 0.2, "summit": 0.1, "dues": ..., "vote": 0})
    assert shown["yours"].count() == 3
    scored = score_forecasts({"notice": True, "summit": False, "dues": True}).set_index("question")
    assert scored["score"].to_dict() == {"notice": 0.64, "summit": 0.01}


def test_the_latest_forecast_counts():
    forecast({"notice": 0.2})
    forecast({"notice": 0.7})
    assert score_forecasts({"notice": True})["yours"].tolist() == [0.7]


def test_dots_are_no_forecast():
    assert "Nothing is stored yet" in forecast(dict.fromkeys(QUESTIONS, ...)).note_text
    with pytest.raises(CstolibError, match="No forecast is stored"):
        score_forecasts({"notice": True})


def test_percentages_are_answered_with_what_to_write():
    with pytest.raises(CstolibError, match=r"write 0\.2"):
        forecast({"notice": 20})


def test_every_question_has_a_day_after_the_facts_end_and_says_who_settles_it():
    for question in QUESTIONS.values():
        assert question.day > package().description["factsAsOf"]
        assert question.settled_by


def test_certainty_that_fails_costs_most():
    assert brier(1, False) == brier(0, True) == 1
