"""Lesson 7: groups come from the tables, means from the codes, and figure, words and verdicts agree."""

import pandas as pd
import pytest

from cstolib import bound_on, load
from cstolib.errors import CstolibError
from cstolib.lessons.ballot import ballot
from cstolib.lessons.solidarity import (
    IDEAS,
    SHOCKS,
    group_means,
    idea_group,
    support_rows,
    verdicts,
)
from cstolib.lessons.support import explore_support, support_by_group

EACH = pytest.mark.parametrize("idea", list(IDEAS))
BOTH = pytest.mark.parametrize("codes", ["said", "did"])

# The groups.


def test_kinship_is_who_adopted_the_texts_of_the_turkic_council():
    adopted = load("stances").query("indicator == 'joint-text' and about.str.startswith('Turkic Council')")
    adopted = adopted[adopted["crisis_id"] == "line-of-contact-2014-15"]
    assert set(idea_group("kinship")) == set(adopted["iso3"]) == {"KAZ", "KGZ"}


def test_an_observer_is_not_a_member_of_the_islamic_organisation():
    assert idea_group("faith") == ["KAZ", "KGZ", "TJK"]


def test_installations_without_a_base_do_not_count():
    assert idea_group("bases") == ["ARM", "KGZ", "TJK"]


def test_the_old_choice_is_a_vote_of_no():
    votes = load("votes").query("resolution == 'A/RES/62/243'").set_index("iso3")["vote"]
    assert [iso3 for iso3 in idea_group("vote") if votes[iso3] != "no"] == []
    assert "USA" not in idea_group("vote")


# The rows and the means.


@EACH
@BOTH
def test_every_other_member_has_a_row_in_each_shock(idea, codes):
    rows = support_rows(idea, codes)
    positions = load("positions").set_index(["crisis_id", "iso3"])
    starts = load("crises").set_index("crisis_id")["start"]
    for crisis in IDEAS[idea].shocks:
        here = rows[rows["crisis_id"] == crisis]
        party = positions.loc[crisis, "towards"].iloc[0]
        assert set(here["iso3"]) == set(bound_on(f"{starts[crisis]:%Y-%m-%d}")["iso3"]) - {party}
    for row in rows.to_dict("records"):
        code = positions.loc[(row["crisis_id"], row["iso3"]), codes]
        assert (pd.isna(code) and pd.isna(row["code"])) or code == row["code"]


@EACH
@BOTH
def test_a_mean_is_that_of_the_codes_found_and_of_no_others(idea, codes):
    rows = support_rows(idea, codes)
    for row in group_means(idea, codes).to_dict("records"):
        here = rows[(rows["crisis_id"] == row["crisis_id"]) & (rows["group"] == row["group"])]
        found = [int(code) for code in here["code"].dropna()]
        assert row["n"] == len(found)
        assert row["not_found"] == ", ".join(here.loc[here["code"].isna(), "state"])
        assert (pd.isna(row["mean"]) and not found) or row["mean"] == pytest.approx(sum(found) / len(found))


def test_kinship_is_turned_round_by_the_words_of_two_shocks_and_fits_the_deeds():
    assert [word for _, word in verdicts("kinship")] == [
        "as expected",
        "the other way round",
        "the other way round",
    ]
    assert [word for _, word in verdicts("kinship", "did")] == [
        "cannot be said",
        "as expected",
        "as expected",
    ]


@EACH
@BOTH
def test_a_verdict_follows_from_the_means_alone(idea, codes):
    means = group_means(idea, codes)
    for (crisis, word), (_, some) in zip(
        verdicts(idea, codes), means.groupby("crisis", sort=False), strict=True
    ):
        inside, others = some["mean"]
        if pd.isna(inside) or pd.isna(others):
            assert word == "cannot be said", crisis
        else:
            lean = int(inside > others) - int(inside < others)
            expected = 1 if IDEAS[idea].higher else -1
            assert word == {0: "no difference", expected: "as expected"}.get(lean, "the other way round")


def test_an_unknown_explanation_is_refused_with_the_nearest():
    for function in (idea_group, support_rows, group_means, support_by_group):
        with pytest.raises(CstolibError, match="Did you mean 'kinship'"):
            function("kinshp")


# The figures.


@EACH
@BOTH
def test_every_code_is_drawn_and_said(idea, codes):
    figure = support_by_group(idea, codes)
    spec = figure.spec()
    points = [
        record
        for layer in spec["layer"]
        if layer["mark"]["type"] == "point"
        for record in spec["datasets"][layer["data"]["name"]]
    ]
    coded = figure.table.dropna(subset="code")
    means = group_means(idea, codes)
    assert len(points) == len(coded) + means["mean"].notna().sum()
    for row in coded.to_dict("records"):
        assert any(point["says"].startswith(f"{row['crisis']}: {row['state']}") for point in points)
        assert row["state"] in figure.alt
    for missing in means["not_found"]:
        assert not missing or f"nothing found: {missing}" in figure.alt
    assert spec["width"] <= 806


def test_the_explorer_switches_explanation_and_codes():
    explorer = explore_support()
    assert explorer.figure().title == "Kinship of language: what they said"
    explorer.codes.boxes["did"].value = True
    explorer.idea.boxes["faith"].value = True
    assert explorer.figure().title == "Community of faith: what they did"
    scope = {"group_means": group_means, "support_by_group": support_by_group}
    means, figure = (eval(call, scope) for call in explorer.code())
    assert means.equals(group_means("faith", "did"))
    assert figure.alt == explorer.figure().alt


@EACH
def test_the_words_of_the_explorer_name_each_shock_once(idea):
    explorer = explore_support()
    explorer.idea.boxes[idea].value = True
    named = [crisis for _, crises in explorer.words().lists for crisis in crises]
    assert sorted(named) == sorted(crisis.replace(", ", " in ") for crisis, _ in verdicts(idea))


# The roll call.


def test_the_ballot_keeps_four_values_and_knows_who_was_bound():
    table = ballot().table
    votes = load("votes").query("resolution == 'A/RES/62/243'").set_index("iso3")["vote"]
    assert table.set_index("iso3")["vote"].to_dict() == votes.to_dict()
    assert set(table["vote"]) == {"no", "abstain", "absent", "yes"}
    assert set(table.loc[table["bound"], "iso3"]) == set(bound_on("2008-03-14")["iso3"])
    assert not table.set_index("iso3").loc["UZB", "bound"]


def test_the_ballot_says_all_in_words():
    alt = ballot().alt
    assert "absent, Belarus, Kyrgyzstan, Tajikistan; yes, nobody" in alt
    assert "39 yes, 7 no, 100 abstain, 46 absent" in alt


def test_the_shocks_stand_in_the_order_of_time():
    starts = load("crises").set_index("crisis_id")["start"]
    assert list(SHOCKS) == sorted(SHOCKS, key=lambda crisis: starts[crisis])
