"""The learner's own record: one small file of JSON lines, written by the checks, read by ``progress()``.

The file is ``progress.jsonl`` in the course folder. Lines are only ever added, each in one piece, so that two
notebooks can write at once. It holds no name and nothing of the notebook's text: the time, the id of the
exercise, how the answer was judged, the stated probability, and the numbers of a prediction. Deleting it
deletes everything that is stored.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cstolib import bank
from cstolib.answers import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandas import DataFrame

NAME = "progress.jsonl"
JUDGED = ("wrong", "partly", "right")
EMPTY = (
    "Nothing is stored yet. Check an answer or save a prediction, and it will be counted here. The record is "
    f"the file {NAME} in your course folder; it never leaves this machine, and you may delete it at any time."
)
_unwritten: dict[Path, list[dict[str, Any]]] = {}


def path() -> Path:
    """Where the record is kept.

    The environment variable ``CSTOLIB_PROGRESS`` decides; without it the nearest course folder above the
    current folder; without one the current folder.
    """
    if chosen := os.environ.get("CSTOLIB_PROGRESS"):
        return Path(chosen)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".cstolib" / "manifest.json").is_file():
            return folder / NAME
    return here / NAME


def append(event: str, exercise: str, **fields: Any) -> str:
    """Add one line to the record.

    Parameters
    ----------
    event : str
        ``check``, ``hint``, ``solution``, ``predict`` or ``reveal``.
    exercise : str
        Id of the exercise.
    **fields
        What else to store; values of ``None`` are left out.

    Returns
    -------
    str
        Empty, or one sentence for the learner when the record cannot be written. It is said once; what
        cannot be written is remembered until the kernel ends, so that the lesson goes on, and is written
        as soon as that works again.
    """
    entry: dict[str, Any] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "event": event,
        "id": exercise,
    }
    entry |= {name: value for name, value in fields.items() if value is not None}
    where = path()
    waiting = _unwritten.pop(where, [])
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in (*waiting, entry)]
    try:
        _add("".join(lines).encode(), where)
    except OSError as error:
        _unwritten[where] = [*waiting, entry]
        if not waiting:
            why = f"{where} cannot be written ({error.strerror})"
            return f"Progress is not stored: {why}. The lesson goes on, and remembers until you close it."
    return ""


def is_written() -> bool:
    """Say whether everything recorded so far is in the file, not only remembered until the kernel ends."""
    return path() not in _unwritten


def _add(lines: bytes, where: Path) -> None:
    """Append in one write: the system puts it at the end whatever other notebooks are writing."""
    descriptor = os.open(where, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
    try:
        _lock(descriptor)
        end = os.lseek(descriptor, 0, os.SEEK_END)
        if end:  # after a line that was cut short, start a new one
            os.lseek(descriptor, end - 1, os.SEEK_SET)
            lines = lines if os.read(descriptor, 1) == b"\n" else b"\n" + lines
        if os.write(descriptor, lines) < len(lines):
            os.ftruncate(descriptor, end)  # all of it or nothing, so that it can be tried again
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    finally:
        os.close(descriptor)  # which also gives the lock back


def _lock(descriptor: int) -> None:
    """Keep other writers out until the file is closed, where the file system knows how."""
    with suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)


@dataclass(frozen=True)
class Log:
    """The entries of the record, oldest first, and one sentence about what could not be read."""

    entries: list[dict[str, Any]] = field(default_factory=list)
    note: str = ""


def read() -> Log:
    """Read the record. Damaged lines are skipped and counted; nothing is ever deleted."""
    lines, note = [], ""
    try:
        lines = path().read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        pass
    except OSError as error:
        note = f"{path()} cannot be read ({error.strerror}). The lesson goes on."
    entries = parse(lines)
    if damaged := sum(bool(line.strip()) for line in lines) - len(entries):
        what = "1 line" if damaged == 1 else f"{damaged} lines"
        note = f"{what} of {path()} could not be read and left out; everything else counts."
    return Log([*entries, *_unwritten.get(path(), [])], note)


def parse(lines: Iterable[str]) -> list[dict[str, Any]]:
    """Read the lines of a record; those that are damaged are left out."""
    return [entry for line in lines if (entry := _entry(line))]


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        known = isinstance(entry["event"], str) and isinstance(entry["id"], str)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return entry if known else None


def judged(entries: list[dict[str, Any]], sitting: str | None = None) -> dict[str, list[dict[str, Any]]]:
    """Collect the judged answers to each exercise, oldest first.

    An answer that was empty or could not be read is no answer. Answers given in a sitting of the course test
    (``"before"`` or ``"after"``) are kept apart from all others.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry["event"] == "check" and entry.get("sitting") == sitting and entry.get("status") in JUDGED:
            found.setdefault(entry["id"], []).append(entry)
    return found


