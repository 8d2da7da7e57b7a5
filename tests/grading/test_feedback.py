"""A learner's page says what was judged and why, and whatever was handed in stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from grading_pages import HOSTILE, KEY, hostile_gradebook

from cstolib.errors import CstolibError
from cstolib.grading.feedback import feedback_page, file_name, write_feedback
from cstolib.grading.grade import _judged
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.page import block, text
from cstolib.grading.run import Run
from cstolib.grading.scores import CELL_FAILED


class Tags(HTMLParser):
    """Collect what a browser would see as elements and attributes."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = set(), []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


OURS = set("html head meta title style body main h1 h2 p bdi strong em code section div".split())


@pytest.fixture
def book(tmp_path):
    with Gradebook(hostile_gradebook(tmp_path / "term.db")) as book:
        yield book


def test_nothing_that_was_handed_in_becomes_markup(book):
    for score in book.scores("hw1"):
        book.set_mark(score.submission, "hw1-w1", {"claim": 2, "evidence": 1}, str(score.learner["name"]))
    for score in book.scores("hw1"):
        page = feedback_page(book.assignment(), score)
        found = Tags(page)
        assert found.tags <= OURS
        assert {name for _, name, _ in found.attributes} <= set(
            "lang charset http-equiv content name class dir".split()
        )
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f]", page)
        assert len(page) < 150_000
        page.encode()
    assert (
        "meta",
        "content",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    ) in (found.attributes)


def test_a_text_turned_round_is_shown_as_what_it_is():
    assert text("\u202egnp\x1b") == "[U+202E]gnp[U+001B]"
    assert text("Քաղաքականություն, سياسة\tx\ny") == "Քաղաքականություն, سياسة\tx\ny"


def test_a_page_tells_the_parameters_with_which_it_was_graded(book):
    book.add_assignment({**KEY, "variants": {"seed": "spring", "choices": {"state": ["<b>KAZ"]}}})
    page = feedback_page(book.assignment(), book.scores("hw1")[-1])
    assert "Your own parameters, with which this was graded:" in page
    assert "state = &#x27;&lt;b&gt;KAZ&#x27;" in page


def test_a_page_tells_verdicts_marks_and_comments(book):
    last = book.scores("hw1")[-1]
    unmarked = feedback_page(book.assignment(), last)
    assert "<p><strong>Not everything is marked yet.</strong> Possible points: 9</p>" in unmarked
    book.set_mark(last.submission, "hw1-w1", {"claim": 4, "evidence": 2}, "Which source?")
    page = feedback_page(book.assignment(), book.scores("hw1")[-1])
    for words in ("✗ Not right", "0 of 3 points", "<strong>claim</strong>: 4 of 4. Clear.", "2 of 4. Weak."):
        assert words in page
    assert "<strong>4 points</strong> of 9" in page
    assert "Which source?" in page
    assert "An ordinary answer." in page


def test_a_notebook_that_stopped_is_told_so(book):
    questions = {"hw1-e1": {"status": "right", "share": 1, "points": 3, "possible": 3}}
    book.record(1, {"status": "timed-out", "note": "", "questions": questions}, "v2")
    page = feedback_page(book.assignment(), book.scores("hw1")[0])
    assert "Running the notebook took too long" in page
    assert "so far</strong>, not final: ask your teacher." in page
    assert "○ Not attempted" in page
    assert "No text was found in the cell for this answer." in page


def test_an_answer_whose_cell_failed_is_not_called_left_blank_alone(book):
    said = {"status": "not attempted", "points": 0, "possible": 3, "message": "Write in place of the dots."}
    book.record(1, {"status": "graded", "note": "", "questions": {"hw1-e1": said}}, "v2")
    page = feedback_page(book.assignment(), book.scores("hw1")[0])
    assert "or its cell ended in an error" in page
    assert "in place of the dots" not in page


