"""Honest work: what is right, partly right, wrong, blank and written, judged outside the learner's kernel."""

import json
from pathlib import Path

import pytest

from cstolib.errors import CstolibError
from cstolib.grading import jail
from cstolib.grading.assign import assign
from cstolib.grading.grade import grade
from cstolib.grading.variants import draw

from .submissions import ANSWERS, ESSAY, FULL, POINTS, answered, packed, write_source


def total(result):
    return sum(each["points"] or 0 for each in result["questions"].values())


def test_what_is_right_has_all_its_points_and_the_essay_waits_for_its_reader(blank, key):
    result = grade(packed(answered(blank)), key)
    assert (result["status"], result["note"], total(result)) == ("graded", "", FULL)
    assert {name: each["status"] for name, each in result["questions"].items()} == {
        **dict.fromkeys(ANSWERS, "right"),
        "hw-w1": "to mark",
    }
    assert result["questions"]["hw-w1"] == {
        "status": "to mark",
        "share": None,
        "points": None,
        "possible": POINTS["hw-w1"],
        "message": "",
        "misconception": "",
        "given": "",
        "written": ESSAY,
    }


def test_the_same_submission_has_the_same_result(blank, key):
    first, second = (grade(packed(answered(blank, hw_e2="hw_e2 = {'ARM'}")), key) for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_a_foreseen_mistake_is_named_and_part_of_a_set_is_part_of_the_points(blank, key):
    work = answered(blank, hw_e1="hw_e1 = len(members) + 1", hw_e2="hw_e2 = {'ARM'}", hw_e4="hw_e4 = ' C '")
    rows = grade(packed(work), key)["questions"]
    assert (rows["hw-e1"]["misconception"], rows["hw-e1"]["points"]) == ("counted-header", 0)
    assert rows["hw-e1"]["message"] == "You counted the header."
    assert (rows["hw-e2"]["status"], rows["hw-e2"]["points"]) == ("partly", 2)
    assert (rows["hw-e4"]["misconception"], rows["hw-e4"]["given"]) == ("none", "c")


def test_a_function_is_judged_by_what_it_gives_for_inputs_that_learners_do_not_see(blank, key):
    work = answered(blank, hw_e6="def hw_e6(first, last):\n    return last - first")
    row = grade(packed(work), key)["questions"]["hw-e6"]
    assert (row["status"], row["misconception"]) == ("wrong", "off-by-one")


def test_the_learners_version_untouched_is_not_attempted(blank, key):
    result = grade(packed(blank), key)
    assert (result["status"], total(result)) == ("not-attempted", 0)
    assert {each["status"] for each in result["questions"].values()} == {"not attempted"}


def test_an_answer_of_the_wrong_form_is_told_in_a_sentence(blank, key):
    row = grade(packed(answered(blank, hw_e1="hw_e1 = [1, 2]")), key)["questions"]["hw-e1"]
    assert (row["status"], row["points"]) == ("unreadable", 0)
    assert row["message"] == (
        "This answer cannot be read. A number is needed here, and this is a list with 2 values."
    )


def test_an_answer_whose_cell_failed_is_told_so(blank, key):
    row = grade(packed(answered(blank, hw_e1="hw_e1 = len(memberz)")), key)["questions"]["hw-e1"]
    assert (row["status"], row["points"]) == ("not attempted", 0)
    assert row["message"] == (
        "The cell with the answer ended in an error: NameError: name 'memberz' is not defined"
    )


def test_a_wrong_answer_that_is_right_for_somebody_else_is_noticed(tmp_path: Path):
    source = write_source(tmp_path, {"count": [3, 4, 5]})
    notebook = json.loads(source.read_text())
    for each in notebook["cells"]:
        each["source"] = each["source"].replace("hw_e1 = len(members)", "hw_e1 = 10 * count")
        each["source"] = each["source"].replace('hw_e2 = {"ARM", "KAZ"}', "hw_e2 = set(range(count))")
    source.write_text(json.dumps(notebook))
    assign([source], tmp_path / "hw", seed="spring")
    key = json.loads((tmp_path / "hw" / "teacher" / "hw.key.json").read_text())
    blank = json.loads((tmp_path / "hw" / "learners" / "hw.ipynb").read_text())
    assert len(key["answers"]) == 3
    mine = draw(key["variants"], "s01")["count"]
    other = next(count for count in (3, 4, 5) if count != mine)

    own = grade(packed(answered(blank, hw_e1="hw_e1 = 10 * count")), key, learner="s01")
    assert own["questions"]["hw-e1"]["status"] == "right"  # its cell of parameters was never filled in
    copied = grade(packed(answered(blank, hw_e1=f"hw_e1 = {10 * other}")), key, learner="s01")
    assert copied["questions"]["hw-e1"]["misconception"] == "answer-of-another-variant"
    partly = grade(packed(answered(blank, hw_e2=f"hw_e2 = set(range({other}))")), key, learner="s01")
    assert partly["questions"]["hw-e2"]["status"] == "partly"
    assert partly["questions"]["hw-e2"]["misconception"] == "answer-of-another-variant"


def test_without_isolation_nothing_is_run(blank, key, monkeypatch, tmp_path):
    witness = tmp_path / "was-run"
    monkeypatch.setattr(jail, "_mine", type("Nothing", (), {})())
    monkeypatch.setattr(jail.shutil, "which", lambda name: None)
    with pytest.raises(CstolibError, match=r"no bubblewrap .* Nothing was run"):
        grade(packed(answered(blank, hw_e1=f"open({str(witness)!r}, 'w')")), key)
    assert not witness.exists()
    result = grade(packed(answered(blank)), key, isolated=False)  # only when it is asked for
    assert total(result) == FULL


def test_a_machine_where_bubblewrap_fails_is_told_why(blank, key, monkeypatch):
    host = jail.host()
    monkeypatch.setattr(host, "_command", ["bwrap", "--no-such-option"])
    with pytest.raises(CstolibError, match=r"cannot isolate programs here \(bwrap: .*no-such-option"):
        grade(packed(answered(blank)), key)
