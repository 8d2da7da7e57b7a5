import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cstolib import bank, check, journal, predict, progress
from cstolib.exercises import record


def test_the_record_lies_in_the_course_folder_whatever_folder_the_notebook_is_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CSTOLIB_PROGRESS", raising=False)
    inner = tmp_path / "csto-course" / "exercises"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert journal.path() == inner / "progress.jsonl"
    (tmp_path / "csto-course" / ".cstolib").mkdir()
    (tmp_path / "csto-course" / ".cstolib" / "manifest.json").write_text("{}")
    assert journal.path() == tmp_path / "csto-course" / "progress.jsonl"
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path / "elsewhere.jsonl"))
    assert journal.path() == tmp_path / "elsewhere.jsonl"


def test_entries_come_back_in_order_one_line_each(example: Path) -> None:
    journal.append("check", "l99-e1", status="wrong", confidence=None)
    journal.append("hint", "l99-e1", step=1)
    assert [entry["event"] for entry in journal.read().entries] == ["check", "hint"]
    assert "confidence" not in journal.read().entries[0]
    assert example.read_text().count("\n") == 2


def test_damaged_lines_are_told_once_and_neither_counted_nor_deleted(example: Path) -> None:
    journal.append("check", "l99-e1", status="right")
    damaged = b'{"event": "check", "id"\n\xff\xfe\n[1]\n{"event": 1, "id": "x"}\n' + b"[" * 100_000 + b"\n"
    with example.open("ab") as file:
        file.write(damaged)
    journal.append("check", "l99-e2", status="right")
    log = journal.read()
    assert [entry["id"] for entry in log.entries] == ["l99-e1", "l99-e2"]
    assert log.note.startswith("5 lines of ")
    assert str(progress()).count("could not be read") == 1
    assert damaged in example.read_bytes()


def test_a_line_that_was_cut_short_does_not_spoil_the_next(example: Path) -> None:
    example.write_text('{"event": "check", "id": "l99-e1", "sta')
    journal.append("check", "l99-e2", status="right")
    assert [entry["id"] for entry in journal.read().entries] == ["l99-e2"]
    assert journal.read().note.startswith("1 line of ")


@pytest.mark.parametrize("obstacle", ["missing folder", "a folder in its place", "a file as folder"])
def test_a_record_that_cannot_be_written_is_told_once(
    obstacle: str, example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "there" / "progress.jsonl"
    if obstacle == "a folder in its place":
        where.mkdir(parents=True)
    if obstacle == "a file as folder":
        where.parent.write_text("")
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(where))
    first, second = journal.append("hint", "l99-e1"), journal.append("hint", "l99-e1")
    assert "cannot be written" in first
    assert "The lesson goes on" in first
    assert second == ""
    assert [entry["event"] for entry in journal.read().entries] == ["hint", "hint"]  # remembered all the same


def test_what_is_only_remembered_does_not_claim_to_be_saved(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path))  # a folder, not a file
    for _ in range(2):  # though the reason is told but once
        assert "counts, but is not saved" in str(predict("l99-p1", {"1993": 1, "1994": 3}))
        assert record("t99", "no", None, "before").heading.endswith("Answered, but not saved")
    assert f"{tmp_path} cannot be written: this is remembered only until" in str(progress())
    assert "Kept in" not in str(progress())


def test_what_was_remembered_is_written_as_soon_as_that_works_again(
    example: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = tmp_path / "there" / "progress.jsonl"
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(where))
    journal.append("hint", "l99-e1", step=1)
    journal.append("hint", "l99-e1", step=2)
    assert not journal.is_written()
    where.parent.mkdir()
    assert journal.append("hint", "l99-e1", step=3) == ""
    assert journal.is_written()
    assert [json.loads(line)["step"] for line in where.read_text().splitlines()] == [1, 2, 3]
    assert len(journal.read().entries) == 3


def test_a_line_for_which_there_is_half_the_space_is_not_written_at_all(
    example: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append("hint", "l99-e1", step=1)
    write = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:9]))
        assert "cannot be written (No space left on device)" in journal.append("hint", "l99-e1", step=2)
    assert example.read_text().count("\n") == 1
    journal.append("hint", "l99-e1", step=3)
    assert [entry["step"] for entry in journal.read().entries] == [1, 2, 3]
    assert journal.read().note == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSTOLIB_PROGRESS", "/dev/full")
    assert "cannot be written (No space left on device)" in journal.append("hint", "l99-e1")


def test_notebooks_that_write_at_once_lose_nothing(example: Path) -> None:
    code = (
        "import sys; from cstolib import journal\n"
        "for n in range(200): assert journal.append('check', f'{sys.argv[1]}-{n}', text='\u00e4' * 300) == ''"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(name)]) for name in range(4)]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0, 0]
    log = journal.read()
    assert log.note == ""
    assert {entry["id"] for entry in log.entries} == {f"{name}-{n}" for name in range(4) for n in range(200)}
    for name in range(4):
        mine = [int(entry["id"].split("-")[1]) for entry in log.entries if entry["id"].startswith(f"{name}-")]
        assert mine == list(range(200))


def test_progress_starts_with_a_fixed_sentence_without_a_path(example: Path) -> None:
    assert str(progress()) == journal.EMPTY
    assert str(example) not in journal.EMPTY
    assert progress()._repr_html_().startswith("<p>Nothing is stored yet.")
    assert not example.exists()


def test_progress_counts_the_best_answer_to_each_exercise(example: Path) -> None:
    check("l99-e1", 4)
    check("l99-e1", 3)
    check("l99-e1", 4)
    check("l99-e4", {"ARM"})
    check("l99-e7", "a")
    check("l99-e2", ...)
    check("l99-e3", "no date")
    predict("l99-p1", {"1993": 1, "1994": 3})
    assert progress().lessons == [
        {
            "Lesson": "99",
            "Exercises": 8,
            "Attempted": 3,
            "Right": 1,
            "Partly right": 1,
            "Predictions saved": 1,
        }
    ]
    text = str(progress())
    assert f"Kept in {example}. Delete that file to start afresh" in text
    assert 'scope="col">Attempted' in progress()._repr_html_().replace(' style="text-align:right"', "")


def test_the_course_test_is_scored_only_when_it_was_taken_after_the_course_too(example: Path) -> None:
    record("t99", "no", None, "before")
    record("t99", "yes", None, "before")
    assert progress().test == {"before": "1 of 1 answered"}
    assert "right" not in str(progress()).split("Course test")[1].split("What was right is told")[0]
    assert 'ask("t99", sitting="after")' in str(progress())
    record("t99", "yes", None, "after")
    assert progress().test == {"before": "0 of 1 right", "after": "1 of 1 right"}  # the first answers count
    assert "ask(" not in str(progress())
    assert progress().lessons[0]["Attempted"] == 0


def test_a_page_without_exercises_is_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSTOLIB_PROGRESS", str(tmp_path / "progress.jsonl"))
    lessons = {exercise.lesson for exercise in bank.exercises().values()}
    assert "00" in lessons, "the course test"
    check("l01-q1", "a")
    assert "00" not in {row["Lesson"] for row in progress().lessons}


def test_the_record_is_for_its_owner_alone_and_names_nobody(example: Path) -> None:
    check("l99-e1", 3)
    assert set(json.loads(example.read_text())) == {"at", "event", "id", "status", "share"}
    if os.name == "posix":
        assert example.stat().st_mode & 0o077 == 0
