"""The learner's side of an assignment: own parameters and one file to hand in, in a real kernel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from cstolib import handin
from cstolib.authoring.source import text_of
from cstolib.errors import CstolibError
from cstolib.grading.assign import assign
from cstolib.grading.grade import grade
from cstolib.grading.variants import draw
from cstolib.handin import submit, variant
from tests.grading.submissions import ANSWERS, ESSAY, FULL, answered, packed, place, write_source

CHOICES = {"year": [1994, 2003, 2013], "state": ["ARM", "KAZ"]}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment with variants."""
    folder = tmp_path_factory.mktemp("made")
    assign([write_source(folder, CHOICES)], folder, seed="spring")
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a learner works."""
    for path in (made / "learners").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path / "progress.jsonl"))
    return tmp_path


def save(desk: Path, notebook: dict[str, Any], name: str = "hw.ipynb") -> None:
    (desk / name).write_bytes(packed(notebook))


def blank_of(desk: Path) -> dict[str, Any]:
    return json.loads((desk / "hw.ipynb").read_text(encoding="utf-8"))


def handed_in(desk: Path) -> list[Path]:
    return sorted(desk.glob("*-handin-*.ipynb"))


Run = Callable[..., str]


@pytest.fixture
def kernel(desk: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A kernel as JupyterLab starts it: it knows the path of its notebook. Gives what a cell shows."""
    monkeypatch.setenv("JPY_SESSION_NAME", str(desk / "hw.ipynb"))
    manager, client = start_new_kernel(cwd=str(desk))

    def run(code: str) -> str:
        shown: list[str] = []

        def collect(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "error":
                shown.append(f"{content['ename']}: {content['evalue']}")
            shown.append(content.get("text") or content.get("data", {}).get("text/plain", ""))

        client.execute_interactive(code, output_hook=collect, timeout=60, store_history=True)
        return "".join(shown)

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run_all(run: Run, notebook: dict[str, Any]) -> None:
    for each in notebook["cells"]:
        if each["cell_type"] == "code" and "variant(" not in text_of(each):
            run(text_of(each))


# From the first cell to the file.
def test_a_learner_works_checks_and_hands_in(desk: Path, made: Path, kernel: Run):
    blank = blank_of(desk)
    (first,) = [text_of(each) for each in blank["cells"] if "variant(" in text_of(each)]
    assert "Write your id between the quotes" in kernel(first)
    key = json.loads((made / "teacher" / "hw.key.json").read_text())
    mine = draw(key["variants"], "s01")
    assert kernel(first.replace("WRITE YOUR ID HERE", "s01") + "\n(year, state)") == str(
        (mine["year"], mine["state"])
    )

    work = answered(blank, hw_e1="hw_e1 = 7")
    work["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "PRINTED"}]
    work["cells"][0]["execution_count"] = 9
    save(desk, work)
    run_all(kernel, work)
    said = kernel('check("hw-e1", hw_e1, confidence=0.8)')
    assert said.startswith("\u2022 Your answer can be read\nYour answer: 7\n")
    said = kernel("from cstolib import submit; submit()")
    (made_file,) = handed_in(desk)
    assert said.startswith(f"Hand in the file {made_file.name}")
    assert "Every question has an answer." in said

    content = json.loads(made_file.read_text(encoding="utf-8"))
    assert "PRINTED" not in made_file.read_text(encoding="utf-8")
    assert {each["execution_count"] for each in content["cells"] if each["cell_type"] == "code"} == {None}
    (noted,) = [each for each in content["metadata"]["cstolib"]["record"] if each.get("confidence")]
    assert (noted["id"], noted["confidence"], noted["status"]) == ("hw-e1", 0.8, "read")
    assert json.loads((desk / "hw.ipynb").read_text()) == work  # the notebook itself stays as it is
    rows = grade(made_file.read_bytes(), key, learner="s01")["questions"]
    assert rows["hw-e1"]["status"] == "wrong"
    assert rows["hw-w1"]["written"] == ESSAY
    assert sum(each["points"] or 0 for each in rows.values()) == FULL - rows["hw-e1"]["possible"]


def test_an_answer_that_was_run_and_not_saved_is_not_left_behind(desk: Path, kernel: Run):
    work = answered(blank_of(desk))
    save(desk, work)
    run_all(kernel, work)
    kernel("from cstolib import submit")
    kernel("# a second thought\nhw_e4 = 'c'")
    said = kernel("submit()")
    assert "CstolibError: The notebook has changes that are not saved (in '# a second thought')" in said
    assert "Ctrl+S" in said
    assert handed_in(desk) == []
    save(desk, answered(blank_of(desk), hw_e4="# a second thought\nhw_e4 = 'c'"))
    assert "Hand in the file" in kernel("submit()")


@pytest.mark.parametrize(
    "cell",
    [
        "def hw_e6(first, last):\n    return 5",
        "%time hw_e1 = 5",
        "hw_e1: int = 5",
        "hw_e2 |= {'BLR'}",
        "x = hw_e1 = 5",
    ],
)
def test_every_way_to_answer_is_seen(desk: Path, kernel: Run, cell: str):
    work = answered(blank_of(desk))
    save(desk, work)
    run_all(kernel, work)
    kernel(cell)
    assert "not saved" in kernel("from cstolib import submit; submit()")
    work["cells"].append({"cell_type": "code", "source": cell, "metadata": {}, "outputs": []})
    save(desk, work)
    assert "Hand in the file" in kernel("submit()")


def test_looking_at_an_answer_is_no_change(desk: Path, kernel: Run):
    work = answered(blank_of(desk))
    save(desk, work)
    run_all(kernel, work)
    for look in ("hw_e1", "print(hw_e1 == 3)", "len(hw_e2)", "!echo hw_e1", "hw_e1?", "sum([hw_e1])"):
        kernel(look)
    assert "Hand in the file" in kernel("from cstolib import submit; submit()")


# The file.
def test_blanks_are_named(desk: Path):
    save(desk, answered(blank_of(desk), hw_e2=None, hw_e5=None, essay=""))
    work = blank_of(desk)
    work["cells"][place(work, "hw-w1", "written")]["source"] = ""
    save(desk, work)
    assert "Still blank: hw-e2, hw-e5, hw-w1." in str(submit("hw.ipynb"))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The variables of a kernel in which every answer has a value."""
    names = {name.replace("-", "_"): 1 for name in ANSWERS}
    shell = SimpleNamespace(user_ns=names, history_manager=SimpleNamespace(input_hist_raw=[""]))
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    return names


def told(desk: Path, notebook: dict[str, Any]) -> str:
    """What a learner reads when handing this notebook in."""
    save(desk, notebook)
    return str(submit("hw.ipynb"))


def test_an_answer_whose_cell_failed_or_was_not_run_is_named_with_what_to_do(
    desk: Path, names: dict[str, Any]
):
    assert "Every question has an answer." in told(desk, answered(blank_of(desk)))
    blank = blank_of(desk)
    del names["hw_e1"]
    said = told(desk, answered(blank, hw_e1="hw_e1 = lenght(members)", hw_e2=None))
    assert "Without a value: hw-e1." in said
    assert "Restart Kernel and Run All Cells" in said


def test_a_text_typed_below_the_invitation_is_an_answer(desk: Path, names: dict[str, Any]):
    blank = blank_of(desk)
    invitation = blank["cells"][place(blank, "hw-w1", "written")]["source"]
    assert "Every question" in told(desk, answered(blank, essay=f"{invitation}\n\n{ESSAY}"))


def test_an_essay_whose_cell_is_gone_is_blank_and_one_that_became_code_is_not(
    desk: Path, names: dict[str, Any]
):
    notebook = answered(blank_of(desk))
    at = place(notebook, "hw-w1", "written")
    notebook["cells"][at] |= {"cell_type": "code", "outputs": [], "execution_count": None}
    assert "Every question" in told(desk, notebook)
    del notebook["cells"][at]
    assert "Still blank: hw-w1." in told(desk, notebook)


def test_the_untouched_notebook_is_blank_everywhere(desk: Path):
    assert f"Still blank: {', '.join([*ANSWERS, 'hw-w1'])}." in str(submit("hw.ipynb"))


def test_the_time_of_saving_is_told_since_nobody_sees_an_unsaved_text(desk: Path):
    save(desk, answered(blank_of(desk)))
    assert re.search(r"as it was saved at \d\d:\d\d", str(submit("hw.ipynb")))


def test_an_earlier_file_stays_even_within_one_second(desk: Path):
    save(desk, answered(blank_of(desk), essay="First."))
    submit("hw.ipynb")
    save(desk, answered(blank_of(desk), essay="Second."))
    submit("hw.ipynb")
    texts = [path.read_text(encoding="utf-8") for path in handed_in(desk)]
    assert sorted("First." in text for text in texts) == [False, True]


def test_only_what_concerns_the_assignment_is_in_the_record(desk: Path):
    from cstolib import check

    save(desk, answered(blank_of(desk)))
    check("hw-e1", 3, confidence=0.9)
    check("l01-e1", 3, confidence=0.1)
    submit("hw.ipynb")
    record = json.loads(handed_in(desk)[0].read_text())["metadata"]["cstolib"]["record"]
    assert [(each["id"], each["confidence"]) for each in record] == [("hw-e1", 0.9)]


def test_words_of_every_alphabet_are_kept(desk: Path):
    save(desk, answered(blank_of(desk), essay="ОДКБ, Հայաստան, Қазақстан"))
    submit("hw.ipynb")
    assert "ОДКБ, Հայաստան, Қазақстан" in handed_in(desk)[0].read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (None, r"name is not known\. Name it: submit\(\"...\"\), one of hw\.ipynb"),
        ("hw2.ipynb", "'hw2.ipynb'"),
    ],
)
def test_a_notebook_that_is_not_found_is_told(desk: Path, name: str | None, words: str):
    with pytest.raises(CstolibError, match=words):
        submit(name)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff", b'{"cells": 5}', b'{"cells": [{}], "metadata": {}}']
)
def test_a_damaged_notebook_is_told_and_nothing_is_written(desk: Path, content: bytes):
    (desk / "hw.ipynb").write_bytes(content)
    with pytest.raises(CstolibError, match=r"hw\.ipynb cannot be read as a notebook"):
        submit("hw.ipynb")
    assert handed_in(desk) == []


def test_a_folder_that_cannot_be_written_is_told(desk: Path, monkeypatch: pytest.MonkeyPatch):
    usual = Path.open

    def full(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        if mode == "x":
            raise OSError(28, "No space left on device")
        return usual(path, mode, *arguments, **options)

    monkeypatch.setattr(handin.Path, "open", full)
    with pytest.raises(CstolibError, match="No space left on device"):
        submit("hw.ipynb")


# Parameters.
def test_parameters_are_the_same_each_time_and_differ_between_learners(desk: Path):
    assert variant("hw", "s01") == variant("hw", " S01 ")
    drawn = {tuple(variant("hw", f"s{n}").values()) for n in range(40)}
    assert len(drawn) == 6


@pytest.mark.parametrize("who", ["", "  ", "WRITE YOUR ID HERE", None, 5])
def test_an_id_is_needed(desk: Path, who: Any):
    with pytest.raises(CstolibError, match="Write your id between the quotes"):
        variant("hw", who)


def test_another_assignment_is_not_there(desk: Path):
    with pytest.raises(CstolibError, match=r"'hw2'.*Did you mean 'hw'"):
        variant("hw2", "s01")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"{}"])
def test_a_damaged_file_of_the_assignment_is_told(desk: Path, content: bytes):
    (desk / "hw.exercises.json").write_bytes(content)
    with pytest.raises(CstolibError, match=r"hw\.exercises\.json is damaged\. Copy .* once more"):
        variant("hw", "s01")


def test_who_grades_decides_whose_parameters_they_are(desk: Path, made: Path):
    key = json.loads((made / "teacher" / "hw.key.json").read_text())
    work = answered(blank_of(desk), hw_e1="hw_e1 = year")
    for each in work["cells"]:
        each["source"] = text_of(each).replace("WRITE YOUR ID HERE", "somebody else")
    mine = draw(key["variants"], "s07")
    row = grade(packed(work), key, learner="s07")["questions"]["hw-e1"]
    assert row["given"] == str(mine["year"])
