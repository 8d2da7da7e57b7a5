"""From judged answers and marks to points: the two rules of it, in one place, pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cstolib.errors import CstolibError, brief

WHOLE = {"Answer as a whole": ["Fully met.", "Mostly met.", "Partly met.", "Not met."]}
NOT_READ = ("unreadable", "too-large")
INCOMPLETE = (*NOT_READ, "timed-out", "crashed")
CELL_FAILED = "The cell with the answer ended in an error: "  # how a message begins, before the error


@dataclass(frozen=True)
class Score:
    """Where one learner stands in one assignment.

    ``status`` is that of the submission that counts, ``missing`` without one, ``collected`` before grading.
    ``total`` is ``None`` as long as nothing was graded or an answer waits to be marked.
    """

    learner: dict[str, Any]
    submission: int | None
    status: str
    note: str
    attempts: int
    late_minutes: float | None
    answers: dict[str, dict[str, Any]]
    total: float | None
    possible: float

    @property
    def earned(self) -> float:
        """The points of the answers, before any rule for late work."""
        return sum(each["points"] or 0 for each in self.answers.values())

    @property
    def so_far(self) -> float | None:
        """The points there are, where not everything is marked yet."""
        return self.earned if self.total is None and self.answers else self.total

    @property
    def doubt(self) -> str:
        """Why a person should look before this score goes out; empty if nothing speaks against it."""
        if self.status in INCOMPLETE:
            return self.status
        if self.status == "collected":
            return "not graded yet"
        if any(each["changed"] for each in self.answers.values()):
            return "marked before the text changed"
        return "" if self.total is not None or self.status == "missing" else "not all marked yet"


def criteria(question: Mapping[str, Any]) -> dict[str, list[str]]:
    """Give the rubric of a written question: criterion -> four levels, the best first."""
    return question.get("rubric") or WHOLE


def written_points(question: Mapping[str, Any], levels: Mapping[str, int | None]) -> float | None:
    """Points of a written answer: the mean over the criteria of (level - 1) / 3, times what is possible.

    Examples
    --------
    >>> written_points({"points": 6, "rubric": {"claim": [], "evidence": []}}, {"claim": 4, "evidence": 2})
    4.0
    >>> written_points({"points": 6, "rubric": {"claim": [], "evidence": []}}, {"claim": 4}) is None
    True
    """
    given = [levels.get(criterion) for criterion in criteria(question)]
    chosen = [level for level in given if level is not None]
    if len(chosen) < len(given):
        return None
    return round(float(question["points"]) * sum(level - 1 for level in chosen) / (3 * len(chosen)), 4)


def after_lateness(total: float, late_minutes: float | None, rule: str = "flag") -> float:
    """Apply the one setting for late work: ``flag``, ``zero``, or ``percent-per-day=N`` of the points.

    A day that has begun counts as a day; so does lateness whose length is not known.

    Examples
    --------
    >>> [after_lateness(10, 61, rule) for rule in ("flag", "zero", "percent-per-day=10")]
    [10, 0.0, 9.0]
    """
    name, _, number = rule.partition("=")
    percent = int(number) if name == "percent-per-day" and number.isdecimal() else -1
    if rule not in ("flag", "zero") and not 0 <= percent <= 100:
        allowed = "flag, zero or percent-per-day=N with N from 0 to 100"
        raise CstolibError(f"There is no rule for late work {brief(rule)}. Allowed: {allowed}.")
    if late_minutes is None or rule == "flag":
        return total
    if rule == "zero":
        return 0.0
    days = max(1, math.ceil(late_minutes / (24 * 60)))
    return round(max(0.0, total * (1 - days * percent / 100)), 4)


def score(
    learner: dict[str, Any],
    submission: Mapping[str, Any] | None,
    answers: Mapping[str, dict[str, Any]],
    questions: Mapping[str, Mapping[str, Any]],
    late: str = "flag",
) -> Score:
    """Put together a learner's score from the submission that counts and its answers, marks included."""
    possible = float(sum(question["points"] for question in questions.values()))
    status = "missing" if submission is None else submission["status"] or "collected"
    if submission is None or status == "collected":
        attempts = submission["attempts"] if submission else 0
        return Score(learner, None, status, "", attempts, None, {}, None, possible)
    judged = {name: _answer(answers.get(name), question) for name, question in questions.items()}
    points = [answer["points"] for answer in judged.values()]
    total = (
        None if None in points else after_lateness(round(sum(points), 4), submission["late_minutes"], late)
    )
    return Score(
        learner=learner,
        submission=submission["id"],
        status=status,
        note=submission["note"],
        attempts=submission["attempts"],
        late_minutes=submission["late_minutes"],
        answers=judged,
        total=total,
        possible=possible,
    )


def _answer(answer: dict[str, Any] | None, question: Mapping[str, Any]) -> dict[str, Any]:
    if answer is None:
        return _NONE | {"possible": question["points"]}
    if answer["status"] != "to mark":
        return answer
    points = written_points(question, answer["levels"])
    return answer if points is None else answer | {"status": "marked", "points": points}


_NONE: dict[str, Any] = {
    "status": "not attempted",
    "share": 0.0,
    "points": 0.0,
    "message": "",
    "misconception": "",
    "given": "",
    "written": "",
    "changed": 0,
    "levels": {},
    "comment": "",
}
