"""Accidents: each broken submission gets what it earned, a status, and leaves the next one alone."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from cstolib.grading.grade import grade

from .conftest import SHORT
from .submissions import ESSAY, FULL, POINTS, Notebook, answered, attacked, cell, packed, place

Build = Callable[[Notebook], bytes]
CASES: dict[str, tuple[Build, str, float]] = {}


def case(name: str, status: str, points: float = FULL) -> Callable[[Build], Build]:
    """Register a case: what it is, the status it must have, the points it has earned."""

    def keep(build: Build) -> Build:
        CASES[name] = (build, status, points)
        return build

    return keep


def work(change: Callable[[Notebook], object], **code: Any) -> Build:
    """Change an answered notebook."""

    def build(blank: Notebook) -> bytes:
        notebook = answered(blank, **code)
        change(notebook)
        return packed(notebook)

    return build


def add(notebook: Notebook, *texts: str, at: int | None = None) -> None:
    cells = [cell("code", text) for text in texts]
    at = len(notebook["cells"]) if at is None else at
    notebook["cells"][at:at] = cells


def without(notebook: Notebook, exercise: str, part: str) -> None:
    del notebook["cells"][place(notebook, exercise, part)]


def move(notebook: Notebook, exercise: str, to: int) -> None:
    notebook["cells"].insert(to, notebook["cells"].pop(place(notebook, exercise)))


def every(notebook: Notebook, **fields: Any) -> None:
    for each in notebook["cells"]:
        each.update(copy.deepcopy(fields))


def encoded(how: str, start: bytes = b"") -> Build:
    def build(blank: Notebook) -> bytes:
        text = json.dumps(answered(blank, essay="Où, café: Ä."), ensure_ascii=False)
        return start + text.encode(how)

    return build


# The file.
case("an empty file", "unreadable", 0)(lambda blank: b"")
case("a file of blanks", "unreadable", 0)(lambda blank: b" \n\n")
case("half a file", "unreadable", 0)(lambda blank: packed(answered(blank))[:3000])
case("a zip archive", "unreadable", 0)(lambda blank: b"PK\x03\x04" + bytes(200))
case("a PDF", "unreadable", 0)(lambda blank: b"%PDF-1.7 and so on")
case("the web page of the notebook", "unreadable", 0)(lambda blank: b"<!DOCTYPE html><html></html>")
case("a Python file", "unreadable", 0)(lambda blank: b"import pandas as pd\nhw_e1 = 3\n")
case("a picture", "unreadable", 0)(lambda blank: b"\x89PNG\r\n\x1a\n" + bytes(100))
case("JSON that is no notebook", "unreadable", 0)(lambda blank: b'{"cells": 7}')
case("a list", "unreadable", 0)(lambda blank: b"[1, 2, 3]")
case("null", "unreadable", 0)(lambda blank: b"null")
case("a file that is too large", "too-large", 0)(lambda blank: packed(blank) + b" " * (10 * 2**20))
case("a file with a byte order mark", "graded")(encoded("utf-8", b"\xef\xbb\xbf"))
case("a file in UTF-16", "graded")(encoded("utf-16"))
case("a file in Latin-1", "graded")(encoded("latin-1"))
case("line ends of Windows", "graded")(
    lambda blank: json.dumps(answered(blank), indent=1).replace("\n", "\r\n").encode()
)
case("a lone surrogate in the essay", "graded")(work(lambda n: None, essay="half a sign \ud83d here"))


@case("cells without a known kind or source", "graded")
def _(blank: Notebook) -> bytes:
    notebook = answered(blank)
    notebook["cells"][:0] = [
        {},
        {"cell_type": 3},
        {"cell_type": "code"},
        {"cell_type": "code", "source": [1, None]},
    ]
    return packed({**notebook, "cells": [*notebook["cells"], "not a cell", None]})


@case("a notebook of format 3", "graded", POINTS["hw-e1"])
def _(blank: Notebook) -> bytes:
    cells = [
        {"cell_type": "code", "input": text, "language": "python", "outputs": []} for text in ("hw_e1 = 3",)
    ]
    return packed({"worksheets": [{"cells": cells}], "metadata": {}, "nbformat": 3, "nbformat_minor": 0})


case("a notebook of format 3 with a million cells", "too-large", 0)(
    lambda blank: b'{"nbformat": 3, "worksheets": [{"cells": [' + b"{}," * 10**6 + b"{}]}]}"
)


@case("sources as lists of lines", "graded")
def _(blank: Notebook) -> bytes:
    notebook = answered(blank)
    for each in notebook["cells"]:
        each["source"] = "".join(each["source"]).splitlines(keepends=True)
    return packed(notebook)


# The cells.
case("all metadata lost", "graded")(work(lambda n: every(n, metadata={}) or n.update(metadata={})))
case("metadata that is not a mapping", "graded")(work(lambda n: every(n, metadata=[1])))
case("a check cell deleted", "graded")(work(lambda n: without(n, "hw-e1", "check")))
case("a check cell copied", "graded")(
    work(lambda n: add(n, 'check("hw-e1", hw_e1)', 'check("hw-e1", hw_e1)'))
)
case("a check cell with another id", "graded")(work(lambda n: add(n, 'check("hw-e99", 1)')))
case("an answer copied below, blank", "graded")(work(lambda n: add(n, "hw_e1 = ...")))
case("an answer cell deleted", "graded", FULL - POINTS["hw-e2"])(
    work(lambda n: without(n, "hw-e2", "answer"))
)
case("the cells before the first question deleted", "graded")(
    work(lambda n: n.update(cells=n["cells"][place(n, "hw-e1", "prompt") :]))
)
case("the cell of imports changed", "graded")(work(lambda n: n["cells"][0].update(source="import math")))
case("an answer moved above what it needs", "graded")(work(lambda n: move(n, "hw-e3", 0)))
case("all cells upside down", "graded")(work(lambda n: n["cells"].reverse(), hw_e1="hw_e1 = 3"))
case("scratch cells that fail", "graded")(work(lambda n: add(n, "1 / 0", "x = = 3", "undefined", at=1)))
case("two cells with one id", "graded")(work(lambda n: every(n, id="same")))
case("a thousand cells", "graded")(work(lambda n: add(n, *[""] * 900)))
case("too many cells", "too-large", 0)(work(lambda n: add(n, *["x = 1"] * 1_100)))
case("the essay deleted", "graded")(work(lambda n: without(n, "hw-w1", "written")))
case("the essay in a code cell", "graded")(work(lambda n: add(n, "# My essay: it is a promise")))
case("a cell of another language", "graded")(work(lambda n: add(n, "%%bash\nls", "%%html\n<b>x</b>", at=1)))

# What happens when it runs.
case("warnings and words on stderr", "graded")(
    work(lambda n: add(n, "import sys, warnings; warnings.warn('old'); print('!', file=sys.stderr)", at=1))
)
case("a cell that asks for input", "graded")(work(lambda n: add(n, "name = input('Who? ')", at=1)))
case("a module that is not there", "graded")(work(lambda n: add(n, "import seaborn_objects_of_old", at=1)))
case("a file that is not there", "graded")(work(lambda n: add(n, "pd.read_csv('mine/data.csv')", at=3)))
case("a page of the internet", "graded")(
    work(lambda n: add(n, "import urllib.request as u; u.urlopen('http://example.org', timeout=1)", at=1))
)
case("a command of the shell", "graded")(work(lambda n: add(n, "!ls /nowhere", at=1)))
case("an endless loop in its own cell", "timed-out")(work(lambda n: add(n, "while True: pass", at=2)))
case("an endless loop in an answer", "timed-out", FULL - POINTS["hw-e5"])(
    work(lambda n: None, hw_e5="while True:\n    hw_e5 = 1")
)
case("a sleep of an hour", "timed-out")(work(lambda n: add(n, "import time; time.sleep(3600)")))
case("a recursion without end", "graded")(work(lambda n: add(n, "def f(): return f()\nf()", at=1)))
case("a kernel that is closed at the end", "graded")(work(lambda n: add(n, "exit()")))
case("a crash of the interpreter half way", "crashed", POINTS["hw-e1"] + POINTS["hw-e2"])(
    work(lambda n: add(n, "import ctypes; ctypes.string_at(0)", at=place(n, "hw-e3")))
)
case("more memory than there is", "graded")(work(lambda n: add(n, "big = [0] * 10**10", at=1)))
case("an answer that is a missing value", "graded", FULL - POINTS["hw-e1"])(
    work(lambda n: None, hw_e1="hw_e1 = float('nan')")
)
case("answers as pandas objects", "graded")(
    work(
        lambda n: None,
        hw_e1="hw_e1 = pd.Series([3]).sum()",
        hw_e2="hw_e2 = pd.Series(['ARM', 'KAZ'])",
        hw_e5="hw_e5 = pd.Index(['BLR', 'ARM', 'KAZ'])",
    )
)
case("an answer under another name", "graded", FULL - POINTS["hw-e1"])(
    work(lambda n: None, hw_e1="answer_1 = 3")
)
case("nothing but notes", "not-attempted", 0)(lambda blank: packed(attacked(blank, "# to do", "x = 1")))
case("a picture pasted into the essay", "graded")(
    work(
        lambda n: n["cells"][place(n, "hw-w1", "written")].update(
            attachments={"a.png": {"image/png": base64.b64encode(bytes(5_000)).decode()}}
        )
    )
)


def test_there_are_more_than_forty_of_them() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("name", CASES)
def test_it_gets_what_it_earned_and_the_next_one_is_graded(
    name: str, blank: Notebook, key: dict[str, Any]
) -> None:
    build, status, points = CASES[name]
    result = grade(build(blank), key, limits=SHORT)
    assert (result["status"], sum(each["points"] or 0 for each in result["questions"].values())) == (
        status,
        points,
    )
    assert set(result["questions"]) == set(POINTS)
    assert result["note"] or status == "graded"
    json.dumps(result).encode()
    following = grade(packed(answered(blank, hw_e1=None)), key, limits=SHORT)
    assert following["status"] == "graded"
    assert following["questions"]["hw-e1"]["status"] == "not attempted"
    assert sum(each["points"] or 0 for each in following["questions"].values()) == FULL - POINTS["hw-e1"]


def below(notebook: Notebook, *cells: dict[str, Any]) -> bytes:
    at = place(notebook, "hw-w1", "written") + 1
    notebook["cells"][at:at] = cells
    return packed(notebook)


def test_an_essay_in_new_cells_of_text_below_its_own_is_kept(blank: Notebook, key: dict[str, Any]) -> None:
    untouched = "".join(blank["cells"][place(blank, "hw-w1", "written")]["source"])
    work = answered(blank, essay=untouched)
    new = [cell("markdown", "It is a promise."), cell("markdown", "And it names no force.")]
    result = grade(below(work, *new, cell("code", "x = 1"), cell("markdown", "A note.")), key, limits=SHORT)
    assert result["questions"]["hw-w1"]["written"] == "It is a promise.\n\nAnd it names no force."


def test_an_essay_whose_cell_became_code_is_kept(blank: Notebook, key: dict[str, Any]) -> None:
    work = answered(blank)
    work["cells"][place(work, "hw-w1", "written")]["cell_type"] = "code"
    assert grade(packed(work), key, limits=SHORT)["questions"]["hw-w1"]["written"] == ESSAY


def test_the_teachers_own_text_below_is_nobodys_essay(blank: Notebook, key: dict[str, Any]) -> None:
    untouched = "".join(blank["cells"][place(blank, "hw-w1", "written")]["source"])
    content = below(answered(blank, essay=untouched), cell("markdown", "## Hand in"))
    row = grade(content, {**key, "given": [*key["given"], "## Hand in"]}, limits=SHORT)["questions"]["hw-w1"]
    assert (row["status"], row["written"]) == ("not attempted", "")


@pytest.mark.parametrize("name", ["all metadata lost", "a file in Latin-1", "an endless loop in an answer"])
def test_the_essay_is_kept_where_it_can_be_told(name: str, blank: Notebook, key: dict[str, Any]) -> None:
    result = grade(CASES[name][0](blank), key, limits=SHORT)
    written = {"a file in Latin-1": "Où, café: Ä."}.get(name, ESSAY)
    assert result["questions"]["hw-w1"]["written"] == written
