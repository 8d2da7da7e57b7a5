"""The timeline of membership: who was bound when, by the treaty record or as another source tells it.

Rows, marks and words are laid out here, in pixels, so that none lies on another.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.canvas import Canvas
from cstolib.citations import cite, parse_sources
from cstolib.data import load, missing_reasons, package
from cstolib.errors import known
from cstolib.figure import Figure, date_in_words
from cstolib.membership import spells

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cstolib.data import Package

RECORD = "treaty-record"

# Neutral in colour, so that nobody takes them for the shapes of states; filled if the date has legal effect.
KINDS = {
    "signed": ("Signed", "circle", theme.PAPER),
    "notified": ("Notified", "triangle-right", theme.PAPER),
    "decided": ("Decided", "diamond", theme.PAPER),
    "in_force": ("In force", "square", theme.INK),
    "effective": ("Took effect", "triangle-up", theme.INK),
    "stated": ("Stated", "cross", theme.PAPER),
}

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
    as_of = pd.Timestamp(package().resource("membership")["factsAsOf"])
    own = source == RECORD
    record = _record(as_of)
    bars = record if own else _account(source, as_of)
    marks = _steps() if own else _starts(bars)
    marks = marks.assign(lane=_lanes(marks, as_of))
    rows = _rows(bars, record, marks)
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
            else f"Bars: {_cited(source)}. Dashed outlines: the treaty record. "
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


def source_ids(*columns: Iterable[str]) -> tuple[str, ...]:
    """List the sources named in `sources` columns: column by column, those most often named first.

    Examples
    --------
    >>> source_ids(["a@p. 1;b", "b"], ["c;b"])
    ('b', 'a', 'c')
    """
    ids: list[str] = []
    for cells in columns:
        named = Counter(item.source_id for cell in cells for item in parse_sources(cell))
        ids += [source for source, _ in named.most_common()]
    return tuple(dict.fromkeys(ids))


# What is drawn: spells (bars) and steps (marks).


def _record(as_of: pd.Timestamp) -> pd.DataFrame:
    """Give the spells by the rule of the package, with the kinds of the dates that decide them."""
    table = spells()
    events = load("membership").set_index("event_id")
    first, last = (events.reindex(table[column]).reset_index() for column in ("start_event", "end_event"))
    table = table.assign(
        start_precision=first["date_precision"],
        end_precision=last["date_precision"],
        date_type=first["date_type"],
        end_told=True,
        after=[_exit(row, events) for row in table.to_dict("records")],
        end=table["end"] - pd.Timedelta(days=1),  # the last day bound, as one says it and as others print it
    )
    return _bars(table, as_of)


def _exit(row: Mapping[Any, Any], events: pd.DataFrame) -> str:
    """Say how a spell ended: not renewed, where a step of that time says so, else what its last step was."""
    if pd.isna(row["end"]):
        return ""
    steps = events[(events["iso3"] == row["iso3"]) & (events["event"] == "not-renewed")]
    if (abs(steps["date"] - row["end"]) < pd.Timedelta(days=366)).any():
        return "not renewed"
    return str(events.loc[row["end_event"], "event"])


def _account(source: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Give the spells as one source tells them."""
    table = load("membership_by_source")
    table["end_told"] = missing_reasons("membership_by_source")["end"] != "unknown"
    return _bars(table[table["source_id"] == source].assign(after=""), as_of)


