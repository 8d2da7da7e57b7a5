"""A small package of made-up tables, for tests that must not depend on what the real tables say."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cstolib import data, exercises, journal

TINY = Path(__file__).parent / "tiny"
EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture
def tiny_folder(tmp_path: Path) -> Path:
    """Copy the made-up tables, under their real descriptions, to where a test may spoil them."""
    folder = tmp_path / "tables"
    shutil.copytree(TINY, folder)
    package = json.loads((data.FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [table for table in package["resources"] if (TINY / table["path"]).exists()]
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return folder


@pytest.fixture
def tiny(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Let the whole library read the made-up tables."""
    monkeypatch.setattr(data, "FOLDER", tiny_folder)
    data.package.cache_clear()
    yield tiny_folder
    data.package.cache_clear()


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Use the example exercises in place of the course's, with an empty record of progress; give its path."""
    record = tmp_path / "progress.jsonl"
    monkeypatch.setenv("CSTOLIB_BANK", str(EXAMPLES / "cstolib" / "bank"))
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(record))
    monkeypatch.setattr(exercises, "_hints_given", {})
    monkeypatch.setattr(journal, "_unwritten", {})
    return record
