import json
from pathlib import Path
from typing import Any

import pytest

from cstolib import bank, check, hint, journal, solution
from cstolib.answers import KINDS
from cstolib.errors import CstolibError
from cstolib.exercises import record

ANSWERED = [*(f"l99-e{number}" for number in range(1, 8)), "l99-q1", "t99"]


def test_every_kind_of_answer_is_in_the_example(example: Path) -> None:
    assert {bank.exercise(name).kind for name in ANSWERED} == set(KINDS)


@pytest.mark.parametrize("name", ANSWERED)
def test_each_exercise_answers_right_wrong_and_not_at_all(name: str, example: Path) -> None:
    exercise = bank.exercise(name)
    key = bank.open_key(exercise)
    right = check(name, key.answer)
    assert (right.status, right.share, right.message) == ("right", 1.0, key.explanation)
    blank = check(name, ...)
    assert (blank.status, blank.share) == ("not attempted", 0.0)
    for wrong in key.wrong_answers:
        said = check(name, wrong["answer"])
        assert said.status in ("wrong", "partly")
        assert said.message == wrong["message"]
        assert said.misconception == wrong["misconception"]


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("l99-e1", [1, 2], "A number is needed here, and this is a list with 2 values."),
        ("l99-e1", float("nan"), "missing value"),
        ("l99-e7", "z", "'z' is not one of the options: a, b, c."),
        ("l99-e6", 5, "A table is needed here"),
        ("l99-e3", "1992", "Write year-month-day"),
    ],
)
def test_an_answer_of_the_wrong_form_is_told_without_a_traceback(
    name: str, answer: object, says: str, example: Path
) -> None:
    feedback = check(name, answer)
    assert not feedback.readable
    assert says in str(feedback)
    assert journal.read().entries[-1]["status"] == "unreadable"


@pytest.mark.parametrize(
    ("confidence", "says"),
    [
        (70, "for 70 % write 0.7"),
        (101, "0.7, say"),
        (-0.1, "0.7, say"),
        ("sure", "0.7, say"),
        (True, "0.7, say"),
    ],
)
def test_confidence_is_a_probability(confidence: Any, says: str, example: Path) -> None:
    with pytest.raises(CstolibError, match="confidence is a probability from 0 to 1") as error:
        check("l99-e1", 3, confidence=confidence)
    assert says in str(error.value)
    assert not example.exists()


def test_an_answer_is_noted_without_the_answer_itself(example: Path) -> None:
    check("l99-e1", 4, confidence=0.8)
    entry = journal.read().entries[-1]
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "event": "check",
        "id": "l99-e1",
        "status": "wrong",
        "share": 0.0,
        "misconception": "counted-header",
        "confidence": 0.8,
    }


def test_a_sitting_of_the_course_test_tells_nothing(example: Path) -> None:
    right, wrong = record("t99", "yes", 0.9, "before"), record("t99", "no", 0.9, "before")
    assert str(right) == str(wrong)
    assert right.status == "saved"
    assert "Right" not in str(right)
    assert [entry["status"] for entry in journal.read().entries] == ["right", "wrong"]
    assert record("t99", ..., None, "before").status == "not attempted"
    with pytest.raises(CstolibError, match="Did you mean 'before'"):
        record("t99", "yes", None, "bevore")


def test_hints_come_in_three_steps_and_end_at_the_solution(example: Path) -> None:
    said = [str(hint("l99-e1")) for _ in range(4)]
    assert [text.split("\n")[0] for text in said] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "That was the last hint",
    ]
    assert "Which column holds it?" in said[1]
    assert 'solution("l99-e1")' in said[3]
    assert [entry["step"] for entry in journal.read().entries] == [1, 2, 3]


def test_a_quick_question_without_hints_says_so(example: Path) -> None:
    assert "no hints for l99-q1" in str(hint("l99-q1"))
    assert "hint(" not in str(check("l99-q1", "b"))


def test_the_worked_solution_shows_code_and_reason(example: Path) -> None:
    text = str(solution("l99-e1"))
    assert "l99_e1 = len(members)" in text
    assert "one row for each of three members" in text
    assert "<pre" in solution("l99-e1")._repr_html_()


def test_a_written_task_has_a_model_answer_and_no_check(example: Path) -> None:
    assert "Article 4 promises help" in str(solution("l99-w1"))
    with pytest.raises(CstolibError, match='Compare with solution\\("l99-w1"\\)'):
        check("l99-w1", "text")


