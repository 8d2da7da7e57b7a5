"""Reading what was handed in: only texts come out, or a sentence that says why not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cstolib.grading.notebook import LARGEST_FILE, LARGEST_TEXT, MOST_CELLS, HandedIn, UnreadableError, read


def notebook(*cells: Any, **fields: Any) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, **fields}).encode()


def code(text: Any = "x = 1") -> dict[str, Any]:
    return {"cell_type": "code", "source": text}


def essay(text: str, **fields: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": text, **fields}


def test_code_comes_in_order_and_everything_else_stays_out():
    cells = code("a"), essay("words"), {**code("b"), "outputs": [{"text": "secret"}]}
    assert read(notebook(*cells)) == HandedIn(["a", "b"], {})


def test_a_source_may_be_text_or_lines():
    assert read(notebook(code(["a\n", "b"]), code(["a", None, 5, "b"]), code(5))).code == ["a\nb", "ab", ""]


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": {"cstolib": {"exercise": "hw-w1", "part": "written"}}},
        {"metadata": {"nbgrader": {"grade_id": "hw-w1", "solution": True, "grade": True}}},
        {"id": "hw-w1-written"},
    ],
)
def test_an_essay_is_known_by_our_mark_or_that_of_nbgrader_or_its_id(fields: dict[str, Any]):
    assert read(notebook(essay("Because.", **fields))).written == {"hw-w1": "Because."}


@pytest.mark.parametrize(
    "fields",
    [
        {"metadata": {"cstolib": {"exercise": "hw-w1", "part": "prompt"}}},
        {"metadata": {"nbgrader": {"grade_id": "hw-w1", "solution": True, "grade": False}}},
        {"metadata": 5, "id": 5},
        {"metadata": {"cstolib": "written", "nbgrader": [1]}},
        {},
    ],
)
def test_other_words_are_no_essay(fields: dict[str, Any]):
    assert read(notebook(essay("Because.", **fields))).written == {}


def test_the_last_essay_that_says_something_counts():
    mark = {"id": "hw-w1-written"}
    cells = essay("First.", **mark), essay("Second.", **mark), essay("  \n", **mark)
    assert read(notebook(*cells)).written == {"hw-w1": "Second."}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\n %PDF-1.4", "a PDF document"),
        (b"<html>", "a web page"),
        (b"\x89PNG", "a picture"),
        (b"{", "not a notebook, or only a part"),
        (b"[]", "not a notebook"),
        (b"5", "not a notebook"),
        (b'{"cells": {}}', "not a notebook"),
        (b'{"nbformat": "x"}', "not a notebook"),
        (b'{"nbformat": 99, "cells": []}', "not a notebook"),
        (b"[" * 10**5, "nested too deeply"),
        (b"1" * 5_000, "not a notebook"),
        (b"\xff\xfe{", "not a notebook"),
        (b"\xff\xfe{\x00}", "not a notebook"),
    ],
)
def test_what_is_no_notebook_is_told_in_words(content: bytes, words: str):
    with pytest.raises(UnreadableError, match=words) as error:
        read(content)
    assert error.value.status == "unreadable"


@pytest.mark.parametrize(
    "content",
    [
        b" " * (LARGEST_FILE + 1),
        notebook(*[code("")] * (MOST_CELLS + 1)),
        notebook(code("x" * LARGEST_TEXT), code("y")),
    ],
)
def test_what_is_too_much_is_told(content: bytes):
    with pytest.raises(UnreadableError) as error:
        read(content)
    assert error.value.status == "too-large"


def test_as_much_as_is_allowed_is_read():
    assert len(read(notebook(*[code("")] * MOST_CELLS)).code) == MOST_CELLS


@pytest.mark.parametrize("how", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_encodings_that_editors_write_are_read(how: str):
    text = json.dumps({"cells": [code("# café")], "nbformat": 4}, ensure_ascii=False)
    assert read(text.encode(how)).code == ["# café"]
