import datetime as dt
import json
import random
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest

from cstolib.answers import KINDS, AnswerError, Verdict, attempted, compare, digest, normalise
from cstolib.errors import CstolibError

SIGNED = dt.date(1992, 5, 15)
MEMBERS = pd.DataFrame({"iso3": ["ARM", "KAZ"], "since": [1994, 1994], "share": [0.5, np.nan]})
EXAMPLES: dict[str, Any] = {
    "choice": "b",
    "number": 6.5,
    "date": SIGNED,
    "set": {"ARM", "KAZ", 3},
    "order": ["KAZ", "ARM"],
    "table": MEMBERS,
}


@pytest.mark.parametrize(
    "blank", [..., None, "", "  ", [], (), {}, set(), pd.DataFrame(), pd.Series(dtype=str)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_written_is_not_attempted(kind: str, blank: object) -> None:
    assert not attempted(blank)
    assert compare(kind, blank, EXAMPLES[kind]) == Verdict("not attempted", 0.0)


@pytest.mark.parametrize("kind", KINDS)
def test_right_answer_is_right_and_survives_json(kind: str) -> None:
    once = normalise(kind, EXAMPLES[kind])
    carried = json.loads(json.dumps(once))
    assert normalise(kind, carried) == once
    assert compare(kind, carried, EXAMPLES[kind]) == Verdict("right", 1.0)
    assert digest(kind, carried) == digest(kind, EXAMPLES[kind])


@pytest.mark.parametrize(
    "given",
    [
        61,
        61.0,
        "61",
        " 61 ",
        "61.0",
        np.int64(61),
        np.float32(61),
        np.array(61),
        np.array([61]),
        pd.Series([61]),
        61 + 1e-13,
    ],
)
def test_a_number_may_be_written_in_many_ways(given: object) -> None:
    assert normalise("number", given) == 61
    assert isinstance(normalise("number", given), int)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (True, "truth value"),
        (np.bool_(True), "truth value"),
        (float("nan"), "missing value"),
        (np.nan, "missing value"),
        (pd.NA, "missing value"),
        (pd.NaT, "missing value"),
        (pd.Series([None]), "missing value"),
        (float("inf"), "inf"),
        ("nan", "nan"),
        (10**400, "too large"),
        ("sixty-one", "'sixty-one'"),
        ([61], "a list with 1 value"),
        ({61, 62}, "a set with 2 values"),
        (pd.Series([61, 62]), "a Series with 2 values"),
        (pd.DataFrame({"n": [61]}), "a DataFrame with 1 value"),
        (61 + 1j, "(61+1j)"),
        (len, "<built-in function len>"),
    ],
)
def test_what_is_not_a_number_is_told_in_one_sentence(given: object, says: str) -> None:
    with pytest.raises(AnswerError) as error:
        normalise("number", given)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "given",
    [
        SIGNED,
        dt.datetime(1992, 5, 15, 18, 30),
        pd.Timestamp("1992-05-15"),
        pd.Timestamp("1992-05-15", tz="Asia/Tashkent"),
        np.datetime64("1992-05-15"),
        np.datetime64("1992-05-15", "ns"),
        pd.Series(pd.to_datetime(["1992-05-15"])),
        pd.Series(["1992-05-15"]),
        "1992-05-15",
        " 1992-5-15 ",
        "1992-05-15 00:00:00",
        "15 May 1992",
        "15 MAY 1992",
    ],
)
def test_a_date_may_be_written_in_many_ways(given: object) -> None:
    assert normalise("date", given) == "1992-05-15"


@pytest.mark.parametrize(
    "given",
    [
        "1992",
        "May 1992",
        "15/05/1992",
        "1992-13-01",
        "15 Mai 1992",
        1992,
        np.datetime64("NaT"),
        pd.NaT,
        ["1992-05-15"],
    ],
)
def test_a_date_needs_one_certain_day(given: object) -> None:
    with pytest.raises(AnswerError, match="1992-05-15"):
        normalise("date", given)


def test_capitals_and_blanks_never_matter() -> None:
    assert compare("choice", " B ", "b").status == "right"
    assert compare("set", ["arm", " KAZ"], {"ARM", "kaz"}).status == "right"
    assert compare("order", ["South  Ossetia"], ["south ossetia"]).status == "right"


