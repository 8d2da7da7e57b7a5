"""Grades into the file that Canvas, Moodle or Blackboard exported: one column, and not a byte besides."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cstolib.errors import CstolibError, unknown
from cstolib.grading.cells import Table, harmless, replace
from cstolib.grading.page import number
from cstolib.grading.roster import alike
from cstolib.grading.scores import Score


@dataclass(frozen=True)
class Format:
    """What one system's file looks like: its columns of ids, and the names of columns that take grades."""

    ids: dict[str, str]  # header -> column of the roster
    grades: re.Pattern[str]  # groups: name, and where the header tells them id and most
    maximum: str = ""  # header of the column that holds the most points
    locked: str = ""  # header of the column that says No where a grade must not change


FORMATS = {
    "canvas": Format(
        {"id": "canvas_id", "sis user id": "sis_user_id", "sis login id": "sis_login_id"},
        re.compile(r"(?P<name>.*) \((?P<id>\d+)\)"),
    ),
    "moodle": Format(
        {"identifier": "moodle_id", "email address": "email", "id number": "idnumber", "username": "learner"},
        re.compile(r"(?:[^:]*: *)?(?P<name>.*?)(?: \(Real\))?", re.IGNORECASE),
        maximum="maximum grade",
        locked="grade can be changed",
    ),
    "blackboard": Format(
        {"username": "blackboard_username", "student id": "idnumber"},
        re.compile(
            r"(?P<name>.*?) \[Total Pts: (?P<most>[\d.,]+)[^\]]*\](?: *\|(?P<id>\w+))?", re.IGNORECASE
        ),
    ),
}


TEST = ("student, test", "test student")  # Canvas adds this one to every course


@dataclass
class Told:
    """What an export did, and what it left."""

    column: str = ""
    written: int = 0
    unit: str = "grades"
    held_back: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    without_row: list[str] = field(default_factory=list)
    without_learner: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        parts = {
            **{f"Totals not written, because {reason}": names for reason, names in self.held_back.items()},
            "Left as it was, because nothing was handed in": self.missing,
            "Learners without a row in the file": self.without_row,
            "Rows of the file without a learner here": self.without_learner,
        }
        lines = [f"{self.written} {self.unit} written into {self.column!r}."]
        if self.held_back:
            lines.append("--all writes those too that are held back, as they stand.")
        return "\n".join(lines + [f"{name}: {'; '.join(items)}." for name, items in parts.items() if items])