@dataclass(frozen=True)
class Progress:
    """What has been done so far; shows itself as a table.

    Examples
    --------
    >>> str(Progress([], {}, Path("progress.jsonl"))).split(".")[0]
    'Nothing is stored yet'
    """

    lessons: list[dict[str, Any]]
    test: dict[str, str]
    where: Path
    note: str = ""
    stored: bool = True

    def table(self) -> DataFrame:
        """Give the counts of each lesson as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.lessons)

    def _lines(self) -> list[str]:
        if not self.lessons:
            return [EMPTY, *([self.note] if self.note else [])]
        scores = [f"Course test {sitting} the course: {score}." for sitting, score in self.test.items()]
        if "before" in self.test and "after" not in self.test:
            names = ", ".join(f'"{name}"' for name in bank.exercises() if is_test_item(name))
            scores.append(
                "What was right is told once you have taken it again, after the last lesson, with: "
                f'ask({names}, sitting="after").'
            )
        kept = f"Kept in {self.where}. Delete that file to start afresh; nothing else stores your progress."
        if not self.stored:
            kept = f"{self.where} cannot be written: this is remembered only until you close the notebook."
        return [*scores, kept, *([self.note] if self.note else [])]

    def __repr__(self) -> str:
        head = [self.table().to_string(index=False)] if self.lessons else []
        return "\n".join([*head, *self._lines()])

    def _repr_html_(self) -> str:
        from html import escape

        from cstolib.html import html_table

        if self.lessons:
            return html_table(self.table(), "Your progress", "\n\n".join(self._lines()))
        return "".join(f"<p>{escape(line)}</p>" for line in self._lines())


def progress() -> Progress:
    """Show what you have attempted and what was right, by lesson.

    Returns
    -------
    Progress
        A table: exercises with an automatic check, how many were attempted, were right or partly right at
        their best, and predictions saved; the scores of the course test, once it has been taken after the
        course as well; where the record is kept and how to delete it.
    """
    log = read()
    answered = judged(log.entries)
    predicted = {entry["id"] for entry in log.entries if entry["event"] == "predict"}
    tests = {sitting: judged(log.entries, sitting) for sitting in ("before", "after")}
    if not (answered or predicted or any(tests.values())):
        return Progress([], {}, path(), log.note)
    best = {
        name: max((entry["status"] for entry in tries), key=JUDGED.index) for name, tries in answered.items()
    }
    every = bank.exercises()
    lessons = {exercise.lesson for name, exercise in every.items() if not is_test_item(name)}
    rows = [_lesson(lesson, best, predicted) for lesson in sorted(lessons)]
    scores = {sitting: _score(tried, told=bool(tests["after"])) for sitting, tried in tests.items() if tried}
    return Progress(rows, scores, path(), log.note, is_written())


def _score(tried: dict[str, list[dict[str, Any]]], *, told: bool) -> str:
    """Count the answers to the course test; how many were right only when that may be told."""
    items = sum(map(is_test_item, bank.exercises()))
    right = sum(first[0]["status"] == "right" for first in tried.values())
    return f"{right} of {items} right" if told else f"{len(tried)} of {items} answered"


def is_test_item(exercise: str) -> bool:
    """Say whether an exercise belongs to the course test.

    Examples
    --------
    >>> is_test_item("t01"), is_test_item("l01-e1")
    (True, False)
    """
    return exercise[:1] == "t" and exercise[1:].isdigit()


def _lesson(lesson: str, best: dict[str, str], predicted: set[str]) -> dict[str, Any]:
    here = {name: exercise for name, exercise in bank.exercises(lesson).items() if not is_test_item(name)}
    checked = [name for name, exercise in here.items() if exercise.kind in KINDS]
    statuses = [best[name] for name in checked if name in best]
    return {
        "Lesson": lesson,
        "Exercises": len(checked),
        "Attempted": len(statuses),
        "Right": statuses.count("right"),
        "Partly right": statuses.count("partly"),
        "Predictions saved": sum(name in predicted for name in here),
    }
