"""Which exercises were held where, as far as sources report them."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.canvas import tooltip
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.dates import as_known
from cstolib.figure import Figure

__all__ = ["drills_by_host"]

# The frame of other exercises of the same year, whose parts have rows of their own.
FRAME = "Combat Brotherhood"
# What is known of an exercise: shape and fill of its mark.
KINDS = {
    "held, no absence reported": ("circle", theme.INK),
    "held, a member stayed away": ("diamond", theme.look("KGZ").colour),
    "cancelled, postponed or moved": ("cross", theme.PAPER),
    "planned, no report found": ("circle", theme.PAPER),
}
_CELL, _ROW, _STEP = 26, 42, 12


def drills_by_host() -> Figure:
    """Draw the exercises that sources name, by year and host.

    Returns
    -------
    Figure
        One mark for each exercise in each host state; above, how many were held in each year.

    Examples
    --------
    >>> drills_by_host().title
    'Exercises under the roof of the CSTO, by year and host'
    """
    every = load("drills")
    table = every[every["series"] != FRAME].copy()
    table["kind"] = [_kind(row) for row in table.to_dict("records")]
    hosts = table.assign(iso3=table["host_iso3"].str.split(";")).explode("iso3")
    hosts = hosts.fillna({"iso3": "unknown"}).sort_values(["year", "iso3", "series"])
    names = {**load("states").set_index("iso3")["name"], "unknown": "Host unknown"}
    rows = {iso3: place for place, iso3 in enumerate((*theme.MEMBERS, "unknown"))}
    first, last = int(hosts["year"].min()), int(hosts["year"].max())
    place = hosts.groupby(["year", "iso3"]).cumcount()
    drawn = hosts.assign(
        x=(hosts["year"].astype(int) - first) * _CELL + 8 + place % 2 * _STEP,
        y=hosts["iso3"].map(rows) * _ROW + 9 + place // 2 * _STEP,
        host=hosts["iso3"].map(names),
        stayed=hosts["absent"].fillna("none reported"),
        soldiers=[_number(row) for row in hosts.to_dict("records")],
        source=[cite(hosts.iloc[[place]]).short() for place in range(len(hosts))],
    )
    drawn["says"] = (
        drawn["series"] + " " + drawn["year"].astype(str) + ", " + drawn["host"] + ": " + drawn["kind"]
    )
    held = (
        table[table["status"] == "held"].groupby("year").size().reindex(range(first, last + 1), fill_value=0)
    )
    years = pd.DataFrame(
        {
            "year": [f"{year}" for year in held.index],
            "short": [f"'{year % 100:02d}" for year in held.index],
            "held": [f"{number}" if number else "\u2013" for number in held],
            "x": [(year - first) * _CELL + 13 for year in held.index],
        }
    )
    width, height = (last - first + 1) * _CELL, len(rows) * _ROW
    away = table[table["status"] == "held"]["absent"].dropna().str.split(";").explode().value_counts()
    counts = ", ".join(f"{year}: {number}" for year, number in held.items() if number)
    return Figure(
        chart=_grid(drawn, years, {names[iso3]: at for iso3, at in rows.items()}, width, height),
        title="Exercises under the roof of the CSTO, by year and host",
        subtitle=(
            "One mark is one named exercise in one host state. "
            "Numbers: held in the year, as far as reported; a dash: none found."
        ),
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("drills"),
        note=(
            "Only exercises that the documents read name: fewer marks can mean fewer exercises or "
            "fewer reports. Names that are held together (Interaction, Search, Echelon) count one by one; "
            "the frame Combat Brotherhood is left out. An exercise with several hosts has a mark in "
            "each. No absence reported does not mean that all came."
        ),
        table=hosts.assign(start=_starts(hosts))[
            [
                "drill_id",
                "series",
                "year",
                "start",
                "iso3",
                "kind",
                "absent",
                "troops_low",
                "troops_high",
                "sources",
            ]
        ].rename(columns={"iso3": "host"}),
        alt=(
            f"Grid of marks, hosts in rows and the years {first} to {last} in columns. "
            f"Held in each year: {counts}. "
            "Stayed away from exercises that were held: "
            f"{', '.join(f'{names[iso3]} {number}' for iso3, number in away.items())}."
        ),
    )


def _kind(row: dict[Any, Any]) -> str:
    """Sort one exercise into what is known of it."""
    if row["status"] == "held":
        return list(KINDS)[0 if pd.isna(row["absent"]) else 1]
    return list(KINDS)[3 if pd.isna(row["status"]) else 2]


def _starts(drills: pd.DataFrame) -> list[str]:
    """Write first days no more exactly than they are known."""
    return [
        "" if pd.isna(start) else as_known(f"{start:%Y-%m-%d}", str(precision))
        for start, precision in zip(drills["start"], drills["start_precision"], strict=True)
    ]


def _number(row: dict[Any, Any]) -> str:
    """Write how many soldiers were announced."""
    low, high = (
        None if pd.isna(row[column]) else f"{row[column]:,}" for column in ("troops_low", "troops_high")
    )
    if low and high:
        return low if low == high else f"{low} to {high}"
    return f"more than {low}" if low else f"up to {high}" if high else "not published for this exercise alone"


def _grid(
    drawn: pd.DataFrame, years: pd.DataFrame, rows: dict[str, int], width: int, height: int
) -> alt.LayerChart:
    """Put the marks on a ruled ground, with hosts on the left and years above."""
    y = alt.Scale(domain=[height, 0], nice=False)
    x = alt.Scale(domain=[0, width], nice=False)
    sides = pd.DataFrame({"says": ["Year", "Held"], "up": [-24, -9]})
    ruled = pd.DataFrame(
        [{"host": host, "y": at * _ROW, "middle": at * _ROW + 21} for host, at in rows.items()]
    )
    rules = alt.Chart(ruled).mark_rule(color=theme.PALE, aria=False)
    names = alt.Chart(ruled).mark_text(align="right", dx=-10, fontSize=13, aria=False)
    at_y = alt.Y("y:Q", axis=None, scale=y)
    at_x = alt.X("x:Q", axis=None, scale=x)
    shapes, fills = ([look[part] for look in KINDS.values()] for part in range(2))
    legend = alt.Legend(columns=2, labelLimit=250, offset=44)
    marks = alt.Chart(drawn).mark_point(size=48, stroke=theme.INK, strokeWidth=1.2, opacity=1)
    head = alt.Chart(years).mark_text(color=theme.MUTED, fontSize=11, aria=False)
    return alt.LayerChart(
        layer=[
            rules.encode(y=at_y),
            names.encode(y=alt.Y("middle:Q", axis=None, scale=y), x=alt.value(0), text="host:N"),
            *(
                alt.Chart(sides[place : place + 1])
                .mark_text(align="right", dx=-10, color=theme.MUTED, fontSize=11, aria=False)
                .encode(x=alt.value(0), y=alt.value(int(sides["up"][place])), text="says:N")
                for place in range(2)
            ),
            head.encode(x=at_x, y=alt.value(-24), text="short:N"),
            alt.Chart(years)
            .mark_text(fontWeight=600, aria=False)
            .encode(x=at_x, y=alt.value(-9), text="held:N"),
            marks.encode(
                x=at_x,
                y=at_y,
                shape=alt.Shape(
                    "kind:N", title=None, legend=legend, scale=alt.Scale(domain=list(KINDS), range=shapes)
                ),
                fill=alt.Fill(
                    "kind:N", title=None, legend=legend, scale=alt.Scale(domain=list(KINDS), range=fills)
                ),
                description="says:N",
                tooltip=tooltip(
                    series="Exercise",
                    year="Year",
                    host="Host",
                    kind="What is known",
                    stayed="Stayed away",
                    soldiers="Soldiers announced",
                    source="Source",
                ),
            ),
        ]
    ).properties(width=width, height=height)
