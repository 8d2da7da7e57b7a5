"""Whose work is whose: the roster, and the files as Canvas, Moodle or Blackboard deliver them.

Identity comes from what the learning management system wrote into the name of a file or folder, never from
what a learner could have written: neither the notebook nor the learner's own part of the name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cstolib.errors import CstolibError, brief
from cstolib.grading.roster import alike, plain
from cstolib.grading.unpack import members

_WHEN = r"\d{4}(?:-\d\d){5}"
_NAMES = {
    "canvas": re.compile(r"[^_/]+_(?P<late>LATE_)?(?P<who>\d+)_(?P<order>\d+)_[^/]*"),
    "moodle": re.compile(r"(?P<who>[^/]+?)_(?P<number>\d+)_assignsubmission_[^/]*(?:/.*)?", re.DOTALL),
    "blackboard": re.compile(rf"(?P<who>[^/]+?)_attempt_(?P<when>{_WHEN})[_.][^/]*"),
}
_RECEIPT = re.compile(rf"[^/]+?_attempt_{_WHEN}\.txt")  # Blackboard's own, beside each file
_UNFIT = re.compile(r"[&<>\"`|':\\/\x00-\x1f]")  # what Moodle leaves out of names of files
_NOBODY, _FAULTY = "Tied to no learner, and not graded", "Cannot be read"
_FIELDS = {"canvas": "canvas_id", "moodle": "name", "blackboard": "blackboard_username", "plain": "learner"}


@dataclass(frozen=True)
class Submission:
    """One file that was handed in; ``problem`` says in words why it cannot be tied or read."""

    learner: str | None
    file: str
    content: bytes
    received: str | None = None
    attempt: int = 1
    problem: str = ""
    late: bool = False


@dataclass
class Report:
    """What was collected, told before anything is graded."""

    added: int = 0
    already: int = 0
    unmatched: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def note(self, learner: str, attempts: int | None, late: float | None, file: str | None) -> None:
        """Take in how many attempts there are, which file counts, and by how many minutes it is late."""
        if not attempts:
            self.missing.append(learner)
        elif attempts > 1:
            self.several.append(f"{learner} ({attempts}: {file} counts)")
        if late is not None:
            self.late.append(f"{learner} ({_minutes(late) if late else 'by an unknown time'})")

    def __str__(self) -> str:
        parts = {
            _NOBODY: self.unmatched,
            _FAULTY: self.problems,
            "Several attempts, of which the latest counts": self.several,
            "Late": self.late,
            "Marked late by the system, with extra time in the roster, and not counted as late": self.extra,
            "Nothing handed in": self.missing,
        }
        lines = [f"{self.added} new, {self.already} already in the gradebook."]
        for name, items in parts.items():
            if name in (_NOBODY, _FAULTY) and len(items) > 1:  # each has its reason, and can be long
                lines += [f"{name}:", *(f"  {item}" for item in items)]
            elif items:
                lines.append(f"{name}: {'; '.join(items)}.")
        if self.unmatched:
            lines.append("To tie a file to somebody, mend the roster and give the command again.")
        return "\n".join(lines)


def _minutes(late: float) -> str:
    """Write a time in whole minutes, of which the last has begun.

    Examples
    --------
    >>> _minutes(0.2), _minutes(60)
    ('1 minute', '60 minutes')
    """
    whole = math.ceil(late)
    return f"{whole} minute{'' if whole == 1 else 's'}"


def collect(source: Path | str, roster: Iterable[dict[str, Any]] = ()) -> list[Submission]:
    """Read what was handed in: a folder, an archive (zip, tar, tar.gz) or one notebook.

    Nothing is written to the disk, links are not followed, and what cannot be taken is told file by file.

    Parameters
    ----------
    source : path
        What the learning management system delivered, or one file or folder per learner.
    roster : iterable of dict, optional
        The learners; without it a learner is called as the files call them.

    Returns
    -------
    list of Submission
        In the order in which they were made, as far as that is known.
    """
    learners = list(roster)
    files = [file for file in members(Path(source)) if not _RECEIPT.fullmatch(file[0])]
    cut = _wrapping([name for name, _, _ in files], learners) if Path(source).is_file() else 0
    found = [_tied(name[cut:], content, problem, learners) for name, content, problem in files]
    if not found:
        raise CstolibError(f"{str(source)!r} holds no files. Give the folder or archive of submissions.")
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]


def _wrapping(names: list[str], learners: list[dict[str, Any]]) -> int:
    """Measure the one folder around everything in an archive, if there is one and it is nobody's own."""
    tops = {name.partition("/")[0] if "/" in name else "" for name in names}
    top = tops.pop() if len(tops) == 1 and len(names) > 1 else ""
    owned = _NAMES["moodle"].fullmatch(top) or alike(top) in [alike(each["learner"]) for each in learners]
    return len(top) + 1 if top and not owned else 0


