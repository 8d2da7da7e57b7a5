from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from example_source import EXAMPLE, Change, cell_of, fields, spoilt

from cstolib.authoring.evaluate import blank, entry, run, solved, unsound
from cstolib.authoring.source import SourceError, read
from cstolib.authoring.student import student_cells
from cstolib.probe import probe

VALUES = {
    "members": pd.DataFrame({"iso3": ["ARM", "BLR", "KAZ"], "since": [1994, 1993, 1994]}),
    "l99_e1": 3,
    "l99_e7": "b",
    "l99_p1": {"1993": 1, "1994": 3},
}


def problems(folder: Path, exercise: str, change: Change, **values: Any) -> list[str]:
    """Judge one changed exercise of the example, without a kernel."""
    item = read(spoilt(folder, change)).items[exercise]
    wrong = [wrong["answer"] for wrong in item.fields.get("wrong_answers", [])]
    question = {"kind": item.kind, "variable": item.variable, "wrong": wrong}
    return unsound(item, probe({**VALUES, **values}, {exercise: question})[exercise])


def _wrong(*answers: str) -> list[dict[str, str]]:
    return [{"answer": answer, "misconception": "slug", "message": "Because."} for answer in answers]


@pytest.mark.parametrize(
    ("exercise", "change", "values", "says"),
    [
        ("l99-e1", {}, {"l99_e1": ...}, "the solution gives no answer (l99_e1 holds no answer)"),
        ("l99-e1", {}, {"l99_e1": [3]}, "the solution gives no answer (A number is needed here"),
        (
            "l99-e7",
            {},
            {"l99_e7": "z"},
            "the solution is not right (This answer cannot be read. 'z' is not one of",
        ),
        (
            "l99-e1",
            {"wrong_answers": _wrong("l99_e1")},
            {},
            "the wrong answer 'l99_e1' is judged 'right'; change or drop",
        ),
        (
            "l99-e1",
            {"wrong_answers": _wrong("4"), "tolerance": 1},
            {},
            "the wrong answer '4' is judged 'right'",
        ),
        ("l99-e1", {"wrong_answers": _wrong("...")}, {}, "the wrong answer '...' is judged 'not attempted'"),
        (
            "l99-e1",
            {"wrong_answers": _wrong("2", "1 + 1")},
            {},
            "the wrong answers '2' and '1 + 1' are the same answer",
        ),
        (
            "l99-e1",
            {"wrong_answers": _wrong("[1]")},
            {},
            "the wrong answer '[1]' cannot be read: A number is needed",
        ),
        (
            "l99-e1",
            {"wrong_answers": _wrong("nowhere")},
            {},
            "cannot be read: NameError: name 'nowhere' is not defined",
        ),
        (
            "l99-e7",
            {"wrong_answers": _wrong("'a'")},
            {},
            "option 'c' has no message; foresee it among the wrong answers",
        ),
        (
            "l99-e7",
            {"wrong_answers": _wrong("'a'", "'c'", "'d'")},
            {},
            "the wrong answer \"'d'\" is no answer here",
        ),
        ("l99-p1", {}, {"l99_p1": {"1993": 1}}, "the solution must give exactly the items 1993, 1994"),
        (
            "l99-p1",
            {},
            {"l99_p1": {"1993": 1, "1994": 99}},
            "the truth for 1994, 99, is not between min and max",
        ),
        (
            "l99-p1",
            {},
            {"l99_p1": {"1993": 0.5, "1994": 3}},
            "the truth for 1993, 0.5, is not a whole number",
        ),
        ("l99-p1", {}, {"l99_p1": 3}, "the solution gives no answer"),
        ("l99-p1", {"sources": ["no-such-source"]}, {}, "There is no table or source 'no-such-source'"),
    ],
)
def test_an_unsound_exercise_is_refused(
    exercise: str, change: dict[str, Any], values: dict[str, Any], says: str, tmp_path: Path
) -> None:
    found = problems(tmp_path, exercise, fields(exercise, **change), **values)
    assert len(found) == 1
    assert says in found[0]


@pytest.mark.parametrize("exercise", ["l99-e1", "l99-e7", "l99-p1", "l99-w1"])
def test_a_sound_exercise_is_accepted(exercise: str, tmp_path: Path) -> None:
    assert problems(tmp_path, exercise, lambda _: None) == []


@pytest.mark.parametrize(
    ("prompt", "title", "expected"),
    [
        ("### Who?\n\nName them.", None, ("Who?", "Name them.")),
        ("### Who?\n\nName them.", "Members", ("Members", "Name them.")),
        ("**Item 1.** Who?", "Members", ("Members", "**Item 1.** Who?")),
        ("**Who is it?**\nName them.", None, ("Who is it?", "Name them.")),
    ],
)
def test_no_part_of_a_question_is_lost_between_title_and_prompt(
    prompt: str, title: str | None, expected: tuple[str, str], tmp_path: Path
) -> None:
    def change(notebook: dict[str, Any]) -> None:
        cell_of(notebook, "l99-w1", "prompt")["source"] = prompt
        cell_of(notebook, "l99-w1", "written")["metadata"]["cstolib"]["title"] = title

    made = entry(read(spoilt(tmp_path, change)).items["l99-w1"], {})
    assert (made["title"], made["prompt"]) == expected


def test_a_source_runs_in_its_own_kernel_and_gives_json() -> None:
    answers = solved(read(EXAMPLE), {})
    assert answers["l99-e1"] == {"answer": {"value": 3}, "wrong": [{"value": 2}, {"value": 4}]}
    assert answers["l99-e6"]["answer"]["value"] == {"columns": ["since", "n"], "rows": [[1993, 1], [1994, 2]]}
    assert answers["l99-p1"]["answer"] == {"value": {"1993": 1, "1994": 3}}
    assert "l99-w1" not in answers


def test_a_failing_hidden_test_names_the_cell(tmp_path: Path) -> None:
    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"][2]["source"] = 'members = pd.DataFrame({"iso3": ["ARM"], "since": [1994]})'

    with pytest.raises(SourceError, match="assert l99_e1 == 3"):
        solved(read(spoilt(tmp_path, change)), {})


def test_a_blank_that_is_already_answered_is_named(tmp_path: Path) -> None:
    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"][2]["source"] += "\nl99_q1 = 'a'"

    source = read(spoilt(tmp_path, change))
    found = blank(source, student_cells(source), {})
    assert [text.split(":")[0] for text in found] == ["l99-q1"]


def test_a_kernel_starts_in_an_empty_folder_with_an_empty_record() -> None:
    code = (
        "import os\nfrom cstolib import journal\n[os.listdir(), journal.read().entries, os.environ['MARK']]"
    )
    cell = {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "source": code,
        "outputs": [],
        "execution_count": None,
    }
    done = run({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, {"MARK": "here"})
    listed = done["cells"][0]["outputs"][0]["data"]["text/plain"]
    assert listed.endswith("[], 'here']")
    assert "ipynb" not in listed
