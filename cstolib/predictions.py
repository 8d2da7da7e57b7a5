"""Predictions: commit to a guess, then see it beside the truth; how sure you were, against what was right.

The last prediction before the first reveal is the one that counts. A prediction is right when every number
lies within the margin that is shown with it. What is counted is whole: no half state is a prediction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from cstolib import bank, journal
from cstolib.answers import AnswerError, normalise
from cstolib.errors import CstolibError, known
from cstolib.exercises import probability
from cstolib.messages import Help, box

if TYPE_CHECKING:
    from pandas import DataFrame

    from cstolib.bank import Exercise
    from cstolib.figure import Figure


def _prediction(id: str) -> Exercise:
    exercise = bank.exercise(id)
    if exercise.kind != "prediction":
        raise CstolibError(f'{exercise.id} is not a prediction. Answer it with check("{exercise.id}", ...).')
    return exercise


def predict(id: str, values: Mapping[str, float] | None = None, confidence: float | None = None) -> Any:
    """Commit to a prediction before the truth is shown.

    Parameters
    ----------
    id : str
        The prediction, such as ``"l01-p1"``.
    values : mapping of str to float, optional
        Your number for each item. Without it, a panel with number boxes appears.
    confidence : float, optional
        Probability, from 0 to 1, that all your numbers are within the margin.

    Returns
    -------
    Help or panel
        What was saved, in words; or the panel.

    Examples
    --------
    >>> predict("l01-p1", {"1066": 3})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no item '1066'. ...
    """
    exercise = _prediction(id)
    if values is None:
        from cstolib.panels import prediction_panel

        return prediction_panel(exercise)
    numbers = read_values(exercise, values)
    stated = probability(confidence)
    if _entries(exercise.id, "reveal"):
        return Help(
            "You have already seen the truth",
            (f'Your earlier prediction stays as it was. Look at it again with reveal("{exercise.id}").',),
        )
    note = journal.append("predict", exercise.id, values=numbers, confidence=stated)
    labels = {item["key"]: item["label"] for item in exercise.items}
    said = "; ".join(f"{labels[key]}: {number:g}" for key, number in numbers.items())
    sure = f" You are {_percent(stated)} sure." if stated is not None else ""
    return Help(
        "Your prediction is saved" if journal.is_written() else "Your prediction counts, but is not saved",
        tuple(
            text
            for text in (
                f"{said}{_unit(exercise)}.{sure}",
                f'Now see the truth: reveal("{exercise.id}").',
                note,
            )
            if text
        ),
    )


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _unit(exercise: Exercise) -> str:
    return f" ({exercise.unit})" if exercise.unit else ""


def read_values(exercise: Exercise, values: object) -> dict[str, float]:
    """Read the numbers of a prediction, item by item."""
    allowed = [item["key"] for item in exercise.items]
    if not isinstance(values, Mapping):
        if len(allowed) > 1 or isinstance(values, str):
            example = ", ".join(f'"{key}": ...' for key in allowed)
            raise CstolibError(f"Write one number for each item, as {{{example}}}.")
        values = {allowed[0]: values}
    values = {str(key): value for key, value in values.items()}  # 1994 is as good as "1994"
    for key in values:
        known("item", key, allowed)
    numbers = {}
    for item in exercise.items:
        try:
            number = normalise("number", values.get(item["key"]))
        except AnswerError as error:
            raise CstolibError(f"{item['label']}: {error}") from None
        if number is None:
            raise CstolibError(f'A number for {item["label"]} is missing ("{item["key"]}").')
        if not item["min"] <= number <= item["max"]:
            limits = f"{item['min']:g} and {item['max']:g}{_unit(exercise)}"
            raise CstolibError(f"{item['label']}: {number:g} is not between {limits}.")
        if item.get("whole") and number % 1:
            raise CstolibError(f"{item['label']}: {number:g} is not a whole number{_unit(exercise)}.")
        numbers[item["key"]] = number
    return numbers


def _entries(id: str, event: str) -> list[dict[str, Any]]:
    return [entry for entry in journal.read().entries if entry["event"] == event and entry["id"] == id]


def saved(id: str) -> dict[str, Any] | None:
    """Give the prediction that counts: ``values`` and perhaps ``confidence``; ``None`` before there is one.

    A stored prediction that no longer fits the exercise is passed over.
    """
    exercise = _prediction(id)
    for entry in reversed(_entries(exercise.id, "predict")):
        try:
            entry["values"] = read_values(exercise, entry.get("values"))
        except CstolibError:
            continue
        return dict(entry)
    return None


def within(exercise: Exercise, values: Mapping[str, float], truth: Mapping[str, float]) -> bool:
    """Say whether every number lies within the margin of the truth."""
    return all(abs(values[key] - truth[key]) <= exercise.margin + 1e-9 for key in truth)


@dataclass(frozen=True)
class Reveal:
    """Own guess, truth and reason together; before a prediction, one sentence that asks for it."""

    heading: str
    paragraphs: tuple[str, ...]
    figure: Figure | None = None

    def __repr__(self) -> str:
        return "\n".join([self.heading, *self.paragraphs])

    def _repr_html_(self) -> str:
        return box(self.heading, self.paragraphs, label=self.heading, role="status")

    def _ipython_display_(self) -> None:
        from IPython.display import publish_display_data

        if self.figure is not None:
            self.figure.show()
        publish_display_data({"text/html": self._repr_html_(), "text/plain": repr(self)})  # type: ignore[no-untyped-call]


def reveal(id: str) -> Reveal:
    """Show the truth beside your own prediction, and the reason.

    Parameters
    ----------
    id : str
        The prediction, such as ``"l01-p1"``.

    Returns
    -------
    Reveal
        Shows itself. Without a saved prediction it only asks for one.

    Examples
    --------
    >>> reveal("l01-p1").heading
    'First your prediction'
    """
    exercise = _prediction(id)
    mine = saved(exercise.id)
    if mine is None:
        first = (
            f"No prediction is saved for {exercise.id} yet. Commit to one above, then run this cell again."
        )
        note = journal.read().note
        return Reveal("First your prediction", tuple(text for text in (first, note) if text))
    key = bank.open_key(exercise)
    note = "" if _entries(exercise.id, "reveal") else journal.append("reveal", exercise.id)
    hit = within(exercise, mine["values"], key.answer)
    lines = [
        f"{item['label']}: you said {mine['values'][name]:g}, the truth is {key.answer[name]:g}."
        for item in exercise.items
        for name in [item["key"]]
    ]
    return Reveal(
        _heading(exercise, hit),
        tuple(text for text in (*lines, key.reason, note) if text),
        _figure(exercise, mine, key),
    )


def _heading(exercise: Exercise, hit: bool) -> str:
    margin, one = f"{exercise.margin:g}", len(exercise.items) == 1
    near, far = f"within {margin} of the truth", f"more than {margin} off"
    if exercise.exact:
        near, far = "right", "not right"
    if hit:
        return f"\u2713 {'Your number is' if one else 'All your numbers are'} {near}"
    return f"\u2717 {'Your number is' if one else 'At least one number is'} {far}"


def _figure(exercise: Exercise, mine: Mapping[str, Any], key: bank.Key) -> Figure:
    from cstolib.charts import prediction_chart

    return prediction_chart(
        mine["values"],
        {item["key"]: key.answer[item["key"]] for item in exercise.items},  # in the order of the questions
        title=exercise.title,
        unit=exercise.unit,
        labels={item["key"]: item["label"] for item in exercise.items},
        sources=exercise.sources,
        as_of=exercise.as_of,
    )


@dataclass(frozen=True)
class Calibration:
    """Stated probabilities beside what came true; shows itself as a table with the Brier mean."""

    rows: list[dict[str, Any]]
    note: str = ""

    @property
    def n(self) -> int:
        """How many answers carry a stated probability."""
        return len(self.rows)

    @property
    def brier(self) -> float | None:
        """Mean of (stated probability - outcome) squared: 0 is perfect, 1 is sure and wrong each time."""
        return sum(row["Squared error"] for row in self.rows) / self.n if self.rows else None

    def table(self) -> DataFrame:
        """Give one row for each answer as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows)

    def _lines(self) -> list[str]:
        if self.brier is None:
            said = (
                "No stated probability is stored yet. Say how sure you are, for instance with "
                'check("...", answer, confidence=0.7), and come back after a few answers.'
            )
        else:
            stated = sum(row["Stated probability"] for row in self.rows) / self.n
            right = sum(row["Outcome"] for row in self.rows) / self.n
            over = "1 answer" if self.n == 1 else f"{self.n} answers"
            said = (
                f"Brier score {self.brier:.3f} over {over}: the mean of (stated probability - outcome) "
                "squared. 0 is perfect; always saying 50 % gives 0.25. "
                f"On average you said {_percent(stated)}, and {_percent(right)} were right."
            )
        return [said, *([self.note] if self.note else [])]

    def __repr__(self) -> str:
        return "\n".join([*([self.table().to_string(index=False)] if self.rows else []), *self._lines()])

    def _repr_html_(self) -> str:
        from cstolib.html import html_table

        if self.rows:
            return html_table(
                self.table(), "How sure you were, and what was right", "\n\n".join(self._lines())
            )
        return "".join(f"<p>{escape(line)}</p>" for line in self._lines())


