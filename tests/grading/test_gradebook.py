"""The gradebook keeps every submission wholly or not at all, and every mark until it is changed."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime

import pytest

from cstolib.errors import CstolibError
from cstolib.grading.collect import Report, Submission
from cstolib.grading.gradebook import Gradebook

RUBRIC = {"claim": ["4", "3", "2", "1"], "evidence": ["4", "3", "2", "1"]}
KEY = {
    "assignment": "hw1",
    "title": "Homework 1",
    "questions": {
        "hw1-e1": {"kind": "number", "title": "How many", "points": 3, "explanation": "secret"},
        "hw1-w1": {"kind": "written", "title": "Why", "points": 6, "rubric": RUBRIC},
    },
    "answers": {"": {"hw1-e1": {"answer": 42}}},
}
LEARNERS = [{"learner": "a1", "name": "Ana"}, {"learner": "b2", "name": "Bob", "extra_minutes": 60}]


def result(points=3.0, written="Because.", status="graded"):
    right = {"status": "right", "share": points / 3, "points": points, "possible": 3, "message": "yes"}
    essay = {"status": "to mark", "share": None, "points": None, "possible": 6, "written": written}
    return {"status": status, "note": "", "seconds": 0.3, "questions": {"hw1-e1": right, "hw1-w1": essay}}


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "term.db") as book:
        book.add_assignment(KEY, "digest")
        book.add_learners(LEARNERS)
        yield book


def hand_in(book, learner="a1", content=b"{}", received=None, due=None, **more):
    submission = Submission(learner, f"{learner}.ipynb", content, received, **more)
    return book.add_submissions("hw1", [submission], due)


def score(book, learner="a1", late="flag"):
    return next(each for each in book.scores("hw1", late) if each.learner["learner"] == learner)


def test_no_answer_of_the_key_is_kept(book):
    assert "explanation" not in book.assignment()["questions"]["hw1-e1"]
    assert not any(secret in book.path.read_bytes() for secret in (b"secret", b'"answer"'))


def test_collecting_twice_adds_nothing(book):
    for added, already in ((1, 0), (0, 1)):
        report = hand_in(book)
        assert (report.added, report.already, report.missing) == (added, already, ["b2"])
        unmatched = book.add_submissions("hw1", [Submission(None, "x.ipynb", b"1", problem="nobody")])
        assert (unmatched.added, unmatched.unmatched) == (added, ["x.ipynb: nobody"])


def test_what_was_tied_to_nobody_is_taken_over_when_the_roster_is_mended(book):
    book.add_submissions("hw1", [Submission(None, "a1.ipynb", b"{}", problem="nobody")])
    assert book.pending("hw1", "g") == []
    assert hand_in(book).added == 1
    assert len(book.pending("hw1", "g")) == 1


def test_who_was_called_as_the_files_are_is_somebody_once_there_is_a_roster(book):
    file = {"file": "petrosyanana_501_1_hw1.ipynb", "content": b"{}"}
    book.add_submissions("hw1", [Submission("501", **file)])
    (id,) = book.pending("hw1", "g")
    book.record(id, result(), "g")
    assert [each["learner"] for each in book.roster()] == ["a1", "b2"]
    report = book.add_submissions("hw1", [Submission("a1", **file)])
    assert (report.added, report.already, report.missing) == (0, 1, ["b2"])
    assert [each.learner["learner"] for each in book.scores("hw1")] == ["a1", "b2"]
    assert book.pending("hw1", "g") == [id]
    assert book.learner_of(id) == "a1"


def test_what_was_graded_under_another_name_is_tied_again_with_its_marks(book):
    file = {"file": "petrosyanana_501_1_hw1.ipynb", "content": b"{}"}
    book.add_submissions("hw1", [Submission("501", **file)])
    (id,) = book.pending("hw1", "g")
    book.record(id, result(), "g")
    book.set_mark(id, "hw1-w1", {"claim": 4, "evidence": 4}, "")
    book.add_submissions("hw1", [Submission(None, problem="the roster has no canvas_id '501'", **file)])
    assert book.pending("hw1", "g") == []
    book.add_submissions("hw1", [Submission("a1", **file)])
    assert book.pending("hw1", "g") == [id]
    assert score(book).total == 9


def test_a_file_of_two_learners_swapped_in_the_roster_goes_to_the_other(book):
    hand_in(book, "a1", content=b"one")
    swapped = Submission("b2", "a1.ipynb", b"one")
    assert book.add_submissions("hw1", [swapped]).missing == ["a1"]


def hand_in_as(book, name, content, **more):
    return book.add_submissions("hw1", [Submission("a1", name, content, **more)])


def counting(book):
    (id,) = book.pending("hw1", "nobody")
    return book.content(id)


def test_an_earlier_file_handed_in_again_under_a_new_name_is_the_latest(book):
    hand_in_as(book, "ana_501_1_hw1.ipynb", b"A")
    (first,) = book.pending("hw1", "g")
    book.record(first, result(), "g")
    book.set_mark(first, "hw1-w1", {"claim": 4, "evidence": 4}, "")
    hand_in_as(book, "ana_501_2_hw1-1.ipynb", b"B")
    assert counting(book) == b"B"
    report = hand_in_as(book, "ana_501_3_hw1-2.ipynb", b"A")
    assert counting(book) == b"A"
    assert report.several == ["a1 (2: ana_501_3_hw1-2.ipynb counts)"]
    assert book.pending("hw1", "g") == []
    assert score(book).total == 9


def test_reading_earlier_downloads_again_changes_nothing(book):
    names = ("ana_501_1_hw1.ipynb", "ana_501_2_hw1.ipynb", "ana_501_3_hw1.ipynb", "ana_501_4_hw1.ipynb")
    downloads = list(zip(names, (b"A", b"B", b"A", b"B"), strict=True))
    for download in downloads:
        hand_in_as(book, *download)
    for download in downloads:
        report = hand_in_as(book, *download)
        assert (report.added, report.already) == (0, 1)
        assert report.several == ["a1 (2: ana_501_4_hw1.ipynb counts)"]
        assert counting(book) == b"B"


def test_the_lateness_of_a_file_is_that_of_its_last_name(book):
    assert hand_in_as(book, "ana_501_1_hw1.ipynb", b"A").late == []
    assert hand_in_as(book, "ana_LATE_501_2_hw1.ipynb", b"A", late=True).late == ["a1 (by an unknown time)"]
    assert hand_in_as(book, "ana_501_1_hw1.ipynb", b"A").late == ["a1 (by an unknown time)"]


def test_all_names_of_a_file_go_to_whom_the_mended_roster_says(book):
    names = ("ana_501_1_hw1.ipynb", "ana_501_2_hw1.ipynb")
    for learner in ("a1", "b2"):
        book.add_submissions("hw1", [Submission(learner, name, b"A") for name in names])
    assert [each.status for each in book.scores("hw1")] == ["missing", "collected"]


def test_of_files_without_content_the_last_is_named(book):
    hand_in_as(book, "a1/notes.pdf", b"", problem="not a notebook (.ipynb)")
    report = hand_in_as(book, "a1/work.zip", b"", problem="an archive inside")
    assert report.problems == ["a1/work.zip: an archive inside"]
    assert (score(book).note, book.held_back("hw1")) == ("an archive inside", ["a1 unreadable (a1/work.zip)"])


def test_a_file_refused_for_itself_is_not_a_matter_of_the_roster(book):
    report = book.add_submissions("hw1", [Submission(None, "x.pdf", b"", problem="not a notebook (.ipynb)")])
    assert (report.unmatched, report.problems) == ([], ["x.pdf: not a notebook (.ipynb)"])
    assert "mend the roster" not in str(report)


def test_long_lists_have_one_file_on_each_line():
    report = Report(2, 0, unmatched=["x: nobody", "y: nobody"], problems=["z: damaged"], missing=["a1", "b2"])
    assert str(report).splitlines() == [
        "2 new, 0 already in the gradebook.",
        "Tied to no learner, and not graded:",
        "  x: nobody",
        "  y: nobody",
        "Cannot be read: z: damaged.",
        "Nothing handed in: a1; b2.",
        "To tie a file to somebody, mend the roster and give the command again.",
    ]


def test_the_latest_attempt_that_can_be_read_counts(book):
    hand_in(book, content=b"second", received="2026-10-02T10:00:00")
    hand_in(book, content=b"first", received="2026-10-01T10:00:00")
    report = hand_in(book, content=b"", received="2026-10-03T10:00:00", problem="an empty file")
    assert report.several == ["a1 (3: a1.ipynb counts)"]
    assert report.problems == ["a1.ipynb: an empty file"]
    assert [book.content(id) for id in book.pending("hw1", "g")] == [b"second"]
    document = "The file is a zip archive or an office document"
    hand_in(book, content=b"PK", received="2026-10-04T10:00:00", problem=document)
    assert [book.content(id) for id in book.pending("hw1", "g")] == [b"second"]
    assert score(book).attempts == 4


def test_a_file_that_cannot_be_read_still_has_a_row(book):
    hand_in(book, content=b"", problem="encrypted")
    each = score(book)
    assert (each.status, each.note, each.total, each.doubt) == ("unreadable", "encrypted", 0, "unreadable")
    assert each.answers["hw1-e1"]["status"] == "not attempted"


def test_lateness_is_flagged_with_extra_time_and_costs_only_by_the_rule(book):
    due = datetime(2026, 10, 1, 12)
    hand_in(book, "a1", received="2026-10-01T13:00:00", due=due)
    report = hand_in(book, "b2", received="2026-10-01T13:00:00", due=due)
    assert report.late == ["a1 (60 minutes)"]
    for id in book.pending("hw1", "g"):
        book.record(id, result() | {"questions": {"hw1-e1": result()["questions"]["hw1-e1"]}}, "g")
    book.add_assignment(KEY | {"questions": {"hw1-e1": KEY["questions"]["hw1-e1"]}})
    totals = {rule: score(book, "a1", rule).total for rule in ("flag", "zero", "percent-per-day=10")}
    assert totals == {"flag": 3, "zero": 0, "percent-per-day=10": pytest.approx(2.7)}
    assert score(book, "b2", "zero").total == 3
    with pytest.raises(CstolibError, match="no rule for late work 'halve'"):
        book.scores("hw1", "halve")


def test_another_time_to_hand_in_is_taken_over_when_collecting_again(book):
    received = "2026-10-01T13:00:00"
    assert hand_in(book, received=received, due=datetime(2026, 10, 1, 12)).late == ["a1 (60 minutes)"]
    assert hand_in(book, received=received).late == ["a1 (60 minutes)"]
    assert hand_in(book, received=received, due=datetime(2026, 10, 1, 14)).late == []


def test_late_without_a_time_is_told_so(book):
    assert hand_in(book, late=True).late == ["a1 (by an unknown time)"]


def test_who_has_extra_time_is_not_late_by_a_mark_that_may_not_know_of_it(book):
    due = datetime(2026, 10, 1, 12)
    report = hand_in(book, "b2", late=True, due=due)
    assert (report.late, report.extra) == ([], ["b2"])
    assert "with extra time in the roster, and not counted as late: b2." in str(report)
    assert hand_in(book, "a1", late=True, due=due).late == ["a1 (by an unknown time)"]
    book.add_learners([{"learner": "a1", "name": "Ana", "extra_minutes": 60}])
    assert hand_in(book, "a1", late=True, due=due).late == []


def test_grading_is_resumed_and_repeated_only_with_another_key_or_grader(book):
    hand_in(book, "a1")
    hand_in(book, "b2")
    first, second = book.pending("hw1", "v1")
    book.record(first, result(), "v1")
    assert book.pending("hw1", "v1") == [second]
    assert book.ungraded("hw1") == 1
    assert book.pending("hw1", "v2") == [first, second]


def test_a_written_answer_has_points_when_every_criterion_has_a_level(book):
    hand_in(book)
    (id,) = book.pending("hw1", "v1")
    assert score(book).status == "collected"
    book.record(id, result(), "v1")
    assert (score(book).total, score(book).doubt) == (None, "not all marked yet")
    book.set_mark(id, "hw1-w1", {"claim": 4}, "So far so good", "me")
    assert score(book).total is None
    book.set_mark(id, "hw1-w1", {"claim": 4, "evidence": 2}, "Which source?", "me")
    answer = score(book).answers["hw1-w1"]
    assert (answer["points"], answer["comment"], score(book).total) == (4.0, "Which source?", 7.0)
    (row,) = book.to_mark("hw1", "hw1-w1")
    assert (row["marks"], row["comment"]) == ({"claim": 4, "evidence": 2}, "Which source?")


def test_marks_survive_regrading_and_are_flagged_when_the_text_changed(book):
    hand_in(book)
    (id,) = book.pending("hw1", "v1")
    book.record(id, result(), "v1")
    book.set_mark(id, "hw1-w1", {"claim": 1, "evidence": 1}, "")
    book.record(id, result(), "v2")
    assert score(book).answers["hw1-w1"]["changed"] == 0
    for version in ("v3", "v4"):
        book.record(id, result(written="Another text."), version)
        assert score(book).answers["hw1-w1"]["changed"] == 1
    assert score(book).doubt == "marked before the text changed"
    assert score(book).total == 3
    book.set_mark(id, "hw1-w1", {"claim": 1, "evidence": 2}, "")
    assert score(book).answers["hw1-w1"]["changed"] == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1, "hw1-w2", {}, ""), "There is no question 'hw1-w2'. Did you mean 'hw1-w1'"),
        ((1, "hw1-w1", {"clam": 3}, ""), "Did you mean 'claim'"),
        ((1, "hw1-w1", {"claim": 5}, ""), r"A level is 1, 2, 3 or 4 \(the best\), not 5"),
        ((99, "hw1-w1", {"claim": 4}, ""), "There is no question"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(book, arguments, words):
    hand_in(book)
    with pytest.raises(CstolibError, match=words):
        book.set_mark(*arguments)


def test_learners_without_a_submission_have_a_score_that_says_so(book):
    assert [(each.status, each.total, each.possible) for each in book.scores("hw1")] == [
        ("missing", None, 9)
    ] * 2


def test_a_roster_brings_learners_up_to_date_and_keeps_their_work(book):
    hand_in(book)
    book.add_learners([{"learner": "a1", "name": "Ana P.", "group": "B"}])
    assert score(book).learner["name"] == "Ana P."
    assert score(book).status == "collected"


def test_files_that_are_no_gradebook_are_refused_and_stay_as_they_are(tmp_path):
    other, text = tmp_path / "other.db", tmp_path / "notes.txt"
    newer, older = tmp_path / "newer.db", tmp_path / "older.db"
    sqlite3.connect(other).execute("CREATE TABLE mine(x)").connection.close()
    text.write_text("My notes, which are quite long and certainly no database." * 20)
    for path, version in ((newer, 99), (older, 1)):
        Gradebook(path).__exit__(None, None, None)
        with sqlite3.connect(path) as database:
            database.execute(f"PRAGMA user_version = {version}")
    for path, words in (
        (other, "something else"),
        (text, "not a database"),
        (newer, "newer cstolib"),
        (older, "an older cstolib, in another form. Give another name and grade again"),
    ):
        before = path.read_bytes()
        with pytest.raises(CstolibError, match=words):
            Gradebook(path)
        assert path.read_bytes() == before
    with pytest.raises(CstolibError, match="There is no gradebook"):
        Gradebook(tmp_path / "nowhere.db", create=False)
    assert not (tmp_path / "nowhere.db").exists()


def test_choosing_among_assignments(book):
    book.add_assignment(KEY | {"assignment": "hw2"})
    with pytest.raises(CstolibError, match=r"holds 2 assignments. Choose one with --assignment: hw1, hw2"):
        book.assignment()
    with pytest.raises(CstolibError, match="Did you mean"):
        book.assignment("hw3")


WRITER = """
import sys
from cstolib.grading.collect import Submission
from cstolib.grading.gradebook import Gradebook
from grading_key import KEY, questions
book = Gradebook(sys.argv[1])
book.add_assignment(KEY)
print("ready", flush=True)
for round in range(10**9):
    name = f"learner-{sys.argv[2]}-{round}"
    book.add_submissions("hw1", [Submission(name, name, name.encode() * 500)])
    for id in book.pending("hw1", "v"):
        book.record(id, {"status": "graded", "questions": questions}, "v")
    print("one more", flush=True)
"""


def test_a_kill_at_any_moment_leaves_every_submission_whole_or_absent(tmp_path):
    path, kills = tmp_path / "term.db", 20
    answer = {"status": "right", "share": 1, "points": 1, "possible": 1, "given": "x" * 3000}
    (tmp_path / "grading_key.py").write_text(
        f"KEY = {KEY!r}\nquestions = {{f'q{{n}}': {answer!r} for n in range(20)}}\n"
    )
    chance = random.Random(6)
    for kill in range(kills):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(kill)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
        )
        assert writer.stdout.readline() == b"ready\n"
        for _ in range(chance.randrange(3)):
            writer.stdout.readline()
        time.sleep(chance.uniform(0, 0.02))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        with Gradebook(path) as book:
            assert book.check() == []
        with sqlite3.connect(path) as database:
            counts = database.execute(
                "SELECT status, (SELECT count(*) FROM answer WHERE submission = id), length(content), "
                "length(learner) FROM submission"
            ).fetchall()
        for status, answers, size, name in counts:
            assert (status, answers) in (("graded", 20), (None, 0))
            assert size == 500 * name
    assert len(counts) > 10  # the kills came in the middle of work