def fill(
    lms: str,
    path: Path,
    scores: Sequence[Score],
    titles: Sequence[str],
    *,
    column: str | None = None,
    everything: bool = False,
    scale: bool = False,
) -> Told:
    """Write the totals into the one column of the file that fits, and replace the file by the filled one.

    Parameters
    ----------
    lms : {"canvas", "moodle", "blackboard"}
        Which system exported the file.
    path : Path
        The file.
    scores : sequence of Score
        Whose totals are written.
    titles : sequence of str
        How the column may be called: the title and the name of the assignment.
    column : str, optional
        The column, by its header, its name or its id, where the titles do not decide.
    everything : bool
        Also write what a person should look at first: crashed, unreadable or not all marked (as it stands).
    scale : bool
        Where the system counts to another number of points, convert; otherwise that is refused.

    Returns
    -------
    Told
    """
    try:
        table = Table.read(path.read_bytes())
    except FileNotFoundError:
        raise CstolibError(
            f"There is no file {str(path)!r}. Export the grades from {lms} first, and give that file."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise CstolibError(f"{str(path)!r} cannot be read as the file that {lms} exports: {why}.") from None
    form = FORMATS[lms]
    heads = [table.value(0, at) for at in range(len(table.rows[0]))]
    owners = _owners(table, form, heads, scores)
    at = _column(form, heads, titles, column)
    above = [table.value(row, at) for row in range(1, len(table.rows)) if row not in owners]
    if any("read only" in alike(text) for text in above):
        raise CstolibError(f"{heads[at]!r} is calculated by the system itself. Choose another with --column.")
    told = Told(heads[at])
    comma = table.decimal_comma()
    there = set()
    for row, owner in owners.items():
        if owner is None:
            if alike(table.value(row, 0)) not in TEST:
                told.without_learner.append(table.value(row, 0))
            continue
        name = owner.learner["learner"]
        there.add(name)
        extra = {alike(head): table.value(row, place) for place, head in enumerate(heads)}
        points, doubt = _final(owner, everything)
        holds = table.value(row, at)
        if alike(extra.get(form.locked, "")) == "no":
            told.held_back.setdefault("locked by the system", []).append(name)
        elif doubt:
            there_is = f" (the file holds {holds})" if holds not in ("", "-") else ""
            told.held_back.setdefault(doubt, []).append(name + there_is)
        elif points is not None:
            most = _most(form, heads[at], [extra.get(form.maximum, ""), *above])
            if most and most != owner.possible and not scale:
                differ = f"{heads[at]!r} counts to {most:g} points and the assignment to {owner.possible:g}"
                raise CstolibError(f"{differ}: change it there, or convert the points with --scale.")
            if at >= len(table.rows[row]):
                raise CstolibError(f"Row {row + 1} of {str(path)!r} is too short. Export the file again.")
            factor = most / owner.possible if most and owner.possible else 1
            value = number(points * factor)
            table.set(row, at, value.replace(".", ",") if comma else value)
            told.written += 1
        else:
            told.missing.append(name)
    told.without_row = [each.learner["learner"] for each in scores if each.learner["learner"] not in there]
    replace(path, table.write())
    return told


def _final(score: Score, everything: bool) -> tuple[float | None, str]:
    """Give the points that go out, and why there are none."""
    points = score.so_far if everything else score.total
    doubt = "" if everything and points is not None else score.doubt
    return (None if doubt else points), doubt


def _column(form: Format, heads: list[str], titles: Sequence[str], column: str | None) -> int:
    wanted = {alike(column)} if column else {alike(title) for title in titles if title}
    if not column and "identifier" in map(alike, heads):  # Moodle's worksheet is for one assignment
        wanted = {"grade"}
    fits = []
    for at, head in enumerate(heads):
        match = form.grades.fullmatch(head)
        names = [head, *(match.groupdict().values() if match else ())]
        if alike(head) not in form.ids and wanted & {alike(name) for name in names if name}:
            fits.append(at)
    if len(fits) == 1:
        return fits[0]
    allowed = [heads[at] for at in fits] or [head for head in heads if form.grades.fullmatch(head)] or heads
    if not fits:
        raise CstolibError(f"{unknown('grade column', column or titles[0], allowed)} Choose with --column.")
    raise CstolibError(f"Several columns fit: {', '.join(allowed)}. Choose with --column.")


def _owners(table: Table, form: Format, heads: list[str], scores: Sequence[Score]) -> dict[int, Score | None]:
    """Say for every row with an id whose it is."""
    ids = [(at, form.ids[alike(head)]) for at, head in enumerate(heads) if alike(head) in form.ids]
    if not ids:
        allowed = " or ".join(map(repr, form.ids))
        raise CstolibError(f"The file has no column {allowed}. Give the file as it was exported, in English.")
    if not any(each.learner.get(name) for each in scores for _, name in ids):
        ids = [(at, "learner") for at, _ in ids]  # the roster holds no ids of this system
    people = {(name, alike(each.learner.get(name) or "")): each for each in scores for _, name in ids}
    owners: dict[int, Score | None] = {}
    first: dict[str, int] = {}
    for row in range(1, len(table.rows)):
        given = [(name, alike(table.value(row, at))) for at, name in ids if table.value(row, at)]
        if not given:
            continue
        found = {people[each].learner["learner"]: people[each] for each in given if each in people}
        owners[row] = next(iter(found.values()), None)
        if len(found) > 1 or any(first.setdefault(name, row) != row for name in found):
            raise CstolibError(f"Row {row + 1} of the file fits more than once: {', '.join(found)}.")
    return owners


def _most(form: Format, head: str, told: Iterable[str]) -> float | None:
    """Find to how many points the system counts: in the header, or in a cell that says so."""
    match = form.grades.fullmatch(head)
    texts = [match.groupdict().get("most") or "" if match else "", *told]
    return next((number for number in map(_number, texts) if number), None)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def tidy(assignment: str, scores: Iterable[Score], *, everything: bool = False) -> str:
    """Write one row for every learner and question, as CSV; no cell is read as a formula.

    Parameters
    ----------
    assignment : str
        Its name.
    scores : iterable of Score
        Those of the assignment.
    everything : bool
        Also write the totals that are held back, as they stand; otherwise these cells are empty.

    Returns
    -------
    str
    """
    fixed = "learner name section group status attempts late_minutes total possible".split()
    per = "status points possible".split()
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["assignment", *fixed, "question", *(f"question_{name}" for name in per)])
    for each in scores:
        about: dict[str, Any] = {**each.learner, **{name: getattr(each, name) for name in fixed[4:]}}
        about["total"], _ = _final(each, everything)
        about["late_minutes"] = "unknown" if each.late_minutes == 0 else each.late_minutes
        for question, answer in each.answers.items() or [("", {})]:
            cells = [assignment, *(about.get(name) for name in fixed), question]
            cells += [answer.get(name) for name in per]
            writer.writerow(
                [number(cell, 4) if isinstance(cell, float) else harmless(cell) for cell in cells]
            )
    return file.getvalue()


def write_tidy(path: Path, assignment: str, scores: Sequence[Score], *, everything: bool = False) -> Told:
    """Write what :func:`tidy` gives into a file of its own, and say which totals are not in it."""
    replace(path, tidy(assignment, scores, everything=everything).encode("utf-8-sig"))
    told = Told(str(path), sum(len(each.answers) or 1 for each in scores), "rows")
    for each in scores:
        _, doubt = _final(each, everything)
        if doubt:
            told.held_back.setdefault(doubt, []).append(each.learner["learner"])
    return told
