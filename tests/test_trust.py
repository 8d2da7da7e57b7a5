"""The course's own notebooks open trusted; nothing else does, and no failure to sign is worth a word."""

import sqlite3
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from cstolib import course
from cstolib.trust import sign

LESSON = "01-from-one-army.ipynb"


@pytest.fixture
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give Jupyter a folder of its own for signatures, not yet made."""
    place = tmp_path / "jupyter" / "data"
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(place))
    return place


def notebook(text: str) -> bytes:
    output = nbformat.v4.new_output("display_data", {"text/html": f"<p>{text}</p>"})
    cell = nbformat.v4.new_code_cell(text, outputs=[output], id="one")
    return nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode()


def release(tmp_path: Path, version: str) -> dict[str, object]:
    path = tmp_path / version / LESSON
    path.parent.mkdir()
    path.write_bytes(notebook(version))
    return {"files": {LESSON: path}, "version": version}


def is_trusted(path: Path, jupyter: Path) -> bool:
    notary = NotebookNotary(data_dir=str(jupyter))
    trusted: bool = notary.check_signature(nbformat.read(path, as_version=4))
    notary.store.close()
    return trusted


def test_what_is_copied_and_brought_up_to_date_opens_trusted(tmp_path: Path, jupyter: Path) -> None:
    for version in ("1.0", "1.1"):
        course.prepare(tmp_path / "mine", **release(tmp_path, version))  # type: ignore[arg-type]
        assert is_trusted(tmp_path / "mine" / LESSON, jupyter)


def test_what_the_learner_changed_is_not_signed_but_the_new_version_beside_it(
    tmp_path: Path, jupyter: Path
) -> None:
    mine = tmp_path / "mine"
    course.prepare(mine, **release(tmp_path, "1.0"))  # type: ignore[arg-type]
    (mine / LESSON).write_bytes(notebook("from elsewhere"))
    course.prepare(mine, **release(tmp_path, "1.1"))  # type: ignore[arg-type]
    assert not is_trusted(mine / LESSON, jupyter)
    assert is_trusted(mine / "01-from-one-army (new in 1.1).ipynb", jupyter)


def test_a_reset_signs_the_lesson_and_not_the_backup(
    tmp_path: Path, jupyter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = release(tmp_path, "0.0.1")
    monkeypatch.setattr(course, "shipped", lambda: shipped["files"])
    mine = tmp_path / "mine"
    course.prepare(mine, **shipped)  # type: ignore[arg-type]
    (mine / LESSON).write_bytes(notebook("from elsewhere"))
    course.reset("1", mine)
    (backup,) = mine.glob("*backup*")
    assert is_trusted(mine / LESSON, jupyter)
    assert not is_trusted(backup, jupyter)


def test_a_failure_to_sign_is_silent(jupyter: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert not sign(b"{}")
    jupyter.parent.mkdir()
    jupyter.write_text("a file in the way")
    assert not sign(notebook("x"))
    assert capfd.readouterr() == ("", "")


def test_signatures_are_where_jupyter_looks_for_them(jupyter: Path) -> None:
    assert sign(notebook("x"))
    with sqlite3.connect(jupyter / "nbsignatures.db") as store:
        assert store.execute("select count(*) from nbsignatures").fetchone() == (1,)
