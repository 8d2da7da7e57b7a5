"""Grades land in the file that the system exported: the right cells, and every other byte as it was."""

import csv
import io
from dataclasses import replace

import pytest

from cstolib.errors import CstolibError
from cstolib.grading.cells import Table
from cstolib.grading.lms import fill, tidy, write_tidy
from cstolib.grading.scores import Score

IDS = {
    "a1": {
        "name": "Ana Petrosyan",
        "canvas_id": "501",
        "moodle_id": "9001",
        "email": "Ana@x.org",
        "blackboard_username": "ana",
    },
    "b2": {
        "name": "José Núñez",
        "canvas_id": "502",
        "moodle_id": "Participant 9002",
        "email": "jose@x.org",
        "blackboard_username": "jose_n",
    },
    "c3": {
        "name": "Zarina",
        "canvas_id": "503",
        "moodle_id": "9003",
        "email": "z@x.org",
        "blackboard_username": "zar",
    },
}


def score(learner, total=8.5, status="graded", **ids):
    answer = {"q1": {"status": "right", "points": 8.5, "possible": 10, "changed": 0}}
    return Score(
        {"learner": learner, **IDS.get(learner, {}), **ids}, 1, status, "", 1, None, answer, total, 10
    )


SCORES = [score("a1"), score("b2", 10 / 3), score("c3", None, "missing")]

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (8801),Homework 10 (8802),Current Score\r\n"
    ",,,,,Manual Posting,,\r\n"
    "    Points Possible,,,,,10.00,5.00,(read only)\r\n"
    '"Petrosyan, Ana",501,S1,ana,"A ""blue"", 1",,4.00,80.00\r\n'
    '"Núñez, José",502,S2,jose,A,1.00,"",\r\n'
    '"Zarina",503,S3,zar,A,,,\r\n'
    '"Other, Person",599,S9,oth,A,7.00,,\r\n'
    '"Student, Test",777,,abc,A,,,'
)
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    "Participant 9001,Ana Petrosyan,ana@x.org,Submitted for grading - ,,10.00,Yes,"
    '"Wednesday, 10 June 2026, 2:14 PM",-,"<p>Old, but\nkept</p>"\n'
    "Participant 9002,José Núñez,jose@x.org,Submitted for grading - ,1.00,10.00,Yes,-,-,\n"
    "Participant 9003,Zarina,z@x.org,No submission,,10.00,Yes,-,-,\n"
)
MOODLE = (
    "First name;Last name;ID number;Email address;Assignment: Homework 1 (Real);Course total (Real)\r\n"
    "Ana;Petrosyan;;ana@x.org;-;90,00\r\n"
    "José;Núñez;;jose@x.org;1,00;10,50\r\n"
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t'
    '"Homework 1 [Total Pts: 10 Score] |71001"\t"Total [Total Pts: up to 10 Score] |71002"\r\n'
    '"Petrosyan"\t"Ana"\t"ana"\t"1"\t"2026-06-10 10:00:00"\t"Yes"\t""\t"0.00"\r\n'
    '"Núñez"\t"José"\t"jose_n"\t"2"\t""\t"Yes"\t"In Progress(1.00)"\t"1.00"\r\n'
)
SHAPES = {
    "canvas": ("canvas", CANVAS, "utf-8-sig", {(3, 5): "8.5", (4, 5): "3.33"}),
    "canvas, semicolons": (
        "canvas",
        CANVAS.replace(",", ";").replace("10.00", "10,00").replace("5.00", "5,00").replace(".00", ",00"),
        "utf-8",
        {(3, 5): "8,5", (4, 5): "3,33"},
    ),
    "moodle worksheet": ("moodle", WORKSHEET, "utf-8-sig", {(1, 4): "8.5", (2, 4): "3.33"}),
    "moodle worksheet, decimal commas": (
        "moodle",
        WORKSHEET.replace("10.00", '"10,00"').replace("1.00", '"1,00"'),
        "utf-8",
        {(1, 4): '"8,5"', (2, 4): '"3,33"'},
    ),
    "moodle gradebook": ("moodle", MOODLE, "cp1252", {(1, 4): "8,5", (2, 4): "3,33"}),
    "blackboard, UTF-16": ("blackboard", BLACKBOARD, "utf-16", {(1, 6): '"8.5"', (2, 6): '"3.33"'}),
    "blackboard, CSV": (
        "blackboard",
        BLACKBOARD.replace("\t", ",").replace("\r\n", "\n"),
        "utf-8-sig",
        {(1, 6): '"8.5"', (2, 6): '"3.33"'},
    ),
}


