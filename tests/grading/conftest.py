"""One assignment, made once from a source written here; submissions are made from what learners got."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cstolib.grading.assign import assign
from cstolib.grading.run import Limits

from .submissions import write_source

SHORT = Limits(cell=4, total=15)


@pytest.fixture(scope="session")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an assignment, ``hw``."""
    folder = tmp_path_factory.mktemp("assignment")
    assign([write_source(folder)], folder / "hw")
    return folder / "hw"


@pytest.fixture(scope="session")
def key(assignment: Path) -> dict[str, Any]:
    """The teacher's key."""
    return json.loads((assignment / "teacher" / "hw.key.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def blank(assignment: Path) -> dict[str, Any]:
    """The notebook as learners got it."""
    return json.loads((assignment / "learners" / "hw.ipynb").read_text(encoding="utf-8"))
