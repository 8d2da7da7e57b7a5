"""Judge an answer and say why: pure functions, the same for the live check and for the grader."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from cstolib.answers import AnswerError, Verdict, compare, normalise
from cstolib.errors import brief
from cstolib.messages import Feedback

if TYPE_CHECKING:
    from cstolib.bank import Exercise, Key

LONGEST = 100  # characters of an answer that are shown with its verdict


def judge(exercise: Exercise, key: Key, answer: object) -> Feedback:
    """Judge an answer without storing anything: a pure function of its arguments."""
    kind = exercise.kind
    if exercise.graded and key.answer is None and callable(answer):  # judged by what it gives, later
        return _only_read(exercise, key, "a function")
    try:
        given = normalise(kind, answer)
        if given is not None and kind == "choice" and given not in exercise.options:
            raise AnswerError(f"{brief(answer)} is not one of the options: {', '.join(exercise.options)}.")
        if exercise.graded and key.answer is None and given is not None:
            return _only_read(exercise, key, in_short(given, answer))
        blank = Verdict("not attempted", 0.0)
        verdict = blank if given is None else compare(kind, given, key.answer, exercise.tolerance)
    except AnswerError as error:
        message = f"This answer cannot be read. {error}"
        again = "Change the answer and run the cell again."
        return Feedback(exercise.id, "wrong", 0.0, message, exercise.points, again, readable=False)
    mistake = recognise(exercise, key, given) if verdict.status in ("wrong", "partly") else {}
    return Feedback(
        exercise.id,
        verdict.status,
        verdict.share,
        _message(exercise, key, verdict, mistake),
        exercise.points,
        _next(exercise, key, verdict),
        misconception=mistake.get("misconception", ""),
        given="" if given is None or exercise.widget else in_short(given, answer),
    )


def _only_read(exercise: Exercise, key: Key, given: str) -> Feedback:
    message = "What is right is with your teacher; you will know when it has been graded."
    more = f'For a hint: hint("{exercise.id}").' if key.hints else ""
    return Feedback(exercise.id, "read", 0.0, message, 0.0, more, given=given)


def in_short(given: Any, answer: object) -> str:
    """Write a normalised answer on one line, its texts as the learner spelt them.

    Examples
    --------
    >>> in_short(["arm", "kaz"], {"KAZ", "ARM"})
    'ARM, KAZ'
    >>> in_short({"columns": ["iso3", "n"], "rows": [["arm", 1]]}, ...)
    'a table of iso3, n with 1 row'
    """
    if isinstance(given, dict):
        rows = len(given["rows"])
        text = f"a table of {', '.join(given['columns'])} with {rows} {'row' if rows == 1 else 'rows'}"
    else:
        written = answer if isinstance(given, list) and isinstance(answer, Iterable) else [answer]
        spelt = {normalise("choice", text): text.strip() for text in written if isinstance(text, str)}
        items = given if isinstance(given, list) else [given]
        text = ", ".join(str(spelt.get(item, item)) for item in items)
    return shorten(text, LONGEST, placeholder=" \u2026")


def recognise(exercise: Exercise, key: Key, given: object) -> dict[str, Any]:
    """Find the foreseen wrong answer that this one is, if any."""
    for tolerance in (None, exercise.tolerance):  # the exact one first, then one that is near enough
        for wrong in key.wrong_answers:
            if compare(exercise.kind, given, wrong["answer"], tolerance).status == "right":
                return wrong
    return {}


def _message(exercise: Exercise, key: Key, verdict: Verdict, mistake: dict[str, Any]) -> str:
    if verdict.status == "not attempted":
        if exercise.widget:
            return "Choose an option first."
        return f"Write your answer in place of the three dots, as {exercise.variable} = ..."
    if verdict.status == "right":
        return key.explanation
    if mistake:
        return str(mistake["message"])
    if verdict.status == "partly":
        return key.partly or "Some of it is right, and something is missing or does not belong."
    return "This is not the answer. Read the question once more and look at how you got here."


def _next(exercise: Exercise, key: Key, verdict: Verdict) -> str:
    if verdict.status == "right":
        return "" if exercise.widget else f'Compare with the worked solution: solution("{exercise.id}").'
    if not key.hints:
        return ""
    return f'For a hint: hint("{exercise.id}").'
