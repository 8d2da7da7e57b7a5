"""The instructor's commands: what they say, what they leave alone, and that learners do not wait for them."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import datetime

import pytest

from cstolib import cli
from cstolib.grading import commands
from cstolib.grading.gradebook import Gradebook

RUBRIC = {"claim": ["4", "3", "2", "1"]}
KEY = {
    "format": 1,
    "assignment": "hw1",
    "title": "Homework 1",
    "questions": {
        "hw1-e1": {"kind": "number", "title": "How many", "points": 3},
        "hw1-w1": {"kind": "written", "title": "Why", "points": 6, "rubric": RUBRIC},
    },
}
ROSTER = "learner,name,canvas_id\na1,Ana,501\nb2,Bob,502\nc3,Zarina,503\n"
CANVAS = (
    "Student,ID,SIS Login ID,Section,Homework 1 (8801)\n    Points Possible,,,,9\n"
    "Ana,501,,A,\nBob,502,,A,\nZarina,503,,A,\n"
)


@pytest.fixture
def grader():
    """What the stand-in for judging says; a test can change it."""
    return {"version": "v", "status": "graded"}


@pytest.fixture
def term(tmp_path, monkeypatch, grader):
    """Lay out what an instructor has; judging itself is stood in for."""
    from cstolib.grading import batch

    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw1.key.json").write_text(json.dumps(KEY))
    (tmp_path / "roster.csv").write_text(ROSTER)
    (tmp_path / "canvas.csv").write_text(CANVAS)
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("ana_501_1_hw1", "bob_LATE_502_2_hw1", "who_999_3_hw1"):
        (folder / f"{name}.ipynb").write_text('{"cells": []}')

    def judge(gradebook, key, *, workers=2, scheduler=None, isolated=True, progress=lambda *_: None):
        right = {"status": "right", "share": 1, "points": 3, "possible": 3}
        essay = {"status": "to mark", "points": None, "possible": 6, "written": "Because."}
        counted = Counter()
        with Gradebook(gradebook) as book:
            waiting = book.pending("hw1", grader["version"])
            progress(0, len(waiting))
            for id in waiting:
                questions = {"hw1-e1": right, "hw1-w1": essay}
                book.record(id, {"status": grader["status"], "questions": questions}, grader["version"])
                counted[grader["status"]] += 1
                progress(counted.total(), len(waiting))
        return counted

    monkeypatch.setattr(batch, "grade_all", judge)
    return tmp_path


def run(line, capsys, code=0):
    assert cli.main(line.split()) == code
    captured = capsys.readouterr()
    return captured.err if code else captured.out


GRADE = "grade in --key hw1.key.json --gradebook term.db --roster roster.csv"


def test_a_full_disk_is_told_and_not_traced(term, capsys, monkeypatch):
    def full(*_, **__):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Gradebook, "record", full)
    said = run(GRADE, capsys, code=1)
    assert "can no longer be used (database or disk is full)" in said
    assert "What was stored in it is kept" in said


def test_a_term_from_roster_to_the_learning_system(term, capsys):
    said = run(GRADE, capsys)
    assert said == (
        "3 new, 0 already in the gradebook.\n"
        "Tied to no learner, and not graded: who_999_3_hw1.ipynb: the roster has no canvas_id '999'.\n"
        "Late: b2 (by an unknown time).\n"
        "Nothing handed in: c3.\n"
        "To tie a file to somebody, mend the roster and give the command again.\n"
        "2 graded\n"
    )
    assert run(GRADE, capsys).endswith("Nothing new to grade.\n")
    assert "not all marked yet" in run("export term.db --lms canvas --into canvas.csv", capsys)
    assert (term / "canvas.csv").read_text() == CANVAS
    with Gradebook(term / "term.db") as book:
        for row in book.to_mark("hw1", "hw1-w1"):
            book.set_mark(row["submission"], "hw1-w1", {"claim": 3}, "Good")
    assert run("export term.db --lms canvas --into canvas.csv --late zero", capsys) == (
        "2 grades written into 'Homework 1 (8801)'.\nLeft as it was, because nothing was handed in: c3.\n"
    )
    assert (term / "canvas.csv").read_text() == CANVAS.replace("501,,A,", "501,,A,7").replace(
        "502,,A,", "502,,A,0"
    )
    assert run("feedback term.db --to back", capsys) == "2 pages in back.\n"
    assert sorted(path.name for path in (term / "back").iterdir()) == ["a1-hw1.html", "b2-hw1.html"]
    assert "THE QUESTIONS" in run("report term.db", capsys)
    run("report term.db --to report.html", capsys)
    assert "</html>" in (term / "report.html").read_text()
    assert run("export term.db --lms csv", capsys).count("\n") == 6
    assert run("export term.db --lms csv --into tidy.csv", capsys) == "5 rows written into 'tidy.csv'.\n"
    assert (term / "tidy.csv").read_bytes().startswith(b"\xef\xbb\xbfassignment,learner")


def test_submissions_to_look_at_are_named_each_time_until_they_are_mended(term, grader, capsys):
    grader["status"] = "timed-out"
    look = (
        "Look at these; their scores are held back: a1 timed-out (ana_501_1_hw1.ipynb), "
        "b2 timed-out (bob_LATE_502_2_hw1.ipynb).\n"
    )
    assert run(GRADE, capsys).endswith(f"\n2 timed-out\n{look}")
    assert run(GRADE, capsys).endswith(f"\nNothing new to grade.\n{look}")
    grader |= {"version": "w", "status": "not-attempted"}
    assert run(GRADE, capsys).endswith("\n2 not-attempted\n")


def test_what_is_graded_again_is_told_with_the_reason(term, grader, capsys):
    assert "graded before" not in run(GRADE, capsys)
    assert "graded before" not in run(GRADE, capsys)
    grader["version"] = "w"
    (term / "in" / "zarina_503_4_hw1.ipynb").write_text('{"cells": []}')
    again = "2 were graded before with another key or version, and are graded again; marks stay.\n3 graded\n"
    assert run(GRADE, capsys).endswith(again)


def test_without_a_roster_parameters_are_said_to_follow_the_names_of_the_files(term, capsys):
    said = "There is no roster: learners are named as the files name them, and parameters are drawn for"
    without = GRADE.replace(" --roster roster.csv", "") + " --collect-only"
    assert said not in run(without, capsys)
    (term / "hw1.key.json").write_text(
        json.dumps(KEY | {"variants": {"seed": "s", "choices": {"n": [1, 2]}}})
    )
    assert said in run(without, capsys)
    assert said not in run(f"{GRADE} --collect-only", capsys)
    assert said not in run(without, capsys)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("assign", "Make what learners get (DIR/learners) and the key for grading (DIR/teacher)"),
        ("assign", "needed where an exercise has variants. Keep it"),
        ("grade", "and grade what is new"),
        ("grade", "local time as the learning system shows it"),
        ("mark", "one written answer at a time"),
        ("export", "Write the totals into the column of this assignment"),
        ("feedback", "Write one page for each learner who handed in"),
        ("report", "which notebooks to look at before you publish"),
    ],
)
def test_every_command_explains_itself(capsys, command, words):
    with pytest.raises(SystemExit, match=r"^0$"):
        cli.main([command, "--help"])
    assert words in " ".join(capsys.readouterr().out.split())


def test_collecting_alone_grades_nothing(term, capsys):
    assert "graded\n" not in run(f"{GRADE} --collect-only", capsys)
    with Gradebook(term / "term.db") as book:
        assert {score.status for score in book.scores("hw1")} == {"collected", "missing"}


def test_an_interrupted_grading_says_what_to_do(term, capsys, monkeypatch):
    from cstolib.grading import batch

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "grade_all", interrupted)
    assert "What is graded is kept; the same command goes on." in run(GRADE, capsys, code=130)


def test_the_roster_is_kept_in_the_gradebook_and_can_come_later(term, capsys):
    without = GRADE.replace(" --roster roster.csv", "") + " --collect-only"
    assert "Nothing handed in" not in run(without, capsys)
    assert "Nothing handed in: c3." in run(f"{GRADE} --collect-only", capsys)
    assert "Nothing handed in: c3." in run(without, capsys)
    with Gradebook(term / "term.db") as book:
        assert [each.learner["learner"] for each in book.scores("hw1")] == ["a1", "b2", "c3"]


def test_running_without_a_jail_is_said_loudly(term, capsys):
    assert cli.main(f"{GRADE} --unsafe-no-jail".split()) == 0
    assert "Learners' code runs without any protection" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("grade nowhere --key hw1.key.json --gradebook term.db", "There is no folder, archive or notebook"),
        ("grade in --key roster.csv --gradebook term.db", "is not a key"),
        ("grade in --key hw1.key.json --gradebook canvas.csv", "cannot be used as a gradebook"),
        ("grade in --key hw1.key.json --gradebook no/such/folder.db", "cannot be used as a gradebook"),
        ("report term.db", "There is no gradebook 'term.db'"),
        ("mark term.db", "There is no gradebook"),
        ("feedback canvas.csv --to back", "cannot be used as a gradebook"),
    ],
)
def test_a_mistake_is_one_message_and_changes_nothing(term, capsys, line, words):
    before = {path: path.read_bytes() for path in term.iterdir() if path.is_file()}
    said = run(line, capsys, code=1)
    assert words in said
    assert said.startswith("cstolib: ")
    assert said.count("\n") == 1
    assert {path: path.read_bytes() for path in term.iterdir() if path.is_file()} == before


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("export term.db --lms canvas", "Export the grades from canvas first"),
        ("export term.db --lms canvas --into none.csv", "There is no file 'none.csv'. Export the grades"),
        ("export term.db --lms csv --late never", "no rule for late work 'never'"),
        ("report term.db --assignment hw2", "Did you mean 'hw1'"),
        ("report term.db --to no/such/report.html", "cannot be written: No such file or directory"),
    ],
)
def test_a_mistake_with_a_gradebook_is_one_message(term, capsys, line, words):
    run(GRADE, capsys)
    assert words in run(line, capsys, code=1)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("--due soon", "'soon' is not a time such as 2026-10-01T12:00"),
        ("--workers 0", "'0' is not a number of workers. Allowed: 1 to 256."),
        ("--workers 3 --scheduler tcp://x", "not allowed with"),
    ],
)
def test_options_that_make_no_sense_are_told(term, capsys, option, words):
    with pytest.raises(SystemExit):
        cli.main(f"{GRADE} {option}".split())
    assert words in capsys.readouterr().err


def test_a_time_with_a_zone_is_read_as_the_time_here():
    assert commands._time("2026-10-01T12:00") == datetime(2026, 10, 1, 12)
    there = datetime.fromisoformat("2026-10-01T12:00+00:00")
    assert commands._time("2026-10-01T12:00+00:00") == there.astimezone().replace(tzinfo=None)


def test_names_that_would_steer_the_terminal_are_shown_instead(term, capsys):
    (term / "in" / "x_1_2_\x1b[2J.ipynb").write_text("{}")
    said = run(f"{GRADE} --collect-only", capsys)
    assert "\x1b" not in said
    assert "x_1_2_[U+001B][2J.ipynb" in said


def test_assign_passes_on_what_was_asked_for(monkeypatch, capsys, tmp_path):
    from cstolib.grading import assign

    asked = []
    monkeypatch.setattr(
        assign, "assign", lambda *args, **options: asked.append((args, options)) or [tmp_path]
    )
    assert cli.main(["assign", "a.ipynb", "b.ipynb", "--to", "out", "--seed", "s"]) == 0
    ((sources, _), options) = asked[0]
    assert (sources, options) == (["a.ipynb", "b.ipynb"], {"seed": "s", "isolated": True})
    assert capsys.readouterr().out == f"{tmp_path}\n"


def test_learners_commands_load_nothing_of_this():
    code = (
        "import sys; from cstolib import cli; cli._parser(); "
        "print(sorted(name for name in sys.modules if name.startswith(('cstolib.grading', 'sqlite3'))))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded == "['cstolib.grading', 'cstolib.grading.commands']\n"
