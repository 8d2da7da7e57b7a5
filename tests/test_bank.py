import json
from pathlib import Path

import pytest

from cstolib import bank
from cstolib.errors import CstolibError


def test_an_exercise_is_found_by_its_id_whatever_its_capitals(example: Path) -> None:
    exercise = bank.exercise(" L99-E2 ")
    assert (exercise.id, exercise.kind, exercise.tolerance, exercise.variable) == (
        "l99-e2",
        "number",
        0.5,
        "l99_e2",
    )


def test_an_unknown_id_names_the_nearest_and_those_of_its_lesson(example: Path) -> None:
    with pytest.raises(CstolibError, match="Did you mean 'l99-e1'") as error:
        bank.exercise("l99-e11")
    assert "l99-w1" in str(error.value)
    assert "t99" not in str(error.value)
    with pytest.raises(CstolibError, match="t99"):
        bank.exercise("l42-e1")
    with pytest.raises(CstolibError, match="no exercise 5"):
        bank.exercise(5)  # type: ignore[arg-type]


def test_exercises_of_a_lesson_come_in_their_order(example: Path) -> None:
    assert list(bank.exercises("99"))[:3] == ["l99-e1", "l99-e2", "l99-e3"]
    assert bank.exercises("42") == {}


def test_nothing_of_the_answer_can_be_read_by_accident(example: Path) -> None:
    path = bank.folder() / "99.json"
    text = path.read_text(encoding="utf-8")
    for name in bank.exercises("99"):
        key = bank.open_key(bank.exercise(name))
        spoken = [
            key.explanation,
            key.reason,
            key.partly,
            *key.hints,
            *(wrong["message"] for wrong in key.wrong_answers),
        ]
        assert not [said for said in spoken if said and said in text]
        assert key.solution not in text


def test_the_key_holds_what_is_said_about_answers(example: Path) -> None:
    key = bank.open_key(bank.exercise("l99-e1"))
    assert key.answer == 3
    assert key.solution == "l99_e1 = len(members)"
    assert len(key.hints) == 3
    assert key.wrong_answers[0]["answer"] == 2  # computed from an expression
    assert key.wrong_answers[0]["misconception"] == "counted-columns"


def _spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **changes: str) -> None:
    content = json.loads((bank.folder() / "99.json").read_text(encoding="utf-8"))
    content["exercises"]["l99-e1"] |= changes
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "99.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setenv("CSTOLIB_BANK", str(tmp_path / "spoilt"))


@pytest.mark.parametrize(
    "sealed",
    [
        "",
        "not base64!",
        "aGVsbG8=",
        bank.seal({"answer": 4}),
        bank.seal({"answers": 3}),
        bank.seal({"answer": [3]}),
    ],
)
def test_a_damaged_key_is_told_clearly(
    sealed: str, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _spoil(tmp_path, monkeypatch, sealed=sealed)
    with pytest.raises(CstolibError, match=r"answer of exercise 'l99-e1' is damaged\. Install cstolib again"):
        bank.open_key(bank.exercise("l99-e1"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", '{"lesson": "99", "exercises": []}'),
        '{"lesson": "99", "exercises": {"l99-e1": {"kind": "number"}}}',
        '{"lesson": "99", "exercises": {"l99-e1": {"kind": "riddle"}}}',
    ],
)
def test_a_damaged_bank_is_told_clearly(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "99.json").write_text(text, encoding="utf-8")
    monkeypatch.setenv("CSTOLIB_BANK", str(tmp_path))
    with pytest.raises(CstolibError, match=r"exercises in 99\.json are damaged"):
        bank.exercises()


def test_an_empty_bank_is_told_clearly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSTOLIB_BANK", str(tmp_path))
    with pytest.raises(CstolibError, match=r"holds no exercises\. Install cstolib again"):
        bank.exercise("l99-e1")


# Assignments: a file of their own beside the notebook, without answers.
HANDED_OUT = {
    "lesson": "hw",
    "title": "Homework",
    "version": "0.1.0",
    "exercises": {
        "hw-e1": {
            "kind": "number",
            "title": "How many",
            "prompt": "Count.",
            "points": 3,
            "minutes": 2,
            "digest": "",
            "sealed": bank.seal({"answer": None, "hints": ["One.", "Two."]}),
        }
    },
    "variants": {},
}


@pytest.fixture
def assignment(example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "desk" / "hw.exercises.json"
    path.parent.mkdir()
    path.write_text(json.dumps(HANDED_OUT), encoding="utf-8")
    monkeypatch.chdir(path.parent)
    return path


def test_exercises_of_an_assignment_are_found_beside_the_notebook(assignment: Path) -> None:
    assert bank.assignments() == [assignment]
    exercise = bank.exercise("HW-E1")
    assert (exercise.lesson, exercise.points, exercise.graded) == ("hw", 3, True)
    assert list(bank.exercises("hw")) == ["hw-e1"]
    assert not bank.exercise("l99-e1").graded
    key = bank.open_key(exercise)
    assert (key.answer, key.hints) == (None, ("One.", "Two."))


def test_an_assignment_that_arrives_later_is_found_at_once(assignment: Path) -> None:
    later = {**HANDED_OUT, "exercises": {"hw2-e1": HANDED_OUT["exercises"]["hw-e1"]}}  # type: ignore[index]
    assert "hw2-e1" not in bank.exercises()
    (assignment.parent / "hw2.exercises.json").write_text(json.dumps(later), encoding="utf-8")
    assert {"hw-e1", "hw2-e1", "l99-e1"} <= set(bank.exercises())


def test_an_assignment_cannot_replace_an_exercise_of_the_course(assignment: Path) -> None:
    other = {**HANDED_OUT, "exercises": {"l99-e1": HANDED_OUT["exercises"]["hw-e1"]}}  # type: ignore[index]
    assignment.write_text(json.dumps(other), encoding="utf-8")
    assert not bank.exercise("l99-e1").graded
    assert bank.open_key(bank.exercise("l99-e1")).answer == 3


@pytest.mark.parametrize("text", ["", "{", "[]", '{"lesson": "hw", "exercises": []}'])
def test_a_damaged_assignment_is_told_clearly(text: str, assignment: Path) -> None:
    assignment.write_text(text, encoding="utf-8")
    with pytest.raises(
        CstolibError, match=r"hw\.exercises\.json are damaged\. Copy the file that was handed"
    ):
        bank.exercise("hw-e1")
