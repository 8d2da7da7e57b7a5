"""Each lesson also runs as a learner leaves it: answered, predicted, revealed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbclient
import pytest

from cstolib.bank import exercises, open_key
from cstolib.exercises import check
from cstolib.predictions import predict

from .notebooks import LESSONS, read


@pytest.fixture(scope="module", params=LESSONS, ids=lambda path: path.stem)
def completed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One lesson, run with the worked solutions in its blanks and every prediction saved."""
    path: Path = request.param
    folder = tmp_path_factory.mktemp(path.stem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSTOLIB_PROGRESS", str(folder / "progress.jsonl"))
        notebook = read(path)
        for name, exercise in exercises(path.name[:2]).items():
            key = open_key(exercise)
            if exercise.kind == "prediction":
                guess = {item["key"]: item["min"] for item in exercise.items}
                predict(name, guess, confidence=0.5)
            elif exercise.kind == "choice":
                check(name, key.answer, confidence=0.9)
        for cell in notebook.cells:
            about = cell.metadata.get("cstolib", {})
            if cell.cell_type == "code" and about.get("part") == "answer":
                exercise = exercises()[about["exercise"]]
                blank = f"{exercise.variable} = ..."
                cell.source = cell.source.replace(blank, open_key(exercise).solution)
        resources = {"metadata": {"path": str(folder)}}
        nbclient.NotebookClient(notebook, timeout=120, resources=resources).execute()
    return notebook


def outputs(notebook: Any, part: str) -> list[tuple[str, list[Any]]]:
    """Return exercise id and outputs of the code cells that play one part."""
    return [
        (cell.metadata["cstolib"]["exercise"], cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("cstolib", {}).get("part") == part
    ]


def test_every_check_says_right(completed: Any) -> None:
    checked = [
        (name, output["data"]["text/plain"])
        for name, found in outputs(completed, "check")
        for output in found
        if "image/png" not in output.get("data", {}) and "-e" in name
    ]
    assert checked
    assert [(name, text) for name, text in checked if not re.match(r"\S Right ·", text)] == []


def test_every_reveal_draws_a_figure_with_words_and_rows(completed: Any) -> None:
    revealed = [found for name, found in outputs(completed, "check") if "-p" in name]
    assert revealed
    for found in revealed:
        pictures = [output for output in found if "image/png" in output.get("data", {})]
        assert len(pictures) == 1
        assert len(pictures[0]["metadata"]["image/png"]["alt"]) > 80
        assert any("<caption" in output.get("data", {}).get("text/html", "") for output in found)


def test_calibration_scores_the_stated_confidence(completed: Any) -> None:
    last = [cell for cell in completed.cells if cell.source.strip() == "calibration()"]
    assert len(last) == 1
    assert "Brier" in "".join(output["data"]["text/plain"] for output in last[0].outputs)
