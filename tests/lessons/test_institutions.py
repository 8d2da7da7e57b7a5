"""Shares of votes, budget and capability; organs and forces; exercises by host."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cstolib.data import load
from cstolib.errors import CstolibError
from cstolib.lessons.drills import FRAME, drills_by_host
from cstolib.lessons.institutions import MEASURES, burden_panels, shares
from cstolib.lessons.organs import FORCES, HOME, LINES, ORGANS, TIERS, organs_and_forces


@pytest.mark.parametrize("measure", MEASURES)
def test_shares_add_up_and_name_their_sources(measure: str) -> None:
    table = shares(measure)
    assert table["share_pct"].sum() == pytest.approx(100, abs=0.3)
    assert table["sources"].str.len().min() > 0


def test_shares_count_the_states_bound_at_the_end_of_the_year() -> None:
    assert list(shares("votes", 2010)["iso3"]) == ["ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK", "UZB"]
    assert len(shares("GDP", 1998)) == 9


def test_half_of_the_budget_and_a_tenth_each() -> None:
    assert list(shares("budget", 2025)["share_pct"]) == [10, 10, 10, 10, 50, 10]


@pytest.mark.parametrize("year", [2006, 2010, 2023])
def test_budget_shares_are_not_projected_back(year: int) -> None:
    with pytest.raises(CstolibError, match=f"budget of {year} by member.*not\\s+be projected back"):
        shares("budget", year)


@pytest.mark.parametrize(
    ("measure", "year", "said"),
    [("armed forces", 2021, "from 1994 to 2020"), ("gdp", 2020, "Did you mean 'GDP'"), ("GDP", 1990, "1994")],
)
def test_what_cannot_be_answered_is_said(measure: str, year: int, said: str) -> None:
    with pytest.raises(CstolibError, match=said):
        shares(measure, year)


def test_the_panels_hold_every_member_in_every_measure() -> None:
    figure = burden_panels()
    assert figure.table.groupby("measure")["iso3"].nunique().to_dict() == dict.fromkeys(MEASURES, 6)
    assert "Russia 82.2 %" in figure.alt
    assert "2024 and 2025 only" in figure.note
    assert len(figure.spec()["hconcat"]) == 3


def test_every_box_stands_for_rows_of_the_tables() -> None:
    assert {key for box in ORGANS for key in box.rows} <= set(load("bodies")["body_id"])
    assert {name for box in FORCES for name in box.rows} <= set(load("forces")["name"])
    table = organs_and_forces().table
    assert table["sources"].str.len().min() > 0
    assert table["in_full"].str.len().min() > 0


def test_boxes_of_a_tier_do_not_touch_and_lines_stay_inside() -> None:
    for tier in range(len(TIERS)):
        boxes = sorted((box.left, box.left + box.width) for box in (*ORGANS, *FORCES) if box.tier == tier)
        assert all(first[1] < second[0] for first, second in pairwise(boxes))
    assert max(line[3] for line in LINES) <= TIERS[HOME][2]


def test_sizes_are_given_with_their_year_and_their_spread() -> None:
    roles = organs_and_forces().table.set_index("box")["role"]
    assert roles["Rapid Reaction"] == "18,000 in 2019; counts from 17,000 to 20,000"
    assert roles["Peacekeeping"].startswith("over 3,500 in 2020")
    assert roles["Aviation"] == "strength not published"


def test_every_exercise_has_a_mark_for_each_host() -> None:
    drills = load("drills")
    drills = drills[drills["series"] != FRAME]
    table = drills_by_host().table
    assert set(table["drill_id"]) == set(drills["drill_id"])
    assert len(table) == int((drills["host_iso3"].str.count(";").fillna(0) + 1).sum())


def test_an_unknown_absence_is_not_called_presence() -> None:
    kinds = drills_by_host().table.set_index("drill_id")["kind"]
    assert kinds["cobalt-2022"] == "held, no absence reported"
    assert kinds["interaction-2022"] == "held, a member stayed away"
    assert kinds["interaction-2020"] == "cancelled, postponed or moved"
    assert kinds["rubezh-2026"] == "planned, no report found"


def test_alt_text_counts_the_years() -> None:
    assert "2024: 6, 2025: 7" in drills_by_host().alt


def test_hosts_and_starts_are_no_more_exact_than_known() -> None:
    starts = drills_by_host().table.set_index("drill_id")["start"]
    assert starts["echelon-2019"] == "2019-10"
    assert starts["skala-2023"] == ""
