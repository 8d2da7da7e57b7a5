"""What an instructor hands out, what stays in the teacher's folder, and which sources are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from cstolib import bank
from cstolib.answers import BLANK_TEXT
from cstolib.authoring.source import text_of
from cstolib.errors import CstolibError
from cstolib.grading import assign as module
from cstolib.grading.assign import assign
from cstolib.grading.grade import grade

from .submissions import ANSWERS, ESSAY, POINTS, RUBRIC, cell, place, write_source

ROOT = Path(__file__).parents[2]
COURSE = sorted((ROOT / "exercises").glob("*.ipynb"))
LESSON = COURSE[1]
Change = Callable[[dict[str, Any]], object]


def changed(folder: Path, change: Change, variants: dict[str, Any] | None = None) -> Path:
    """Write the source of the assignment with one thing changed."""
    path = write_source(folder, variants)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def edited(exercise: str, part: str, old: str, new: str) -> Change:
    def change(notebook: dict[str, Any]) -> None:
        found = notebook["cells"][place(notebook, exercise, part)]
        assert old in found["source"]
        found["source"] = found["source"].replace(old, new)

    return change


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def refused(source: Path, to: Path, words: str, **options: Any) -> None:
    """The source is refused in words, and nothing is written."""
    with pytest.raises(CstolibError, match=words):
        assign([source], to, **options)
    assert not to.exists()


# What is made.
def test_learners_and_teacher_have_a_folder_each(assignment: Path):
    assert files_in(assignment) == {
        "learners/hw.ipynb",
        "learners/hw.exercises.json",
        "teacher/hw.key.json",
    }


def test_the_paths_written_are_given_back_and_making_it_again_changes_nothing(tmp_path: Path):
    source = write_source(tmp_path)
    first = assign([source], tmp_path / "out")
    texts = {path: path.read_bytes() for path in first}
    assert [path.name for path in first] == ["hw.ipynb", "hw.exercises.json", "hw.key.json"]
    assert assign([source], tmp_path / "out") == first
    assert {path: path.read_bytes() for path in first} == texts


def test_only_the_teacher_can_read_the_key(assignment: Path):
    assert (assignment / "teacher" / "hw.key.json").stat().st_mode & 0o777 == 0o600
    assert (assignment / "learners" / "hw.ipynb").stat().st_mode & 0o044


def test_the_notebook_asks_every_question_and_leaves_blanks(assignment: Path, blank: dict[str, Any]):
    nbformat.validate(nbformat.from_dict(blank))
    for name in ANSWERS:
        assert text_of(blank["cells"][place(blank, name)]) == f"{name.replace('-', '_')} = ..."
        assert f'check("{name}"' in text_of(blank["cells"][place(blank, name, "check")])
    assert text_of(blank["cells"][place(blank, "hw-w1", "written")]) == BLANK_TEXT
    assert "**b**: some" in text_of(blank["cells"][place(blank, "hw-e4", "prompt")])
    assert all(not each.get("outputs") for each in blank["cells"])


def test_nothing_that_learners_get_holds_an_answer(tmp_path: Path):
    source = changed(
        tmp_path,
        edited(
            "hw-e1",
            "check",
            "hw_e1)",
            "hw_e1)\n### BEGIN HIDDEN TESTS\nassert hw_e1 == 3, 'secret test'\n### END HIDDEN TESTS",
        ),
    )
    assign([source], tmp_path / "out")
    public = json.loads((tmp_path / "out" / "learners" / "hw.exercises.json").read_text())
    sealed = [bank.unseal(each["sealed"]) for each in public["exercises"].values()]
    notebook = json.loads((tmp_path / "out" / "learners" / "hw.ipynb").read_text())
    handed_out = "\n".join([*map(text_of, notebook["cells"]), *map(str, (notebook, public, sealed))])
    secrets = list(ANSWERS.values())
    secrets += ["secret test", "HIDDEN TESTS", "SOLUTION", ESSAY, "A model answer", "So it is."]
    secrets += ["counted-header", "You counted the header.", "hw_e6(1994, 1998)", "expression"]
    assert [text for text in secrets if text in handed_out] == []
    assert {each["digest"] for each in public["exercises"].values()} == {""}
    assert [sorted(each) for each in sealed] == [["answer", "hints"]] * len(sealed)
    assert {each["answer"] for each in sealed} == {None}


def test_learners_get_kinds_options_hints_and_rubric(assignment: Path):
    public = json.loads((assignment / "learners" / "hw.exercises.json").read_text())
    assert public["exercises"]["hw-e4"]["options"] == {"a": "all", "b": "some", "c": "none"}
    assert public["exercises"]["hw-w1"]["rubric"] == RUBRIC
    assert {name: each["points"] for name, each in public["exercises"].items()} == POINTS
    assert bank.unseal(public["exercises"]["hw-e1"]["sealed"])["hints"] == ["One.", "Two.", "Three."]


def test_the_key_holds_answers_computed_by_the_solution(key: dict[str, Any]):
    answers = key["answers"][""]
    assert answers["hw-e1"] == {"answer": 3, "wrong": [4]}
    assert answers["hw-e2"]["answer"] == ["arm", "kaz"]
    assert answers["hw-e6"]["answer"] == ["5", "23", "1"] or answers["hw-e6"]["answer"] == [5, 23, 1]
    assert "hw-w1" not in answers
    assert key["questions"]["hw-w1"]["rubric"] == RUBRIC
    assert key["questions"]["hw-e6"]["expression"].startswith("[hw_e6(1994")
    assert (key["format"], key["assignment"], key["title"], key["version"]) == (1, "hw", "Homework", "0.1.0")


# Variants.
def test_each_variant_has_its_own_answers_and_learners_find_their_own(tmp_path: Path):
    source = changed(
        tmp_path,
        edited("hw-e1", "answer", "hw_e1 = len(members)", "hw_e1 = first * factor"),
        {"first": [3, 4], "factor": [10, 100]},
    )
    assign([source], tmp_path / "out", seed="spring")
    key = json.loads((tmp_path / "out" / "teacher" / "hw.key.json").read_text())
    assert sorted(each["hw-e1"]["answer"] for each in key["answers"].values()) == [30, 40, 300, 400]
    assert key["answers"]['{"factor": 100, "first": 4}']["hw-e1"] == {"answer": 400, "wrong": [401]}
    notebook = json.loads((tmp_path / "out" / "learners" / "hw.ipynb").read_text())
    (own,) = [each for each in notebook["cells"] if "variant(" in text_of(each)]
    assert text_of(own) == (
        'from cstolib import variant\n\nyours = variant("hw", "WRITE YOUR ID HERE")\n'
        'first = yours["first"]\nfactor = yours["factor"]'
    )
    assert own["metadata"] == {}


def test_a_wrong_answer_that_is_right_in_one_variant_is_no_mistake_there(tmp_path: Path):
    source = changed(
        tmp_path,
        edited("hw-e1", "answer", "hw_e1 = len(members)", "hw_e1 = len(members) if n else len(members) + 1"),
        {"n": [1, 0]},
    )
    notebook = json.loads(source.read_text())
    about = notebook["cells"][place(notebook, "hw-e1")]["metadata"]["cstolib"]
    about["wrong_answers"][0]["answer"] = "4"
    source.write_text(json.dumps(notebook))
    assign([source], tmp_path / "out", seed="s")
    answers = json.loads((tmp_path / "out" / "teacher" / "hw.key.json").read_text())["answers"]
    assert answers['{"n": 1}']["hw-e1"] == {"answer": 3, "wrong": [4]}
    assert answers['{"n": 0}']["hw-e1"] == {"answer": 4, "wrong": [None]}


def test_variants_need_a_seed(tmp_path: Path):
    refused(write_source(tmp_path, {"year": [1994, 2003]}), tmp_path / "out", "give the course a seed")


@pytest.mark.parametrize("values", [range(201), range(10**5)])
def test_too_many_variants_are_refused_at_once(tmp_path: Path, values: range):
    many = {"year": list(values), "month": list(values)}
    refused(write_source(tmp_path, many), tmp_path / "out", "at most 200 are allowed", seed="s")


@pytest.mark.parametrize("variants", [{"year": []}, {"year": "1994"}, {"not a name": [1, 2]}, {"year": 5}])
def test_variants_are_lists_of_values_by_name(tmp_path: Path, variants: dict[str, Any]):
    source = changed(
        tmp_path,
        lambda notebook: notebook["cells"][1]["metadata"].update(cstolib={"variants": variants}),
        {"year": [1]},
    )
    refused(source, tmp_path / "out", "variants .* list of values", seed="s")


def test_parameters_stand_in_one_cell(tmp_path: Path):
    second = cell("code", "month = 5", variants={"month": [5, 6]})
    source = changed(tmp_path, lambda notebook: notebook["cells"].insert(2, second), {"year": [1994, 2003]})
    refused(source, tmp_path / "out", "more than one cell with variants", seed="s")


def test_a_variant_in_which_the_solution_fails_is_refused(tmp_path: Path):
    source = changed(
        tmp_path, edited("hw-e1", "answer", "hw_e1 = len(members)", "hw_e1 = 6 // n"), {"n": [2, 0]}
    )
    refused(source, tmp_path / "out", "the solution fails: ZeroDivisionError", seed="s")


# What is refused.
@pytest.mark.parametrize(
    ("change", "words"),
    [
        (edited("hw-e1", "answer", "len(members)", "len(member)"), "the solution fails: NameError"),
        (edited("hw-e1", "answer", "len(members)", "[1, 2]"), r"hw-e1: the solution gives no answer"),
        (edited("hw-e4", "answer", '"b"', '"d"'), r"hw-e4: the solution is not right"),
        (
            edited("hw-e1", "check", "hw_e1)", "1)\n### BEGIN HIDDEN TESTS\nassert 0\n### END HIDDEN TESTS"),
            "the solution fails: AssertionError",
        ),
        (edited("hw-e2", "prompt", "Answer it.", 'hw_e2 = {"ARM", "KAZ"}'), "hw-e2: .* still holds"),
        (edited("hw-e2", "prompt", "Answer it.", "So it is."), "hw-e2: .* can be read in the learner's"),
        (lambda n: n["cells"].insert(2, cell("code", "hw_e5 = [1]")), "hw-e5: .* already holds an answer"),
        (
            lambda n: n["cells"].append(cell("code", "import os\nos._exit(1)")),
            "the solution does not run to its end",
        ),
        (lambda n: n.update(cells=n["cells"][:2]), "no question"),
    ],
)
def test_what_does_not_hold_together_is_refused(tmp_path: Path, change: Change, words: str):
    refused(changed(tmp_path, change), tmp_path / "out", words)


def test_every_problem_is_told_at_once(tmp_path: Path):
    source = changed(tmp_path, edited("hw-e1", "answer", "len(members)", "[1]"))
    notebook = json.loads(source.read_text())
    edited("hw-e4", "answer", '"b"', '"d"')(notebook)
    source.write_text(json.dumps(notebook))
    refused(source, tmp_path / "out", r"(?s)hw-e1: .*\n.*hw-e4: ")


def test_what_may_have_been_handed_out_is_not_replaced(tmp_path: Path):
    source = write_source(tmp_path)
    assign([source], tmp_path / "out")
    edited_ = tmp_path / "out" / "learners" / "hw.ipynb"
    edited_.write_text("somebody's work")
    (tmp_path / "out" / "teacher" / "hw.key.json").unlink()
    with pytest.raises(CstolibError, match=r"hw\.ipynb exists and differs: .*--to"):
        assign([source], tmp_path / "out")
    assert edited_.read_text() == "somebody's work"
    assert not (tmp_path / "out" / "teacher" / "hw.key.json").exists()


def test_two_sources_of_one_name_are_refused(tmp_path: Path):
    (tmp_path / "other").mkdir()
    twice = [write_source(tmp_path), write_source(tmp_path / "other")]
    with pytest.raises(CstolibError, match=r"two sources .*hw"):
        assign(twice, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_one_source_that_is_refused_keeps_all_from_being_written(tmp_path: Path):
    (tmp_path / "bad").mkdir()
    bad = changed(tmp_path / "bad", edited("hw-e1", "answer", "len(members)", "[1]"))
    bad = bad.rename(tmp_path / "hw-b.ipynb")
    with pytest.raises(CstolibError, match="hw-e1"):
        assign([write_source(tmp_path), bad], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("what", ["none.ipynb", "folder.ipynb", "text.ipynb"])
def test_what_is_no_source_is_told(tmp_path: Path, what: str):
    (tmp_path / "folder.ipynb").mkdir()
    (tmp_path / "text.ipynb").write_bytes(b"\xff\xfe")
    refused(tmp_path / what, tmp_path / "out", "not an exercise source")


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(CstolibError, match="cannot be written"):
        assign([write_source(tmp_path)], tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "a file"


def test_a_full_disk_leaves_no_half_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(path: Path, text: str, **options: Any) -> int:
        with path.open("w") as file:
            file.write(text[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.Path, "write_text", full)
    with pytest.raises(CstolibError, match="No space left on device"):
        module.write_all({tmp_path / "out" / "learners" / "hw.ipynb": "a long text " * 10})
    assert files_in(tmp_path) == set()


# The course's own exercises.
@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exercises of the first lesson as an assignment."""
    folder = tmp_path_factory.mktemp("lesson")
    assign([LESSON], folder)
    return folder


