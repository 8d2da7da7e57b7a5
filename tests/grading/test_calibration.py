"""How sure learners said they were in what they handed in, against the verdict of the grader."""

import json

from cstolib.grading.calibration import of_submission, section

ANSWERS = {"hw-e1": {"status": "right"}, "hw-e2": {"status": "partly"}, "hw-e3": {"status": "wrong"}}


def handed_in(*entries):
    record = [{"event": "check", "status": "read", **entry} for entry in entries]
    return json.dumps({"cells": [], "metadata": {"cstolib": {"record": record}}}).encode()


def test_what_was_stated_last_meets_the_verdict():
    content = handed_in(
        {"id": "hw-e1", "confidence": 0.3},
        {"id": "hw-e1", "confidence": 0.9},
        {"id": "hw-e2", "confidence": 0.5},
        {"id": "hw-e3"},
        {"id": "l01-e1", "confidence": 1},
    )
    assert of_submission(content, ANSWERS) == [(0.9, True), (0.5, False)]


def test_a_notebook_without_a_record_states_nothing():
    assert of_submission(b'{"cells": []}', ANSWERS) == []
    assert of_submission(b"PK not a notebook", ANSWERS) == []
    assert of_submission(b"[" * 100_000, ANSWERS) == []


def test_impossible_probabilities_and_other_events_are_passed_over():
    odd = [{"id": "hw-e1", "confidence": value} for value in (7, -1, "0.5", True, None)]
    assert of_submission(handed_in(*odd, {"id": "hw-e1", "event": "hint", "confidence": 0.5}), ANSWERS) == []


def test_the_table_has_a_row_for_each_fifth_that_was_stated_and_the_brier_score():
    made = section([(0.9, True), (0.8, False), (1.0, True), (0.1, False)])
    assert made.rows == [["0 to 20 %", 1, 0.1, 0], ["80 to 100 %", 3, (0.9 + 0.8 + 1.0) / 3, 2 / 3]]
    assert "Brier score: 0.165" in made.note