def calibration() -> Calibration:
    """Compare how sure you said you were with what was right.

    The first answer to each exercise counts, since later ones know the feedback; it counts when a probability
    was stated with it. The outcome is 1 for right and 0 for anything else. A prediction counts once it has
    been revealed, an item of the course test once it has been answered after the course.

    Returns
    -------
    Calibration
        One row for each answer, and the Brier score: the mean of (stated probability - outcome) squared.

    Examples
    --------
    >>> calibration().brier  # nothing is stored yet
    """
    log = journal.read()
    every = bank.exercises()
    first = {name: tries[0] for name, tries in journal.judged(log.entries).items()}
    answers = [(name, "", entry) for name, entry in first.items()]
    finished = journal.judged(log.entries, "after")
    for sitting in ("before", "after"):
        tried = journal.judged(log.entries, sitting)
        answers += [(name, f" ({sitting})", tries[0]) for name, tries in tried.items() if name in finished]
    rows = [
        _row(name + when, every[name].title, entry.get("confidence"), entry["status"] == "right")
        for name, when, entry in answers
        if name in every
    ]
    revealed = {entry["id"] for entry in log.entries if entry["event"] == "reveal"}
    for name, exercise in every.items():
        mine = saved(name) if name in revealed and exercise.kind == "prediction" else None
        if mine:
            truth = bank.open_key(exercise).answer
            hit = within(exercise, mine["values"], truth)
            rows.append(_row(name, exercise.title, mine.get("confidence"), hit))
    return Calibration([row for row in rows if row], log.note)


def _row(name: str, title: str, confidence: object, outcome: bool) -> dict[str, Any]:
    try:
        stated = probability(confidence)
    except CstolibError:
        stated = None
    if stated is None:
        return {}
    error = round((stated - outcome) ** 2, 6)
    return {
        "Exercise": name,
        "Question": title,
        "Stated probability": stated,
        "Outcome": int(outcome),
        "Squared error": error,
    }
