import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from example_source import EXAMPLE, cell_of, fields, spoilt

from cstolib.authoring.build import WIDGET_VIEW, build, differs, main, normalise, sync, tidy_source
from cstolib.authoring.source import SourceError, read, text_of
from cstolib.authoring.student import student_cells

EXAMPLES = EXAMPLE.parent.parent
LESSON = Path("notebooks") / "99-every-kind.ipynb"


def place(exercise: str, part: str) -> dict[str, Any]:
    about = {"exercise": exercise, "part": part, "section": "exercise"}
    return {"cell_type": "markdown", "metadata": {"cstolib": about}, "source": "to be filled"}


def code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def lesson() -> dict[str, Any]:
    """A lesson that keeps a place for every exercise, and asks the test question in a cell of its own."""
    parts = [
        (cell["metadata"]["cstolib"]["exercise"], cell["metadata"]["cstolib"]["part"])
        for cell in student_cells(read(EXAMPLE))
        if "exercise" in cell["metadata"].get("cstolib", {})
    ]
    cells = [
        code("from cstolib import ask, calibration, check, predict, progress, reveal"),
        *(place(*part) for part in parts if part[0] != "t99"),
        code('ask("t99", sitting="before")'),
        code("progress()"),
        code("calibration()"),
        code("print('one')\nprint('two')"),
    ]
    return {"cells": cells, "metadata": {"cstolib": {"lesson": "99"}}, "nbformat": 4, "nbformat_minor": 5}


def write(root: Path, made: dict[Path, str]) -> None:
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with the example source and a lesson, built once."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(EXAMPLES / "exercises", root / "exercises")
    write(root, {root / LESSON: json.dumps(lesson())})
    write(root, build(root))
    return root


