"""Read an exercise source: a notebook of questions with their solutions.

The format is described in ``exercises/README.md``. Nothing here runs code or knows where files belong, so
that the course's own exercises and an instructor's private folder are read alike.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cstolib.answers import KINDS
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from pathlib import Path

Cell = dict[str, Any]
Notebook = dict[str, Any]

ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
PARTS = ("prompt", "answer", "check", "written")
_MARKER = r"[ \t]*(?:###|<!--)[ \t]*{edge} {name}(?:[ \t]*-->)?[ \t]*"


class SourceError(CstolibError):
    """An exercise source that cannot be used; the message has one line for each thing to mend."""


@dataclass
class Item:
    """One exercise of a source: its declared fields and its cells by part."""

    id: str
    fields: dict[str, Any]
    cells: dict[str, Cell]

    @property
    def kind(self) -> str:
        """The kind of answer, ``prediction`` or ``written``."""
        return "written" if "written" in self.cells else str(self.fields.get("kind"))

    @property
    def widget(self) -> bool:
        """Whether it is a quick question that ``ask`` shows."""
        return bool(self.fields.get("widget"))

    @property
    def variable(self) -> str:
        """The name that the solution assigns."""
        return self.id.replace("-", "_")

    @property
    def solution(self) -> str:
        """The text between the solution markers."""
        block = find_block(text_of(self.cells.get("written") or self.cells["answer"]), "SOLUTION")
        return block.inside if block else ""

    @property
    def hidden_tests(self) -> str:
        """The code between the markers of hidden tests."""
        block = find_block(text_of(self.cells["check"]), "HIDDEN TESTS") if "check" in self.cells else None
        return block.inside if block else ""


@dataclass
class Source:
    """A source notebook, read and found to be complete."""

    name: str
    lesson: str
    title: str
    version: str
    cells: list[Cell]
    items: dict[str, Item] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """A marked block of lines and what surrounds it."""

    before: list[str]
    indent: str
    inside: str
    after: list[str]


def text_of(cell: Cell) -> str:
    """Give the text of a cell, which a notebook may store as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def about(cell: Cell) -> dict[str, Any]:
    """Give the metadata of a cell that belong to this course."""
    found: dict[str, Any] = cell.get("metadata", {}).get("cstolib", {})
    return found


def find_block(text: str, name: str) -> Block | None:
    r"""Find the lines between ``### BEGIN name`` and ``### END name`` (or the same as HTML comments).

    Examples
    --------
    >>> find_block("a = 1\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION", "SOLUTION").inside
    'b = 2'
    """
    lines = text.split("\n")
    edges = [
        [
            place
            for place, line in enumerate(lines)
            if re.fullmatch(_MARKER.format(edge=edge, name=name), line)
        ]
        for edge in ("BEGIN", "END")
    ]
    if not edges[0] and not edges[1]:
        return None
    if len(edges[0]) != 1 or len(edges[1]) != 1 or edges[0] > edges[1]:
        raise SourceError(f"write exactly one BEGIN {name} and after it one END {name}, each on its own line")
    start, end = edges[0][0], edges[1][0]
    indent = lines[start][: len(lines[start]) - len(lines[start].lstrip())]
    return Block(lines[:start], indent, "\n".join(lines[start + 1 : end]), lines[end + 1 :])