def test_the_error_that_took_an_answer_away_is_named_and_stays_text(book):
    error = "NameError: name '<b>yeers</b>' is not **defined**"
    said = {"status": "not attempted", "points": 0, "possible": 3}
    said |= {"message": f"The cell with the answer ended in an error: {error}"}
    book.record(1, {"status": "graded", "note": "", "questions": {"hw1-e1": said}}, "v2")
    page = feedback_page(book.assignment(), book.scores("hw1")[0])
    assert f'<p dir="auto">The cell with the answer ended in an error:</p>{block(error)}' in page
    assert "<b>" not in page
    assert "it was left blank" not in page


def test_the_grader_names_the_error_of_a_cell_in_the_words_that_the_page_knows():
    key = {"answers": {"": {}}, "variants": {}}
    question = {"kind": "number", "points": 3, "title": "", "prompt": "", "tolerance": 0, "options": []}
    question |= {"wrong_answers": [], "explanation": "", "partly": ""}
    key["answers"][""]["q"] = {"answer": 1, "wrong": []}
    row = _judged("q", question, key, "ana", Run(answers={"q": {"value": None}}, errors={"q": "E: e"}))
    assert row["message"] == f"{CELL_FAILED}E: e"


@pytest.mark.parametrize(
    ("late", "says"),
    [
        ("flag", "<p>Handed in late.</p>"),
        ("zero", "The answers earned 5 points; the rule for late work leaves 0."),
        ("percent-per-day=10", "The answers earned 5 points; the rule for late work leaves 4.5."),
    ],
)
def test_what_the_rule_for_late_work_took_away_is_told(book, late, says):
    book.set_mark(1, "hw1-w1", {"claim": 4, "evidence": 3}, "")
    book._run("UPDATE submission SET late_minutes = 90 WHERE id = 1")
    page = feedback_page(book.assignment(), book.scores("hw1", late)[0])
    assert "<p>Handed in late." in page
    assert says in page


def test_of_several_attempts_it_is_told_which_was_graded(book):
    first = book.scores("hw1")[0]
    assert "attempts" not in feedback_page(book.assignment(), first)
    page = feedback_page(book.assignment(), replace(first, attempts=3))
    assert "You handed in 3 attempts. The latest that could be read was graded." in page


def test_why_a_file_could_not_be_read_is_a_sentence(book):
    book.record(1, {"status": "unreadable", "note": "an empty file", "questions": {}}, "v2")
    page = feedback_page(book.assignment(), book.scores("hw1")[0])
    assert "hand in the notebook (.ipynb). The reason is: an empty file.</p>" in page


def test_a_file_that_could_not_be_read_is_not_called_work_without_answers(book):
    book.record(1, {"status": "unreadable", "note": "The file is a picture.", "questions": {}}, "v2")
    page = feedback_page(book.assignment(), book.scores("hw1")[0])
    assert "Ask your teacher how to hand in the notebook (.ipynb). The file is a picture." in page
    assert "0 points so far</strong>, not final" in page
    assert "Not attempted" not in page


def test_one_file_for_everybody_whose_work_was_graded(book, tmp_path):
    book.add_learners([{"learner": "absent", "name": "No Show"}])
    folder = tmp_path / "back" / "hw1"
    paths = write_feedback(folder, book.assignment(), book.scores("hw1"))
    assert sorted(paths) == sorted(folder.iterdir())
    assert len(paths) == len(HOSTILE) + 2
    assert not any("absent" in path.name for path in paths)


def test_names_of_files_cannot_leave_the_folder_or_meet():
    names = [file_name(learner, "hw1") for learner in ("a/b", "a\\b", "a-b", "../a-b", "", "ä", "ö", "CON\0")]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[A-Za-z0-9@._-]+\.html", name) for name in names)
    assert not any(name.startswith(".") for name in names)


def test_a_folder_that_cannot_be_made_is_one_message(book, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CstolibError, match="cannot be made"):
        write_feedback(tmp_path / "file", book.assignment(), [])


def test_the_title_of_the_teacher_is_text_too(book):
    assert "<title>Homework &lt;1&gt;: feedback</title>" in feedback_page(
        book.assignment(), book.scores("hw1")[0]
    )
    assert KEY["title"] == "Homework <1>"
