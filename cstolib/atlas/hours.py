"""The dated steps of crises, counted in hours from the hour zero of each, so that they can be compared.

The rule. Hour zero is the beginning of the first step of `timeline` on or after the first day of the crisis;
of two that begin together, the one known more exactly. A step known only to its day could lie anywhere in
its 24 hours on the spot: it is drawn as a bar of that length, and when hour zero is such a step, all hours of
that crisis may be up to 24 too many (of a step known only to its month, up to 744).
"""

from __future__ import annotations

from datetime import timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.dates import as_known, date_in_words
from cstolib.errors import CstolibError, known
from cstolib.figure import Figure
from cstolib.lessons.sheet import LINE, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt

# Where the day of a step begins: clocks on the spot at the time of the crisis, in hours ahead of UTC. The
# table gives an offset only with an hour.
AHEAD = {
    "andijan-2005": 5,
    "april-war-2016": 4,
    "armenia-azerbaijan-nov-2021": 4,
    "armenia-azerbaijan-sept-2022": 4,
    "armenia-freeze-2024": 4,
    "batken-1999": 6,
    "batken-2000": 6,
    "crimea-2014": 2,
    "georgia-2008": 4,
    "karabakh-2020": 4,
    "karabakh-2023": 4,
    "kazakhstan-2022": 6,
    "kursk-2024": 3,
    "kyrgyz-tajik-2021": 6,
    "kyrgyz-tajik-sept-2022": 6,
    "kyrgyzstan-april-2010": 6,
    "line-of-contact-2014-15": 4,
    "osh-2010": 6,
    "su24-2015": 2,
    "syunik-2021": 4,
    "tajik-afghan-2021": 5,
    "tajik-afghan-2025": 5,
    "tajik-civil-war": 5,
    "tavush-2020": 4,
    "ukraine-2022": 2,
    "yerevan-summit-2022": 4,
}
EXACT = ("minute", "hour", "day", "month", "year")
TIMED = EXACT[:2]
WHEN, WORDS, PLOT = 104, 330, 336  # pixels: three columns
HEAD, ROW, PAD = 26, 7, 18
LETTERS = 56  # of a headline on one line
WEEK, YEAR, MOST_TICKS = 168, 8760, 7
TICKS = (6, 12, 24, 48, 72, 120, 240, 480, 720, 1440, 2400, 4800, 8760, 17520)  # hours between two
TELL = {
    "headline": "Step",
    "local": "On the spot",
    "told_hours": "Since hour zero",
    "precision": "Known to the",
    "note": "Note",
    "source": "Source",
}


def steps(crisis_id: str, zero: str | None = None) -> pd.DataFrame:
    """List the dated steps of a crisis with their hours since hour zero.

    Parameters
    ----------
    crisis_id : str
        A crisis, such as ``"kazakhstan-2022"``.
    zero : str, optional
        The `event_id` of a step of the crisis to count from; by default the rule of this module.

    Returns
    -------
    pandas.DataFrame
        One row per step in order of time: `event_id`, `when` and `until` (between which it lies, in UTC),
        `hours` and `hours_until` (the same since hour zero), `precision`, `local` (as the clocks on the spot
        showed it), `headline`, `actors`, `note` and `sources`. Of a step known to the minute or hour both
        ends are the same. The order of steps known to the same day says nothing.

    Examples
    --------
    >>> steps("su24-2015").loc[lambda rows: rows["hours"] == 0, "headline"].item()
    'Turkish F-16 shoots down a Russian Su-24M'
    >>> steps("kazakhstan-2022", zero="kazakhstan-2022-request").query("hours > 0")["hours"].min().item()
    2.75
    """
    known("crisis", crisis_id, load("crises")["crisis_id"])
    rows = pd.DataFrame(load("timeline")).query("crisis_id == @crisis_id")
    spans = [_span(row, AHEAD[crisis_id]) for row in rows.to_dict("records")]
    table = pd.DataFrame(
        {
            "event_id": rows["event_id"],
            "when": pd.to_datetime([start for start, _ in spans]).as_unit("s"),
            "until": pd.to_datetime([end for _, end in spans]).as_unit("s"),
            "precision": rows["when_precision"],
            "local": [_local(row) for row in rows.to_dict("records")],
            "headline": rows["headline"],
            "actors": rows["actors"],
            "note": rows["note"],
            "sources": rows["sources"],
        }
    )
    table["rank"] = table["precision"].map(EXACT.index)
    table = table.sort_values(["when", "rank", "until", "event_id"], ignore_index=True)
    if zero is None:
        begun = load("crises").set_index("crisis_id")["start"].dt.tz_localize("UTC")
        first = begun[crisis_id] - timedelta(hours=AHEAD[crisis_id])
        zero = str(table.loc[table["when"] >= first, "event_id"].iloc[0])
    known(f"step of {crisis_id}", zero, table["event_id"])
    start = table["when"][table["event_id"] == zero].iloc[0]
    for place, (column, source) in enumerate((("hours", "when"), ("hours_until", "until"))):
        hours = [round((moment - start).total_seconds() / 3600, 2) for moment in table[source]]
        table.insert(3 + place, column, hours)
    return table.drop(columns="rank")