def test_the_exercises_of_a_lesson_can_be_assigned(lesson: Path):
    key = json.loads((lesson / "teacher" / f"{LESSON.stem}.key.json").read_text())
    public = json.loads((lesson / "learners" / f"{LESSON.stem}.exercises.json").read_text())
    assert {"choice", "number", "written"} <= {each["kind"] for each in key["questions"].values()}
    assert set(key["questions"]) == set(public["exercises"])
    assert all(each["points"] > 0 for each in key["questions"].values())


def test_predictions_are_left_out(lesson: Path):
    key = json.loads((lesson / "teacher" / f"{LESSON.stem}.key.json").read_text())
    text = (lesson / "learners" / f"{LESSON.stem}.ipynb").read_text()
    assert "prediction" not in {each["kind"] for each in key["questions"].values()}
    assert "l01-p1" not in text
    assert "predict(" not in text


def test_quick_questions_become_ordinary_ones(lesson: Path):
    notebook = json.loads((lesson / "learners" / f"{LESSON.stem}.ipynb").read_text())
    source = json.loads(LESSON.read_text())
    quick = [
        each["metadata"]["cstolib"]["exercise"]
        for each in source["cells"]
        if each["metadata"].get("cstolib", {}).get("widget")
    ]
    assert quick
    for name in quick:
        assert text_of(notebook["cells"][place(notebook, name)]) == f"{name.replace('-', '_')} = ..."
        assert "- **a**: " in text_of(notebook["cells"][place(notebook, name, "prompt")])
    assert not [each for each in notebook["cells"] if text_of(each).startswith("ask(")]


@pytest.mark.parametrize("source", COURSE, ids=lambda path: path.stem[:2])
def test_every_solution_of_the_course_has_all_its_points(source: Path, tmp_path: Path):
    assign([source], tmp_path)
    key = json.loads((tmp_path / "teacher" / f"{source.stem}.key.json").read_text())
    rows = grade(source.read_bytes(), key)["questions"]
    written = {name for name, each in key["questions"].items() if each["kind"] == "written"}
    assert {name: each["status"] for name, each in rows.items()} == {
        name: "to mark" if name in written else "right" for name in rows
    }
