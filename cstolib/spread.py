"""The spread of a class: how its guesses lie around the truth, from the files that learners gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cstolib import bank, journal
from cstolib.errors import CstolibError
from cstolib.predictions import read_values

if TYPE_CHECKING:
    import pandas as pd

    from cstolib.figure import Figure

SUFFIXES = (".jsonl", ".ipynb")
NOTE = (
    "One file counts once, with the last guess in it before the truth was shown; no names are read. "
    "Each circle is a number that was guessed, the larger, the more often; the figure at it says how often."
)


def class_spread(id: str, folder: Path | str) -> Figure:
    """Draw the guesses of a class beside the truth.

    Parameters
    ----------
    id : str
        The prediction, such as ``"l09-p1"``.
    folder : path
        Where the learners' files are: records of progress (``.jsonl``, under any name) and notebooks that
        were handed in with ``submit()``.

    Returns
    -------
    Figure
        A row for each item of the prediction; circles are guesses, the diamond is the truth.

    Raises
    ------
    CstolibError
        When the folder holds no guess, or the exercise is not a prediction.

    Examples
    --------
    >>> class_spread("l01-p1", "no-such-folder")
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no folder 'no-such-folder'.
    """
    exercise = bank.exercise(id)
    if exercise.kind != "prediction":
        raise CstolibError(f"{exercise.id} is not a prediction; a spread is drawn for predictions only.")
    if not Path(folder).is_dir():
        raise CstolibError(f"There is no folder {str(folder)!r}.")
    found = [guess for path in sorted(Path(folder).rglob("*")) if (guess := _guess(exercise, path))]
    if not found:
        raise CstolibError(
            f"No file in {str(folder)!r} holds a guess for {exercise.id}. Put the learners' progress.jsonl "
            "files there, each under a name of its own, or the notebooks that they handed in."
        )
    return _figure(exercise, found)


def _guess(exercise: bank.Exercise, path: Path) -> dict[str, float] | None:
    """Read the guess of one file; a damaged file, or one without a guess, has none."""
    if path.suffix not in SUFFIXES or not path.is_file():
        return None
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
        record = json.loads(text)["metadata"]["cstolib"]["record"] if path.suffix == ".ipynb" else text
    except (OSError, ValueError, KeyError, TypeError):
        return None
    lines = record.split("\n") if isinstance(record, str) else [json.dumps(each) for each in record]
    for entry in reversed(journal.parse(lines)):
        if (entry["event"], entry["id"]) == ("predict", exercise.id):
            try:
                return read_values(exercise, entry.get("values"))
            except CstolibError:
                continue
    return None


def _figure(exercise: bank.Exercise, found: list[dict[str, float]]) -> Figure:
    import pandas as pd

    from cstolib.figure import Figure

    truth = bank.open_key(exercise).answer
    rows = [
        {"item": item["label"], "number": number, "guesses": count, "truth": float(truth[item["key"]])}
        for item in exercise.items
        for number, count in pd.Series([guess[item["key"]] for guess in found])
        .value_counts()
        .sort_index()
        .items()
    ]
    table = pd.DataFrame(rows)
    said = [_in_words(item["label"], table[table["item"] == item["label"]]) for item in exercise.items]
    files = "1 file" if len(found) == 1 else f"{len(found)} files"
    return Figure(
        chart=_chart(table),
        title=f"The class on: {exercise.title}",
        subtitle=f"Circles are guesses from {files}, in {exercise.unit}; the diamond is the truth.",
        sources=exercise.sources,
        as_of=exercise.as_of,
        note=NOTE,
        table=table,
        alt=f"Guesses from {files}, in {exercise.unit}. {' '.join(said)}",
    )


def _in_words(label: str, own: pd.DataFrame) -> str:
    each = ", ".join(f"{row['number']:g} ({row['guesses']} times)" for row in own.to_dict("records"))
    return f"{label}: guessed {each.replace('(1 times)', '(once)')}; the truth is {own['truth'].iloc[0]:g}."


def _chart(table: pd.DataFrame) -> Any:
    import altair as alt

    from cstolib import theme

    drawn = table.assign(
        says=[_in_words(row["item"], table.iloc[[at]]) for at, row in enumerate(table.to_dict("records"))]
    )
    items = list(dict.fromkeys(table["item"]))
    base = alt.Chart(drawn).encode(y=alt.Y("item:N", title=None, sort=items, axis=alt.Axis(labelPadding=24)))
    x = alt.X("number:Q", title=None, axis=alt.Axis(orient="top", tickMinStep=1))
    circles = base.mark_point(stroke=theme.INK, fill=theme.PALE, opacity=1).encode(
        x=x, size=alt.Size("guesses:Q", legend=None, scale=alt.Scale(range=[120, 900])), description="says:N"
    )
    counts = base.mark_text(aria=False, color=theme.INK).encode(x=x, text="guesses:Q")
    truths = base.mark_point(shape="diamond", filled=True, color=theme.INK, size=90, yOffset=16, opacity=1)
    truths = truths.encode(x="truth:Q", description="says:N")
    return (circles + counts + truths).properties(width=theme.WIDTH - 150, height=alt.Step(48))
