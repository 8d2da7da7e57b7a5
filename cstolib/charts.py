"""The figures of the lessons, each drawn from the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.dates import date_in_words
from cstolib.errors import CstolibError
from cstolib.figure import Figure
from cstolib.membership import spells
from cstolib.timeline import membership_timeline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["members_over_time", "membership_timeline", "prediction_chart"]


def members_over_time() -> Figure:
    """Draw how many states the treaty bound, from its signature to today.

    Returns
    -------
    Figure
        A step line with a label at each step.

    Examples
    --------
    >>> members_over_time().table.columns.to_list()
    ['date', 'members', 'in', 'out', 'sources']
    """
    as_of = facts_as_of("membership")
    table = _steps(spells())
    says = [f"{_day(row['date'])}: {row['members']} ({_moves(row)})" for row in table.to_dict("records")]
    steps = table.assign(
        says=says,
        # The words of the first step have room only beyond the line that climbs after it: they point back.
        moves=[
            ("" if position else "\u2190 ") + _moves(row, names=4)
            for position, row in enumerate(table.to_dict("records"))
        ],
        moves_at=[table["date"].iloc[1], *table["date"].iloc[1:]],
        up=table["members"].diff().fillna(1) > 0,
        source=[cite(table.iloc[[position]]).short() for position in range(len(table))],
    )
    today = pd.DataFrame([{"date": pd.Timestamp(as_of), "members": table["members"].iloc[-1]}])
    scale = alt.Scale(padding=12, nice=False)
    x = alt.X("date:T", title=None, scale=scale, axis=alt.Axis(format="%Y"))
    top = int(table["members"].max()) + 2
    y = alt.Y("members:Q", title=None, scale=alt.Scale(domain=[0, top]), axis=alt.Axis(tickMinStep=1))
    line = alt.Chart(pd.concat([table, today], ignore_index=True)[["date", "members"]])
    line = line.mark_line(interpolate="step-after", color=theme.INK, strokeWidth=2.5, aria=False)
    base = alt.Chart(steps).encode(y=y)
    points = base.mark_point(shape="circle", filled=True, color=theme.INK, size=60, opacity=1).encode(
        x=x,
        description="says:N",
        tooltip=[
            alt.Tooltip("date:T", title="From", format="%-d %B %Y"),
            alt.Tooltip("members:Q", title="States bound"),
            alt.Tooltip("in:N", title="In"),
            alt.Tooltip("out:N", title="Out"),
            alt.Tooltip("source:N", title="Source"),
        ],
    )
    words = []
    for up, number, moves in ((True, -28, -12), (False, 18, 35)):
        some = base.transform_filter(alt.datum.up == up)
        big = some.mark_text(align="left", dx=6, dy=number, fontSize=16, fontWeight=700, aria=False)
        small = some.mark_text(align="left", dx=6, dy=moves, aria=False)
        words += [big.encode(x="date:T", text="members:Q"), small.encode(x="moves_at:T", text="moves:N")]
    return Figure(
        chart=alt.LayerChart(layer=[line.encode(x=x, y=y), points, *words]).properties(
            width=theme.WIDTH, height=260
        ),
        title="How many states the Collective Security Treaty bound",
        subtitle=(
            "States for which the treaty was in force on each day. "
            "Signing does not count, nor does a notice of leaving before it takes effect."
        ),
        sources=source_ids(table["sources"]),
        as_of=as_of,
        note="",
        table=table,
        alt=(
            f"Step line of the number of states bound by the treaty. {'. '.join(says)}. "
            f"On {date_in_words(as_of)} it is {table['members'].iloc[-1]}."
        ),
    )


def prediction_chart(
    guess: Mapping[str, float],
    truth: Mapping[str, float],
    *,
    title: str,
    unit: str,
    labels: Mapping[str, str],
    sources: Sequence[str],
    as_of: str,
    note: str = "",
) -> Figure:
    """Draw a learner's guess beside the truth.

    Parameters
    ----------
    guess, truth : mapping of str to float
        A number for each key; the same keys in both. Over years both are drawn in steps.
    title : str
        Says what is shown.
    unit : str
        What is counted, such as ``"states"``.
    labels : mapping of str to str
        How each key is written on the chart.
    sources : sequence of str
        Ids of the sources of the truth.
    as_of : str
        The day to which the truth holds.
    note : str, optional
        The main caveat.

    Returns
    -------
    Figure
        The guess hollow and dashed, the truth solid.

    Examples
    --------
    >>> figure = prediction_chart(
    ...     {"1994": 12, "2006": 7},
    ...     {"1994": 9, "2006": 7},
    ...     title="States bound by the treaty",
    ...     unit="states",
    ...     labels={"1994": "1994", "2006": "2006"},
    ...     sources=["gibler-2009"],
    ...     as_of="2026-11-21",
    ... )
    >>> figure.alt  # doctest: +ELLIPSIS
    'Your guess beside the truth, in states. 1994: you said 12, the truth is 9. 2006: ...'
    """
    if set(guess) != set(truth):
        odd = sorted(set(guess) ^ set(truth))
        raise CstolibError(f"Guess and truth need the same keys; only one of them has {', '.join(odd)}.")
    table = pd.DataFrame(
        {
            "item": [labels.get(key, key) for key in truth],
            "your_guess": [float(guess[key]) for key in truth],
            "truth": [float(value) for value in truth.values()],
        }
    )
    says = [
        f"{row['item']}: you said {row['your_guess']:g}, "
        + ("and so it is" if row["your_guess"] == row["truth"] else f"the truth is {row['truth']:g}")
        for row in table.to_dict("records")
    ]
    drawn = pd.concat(
        [
            _series(table, truth, "Your guess", "your_guess", "truth"),
            _series(table, truth, "Truth", "truth", "your_guess"),
        ],
        ignore_index=True,
    )
    drawn = drawn.assign(
        source=_short(sources),
        says=drawn["series"] + ", " + drawn["item"] + ": " + drawn["number"].map("{:g}".format),
    )
    years = all(map(_is_year, truth))
    chart = _pair(drawn, unit, years=years)
    return Figure(
        chart=chart.properties(width=theme.WIDTH, height=260),
        title=title,
        subtitle=_legend(unit, years=years),
        sources=tuple(sources),
        as_of=as_of,
        note=note,
        table=table,
        alt=f"Your guess beside the truth, in {unit}. {'. '.join(says)}.",
    )


def _steps(table: pd.DataFrame) -> pd.DataFrame:
    """Count the states bound after the signature and after each day on which somebody came in or went out."""
    names = load("states").set_index("iso3")["name"]
    moves = pd.concat(
        [
            table.assign(date=table["start"], change=1),
            table.dropna(subset="end").assign(date=table["end"], change=-1),
        ]
    )
    treaty = load("instruments").set_index("instrument_id").loc["cst-1992"]
    rows: list[dict[str, Any]] = [
        {"date": treaty["signed"], "members": 0, "in": "", "out": "", "sources": treaty["sources"]}
    ]
    for date, day in moves.groupby("date"):
        here = {
            side: ", ".join(sorted(names[day.loc[day["change"] == change, "iso3"]]))
            for side, change in (("in", 1), ("out", -1))
        }
        sources = ";".join(dict.fromkeys(item for cell in day["sources"] for item in cell.split(";")))
        members = rows[-1]["members"] + int(day["change"].sum())
        rows.append({"date": date, "members": members, **here, "sources": sources})
    return pd.DataFrame(rows)


def _moves(step: Mapping[Any, Any], names: int = 99) -> str:
    """Tell who came in and who went out, by name up to so many of them."""
    parts = []
    for way, text in (("in", step["in"]), ("out", step["out"])):
        states = text.split(", ") if text else []
        if states:
            parts.append(f"{way}: {text if len(states) <= names else f'{len(states)} states'}")
    return "; ".join(parts) or "signed, in force for nobody"


def _day(date: pd.Timestamp) -> str:
    return date_in_words(f"{date:%Y-%m-%d}")


def _legend(unit: str, *, years: bool) -> str:
    """Say which is which, and over years that the steps between them tell nothing."""
    if not years:
        return f"Your guess (hollow) beside the truth (solid). Unit: {unit}."
    return (
        f"Your guess (hollow, dashed) beside the truth (solid), for the years marked. Unit: {unit}. "
        "A line only carries a number on to the next year asked for."
    )


def _is_year(key: str) -> bool:
    return len(key) == 4 and key.isdigit()


def _short(sources: Sequence[str]) -> str:
    return "; ".join(cite(source).short() for source in sources)


def _series(
    table: pd.DataFrame, keys: Mapping[str, float], name: str, column: str, other: str
) -> pd.DataFrame:
    """Give one of the two series, each number written on the side away from the other series."""
    above = (table[column] > table[other]) | ((table[column] == table[other]) & (column == "truth"))
    last = [""] * (len(table) - 1) + [name]
    return pd.DataFrame(
        {
            "key": list(keys),
            "item": table["item"],
            "series": name,
            "number": table[column],
            "above": above,
            # Where the guess is right the truth's number stands for both.
            "text": [
                "" if column != "truth" and row[column] == row[other] else f"{row[column]:g}"
                for row in table.to_dict("records")
            ],
            "name": last,
        }
    )


def _pair(drawn: pd.DataFrame, unit: str, *, years: bool) -> alt.LayerChart:
    """Draw two series: steps over years, else points; names and numbers stand at the marks."""
    both = ["Truth", "Your guess"]
    colour = alt.Color("series:N", legend=None, scale=alt.Scale(domain=both, range=[theme.INK, theme.MUTED]))
    keys, items = (list(dict.fromkeys(drawn[column])) for column in ("key", "item"))
    x = (
        alt.X(
            "key:Q",
            title=None,
            scale=alt.Scale(zero=False, nice=False, padding=24),
            axis=alt.Axis(format="d", values=[int(key) for key in keys]),
        )
        if years
        else alt.X("item:N", title=None, scale=alt.Scale(domain=items), axis=alt.Axis(labelAngle=0))
    )
    low, top = min(0.0, float(drawn["number"].min())), float(drawn["number"].max())
    room = (top - low or 1) * 0.15  # for the numbers above and below the marks
    y = alt.Y("number:Q", title=None, scale=alt.Scale(domain=[low - room, top + room], nice=False), axis=None)
    base = alt.Chart(drawn).encode(x=x, y=y, color=colour)
    points = base.mark_point(strokeWidth=2, opacity=1).encode(
        # The ring of the guess is wider, so that it shows around the truth where both are the same.
        size=alt.Size("series:N", legend=None, scale=alt.Scale(domain=both, range=[70, 140])),
        fill=alt.Fill("series:N", legend=None, scale=alt.Scale(domain=both, range=[theme.INK, theme.PAPER])),
        description="says:N",
        tooltip=[
            alt.Tooltip("item:N", title="For"),
            alt.Tooltip("series:N", title="Whose"),
            alt.Tooltip("number:Q", title=unit.capitalize()),
            alt.Tooltip("source:N", title="Source of the truth"),
        ],
    )
    dashes = alt.Scale(domain=both, range=[[1, 0], [5, 4]])
    # A slope would tell numbers for the years between, and wrong ones.
    steps = base.mark_line(interpolate="step-after", strokeWidth=2, aria=False)
    pairs = base.mark_line(strokeWidth=2, aria=False)  # joins guess and truth of one item
    layers = [
        steps.encode(strokeDash=alt.StrokeDash("series:N", legend=None, scale=dashes))
        if years
        else pairs.encode(detail="item:N", color=alt.value(theme.PALE)),
        points,
    ]
    beside: dict[str, Any] = {"align": "left", "dx": 6} if years else {}  # not on the upright part of a step
    for above, side in ((True, -1), (False, 1)):
        words = base.transform_filter(alt.datum.above == above)
        layers.append(
            words.mark_text(dy=17 * side, fontWeight=600, aria=False, **beside).encode(text="text:N")
        )
        layers.append(words.mark_text(dx=12, dy=6 * side, align="left", aria=False).encode(text="name:N"))
    return alt.LayerChart(layer=layers)