def test_a_prediction_is_neither_checked_nor_solved(example: Path) -> None:
    for ask_for in (lambda: check("l99-p1", 1), lambda: solution("l99-p1")):
        with pytest.raises(CstolibError, match='reveal\\("l99-p1"\\)'):
            ask_for()


def test_an_unwritable_record_is_told_once_and_the_lesson_goes_on(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path / "no such folder" / "progress.jsonl"))
    first, second = check("l99-e1", 3), check("l99-e1", 3)
    assert first.status == second.status == "right"
    assert "Progress is not stored" in str(first)
    assert "Progress is not stored" not in str(second)


# An assignment, whose answers are with the teacher.
GRADED: dict[str, dict[str, Any]] = {
    "hw-e1": {"kind": "number", "points": 3},
    "hw-e2": {"kind": "choice", "points": 2, "options": {"a": "all", "b": "none"}},
    "hw-w1": {"kind": "written", "points": 8, "rubric": {"Claim": ["4", "3", "2", "1"]}},
}


@pytest.fixture
def graded(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay the file of an assignment beside the notebook."""
    common = {"title": "", "prompt": "", "minutes": 1, "digest": ""}
    sealed = bank.seal({"answer": None, "hints": ["Look.", "Count."]})
    exercises = {name: {**common, **fields, "sealed": sealed} for name, fields in GRADED.items()}
    content = {"lesson": "hw", "title": "Homework", "version": "1", "exercises": exercises, "variants": {}}
    (tmp_path / "hw.exercises.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("graded")
def test_a_graded_answer_is_read_and_not_judged() -> None:
    right, wrong = check("hw-e1", 3), check("hw-e1", 4)
    assert str(right).split("\n") == [
        "\u2022 Your answer can be read",
        "Your answer: 3",
        "What is right is with your teacher; you will know when it has been graded.",
        'For a hint: hint("hw-e1").',
    ]
    assert str(wrong) == str(right).replace("3", "4")
    assert (right.status, right.share, right.points) == ("read", 0.0, 0.0)
    assert "solution" not in str(right)


@pytest.mark.usefixtures("graded")
def test_a_graded_answer_of_the_wrong_form_and_a_blank_are_told() -> None:
    assert "A number is needed here" in str(check("hw-e1", "many"))
    assert "'c' is not one of the options: a, b." in str(check("hw-e2", "c"))
    blank = check("hw-e1", ...)
    assert blank.status == "not attempted"
    assert "hw_e1 = ..." in str(blank)


@pytest.mark.usefixtures("graded")
def test_hints_of_a_graded_exercise_do_not_end_at_a_solution() -> None:
    said = [str(hint("hw-e1")) for _ in range(3)]
    assert [text.split("\n")[0] for text in said] == ["Hint 1 of 2", "Hint 2 of 2", "That was the last hint"]
    assert "solution(" not in said[2]


@pytest.mark.usefixtures("graded")
@pytest.mark.parametrize("name", ["hw-e1", "hw-w1"])
def test_a_graded_exercise_keeps_its_solution(name: str) -> None:
    with pytest.raises(CstolibError, match=f"{name} is graded: its solution is with your teacher"):
        solution(name)
    assert not [entry for entry in journal.read().entries if entry["event"] == "solution"]


@pytest.mark.usefixtures("graded")
def test_a_graded_essay_is_not_checked_and_names_no_solution() -> None:
    with pytest.raises(CstolibError, match="hw-w1 is a written task") as error:
        check("hw-w1", "text")
    assert "solution(" not in str(error.value)


@pytest.mark.usefixtures("graded")
def test_confidence_in_a_graded_answer_is_noted_without_a_verdict() -> None:
    check("hw-e1", 3, confidence=0.8)
    entry = journal.read().entries[-1]
    assert (entry["status"], entry["confidence"], entry.get("misconception")) == ("read", 0.8, None)


@pytest.mark.usefixtures("graded")
def test_graded_answers_do_not_count_as_right_or_wrong_in_what_learners_see_of_themselves() -> None:
    from cstolib import calibration, progress

    check("hw-e1", 3, confidence=0.8)
    assert "hw-e1" not in str(calibration())
    assert progress() is not None
