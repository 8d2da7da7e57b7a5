"""The report says what the class did, says how it counts, and accuses nobody."""

import json
import random
from datetime import date

import pytest

from cstolib.dates import date_in_words
from cstolib.errors import CstolibError
from cstolib.grading.collect import Submission
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.report import as_page, as_text, report
from cstolib.grading.similar import at_least

QUESTIONS = [f"q{number}" for number in range(1, 9)]
KEY = {
    "assignment": "hw1",
    "title": "Homework 1",
    "questions": {name: {"kind": "number", "title": f"Question {name}", "points": 1} for name in QUESTIONS},
}


def notebook(*cells):
    return json.dumps({"cells": [{"source": source} for source in cells]}).encode()


def made(tmp_path, classroom):
    """Make a gradebook of learners, each a mapping of question to (right or not, given) and a notebook."""
    book = Gradebook(tmp_path / "term.db")
    book.add_assignment(KEY)
    files = [Submission(who, who, content) for who, (_, content) in classroom.items()]
    book.add_submissions("hw1", files)
    with book._transaction():  # one transaction, since a thousand of them would take long
        for id, (answers, _) in enumerate(classroom.values(), start=1):
            book._run("UPDATE submission SET status = 'graded' WHERE id = ?", id)
            for question, (right, given, slug) in answers.items():
                book._run(
                    "INSERT INTO answer(submission, question, status, share, points, possible, given, "
                    "misconception, message) VALUES (?, ?, ?, ?, ?, 1, ?, ?, '')",
                    *(id, question, "right" if right else "wrong", right, right, given, slug),
                )
    return book


def a_class(size=30, seed=1):
    chance = random.Random(seed)
    classroom = {}
    for number in range(size):
        skill = number / size
        answers = {}
        for question in QUESTIONS:
            right = float(chance.random() < skill)
            given = "12" if right else str(chance.choice([13, 14, 15, 16, 17, 18, 19, 20]))
            answers[question] = (right, given, "")
        classroom[f"l{number:02}"] = (answers, notebook(f"my own long line number {number}"))
    return classroom


def section(sections, title):
    return next(each for each in sections if each.title.startswith(title))


def test_difficulty_and_discrimination_come_from_a_class_and_not_from_a_handful(tmp_path):
    with made(tmp_path, a_class()) as book:
        rows = section(report(book, "hw1"), "The questions").rows
    assert [row[0] for row in rows] == [f"Question {name}" for name in QUESTIONS]
    assert all(0.2 < row[3] < 0.8 and row[4] > 0.2 for row in rows)


def test_discrimination_of_a_few_is_not_given(tmp_path):
    with made(tmp_path, a_class(size=5)) as book:
        found = section(report(book, "hw1"), "The questions")
    assert {row[4] for row in found.rows} == {None}
    assert "corrected point-biserial" in found.note
    assert "from 20 learners on" in found.note


def test_a_file_that_could_not_be_read_says_nothing_about_the_questions(tmp_path):
    classroom = a_class(size=3)
    with made(tmp_path, classroom) as book:
        book._run("UPDATE submission SET status = 'unreadable' WHERE id = 1")
        assert {row[1] for row in section(report(book, "hw1"), "The questions").rows} == {2}


def test_a_question_that_everybody_solved_has_no_discrimination(tmp_path):
    classroom = a_class()
    for answers, _ in classroom.values():
        answers["q1"] = (1.0, "12", "")
    with made(tmp_path, classroom) as book:
        assert section(report(book, "hw1"), "The questions").rows[0][3:] == [1.0, None]


def test_misconceptions_are_counted(tmp_path):
    classroom = a_class()
    for answers, _ in list(classroom.values())[:7]:
        answers["q2"] = (0.0, "99", "counts-observers")
    with made(tmp_path, classroom) as book:
        (row,) = section(report(book, "hw1"), "What was misunderstood").rows
    assert row[:3] == ["counts-observers", "q2", 7]