def put(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "export.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("shape", SHAPES)
def test_only_the_cells_of_the_grades_change(tmp_path, shape):
    lms, text, encoding, expected = SHAPES[shape]
    path = put(tmp_path, text, encoding)
    before = Table.read(path.read_bytes())
    assert before.write() == path.read_bytes()
    told = fill(lms, path, SCORES, ["Homework 1", "hw1"])
    assert told.written == 2
    after = Table.read(path.read_bytes())
    changed = {
        (row, at): after.rows[row][at]
        for row, cells in enumerate(after.rows)
        for at in range(len(cells))
        if cells[at] != before.rows[row][at]
    }
    assert changed == expected
    for (row, at), _ in expected.items():
        after.rows[row][at] = before.rows[row][at]
    assert after.write() == text.encode(encoding)
    again = path.read_bytes()
    fill(lms, path, SCORES, ["Homework 1", "hw1"])
    assert path.read_bytes() == again
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "text", ["", "a", "a,b\n", 'a,"b\n\nc",d\r\n\r\n,,\r', '"a"x,5" disk,"open\nb\n', "\n\n", ",", 'a,"']
)
def test_any_file_comes_back_byte_for_byte(text):
    assert Table.read(text.encode()).write() == text.encode()


def test_who_is_missing_on_either_side_is_named(tmp_path):
    told = fill("canvas", put(tmp_path, CANVAS), [*SCORES, score("d4", canvas_id="504")], ["Homework 1"])
    assert told.without_learner == ["Other, Person"]
    assert told.without_row == ["d4"]
    assert "Left as it was, because nothing was handed in: c3." in str(told)
    assert "Rows of the file without a learner here: Other, Person." in str(told)


@pytest.mark.parametrize(
    ("status", "total", "reason"),
    [
        ("crashed", 2.0, "crashed"),
        ("graded", None, "not all marked yet"),
        ("collected", None, "not graded yet"),
    ],
)
def test_doubtful_scores_are_held_back_and_written_on_request(tmp_path, status, total, reason):
    path = put(tmp_path, CANVAS)
    told = fill("canvas", path, [score("a1", total, status)], ["Homework 1"])
    assert (told.written, told.held_back) == (0, {reason: ["a1"]})
    assert path.read_bytes() == CANVAS.encode()
    assert fill("canvas", path, [score("a1", total, status)], ["Homework 1"], everything=True).written == 1


@pytest.mark.parametrize(
    ("lms", "text", "said"),
    [
        ("canvas", CANVAS, "a1; b2 (the file holds 1.00)"),
        ("moodle", MOODLE, "a1; b2 (the file holds 1,00)"),
        ("blackboard", BLACKBOARD, "a1; b2 (the file holds In Progress(1.00))"),
    ],
)
def test_what_the_file_holds_already_for_a_score_held_back_is_told(tmp_path, lms, text, said):
    scores = [score("a1", 2.0, "timed-out"), score("b2", 2.0, "timed-out")]
    told = fill(lms, put(tmp_path, text), scores, ["Homework 1"])
    assert f"Totals not written, because timed-out: {said}." in str(told)


def test_the_number_of_a_hidden_participant_is_not_the_id_of_a_user(tmp_path):
    hidden = WORKSHEET.replace("Full name,Email address,", "").replace("Ana Petrosyan,ana@x.org,", "")
    hidden = hidden.replace("José Núñez,jose@x.org,", "").replace("Zarina,z@x.org,", "")
    told = fill("moodle", put(tmp_path, hidden), SCORES, ["x"])
    assert (told.written, told.without_learner) == (1, ["Participant 9001", "Participant 9003"])


def test_a_locked_row_stays(tmp_path):
    path = put(tmp_path, WORKSHEET.replace("Yes,-,-,\n", "No,-,-,\n", 1))
    assert fill("moodle", path, SCORES, ["x"]).held_back == {"locked by the system": ["b2"]}


@pytest.mark.parametrize("column", ["Homework 10", "Homework 10 (8802)", "8802"])
def test_a_column_can_be_chosen_and_other_points_are_refused_or_converted(tmp_path, column):
    path = put(tmp_path, CANVAS)
    with pytest.raises(CstolibError, match="counts to 5 points and the assignment to 10"):
        fill("canvas", path, SCORES, ["Homework 1"], column=column)
    assert path.read_bytes() == CANVAS.encode()
    fill("canvas", path, SCORES, ["Homework 1"], column=column, scale=True)
    assert b",,4.25,80.00" in path.read_bytes()


@pytest.mark.parametrize(
    ("text", "titles", "words"),
    [
        (CANVAS, ["Homework"], r"no grade column 'Homework'. Did you mean 'Homework 1 \(8801\)'"),
        (CANVAS.replace("Homework 10", "Homework 1"), ["Homework 1"], r"Several columns fit: .*8801.*8802"),
        (CANVAS.replace("502,", "501,"), ["Homework 1"], "Row 5 of the file fits more than once: a1"),
        (CANVAS.replace("502,S2,jose", "502,S2,501"), ["Homework 1"], None),
        ("Name,Grade\nAna,1\n", ["Grade"], "no column 'id' or 'sis user id'"),
        ("Student,ID,Homework 1 (1)\nAna,501\n", ["Homework 1"], "Row 2 of .* is too short"),
        ("", ["Homework 1"], "no column"),
    ],
)
def test_what_is_not_certain_is_refused_and_the_file_stays(tmp_path, text, titles, words):
    path = put(tmp_path, text)
    if words is None:
        assert fill("canvas", path, SCORES, titles).written == 2
        return
    with pytest.raises(CstolibError, match=words):
        fill("canvas", path, SCORES, titles)
    assert path.read_bytes() == text.encode()


