"""Derive the learner's version of an exercise source: questions and blanks, nothing of the solutions."""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from cstolib.answers import BLANK_TEXT
from cstolib.authoring.source import about, find_block, text_of

if TYPE_CHECKING:
    from cstolib.authoring.source import Cell, Item, Source

PUBLIC = ("exercise", "part", "kind", "points", "minutes", "section", "widget")
_SHORTEST = 4  # shorter lines, such as a closing bracket, give nothing away


def student_cells(source: Source) -> list[Cell]:
    """Derive the cells that the learner gets: questions and blanks, nothing of the solutions."""
    cells = []
    for cell in source.cells:
        name = about(cell).get("exercise")
        if name is None:
            cells.append({**_bare(cell), "metadata": copy.deepcopy(cell.get("metadata", {}))})
        elif (made := student_cell(source.items[name], about(cell)["part"])) is not None:
            cells.append(made)
    return cells


def student_cell(item: Item, part: str) -> Cell | None:
    """Derive one cell; ``None`` when the learner's version has no such cell."""
    if item.widget and part == "check":
        return None
    cell = _bare(item.cells[part])
    text = text_of(cell)
    if part == "prompt":
        text = "\n\n".join(block for block in (text.rstrip(), *_footer(item)) if block)
    elif item.kind == "prediction":
        text = f'{"predict" if part == "answer" else "reveal"}("{item.id}")'
    elif item.widget:
        text = f'ask("{item.id}")'
    elif part == "check":
        text = _without(text, "HIDDEN TESTS", [])
    else:
        text = _without(text, "SOLUTION", [BLANK_TEXT if part == "written" else f"{item.variable} = ..."])
    metadata = {key: value for key, value in item.cells[part]["metadata"].items() if key in ("facts", "tags")}
    metadata["cstolib"] = {key: value for key, value in about(item.cells[part]).items() if key in PUBLIC}
    marks = school_marks(item, part)
    if marks and not item.widget and item.kind != "prediction":  # panels leave nothing for nbgrader to read
        metadata["nbgrader"] = marks
    return {**cell, "id": f"{item.id}-{part}", "source": text, "metadata": copy.deepcopy(metadata)}


def _bare(cell: Cell) -> Cell:
    made: Cell = {"cell_type": cell["cell_type"], "source": text_of(cell)}
    if "id" in cell:
        made["id"] = cell["id"]
    if cell["cell_type"] == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def _without(text: str, name: str, replacement: list[str]) -> str:
    block = find_block(text, name)
    if block is None:
        return text
    lines = [*block.before, *(block.indent + line for line in replacement), *block.after]
    return "\n".join(lines).strip("\n")


def _footer(item: Item) -> list[str]:
    """Write what the declared fields add to a question: its options, its rubric, its points and minutes."""
    fields, blocks = item.fields, []
    if item.kind == "choice" and not item.widget:
        blocks.append("\n".join(f"- **{key}**: {text}" for key, text in fields["options"].items()))
    if item.kind == "written":
        rows = [f"| {name} | {' | '.join(levels)} |" for name, levels in fields["rubric"].items()]
        blocks.append("\n".join(["| Criterion | 4 | 3 | 2 | 1 |", "|---|---|---|---|---|", *rows]))
    measures = [(fields.get("points"), "point"), (fields.get("minutes"), "minute")]
    words = [f"{number:g} {unit}{'' if number == 1 else 's'}" for number, unit in measures if number]
    return [*blocks, f"*{', '.join(words)}*"] if words else blocks


def school_marks(item: Item, part: str) -> dict[str, Any]:
    """Give the cell metadata with which a school that runs nbgrader can take the exercise over."""
    if part == "prompt" or (part == "check" and item.kind == "prediction"):
        return {}
    graded = part in ("check", "written")
    marks = {
        "grade": graded,
        "grade_id": f"{item.id}-check" if part == "check" else item.id,
        "locked": part == "check",
        "schema_version": 3,
        "solution": part != "check",
        "task": False,
    }
    return {**marks, "points": item.fields["points"]} if graded else marks


def unimported(student: list[Cell]) -> list[str]:
    """Name each function that the learner's cells call and no cell imports."""
    code = "\n".join(text_of(cell) for cell in student if cell["cell_type"] == "code")
    return [
        f"the learner's cells call {name}, which no cell imports; add it to the first code cell"
        for name in ("ask", "check", "predict", "reveal")
        if re.search(rf"^{name}\(", code, re.MULTILINE)
        and not re.search(rf"\bimport\b[^\n(]*\b{name}\b|\bimport\s*\([^)]*\b{name}\b", code)
    ]


def leaks(source: Source, student: list[Cell]) -> list[str]:
    """Name each line of a solution, hidden test, hint or message that the learner's version still holds."""
    lines = {line.strip() for cell in student for line in text_of(cell).split("\n")}
    stored = json.dumps([cell["metadata"] for cell in student], ensure_ascii=False)
    found = []
    for item in source.items.values():
        secret = [line.strip() for line in f"{item.solution}\n{item.hidden_tests}".split("\n")]
        found += [
            f"{item.id}: the learner's version still holds {line!r}, a line of the solution; change either"
            for line in secret
            if len(line) >= _SHORTEST and line in lines
        ]
        spoken = [
            *item.fields.get("hints", []),
            item.fields.get("explanation", ""),
            item.fields.get("reason", ""),
        ]
        spoken += [wrong["message"] for wrong in item.fields.get("wrong_answers", [])]
        found += [
            f"{item.id}: {text!r} can be read in the learner's version; take it out there"
            for text in spoken
            if text and (text in lines or json.dumps(text, ensure_ascii=False)[1:-1] in stored)
        ]
    return found