def _span(row: Mapping[Any, Any], ahead: int) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Give the first and the last moment, in UTC, at which a step can have been."""
    day = row["when"].tz_localize("UTC")
    if not pd.isna(row["time"]):
        sign, hours, minutes = row["utc_offset"][0], row["utc_offset"][1:3], row["utc_offset"][4:]
        offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
        moment = day + pd.Timedelta(f"{row['time']}:00") - offset
        return moment, moment
    length = {"month": pd.DateOffset(months=1), "year": pd.DateOffset(years=1)}
    end = day + length.get(row["when_precision"], pd.DateOffset(days=1))
    return day - timedelta(hours=ahead), end - timedelta(hours=ahead)


def _local(row: Mapping[Any, Any]) -> str:
    day = as_known(f"{row['when']:%Y-%m-%d}", row["when_precision"])
    return day if pd.isna(row["time"]) else f"{day} {row['time']} UTC{row['utc_offset']}"


def aligned_timelines(
    *crisis_ids: str, until_hours: float | None = None, zero: Mapping[str, str] | None = None
) -> Figure:
    """Draw the steps of crises under each other, aligned on the hour zero of each.

    Parameters
    ----------
    *crisis_ids : str
        Crises, such as ``"armenia-azerbaijan-sept-2022", "kyrgyz-tajik-sept-2022"``.
    until_hours : float, optional
        Leave out steps that lie wholly beyond this, after hour zero or before it.
    zero : mapping of str to str, optional
        For a crisis, the `event_id` of the step to count from, where it shall not be the first one.

    Returns
    -------
    Figure
        One lane per crisis, one row per step; points for steps known to the minute or hour, bars for others.

    Examples
    --------
    >>> aligned_timelines("kazakhstan-2022", "su24-2015", until_hours=100).title
    'Two crises, step by step from hour zero'
    """
    if not crisis_ids:
        raise CstolibError("Name at least one crisis, such as aligned_timelines('kazakhstan-2022').")
    if until_hours is not None and until_hours <= 0:
        raise CstolibError(f"until_hours is a number of hours above 0, not {until_hours!r}.")
    lanes = {
        crisis: steps(crisis, (zero or {}).get(crisis)) for crisis in dict.fromkeys(map(str, crisis_ids))
    }
    shown = {crisis: _within(lane, until_hours) for crisis, lane in lanes.items()}
    left_out = sum(map(len, lanes.values())) - sum(map(len, shown.values()))
    names = load("crises").set_index("crisis_id")["name"]
    titles = {crisis: f"{names[crisis]} \u2013 hour zero: {_head(lane)}" for crisis, lane in lanes.items()}
    told = [
        f"{titles[crisis]}: "
        + "; ".join(f"{_hours(row)}, {row['headline']} ({row['local']})" for row in lane.to_dict("records"))
        for crisis, lane in shown.items()
    ]
    table = _table(shown, names)
    numbers = {1: "One crisis", 2: "Two crises", 3: "Three crises", 4: "Four crises"}
    return Figure(
        chart=_chart(shown, titles, until_hours),
        title=f"{numbers.get(len(shown), f'{len(shown)} crises')}, step by step from hour zero",
        subtitle="Points: known to the minute or hour. Bars: known only to the day (grey), month or year "
        "(hollow); the step lies somewhere within. Dates and times as on the spot.",
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("timeline"),
        note=_note(lanes, until_hours, left_out, chosen=bool(zero)),
        table=table,
        alt=f"Timelines on one axis of hours since hour zero. {'. '.join(told)}.",
    )


def _within(lane: pd.DataFrame, until: float | None) -> pd.DataFrame:
    """Keep points up to an hour, and bars of which some part lies before it."""
    if until is None:
        return lane
    point = lane["hours"] == lane["hours_until"]
    inside = (lane["hours"] < until) & (lane["hours_until"] > -until)
    return lane[inside | (point & (lane["hours"].abs() == until))]


def _head(lane: pd.DataFrame) -> str:
    """Say when hour zero of a lane was."""
    first = lane[lane["hours"] == 0].iloc[0]
    day, _, time = first["local"].partition(" ")
    return f"{date_in_words(day)}, {time}" if time else f"at the start of {date_in_words(day)}"


def _hours(row: Mapping[Any, Any]) -> str:
    """Write the hours of a step, as one number or as the bounds between which it lies.

    Examples
    --------
    >>> _hours({"hours": 2.75, "hours_until": 2.75}), _hours({"hours": 24.0, "hours_until": 48.0})
    ('hour 2.75', 'hours 24 to 48')
    """
    start, end = (f"{row[column]:g}".replace("-", "\u2212") for column in ("hours", "hours_until"))
    return f"hour {start}" if start == end else f"hours {start} to {end}"


def _note(lanes: Mapping[str, pd.DataFrame], until: float | None, left_out: int, *, chosen: bool) -> str:
    rule = (
        "Hour zero is a step chosen for this figure."
        if chosen
        else "Hour zero is the beginning of the first recorded step on or after the first day of the crisis."
    )
    parts = [rule]
    if vague := {lane.loc[lane["hours"] == 0, "precision"].iloc[0] for lane in lanes.values()} - {*TIMED}:
        most = "24 too many" if vague == {"day"} else "24 (to its month: 744) too many"
        parts.append(f"Where that step is known only to its day, all hours may be up to {most}.")
    if left_out:
        steps_ = "1 step" if left_out == 1 else f"{left_out} steps"
        parts.append(f"Left out, more than {until:g} hours from hour zero: {steps_}.")
    parts.append(
        "The order of rows within one day says nothing; a step that is missing may still have happened."
    )
    return " ".join(parts)


def _table(shown: Mapping[str, pd.DataFrame], names: pd.Series[str]) -> pd.DataFrame:
    states = load("states").set_index("iso3")["name"].to_dict()
    lanes = [
        pd.DataFrame(
            {
                "crisis": names[crisis],
                "step": lane["headline"],
                "on the spot": lane["local"],
                "hours from": lane["hours"],
                "hours to": lane["hours_until"],
                "known to the": lane["precision"],
                "actors": [
                    ", ".join(states.get(name, name) for name in str(cell).split(";"))
                    if not pd.isna(cell)
                    else ""
                    for cell in lane["actors"]
                ],
                "note": lane["note"].astype("str").fillna(""),
                "sources": lane["sources"],
            }
        )
        for crisis, lane in shown.items()
    ]
    return pd.concat(lanes, ignore_index=True)


def _chart(
    shown: Mapping[str, pd.DataFrame], titles: Mapping[str, str], until: float | None
) -> alt.LayerChart:
    """Lay out the lanes: when, what, and where on the axis of hours."""
    low = min(0.0, *(float(lane["hours"].min()) for lane in shown.values()))
    high = max(24.0, *(float(lane["hours_until"].max()) for lane in shown.values()))
    if until is not None:  # what is known only to its month may reach far beyond
        low, high = max(low, -until), min(high, max(24.0, until))
    left = WHEN + WORDS

    def at(hours: float) -> float:
        return left + (min(max(hours, low), high) - low) / (high - low) * PLOT

    rows, heads, lanes, y = [], list[tuple[float, float, str]](), list[tuple[float, float]](), 0.0
    for crisis, lane in shown.items():
        heads.append((0, y + 14, titles[crisis]))
        y += HEAD
        lanes.append((y, y))
        for row in lane.to_dict("records"):
            text = wrap(row["headline"], LETTERS)
            y += ROW + LINE * len(text)
            rows.append(
                row
                | {"x": at(row["hours"]), "x2": at(row["hours_until"]), "y": y - LINE * len(text) / 2}
                | {"text": "\n".join(text), "says": f"{row['headline']}, {_hours(row)}"}
                | {"told_hours": _hours(row), "source": cite(pd.DataFrame([row])).short()}
            )
        lanes[-1] = (lanes[-1][0], y + ROW)
        y += PAD
    sheet = Sheet(left + PLOT + 10, y + 22)
    gap = next((tick for tick in TICKS if (high - low) / tick <= MOST_TICKS), TICKS[-1])
    ticks = range(-int(-low // gap) * gap, int(high) + 1, gap)
    for top, bottom in lanes:
        sheet.lines([(at(tick), top, at(tick), bottom) for tick in ticks if tick], theme.PALE)
        sheet.lines([(at(0), top, at(0), bottom)], theme.INK)
    unit = "y" if gap % YEAR == 0 else "d" if gap % 24 == 0 and high - low > WEEK else "h"
    labels = [(at(tick), y + 4, _tick(tick, unit)) for tick in ticks]
    sheet.words(labels, align="center", fontSize=11, color=theme.MUTED)
    sheet.words(heads, fontSize=13, fontWeight=600)
    when = [(0.0, row["y"], row["local"].partition(" UTC")[0]) for row in rows]
    sheet.words(when, fontSize=11, color=theme.MUTED)
    sheet.words([(WHEN, row["y"], row["text"]) for row in rows], fontSize=11)
    _marks(sheet, pd.DataFrame(rows))
    return sheet.chart()


def _marks(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Draw the steps: bars for those known to the day or less, points for the others."""
    rows = rows.assign(note=rows["note"].astype("str").fillna("none"))
    timed, day = rows["precision"].isin(TIMED), rows["precision"] == "day"
    bars = rows.assign(x2=rows["x2"].clip(lower=rows["x"] + 3), y2=rows["y"] + 5, y=rows["y"] - 5)
    sheet.marks(bars[day], TELL, box=True, fill=theme.GREY, stroke=theme.INK, strokeWidth=0.8)
    vague = bars[~day & ~timed]
    sheet.marks(vague, TELL, box=True, fill=theme.PAPER, stroke=theme.INK, strokeDash=[3, 2])
    sheet.marks(rows[timed], TELL, shape="circle", filled=True, fill=theme.INK, size=70)


def _tick(hours: int, unit: str) -> str:
    """Write where on the axis one is, in hours, days or years of 365 days.

    Examples
    --------
    >>> _tick(0, "d"), _tick(48, "d"), _tick(48, "h"), _tick(17520, "y")
    ('0', '2 d', '48 h', '2 y')
    """
    return f"{hours // {'h': 1, 'd': 24, 'y': YEAR}[unit]} {unit}".replace("-", "\u2212") if hours else "0"
