"""What goes back: one page per learner, that shows the verdicts and runs nothing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cstolib.errors import CstolibError
from cstolib.grading.cells import replace
from cstolib.grading.page import block, clean, document, name, number, text
from cstolib.grading.scores import CELL_FAILED, INCOMPLETE, NOT_READ, Score, criteria
from cstolib.grading.variants import draw
from cstolib.messages import inline

WORDS = {
    "right": "\u2713 Right",
    "partly": "\u25d0 Partly right",
    "wrong": "\u2717 Not right",
    "not attempted": "\u25cb Not attempted",
    "unreadable": "\u2717 The answer could not be read",
    "to mark": "\u2022 Not marked yet",
    "marked": "\u2022 Marked",
}
STOPPED = {
    "unreadable": "The file could not be read. Ask your teacher how to hand in the notebook (.ipynb).",
    "too-large": "The file was too large. Ask your teacher how to hand in the notebook (.ipynb).",
    "timed-out": "Running the notebook took too long; what had been answered until then counts.",
    "crashed": "The notebook stopped before its end; what had been answered until then counts.",
    "not-attempted": "No question was answered.",
}

NO_ANSWER = (
    "When your notebook was run from its first cell to its last, this question had no answer: it was left "
    "blank, or its cell ended in an error or did not end."
)
NO_TEXT = "No text was found in the cell for this answer."


def write_feedback(to: Path, assignment: Mapping[str, Any], scores: Iterable[Score]) -> list[Path]:
    """Write a page for everybody whose work was graded.

    Parameters
    ----------
    to : Path
        A folder; it is made if need be. Pages of the same learners are replaced.
    assignment : mapping
        See :meth:`cstolib.grading.gradebook.Gradebook.assignment`.
    scores : iterable of Score
        See :meth:`cstolib.grading.gradebook.Gradebook.scores`.

    Returns
    -------
    list of Path
    """
    try:
        to.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CstolibError(f"The folder {str(to)!r} cannot be made: {error.strerror}.") from None
    paths = []
    for score in scores:
        if score.status not in ("missing", "collected"):
            paths.append(to / file_name(str(score.learner["learner"]), str(assignment["assignment"])))
            replace(paths[-1], feedback_page(assignment, score).encode())
    return paths


def file_name(learner: str, assignment: str) -> str:
    """Name a learner's page; ids that only differ in what a file name cannot hold stay apart.

    Examples
    --------
    >>> file_name("ana", "hw1"), file_name("../ana", "hw1")
    ('ana-hw1.html', 'ana-b70672d7-hw1.html')
    """
    plain = re.sub(r"[^A-Za-z0-9@._-]+", "-", learner)[:80].strip("-.") or "learner"
    apart = "" if plain == learner else f"-{hashlib.sha256(learner.encode()).hexdigest()[:8]}"
    return f"{plain}{apart}-{re.sub(r'[^A-Za-z0-9_-]+', '-', assignment)}.html"


def feedback_page(assignment: Mapping[str, Any], score: Score) -> str:
    """Write the page of one learner."""
    title = assignment["title"] or assignment["assignment"]
    parts = [
        f"<h1>{text(title)}</h1>",
        f"<p>{name(score.learner.get('name') or score.learner['learner'])}</p>",
    ]
    if score.status in INCOMPLETE:
        total = f"{number(score.so_far)} points so far</strong>, not final: ask your teacher. Possible:"
    elif score.total is None:
        total = "Not everything is marked yet.</strong> Possible points:"
    else:
        total = f"{number(score.total)} points</strong> of"
    parts.append(f"<p><strong>{total} {number(score.possible)}</p>")
    if score.late_minutes is not None:
        parts.append(f"<p>Handed in late.{_lost(score)}</p>")
    if score.attempts > 1 and score.status not in NOT_READ:
        attempts = f"You handed in {score.attempts} attempts."
        parts.append(f"<p>{attempts} The latest that could be read was graded.</p>")
    if score.status in STOPPED:
        why = _reason(score.note) if score.status in NOT_READ else ""
        parts.append(f"<p>{STOPPED[score.status]} {text(why)}</p>")
    if mine := draw(assignment["variants"], str(score.learner["learner"])):
        told = ", ".join(f"{each} = {value!r}" for each, value in mine.items())
        parts.append(f"<p>Your own parameters, with which this was graded:</p>{block(told)}")
    for question, asked in assignment["questions"].items():
        shown = question in score.answers and score.status not in NOT_READ
        if shown and asked["kind"] != "prediction":
            parts.append(_answer(question, asked, score.answers[question]))
    return document(f"{title}: feedback", "\n".join(parts))


def _lost(score: Score) -> str:
    """Tell what the rule for late work took away, where it did."""
    before = number(score.earned)
    if score.total is None or number(score.total) == before:
        return ""
    return f" The answers earned {before} points; the rule for late work leaves {number(score.total)}."


def _reason(note: str) -> str:
    """Make a sentence of a note that is none, such as "an empty file"."""
    return note if not note or note.endswith(".") else f"The reason is: {note}."


def _answer(question: str, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> str:
    possible = number(asked["points"])
    points = f"{number(answer['points'])} of {possible} point{'' if possible == '1' else 's'}"
    message, error = answer["message"] or "", ""
    if message.startswith(CELL_FAILED):
        message, error = CELL_FAILED.strip(), message.removeprefix(CELL_FAILED).rstrip(": ")
    elif answer["status"] == "not attempted":
        message = NO_TEXT if asked["kind"] == "written" else NO_ANSWER
    parts = [
        f"<h2>{text(asked.get('title') or question)}</h2>",
        f"<p><strong>{WORDS.get(answer['status'], '')}</strong> \u00b7 {points}</p>",
    ]
    if answer["given"]:
        parts.append(f"<p>Your answer:</p>{block(answer['given'])}")
    if message:
        parts.append(f'<p dir="auto">{inline(clean(message))}</p>')
    if error:
        parts.append(block(error))
    if answer["written"]:
        parts.append(f"<p>Your text:</p>{block(answer['written'])}")
    if answer["status"] == "marked":
        for criterion, levels in criteria(asked).items():
            level = answer["levels"][criterion]
            parts.append(
                f"<p><strong>{text(criterion)}</strong>: {level} of 4. {text(levels[4 - level])}</p>"
            )
        if answer["comment"]:
            parts.append(f"<p>Comment:</p>{block(answer['comment'])}")
    return f"<section>{''.join(parts)}</section>"