def test_a_choice_is_one_text() -> None:
    for wrong in (2, ["a", "b"], True):
        with pytest.raises(AnswerError, match="one option"):
            normalise("choice", wrong)


@pytest.mark.parametrize(
    "given",
    [
        ["ARM", "KAZ"],
        ("KAZ", "ARM", "ARM"),
        frozenset({"ARM", "KAZ"}),
        pd.Series(["ARM", "KAZ"]),
        pd.Index(["KAZ", "ARM"]),
        np.array(["ARM", "KAZ"]),
    ],
)
def test_a_set_may_be_any_collection(given: object) -> None:
    assert normalise("set", given) == ["arm", "kaz"]


@pytest.mark.parametrize(
    "given", ["ARM, KAZ", {"ARM": 1}, 5, MEMBERS, ["ARM", None], ["ARM", np.nan], [["ARM"]], [len]]
)
def test_what_is_not_a_set_is_told(given: object) -> None:
    with pytest.raises(AnswerError):
        normalise("set", given)


def test_items_of_different_types_stay_different() -> None:
    assert compare("set", {"1"}, {1}).status == "wrong"
    assert compare("set", [True], [1]).status == "wrong"
    assert compare("set", [1.0, np.int64(2)], [1, 2]).status == "right"


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ({"A", "B", "C", "D"}, 1),
        ({"A", "B"}, 0.5),
        ({"A", "B", "X"}, 0.25),
        ({"A", "X"}, 0),
        ({"X", "Y"}, 0),
        (set("ABCDX"), 0.75),
    ],
)
def test_share_of_a_set_is_right_items_minus_strangers(given: set[str], share: float) -> None:
    assert compare("set", given, set("ABCD")).share == share


@pytest.mark.parametrize(
    ("given", "share"),
    [
        ("ABCD", 1),
        ("ABDC", 2 / 3),
        ("DCBA", 0),
        ("ABC", 0.75),
        ("ABCDX", 0.8),
        ("A", 0),
        ("CB", 0),
        ("XYZ", 0),
    ],
)
def test_share_of_an_order_is_how_much_better_than_chance_its_pairs_are(given: str, share: float) -> None:
    assert compare("order", list(given), list("ABCD")).share == pytest.approx(share)


def test_an_order_is_a_list_without_repetition() -> None:
    with pytest.raises(AnswerError, match="a set has none"):
        normalise("order", {"A", "B"})
    with pytest.raises(AnswerError, match='"a" stands in the list twice'):
        normalise("order", ["A", "B", "A"])


def test_tolerance_includes_its_edge_and_defaults_to_none() -> None:
    assert compare("number", 0.3, 0.1 + 0.2).status == "right"
    assert compare("number", 1.1, 1.0, tolerance=0.1).status == "right"
    assert compare("number", 1.11, 1.0, tolerance=0.1).status == "wrong"
    assert compare("number", 60.9, 61).status == "wrong"


@pytest.mark.parametrize(
    "given",
    [
        MEMBERS,
        MEMBERS[["share", "since", "iso3"]],
        MEMBERS.iloc[::-1],
        MEMBERS.set_index("iso3"),
        MEMBERS.rename(columns={"iso3": " ISO3"}),
        MEMBERS.to_dict("records"),
        MEMBERS.to_dict("list"),
        MEMBERS.assign(since=["1994", 1994]).assign(since=[1994.0, 1994.0]),
    ],
)
def test_a_table_may_be_written_in_many_ways(given: object) -> None:
    assert compare("table", given, MEMBERS) == Verdict("right", 1.0)


def test_a_count_by_group_is_a_table() -> None:
    counts = MEMBERS.groupby("since").size()
    assert normalise("table", counts.rename("n")) == {"columns": ["since", "n"], "rows": [[1994, 2]]}


