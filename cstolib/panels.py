"""Panels: quick questions and predictions answered with controls instead of code."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as w

from cstolib import bank, exercises, journal
from cstolib.controls import STYLE, OneOf, Panel, code_line, row, status
from cstolib.errors import CstolibError, known
from cstolib.messages import inline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstolib.bank import Exercise


def ask(*ids: str, sitting: str | None = None) -> Panel:
    """Ask one or more quick questions, with boxes to tick and a button.

    How sure you are is the probability that your answer is right: 100 % is certain, and whoever guesses
    blindly among four options is right in 25 % of cases. A smaller number than that is refused: the other
    options would be the better answer. Leave the box empty to state nothing.

    Parameters
    ----------
    *ids : str
        The questions, such as ``"l01-q1"``; each of them a choice.
    sitting : {"before", "after"}, optional
        The course test: answers are saved and nothing is said about them.

    Returns
    -------
    Panel
        Shows itself. The same in code is written below each question.

    Raises
    ------
    CstolibError
        When a question does not exist or is not a choice.

    Examples
    --------
    >>> 'check("l01-q1", "a")' in repr(ask("l01-q1"))
    True
    """
    if not ids:
        raise CstolibError('Name a question to ask, such as ask("l01-q1").')
    if sitting is not None:
        known("sitting", sitting, exercises.SITTINGS)
    questions = [_Question(_choice(id), sitting, alone=len(ids) == 1) for id in ids]
    parts = [part for question in questions for part in question.parts()]
    if sitting:
        parts += _save_button(questions, sitting)
    return Panel(
        w.VBox([w.HTML(STYLE), *parts]),
        "\n\n".join(question.text() for question in questions) + f"\n{_RUN} {questions[0].route()}",
        "".join(question.html() for question in questions) + f"<p>{_RUN} {escape(questions[0].route())}</p>",
    )


def prediction_panel(prediction: Exercise) -> Panel:
    """Ask for a prediction: one box for each number, how sure one is, and a button that saves.

    Parameters
    ----------
    prediction : Exercise
        What to predict; :func:`cstolib.predict` looks it up.

    Returns
    -------
    Panel
    """
    return _Prediction(prediction).panel()


def _choice(id: str) -> Exercise:
    question = bank.exercise(id)
    if question.kind != "choice":
        raise CstolibError(
            f"{question.id!r} is not a question with options: answer it in code, "
            f'with check("{question.id}", ...).'
        )
    return question


class _Question:
    """One question: its options, how sure one is, and what is said about the answer."""

    def __init__(self, question: Exercise, sitting: str | None, alone: bool) -> None:
        self.question = question
        self.sitting = sitting
        # A question that stands alone has its prompt in the text above it.
        self.prompt = "" if alone else question.prompt
        self.choice = OneOf({key: f"{key}. {text}" for key, text in question.options.items()}, self._changed)
        self.sure = _percent_box("How sure are you? (%, may stay empty)", self.least)
        self.sure.observe(lambda _: self._changed(), "value")
        self.feedback = w.HTML()
        self.code = w.HTML()
        self._changed()

    @property
    def least(self) -> int:
        """The percentage of blind guesses that are right, rounded down."""
        return 100 // len(self.question.options)

    def parts(self) -> list[w.Widget]:
        head = w.HTML(f"<p><strong>{escape(self.question.title)}</strong></p>{_inline(self.prompt)}")
        if self.sitting:
            return [head, *self.choice.boxes.values(), self.sure, self.feedback]
        button = w.Button(description="Check", button_style="primary")
        button.on_click(lambda _: self.answer())
        return [head, *self.choice.boxes.values(), row(self.sure, button), self.feedback, self.code]

    def answer(self) -> str:
        """Check or save the answer as it stands, say what came of it, and return what is in the way."""
        if self.choice.value is None:
            self._say("Choose an option first.")
            return "skipped"
        try:
            sure = _read_percent(self.sure.value, self.least)
        except CstolibError as error:
            self._say(str(error))
            return f"how sure you are is not a number from {self.least} to 100"
        feedback = exercises.record(self.question.id, self.choice.value, sure, self.sitting)
        if not self.sitting:
            self.feedback.value = feedback._repr_html_()
        elif feedback.note:
            self._say(feedback.note)
        return ""

    def call(self) -> str:
        """Write the line of code that does the same."""
        try:
            sure = _read_percent(self.sure.value, self.least)
        except CstolibError:
            sure = None
        key = self.choice.value or next(iter(self.question.options))
        if self.sitting:
            return f'record("{self.question.id}", "{key}"{_confidence(sure)}, sitting="{self.sitting}")'
        return f'check("{self.question.id}", "{key}"{_confidence(sure)})'

    def text(self) -> str:
        options = [f"  {key}. {text}" for key, text in self.question.options.items()]
        prompt = [re.sub(r"[*`]", "", self.prompt)] if self.prompt else []
        return "\n".join([self.question.title, *prompt, *options])

    def html(self) -> str:
        options = "<br>".join(f"{key}. {escape(text)}" for key, text in self.question.options.items())
        return f"<p><strong>{escape(self.question.title)}</strong></p>{_inline(self.prompt)}<p>{options}</p>"

    def route(self) -> str:
        """Write how to answer in code."""
        origin = "from cstolib.exercises import record; " if self.sitting else ""
        return f"In code, with your own letter: {origin}{self.call()}"

    def _changed(self) -> None:
        self.feedback.value = ""
        self.code.value = code_line(self.call()) if self.choice.value else ""

    def _say(self, message: str) -> None:
        self.feedback.value = status(message)


_TOLD = {
    "before": "What was right is told at the end of the course.",
    "after": "How many were right, now and before the course, is told by progress().",
}


def _save_button(questions: list[_Question], sitting: str) -> list[w.Widget]:
    button = w.Button(description="Save answers", button_style="primary")
    said = w.HTML()

    def save(_: object) -> None:
        obstacles = [question.answer() for question in questions]
        answered = journal.judged(journal.read().entries, sitting)
        lines, done = [], 0
        for question, obstacle in zip((each.question for each in questions), obstacles, strict=True):
            done += question.id in answered
            lines.append(f"<li>{escape(question.title)}: {_outcome(obstacle, question.id in answered)}</li>")
        kept = "Saved" if journal.is_written() else "Answered, but not saved"
        said.value = (
            status(
                f"{kept}: {done} of {len(questions)}. The first answer to a question counts. {_TOLD[sitting]}"
            )
            + f"<ul>{''.join(lines)}</ul>"
        )

    button.on_click(save)
    return [button, said]


def _outcome(obstacle: str, answered: bool) -> str:
    """Say of one answer whether it is saved, and if not why."""
    if obstacle:
        return "saved earlier" if answered else f"<strong>not saved</strong> ({obstacle})"
    return "saved" if journal.is_written() else "answered, but not saved"


class _Prediction:
    """Boxes for the numbers of a prediction."""

    def __init__(self, prediction: Exercise) -> None:
        self.prediction = prediction
        label = max(10, 0.6 * max(len(item["label"]) for item in prediction.items))  # as wide as the longest
        self.boxes = {
            item["key"]: w.Text(
                description=item["label"],
                placeholder=f"{item['min']:g} to {item['max']:g}",
                continuous_update=False,
                style={"description_width": f"{label:.0f}em"},
                layout=w.Layout(width=f"{label + 10:.0f}em"),
            )
            for item in prediction.items
        }
        self.sure = _percent_box(self._how_sure(), 0)
        self.said = w.HTML()

    def panel(self) -> Panel:
        unit = f" ({self.prediction.unit})" if self.prediction.unit else ""
        head = w.HTML(f"<p><strong>{escape(self.prediction.title + unit)}</strong></p>")
        button = w.Button(description="Save", button_style="primary")
        button.on_click(lambda _: self.save())
        parts = [head, *self.boxes.values(), self.sure, button, self.said]
        return Panel(w.VBox([w.HTML(STYLE), *parts]), self.text(), self.html())

    def save(self) -> None:
        """Store the prediction as it stands, or say what is missing."""
        from cstolib.predictions import predict

        values: dict[str, Any] = {key: box.value.strip() for key, box in self.boxes.items()}
        try:
            saved = predict(self.prediction.id, values, _read_percent(self.sure.value, 0))
        except CstolibError as error:
            self.said.value = status(str(error))
            return
        self.said.value = saved._repr_html_() + code_line(self._call(values))

    def _how_sure(self) -> str:
        boxes = len(self.prediction.items)
        all_of_them = "it is" if boxes == 1 else "both are" if boxes == 2 else f"all {boxes} are"
        near = "right" if self.prediction.exact else f"within {self.prediction.margin:g} of the truth"
        return f"How sure are you that {all_of_them} {near}? (%)"

    def _call(self, values: Mapping[str, object]) -> str:
        numbers = ", ".join(f'"{key}": {value}' for key, value in values.items())
        sure = _read_percent(self.sure.value, 0)
        return f'predict("{self.prediction.id}", {{{numbers}}}{_confidence(sure)})'

    def _lines(self) -> list[str]:
        return [f"{item['label']}: {item['min']:g} to {item['max']:g}" for item in self.prediction.items]

    def _route(self) -> str:
        example = {item["key"]: item["min"] for item in self.prediction.items}
        return f"In code, with your own numbers: {self._call(example)}"

    def text(self) -> str:
        lines = [f"  {line}" for line in self._lines()]
        return "\n".join([self.prediction.title, *lines, f"{_RUN} {self._route()}"])

    def html(self) -> str:
        items = "".join(f"<li>{escape(line)}</li>" for line in self._lines())
        return (
            f"<p><strong>{escape(self.prediction.title)}</strong></p><ul>{items}</ul>"
            f"<p>{_RUN} {escape(self._route())}</p>"
        )


_RUN = "Run this cell to answer here."


# A box tells its value when it is left: sent with each key, a value can still be on its way when a button
# that was pressed at once has already asked for it.
def _percent_box(label: str, least: int) -> w.Text:
    return w.Text(
        description=label,
        placeholder=f"{least} to 100",
        continuous_update=False,
        style={"description_width": "initial"},
    )


def _read_percent(text: str, least: int) -> float | None:
    """Read a percentage as a probability; an empty box states none."""
    text = text.strip().removesuffix("%").strip()
    if not text:
        return None
    try:
        percent = float(text.replace(",", "."))
    except ValueError:
        percent = -1.0
    if not least <= percent <= 100:
        guess = " (a blind guess)" if least else ""
        raise CstolibError(
            f"How sure you are is a number from {least}{guess} to 100 (certain), not {text!r}. "
            "Leave the box empty to state nothing."
        )
    return percent / 100


def _confidence(sure: float | None) -> str:
    return "" if sure is None else f", confidence={sure:g}"


def _inline(markdown: str) -> str:
    """Write a prompt as HTML, each paragraph of it."""
    return "".join(f"<p>{inline(part)}</p>" for part in markdown.split("\n\n") if part.strip())