@pytest.fixture(scope="module")
def built(root: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads((root / LESSON).read_text(encoding="utf-8"))
    return notebook


def test_the_committed_example_is_what_its_source_makes(root: Path) -> None:
    for path in EXAMPLES.rglob("99*"):
        assert not differs(path, (root / path.relative_to(EXAMPLES)).read_text(encoding="utf-8"))


def test_everything_committed_is_what_the_sources_make() -> None:
    """When this fails: python -m cstolib.authoring.build. Outputs of the lessons are compared by nbval."""
    project = EXAMPLES.parent.parent
    stale = [path for path, text in build(project, execute=False).items() if differs(path, text)]
    assert [path.relative_to(project).as_posix() for path in stale] == []


def test_building_twice_changes_nothing(root: Path) -> None:
    made = build(root)
    assert {path.relative_to(root).as_posix() for path in made} == {
        "cstolib/bank/99.json",
        "cstolib/course/exercises/99-every-kind.ipynb",
        "exercises/99-every-kind.ipynb",
        "notebooks/99-every-kind.ipynb",
    }
    for path, text in made.items():
        assert path.read_text(encoding="utf-8") == text


def test_the_lesson_holds_the_learners_cells_in_their_places(built: dict[str, Any]) -> None:
    assert text_of(cell_of(built, "l99-e1")) == "# Count with one call.\nl99_e1 = ..."
    assert text_of(cell_of(built, "l99-p1", "check")) == 'reveal("l99-p1")'
    assert cell_of(built, "l99-e1")["metadata"]["cstolib"]["section"] == "exercise"
    assert text_of(built["cells"][-1]) == "print('one')\nprint('two')"


def test_every_code_cell_has_been_run_and_counted(built: dict[str, Any]) -> None:
    cells = [cell for cell in built["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert "Not attempted" in json.dumps(cell_of(built, "l99-e1", "check")["outputs"], ensure_ascii=False)
    assert cells[-1]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["one\n", "two\n"]}]


def test_nothing_of_widgets_times_or_machines_is_stored(root: Path, built: dict[str, Any]) -> None:
    text = (root / LESSON).read_text(encoding="utf-8")
    for trace in (
        WIDGET_VIEW,
        "widget-state",
        "model_id",
        "iopub",
        "0x7",
        str(root),
        os.environ["HOME"] + "/",
    ):
        assert trace not in text
    assert "Tashkent" in json.dumps(cell_of(built, "l99-q1")["outputs"])  # the words that stand for the panel
    assert set(built["metadata"]) == {"cstolib", "kernelspec", "language_info"}


def test_the_lesson_passes_the_strict_comparison(root: Path) -> None:
    """Outputs without their widget views are the same to nbval."""
    env = {
        **os.environ,
        "CSTOLIB_BANK": str(root / "cstolib" / "bank"),
        "CSTOLIB_PROGRESS": str(root / "none.jsonl"),
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", str(root / LESSON)],
        env=env,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    cells = sum(cell["cell_type"] == "code" for cell in json.loads((root / LESSON).read_text())["cells"])
    assert f"{cells} passed" in run.stdout


def test_the_course_test_is_in_the_bank_and_not_among_the_exercises(root: Path) -> None:
    assert '"t99"' in (root / "cstolib" / "bank" / "99.json").read_text(encoding="utf-8")
    assert "t99" not in (root / "cstolib" / "course" / "exercises" / EXAMPLE.name).read_text(encoding="utf-8")


def test_the_learners_exercises_have_no_outputs(root: Path) -> None:
    notebook = json.loads(
        (root / "cstolib" / "course" / "exercises" / EXAMPLE.name).read_text(encoding="utf-8")
    )
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    assert notebook["metadata"]["cstolib"] == {
        "lesson": "99",
        "title": "Every kind of exercise",
        "version": "0.1.0",
    }


def test_check_names_what_differs_and_writes_nothing(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "project"
    shutil.copytree(root, copy)
    shutil.rmtree(copy / "notebooks")
    bank = copy / "cstolib" / "bank" / "99.json"
    bank.write_text(
        bank.read_text(encoding="utf-8").replace('"points": 2', '"points": 3', 1), encoding="utf-8"
    )
    spoilt_text = bank.read_text(encoding="utf-8")
    assert main(["--check", "--root", str(copy)]) == 1
    assert capsys.readouterr().out == f"differs: {Path('cstolib/bank/99.json')}\n"
    assert bank.read_text(encoding="utf-8") == spoilt_text
    assert main(["--root", str(copy), "99"]) == 0
    assert bank.read_text(encoding="utf-8") == spoilt_text.replace('"points": 3', '"points": 2', 1)


def test_a_source_that_is_refused_leaves_everything_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "exercises").mkdir()
    spoilt(tmp_path / "exercises", fields("l99-e1", hints=[]))
    assert main(["--root", str(tmp_path)]) == 1
    assert "99-every-kind.ipynb, l99-e1: give three hints" in capsys.readouterr().err
    assert not (tmp_path / "cstolib").exists()


def test_solutions_left_wrong_or_answered_blanks_are_refused_together(tmp_path: Path) -> None:
    def change(notebook: dict[str, Any]) -> None:
        notebook["cells"][2]["source"] += "\nl99_q1 = 'a'"
        fields("l99-e1", wrong_answers=[{"answer": "3", "misconception": "none", "message": "No."}])(notebook)

    (tmp_path / "exercises").mkdir()
    spoilt(tmp_path / "exercises", change)
    with pytest.raises(SourceError) as error:
        build(tmp_path)
    first, second = str(error.value).split("\n")
    assert first.startswith("99-every-kind.ipynb, l99-e1: the wrong answer '3' is judged 'right'")
    assert second.startswith(
        "99-every-kind.ipynb, l99-q1: the learner's version does not answer 'not attempted'"
    )


def test_nothing_to_build_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"nothing to build in .* for 07"):
        build(tmp_path, ["07"])


def test_a_lesson_without_a_place_for_an_exercise_is_refused() -> None:
    source = read(EXAMPLE)
    notebook = lesson()
    notebook["cells"] = [cell for cell in notebook["cells"] if "l99-e1" not in str(cell["metadata"])]
    with pytest.raises(SourceError) as error:
        sync(notebook, source, student_cells(source), "99-lesson.ipynb")
    lines = str(error.value).split("\n")
    assert len(lines) == 3
    assert lines[0] == (
        "99-lesson.ipynb, l99-e1: the part 'prompt' has no cell here; "
        'add one with the metadata {"cstolib": {"exercise": "l99-e1", "part": "prompt"}}.'
    )


def test_a_lesson_with_a_place_for_no_exercise_is_refused() -> None:
    source = read(EXAMPLE)
    notebook = lesson()
    notebook["cells"].append(place("l99-e12", "answer"))
    with pytest.raises(SourceError, match=r"l99-e12: there is no part 'answer' in 99-every-kind\.ipynb"):
        sync(notebook, source, student_cells(source), "99-lesson.ipynb")


def test_a_source_is_tidied_and_keeps_its_solutions() -> None:
    notebook = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"].pop("nbgrader", None)
    tidy = tidy_source(read(EXAMPLE), notebook)
    assert cell_of(tidy, "l99-e1")["id"] == "l99-e1-answer"
    assert cell_of(tidy, "l99-e1")["metadata"]["nbgrader"]["solution"] is True
    assert "len(members)" in text_of(cell_of(tidy, "l99-e1"))
    for cell in tidy["cells"]:  # nbgrader refuses solution markers in any other cell
        assert cell["metadata"].get("nbgrader", {}).get("solution", False) == (
            "BEGIN SOLUTION" in text_of(cell)
        )


def test_normalising_gives_unique_ids_and_keeps_those_there_are() -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "same"} for _ in range(2)]
    cells += [{"cell_type": "markdown", "metadata": {}, "source": ["a\n", "b"], "id": "kept"}]
    notebook = normalise({"cells": cells, "metadata": {}})
    first, second, third = (cell["id"] for cell in notebook["cells"])
    assert second == f"{first}-2"
    assert third == "kept"
    assert normalise(notebook) == notebook


def test_normalising_drops_what_changes_from_run_to_run() -> None:
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {WIDGET_VIEW: {"model_id": "1"}}},
        {
            "output_type": "execute_result",
            "execution_count": 7,
            "metadata": {},
            "data": {WIDGET_VIEW: {}, "text/plain": "words"},
        },
    ]
    cell = {
        **code("1"),
        "outputs": outputs,
        "metadata": {"execution": {"iopub.status.busy": "now"}, "trusted": True},
    }
    done = normalise({"cells": [cell], "metadata": {"widgets": {}, "language_info": {"version": "3.11.7"}}})
    assert done["cells"][0]["outputs"] == [
        {
            "output_type": "execute_result",
            "execution_count": 1,
            "metadata": {},
            "data": {"text/plain": "words"},
        }
    ]
    assert done["cells"][0]["metadata"] == {}
    assert "version" not in done["metadata"]["language_info"]
    assert "widgets" not in done["metadata"]


def test_how_a_picture_was_drawn_is_no_difference(tmp_path: Path) -> None:
    def stored(picture: str, words: str) -> str:
        data = {"image/png": picture, "text/plain": words}
        return json.dumps({"cells": [{"outputs": [{"output_type": "display_data", "data": data}]}]})

    path = tmp_path / "lesson.ipynb"
    assert differs(path, stored("AAAA", "a chart"))
    path.write_text(stored("AAAA", "a chart"))
    assert not differs(path, stored("BBBB", "a chart"))
    assert differs(path, stored("AAAA", "another chart"))
