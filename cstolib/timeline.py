"""The timeline of membership: who was bound when, by the treaty record or as another source tells it.

Rows, marks and words are laid out here, in pixels, so that none lies on another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from cstolib import events, theme
from cstolib.canvas import Canvas, tooltip
from cstolib.citations import source_ids
from cstolib.data import facts_as_of, load
from cstolib.errors import known
from cstolib.events import RECORD
from cstolib.figure import Figure

if TYPE_CHECKING:
    pass

# Pixels. A row is a line of words, the bar, and as many lanes of marks as it needs.
NAMES, HEADING, WORDS, BAR, LANE, GAP = -100, 26, 17, 12, 13, 8
MARK = 12


def membership_timeline(source: str = RECORD, *, highlight: str | None = None) -> Figure:
    """Draw for each state when it was bound by the treaty.

    Parameters
    ----------
    source : str, optional
        ``"treaty-record"``: the dated steps of each state and the rule of :func:`cstolib.spells`. Or a
        `source_id` of the table `membership_by_source`: the spells as that source gives them, with those of
        the treaty record as dashed outlines.
    highlight : str, optional
        The `iso3` of one state to stand out; without it, the state under the pointer does.

    Returns
    -------
    Figure
        One row per state, members first, both groups in alphabetical order.

    Examples
    --------
    >>> membership_timeline(highlight="ARM").title
    'Who was bound by the Collective Security Treaty, and when'
    >>> membership_timeline("gibler-2008")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no account of membership 'gibler-2008'. Did you mean ...
    """
    known("account of membership", source, {RECORD, *load("membership_by_source")["source_id"]})
    if highlight is not None:
        known("state", highlight, theme.LOOKS)
    as_of = pd.Timestamp(facts_as_of("membership"))
    own = source == RECORD
    record = events.record(as_of)
    bars = record if own else events.account(source, as_of)
    marks = events.steps() if own else events.starts(bars)
    marks = marks.assign(lane=_lanes(marks, as_of))
    rows = _rows(bars, record, marks, pd.NaT if own else events.written(source))
    table = _table(source, bars, record, marks)
    return Figure(
        chart=_chart(rows, bars, record.iloc[:0] if own else record, marks, as_of, highlight),
        title=(
            "Who was bound by the Collective Security Treaty, and when"
            if own
            else "Membership of the treaty as one source gives it"
        ),
        subtitle=(
            "Bars: the treaty was in force for the state. Marks: dated steps, by the kind of date; "
            "filled marks have legal effect."
            if own
            else f"Bars: {events.cited(source)}. Dashed outlines: the treaty record. "
            "Marks: the kind of date with which a bar starts."
        ),
        sources=source_ids(bars["sources"], marks["sources"], table["sources"]),
        as_of=f"{as_of:%Y-%m-%d}",
        note=(
            "By the treaty record a state is bound from the day the treaty enters into force for it to the "
            "day before its exit takes effect; signing, announcing and deciding bind and release nobody."
        ),
        table=table,
        alt=(
            f"Timeline, one row per state. {' '.join(rows['says'])} "
            f"{len(marks)} marks show the kinds of dates; they are listed in the table."
        ),
    )


def _table(source: str, bars: pd.DataFrame, record: pd.DataFrame, marks: pd.DataFrame) -> pd.DataFrame:
    """Gather every row that is drawn: bars, outlines and marks, with dates as exact as they are known."""
    parts = [marks] if source == RECORD else [record.assign(what="bound", account=RECORD)]
    parts.insert(0, bars.assign(what="bound", account=source))
    spans = {
        "start": "date",
        "start_precision": "date_precision",
        "end": "until",
        "end_precision": "until_precision",
    }
    table = pd.concat([part.rename(columns=spans) for part in parts])
    table = table.sort_values(["state", "date"], kind="stable", ignore_index=True)
    for column in ("date", "until"):
        table[column] = [
            "" if pd.isna(date) else events.iso(date, precision)
            for date, precision in zip(table[column], table[f"{column}_precision"], strict=True)
        ]
    extra = "instrument" if source == RECORD else "account"
    return table[["state", "what", extra, "date", "until", "date_type", "note", "sources"]]


def _edges(as_of: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp("1991-09-01"), as_of + pd.Timedelta(days=60)


def _lanes(marks: pd.DataFrame, as_of: pd.Timestamp) -> list[int]:
    """Put each mark into the first lane of its row where it does not touch the mark before it."""
    left, right = _edges(as_of)
    lanes: list[int] = []
    last: dict[tuple[str, int], float] = {}
    for state, date in zip(marks["iso3"], marks["date"], strict=True):
        x, lane = (date - left) / (right - left) * theme.WIDTH, 0
        while x - last.get((state, lane), -MARK) < MARK:
            lane += 1
        last[state, lane] = x
        lanes.append(lane)
    return lanes


def _rows(
    bars: pd.DataFrame, record: pd.DataFrame, marks: pd.DataFrame, written: Any = pd.NaT
) -> pd.DataFrame:
    """Give each state its row: from where to where, under which heading, and in words."""
    names = load("states").set_index("iso3")["name"]
    others = sorted({*bars["iso3"]} - {*theme.MEMBERS, *theme.FORMER})
    groups = {"Members": theme.MEMBERS, "Former members": theme.FORMER, "Others it lists": others}
    lanes = marks.groupby("iso3")["lane"].max() + 1
    rows: list[dict[str, Any]] = []
    y = 0
    for group, states in groups.items():
        for position, iso3 in enumerate(states):
            mine, true = (table[table["iso3"] == iso3] for table in (bars, record))
            verdict = "" if bars is record else events.verdict(mine, true, written)
            told = ", ".join(
                f"{words} ({after or aside})" if after or aside else words
                for words, after, aside in zip(mine["words"], mine["after"], mine["aside"], strict=True)
            )
            y += 0 if position else HEADING
            bottom = y + WORDS + BAR + LANE * int(lanes.get(iso3, 0)) + GAP
            rows.append(
                {
                    "iso3": iso3,
                    "state": names[iso3],
                    "heading": "" if position else group,
                    "top": y,
                    "bottom": bottom,
                    "verdict": verdict,
                    "says": f"{names[iso3]}: {told or 'no bar'}{f'; {verdict}' if verdict else ''}.",
                }
            )
            y = bottom
    return pd.DataFrame(rows)


def _chart(
    rows: pd.DataFrame,
    bars: pd.DataFrame,
    behind: pd.DataFrame,
    marks: pd.DataFrame,
    as_of: pd.Timestamp,
    highlight: str | None,
) -> alt.LayerChart:
    canvas = Canvas(rows, *_edges(as_of), highlight)
    middle = WORDS + BAR / 2
    canvas.words(rows, "heading", below=-9, at=NAMES, fontWeight=600, color=theme.MUTED)
    canvas.words(rows, "state", below=middle, at=NAMES, fontSize=13)
    canvas.words(rows, "verdict", below=middle, at=theme.WIDTH + 8)
    gaps = bars[bars["after"] != ""].assign(start=bars["end"])
    canvas.bars(gaps, "again", below=WORDS, height=BAR, hollow=True, stroke=theme.MUTED, strokeDash=[2, 3])
    canvas.words(gaps, "after", below=middle, at="start", dx=5, fontSize=11)
    told = tooltip(state="State", words="Bound", remark="Note", source="Source")
    closed = bars["end_told"]
    canvas.bars(bars[closed], "drawn_to", below=WORDS, height=BAR, tooltip=told)
    canvas.bars(bars[~closed], "drawn_to", below=WORDS, height=BAR, tooltip=told, hollow=True, strokeWidth=2)
    canvas.bars(
        behind, "drawn_to", below=WORDS - 3, height=BAR + 6, hollow=True, stroke=theme.INK, strokeDash=[4, 2]
    )
    canvas.words(bars, "words", below=WORDS / 2 - 2, at="start", fontSize=11)
    canvas.words(bars, "aside", below=WORDS / 2 - 2, at="drawn_to", align="right", fontSize=11)
    canvas.words(
        events.occasions(marks), "name", below=-9, at="date", align="center", fontSize=11, color=theme.MUTED
    )
    canvas.marks(
        marks.assign(drop=LANE * (marks["lane"] + 0.5)),
        list(events.KINDS.values()),
        title="Kind of date",
        below=WORDS + BAR + 3,
        tooltip=tooltip(
            state="State",
            what="Step",
            instrument="About",
            words="Date",
            kind="Kind of date",
            remark="Note",
            source="Source",
        ),
    )
    return canvas.chart()
