import json
from pathlib import Path
from typing import Any

import pytest
from example_source import EXAMPLE, cell_of, fields, spoilt

from cstolib.authoring.source import read, text_of
from cstolib.authoring.student import leaks, student_cells, unimported


@pytest.fixture(scope="module")
def student() -> dict[str, Any]:
    return {"cells": student_cells(read(EXAMPLE))}


def test_solutions_become_blanks_and_the_text_around_them_stays(student: dict[str, Any]) -> None:
    assert text_of(cell_of(student, "l99-e1")) == "# Count with one call.\nl99_e1 = ..."


def test_hidden_tests_are_gone(student: dict[str, Any]) -> None:
    assert text_of(cell_of(student, "l99-e1", "check")) == 'check("l99-e1", l99_e1)'


def test_quick_questions_and_predictions_become_panels(student: dict[str, Any]) -> None:
    assert text_of(cell_of(student, "l99-q1")) == 'ask("l99-q1")'
    assert text_of(cell_of(student, "l99-p1")) == 'predict("l99-p1")'
    assert text_of(cell_of(student, "l99-p1", "check")) == 'reveal("l99-p1")'


def test_the_written_task_shows_its_rubric_and_a_place_to_write(student: dict[str, Any]) -> None:
    prompt = text_of(cell_of(student, "l99-w1", "prompt"))
    assert "| Claim | contestable | clear | a topic | absent |" in prompt
    assert prompt.endswith("*4 points, 10 minutes*")
    assert text_of(cell_of(student, "l99-w1", "written")).startswith("*Write your answer here")


def test_prompts_show_options_points_and_minutes(student: dict[str, Any]) -> None:
    prompt = text_of(cell_of(student, "l99-e7", "prompt"))
    assert prompt.split("\n\n")[1:] == [
        "- **a**: Article 2\n- **b**: Article 4\n- **c**: Article 6",
        "*2 points, 3 minutes*",
    ]


def test_no_cell_carries_outputs_or_anything_of_the_answers(student: dict[str, Any]) -> None:
    for cell in student["cells"]:
        assert not cell.get("outputs")
        assert set(cell["metadata"]) <= {"cstolib", "facts", "nbgrader"}
        assert set(cell["metadata"].get("cstolib", {})) <= {
            "exercise",
            "part",
            "kind",
            "points",
            "minutes",
            "widget",
        }
    text = json.dumps(student)
    for secret in (
        "len(members)",
        "counted",
        "BEGIN",
        "The table has one row",
        "Which column holds it",
        "promises help",
    ):
        assert secret not in text


def test_a_school_with_nbgrader_finds_its_metadata(student: dict[str, Any]) -> None:
    answer, check = (cell_of(student, "l99-e1", part)["metadata"]["nbgrader"] for part in ("answer", "check"))
    assert (answer["grade_id"], answer["solution"], answer["grade"]) == ("l99-e1", True, False)
    assert (check["grade_id"], check["grade"], check["points"], check["schema_version"]) == (
        "l99-e1-check",
        True,
        2,
        3,
    )
    written = cell_of(student, "l99-w1", "written")["metadata"]["nbgrader"]
    assert (written["grade"], written["solution"], written["points"]) == (True, True, 4)


def test_facts_of_a_prompt_are_kept(tmp_path: Path) -> None:
    def change(notebook: dict[str, Any]) -> None:
        cell_of(notebook, "l99-e1", "prompt")["metadata"]["facts"] = {"9": "=9"}

    cells = {"cells": student_cells(read(spoilt(tmp_path, change)))}
    assert cell_of(cells, "l99-e1", "prompt")["metadata"]["facts"] == {"9": "=9"}


def test_a_solution_line_left_anywhere_is_found(tmp_path: Path) -> None:
    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"][2]["source"] += "\n    l99_e1 = len(members)"

    source = read(spoilt(tmp_path, change))
    assert leaks(source, student_cells(source)) == [
        "l99-e1: the learner's version still holds 'l99_e1 = len(members)', a line of the solution; "
        "change either"
    ]


def test_a_hint_left_in_the_text_is_found(tmp_path: Path) -> None:
    hints = ["Think.", "Count again.", "This is the title of it all."]

    def change(notebook: dict[str, Any]) -> None:
        fields("l99-e1", hints=hints)(notebook)
        notebook["cells"][0]["source"] += "\n" + hints[2]

    source = read(spoilt(tmp_path, change))
    assert "'This is the title of it all.' can be read" in leaks(source, student_cells(source))[0]


@pytest.mark.parametrize(
    ("imports", "missing"),
    [
        ("from cstolib import ask, check, predict, reveal", []),
        ("from cstolib import (\n    ask,\n    check,\n    predict,\n    reveal,\n)", []),
        ("from cstolib import ask, check, predict", ["reveal"]),
        ("import cstolib", ["ask", "check", "predict", "reveal"]),
    ],
)
def test_the_learner_can_call_what_the_cells_call(imports: str, missing: list[str], tmp_path: Path) -> None:
    source = read(spoilt(tmp_path, lambda notebook: notebook["cells"][1].update(source=imports)))
    assert [text.split()[4].strip(",") for text in unimported(student_cells(source))] == missing
