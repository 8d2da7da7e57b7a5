"""Write an exercise source, and submissions to it: honest, broken and hostile ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

Notebook = dict[str, Any]

ANSWERS = {
    "hw-e1": "hw_e1 = len(members)",
    "hw-e2": 'hw_e2 = {"ARM", "KAZ"}',
    "hw-e3": 'hw_e3 = pd.DataFrame({"iso3": members, "since": [1994, 1994, 1994]})',
    "hw-e4": 'hw_e4 = "b"',
    "hw-e5": 'hw_e5 = ["BLR", "ARM", "KAZ"]',
    "hw-e6": "def hw_e6(first, last):\n    return last - first + 1",
}
POINTS = {"hw-e1": 3, "hw-e2": 4, "hw-e3": 4, "hw-e4": 2, "hw-e5": 3, "hw-e6": 4, "hw-w1": 8}
FULL = sum(POINTS.values()) - POINTS["hw-w1"]
ESSAY = "The text binds members to consult; it names no force. Counted by article, that is more than a word."
_FIELDS: dict[str, dict[str, Any]] = {
    "hw-e1": {
        "kind": "number",
        "wrong_answers": [["hw_e1 + 1", "counted-header", "You counted the header."]],
    },
    "hw-e2": {"kind": "set", "wrong_answers": [["{'BLR'}", "took-the-rest", "Those are the others."]]},
    "hw-e3": {
        "kind": "table",
        "wrong_answers": [["{'iso3': members, 'since': [1992] * 3}", "signed", "That is the signature."]],
    },
    "hw-e4": {
        "kind": "choice",
        "options": {"a": "all", "b": "some", "c": "none"},
        "wrong_answers": [["'a'", "all", "Not all did."], ["'c'", "none", "Some did."]],
    },
    "hw-e5": {"kind": "order", "wrong_answers": [["members", "alphabet", "That is the alphabet."]]},
    "hw-e6": {
        "kind": "order",
        "expression": "[hw_e6(1994, 1998), hw_e6(2000, 2022), hw_e6(2003, 2003)]",
        "wrong_answers": [["[4, 22, 0]", "off-by-one", "Both the first and the last year count."]],
    },
}
RUBRIC = {name: ["strong", "good", "weak", "absent"] for name in ("Claim", "Evidence", "Other side", "Terms")}


def cell(kind: str, text: str, /, **about: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": kind,
        "source": text,
        "metadata": {"cstolib": about} if about else {},
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def write_source(folder: Path, variants: dict[str, Any] | None = None) -> Path:
    """Write the source of the assignment ``hw``; with `variants`, its cell of parameters as well."""
    cells = [cell("code", "import pandas as pd\nfrom cstolib import check, hint")]
    if variants:
        first = ", ".join(repr(values[0]) for values in variants.values())
        cells.append(cell("code", f"{', '.join(variants)} = {first}", variants=variants))
    cells.append(cell("code", 'members = ["ARM", "BLR", "KAZ"]'))
    for name, solution in ANSWERS.items():
        fields = _FIELDS[name]
        wrong = [
            dict(zip(("answer", "misconception", "message"), each, strict=True))
            for each in fields["wrong_answers"]
        ]
        fields = {**fields, "points": POINTS[name], "minutes": 2, "hints": ["One.", "Two.", "Three."]}
        fields |= {"explanation": "So it is.", "wrong_answers": wrong}
        given = {"exercise": name, "part": "answer", **fields}
        block = f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"
        cells.append(cell("markdown", f"## Question {name[-1]}\n\nAnswer it.", exercise=name, part="prompt"))
        cells.append(cell("code", block, **given))
        call = f'check("{name}", {name.replace("-", "_")})'
        cells.append(cell("code", call, exercise=name, part="check"))
    about = {"exercise": "hw-w1", "points": POINTS["hw-w1"], "minutes": 20, "rubric": RUBRIC}
    cells.append(cell("markdown", "## The essay\n\nIs it a promise?", exercise="hw-w1", part="prompt"))
    model = f"<!-- BEGIN SOLUTION -->\nA model answer. {ESSAY}\n<!-- END SOLUTION -->"
    cells.append(cell("markdown", model, part="written", **about))
    metadata = {"cstolib": {"lesson": "hw", "title": "Homework", "version": "0.1.0"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path = folder / "hw.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def place(notebook: Notebook, exercise: str, part: str = "answer") -> int:
    """Find a cell of the learner's notebook."""
    wanted = {"exercise": exercise, "part": part}
    return next(
        at
        for at, each in enumerate(notebook["cells"])
        if wanted.items() <= each["metadata"].get("cstolib", {}).items()
    )


def answered(blank: Notebook, essay: str = ESSAY, **code: str | None) -> Notebook:
    """Answer every question; `code` gives other answers (``hw_e1="hw_e1 = 4"``), or ``None`` for a blank."""
    notebook = copy.deepcopy(blank)
    for name, solution in ANSWERS.items():
        text = code.get(name.replace("-", "_"), solution)
        if text is not None:
            notebook["cells"][place(notebook, name)]["source"] = text
    notebook["cells"][place(notebook, "hw-w1", "written")]["source"] = essay
    return notebook


def attacked(blank: Notebook, *cells: str, first: bool = True) -> Notebook:
    """Add cells of code to a notebook without any answer."""
    notebook = copy.deepcopy(blank)
    added = [cell("code", text) for text in cells]
    notebook["cells"] = [*added, *notebook["cells"]] if first else [*notebook["cells"], *added]
    return notebook


def packed(notebook: object) -> bytes:
    """Write a notebook as the bytes of its file."""
    return json.dumps(notebook).encode()
