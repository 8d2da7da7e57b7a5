"""Answers are read out of whatever a notebook's variables hold; one that cannot be read disturbs no other."""

import json
from typing import Any

import pytest

from cstolib.probe import ANSWERS, probe, probe_code

QUESTION = {"kind": "number", "variable": "l99_e1", "wrong": []}


class Awkward:
    """An object that fails at whatever it is asked."""

    def __len__(self) -> int:
        raise SystemExit

    def __eq__(self, other: object) -> bool:
        raise KeyboardInterrupt

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("namespace", [{}, {"l99_e1": ...}])
def test_an_untouched_notebook_holds_no_answer(namespace: dict[str, Any]) -> None:
    assert probe(namespace, {"l99-e1": QUESTION}) == {"l99-e1": {"answer": {"value": None}, "wrong": []}}


def test_an_expression_is_evaluated_in_place_of_an_answered_variable() -> None:
    asked = {**QUESTION, "variable": "total", "expression": "total([1, 2])"}
    assert probe({"total": sum}, {"l99-e1": asked})["l99-e1"]["answer"] == {"value": 3}
    assert probe({"total": ...}, {"l99-e1": asked})["l99-e1"]["answer"] == {"value": None}


def test_an_answer_of_the_wrong_form_is_an_error_in_words() -> None:
    read = probe({"l99_e1": [3]}, {"l99-e1": QUESTION})["l99-e1"]["answer"]
    assert set(read) == {"error"}
    assert read["error"].startswith("A number is needed here")


def test_an_object_that_fails_at_everything_leaves_the_next_answer_alone() -> None:
    asked = {"l99-e1": QUESTION, "l99-e2": {**QUESTION, "variable": "l99_e2"}}
    read = probe({"l99_e1": Awkward(), "l99_e2": 5}, asked)
    assert "error" in read["l99-e1"]["answer"]
    assert read["l99-e2"]["answer"] == {"value": 5}


def test_wrong_answers_are_evaluated_beside_the_right_one_and_one_that_fails_is_told() -> None:
    asked = {**QUESTION, "wrong": ["l99_e1 + 1", "nowhere"]}
    assert probe({"l99_e1": 3}, {"l99-e1": asked})["l99-e1"]["wrong"] == [
        {"value": 4},
        {"error": "NameError: name 'nowhere' is not defined"},
    ]


def test_the_cell_publishes_the_answers_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.publish_display_data", shown.append)
    exec(probe_code({"l99-e1": QUESTION}), {"l99_e1": 9})
    published = json.loads(json.dumps(shown))
    assert published == [{ANSWERS: {"l99-e1": {"answer": {"value": 9}, "wrong": []}}}]