def _tied(file: str, content: bytes, problem: str, learners: list[dict[str, Any]]) -> tuple[Any, Submission]:
    """Tie one file to its learner; what comes first is what it is sorted by."""
    form, told = next(
        ((form, match.groupdict()) for form, name in _NAMES.items() if (match := name.fullmatch(file))),
        ("plain", {"who": file.partition("/")[0] if "/" in file else re.sub(r"(?i)\.ipynb$", "", file)}),
    )
    who = told["who"]
    fits = _fitting(form, who, told.get("number", ""), learners)
    learner = fits[0]["learner"] if len(fits) == 1 else None
    if not learners:
        learner = plain(who)
    elif not learner and not problem:
        nobody = f"the roster has no {_FIELDS[form]} {brief(who)}"
        problem = _several(form, who, told.get("number", ""), fits) if fits else nobody
    problem = problem or _fault(content)
    received = None
    with suppress(KeyError, ValueError):
        received = datetime.strptime(told["when"], "%Y-%m-%d-%H-%M-%S").isoformat()
    order = (received or "", int(told.get("order", 0)), file)
    return order, Submission(learner, file, content, received, 1, problem, bool(told.get("late")))


def _several(form: str, who: str, number: str, fits: list[dict[str, Any]]) -> str:
    reason = f"{brief(who)} fits {', '.join(each['learner'] for each in fits)}"
    tell = f"; write 'Participant {number}' as the moodle_id of the one whose it is"
    return reason + (tell if form == "moodle" else "")


def _fault(content: bytes) -> str:
    """Say why a file is no notebook, so that an earlier one counts and nobody waits until the grading."""
    from cstolib.grading.notebook import UnreadableError, read  # needs what marking and exporting do not

    try:
        read(content)
    except UnreadableError as error:
        return str(error).rstrip(".")
    return ""


def _fitting(form: str, who: str, number: str, learners: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Find the learners that a name fits: all of them, so that nobody has to guess."""
    if form == "moodle":
        return _fitting_moodle(who, number, learners)
    fits = []
    for each in learners:
        name = alike(each.get(_FIELDS[form], ""))
        # Blackboard writes Assignment_username, and either part may hold the sign between them.
        tail = form == "blackboard" and alike(who).endswith(f"_{name}")
        if name and (tail or alike(who) == name):
            fits.append(each)
    return fits


def _fitting_moodle(who: str, number: str, learners: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Match by the full name as Moodle writes it; then by its worksheet's number, not the user's id."""
    written = alike(who)
    names = [(alike(_UNFIT.sub("", each.get("name", "").replace("_", " "))), each) for each in learners]
    named = [each for name, each in names if name == written]
    named = named or [
        each for name, each in names if name and written.endswith(f"-{name}")
    ]  # after the group
    if len(named) == 1:
        return named
    hidden = written.endswith(("participant", f"participant {number}"))
    exact = []
    for each in named or learners:
        told = alike(each.get("moodle_id", ""))
        # A bare number might be the id of a user, another person: it only decides between namesakes.
        if told == f"participant {number}" or (told == number and (named or hidden)):
            exact.append(each)
    return exact or named
