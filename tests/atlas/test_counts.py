"""Published counts: drawn as they were given, in order of date, never added up."""

from __future__ import annotations

import struct

import pandas as pd
import pytest

from cstolib.atlas.counts import KINDS, CountsExplorer, counts, growing_counts
from cstolib.data import load, package
from cstolib.errors import CstolibError

SEPTEMBERS = ("armenia-azerbaijan-sept-2022", "kyrgyz-tajik-sept-2022")
COUNTED = sorted(set(load("casualties").query("kind == 'killed'").dropna(subset="low")["crisis_id"]))


def test_every_kind_of_the_table_can_be_drawn():
    fields = {field["name"]: field for field in package().fields("casualties")}
    drawn = {kind for _, kinds in KINDS.values() for kind in kinds}
    assert drawn == set(fields["kind"]["constraints"]["enum"])


@pytest.mark.parametrize("crisis", COUNTED)
def test_each_count_of_a_crisis_is_one_row_with_its_own_numbers(crisis):
    table = load("casualties").query("crisis_id == @crisis")
    table = table[table["kind"].isin(KINDS["killed"][1])].dropna(subset=["low", "best", "high"], how="all")
    drawn = counts(crisis)
    columns = ["low", "best", "high", "sources"]
    assert sorted(map(str, drawn[columns].to_numpy().tolist())) == sorted(
        map(str, table[columns].to_numpy().tolist())
    )


def test_later_counts_stand_below_earlier_ones_and_unknown_days_last():
    drawn = counts("kyrgyz-tajik-sept-2022").query("side == 'Tajikistan'")["date"].tolist()
    assert drawn[-1] == ""
    assert drawn[:-1] == sorted(drawn[:-1])


def test_a_month_stands_after_its_days():
    drawn = counts("armenia-azerbaijan-sept-2022").query("side == 'Armenia'")["date"].tolist()
    assert drawn.index("2022-10") > drawn.index("2022-09-28")


def test_days_are_counted_from_the_first_day_of_the_crisis_where_the_day_is_known():
    drawn = counts("armenia-azerbaijan-sept-2022").set_index("date")["day"]
    assert drawn["2022-09-19"].tolist() == [8, 8]
    assert pd.isna(drawn["2022-10"])


def test_missing_people_are_told_apart_from_the_dead():
    drawn = counts("armenia-azerbaijan-sept-2022").set_index("best")["counted"]
    assert drawn[207] == "killed and missing"
    assert drawn[225] == ""
    assert "Hollow" in growing_counts("armenia-azerbaijan-sept-2022").subtitle
    assert "Hollow" not in growing_counts("kyrgyz-tajik-sept-2022").subtitle


def test_who_only_published_a_number_is_not_called_its_counter():
    drawn = counts("kyrgyz-tajik-sept-2022").set_index("best")["counter"]
    assert drawn[74] == "Published by Radio Azattyk (RFE/RL)"
    assert drawn[41] == "Ministry of Foreign Affairs of Tajikistan"


def test_the_description_tells_day_number_and_counter_of_every_row():
    figure = growing_counts(*SEPTEMBERS)
    assert "18 September 2022, day 5, 36 to 37, Ministry of Health; Ministry of Emergencies" in figure.alt
    assert "October 2022, at least 210 (killed and missing), Prime Minister of Armenia" in figure.alt
    for row in figure.table.to_dict("records"):
        assert row["counter"] in figure.alt


def test_crises_keep_the_order_asked_for_and_sides_come_before_all_together():
    drawn = counts(*reversed(SEPTEMBERS))
    assert drawn["crisis"].iloc[0] == "Kyrgyzstan and Tajikistan, September 2022"
    sides = list(dict.fromkeys(drawn.loc[drawn["crisis"] == drawn["crisis"].iloc[-1], "side"]))
    assert sides == ["Armenia", "Azerbaijan", "all sides together"]


def test_a_number_to_compare_is_drawn_and_told():
    figure = growing_counts("kyrgyz-tajik-sept-2022", number=100)
    assert "stands at 100" in figure.subtitle
    assert "stands at 100" in figure.alt


@pytest.mark.parametrize("crisis", COUNTED)
def test_the_figure_fits_the_page(crisis):
    width = struct.unpack(">I", growing_counts(crisis).png()[16:20])[0] / 2
    assert width <= 830


def test_a_crisis_without_counts_is_named_in_the_note_and_alone_refused():
    assert "Crimea 2014" in growing_counts("kyrgyz-tajik-sept-2022", "crimea-2014").note
    with pytest.raises(CstolibError, match="No count of people killed was found for crimea-2014"):
        counts("crimea-2014")


def test_no_crisis_and_unknown_words_are_answered():
    with pytest.raises(CstolibError, match="at least one crisis"):
        counts()
    with pytest.raises(CstolibError, match="Did you mean 'wounded'"):
        counts("osh-2010", kind="wound")


def test_the_explorer_offers_the_kinds_that_were_counted_and_writes_its_state_as_code():
    assert list(CountsExplorer("armenia-azerbaijan-nov-2021").kind.boxes) == ["killed", "wounded"]
    explorer = CountsExplorer(*SEPTEMBERS)
    explorer.kind.boxes["displaced"].value = True
    assert explorer.code() == (
        'growing_counts("armenia-azerbaijan-sept-2022", "kyrgyz-tajik-sept-2022", kind="displaced")',
    )


def test_the_explorer_sorts_counts_below_and_above_a_number():
    explorer = CountsExplorer("armenia-azerbaijan-sept-2022")
    assert explorer.words().lists == ()
    explorer.number.value = 100
    lists = dict(explorer.words().lists)
    assert lists["Azerbaijan, below"][-1] == "19 September 2022: 79 soldiers"
    assert "Azerbaijan, at or above" not in lists
    assert lists["Armenia, at or above"][0] == "14 September 2022: 105 soldiers"


def test_the_explorer_names_the_crisis_of_each_list_where_there_are_several():
    explorer = CountsExplorer(*SEPTEMBERS)
    explorer.number.value = 200
    lists = dict(explorer.words().lists)
    together = [name for name in lists if "all sides together" in name]
    assert together == [
        "Armenia and Azerbaijan, September 2022, all sides together, at or above",
        "Kyrgyzstan and Tajikistan, September 2022, all sides together, below",
    ]


def test_a_range_around_the_number_and_an_at_least_below_it_are_neither_below_nor_above():
    explorer = CountsExplorer(*SEPTEMBERS)
    explorer.number.value = 40
    lists = dict(explorer.words().lists)
    (civilians,) = [rows for name, rows in lists.items() if "all sides together, open" in name]
    assert civilians == ("2 May 2023: 37 to 51 civilians",)
    explorer.number.value = 250
    (open_end,) = [rows for name, rows in dict(explorer.words().lists).items() if "Armenia, open" in name]
    assert open_end == ("October 2022: at least 210 killed and missing",)
