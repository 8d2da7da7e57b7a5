"""The words of every lesson and exercise pass the lint list of the style guide."""

from __future__ import annotations

from pathlib import Path

import pytest

from cstolib.bank import exercises, open_key
from cstolib.checking.style import avoided

from .notebooks import NOTEBOOKS, markdown_cells


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_prose_uses_no_avoided_word(path: Path) -> None:
    assert [word for cell in markdown_cells(path) for word in avoided(cell.source)] == []


@pytest.mark.parametrize("name", list(exercises()))
def test_feedback_uses_no_avoided_word(name: str) -> None:
    exercise = exercises()[name]
    key = open_key(exercise)
    spoken = [
        exercise.title,
        exercise.prompt,
        *exercise.options.values(),
        key.explanation,
        key.partly,
        key.reason,
    ]
    spoken += [*key.hints, *(wrong["message"] for wrong in key.wrong_answers)]
    assert [word for text in spoken for word in avoided(text)] == []
