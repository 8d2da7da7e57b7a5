"""Uzbekistan's path, what explanations make of it, and the requests of 2005 and 2010."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from cstolib import load, spells, theme
from cstolib.citations import parse_sources
from cstolib.data import package
from cstolib.errors import CstolibError
from cstolib.lessons.appeals import ADDRESSEES, CASES, FORMS, STRENGTH, compare_requests
from cstolib.lessons.paths import AGREEMENTS, SHAPES, PathExplorer, uzbekistan_path
from cstolib.lessons.turns import AGAINST, EXPLANATIONS, READINGS, TURNS, VERDICTS, evidence_sources


def band(figure, name):
    return figure.table[figure.table["band"] == name]


# The readings.


def test_every_explanation_is_read_at_every_turn_once():
    assert [reading[:2] for reading in READINGS] == [(name, turn) for name in EXPLANATIONS for turn in TURNS]
    assert {reading.verdict for reading in READINGS} == set(VERDICTS)


def test_the_turns_are_steps_of_uzbekistan_in_order():
    steps = load("membership").set_index("event_id").loc[list(TURNS)]
    assert set(steps["iso3"]) == {"UZB"}
    assert steps["date"].is_monotonic_increasing


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: "-".join(reading[:2]))
def test_each_reading_rests_on_rows_that_exist(reading):
    for item in reading.evidence.split():
        table, _, key = item.partition(":")
        assert (package().keys(table) == key).sum() == 1, item
    known = set(load("sources")["source_id"])
    assert {source.source_id for source in parse_sources(evidence_sources(reading))} <= known


def test_ideology_is_judged_by_one_president_who_saw_every_turn():
    term = load("offices").set_index("office_id").loc["president-uzb-karimov"]
    turns = load("membership").set_index("event_id").loc[list(TURNS), "date"]
    assert term["start"] < turns.min()
    assert turns.max() < term["end"]
    verdicts = [reading.verdict for reading in READINGS if reading.explanation == "ideology"]
    assert verdicts[1:] == [AGAINST] * 3


def test_agreements_are_called_signed_or_not_as_their_notes_say():
    notes = load("instruments").set_index("instrument_id")["note"]
    refused = {
        name
        for name in AGREEMENTS
        if "Uzbekistan did not sign" in notes[name] or "but Uzbekistan" in notes[name]
    }
    assert refused == {name for name, words in AGREEMENTS.items() if "not signed" in words}


# The path.


def test_bars_are_the_spells_by_the_rule_of_the_package():
    drawn = band(uzbekistan_path(), "Bound")
    record = spells().query("iso3 == 'UZB'")
    assert list(drawn["date"]) == [f"{day:%Y-%m-%d}" for day in record["start"]]
    last = record["end"] - pd.Timedelta(days=1)
    assert list(drawn["until"]) == [f"{day:%Y-%m-%d}" for day in last]


def test_every_dated_step_is_drawn_with_its_kind_of_date():
    drawn = band(uzbekistan_path(), "Its steps")
    assert len(drawn) == len(load("membership").query("iso3 == 'UZB'").dropna(subset="date"))
    assert (drawn["kind"] != "").all()


def test_the_description_tells_the_kind_of_each_date_and_the_reason_of_each_verdict():
    figure = uzbekistan_path("ideology")
    for row in band(figure, "Its steps").to_dict("records"):
        assert f"({row['kind'].lower()})" in figure.alt
    for reading in READINGS:
        told = f": {reading.why.rstrip('.')}" in figure.alt
        assert told or reading.explanation != "ideology"


def test_an_explanation_adds_its_four_verdicts_and_nothing_else_changes():
    plain, judged = uzbekistan_path(), uzbekistan_path("asymmetric-alliance")
    mine = [reading for reading in READINGS if reading.explanation == "asymmetric-alliance"]
    assert list(band(judged, "Security for autonomy")["why"]) == [reading.why for reading in mine]
    assert len(judged.table) == len(plain.table) + len(TURNS)


def test_an_explanation_asked_for_twice_is_drawn_once():
    assert len(uzbekistan_path("ideology", "ideology").table) == len(uzbekistan_path("ideology").table)


def test_an_unknown_explanation_is_answered_with_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean 'shared-danger'"):
        uzbekistan_path("shared-dangers")


def test_verdicts_differ_in_shape_and_fill():
    for part in zip(*SHAPES.values(), strict=True):
        assert len(set(part)) == len(SHAPES)


def test_the_figure_names_what_is_missing():
    assert "V-Dem" in uzbekistan_path().note


def test_the_state_keeps_its_colour():
    assert theme.look("UZB").colour in str(uzbekistan_path().spec())


# The explorer.


def test_the_explorer_draws_what_is_ticked_and_writes_it_as_code():
    explorer = PathExplorer()
    explorer.boxes["ideology"].value = True
    explorer.boxes["protective-integration"].value = False
    assert explorer.code() == ('uzbekistan_path("ideology")',)
    assert set(explorer.figure().table["band"]) >= {"Ideology"}
    assert ("Ideology, does not fit", ("out", "in again", "out again")) in explorer.words().lists


def test_without_a_tick_the_path_stands_alone():
    explorer = PathExplorer()
    explorer.boxes["protective-integration"].value = False
    assert explorer.code() == ("uzbekistan_path()",)
    assert explorer.words().heading == "No explanation is ticked"


# The requests.


def test_each_case_follows_a_request_of_its_crisis_or_says_that_there_is_none():
    requests = load("requests").set_index("request_id")
    for case in CASES:
        if case.request:
            assert requests.loc[case.request, "crisis_id"] == case.crisis
        else:
            assert case.crisis not in set(requests["crisis_id"])


def test_forms_and_addressees_have_words_and_strength_grows_with_the_form():
    allowed = {field["name"]: field for field in package().fields("responses")}["form"]["constraints"]["enum"]
    assert list(FORMS) == list(STRENGTH) == allowed
    assert all(before <= after for before, after in pairwise(STRENGTH.values()))
    asked = load("requests").set_index("request_id").loc[[case.request for case in CASES if case.request]]
    assert set(asked["addressed_to"]) <= set(ADDRESSEES)


def test_troops_were_asked_of_russia_and_equipment_of_the_organisation():
    table = compare_requests().table.set_index(["case", "row"])["text"]
    assert table["Osh, 12 June 2010", "Whom"] == "Russia"
    assert "forces" in table["Osh, 12 June 2010", "For what"]
    assert table["Osh, 16 June 2010", "Whom"] == "the CSTO"
    assert "helicopters" in table["Osh, 16 June 2010", "For what"]


def test_answers_are_those_of_the_table_with_their_strength():
    drawn = compare_requests().table.dropna(subset="answer")
    responses = load("responses")
    asked = responses["request_id"].isin([case.request for case in CASES if case.request])
    unasked = responses["crisis_id"] == "andijan-2005"
    assert sorted(drawn["answer"]) == sorted(STRENGTH[form] for form in responses[asked | unasked]["form"])


def test_nobody_was_bound_where_nobody_asked():
    table = compare_requests().table.set_index(["case", "row"])["text"]
    assert table["Andijan, May 2005", "Bound by the treaty"] == "Uzbekistan: no"
    assert table["Osh, 16 June 2010", "Bound by the treaty"] == "Kyrgyzstan: yes"
