"""Running cells in a jail: what comes out, within which limits."""

from __future__ import annotations

import time
from typing import Any

import pytest

from cstolib.grading import run as module
from cstolib.grading.run import LARGEST_ANSWER, MOST_ITEMS, Limits, Run, clean, run

N = {"n": {"kind": "number", "variable": "n", "expression": "", "wrong": []}}
NM = N | {"m": {"kind": "number", "variable": "m", "expression": "", "wrong": []}}
SHORT = Limits(cell=1, total=6)


def value(done: Run, name: str = "n") -> Any:
    return done.answers[name].get("value")


def test_the_last_answer_that_is_not_blank_counts():
    assert value(run(["n = 1", "n = 2"], N)) == 2
    assert value(run(["n = 2", "n = ..."], N)) == 2
    assert value(run(["n = ...", "x = 1"], N)) is None
    assert value(run([], N)) is None


def test_an_answer_changed_by_a_cell_that_does_not_name_it_counts_at_the_end():
    assert value(run(["n = 1", "globals()['n'.lower()] = 5"], N)) == 5


def test_cells_that_lacked_a_name_are_run_again_at_the_end_when_an_answer_is_missing():
    done = run(["n = base + 1", "base = 2"], N)
    assert value(done) == 3
    assert done.failed == ["NameError: name 'base' is not defined"]


def test_a_cell_that_fails_for_another_reason_is_run_once():
    done = run(["count = globals().get('count', 0) + 1; 1 / 0", "m = count"], NM)
    assert value(done, "m") == 1
    assert done.failed == ["ZeroDivisionError: division by zero"]


def test_an_expression_is_evaluated_in_place_of_the_variable_and_not_for_a_blank():
    asked = {"n": {**N["n"], "expression": "n(3) + n(4)"}}
    assert value(run(["def n(x): return 10 * x"], asked)) == 70
    assert value(run(["n = ..."], asked)) is None
    assert run(["n = 5"], asked).answers["n"] == {"error": "TypeError: 'int' object is not callable"}


def test_wrong_answers_are_evaluated_beside_the_right_one():
    asked = {"n": {**N["n"], "wrong": ["n + 1", "undefined"]}}
    assert run(["n = 3"], asked).answers["n"]["wrong"] == [
        {"value": 4},
        {"error": "NameError: name 'undefined' is not defined"},
    ]


def test_files_lie_beside_the_notebook():
    assert value(run(["n = len(open('a.txt').read())"], N, files={"a.txt": "seven l"})) == 7


def test_nothing_is_left_from_one_run_to_the_next():
    run(["n = 1; open('left.txt', 'w').write('x'); import pandas; pandas.left = 5"], N)
    code = "import os, pandas\nn = os.path.exists('left.txt') + hasattr(pandas, 'left')"
    assert value(run([code], N)) == 0


def test_two_runs_draw_other_random_numbers():
    code = ["import random, numpy\nn = random.random() + numpy.random.rand()"]
    assert value(run(code, N)) != value(run(code, N))


def test_a_slow_cell_is_interrupted_and_the_next_one_runs():
    done = run(["n = 1", "import time; time.sleep(60)", "m = 2"], NM, limits=SHORT)
    assert (value(done), value(done, "m"), done.ended) == (1, 2, "timed-out")


@pytest.mark.parametrize(
    "loop",
    [
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "sum(range(10**12))",
        "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: pass",
    ],
)
def test_a_loop_that_resists_interrupts_ends_within_the_total(loop: str):
    begun = time.monotonic()
    done = run(["n = 1", loop, "n = 2"], N, limits=SHORT)
    assert done.ended == "timed-out"
    assert value(done) in (1, 2)  # what was answered before is kept
    assert time.monotonic() - begun < 3 * SHORT.total


def test_a_kernel_that_dies_keeps_what_was_read_before():
    done = run(["n = 1", "import os; os._exit(3)", "m = 2"], NM, limits=SHORT)
    assert (value(done), done.answers.get("m"), done.ended) == (1, None, "crashed")


def test_many_slow_cells_end_within_the_total():
    begun = time.monotonic()
    done = run(["import time; time.sleep(0.9)"] * 60, N, limits=Limits(cell=1, total=3))
    assert done.ended == "timed-out"
    assert time.monotonic() - begun < 12


@pytest.mark.parametrize(
    ("found", "accepted"),
    [
        (None, {}),
        ([], {}),
        ({"n": 5}, {}),
        ({"n": {"answer": 5}}, {}),
        ({"n": {"answer": {}}}, {}),
        ({"other": {"answer": {"value": 1}}}, {}),
        ({"n": {"answer": {"value": 1}}}, {"n": {"value": 1, "wrong": []}}),
        ({"n": {"answer": {"value": 1, "points": 9}, "status": "right"}}, {"n": {"value": 1, "wrong": []}}),
        ({"n": {"answer": {"error": "bad \ud800" + "x" * 900}}}, {"n": {"error": "bad ?" + "x" * 295}}),
        ({"n": {"answer": {"error": {"a": 1}}}}, {"n": {"error": "{'a': 1}"}}),
    ],
)
def test_only_what_has_the_form_of_answers_is_taken(found: Any, accepted: Any):
    assert module._accepted(found, N) == accepted


@pytest.mark.parametrize("value", ["x" * LARGEST_ANSWER, [[1] * 50] * (MOST_ITEMS // 50), {"a": [1] * 3000}])
def test_what_is_too_large_to_be_an_answer_is_told(value: Any):
    found = {"n": {"answer": {"value": value}}}
    assert module._accepted(found, N) == {"n": {"error": "The answer is too large to be one."}}


def test_text_is_made_fit_to_be_stored():
    assert clean("a\ud800\x00é") == "a??é"


def test_without_a_jail_the_same_comes_out():
    assert value(run(["n = 1 + 1"], N, isolated=False)) == 2