def test_a_column_that_the_system_calculates_is_refused(tmp_path):
    path = put(tmp_path, CANVAS)
    with pytest.raises(CstolibError, match="'Current Score' is calculated by the system"):
        fill("canvas", path, SCORES, ["Homework 1"], column="Current Score")
    path = put(tmp_path, BLACKBOARD)
    with pytest.raises(CstolibError, match="no grade column 'Total'"):
        fill("blackboard", path, SCORES, ["Total"])


def test_a_row_that_points_to_two_learners_is_refused(tmp_path):
    scores = [score("a1"), score("b2", sis_login_id="ana")]
    with pytest.raises(CstolibError, match="Row 4 of the file fits more than once: a1, b2"):
        fill("canvas", put(tmp_path, CANVAS), scores, ["Homework 1"])


def test_without_ids_of_the_system_the_learners_own_ids_are_tried(tmp_path):
    plain = Score({"learner": "501"}, 1, "graded", "", 1, None, {}, 4.0, 10)
    assert fill("canvas", put(tmp_path, CANVAS), [plain], ["Homework 1"]).written == 1


def test_a_file_that_is_not_there_is_one_message(tmp_path):
    with pytest.raises(CstolibError, match=r"^There is no file '.*none.csv'. Export the grades from canvas"):
        fill("canvas", tmp_path / "none.csv", SCORES, ["Homework 1"])
    with pytest.raises(CstolibError, match="as the file that canvas exports: Is a directory"):
        fill("canvas", tmp_path, SCORES, ["Homework 1"])
    (tmp_path / "half.csv").write_bytes(b"\xff\xfea")
    with pytest.raises(CstolibError, match="as the file that canvas exports: it is not text"):
        fill("canvas", tmp_path / "half.csv", SCORES, ["Homework 1"])


def test_the_tidy_file_has_a_row_per_question_and_no_formulas():
    scores = [score("=cmd|' /C calc'!A1", name="@SUM(1)"), score("b2", None, "missing")]
    rows = list(csv.DictReader(io.StringIO(tidy("hw1", scores))))
    assert [row["question"] for row in rows] == ["q1", "q1"]
    assert rows[0]["learner"].startswith("'=cmd")
    assert rows[0]["name"] == "'@SUM(1)"
    assert (rows[0]["question_points"], rows[0]["total"]) == ("8.5", "8.5")


def table_of(scores, **options):
    return list(csv.DictReader(io.StringIO(tidy("hw1", scores, **options))))


def test_the_tidy_file_has_no_total_that_is_not_final():
    scores = [
        score("a1", 8.5),
        score("b2", 8.5, "timed-out"),
        score("c3", None),
        replace(score("d4", None, "missing"), answers={}),
    ]
    assert [row["total"] for row in table_of(scores)] == ["8.5", "", "", ""]
    assert [row["total"] for row in table_of(scores, everything=True)] == ["8.5", "8.5", "8.5", ""]


def test_the_tidy_file_says_late_by_an_unknown_time():
    late = [replace(score("a1"), late_minutes=minutes) for minutes in (None, 0.0, 60.0, 90.5)]
    assert [row["late_minutes"] for row in table_of(late)] == ["", "unknown", "60", "90.5"]


def test_numbers_of_the_tidy_file_are_written_alike():
    answers = {
        "q1": {"status": "right", "points": 2.0, "possible": 2, "changed": 0},
        "q2": {"status": "partly", "points": 1 / 3, "possible": 2.0, "changed": 0},
    }
    rows = table_of([replace(score("a1", 10.0), answers=answers, possible=10.0)])
    assert [(row["question_points"], row["question_possible"]) for row in rows] == [
        ("2", "2"),
        ("0.3333", "2"),
    ]
    assert {(row["total"], row["possible"]) for row in rows} == {("10", "10")}


def test_the_tidy_file_is_told_with_its_rows_and_the_totals_that_are_not_final(tmp_path):
    path = tmp_path / "tidy.csv"
    scores = [score("a1"), score("b2", 2.0, "timed-out"), score("c3", None, "missing")]
    assert str(write_tidy(path, "hw1", scores)) == (
        f"3 rows written into {str(path)!r}.\n"
        "--all writes those too that are held back, as they stand.\n"
        "Totals not written, because timed-out: b2."
    )
    assert path.read_bytes().startswith(b"\xef\xbb\xbfassignment,learner")
    assert str(write_tidy(path, "hw1", scores, everything=True)) == f"3 rows written into {str(path)!r}."
