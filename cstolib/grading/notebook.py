"""Read a notebook that somebody handed in: only its texts, whatever else the file holds."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import nbformat

from cstolib.grading.run import clean

LARGEST_FILE, LARGEST_TEXT, MOST_CELLS = 10 * 2**20, 2**20, 1_000
MOST_OLD = 50_000  # lists and mappings in a notebook of an older format, which are slow to convert
_TOO_MUCH = "The notebook has more cells or text than can be graded."
_BEGINNINGS = {
    b"PK": "a zip archive or an office document",
    b"%PDF": "a PDF document",
    b"<": "a web page",
    b"\x89PNG": "a picture",
}


class UnreadableError(Exception):
    """The file cannot be graded; ``status`` says how it is recorded, the message why."""

    def __init__(self, message: str, status: str = "unreadable") -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class HandedIn:
    """The cells of code in order, and the written answers by the id of their exercise."""

    code: list[str]
    written: dict[str, str]


def read(content: bytes, given: Collection[str] = ()) -> HandedIn:
    """Read a notebook in whatever encoding and version it comes.

    An essay is the text of its cell, whatever kind of cell the learner made of it, and of the cells of text
    that the learner added below it.

    Parameters
    ----------
    content : bytes
        The file.
    given : collection of str, optional
        The texts that were handed out, which are nobody's essay.

    Returns
    -------
    HandedIn

    Raises
    ------
    UnreadableError
        When there is no notebook in it, or too much of it.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableError(f"The file is larger than {LARGEST_FILE // 2**20} MB.", "too-large")
    cells = _cells(_decode(content))
    if len(cells) > MOST_CELLS or sum(len(_text(cell)) for cell in cells) > LARGEST_TEXT:
        raise UnreadableError(_TOO_MUCH, "too-large")
    code: list[str] = []
    written: dict[str, str] = {}
    essay = ""  # the written task under which the cells stand
    for cell in cells:
        text = clean(_text(cell))
        names = _names(cell)
        if names:
            essay = names[0]
            written[essay] = text if text.strip() else written.get(essay, "")
        elif cell.get("cell_type") == "code":
            code.append(text)
            essay = ""
        elif _is_new(cell) and essay and text.strip() not in given:
            written[essay] = f"{written[essay]}\n\n{text}".strip()
        else:
            essay = ""
    return HandedIn(code, written)


def _decode(content: bytes) -> str:
    if not content.strip():
        raise UnreadableError("The file is empty.")
    for start, what in _BEGINNINGS.items():
        if content.lstrip().startswith(start):
            raise UnreadableError(f"The file is {what}, not a notebook (.ipynb).")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _cells(text: str) -> list[dict[str, Any]]:
    try:
        notebook = json.loads(text)
        if isinstance(notebook, dict) and notebook.get("nbformat", 4) != 4:
            if text.count("{") + text.count("[") > MOST_OLD:
                raise UnreadableError(_TOO_MUCH, "too-large")
            notebook = nbformat.convert(nbformat.from_dict(notebook), 4)  # type: ignore[no-untyped-call]
        cells = notebook["cells"]
        if not isinstance(cells, list):
            raise TypeError
    except UnreadableError:
        raise
    except RecursionError:
        raise UnreadableError("The file is nested too deeply to be a notebook.") from None
    except Exception:  # anything may stand in the place of a notebook
        raise UnreadableError("The file is not a notebook, or only a part of one.") from None
    return [cell for cell in cells if isinstance(cell, dict)]


def _text(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def _is_new(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata")
    own = metadata.get("cstolib") if isinstance(metadata, dict) else None
    return cell.get("cell_type") in ("markdown", "raw") and not own


def _names(cell: dict[str, Any]) -> list[str]:
    """Name the exercise that a written cell answers, by our mark, the one of nbgrader, or the cell's id."""
    metadata = cell.get("metadata")
    marks = metadata if isinstance(metadata, dict) else {}
    own, school = marks.get("cstolib"), marks.get("nbgrader")
    if isinstance(own, dict) and own.get("part") == "written":
        return [str(own.get("exercise"))]
    if isinstance(school, dict) and school.get("solution") and school.get("grade"):
        return [str(school.get("grade_id"))]
    name = str(cell.get("id", ""))
    return [name.removesuffix("-written")] if name.endswith("-written") else []
