"""Grade one submission: a pure function of its bytes and the key.

The learner's cells run in a jail that knows no right answer; what comes out is judged here.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cstolib import bank
from cstolib.answers import BLANK_TEXT, KINDS
from cstolib.bank import Exercise, Key
from cstolib.errors import CstolibError
from cstolib.grading.notebook import UnreadableError, read
from cstolib.grading.run import Limits, Run, clean, run
from cstolib.grading.scores import CELL_FAILED
from cstolib.grading.variants import draw, name_of
from cstolib.judging import judge

NOTES = {
    "timed-out": "The notebook ran too long and was stopped; what it had answered by then counts.",
    "crashed": "The kernel ended before the notebook did; what was answered by then counts.",
    "not-attempted": "No question was answered.",
}
LONGEST_WRITTEN = 50_000
FORMAT = 1  # of the key
Result = dict[str, Any]


def read_key(path: Path) -> tuple[dict[str, Any], str]:
    """Read a teacher's key, and give its fingerprint with it.

    Parameters
    ----------
    path : pathlib.Path
        The file ``NAME.key.json``.

    Returns
    -------
    tuple of dict and str

    Raises
    ------
    CstolibError
        When it is no key, or one of another version.
    """
    try:
        content = path.read_bytes()
        key = json.loads(content)
        if key["format"] == FORMAT and key["questions"]:
            return key, hashlib.sha256(content).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise CstolibError(
        f"{path} is not a key of this version. A key is the file NAME.key.json that cstolib assign wrote "
        "into the folder teacher."
    )


def grade(
    content: bytes,
    key: Mapping[str, Any],
    *,
    learner: str = "",
    limits: Limits | None = None,
    isolated: bool = True,
) -> Result:
    """Grade a submission.

    Parameters
    ----------
    content : bytes
        The file as it was handed in.
    key : mapping
        The teacher's key, as :func:`cstolib.grading.assign.assign` writes it.
    learner : str, optional
        Who handed it in, from the roster: decides which variant is right.
    limits : Limits, optional
        How long it may take.
    isolated : bool, optional
        ``False`` runs the learner's code without any protection.

    Returns
    -------
    dict
        ``status`` (graded, not-attempted, unreadable, too-large, timed-out, crashed), ``note``, ``seconds``
        and ``questions``: for each id its ``status``, ``share``, ``points``, ``possible``, ``message``,
        ``misconception``, ``given`` and ``written``. Fit for JSON; the same for the same arguments, but for
        the seconds.

    Raises
    ------
    CstolibError
        When the code cannot be isolated here; nothing has been run then.
    """
    begun = time.perf_counter()
    questions: dict[str, Any] = key["questions"]
    try:
        handed_in = read(content, key.get("given", ()))
    except UnreadableError as error:
        return ungraded(key, error.status, str(error))
    asked = {
        name: {**{field: question[field] for field in ("kind", "variable", "expression")}, "wrong": []}
        for name, question in questions.items()
        if question["kind"] in KINDS
    }
    files = {key["public_name"]: json.dumps({**key["public"], "learner": learner})}
    there = {text.strip() for text in handed_in.code}
    gone = [text for text in key.get("given_code", ()) if text not in there]  # deleted or changed
    done = run([*gone, *handed_in.code], asked, files=files, limits=limits, isolated=isolated)
    judged = {
        name: _written(question, handed_in.written.get(name, ""))
        if question["kind"] == "written"
        else _judged(name, question, key, learner, done)
        for name, question in questions.items()
    }
    blank = all(each["status"] == "not attempted" for each in judged.values())
    status = done.ended or ("not-attempted" if blank else "graded")
    seconds = round(time.perf_counter() - begun, 3)
    return {"status": status, "note": NOTES.get(status, ""), "seconds": seconds, "questions": judged}


def ungraded(key: Mapping[str, Any], status: str, note: str) -> Result:
    """Write the result of a submission from which nothing could be read."""
    rows = {
        name: _row("not attempted", 0.0, float(question["points"]), "")
        for name, question in key["questions"].items()
    }
    return {"status": status, "note": note, "seconds": 0.0, "questions": rows}


def _judged(
    name: str, question: Mapping[str, Any], key: Mapping[str, Any], learner: str, done: Run
) -> dict[str, Any]:
    possible, read = float(question["points"]), done.answers.get(name, {})
    if "error" in read:
        message = f"This answer cannot be read. {read['error']}"
        return _row("unreadable", 0.0, possible, message)
    variants = key["answers"]
    own = name_of(draw(key["variants"], learner))
    exercise = bank.exercise_from(name, "", {**_UNUSED, **{field: question[field] for field in _PUBLIC}})
    try:
        verdict = judge(exercise, _opened(question, variants[own][name]), read.get("value"))
    except (CstolibError, RecursionError, ValueError, TypeError, KeyError, AttributeError):
        return _row("unreadable", 0.0, possible, "This answer cannot be read.")
    status = verdict.status if verdict.readable else "unreadable"
    row = _row(status, verdict.share, possible, clean(verdict.message), verdict.misconception)
    if status == "not attempted" and name in done.errors:
        row |= {"message": f"{CELL_FAILED}{done.errors[name]}"}
    unforeseen = status in ("wrong", "partly") and not row["misconception"]
    if unforeseen and _is_right_elsewhere(exercise, name, question, variants, own, read["value"]):
        row |= {"misconception": "answer-of-another-variant"}
    return {**row, "given": clean(verdict.given)}


def _opened(question: Mapping[str, Any], answers: Mapping[str, Any]) -> Key:
    wrong = tuple(
        {**said, "answer": value}
        for said, value in zip(question["wrong_answers"], answers["wrong"], strict=True)
        if value is not None
    )
    return Key(answers["answer"], question["explanation"], question["partly"], wrong_answers=wrong)


def _is_right_elsewhere(
    exercise: Exercise,
    name: str,
    question: Mapping[str, Any],
    variants: Mapping[str, Any],
    own: str,
    given: Any,
) -> bool:
    """Say whether a wrong answer is the right one of somebody else's variant."""
    return any(
        judge(exercise, _opened(question, answers[name]), given).status == "right"
        for variant, answers in variants.items()
        if variant != own
    )


def _written(question: Mapping[str, Any], text: str) -> dict[str, Any]:
    possible = float(question["points"])
    text = text.replace(BLANK_TEXT, "").strip()[:LONGEST_WRITTEN]
    if not text:
        return _row("not attempted", 0.0, possible, "")
    return {**_row("to mark", None, possible, ""), "written": text}


def _row(
    status: str, share: float | None, possible: float, message: str, misconception: str = ""
) -> dict[str, Any]:
    points = None if share is None else round(share * possible, 4)
    return {
        "status": status,
        "share": share,
        "points": points,
        "possible": possible,
        "message": message,
        "misconception": misconception,
        "given": "",
        "written": "",
    }


_PUBLIC = ("kind", "title", "prompt", "points", "tolerance", "options")
_UNUSED: dict[str, Any] = {"minutes": 1, "digest": "", "sealed": ""}
