"""Rows of counts, each with its day, its counter and its mark, on one scale for each crisis."""

from __future__ import annotations

from itertools import pairwise
from textwrap import fill
from typing import Any

import pandas as pd

from cstolib import theme
from cstolib.lessons.sheet import LINE, Sheet

_COUNTER, _PLOT, WIDTH = 104, 398, 790  # pixels from the left
_TAIL, _LETTER = 36, 7  # pixels from a mark over its arrow to its number, and for each letter of it
_LETTERS = 50  # of a counter's name to a line


def counts_chart(table: pd.DataFrame, number: float | None = None) -> Any:
    """Draw one row for each count, in groups by crisis and side.

    Parameters
    ----------
    table : pandas.DataFrame
        crisis, side, iso3, counter, counted, low, high, point (where the mark stands), and in words: date,
        when, text (the number), says (the whole row), note, source.
    number : float, optional
        A number to compare: an upright line stands at it.

    Returns
    -------
    altair chart
    """
    named = table["counter"] + (": " + table["counted"]).where(table["counted"] != "", "")
    table = table.assign(named=[fill(text, _LETTERS) for text in named])
    table, heads, height = _place(table)
    sheet = Sheet(WIDTH, height)
    tops = dict(heads)
    for place, (crisis, rows) in enumerate(table.groupby("crisis", sort=False)):
        bottom = [*(at for _, at in heads), height + 4][place + 1] - 12
        _panel(sheet, str(crisis), rows, tops[str(crisis)], bottom, number)
    return sheet.chart()


def _place(table: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, float]], float]:
    """Give each count its height, each crisis the top of its rows, and the chart its height."""
    top, before = 0.0, ("", "")
    heights: list[float] = []
    heads: list[tuple[str, float]] = []
    for row in table.to_dict("records"):
        if row["crisis"] != before[0]:
            top += 12 if heads else 0
            heads.append((row["crisis"], top))
            top += 34
        if (row["crisis"], row["side"]) != before:
            top += 22
        before = (row["crisis"], row["side"])
        height = 5 + LINE * (1 + row["named"].count("\n"))
        heights.append(top + height / 2)
        top += height
    return table.assign(y=heights), heads, top + 8


def _panel(
    sheet: Sheet, crisis: str, rows: pd.DataFrame, top: float, bottom: float, number: float | None
) -> None:
    """Draw the counts of one crisis on one scale."""
    ends = rows["high"].fillna(rows["point"]).astype(float)
    most = max(ends.max(), number or 0, 1)
    room = (WIDTH - _PLOT - _TAIL - _LETTER * rows["text"].str.len()) / ends.clip(lower=1)
    scale = min(room.min(), 0.75 * (WIDTH - _PLOT) / most)  # so that every number has room beside its mark

    def x(value: Any) -> float:
        return _PLOT + float(value) * scale

    sheet.words([(0, top + 8, crisis)], fontWeight=600, fontSize=13)
    ticks = _ticks(float(most))
    sheet.lines([(x(tick), top + 30, x(tick), bottom) for tick in ticks], theme.PALE)
    sheet.words([(x(tick), top + 22, f"{tick:,}") for tick in ticks], align="center", color=theme.MUTED)
    tell = {"counter": "Counter", "date": "Date", "text": "Count", "note": "Note", "source": "Source"}
    for side in rows["side"].unique():
        some = rows[rows["side"] == side]
        look = theme.LOOKS.get(some["iso3"].iloc[0], theme.Look(theme.INK, "circle"))
        head = some["y"].iloc[0] - (5 + LINE * (1 + some["named"].iloc[0].count("\n"))) / 2 - 9
        sheet.words([(0, head, f"{side[0].upper()}{side[1:]}")], fontWeight=600, color=theme.MUTED)
        for _, own in some.groupby(["counter", "counted"], sort=False):
            steps = list(pairwise(zip(own["point"].map(x), own["y"], strict=True)))
            sheet.lines([(left, up, left, down) for (left, up), (_, down) in steps], theme.GREY)
            sheet.lines([(left, down, right, down) for (left, _), (right, down) in steps], theme.GREY)
        ranges = some[some["low"].notna() & some["high"].notna() & (some["low"] != some["high"])]
        sheet.lines(
            [(x(row["low"]), row["y"], x(row["high"]), row["y"]) for row in ranges.to_dict("records")],
            look.colour,
        )
        open_ends = some[some["high"].isna()]
        sheet.lines(
            [
                (x(row["point"]), row["y"], x(row["point"]) + 22, row["y"])
                for row in open_ends.to_dict("records")
            ],
            look.colour,
            arrow="triangle-right",
        )
        mixed = some["counted"].str.contains("killed|missing|wounded")
        for hollow in (True, False):
            marks = some[mixed == hollow]
            marks = marks.assign(x=marks["point"].map(x), note=marks["note"].str.slice(0, 160))
            fill_colour = theme.PAPER if hollow else look.colour
            sheet.marks(marks, tell, shape=look.shape, size=70, fill=fill_colour, stroke=look.colour)
        ends = some["high"].fillna(some["point"]).map(x) + some["high"].isna() * 24 + 10
        sheet.words(list(zip(ends, some["y"], some["text"], strict=True)), fontWeight=600)
    sheet.words(
        list(zip([0.0] * len(rows), rows["y"], rows["when"], strict=True)), fontSize=11, color=theme.MUTED
    )
    sheet.words(list(zip([_COUNTER] * len(rows), rows["y"], rows["named"], strict=True)), fontSize=11)
    if number is not None:
        sheet.lines([(x(number), top + 30, x(number), bottom)], theme.INK)
        sheet.words([(x(number) + 4, bottom - 6, f"{number:,.0f}")], fontStyle="italic")


def _ticks(most: float) -> list[int]:
    """Choose two to five round numbers, zero among them."""
    step = next(size * 10**power for power in range(8) for size in (1, 2, 5) if most / (size * 10**power) < 5)
    return list(range(0, int(most) + 1, step))
