"""Parameters of each learner: stable, spread out, and known by id alone."""

from collections import Counter

import pytest

from cstolib.errors import CstolibError
from cstolib.grading.variants import MOST_VARIANTS, draw, every, name_of

YEARS = {"seed": "spring", "choices": {"year": [1994, 2003, 2013], "state": ["ARM", "KAZ"]}}


def test_without_variants_there_is_one_and_it_has_no_name():
    assert draw({}, "s01") == {}
    assert every({}) == [{}]
    assert name_of({}) == ""


def test_what_was_drawn_never_changes():
    """Another answer here would change the grades of a course that is under way."""
    drawn = [draw(YEARS, who) for who in ("s01", "s02", "Ана")]
    assert drawn == [
        {"state": "ARM", "year": 2003},
        {"state": "KAZ", "year": 2013},
        {"state": "ARM", "year": 1994},
    ]


def test_capitals_and_blanks_of_an_id_do_not_matter_and_the_seed_does():
    learners = [f"s{n:02}" for n in range(50)]
    assert [draw(YEARS, f" {who.upper()}\n") for who in learners] == [draw(YEARS, who) for who in learners]
    other = {**YEARS, "seed": "autumn"}
    assert [draw(other, who) for who in learners] != [draw(YEARS, who) for who in learners]


def test_a_parameter_does_not_depend_on_the_others():
    alone = {"seed": "spring", "choices": {"year": YEARS["choices"]["year"]}}
    assert all(draw(alone, f"s{n}")["year"] == draw(YEARS, f"s{n}")["year"] for n in range(50))


def test_variants_are_spread_evenly():
    counts = Counter(name_of(draw(YEARS, f"s{n}")) for n in range(600))
    assert set(counts) == {name_of(each) for each in every(YEARS["choices"])}
    assert 60 < min(counts.values()) <= max(counts.values()) < 140


def test_any_text_is_an_id():
    for who in ("", "\ud800", "x" * 10_000, "O'Brien; DROP"):
        assert draw(YEARS, who)["state"] in ("ARM", "KAZ")


def test_two_hundred_variants_are_allowed_and_no_more():
    assert len(every({"a": list(range(MOST_VARIANTS))})) == MOST_VARIANTS
    with pytest.raises(CstolibError, match=r"a, b make 201000000 variants; at most 200 are allowed"):
        every({"a": list(range(201)), "b": list(range(10**6))})


def test_the_name_of_a_variant_is_the_same_whatever_the_order():
    assert name_of({"b": 1, "a": "é"}) == name_of({"a": "é", "b": 1}) == '{"a": "é", "b": 1}'