def test_share_of_a_table_is_its_right_cells() -> None:
    right = pd.DataFrame({"year": [1993, 1994], "n": [1, 2]})
    assert compare("table", right.assign(n=[1, 3]), right).share == 0.5
    assert compare("table", right.assign(n=[1.0, 2.04]), right, tolerance=0.05).status == "right"
    assert compare("table", right.head(1), right).share == 0.5
    assert compare("table", right.assign(extra=0), right).share == 0.5
    assert compare("table", right[["n"]], right).share == 0.5
    assert compare("table", {"a": [1]}, right).status == "wrong"


def test_what_names_the_rows_earns_nothing_by_itself() -> None:
    right = pd.DataFrame({"iso3": ["ARM", "KAZ"], "n": [1, 2]})
    assert compare("table", right.assign(n=[7, 8]), right).status == "wrong"
    assert compare("table", right[["iso3"]], right).status == "wrong"
    assert compare("table", right[["iso3"]], right[["iso3"]]).status == "right"
    assert compare("table", {"iso3": ["ARM", "BLR"], "n": [1, 2]}, right).share == 0.5


def test_rows_that_no_column_tells_apart_are_compared_in_their_order() -> None:
    right = {"iso3": ["ARM", "ARM"], "date": ["a", "b"]}
    assert compare("table", right, right).status == "right"
    assert compare("table", {"iso3": ["ARM", "ARM"], "date": ["b", "a"]}, right).share == 0.5


@pytest.mark.parametrize(
    "given",
    [
        3,
        "text",
        [1, 2],
        {"a": 1},
        {"a": [1], "b": [1, 2]},
        [{"a": 1}, {"b": 2}],
        pd.DataFrame([[1, 2]], columns=["a", "A"]),
        {"a": [[1]]},
    ],
)
def test_what_is_not_a_table_is_told(given: object) -> None:
    with pytest.raises(AnswerError):
        normalise("table", given)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "hostile",
    [[[[[[]]]]], {"columns": 5, "rows": 5}, {"columns": [[]], "rows": [[{}]]}, "x" * 10**6, -(10**30), 1e308],
)
def test_strange_json_is_judged_or_refused_and_never_fails(kind: str, hostile: object) -> None:
    try:
        status = compare(kind, hostile, EXAMPLES[kind]).status
    except AnswerError as error:
        status = "wrong" if len(str(error)) < 300 else "told at too great length"
    assert status in ("wrong", "partly")


class Spiteful:
    """Fails whatever it is asked for."""

    def _fail(self, *_: object) -> Any:
        raise RuntimeError("asked")

    __len__ = __repr__ = __iter__ = __eq__ = _fail  # type: ignore[assignment]
    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "strange",
    [
        Spiteful(),
        len,
        int,
        pytest,
        b"bytes",
        (number for number in [1]),
        np.array(7),
        np.ma.masked,
        pd.DataFrame({"item": [1]}),
        pd.DataFrame({"a": [1, 2]}).groupby("a"),
        pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
        pd.Series([1], index=["columns"]),
        pd.Period("1992-05"),
        pd.Timedelta("1D"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_any_object_is_read_or_refused_in_one_sentence(kind: str, strange: object) -> None:
    try:
        told = json.dumps(normalise(kind, strange))
    except AnswerError as error:
        told = str(error)
    assert "\n" not in told
    assert len(told) < 250


def test_shares_stay_between_nothing_and_all_and_only_the_answer_itself_earns_all() -> None:
    dice = random.Random(1992)
    for _ in range(500):
        right = dice.sample("ABCDEFGH", dice.randint(1, 6))
        given = dice.sample("ABCDEFGH", dice.randint(1, 6))
        for kind, same in (("set", set(given) == set(right)), ("order", given == right)):
            verdict = compare(kind, given, right)
            assert 0 <= verdict.share <= 1
            assert (verdict.status == "right") == same == (verdict.share == 1)
            assert (verdict.status == "wrong") == (verdict.share == 0)


def test_an_empty_right_answer_and_an_unknown_kind_are_refused() -> None:
    with pytest.raises(CstolibError, match="right answer of this exercise is empty"):
        compare("set", {"A"}, set())
    with pytest.raises(CstolibError, match="Did you mean 'number'"):
        normalise("numbers", 3)


def test_pandas_is_not_needed_to_compare() -> None:
    code = (
        "import sys; from cstolib import answers; answers.digest('set', {1}); print('pandas' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
