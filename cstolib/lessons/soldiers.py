"""Soldiers sent to Kazakhstan in January 2022: each published count, with its counter and its day."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.dates import as_known, date_in_words
from cstolib.figure import Figure
from cstolib.lessons.sheet import Sheet

CRISIS = "kazakhstan-2022"
ALL = "All together"
# Counters that speak for a state or for the organisation; others are marked as press.
OFFICES = ("Ministry", "Parliament", "President", "Secretary General")
NAMES, BARS, WIDTH = 108, 300, 800  # pixels
LINE, GAP, MOST = 19, 12, 4000
TELL = {"state": "State", "told": "Soldiers", "counter": "Counter", "note": "Note", "source": "Source"}


def published_counts() -> pd.DataFrame:
    """List every published count of soldiers sent, with those that the table `contributions` passes over.

    Returns
    -------
    pandas.DataFrame
        `iso3` (missing for all together), `state`, `soldiers` (missing: not said), `counter`, `day`, `kind`
        (``"office"`` or ``"press"``), `arrived`, `left`, `note`, `sources`; states by name, the total last.

    Examples
    --------
    >>> published_counts().query("state == 'Armenia'")["soldiers"].to_list()
    [100, 70]
    """
    table = pd.DataFrame(load("contributions").query("crisis_id == @CRISIS"))
    dates = {
        column: [
            "" if pd.isna(day) else as_known(f"{day:%Y-%m-%d}", str(precision))
            for day, precision in zip(table[column], table[f"{column}_precision"], strict=True)
        ]
        for column in ("arrived", "left", "as_of")
    }
    counted = table[["iso3", "counter", "note", "sources"]].assign(
        soldiers=table["troops_high"], day=dates["as_of"], arrived=dates["arrived"], left=dates["left"]
    )
    rows = pd.concat([counted, _passed_over(counted, table["contribution_id"])], ignore_index=True)
    names = load("states").set_index("iso3")["name"]
    rows["state"] = rows["iso3"].map(names).fillna(ALL)
    rows["counter"] = rows["counter"].fillna("press: no counter named")
    rows["kind"] = ["office" if any(map(text.__contains__, OFFICES)) else "press" for text in rows["counter"]]
    rows["note"] = rows["note"].fillna("")
    rows = rows.sort_values(
        ["state", "kind", "soldiers"],
        key=lambda column: column.where(column != ALL, "~") if column.name == "state" else column,
        ignore_index=True,
    )
    shown = ["iso3", "state", "soldiers", "counter", "day", "kind", "arrived", "left", "note", "sources"]
    return rows[shown]


def _passed_over(counted: pd.DataFrame, ids: pd.Series[str]) -> pd.DataFrame:
    """List the numbers that only the table of disagreements has."""
    other = load("disagreements").query("table == 'contributions' and not chosen")
    states = dict(zip(ids, counted["iso3"], strict=True))
    outlets = load("sources").set_index("source_id")["outlet"]
    other = other[other["key"].isin(ids)]
    known = {(str(iso3), number) for iso3, number in zip(counted["iso3"], counted["soldiers"], strict=True)}
    rows = [
        {
            "iso3": states[line["key"]],
            "soldiers": int(line["value"]),
            "counter": f"press: {outlets[line['source_id']]}",
            "day": "2022-01-06",
            "note": line["reason"],
            "sources": line["sources"],
        }
        for line in other.to_dict("records")
        if (str(states[line["key"]]), int(line["value"])) not in known
    ]
    return pd.DataFrame(rows).assign(arrived="", left="")


def counts_sent() -> Figure:
    """Draw each published count of soldiers sent to Kazakhstan, with its counter and day.

    Returns
    -------
    Figure
        A row for each count, in groups by state; filled: an office counted, hollow: the press.

    Examples
    --------
    >>> int(counts_sent().table["soldiers"].max())
    3970
    """
    table = published_counts()
    table["told"] = [_told(number) for number in table["soldiers"]]
    says = [
        f"{state}: "
        + "; ".join(
            f"{line['told']}, {line['counter']}, {date_in_words(line['day'])}"
            for line in rows.to_dict("records")
        )
        for state, rows in table.groupby("state", sort=False)
    ]
    return Figure(
        chart=_counts_chart(table),
        title="Soldiers sent to Kazakhstan, as counted",
        subtitle="Each row is one published count. Filled mark: counted by an office of a state or of the "
        "CSTO. Hollow mark: printed in the press.",
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("contributions"),
        note="Rows of one state count the same soldiers: never add them up. For Belarus and Russia no number "
        "of an office was found. Kazakhstan was the host and has no row.",
        table=table.drop(columns=["iso3", "told"]),
        alt=f"Rows of marks by state, soldiers from 0 to {MOST:,}. {'. '.join(says)}.",
    )


def _told(number: Any) -> str:
    return "a company, number not found" if pd.isna(number) else f"{number:,}"


def _counts_chart(table: pd.DataFrame) -> Any:
    block = table["state"].ne(table["state"].shift()).cumsum() - 1
    scale = BARS / MOST
    rows = table.assign(
        y=24 + LINE * table.index + GAP * block,
        x=NAMES + table["soldiers"].astype(float).fillna(0) * scale,
        says=table["state"] + ": " + table["told"] + ", " + table["counter"],
        source=[cite(table.iloc[[place]]).short() for place in range(len(table))],
    )
    sheet = Sheet(WIDTH, rows["y"].max() + LINE)
    top, bottom = 14.0, float(rows["y"].max() + 10)
    ticks = range(0, MOST + 1, 1000)
    sheet.lines([(NAMES + tick * scale, top, NAMES + tick * scale, bottom) for tick in ticks], theme.PALE)
    sheet.words([(NAMES + tick * scale, 5, f"{tick:,}") for tick in ticks], color=theme.MUTED, align="center")
    first = rows[rows["state"] != rows["state"].shift()]
    sheet.words([(0, y, state) for y, state in zip(first["y"], first["state"], strict=True)], fontWeight=600)
    for line in rows.to_dict("records"):
        colour = theme.INK if pd.isna(line["iso3"]) else theme.look(line["iso3"]).colour
        sheet.lines([(NAMES, line["y"], line["x"], line["y"])], colour)
        if not pd.isna(line["soldiers"]):
            fill = colour if line["kind"] == "office" else theme.PAPER
            mark = pd.DataFrame([line])
            sheet.marks(mark, TELL, shape="circle", size=75, strokeWidth=1.8, fill=fill, stroke=colour)
    words = [(line["x"] + 9, line["y"], line["told"]) for line in rows.to_dict("records")]
    sheet.words(words, fontWeight=600)
    said = [
        (NAMES + BARS + 62, line["y"], f"{line['counter']}, {date_in_words(line['day'])}")
        for line in rows.to_dict("records")
    ]
    sheet.words(said, fontSize=11, color=theme.MUTED)
    return sheet.chart()