def test_right_for_other_parameters_is_worth_a_look_and_no_misconception(tmp_path):
    classroom = a_class(size=3)
    for name in ("q2", "q3"):
        classroom["l01"][0][name] = (0.0, "99", "answer-of-another-variant")
    with made(tmp_path, classroom) as book:
        sections = report(book, "hw1")
    found = section(sections, "Look at these: right for other parameters")
    assert found.rows == [["l01", 2, "Question q2; Question q3"]]
    assert "typed a wrong id" in found.note
    assert section(sections, "What was misunderstood").rows == []


def test_a_class_that_errs_by_itself_is_not_suspected(tmp_path):
    with made(tmp_path, a_class(size=60, seed=2)) as book:
        sections = report(book, "hw1")
    assert section(sections, "Look at these: the same wrong").rows == []
    assert section(sections, "Look at these: much the same").rows == []


def test_the_mistake_that_everybody_makes_is_no_suspicion(tmp_path):
    classroom = a_class(size=60)
    for answers, _ in classroom.values():
        answers |= dict.fromkeys(QUESTIONS[:4], (0.0, "13", ""))
    with made(tmp_path, classroom) as book:
        assert section(report(book, "hw1"), "Look at these: the same wrong").rows == []


def test_the_same_rare_mistakes_are_worth_a_look_and_no_verdict(tmp_path):
    classroom = a_class()
    for who in ("l03", "l17"):
        classroom[who] = ({name: (0.0, f"7{name}", "") for name in QUESTIONS}, classroom[who][1])
    with made(tmp_path, classroom) as book:
        found = section(report(book, "hw1"), "Look at these: the same wrong")
    assert found.rows == [["l03", "l17", 8, 8]]
    assert "never a verdict" in found.note
    assert not any(word in as_text([found]).casefold() for word in ("cheat", "plagiar", "guilty", "fraud"))


def test_the_same_rare_lines_are_worth_a_look_and_what_was_handed_out_is_not(tmp_path):
    classroom = a_class()
    given = [f"this line was handed out to all {number}" for number in range(20)]
    own = [f"answer_{number} = a_very_own_function({number})" for number in range(8)]
    for who, (answers, _) in list(classroom.items()):
        lines = own if who in ("l03", "l17") else [f"{line} # {who}" for line in own]
        classroom[who] = (answers, notebook("\n".join(given), "\n".join(lines)))
    with made(tmp_path, classroom) as book:
        assert section(report(book, "hw1"), "Look at these: much").rows == [["l03", "l17", 8, 1.0]]


ESSAY = (
    "The promise is older than the name. Six states signed it in 1992! Was it kept? “Not always.” "
    "Armenia asked in 2022, and nobody came. Խոստումը չպահվեց\u0589 What follows is my own view."
)


def essays(texts):
    classroom = {}
    for place, text in enumerate(texts):
        source = ["x = 1\n", text, "\n"]
        cells = [{"cell_type": "markdown", "source": source, "metadata": {}}]
        classroom[f"l{place:02}"] = ({}, json.dumps({"cells": cells}).encode())
    return classroom


def test_an_essay_of_one_line_is_compared_sentence_by_sentence(tmp_path):
    own = [f"My own answer number {place}. It goes on for learner {place}." for place in range(10)]
    with made(tmp_path, essays([ESSAY, *own, ESSAY.replace("! ", "!\n")])) as book:
        found = section(report(book, "hw1"), "Look at these: much the same")
    assert found.rows == [["l00", "l11", 7, 1.0]]


def test_what_the_tables_of_pairs_cannot_find_is_told_below_them(tmp_path):
    with made(tmp_path, a_class(size=3)) as book:
        sections = report(book, "hw1")
    text = section(sections, "Look at these: much the same")
    wrong = section(sections, "Look at these: the same wrong")
    assert text.rows == wrong.rows == []
    assert "at least 5 rare lines or sentences" in text.note
    assert "at least half of all" in text.note
    assert "at least 3 equal wrong answers" in wrong.note
    assert all("an empty table is no proof" in each.note for each in (text, wrong))


@pytest.mark.parametrize(
    "content", [b"\xff", b"[" * 100_000, b"{}", b'{"cells": [{"source": 3}]}', b'{"cells": 3}']
)
def test_notebooks_that_cannot_be_read_are_left_out(tmp_path, content):
    classroom = a_class(size=3)
    classroom["l00"] = (classroom["l00"][0], content)
    with made(tmp_path, classroom) as book:
        assert section(report(book, "hw1"), "Look at these: much").rows == []


