"""What every lesson has, read from the notebook itself."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import cstolib
from cstolib.bank import exercise as banked
from cstolib.bank import open_key
from cstolib.data import package
from cstolib.dates import date_in_words

from .notebooks import LESSONS, NOTEBOOKS, code_cells, markdown_cells, read, sections

REQUIRED = (
    "title about question objectives prerequisites sources worked-example predict reveal peer-question "
    "source-card source-limits change-your-mind exercise written summary exit-ticket next references"
).split()
BLOOM = {
    "remember": {"list", "date", "locate"},
    "understand": {"distinguish", "summarise", "explain"},
    "apply": {"code", "compute", "classify", "trace", "reconstruct"},
    "analyse": {"attribute", "compare", "detect"},
    "evaluate": {"judge", "weigh", "defend", "assess", "evaluate"},
    "create": {"draft", "design", "forecast", "negotiate"},
}

lessons = pytest.mark.parametrize("path", LESSONS, ids=lambda p: p.stem)
notebooks = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def exercise_ids(path: Path, kind: str) -> list[str]:
    """Return the ids of a lesson's exercises whose id has this letter, in order."""
    found = (cell.metadata.get("cstolib", {}).get("exercise") for cell in read(path).cells)
    return [name for name in dict.fromkeys(found) if name and re.fullmatch(rf"l\d\d-{kind}\d+", name)]


@lessons
def test_it_has_every_part(path: Path) -> None:
    found = sections(path)
    assert [name for name in REQUIRED if name not in found] == []
    assert ("pre-test" in found) != ("retrieval" in found)


@notebooks
def test_it_has_one_title_and_says_version_and_date(path: Path) -> None:
    text = "\n".join(cell.source for cell in markdown_cells(path))
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    about = sections(path)["about"][0].source
    assert f"**Version** {cstolib.__version__}" in about
    assert f"**facts as of** {date_in_words(package().description['factsAsOf'])}" in about
    assert re.search(r"\*\*time\*\* \d+ minutes", about)
    assert read(path).metadata["cstolib"]["version"] == cstolib.__version__


@notebooks
def test_headings_descend_without_a_gap(path: Path) -> None:
    levels = [
        len(marks)
        for cell in markdown_cells(path)
        for marks in re.findall(r"^(#+) ", cell.source, re.MULTILINE)
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@lessons
def test_objectives_use_measurable_verbs_of_their_level(path: Path) -> None:
    rows = re.findall(
        r"^\| \*\*(\w+)\*\* .* \| (\w+) \|$", sections(path)["objectives"][0].source, re.MULTILINE
    )
    assert len(rows) >= 3
    for verb, level in rows:
        assert verb in BLOOM[level], f"{verb!r} is not a verb of {level!r}: {sorted(BLOOM[level])}"
    levels = [level for _, level in rows]
    assert levels.count("remember") <= 1
    assert {"analyse", "evaluate"} & set(levels)


@lessons
def test_it_opens_with_three_questions(path: Path) -> None:
    assert len(exercise_ids(path, "q")) >= 4, "three to open with and one for peers"


@lessons
def test_it_has_three_to_five_exercises_and_one_written_task(path: Path) -> None:
    assert 3 <= len(exercise_ids(path, "e")) <= 5
    assert len(exercise_ids(path, "w")) == 1


@lessons
def test_exercises_state_the_points_and_minutes_that_count(path: Path) -> None:
    prompts = {
        cell.metadata["cstolib"]["exercise"]: cell.source
        for cell in markdown_cells(path)
        if cell.metadata.get("cstolib", {}).get("part") == "prompt"
    }
    for name in exercise_ids(path, "e"):
        known = banked(name)
        assert f"*{known.points:g} points, {known.minutes:g} minutes*" in prompts[name]


@lessons
def test_each_wrong_option_of_the_peer_question_is_a_misconception(path: Path) -> None:
    last_question = banked(exercise_ids(path, "q")[-1])
    key = open_key(last_question)
    wrong = {answer["answer"]: answer["misconception"] for answer in key.wrong_answers}
    assert set(wrong) == set(last_question.options) - {key.answer}
    assert all(wrong.values())


@lessons
def test_the_written_task_has_a_rubric_of_four_by_four(path: Path) -> None:
    (name,) = exercise_ids(path, "w")
    prompt = next(
        cell.source
        for cell in markdown_cells(path)
        if (cell.metadata.get("cstolib", {}).get("exercise"), cell.metadata.get("cstolib", {}).get("part"))
        == (name, "prompt")
    )
    rows = re.findall(r"^\| (?!Criterion|-)\S.*\|$", prompt, re.MULTILINE)
    assert len(rows) == 4
    assert all(len(row.strip("|").split("|")) == 5 for row in rows)


@notebooks
def test_code_cells_are_short_and_hold_no_path_and_no_address(path: Path) -> None:
    for cell in code_cells(path):
        lines = cell.source.splitlines()
        assert len(lines) <= 6, cell.source
        assert max(map(len, lines)) <= 100, cell.source
        assert not re.search(
            r"https?://|[\w.]+\.(csv|json)\b|open\(|\.\./|\bos\.|\bPath\(|%|!pip", cell.source
        )


@notebooks
def test_every_code_cell_was_run_without_error(path: Path) -> None:
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [o for cell in cells for o in cell.outputs if o.output_type == "error"] == []
    assert [o for cell in cells for o in cell.outputs if o.get("name") == "stderr"] == []


@notebooks
def test_every_figure_has_alt_text_and_a_table(path: Path) -> None:
    for cell in code_cells(path):
        for place, output in enumerate(cell.outputs):
            data: dict[str, Any] = output.get("data", {})
            if "image/png" not in data:
                continue
            assert len(output.metadata["image/png"]["alt"]) > 80
            assert output.metadata["image/png"]["alt"] == data["text/plain"].strip("'\"")
            caption = cell.outputs[place + 1]["data"]["text/html"]
            assert "<details" in caption
            assert "<caption" in caption
            assert "<script" not in caption


@notebooks
def test_no_dead_widget_is_stored(path: Path) -> None:
    assert "widgets" not in read(path).metadata
    kinds = {kind for cell in code_cells(path) for out in cell.outputs for kind in out.get("data", {})}
    assert "application/vnd.jupyter.widget-view+json" not in kinds
