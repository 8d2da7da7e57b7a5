"""A message about a name that does not exist names it, the nearest that does, and what is allowed."""

import pandas as pd
import pytest

from cstolib import cite, load, membership_timeline
from cstolib.errors import LONGEST, MOST, CstolibError, brief, known, unknown

MANY = [f"row-{number}" for number in range(100)] + ["arm-1992", "arm-1994"]


def test_a_name_that_exists_is_given_back():
    assert known("state", "ARM", {"ARM": 1, "BLR": 2}) == "ARM"


def test_capital_letters_do_not_hide_the_nearest():
    assert "Did you mean 'ARM'?" in str(unknown("state", "arm", ["ARM", "BLR"]))
    assert "Did you mean 'ARM'?" in str(unknown("state", "Armenia", ["ARM", "BLR"]))


def test_of_very_many_names_those_most_like_it_are_written_out():
    assert str(unknown("row", "ARM", MANY)).endswith("Allowed: arm-1992, arm-1994 and 100 more.")
    assert str(unknown("row", "?", MANY)).count(", ") == MOST - 1


@pytest.mark.parametrize("value", [None, 3, ["membership"], {"a": 1}, pd.DataFrame({"a": range(99)})])
def test_what_is_no_name_at_all_is_told_briefly_and_without_a_guess(value):
    with pytest.raises(CstolibError, match="There is no table") as error:
        load(value)
    assert "Did you mean" not in str(error.value)
    assert "\n" not in str(error.value)
    with pytest.raises(CstolibError, match="There is no account of membership"):
        membership_timeline(value)


def test_a_state_that_is_no_name_is_told():
    with pytest.raises(CstolibError, match=r"There is no state \['ARM'\]"):
        membership_timeline(highlight=["ARM"])


def test_long_values_are_cut():
    assert len(brief("x" * 1000)) == LONGEST
    assert brief(load("states")).startswith("States")


def test_jupyter_shows_the_sentence_and_no_traceback():
    with pytest.raises(CstolibError) as error:
        cite("membershp")
    (line,) = error.value._render_traceback_()
    assert line.startswith(
        "CstolibError: There is no table or source 'membershp'. Did you mean 'membership'?"
    )
