"""All crises in one table: who asked, what was done, how soon; and finding crises by it."""

from pathlib import Path

import pandas as pd
import pytest

from cstolib import load
from cstolib.atlas.overview import (
    ARTICLES,
    DONE,
    FORMS,
    KINDS,
    LESSONS,
    ORGANS,
    crisis_overview,
    find_crises,
    is_organ,
    lesson_of,
    names_adversary,
    strongest,
)
from cstolib.citations import cite
from cstolib.errors import CstolibError

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def rows():
    return crisis_overview().set_index("crisis_id")


def test_every_crisis_has_one_row_in_order_of_time(rows):
    assert sorted(rows.index) == sorted(load("crises")["crisis_id"])
    assert rows["start"].is_monotonic_increasing


def test_every_row_can_be_cited(rows):
    assert len(cite(rows)) > 100


def test_a_crisis_without_a_request_names_nobody_who_asked(rows):
    asked = set(load("requests")["crisis_id"])
    assert set(rows.index[rows["asked"] == "no request is recorded"]) == set(rows.index) - asked


@pytest.mark.parametrize("crisis", ["osh-2010", "syunik-2021", "batken-2000"])
def test_each_requester_and_each_article_is_named(rows, crisis):
    requests = load("requests").query("crisis_id == @crisis")
    assert set(rows.loc[crisis, "requesters"].split(";")) == set(requests["requester"])
    assert set(rows.loc[crisis, "articles"].split(";")) == set(requests["article"])


def test_the_words_cover_every_value_of_the_tables():
    assert set(KINDS) == set(load("crises")["type"])
    assert set(ARTICLES) == set(load("requests")["article"])
    assert set(FORMS) == set(load("responses")["form"])
    assert set(DONE) == {*FORMS, "no act"}


def test_every_body_of_the_csto_that_acted_counts_as_one():
    bodies = {name for cell in load("responses")["body"] for name in cell.split(";")}
    of_csto = {name for name in bodies if "CSTO" in name or "Collective Security" in name}
    assert of_csto <= ORGANS
    assert bodies >= ORGANS, "a name that no response has"
    assert not is_organ("Council of Heads of State of the Commonwealth of Independent States")


def test_acts_of_others_are_kept_apart(rows):
    assert rows.loc["tajik-civil-war", ["csto", "anybody"]].to_list() == ["no act", "deployment"]
    assert rows.loc["karabakh-2020", ["csto", "anybody"]].to_list() == ["statement", "deployment"]


def test_a_refusal_is_the_weakest_act_and_no_act_is_less():
    assert strongest(["none", "statement"]) == "statement"
    assert strongest(["none"]) == "none"
    assert strongest([]) == ""


@pytest.mark.parametrize(
    ("codes", "why", "verdict"),
    [
        ([True, False], [None, None], "yes"),
        ([False, None], [None, "unknown"], "unknown"),
        ([False, None], [None, "not_applicable"], "no"),
        ([None], ["not_applicable"], "does not apply"),
        ([], [], "no act"),
    ],
)
def test_whether_an_adversary_is_named_keeps_unknown_apart_from_no(codes, why, verdict):
    acts = pd.DataFrame({"adversary": pd.Series(codes, dtype="object"), "why": why})
    assert names_adversary(acts) == verdict


def test_the_first_act_lies_in_the_day_that_the_table_gives(rows):
    assert rows.loc["kazakhstan-2022", ["hours_from", "hours_to"]].to_list() == [72, 96]
    assert rows.loc["armenia-azerbaijan-sept-2022", ["hours_from", "hours_to"]].to_list() == [0, 24]


def test_an_act_before_hour_zero_is_no_first_act(rows):
    assert rows.loc["ukraine-2022", "hours_from"] > 24 * 60


def test_a_refusal_is_no_first_act(rows):
    assert pd.isna(rows.loc["line-of-contact-2014-15", "hours_from"])


# Finding.


def test_without_a_condition_all_are_found(rows):
    assert find_crises() == list(rows.index)


def test_values_widen_and_conditions_narrow():
    assert set(find_crises(article=["2", "4"])) == {*find_crises(article="2"), *find_crises(article="4")}
    narrow = find_crises(asked="ARM", kind="external-attack")
    assert set(narrow) == set(find_crises(asked="ARM")) & set(find_crises(kind="external-attack"))


def test_one_can_find_what_nobody_asked_for():
    assert find_crises(asked="nobody") == find_crises(article="no request")
    assert "georgia-2008" in find_crises(asked="nobody")


def test_whose_acts_count_changes_what_was_done():
    assert "karabakh-2020" in find_crises(done="deployment")
    assert "karabakh-2020" not in find_crises(done="deployment", by="csto")
    assert find_crises(done="no act", by="csto") == ["tajik-civil-war"]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ({"article": "5"}, "no article '5'"),
        ({"kind": "internl"}, "Did you mean 'internal'"),
        ({"done": "mision"}, "Did you mean 'mission'"),
        ({"by": "nato"}, "no actor 'nato'"),
    ],
)
def test_what_is_unknown_is_refused(condition, message):
    with pytest.raises(CstolibError, match=message):
        find_crises(**condition)


# Lessons.


def test_a_crisis_belongs_to_one_lesson_at_most():
    named = [crisis for _, crises in LESSONS.values() for crisis in crises.split()]
    assert len(named) == len(set(named))
    assert set(named) <= set(load("crises")["crisis_id"])


@pytest.mark.parametrize("name", LESSONS)
def test_the_lesson_is_there_and_speaks_of_its_crises(name):
    text = (ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8")
    names = load("crises").set_index("crisis_id")["name"]
    silent = [key for key in LESSONS[name][1].split() if key not in text and names[key] not in text]
    assert silent == []


def test_a_crisis_without_a_lesson_has_none():
    assert lesson_of("tavush-2020") is None
    with pytest.raises(CstolibError, match="Did you mean"):
        lesson_of("tavush-2021")
