"""Questions and predictions answered with controls: what is asked, what is said back, what stays in words."""

import json
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import ipywidgets as w
import pytest

from cstolib import ask, bank, predict
from cstolib.controls import OneOf, Panel
from cstolib.errors import CstolibError

pytestmark = pytest.mark.usefixtures("example")


def parts(widget: w.Widget) -> Iterator[w.Widget]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from parts(child)


def control(panel: Panel, kind: type[w.Widget], description: str) -> w.Widget:
    found = [part for part in parts(panel.controls) if isinstance(part, kind)]
    return next(part for part in found if part.description.startswith(description))


def tick(panel: Panel, option: str) -> None:
    control(panel, w.Checkbox, option).value = True


def press(panel: Panel, button: str) -> None:
    control(panel, w.Button, button).click()


def says(panel: Panel) -> str:
    return unescape("".join(part.value for part in parts(panel.controls) if isinstance(part, w.HTML)))


def stored(record: Path) -> list[dict[str, object]]:
    lines = record.read_text().splitlines() if record.exists() else []
    return [{key: value for key, value in json.loads(line).items() if key != "at"} for line in lines]


# One choice among several


def test_at_most_one_option_stays_ticked() -> None:
    changes: list[str | None] = []
    choice = OneOf({"a": "one", "b": "two"}, lambda: changes.append(choice.value))
    choice.boxes["a"].value = True
    choice.boxes["b"].value = True
    assert [box.value for box in choice.boxes.values()] == [False, True]
    choice.boxes["b"].value = False
    assert choice.value is None
    assert changes == ["a", "b", None]


# Questions


def test_a_right_and_a_wrong_answer_are_told_apart() -> None:
    right, wrong = ask("l99-q1"), ask("l99-q1")
    tick(right, "a.")
    tick(wrong, "b.")
    press(right, "Check")
    press(wrong, "Check")
    assert "Right" in says(right)
    assert "Not right yet" in says(wrong)


def test_an_answer_is_stored_with_its_probability(example: Path) -> None:
    panel = ask("l99-q1")
    tick(panel, "a.")
    control(panel, w.Text, "How sure").value = "80 %"
    press(panel, "Check")
    (entry,) = stored(example)
    assert (entry["id"], entry["status"], entry["confidence"]) == ("l99-q1", "right", 0.8)


def test_an_empty_box_states_no_probability(example: Path) -> None:
    panel = ask("l99-q1")
    tick(panel, "a.")
    press(panel, "Check")
    assert "confidence" not in stored(example)[0]


@pytest.mark.parametrize("sure", ["49", "101", "very", "nan"])
def test_an_impossible_probability_is_refused_and_nothing_stored(sure: str, example: Path) -> None:
    panel = ask("l99-q1")  # two options: a blind guess is right in half of all cases
    tick(panel, "a.")
    control(panel, w.Text, "How sure").value = sure
    press(panel, "Check")
    assert f"from 50 (a blind guess) to 100 (certain), not '{sure}'" in says(panel)
    assert stored(example) == []


def test_the_button_asks_for_an_option_first(example: Path) -> None:
    panel = ask("l99-q1")
    press(panel, "Check")
    assert "Choose an option first." in says(panel)
    assert stored(example) == []


def test_the_line_of_code_does_what_the_controls_say() -> None:
    panel = ask("l99-q1")
    tick(panel, "b.")
    control(panel, w.Text, "How sure").value = "60"
    assert 'check("l99-q1", "b", confidence=0.6)' in says(panel)


def test_without_an_option_there_is_no_line_of_code() -> None:
    panel = ask("l99-q1")
    tick(panel, "b.")
    control(panel, w.Checkbox, "b.").value = False
    assert "The same in code" not in says(panel)


def test_feedback_goes_when_the_answer_changes() -> None:
    panel = ask("l99-q1")
    tick(panel, "b.")
    press(panel, "Check")
    tick(panel, "a.")
    assert "Not right yet" not in says(panel)


# The course test


def test_a_sitting_saves_all_answers_and_tells_nothing(example: Path) -> None:
    panel = ask("t99", "l99-q1", sitting="before")
    tick(panel, "no.")
    tick(panel, "b.")
    press(panel, "Save answers")
    assert "Saved: 2 of 2" in says(panel)
    assert not any(word in says(panel) for word in ("Right", "Not right", " point"))
    assert [(entry["id"], entry["sitting"]) for entry in stored(example)] == [
        ("t99", "before"),
        ("l99-q1", "before"),
    ]


