import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cstolib import bank, calibration, check, journal, predict, reveal
from cstolib.errors import CstolibError
from cstolib.exercises import record
from cstolib.predictions import _heading, read_values, saved

TRUTH = {"1993": 1, "1994": 3}


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Collect what would be drawn, without drawing it."""
    calls: list[Any] = []
    charts = types.ModuleType("cstolib.charts")
    charts.prediction_chart = lambda *given, **named: calls.append((given, named)) or "a figure"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "cstolib.charts", charts)
    return calls


def test_a_prediction_is_saved_and_said(example: Path) -> None:
    said = str(predict("l99-p1", {"1993": 2, "1994": 5}, confidence=0.6))
    assert said.split("\n") == [
        "Your prediction is saved",
        "In 1993: 2; In 1994: 5 (states). You are 60 % sure.",
        'Now see the truth: reveal("l99-p1").',
    ]
    assert saved("l99-p1")["values"] == {"1993": 2, "1994": 5}  # type: ignore[index]


def test_years_may_be_numbers_and_numbers_may_be_texts(example: Path) -> None:
    predict("l99-p1", {1993: "2", 1994: 5.0})  # type: ignore[dict-item]
    assert saved("l99-p1")["values"] == {"1993": 2, "1994": 5}  # type: ignore[index]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"1993": 1}, 'A number for In 1994 is missing ("1994")'),
        ({"1993": 1, "1994": ...}, "A number for In 1994 is missing"),
        ({"1993": 1, "1994": ""}, "A number for In 1994 is missing"),
        ({"1993": 1, "1994": 16}, "In 1994: 16 is not between 0 and 15 (states)"),
        ({"1993": -1, "1994": 3}, "In 1993: -1 is not between 0 and 15"),
        ({"1993": 1, "1994": 6.5}, "In 1994: 6.5 is not a whole number (states)."),
        ({"1993": "many", "1994": 3}, "In 1993: A number is needed here"),
        ({"1993": 1, "1995": 3}, "There is no item '1995'. Did you mean '1994'?"),
        ([1, 3], 'Write one number for each item, as {"1993": ..., "1994": ...}'),
        (3, "Write one number for each item"),
    ],
)
def test_an_impossible_prediction_is_refused_with_what_is_allowed(
    values: Any, says: str, example: Path
) -> None:
    with pytest.raises(CstolibError) as error:
        predict("l99-p1", values)
    assert says in str(error.value)
    assert not example.exists()


def test_only_predictions_are_predicted(example: Path) -> None:
    with pytest.raises(CstolibError, match=r'check\("l99-e1", \.\.\.\)'):
        predict("l99-e1", {})
    with pytest.raises(CstolibError, match="confidence is a probability"):
        predict("l99-p1", TRUTH, confidence=60)


def test_without_a_prediction_the_reveal_asks_for_one_and_tells_nothing(
    example: Path, drawn: list[Any]
) -> None:
    shown = reveal("l99-p1")
    assert str(shown) == (
        "First your prediction\n"
        "No prediction is saved for l99-p1 yet. Commit to one above, then run this cell again."
    )
    assert shown.figure is None
    assert not drawn
    assert not example.exists()


def test_the_reveal_shows_guess_truth_and_reason_together(example: Path, drawn: list[Any]) -> None:
    predict("l99-p1", {"1993": 2, "1994": 5})
    shown = reveal("l99-p1")
    assert str(shown).split("\n") == [
        "\u2717 At least one number is more than 1 off",
        "In 1993: you said 2, the truth is 1.",
        "In 1994: you said 5, the truth is 3.",
        "Two of the three entered in the second year.",
    ]
    ((given, named),) = drawn
    assert given == ({"1993": 2, "1994": 5}, TRUTH)
    assert named["title"] == "Members in two years"
    assert named["labels"] == {"1993": "In 1993", "1994": "In 1994"}
    assert shown.figure == "a figure"


def test_what_is_measured_need_not_be_whole(example: Path) -> None:
    prediction = bank.exercise("l99-p1")
    measured = replace(prediction, items=tuple({**item, "whole": False} for item in prediction.items))
    assert read_values(measured, {"1993": 0.5, "1994": 6.5}) == {"1993": 0.5, "1994": 6.5}


def test_one_number_alone_is_called_one(example: Path) -> None:
    prediction = bank.exercise("l99-p1")
    alone = replace(prediction, items=prediction.items[:1])
    assert _heading(alone, True) == "\u2713 Your number is within 1 of the truth"
    assert _heading(alone, False) == "\u2717 Your number is more than 1 off"


def test_numbers_that_are_right_or_wrong_are_called_so(example: Path) -> None:
    prediction = bank.exercise("l99-p1")
    whole = replace(prediction, items=tuple({**item, "whole": True} for item in prediction.items), margin=0.5)
    assert _heading(whole, True) == "\u2713 All your numbers are right"
    assert _heading(whole, False) == "\u2717 At least one number is not right"
    assert whole.exact
    assert not replace(whole, margin=1).exact


def test_every_number_must_be_within_the_margin(example: Path, drawn: list[Any]) -> None:
    predict("l99-p1", {"1993": 2, "1994": 4})
    assert reveal("l99-p1").heading == "\u2713 All your numbers are within 1 of the truth"


def test_a_prediction_may_change_until_the_truth_has_been_seen(example: Path, drawn: list[Any]) -> None:
    predict("l99-p1", {"1993": 9, "1994": 9})
    predict("l99-p1", {"1993": 2, "1994": 5})
    reveal("l99-p1")
    assert "already seen the truth" in str(predict("l99-p1", TRUTH))
    assert saved("l99-p1")["values"] == {"1993": 2, "1994": 5}  # type: ignore[index]
    reveal("l99-p1")
    assert [entry["event"] for entry in journal.read().entries] == ["predict", "predict", "reveal"]


def test_a_stored_prediction_that_does_not_fit_is_passed_over(example: Path) -> None:
    predict("l99-p1", {"1993": 2, "1994": 5})
    journal.append("predict", "l99-p1", values={"1993": 99})
    journal.append("predict", "l99-p1")
    assert saved("l99-p1")["values"] == {"1993": 2, "1994": 5}  # type: ignore[index]


def test_a_prediction_that_cannot_be_stored_counts_until_the_kernel_ends(
    example: Path, drawn: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(example.parent / "nowhere" / "progress.jsonl"))
    assert "Progress is not stored" in str(predict("l99-p1", TRUTH))
    assert reveal("l99-p1").heading.startswith("\u2713 ")


def test_calibration_starts_with_a_fixed_sentence(example: Path) -> None:
    assert str(calibration()).startswith("No stated probability is stored yet.")
    assert calibration().brier is None
    check("l99-e1", 3)
    assert calibration().n == 0


def test_the_brier_score_is_the_mean_squared_distance_of_the_first_answers(
    example: Path, drawn: list[Any]
) -> None:
    check("l99-e1", ..., confidence=0.9)  # no answer
    check("l99-e1", [3], confidence=0.9)  # cannot be read
    check("l99-e1", 3, confidence=0.9)
    check("l99-e1", 4, confidence=0.1)  # not the first
    check("l99-e4", {"ARM"}, confidence=0.8)  # partly right is not right
    check("l99-e7", "a")  # no probability stated,
    check("l99-e7", "b", confidence=1)  # and now the feedback is known
    predict("l99-p1", TRUTH, confidence=0.5)
    assert calibration().n == 2  # the prediction is not revealed yet
    reveal("l99-p1")
    score = calibration()
    assert [(row["Exercise"], row["Outcome"]) for row in score.rows] == [
        ("l99-e1", 1),
        ("l99-e4", 0),
        ("l99-p1", 1),
    ]
    assert score.brier == pytest.approx((0.1**2 + 0.8**2 + 0.5**2) / 3)
    assert "Brier score 0.300 over 3 answers" in str(score)
    assert "you said 73 %, and 67 % were right" in str(score)
    assert [row["Question"] for row in score.rows] == [
        bank.exercise(name).title for name in ("l99-e1", "l99-e4", "l99-p1")
    ]
    assert 'scope="col"' in score._repr_html_()


def test_the_course_test_is_counted_only_when_it_is_over(example: Path) -> None:
    record("t99", "no", 0.75, "before")
    assert calibration().n == 0
    record("t99", "yes", 0.75, "after")
    assert [(row["Exercise"], row["Outcome"]) for row in calibration().rows] == [
        ("t99 (before)", 0),
        ("t99 (after)", 1),
    ]


def test_stored_nonsense_is_left_out(example: Path) -> None:
    journal.append("check", "l99-e1", status="right", confidence=7)
    journal.append("check", "l42-e1", status="right", confidence=0.7)
    journal.append("check", "l99-e2", status="fine", confidence=0.7)
    journal.append("reveal", "l99-p1")
    assert calibration().n == 0