def _bars(table: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Add to spells what is drawn and shown: the end of the bar, the end of the gap after it, words."""
    table = _named(table.sort_values(["iso3", "start"], ignore_index=True))
    words = [_spell(row) for row in table.to_dict("records")]
    return table.assign(
        drawn_to=table["end"].fillna(as_of),
        again=table.groupby("iso3")["start"].shift(-1).fillna(as_of),
        words=words,
        says=table["state"] + ": " + pd.Series(words, dtype="str"),
    )


def _steps() -> pd.DataFrame:
    """List the dated steps of every state, in order."""
    table = load("membership").dropna(subset="date").sort_values(["iso3", "date"], ignore_index=True)
    instruments = load("instruments").set_index("instrument_id")["short_name"]
    table["instrument"] = table["instrument_id"].map(instruments).fillna("")
    table["what"] = table["event"].str.replace("[-_]", " ", regex=True)
    return _marks(table)


def _occasions(steps: pd.DataFrame) -> pd.DataFrame:
    """Name the instruments that several states signed on one day, to stand above their marks."""
    signed = steps[(steps["what"] == "signed") & (steps["date_type"] == "signed")]
    table = signed.groupby(["date", "instrument"], as_index=False).agg(states=("iso3", "nunique"))
    table = table[table["states"] > 1]
    return table.assign(
        iso3=theme.MEMBERS[0], name=table["instrument"].str.replace("^the ", "", regex=True).str.capitalize()
    )


def _starts(bars: pd.DataFrame) -> pd.DataFrame:
    """List the starts of spells as marks, where the source says what kind of date it gives."""
    table = bars.dropna(subset="date_type").rename(
        columns={"start": "date", "start_precision": "date_precision"}
    )
    return _marks(table.assign(what="start", instrument=""))


def _marks(table: pd.DataFrame) -> pd.DataFrame:
    table = _named(table)
    days = [_day(*parts) for parts in zip(table["date"], table["date_precision"], strict=True)]
    return table.assign(
        kind=[KINDS[kind][0] for kind in table["date_type"]],
        words=days,
        says=table["state"] + ": " + table["what"] + ", " + pd.Series(days, index=table.index, dtype="str"),
    )


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Add the name of the state, and the sources in short."""
    short = _short(package())
    names = load("states").set_index("iso3")["name"]
    sources = [
        "; ".join(dict.fromkeys(short[item.source_id] for item in parse_sources(cell)))
        for cell in table["sources"]
    ]
    return table.assign(state=table["iso3"].map(names), source=sources)


def _cited(source: str) -> str:
    title = load("sources").set_index("source_id")["title"][source]
    return f"{_short(package())[source]}, \u201c{title}\u201d"


@lru_cache(maxsize=1)
def _short(tables: Package) -> dict[str, str]:  # noqa: ARG001 - other tables, other names
    return {reference.source["source_id"]: reference.short() for reference in cite(load("sources"))}


def _iso(date: pd.Timestamp, precision: str) -> str:
    return f"{date:%Y-%m-%d}"[: {"year": 4, "month": 7}.get(precision, 10)]


def _day(date: pd.Timestamp, precision: str) -> str:
    return date_in_words(_iso(date, precision))


def _spell(row: Mapping[Any, Any]) -> str:
    start = _day(row["start"], row["start_precision"])
    if not row["end_told"]:
        return f"from {start}, no end given"
    return (
        f"since {start}" if pd.isna(row["end"]) else f"{start} until {_day(row['end'], row['end_precision'])}"
    )


def _verdict(told: pd.DataFrame, true: pd.DataFrame) -> str:
    """Say whether a source agrees with the treaty record on one state, as far as its dates are exact."""
    if told.empty or true.empty:
        return "not listed" if told.empty else "never bound"
    pairs = zip(told.to_dict("records"), true.to_dict("records"), strict=False)
    same = len(told) == len(true) and all(_same(*pair, end) for pair in pairs for end in ("start", "end"))
    return "agrees" if same else "differs"


def _same(told: Mapping[Any, Any], true: Mapping[Any, Any], column: str) -> bool:
    if column == "end" and not told["end_told"]:
        return True
    if pd.isna(told[column]) or pd.isna(true[column]):
        return bool(pd.isna(told[column]) and pd.isna(true[column]))
    parts = {"year": 1, "month": 2}.get(told[f"{column}_precision"], 3)
    return bool(told[column].timetuple()[:parts] == true[column].timetuple()[:parts])


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
            "" if pd.isna(date) else _iso(date, precision)
            for date, precision in zip(table[column], table[f"{column}_precision"], strict=True)
        ]
    extra = "instrument" if source == RECORD else "account"
    return table[["state", "what", extra, "date", "until", "date_type", "sources"]]


# Where it is drawn.


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


def _rows(bars: pd.DataFrame, record: pd.DataFrame, marks: pd.DataFrame) -> pd.DataFrame:
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
            verdict = "" if bars is record else _verdict(mine, true)
            told = ", ".join(
                f"{words} ({after})" if after else words
                for words, after in zip(mine["words"], mine["after"], strict=True)
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
    told = _tooltip(state="State", words="Bound", source="Source")
    closed = bars["end_told"]
    canvas.bars(bars[closed], "drawn_to", below=WORDS, height=BAR, tooltip=told)
    canvas.bars(bars[~closed], "drawn_to", below=WORDS, height=BAR, tooltip=told, hollow=True, strokeWidth=2)
    canvas.bars(
        behind, "drawn_to", below=WORDS - 3, height=BAR + 6, hollow=True, stroke=theme.INK, strokeDash=[4, 2]
    )
    canvas.words(bars, "words", below=WORDS / 2 - 2, at="start", fontSize=11)
    canvas.words(
        _occasions(marks), "name", below=-9, at="date", align="center", fontSize=11, color=theme.MUTED
    )
    canvas.marks(
        marks.assign(drop=LANE * (marks["lane"] + 0.5)),
        list(KINDS.values()),
        title="Kind of date",
        below=WORDS + BAR + 3,
        tooltip=_tooltip(
            state="State", what="Step", instrument="About", words="Date", kind="Kind of date", source="Source"
        ),
    )
    return canvas.chart()


def _tooltip(**titles: str) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]
