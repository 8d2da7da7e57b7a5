"""What a learner hands in, and what is said about it: the same that the grader will find."""

import json
import shutil
from types import SimpleNamespace

import pytest

from cstolib.errors import CstolibError
from cstolib.grading.notebook import read
from cstolib.handin import submit

from .submissions import ANSWERS, ESSAY, answered, place


@pytest.fixture
def folder(tmp_path, monkeypatch, assignment):
    """A learner's folder, in which a kernel has run every answer."""
    shutil.copy(assignment / "learners" / "hw.exercises.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path / "progress.jsonl"))
    names = {name.replace("-", "_"): 1 for name in ANSWERS}
    shell = SimpleNamespace(user_ns=names)
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    return SimpleNamespace(path=tmp_path, names=names)


def said(folder, notebook):
    (folder.path / "hw.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return str(submit("hw.ipynb"))


def test_the_file_holds_the_answers_and_no_outputs(folder, blank):
    notebook = answered(blank)
    notebook["cells"][place(notebook, "hw-e1")]["outputs"] = [{"output_type": "stream", "text": "x"}]
    assert "Every question has an answer." in said(folder, notebook)
    (made,) = folder.path.glob("hw-handin-*.ipynb")
    assert read(made.read_bytes()).written == {"hw-w1": ESSAY}
    assert all(not each.get("outputs") for each in json.loads(made.read_text())["cells"])


def test_blanks_are_named(folder, blank):
    assert "Still blank: hw-e2." in said(folder, answered(blank, hw_e2=None))


def test_an_answer_whose_cell_failed_or_was_not_run_is_named_with_what_to_do(folder, blank):
    del folder.names["hw_e1"]
    told = said(folder, answered(blank, hw_e1="hw_e1 = lenght(members)"))
    assert "Without a value: hw-e1." in told
    assert "Restart Kernel and Run All Cells" in told


def test_a_text_typed_below_the_invitation_is_an_answer(folder, blank):
    invitation = blank["cells"][place(blank, "hw-w1", "written")]["source"]
    assert "Every question" in said(folder, answered(blank, essay=f"{invitation}\n\n{ESSAY}"))


def test_a_text_in_place_of_which_nothing_stands_is_blank(folder, blank):
    notebook = answered(blank)
    del notebook["cells"][place(notebook, "hw-w1", "written")]
    assert "Still blank: hw-w1." in said(folder, notebook)


def test_changes_that_are_not_saved_are_refused(folder, blank):
    folder.names["In"] = ["", 'check("hw-e1", 3)  # changed']
    with pytest.raises(CstolibError, match=r"not saved .* Press Ctrl\+S"):
        said(folder, answered(blank))


def test_a_damaged_file_is_one_message(folder):
    (folder.path / "hw.ipynb").write_text("{")
    with pytest.raises(CstolibError, match="cannot be read as a notebook"):
        submit("hw.ipynb")
    assert not list(folder.path.glob("*handin*"))