def test_a_sitting_says_which_answers_are_missing(example: Path) -> None:
    panel = ask("t99", "l99-q1", sitting="after")
    tick(panel, "yes.")
    press(panel, "Save answers")
    assert "Saved: 1 of 2" in says(panel)
    assert "is told by progress()" in says(panel)
    assert "Choose an option first." in says(panel)
    test, question = (bank.exercise(name).title for name in ("t99", "l99-q1"))
    assert f"<li>{test}: saved</li>" in says(panel)
    assert f"<li>{question}: <strong>not saved</strong> (skipped)</li>" in says(panel)
    assert len(stored(example)) == 1


def test_a_sitting_says_why_an_answer_is_not_saved(example: Path) -> None:
    panel = ask("t99", sitting="before")
    tick(panel, "yes.")
    control(panel, w.Text, "How sure").value = "120"
    press(panel, "Save answers")
    assert "not saved</strong> (how sure you are is not a number from 50 to 100)" in says(panel)
    control(panel, w.Text, "How sure").value = "80"
    press(panel, "Save answers")
    again = ask("t99", sitting="before")
    press(again, "Save answers")
    assert ": saved earlier</li>" in says(again)


def test_a_sitting_that_cannot_be_stored_does_not_claim_to_be(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path))  # a folder, not a file
    panel = ask("t99", "l99-q1", sitting="before")
    tick(panel, "no.")
    tick(panel, "a.")
    press(panel, "Save answers")
    assert "Answered, but not saved: 2 of 2" in says(panel)
    assert "cannot be written" in says(panel)


# Predictions


def test_a_prediction_is_saved_with_its_probability(example: Path) -> None:
    panel = predict("l99-p1")
    control(panel, w.Text, "In 1993").value = "5"
    control(panel, w.Text, "In 1994").value = " 9 "
    control(panel, w.Text, "How sure are you that both are within 1 of the truth").value = "70"
    press(panel, "Save")
    (entry,) = stored(example)
    assert (entry["values"], entry["confidence"]) == ({"1993": 5, "1994": 9}, 0.7)
    assert 'reveal("l99-p1")' in says(panel)
    assert 'predict("l99-p1", {"1993": 5, "1994": 9}, confidence=0.7)' in says(panel)


@pytest.mark.parametrize(("given", "complaint"), [("", "missing"), ("99", "not between"), ("many", "number")])
def test_a_prediction_that_cannot_be_saved_says_why(given: str, complaint: str, example: Path) -> None:
    panel = predict("l99-p1")
    control(panel, w.Text, "In 1993").value = "5"
    control(panel, w.Text, "In 1994").value = given
    press(panel, "Save")
    assert "In 1994" in says(panel)
    assert complaint in says(panel)
    assert stored(example) == []


# What can go wrong in the call


def test_mistakes_in_the_call_are_told_in_one_sentence() -> None:
    with pytest.raises(CstolibError, match="Did you mean 'l99-q1'"):
        ask("l99-q11")
    with pytest.raises(CstolibError, match="answer it in code"):
        ask("l99-e1")
    with pytest.raises(CstolibError, match="Did you mean 'before'"):
        ask("t99", sitting="befor")
    with pytest.raises(CstolibError, match="Name a question"):
        ask()


# Where no controls are drawn


@pytest.mark.parametrize("make", [lambda: ask("l99-q1"), lambda: predict("l99-p1")], ids=["ask", "predict"])
def test_words_stand_in_for_the_controls_and_never_change(make) -> None:
    first, second = make()._repr_mimebundle_(), make()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in first
    for kind in ("text/plain", "text/html"):
        assert first[kind] == second[kind]
        assert "0x" not in first[kind]


def test_the_words_hold_question_options_and_code() -> None:
    text = repr(ask("l99-q1"))
    question = bank.exercise("l99-q1")
    assert all(part in text for part in (question.title, *question.options.values(), 'check("l99-q1", "a")'))
    text = repr(predict("l99-p1"))
    assert 'predict("l99-p1", {"1993": 0, "1994": 0})' in text
