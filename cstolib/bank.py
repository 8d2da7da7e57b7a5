"""The bank of exercises: what a notebook needs to ask and to answer back.

Each lesson has one file, written by ``python -m cstolib.authoring.build`` from ``exercises/``. The right
answer, the hints and the worked solution are encoded in it, so that nobody reads them by accident. This is a
spoiler guard, not a secret: the sources are open, and whoever wants to look can.

An assignment brings its own file, ``NAME.exercises.json``, to lie beside its notebook. It holds no answers at
all: these are with the teacher.
"""

from __future__ import annotations

import base64
import json
import os
import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cstolib.answers import KINDS, digest
from cstolib.errors import CstolibError, known, unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parent / "bank"


@dataclass(frozen=True)
class Exercise:
    """What may be seen of an exercise before it is answered.

    ``kind`` is one of the kinds of answers, ``prediction`` or ``written``. ``options`` (choice) maps a key to
    its text; ``items`` (prediction) holds mappings with ``key``, ``label``, ``min`` and ``max``, and
    ``sources`` and ``as_of`` say where its truth comes from and to which day it holds; ``rubric`` (written)
    maps a criterion to its four levels, the best first. ``widget`` marks a quick question that
    :func:`cstolib.ask` shows.
    """

    id: str
    lesson: str
    kind: str
    title: str
    prompt: str
    points: float
    minutes: float
    options: dict[str, str]
    tolerance: float | None
    items: tuple[dict[str, Any], ...]
    unit: str
    margin: float
    sources: tuple[str, ...]
    as_of: str
    rubric: dict[str, list[str]]
    widget: bool
    digest: str
    sealed: str

    @property
    def graded(self) -> bool:
        """Whether the answer is with the teacher, not here."""
        return not self.digest

    @property
    def exact(self) -> bool:
        """Whether only the true numbers themselves lie within the margin, as all of them are whole."""
        return self.margin < 1 and all(item.get("whole") for item in self.items)

    @property
    def variable(self) -> str:
        """The name of the variable that holds the answer."""
        return self.id.replace("-", "_")


@dataclass(frozen=True)
class Key:
    """What is opened by use: the right answer and everything said about answers."""

    answer: Any
    explanation: str = ""
    partly: str = ""
    reason: str = ""
    hints: tuple[str, ...] = ()
    solution: str = ""
    wrong_answers: tuple[dict[str, Any], ...] = ()


def folder() -> Path:
    """Where the bank is: the environment variable ``CSTOLIB_BANK``, else the one inside this package."""
    return Path(os.environ.get("CSTOLIB_BANK") or FOLDER)


@lru_cache(maxsize=8)
def _read(where: Path) -> dict[str, Exercise]:
    return _from_files(sorted(where.glob("*.json")), _MEND)


def _from_files(paths: Iterable[Path], mend: str) -> dict[str, Exercise]:
    found: dict[str, Exercise] = {}
    for path in paths:
        try:
            lesson = json.loads(path.read_text(encoding="utf-8"))
            for name, fields in lesson["exercises"].items():
                found[name] = exercise_from(name, lesson["lesson"], fields)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            raise CstolibError(f"The exercises in {path.name} are damaged. {mend}") from None
    return found


def exercise_from(name: str, lesson: str, fields: dict[str, Any]) -> Exercise:
    """Build an exercise from its entry in a bank file, where empty fields are left out."""
    known("kind of exercise", fields.get("kind"), (*KINDS, "prediction", "written"))
    lists = {field: tuple(fields.get(field, ())) for field in ("items", "sources")}
    return Exercise(**{**_ABSENT, **fields, **lists, "id": name, "lesson": lesson})


_ABSENT: dict[str, Any] = {
    "options": {},
    "tolerance": None,
    "unit": "",
    "margin": 0.0,
    "as_of": "",
    "rubric": {},
    "widget": False,
}
_MEND = "Install cstolib again (pip install --force-reinstall cstolib); your own files stay as they are."


def exercises(lesson: str | None = None) -> dict[str, Exercise]:
    """All exercises by id, or those of one lesson, in the order of the course."""
    handed_out = _from_files(assignments(), "Copy the file that was handed out once more.")
    every = {**handed_out, **_read(folder())}  # an assignment cannot replace an exercise of the course
    return {name: each for name, each in every.items() if lesson in (None, each.lesson)}


def assignments() -> list[Path]:
    """Find the files of assignments beside the notebook."""
    return sorted(Path.cwd().glob("*.exercises.json"))


def exercise(name: str) -> Exercise:
    """Look up one exercise.

    Parameters
    ----------
    name : str
        Its id, such as ``"l01-e1"``.

    Returns
    -------
    Exercise

    Raises
    ------
    CstolibError
        When there is none; the message names the nearest id, and the ids of the same lesson.
    """
    every = exercises()
    if not every:
        raise CstolibError(f"This installation holds no exercises. {_MEND}")
    if isinstance(name, str) and name.strip().lower() in every:
        return every[name.strip().lower()]
    same_lesson = [each for each in every if each.partition("-")[0] == str(name).lower().partition("-")[0]]
    raise unknown("exercise", name, same_lesson or every)


def seal(key: dict[str, Any]) -> str:
    """Encode the hidden part of an exercise."""
    text = json.dumps(key, sort_keys=True, ensure_ascii=False)
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode("ascii")


def unseal(sealed: str) -> dict[str, Any]:
    """Decode what :func:`seal` encoded.

    Examples
    --------
    >>> unseal(seal({"answer": 61}))
    {'answer': 61}
    """
    key: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(sealed, validate=True)))
    return key


def open_key(exercise: Exercise) -> Key:
    """Open the hidden part of an exercise, and make sure that it is whole."""
    try:
        fields = unseal(exercise.sealed)
        lists = {name: tuple(fields.get(name, ())) for name in ("hints", "wrong_answers")}
        key = Key(**{**fields, **lists})
        whole = exercise.graded or digest(exercise.kind, key.answer) == exercise.digest
    except (ValueError, TypeError, AttributeError, zlib.error):
        whole = False
    if not whole:
        raise CstolibError(f"The stored answer of exercise {exercise.id!r} is damaged. {_MEND}")
    return key
