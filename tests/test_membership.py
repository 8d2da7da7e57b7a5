import datetime

import numpy as np
import pandas as pd
import pytest

from cstolib import data
from cstolib.citations import cite
from cstolib.errors import CstolibError
from cstolib.membership import bound_on, spells

TREATY_RECORD = "treaty-record"  # the account in membership_by_source that our rule must agree with


def in_words(table):
    """Write spells as ``ISO3 start/end``, an open end as ``...``."""
    ends = table["end"].dt.strftime("%Y-%m-%d").fillna("...")
    return list(table["iso3"] + " " + table["start"].dt.strftime("%Y-%m-%d") + "/" + ends)


@pytest.mark.usefixtures("tiny")
class TestTheRule:
    def test_entry_into_force_opens_and_effect_of_exit_closes(self):
        assert in_words(spells()) == [
            "ARM 1994-04-20/...",
            "GEO 1994-04-20/1999-04-20",
            "UZB 1994-04-20/1999-04-20",
            "UZB 2008-03-28/2012-12-19",
        ]

    def test_deciding_events_and_their_sources_are_named(self):
        last = spells().iloc[-1]
        assert (last["start_event"], last["end_event"]) == ("uzb-2006-effective", "uzb-2012-left")
        assert last["sources"] == "record-1992;record-1992"

    @pytest.mark.parametrize(
        ("date", "bound"),
        [
            ("1992-05-15", []),  # signed, bound nobody
            ("1994-04-19", []),
            ("1994-04-20", ["ARM", "GEO", "UZB"]),  # the day it came into force
            ("1999-04-19", ["ARM", "GEO", "UZB"]),
            ("1999-04-20", ["ARM"]),  # the day the exit took effect
            ("2006-08-16", ["ARM"]),  # rejoining signed, not yet in effect
            ("2008-03-28", ["ARM", "UZB"]),
            ("2012-06-20", ["ARM", "UZB"]),  # notice given, not yet in effect
            ("2012-12-19", ["ARM"]),
            ("2024-02-22", ["ARM"]),  # a statement changes nothing
        ],
    )
    def test_who_is_bound(self, date, bound):
        assert list(bound_on(date)["iso3"]) == bound

    def test_a_second_entry_while_bound_changes_nothing(self, tiny):
        with (tiny / "membership.csv").open("a") as file:
            file.write(
                "zzz-charter,ARM,cst-1992,in_force,2003-09-18,day,in_force,not_applicable,record-1992\n"
            )
        assert in_words(spells())[0] == "ARM 1994-04-20/..."

    def test_an_undated_step_decides_nothing(self, tiny):
        with (tiny / "membership.csv").open("a") as file:
            file.write("zzz,ARM,cst-1992,left,unknown,unknown,effective,not_applicable,record-1992\n")
        assert in_words(spells())[0] == "ARM 1994-04-20/..."


@pytest.mark.usefixtures("tiny")
class TestTheAnswer:
    def test_names_states_since_when_and_why(self):
        table = bound_on("2010-01-01")
        assert list(table.columns) == ["iso3", "name", "since", "event_id"]
        assert list(table["name"]) == ["Armenia", "Uzbekistan"]
        assert table.loc[1, "since"] == pd.Timestamp("2008-03-28")
        assert len(cite("membership", table.loc[1, "event_id"])) == 1

    def test_nobody_is_one_sentence_without_an_empty_frame(self):
        table = bound_on("1992-05-15")
        note = "Computed from the table membership; facts as of 2026-11-21."
        assert repr(table) == f"Nobody was bound by the treaty on 15 May 1992.\n\n{note}"
        assert "<table" not in table._repr_html_()
        assert "<p>Nobody was bound by the treaty on 15 May 1992.</p>" in table._repr_html_()
        assert list(table.columns) == ["iso3", "name", "since", "event_id"]

    def test_caption_counts_them(self):
        assert repr(bound_on("2010-01-01")).startswith("States bound by the treaty on 2010-01-01: 2\n")

    @pytest.mark.parametrize(
        "date",
        [
            datetime.date(2010, 1, 1),
            datetime.datetime(2010, 1, 1, 12),
            pd.Timestamp("2010-01-01"),
            np.datetime64("2010-01-01"),
        ],
    )
    def test_takes_dates_of_every_common_kind(self, date):
        assert len(bound_on(date)) == 2


@pytest.mark.usefixtures("tiny")
class TestBadDates:
    @pytest.mark.parametrize(
        "date",
        [
            *("", "yesterday", "12.5.1994", "1994-02-30", "1994-05", 1994, None, ["1994-05-12"]),
            *(pd.NaT, float("nan"), np.datetime64("NaT")),
        ],
    )
    def test_what_is_no_day_is_told(self, date):
        with pytest.raises(CstolibError, match="is not a day: write year-month-day, such as '1994-05-12'"):
            bound_on(date)

    @pytest.mark.parametrize("date", ["1992-05-14", "2026-11-22", "1066-10-14", "9999-12-31"])
    def test_a_day_outside_the_tables_is_told_the_span(self, date):
        with pytest.raises(CstolibError, match="Give a day from 1992-05-15 to 2026-11-21"):
            bound_on(date)


class TestRealTables:
    def test_the_treaty_record_tells_the_same_spells(self):
        accounts = data.load("membership_by_source")
        record = accounts[accounts["source_id"] == TREATY_RECORD].sort_values(["iso3", "start"])
        assert in_words(record) == in_words(spells())

    def test_bound_states_match_the_roles_of_today(self):
        states = data.load("states")
        today = set(bound_on(data.package().resource("membership")["factsAsOf"])["iso3"])
        assert set(states.loc[states["role"] == "member", "iso3"]) == today
        assert set(states.loc[states["role"] == "former", "iso3"]) == set(spells()["iso3"]) - today
