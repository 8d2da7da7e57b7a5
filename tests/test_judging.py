"""An answer is judged from its arguments alone, and told what it was, what is wrong and what is next."""

from pathlib import Path

import pandas as pd
import pytest
from example_source import judged

from cstolib.answers import compare
from cstolib.judging import LONGEST


def test_a_verdict_agrees_with_the_pure_comparison(example: Path) -> None:
    for given in ({"ARM", "BLR", "KAZ"}, {"ARM"}, {"GEO"}, set()):
        verdict = compare("set", given, {"ARM", "BLR", "KAZ"})
        feedback = judged("l99-e4", given)
        assert (feedback.status, feedback.share) == (verdict.status, verdict.share)


@pytest.mark.parametrize(
    ("name", "answer", "shown"),
    [
        ("l99-e1", 4, "4"),
        ("l99-e1", "3 ", "3"),
        ("l99-e3", "15 May 1992", "1992-05-15"),
        ("l99-e4", pd.Series(["KAZ", " ARM"]), "ARM, KAZ"),
        ("l99-e5", ["RUS", "BLR", "ARM"], "RUS, BLR, ARM"),
        ("l99-e6", pd.DataFrame({"since": [1993], "n": [1]}), "a table of since, n with 1 row"),
        ("l99-e7", "B", "B"),
    ],
)
def test_the_answer_that_was_judged_is_shown(name: str, answer: object, shown: str, example: Path) -> None:
    feedback = judged(name, answer)
    assert str(feedback).split("\n")[1] == f"Your answer: {shown}"
    assert f">Your answer: {shown}</p>" in feedback._repr_html_()


def test_a_long_answer_is_shown_in_short(example: Path) -> None:
    feedback = judged("l99-e4", [f"state number {number}" for number in range(40)])
    assert len(feedback.given) <= LONGEST
    assert feedback.given.endswith(" \u2026")


def test_nothing_is_shown_of_a_blank_of_what_cannot_be_read_and_of_a_panel(example: Path) -> None:
    for name, answer in (("l99-e1", ...), ("l99-e1", [1, 2]), ("l99-q1", "b")):
        assert "Your answer" not in str(judged(name, answer))


def test_a_blank_names_the_variable_and_points_to_the_hint(example: Path) -> None:
    text = str(judged("l99-e1", ...))
    assert "l99_e1 = ..." in text
    assert 'hint("l99-e1")' in text


def test_a_partly_right_answer_has_its_own_sentence(example: Path) -> None:
    assert judged("l99-e4", {"ARM"}).message == "Some of these are members; compare with the table."
    assert "does not belong" in judged("l99-e5", ["BLR", "ARM", "KAZ", "RUS"]).message


def test_nothing_is_stored(example: Path) -> None:
    assert judged("l99-e1", 3).status == "right"
    assert not example.exists()
