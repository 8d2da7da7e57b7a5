"""Answering back: ``check`` an answer, ask for a ``hint``, see the worked ``solution``."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from cstolib import bank, journal
from cstolib.answers import KINDS, AnswerError, normalise
from cstolib.errors import CstolibError, known
from cstolib.judging import judge
from cstolib.messages import Feedback, Help

SITTINGS = ("before", "after")
_hints_given: dict[str, int] = {}


def check(id: str, answer: object, confidence: float | None = None) -> Feedback:
    """Check an answer.

    Parameters
    ----------
    id : str
        The exercise, such as ``"l01-e1"``.
    answer : object
        Your answer.
    confidence : float, optional
        How sure you are that it is right: a probability from 0 to 1. Your first answer to each exercise
        counts for :func:`cstolib.calibration`.

    Returns
    -------
    Feedback
        The verdict in words, why a foreseeable wrong answer is wrong, and what to do next. An answer that
        cannot be read is told in a sentence as well; only an unknown id or an impossible probability is an
        error.

    Examples
    --------
    >>> check("l01-e1", ...).status
    'not attempted'
    >>> check("l01-e11", 9)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no exercise 'l01-e11'. Did you mean 'l01-e1'? ...
    """
    return record(id, answer, confidence)


def record(id: str, answer: object, confidence: float | None = None, sitting: str | None = None) -> Feedback:
    """Judge an answer and store the verdict; :func:`check` and the panels both end here.

    Parameters
    ----------
    id : str
        The exercise.
    answer : object
        The answer.
    confidence : float, optional
        Probability, from 0 to 1, that it is right.
    sitting : {"before", "after"}, optional
        The course test: the verdict is stored and not told.

    Returns
    -------
    Feedback
    """
    if sitting is not None:
        known("sitting", sitting, SITTINGS)
    exercise = bank.exercise(id)
    if exercise.kind not in KINDS:
        why = "graded" if exercise.graded else exercise.kind
        raise CstolibError(_NO_CHECK[why].format(id=exercise.id))
    stated = probability(confidence)
    feedback = judge(exercise, bank.open_key(exercise), answer)
    note = journal.append(
        "check",
        exercise.id,
        status=feedback.status if feedback.readable else "unreadable",
        share=round(feedback.share, 4),
        misconception=feedback.misconception or None,
        confidence=stated,
        sitting=sitting,
    )
    if sitting and feedback.readable and feedback.status != "not attempted":
        kept: Literal["saved", "not saved"] = "saved" if journal.is_written() else "not saved"
        feedback = Feedback(exercise.id, kept, 0.0, "What was right is told after the course.", 0.0, "")
    return replace(feedback, note=note)


_NO_CHECK = {
    "prediction": '{id} is a prediction: save it with predict("{id}", ...), then run reveal("{id}").',
    "written": '{id} is a written task and has no automatic check. Compare with solution("{id}").',
    "graded": "{id} is a written task and has no automatic check: your teacher reads it.",
}


def probability(confidence: object) -> float | None:
    """Read a stated probability.

    Examples
    --------
    >>> probability(0.7)
    0.7
    >>> probability(70)
    Traceback (most recent call last):
    cstolib.errors.CstolibError: confidence is a probability from 0 to 1, not 70: for 70 % write 0.7.
    """
    if confidence is None:
        return None
    try:
        value = normalise("number", confidence)
    except AnswerError:
        value = None
    if value is not None and 0 <= value <= 1:
        return float(value)
    percent = (
        f"for {value:g} % write {value / 100:g}"
        if value is not None and 1 < value <= 100
        else "write 0.7, say"
    )
    raise CstolibError(f"confidence is a probability from 0 to 1, not {confidence!r}: {percent}.")


def hint(id: str) -> Help:
    """Give the next hint for an exercise: three steps, then where the worked solution is.

    Parameters
    ----------
    id : str
        The exercise, such as ``"l01-e1"``.

    Returns
    -------
    Help

    Examples
    --------
    >>> hint("l01-e1").heading
    'Hint 1 of 3'
    """
    exercise = bank.exercise(id)
    hints = bank.open_key(exercise).hints
    if not hints:
        advice = "Commit to your best guess; how good it was, the reveal will show."
        if exercise.kind != "prediction":
            then = "your teacher" if exercise.graded else f'solution("{exercise.id}")'
            advice = f"Decide for yourself first; then {then} explains."
        return Help(f"There are no hints for {exercise.id}", (advice,))
    step = _hints_given.get(exercise.id, 0)
    if step >= len(hints):
        where = "with your teacher" if exercise.graded else f'behind solution("{exercise.id}")'
        return Help("That was the last hint", (f"The worked solution is {where}.",))
    _hints_given[exercise.id] = step + 1
    note = journal.append("hint", exercise.id, step=step + 1)
    again = f'hint("{exercise.id}") gives the next one.' if step + 1 < len(hints) else ""
    lines = tuple(text for text in (hints[step], again, note) if text)
    return Help(f"Hint {step + 1} of {len(hints)}", lines)


def solution(id: str) -> Help:
    """Show the worked solution of an exercise and why it is right.

    Parameters
    ----------
    id : str
        The exercise, such as ``"l01-e1"``.

    Returns
    -------
    Help

    Examples
    --------
    >>> solution("l01-e1").heading
    'Worked solution of l01-e1'
    """
    exercise = bank.exercise(id)
    if exercise.kind == "prediction":
        raise CstolibError(_NO_CHECK["prediction"].format(id=exercise.id))
    if exercise.graded:
        raise CstolibError(f"{exercise.id} is graded: its solution is with your teacher.")
    key = bank.open_key(exercise)
    note = journal.append("solution", exercise.id)
    if exercise.kind == "written":
        paragraphs = tuple(text for text in (*key.solution.split("\n\n"), note) if text)
        return Help(f"A model answer for {exercise.id}", paragraphs)
    heading = f"Worked solution of {exercise.id}"
    return Help(heading, tuple(text for text in (key.explanation, note) if text), key.solution)
