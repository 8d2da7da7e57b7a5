"""What a timeline of membership shows: spells and dated steps, with their words and their sources.

A spell is told by the treaty record, through the rule of :func:`cstolib.spells`, or by another source. Dates
are written no more exactly than they are known.
"""

from __future__ import annotations

from functools import lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib import theme
from cstolib.citations import cite, parse_sources
from cstolib.data import load, missing_reasons, package
from cstolib.dates import as_known, date_in_words
from cstolib.membership import spells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstolib.data import Package

RECORD = "treaty-record"
REMARK = 110  # characters of a note in a tooltip; the table has all of it

# Neutral in colour, so that nobody takes them for the shapes of states; filled if the date has legal effect.
KINDS = {
    "signed": ("Signed", "circle", theme.PAPER),
    "notified": ("Notified", "triangle-right", theme.PAPER),
    "decided": ("Decided", "diamond", theme.PAPER),
    "in_force": ("In force", "square", theme.INK),
    "effective": ("Took effect", "triangle-up", theme.INK),
    "stated": ("Stated", "cross", theme.PAPER),
}


def record(as_of: pd.Timestamp) -> pd.DataFrame:
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
        aside=[_aside(row, events) for row in table.to_dict("records")],
        note=first["note"].fillna("").str.cat(last["note"].fillna(""), sep=" ").str.strip(),
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


def _aside(row: Mapping[Any, Any], events: pd.DataFrame) -> str:
    """Say that a state which is still bound has frozen its participation, where a step of its own says so."""
    frozen = events["note"].str.contains("frozen", na=False) & (events["event"] == "distanced")
    steps = events[frozen & (events["iso3"] == row["iso3"])].sort_values("date")
    if steps.empty or not pd.isna(row["end"]):
        return ""
    said = _day(steps["date"].iloc[0], steps["date_precision"].iloc[0])
    return f"participation frozen, by its own statement of {said}; still bound"


def account(source: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Give the spells as one source tells them."""
    table = load("membership_by_source")
    table["end_told"] = missing_reasons("membership_by_source")["end"] != "unknown"
    return _bars(table[table["source_id"] == source].assign(after="", aside=""), as_of)


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


def steps() -> pd.DataFrame:
    """List the dated steps of every state, in order."""
    table = load("membership").dropna(subset="date").sort_values(["iso3", "date"], ignore_index=True)
    instruments = load("instruments").set_index("instrument_id")["short_name"]
    table["instrument"] = table["instrument_id"].map(instruments).fillna("")
    table["what"] = table["event"].str.replace("[-_]", " ", regex=True)
    return _marks(table)


def occasions(steps: pd.DataFrame) -> pd.DataFrame:
    """Name the instruments that several states signed on one day, to stand above their marks."""
    signed = steps[(steps["what"] == "signed") & (steps["date_type"] == "signed")]
    table = signed.groupby(["date", "instrument"], as_index=False).agg(states=("iso3", "nunique"))
    table = table[table["states"] > 1]
    return table.assign(
        iso3=theme.MEMBERS[0], name=table["instrument"].str.replace("^the ", "", regex=True).str.capitalize()
    )


def starts(bars: pd.DataFrame) -> pd.DataFrame:
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
    """Add the name of the state, the sources in short, and the note, whole and in short."""
    short = _short(package())
    names = load("states").set_index("iso3")["name"]
    sources = [
        "; ".join(dict.fromkeys(short[item.source_id] for item in parse_sources(cell)))
        for cell in table["sources"]
    ]
    notes = table["note"].fillna("").astype("str")
    remarks = [shorten(note, REMARK, placeholder=" \u2026") for note in notes]
    return table.assign(state=table["iso3"].map(names), source=sources, note=notes, remark=remarks)


def cited(source: str) -> str:
    """Name a source in short and by its title, which is told once."""
    title = load("sources").set_index("source_id")["title"][source]
    short = _short(package())[source]
    return short if title in short else f"{short}, \u201c{title}\u201d"


@lru_cache(maxsize=1)
def _short(tables: Package) -> dict[str, str]:  # noqa: ARG001 - other tables, other names
    return {reference.source["source_id"]: reference.short() for reference in cite(load("sources"))}


def iso(date: pd.Timestamp, precision: str) -> str:
    """Write a date as far as it is known."""
    return as_known(f"{date:%Y-%m-%d}", precision)


def _day(date: pd.Timestamp, precision: str) -> str:
    return date_in_words(iso(date, precision))


def _spell(row: Mapping[Any, Any]) -> str:
    start = _day(row["start"], row["start_precision"])
    if not row["end_told"]:
        return f"from {start}, no end given"
    return (
        f"since {start}" if pd.isna(row["end"]) else f"{start} until {_day(row['end'], row['end_precision'])}"
    )


def written(source: str) -> Any:
    """Give the last day of which a source can know, its own date; NaT where it has none."""
    row = load("sources").set_index("source_id").loc[source]
    if pd.isna(row["date"]):
        return pd.NaT
    return (
        row["date"].to_period({"year": "Y", "month": "M"}.get(row["date_precision"], "D")).end_time.floor("D")
    )


def verdict(told: pd.DataFrame, true: pd.DataFrame, until: Any = pd.NaT) -> str:
    """Say how a source departs from the treaty record on one state, as far as its dates are exact.

    What came after the day on which the source was written, `until`, is not held against it.
    """
    if told.empty:
        return "not listed"
    if not pd.isna(until):
        known = true[true["start"] <= until]
        true = known.assign(end=known["end"].where(known["end"] <= until))
    if true.empty:
        return "never bound"
    found: list[str] = []
    left = true.to_dict("records")
    for spell in told.to_dict("records"):
        if not left:
            found.append("adds a spell")
            break
        gaps = [abs(real["start"] - spell["start"]) for real in left]
        nearest = left.pop(gaps.index(min(gaps)))
        found += [_departure(spell, nearest, side) for side in ("start", "end")]
    if left:
        found.append("leaves out a spell")
    return "; ".join(dict.fromkeys(filter(None, found))) or "agrees"


def _departure(told: Mapping[Any, Any], true: Mapping[Any, Any], side: str) -> str:
    if _same(told, true, side):
        return ""
    # An end that is open is later than any.
    late = pd.isna(told[side]) or (not pd.isna(true[side]) and told[side] > true[side])
    if side == "start" and not late and told["date_type"] == "signed":
        return "counts from signature"
    return f"{side}s {'later' if late else 'earlier'}"


def _same(told: Mapping[Any, Any], true: Mapping[Any, Any], column: str) -> bool:
    if column == "end" and not told["end_told"]:
        return True
    if pd.isna(told[column]) or pd.isna(true[column]):
        return bool(pd.isna(told[column]) and pd.isna(true[column]))
    parts = {"year": 1, "month": 2}.get(told[f"{column}_precision"], 3)
    return bool(told[column].timetuple()[:parts] == true[column].timetuple()[:parts])
