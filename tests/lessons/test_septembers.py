"""Lesson 11: how soon the crises were answered, and the timelines that one can lay beside each other."""

from __future__ import annotations

import pandas as pd
import pytest

from cstolib.data import load
from cstolib.errors import CstolibError
from cstolib.lessons.septembers import BESIDE, MILESTONES, SEPTEMBERS, HoursExplorer, first_steps


def hours(crisis: str) -> pd.DataFrame:
    return first_steps(crisis).set_index("milestone")[["from", "to"]]


def test_every_crisis_has_a_row_for_each_milestone():
    table = first_steps(*BESIDE)
    assert len(table) == len(BESIDE) * len(MILESTONES)
    assert list(first_steps()["crisis"].unique()) == list(
        load("crises").set_index("crisis_id").loc[list(SEPTEMBERS), "name"]
    )


def test_armenia_asked_and_was_answered_on_the_first_day():
    found = hours("armenia-azerbaijan-sept-2022")
    assert found.loc["first request to the CSTO"].tolist() == [0, 24]
    assert found.loc["first act of a body of the CSTO"].tolist() == [0, 24]
    assert found.loc["first ceasefire"].tolist() == [10, 10]


def test_between_two_members_the_first_words_came_on_the_third_day():
    found = hours("kyrgyz-tajik-sept-2022")
    assert found.loc["first act of a body of the CSTO"].tolist() == [48, 72]
    assert found.loc["first ceasefire"].tolist() == [64, 64]


def test_what_is_not_recorded_has_no_hours():
    found = hours("kyrgyz-tajik-2021")
    assert found.loc["first request to the CSTO"].isna().all()
    assert "no request to the CSTO is recorded" in str(exploring("kyrgyz-tajik-2021").words().lists)


def test_acts_of_single_states_are_not_acts_of_the_organisation():
    table = first_steps(*BESIDE)
    acts = table[table["milestone"] == MILESTONES["act"]]["what"].dropna()
    assert not acts.str.contains("Government|President|Minister of Defence of Russia").any()


def test_an_unknown_crisis_is_answered_with_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean"):
        first_steps("kyrgyz-tajik-sept-2023")


def exploring(*crises: str) -> HoursExplorer:
    explorer = HoursExplorer()
    for crisis_id, box in explorer.boxes.items():
        box.value = crisis_id in crises
    return explorer


def test_the_explorer_draws_what_is_ticked_up_to_the_hours_asked_for():
    explorer = exploring("kazakhstan-2022", "kyrgyz-tajik-sept-2022")
    explorer.hours.value = 72
    assert explorer.code() == (
        'aligned_timelines("kyrgyz-tajik-sept-2022", "kazakhstan-2022", until_hours=72)',
    )
    assert explorer.figure().table["hours from"].max() <= 72


def test_without_a_tick_the_two_septembers_stand_there():
    assert exploring().chosen() == list(SEPTEMBERS)


def test_the_words_tell_hours_as_exactly_as_they_are_known():
    lists = dict(HoursExplorer().words().lists)
    first = lists["Armenia and Azerbaijan, September 2022"]
    assert "first ceasefire: hour 10" in first
    assert "first act of a body of the CSTO: hours 0 to 24" in first