def test_calibration_takes_first_answers_and_passes_over_damage(tmp_path):
    entries = [
        {"event": "check", "id": "a", "status": "right", "confidence": 0.9},
        {"event": "check", "id": "a", "status": "wrong", "confidence": 0.9},
        {"event": "check", "id": "b", "status": "wrong", "confidence": 0.9},
        {"event": "check", "id": "c", "status": "wrong"},
        {"event": "check", "id": "d", "status": "right", "confidence": 7},
        {"event": "check", "id": "e", "status": "right", "confidence": "nan"},
        {"event": "check", "id": "f", "status": "not attempted", "confidence": 0.1},
        {"event": "hint", "id": "g", "confidence": 0.1},
        [],
    ]
    path = tmp_path / "progress.jsonl"
    path.write_text("\n".join([*map(json.dumps, entries), "{", "[" * 100_000, ""]))
    with made(tmp_path, a_class(size=3)) as book:
        found = section(report(book, "hw1", [path]), "How sure")
        assert not any(each.title.startswith("How sure") for each in report(book, "hw1"))
        with pytest.raises(CstolibError, match="cannot be read"):
            report(book, "hw1", [tmp_path / "none.jsonl"])
    assert found.rows == [["80 to 100 %", 2, 0.9, 0.5]]
    assert "Brier score: 0.410" in found.note


def test_the_overview_counts_states_and_the_absent(tmp_path):
    with made(tmp_path, a_class(size=3)) as book:
        book.add_learners([{"learner": "absent"}])
        rows = dict(section(report(book, "hw1"), "Report of").rows)
    assert (rows["Status: graded"], rows["Status: missing"], rows["Possible"]) == (3, 1, 8)


def test_a_report_of_nothing_is_a_report(tmp_path):
    with made(tmp_path, {}) as book:
        sections = report(book, "hw1")
    assert "(none)" in as_text(sections)
    assert "<p>None.</p>" in as_page(sections)


def test_the_report_names_the_assignment_and_the_day(tmp_path):
    with made(tmp_path, a_class(size=3)) as book:
        sections = report(book, "hw1")
    title = f"Report of {date_in_words(date.today().isoformat())}: Homework 1"
    assert f"<title>{title}</title>" in as_page(sections)
    assert f"<h1>{title}</h1>" in as_page(sections)
    assert as_text(sections).startswith(title.upper())


def test_every_table_has_its_name_once_for_the_eye_and_once_for_the_ear(tmp_path):
    with made(tmp_path, a_class(size=3)) as book:
        sections = report(book, "hw1")
    page = as_page(sections)
    assert "<caption" not in page
    assert page.count("<h1>") == 1
    for each in sections:
        assert page.count(f">{each.title}</h") == 1
        assert page.count(f'<table aria-label="{each.title}">') == bool(each.rows)


def test_the_screen_and_the_page_say_the_same_and_run_nothing(tmp_path):
    classroom = {"<script>\x1b[2J": ({"q1": (0.0, "\x1b]0;x\x07", "<b>")}, b"{}")}
    with made(tmp_path, classroom) as book:
        sections = report(book, "hw1")
    assert "\x1b" not in as_text(sections)
    assert "<b>" not in as_page(sections)
    assert "default-src 'none'" in as_page(sections)


def test_the_chance_of_several_is_exact():
    assert at_least(0, []) == 1
    assert at_least(2, [0.5, 0.5]) == pytest.approx(0.25)
    assert at_least(2, [0.1, 0.2, 0.3]) == pytest.approx(
        0.1 * 0.2 * 0.7 + 0.1 * 0.8 * 0.3 + 0.9 * 0.2 * 0.3 + 0.006
    )


def test_headers_stand_where_the_numbers_below_them_stand(tmp_path):
    with Gradebook(tmp_path / "term.db") as book:
        book.add_assignment(KEY)
        page = as_page(report(book, "hw1"))
    assert '<th scope="col">What</th><th scope="col" class="number">Number</th>' in page
