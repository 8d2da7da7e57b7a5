"""What a learner is told when handing in is what the grader will find."""

import json
import shutil
from types import SimpleNamespace

import pytest

from cstolib.handin import submit

from .submissions import ANSWERS, ESSAY, answered, place


@pytest.fixture
def folder(tmp_path, monkeypatch, assignment):
    """A learner's folder, and a kernel in which every answer has a value."""
    shutil.copy(assignment / "learners" / "hw.exercises.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path / "progress.jsonl"))
    names = {name.replace("-", "_"): 1 for name in ANSWERS}
    shell = SimpleNamespace(user_ns=names, history_manager=SimpleNamespace(input_hist_raw=[""]))
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    return SimpleNamespace(path=tmp_path, names=names)


def said(folder, notebook):
    (folder.path / "hw.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return str(submit("hw.ipynb"))


def test_an_answer_whose_cell_failed_or_was_not_run_is_named_with_what_to_do(folder, blank):
    assert "Every question has an answer." in said(folder, answered(blank))
    del folder.names["hw_e1"]
    told = said(folder, answered(blank, hw_e1="hw_e1 = lenght(members)", hw_e2=None))
    assert "Still blank: hw-e2." in told
    assert "Without a value: hw-e1." in told
    assert "Restart Kernel and Run All Cells" in told


def test_a_text_typed_below_the_invitation_is_an_answer(folder, blank):
    invitation = blank["cells"][place(blank, "hw-w1", "written")]["source"]
    assert "Every question" in said(folder, answered(blank, essay=f"{invitation}\n\n{ESSAY}"))


def test_an_essay_whose_cell_is_gone_is_blank_and_one_that_became_code_is_not(folder, blank):
    notebook = answered(blank)
    at = place(notebook, "hw-w1", "written")
    notebook["cells"][at] |= {"cell_type": "code", "outputs": [], "execution_count": None}
    assert "Every question" in said(folder, notebook)
    del notebook["cells"][at]
    assert "Still blank: hw-w1." in said(folder, notebook)