def read(path: Path) -> Source:
    """Read and validate a source notebook.

    Parameters
    ----------
    path : pathlib.Path
        The notebook, named ``NN-name.ipynb``.

    Returns
    -------
    Source

    Raises
    ------
    SourceError
        With every problem found, each naming the file, the exercise and what to do.
    """
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        head = notebook["metadata"]["cstolib"]
        source = Source(path.name, head["lesson"], head["title"], head["version"], notebook["cells"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SourceError(
            f"{path.name}: this is not an exercise source. It needs the notebook metadata "
            '{"cstolib": {"lesson": "01", "title": ..., "version": ...}}; see exercises/README.md.'
        ) from None
    problems = []
    if path.stem != source.lesson and not path.name.startswith(f"{source.lesson}-"):
        problems.append(f"the file name must begin with the lesson, {source.lesson}-")
    problems += _collect(source)
    for item in source.items.values():
        problems += [f"{item.id}: {problem}" for problem in _problems(item, source.lesson)]
    if problems:
        raise SourceError("\n".join(f"{path.name}, {problem}." for problem in problems))
    return source


def _collect(source: Source) -> list[str]:
    """Gather the cells of each exercise; they stand together, each part once."""
    problems = []
    previous = ""
    for cell in source.cells:
        name, part = about(cell).get("exercise", ""), about(cell).get("part", "")
        if name:
            if part not in PARTS:
                problems.append(f"{name}: the part {part!r} does not exist; use one of {', '.join(PARTS)}")
            item = source.items.setdefault(name, Item(name, {}, {}))
            if part in item.cells or (item.cells and name != previous):
                problems.append(
                    f"{name}: this id is used twice; give every exercise its own id, its cells together"
                )
            item.cells[part] = cell
            if part in ("answer", "written"):
                item.fields = about(cell)
        previous = name
    return problems


def _problems(item: Item, lesson: str) -> list[str]:
    """Say what an exercise lacks before any of its code runs."""
    needed = ["prompt", "written"] if "written" in item.cells else ["prompt", "answer"]
    if "written" not in item.cells and not item.widget:
        needed.append("check")
    missing = [part for part in needed if part not in item.cells]
    if missing:
        return [f"the cell with part {' and '.join(missing)} is missing; add it"]
    try:
        solved = item.solution.strip()
        _ = item.hidden_tests
    except SourceError as error:
        return [str(error)]
    fields, kind, found = item.fields, item.kind, []
    if not ID.fullmatch(item.id) or (re.match(r"l\d\d-", item.id) and not item.id.startswith(f"l{lesson}-")):
        found.append(f"this is not an id of lesson {lesson}; write it as l{lesson}-e1")
    if kind not in (*KINDS, "prediction", "written"):
        return [*found, f"the kind {kind!r} is unknown; use one of {', '.join((*KINDS, 'prediction'))}"]
    if not solved:
        found.append("there is nothing between BEGIN SOLUTION and END SOLUTION; write the solution there")
    for name in ("points", "minutes"):
        if kind != "prediction" and not item.widget and not _is_number(fields.get(name)):
            found.append(f"give {name} as a number")
    return found + _FIELD_RULES.get(kind, _compared_problems)(item)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _compared_problems(item: Item) -> list[str]:
    fields, found = item.fields, []
    hints = fields.get("hints", [])
    if len(hints) != 3 and not (item.widget and not hints):
        found.append(f"give three hints, from a nudge to nearly the answer; there are {len(hints)}")
    if not str(fields.get("explanation", "")).strip():
        found.append("give an explanation: one sentence why the right answer is right")
    if not fields.get("wrong_answers"):
        found.append("foresee at least one wrong answer, with its message")
    for wrong in fields.get("wrong_answers", []):
        for name in ("answer", "misconception", "message"):
            if not str(wrong.get(name, "")).strip():
                found.append(f"the wrong answer {wrong.get('answer')!r} has no {name}; add one")
    if item.kind == "choice" and len(fields.get("options", {})) < 2:
        found.append("give at least two options as {key: text}")
    if item.widget and item.kind != "choice":
        found.append("only a choice can be a widget; leave widget out or make it a choice")
    return found


_PREDICTION_TEXTS = {
    "unit": "what is counted, such as states",
    "reason": "why the truth is what it is",
    "sources": "a list of ids from the table sources",
    "as_of": "the day to which the truth holds, as year-month-day",
}


def _prediction_problems(item: Item) -> list[str]:
    fields, found = item.fields, []
    items = fields.get("items", [])
    if not items or any(not {"key", "label", "min", "max"} <= set(each) for each in items):
        found.append("give items, each with key, label, min and max")
    if not isinstance(fields.get("margin"), int | float):
        found.append("give the margin as a number")
    for name, what in _PREDICTION_TEXTS.items():
        if not fields.get(name):
            found.append(f"give {name}: {what}")
    return found


def _written_problems(item: Item) -> list[str]:
    rubric = item.fields.get("rubric", {})
    if not rubric or any(len(levels) != 4 for levels in rubric.values()):
        return ["give a rubric as {criterion: [level 4, level 3, level 2, level 1]}"]
    return []


_FIELD_RULES = {"prediction": _prediction_problems, "written": _written_problems}
