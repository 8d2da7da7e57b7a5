"""Forecasts with a day and a probability: stored now, scored when the day has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from cstolib import journal
from cstolib.data import Table
from cstolib.dates import date_in_words
from cstolib.errors import CstolibError, known
from cstolib.exercises import probability

EVENT = "forecast"  # the kind of entry in the learner's record
LESSON = "l12-forecasts"


class Question(NamedTuple):
    """A statement that will be plainly true or false on a day, and who can tell."""

    statement: str
    day: str
    settled_by: str


QUESTIONS = {
    "notice": Question(
        "Armenia has given the organisation written notice that it leaves",
        "2027-12-31",
        "the secretariat or the Armenian government says that the note exists",
    ),
    "summit": Question(
        "Armenia's head of government has sat at a session of the Collective Security Council "
        "after 21 November 2026",
        "2027-12-31",
        "the host's list of those present",
    ),
    "dues": Question(
        "Armenia has paid any part of its share for 2024 or a later year",
        "2027-12-31",
        "the secretariat, the Armenian or the Russian foreign ministry says so",
    ),
    "vote": Question(
        "The organisation has taken Armenia's vote away because of arrears",
        "2027-12-31",
        "a decision is published, or a party to it tells of it",
    ),
}


def brier(stated: float, happened: bool) -> float:
    """Score one forecast: the square of stated probability less outcome; 0 is best, 1 is worst.

    Examples
    --------
    >>> brier(0.9, True), brier(0.5, False)
    (0.01, 0.25)
    """
    return round((stated - happened) ** 2, 4)


def forecast(mine: Mapping[str, object]) -> Table:
    """Store a probability for each question, and show what each can cost you.

    Parameters
    ----------
    mine : mapping of str to float
        A probability from 0 to 1 for each of ``"notice"``, ``"summit"``, ``"dues"`` and ``"vote"``. What is
        left as ``...`` is not stored.

    Returns
    -------
    Table
        One row per question: statement, day, who settles it, your probability, and the Brier score that it
        earns if the thing happens and if it does not.

    Examples
    --------
    >>> row = forecast({"notice": 0.2, "summit": ..., "dues": ..., "vote": ...}).iloc[0]
    >>> float(row["score if it happens"]), float(row["score if not"])
    (0.64, 0.04)
    >>> forecast({"notices": 0.2})
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no question 'notices'. Did you mean 'notice'? Allowed: ...
    """
    stated = {
        known("question", key, QUESTIONS): None if value is ... else probability(value)
        for key, value in mine.items()
    }
    kept = {key: value for key, value in stated.items() if value is not None}
    note = journal.append(EVENT, LESSON, values=kept) if kept else ""
    rows = [
        {
            "question": key,
            "statement": question.statement,
            "by": date_in_words(question.day),
            "settled by": question.settled_by,
            "yours": kept.get(key),
            "score if it happens": brier(kept[key], True) if key in kept else None,
            "score if not": brier(kept[key], False) if key in kept else None,
        }
        for key, question in QUESTIONS.items()
    ]
    said = f"{len(kept)} of {len(QUESTIONS)} stored." if kept else "Nothing is stored yet: write numbers."
    return Table(pd.DataFrame(rows), "Forecasts", " ".join(filter(None, (said, note))))


def score_forecasts(outcomes: Mapping[str, bool]) -> Table:
    """Score your latest forecasts once their day has come, beside those of somebody who always says one half.

    Parameters
    ----------
    outcomes : mapping of str to bool
        Whether each thing happened, as ``{"notice": False}``.

    Returns
    -------
    Table
        One row per question that you answered and whose outcome is given, and their mean.

    Examples
    --------
    >>> _ = forecast({"notice": 0.3})
    >>> float(score_forecasts({"notice": False})["score"].iloc[0])
    0.09
    """
    entries = [entry for entry in journal.read().entries if entry["event"] == EVENT]
    stored: dict[str, float] = {}
    for entry in entries:
        stored |= {key: value for key, value in entry.get("values", {}).items() if key in QUESTIONS}
    if not stored:
        raise CstolibError("No forecast is stored. Write one with forecast({...}) first.")
    happened = {known("question", key, QUESTIONS): bool(value) for key, value in outcomes.items()}
    rows = [
        {"question": key, "yours": stored[key], "happened": outcome, "score": brier(stored[key], outcome)}
        for key, outcome in happened.items()
        if key in stored
    ]
    frame = pd.DataFrame(rows, columns=["question", "yours", "happened", "score"])
    mean = f"Mean {frame['score'].mean():.3f}; always saying one half scores 0.250." if rows else ""
    return Table(frame, "Your forecasts, scored", mean)
