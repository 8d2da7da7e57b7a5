"""Published counts of the dead, the wounded and the displaced, as they grew from report to report.

A count is drawn as its counter gave it: low to high where there is a range, an arrow where it says "at
least". Counts are never added up, and none is chosen as the true one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.atlas.countchart import counts_chart
from cstolib.citations import cite, source_ids
from cstolib.controls import OneOf
from cstolib.data import facts_as_of, load
from cstolib.dates import as_known, date_in_words
from cstolib.errors import CstolibError, known
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

# What is drawn for each kind that one can ask for; counts of another kind are drawn hollow.
KINDS = {
    "killed": ("People killed", ("killed", "killed-and-missing", "killed-and-wounded")),
    "wounded": ("People wounded", ("wounded", "killed-and-wounded")),
    "displaced": ("People who left their homes", ("displaced",)),
}
WHO = {"military": "soldiers", "civilian": "civilians"}
OPEN = "open (a range around it, or \u201cat least\u201d less)"


def counts(*crisis_ids: str, kind: str = "killed") -> pd.DataFrame:
    """List the published counts of crises, side by side, by the day to which they hold.

    Parameters
    ----------
    *crisis_ids : str
        Rows of ``crises``, in the order in which they are wanted.
    kind : {"killed", "wounded", "displaced"}
        What was counted; counts that mix it with something else are listed too, and say so.

    Returns
    -------
    pandas.DataFrame
        crisis, side, date, day (the first day of the crisis is 1; missing where the date is not exact),
        low, best, high, counted, counter, note, sources. A missing best is a count that names no number to
        stand by, a missing high one that says "at least".

    Examples
    --------
    >>> table = counts("kyrgyz-tajik-sept-2022")
    >>> table.query("side == 'Kyrgyzstan'")["best"].tolist()
    [24, 36, 46, 59, 63]
    >>> counts("kyrgyz-tajik-2022")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no crisis 'kyrgyz-tajik-2022'. Did you mean ...
    """
    known("kind of count", kind, KINDS)
    crises = load("crises").set_index("crisis_id")
    wanted = [known("crisis", crisis_id, list(crises.index)) for crisis_id in dict.fromkeys(crisis_ids)]
    if not wanted:
        raise CstolibError('Name at least one crisis, such as "kyrgyz-tajik-sept-2022".')
    table = load("casualties")
    table = table[table["crisis_id"].isin(wanted) & table["kind"].isin(KINDS[kind][1])]
    table = table.dropna(subset=["low", "best", "high"], how="all")
    if table.empty:
        raise CstolibError(f"No count of {KINDS[kind][0].lower()} was found for {', '.join(wanted)}.")
    exact = table["as_of_precision"] == "day"
    first = table["crisis_id"].map(crises["start"])
    rows = pd.DataFrame(
        {
            "crisis": table["crisis_id"].map(crises["name"]),
            "side": [_side(side) for side in table["side"]],
            "date": [_iso(*pair) for pair in zip(table["as_of"], table["as_of_precision"], strict=True)],
            "day": ((table["as_of"] - first).dt.days + 1).where(exact).astype("Int64"),
            **{column: table[column] for column in ("low", "best", "high")},
            "counted": [_counted(row, kind) for row in table.to_dict("records")],
            "counter": [_counter(row) for row in table.to_dict("records")],
            "note": table["note"].fillna(""),
            "sources": table["sources"],
            "iso3": table["side"],
            "until": _latest(table),
        }
    )
    order = rows.assign(
        crisis_at=table["crisis_id"].map({name: place for place, name in enumerate(wanted)}),
        side_at=rows["iso3"].map(lambda side: (side == "all", side not in theme.LOOKS)),
    )
    order = order.sort_values(["crisis_at", "side_at", "side", "until", "best"], kind="stable")
    return order.drop(columns=["crisis_at", "side_at", "until"]).reset_index(drop=True)


def growing_counts(*crisis_ids: str, kind: str = "killed", number: float | None = None) -> Figure:
    """Draw published counts by the day of the report, for each side and counter.

    Parameters
    ----------
    *crisis_ids : str
        Rows of ``crises``; each has a scale of its own.
    kind : {"killed", "wounded", "displaced"}
        What was counted.
    number : float, optional
        A number to compare: an upright line stands at it.

    Returns
    -------
    Figure
        A row for each count, later ones below earlier ones, in groups by side.

    Examples
    --------
    >>> growing_counts("kyrgyz-tajik-sept-2022").title
    'People killed: how the published counts grew'
    """
    table = counts(*crisis_ids, kind=kind)
    title = KINDS[kind][0]
    groups = [
        f"{crisis}, {side}: {'; '.join(_says(row) for row in rows.to_dict('records'))}"
        for (crisis, side), rows in table.groupby(["crisis", "side"], sort=False)
    ]
    hollow = (table["counted"].str.contains("missing|wounded").any() and kind == "killed") or (
        kind == "wounded" and table["counted"].str.contains("killed").any()
    )
    line = f" The upright line stands at {number:,.0f}." if number is not None else ""
    more = " Hollow marks count more than the title says."
    return Figure(
        chart=counts_chart(_in_words(table), number),
        title=f"{title}: how the published counts grew",
        subtitle="Each row is one count with its day and its counter; lines run from low to high, arrows "
        f"mean \u201cat least\u201d.{more if hollow else ''}{line}",
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("casualties"),
        note="Sides count differently, and one counter's rows replace one another: compare counts of one "
        "day, and never add up rows of one side. A thin line joins counts of one counter of the same kind. "
        f"Day 1 is the first day of the crisis.{_left_out(crisis_ids, kind)}",
        table=table.drop(columns="iso3"),
        alt=f"{title}, as counted, in order of date. {'. '.join(groups)}.{line}",
    )


def _left_out(crisis_ids: tuple[str, ...], kind: str) -> str:
    """Name the crises for which no count was found."""
    table = load("casualties")
    found = set(table.loc[table["kind"].isin(KINDS[kind][1]), "crisis_id"])
    names = load("crises").set_index("crisis_id")["name"]
    missing = [names[crisis_id] for crisis_id in crisis_ids if crisis_id not in found]
    return f" No count was found for {', '.join(missing)}." if missing else ""


def _side(side: str) -> str:
    if side == "all":
        return "all sides together"
    return str(load("states").set_index("iso3")["name"].get(side, side))


def _iso(date: pd.Timestamp, precision: str) -> str:
    return "" if pd.isna(date) else as_known(f"{date:%Y-%m-%d}", precision)


def _latest(table: pd.DataFrame) -> list[pd.Timestamp]:
    """Give the last day on which each count can have been made; a missing date counts as last of all."""
    periods = {"month": "M", "year": "Y"}
    return [
        pd.Timestamp.max.floor("D")
        if pd.isna(date)
        else date.to_period(periods.get(precision, "D")).end_time.floor("D")
        for date, precision in zip(table["as_of"], table["as_of_precision"], strict=True)
    ]


def _counted(row: Mapping[Any, Any], kind: str) -> str:
    """Say who is in a count, as far as that differs from everybody of the kind asked for."""
    what = "" if row["kind"] == kind else str(row["kind"]).replace("-", " ")
    who = "" if pd.isna(row["who"]) else WHO.get(row["who"], "")
    return ", ".join(filter(None, [what, who]))


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Add what the chart writes and tells, and where the mark of each count stands."""
    rows = table.to_dict("records")
    return table.assign(
        when=[_when(row) for row in rows],
        text=[_number(row) for row in rows],
        says=[f"{row['side']}: {_says(row)}" for row in rows],
        source=[cite(table.iloc[[place]]).short() for place in range(len(table))],
        point=table["best"].fillna(table["low"]),
    )


def _counter(row: Mapping[Any, Any]) -> str:
    """Name the counter, or who published a number of which the note says that its counter is not known."""
    name = str(row["counter"])
    if "who published the number" in str(row["note"]):
        return f"Published by {name}"
    return name[0].upper() + name[1:]


def _number(row: Mapping[Any, Any]) -> str:
    """Write a count as its counter gave it."""
    low, best, high = (row[column] for column in ("low", "best", "high"))
    if pd.isna(high):
        return f"at least {low if pd.isna(best) else best:,}"
    if low == high:
        return f"{low:,}"
    middle = "" if pd.isna(best) or best in (low, high) else f", best {best:,}"
    return f"{low:,} to {high:,}{middle}"


def _when(row: Mapping[Any, Any]) -> str:
    return date_in_words(row["date"]) if row["date"] else "day unknown"


def _says(row: Mapping[Any, Any]) -> str:
    counted = f" ({row['counted']})" if row["counted"] else ""
    day = "" if pd.isna(row["day"]) else f", day {row['day']}"
    return f"{_when(row)}{day}, {_number(row)}{counted}, {row['counter']}"


def explore_counts(*crisis_ids: str, kind: str = "killed") -> CountsExplorer:
    """Hold a number that you have read against the published counts of its time.

    The same in code: ``growing_counts("kyrgyz-tajik-sept-2022", number=100)``.

    Parameters
    ----------
    *crisis_ids : str
        Rows of ``crises``.
    kind : {"killed", "wounded", "displaced"}
        What is shown first.

    Returns
    -------
    CountsExplorer
        Shows itself: what was counted, a number, the counts below and above it, the figure.

    Examples
    --------
    >>> explorer = explore_counts("kyrgyz-tajik-sept-2022")
    >>> explorer.number.value = 40
    >>> explorer.code()
    ('growing_counts("kyrgyz-tajik-sept-2022", kind="killed", number=40)',)
    """
    return CountsExplorer(*crisis_ids, kind=kind)


class CountsExplorer(Explorer):
    """Counts of one kind at a time, with a number to compare."""

    def __init__(self, *crisis_ids: str, kind: str = "killed") -> None:
        super().__init__()
        self._crises = crisis_ids
        there = {kind: text for kind, (text, _) in KINDS.items() if self._has(kind)}
        first = known("kind of count here", kind, there)
        self.kind = OneOf(there, lambda: self.redraw(figure=True), first)
        self.number = w.BoundedIntText(
            value=0,
            min=0,
            max=10_000_000,
            description="A number that you have read (0 for none)",
            style={"description_width": "initial"},
        )
        self.number.observe(lambda _: self.redraw(figure=True), "value")
        self.arrange(
            "Which counts are below a number, and which above?", *self.kind.boxes.values(), self.number
        )

    def _has(self, kind: str) -> bool:
        try:
            return len(counts(*self._crises, kind=kind)) > 0
        except CstolibError:
            if kind == "killed":
                raise
            return False

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        names = ", ".join(f'"{name}"' for name in self._crises)
        number = f", number={self.number.value}" if self.number.value else ""
        return (f'growing_counts({names}, kind="{self.kind.value}"{number})',)

    def words(self) -> Words:
        """Tell, side by side, which counts are below the number, which reach it, and which leave it open."""
        table = counts(*self._crises, kind=str(self.kind.value))
        if not self.number.value:
            return Words("Type a number to compare it with the counts", ())
        several = table["crisis"].nunique() > 1
        lists = [
            (f"{crisis}, {side}, {where}" if several else f"{side}, {where}", tuple(map(_short, rows)))
            for (crisis, side), own in table.groupby(["crisis", "side"], sort=False)
            for where in ("below", "at or above", OPEN)
            if (rows := [row for row in own.to_dict("records") if _where(row, self.number.value) == where])
        ]
        remark = "Where a count is of one side, a number for both needs a count of each, of the same day."
        return Words(f"Counts beside {self.number.value:,}", tuple(lists), remark)

    def figure(self) -> Figure:
        """Draw the counts with the number beside them."""
        return growing_counts(*self._crises, kind=str(self.kind.value), number=self.number.value or None)


def _where(row: Mapping[Any, Any], number: float) -> str:
    """Say on which side of a number a count lies: a range around it, or "at least" less, lies on neither.

    Examples
    --------
    >>> _where({"low": 37, "high": 51}, 60), _where({"low": 37, "high": 51}, 30)
    ('below', 'at or above')
    >>> _where({"low": 37, "high": 51}, 40) == _where({"low": 210, "high": None}, 250) == OPEN
    True
    """
    if row["low"] >= number:
        return "at or above"
    return "below" if pd.notna(row["high"]) and row["high"] < number else OPEN


def _short(row: Mapping[Any, Any]) -> str:
    return f"{_when(row)}: {_number(row)}{' ' + row['counted'] if row['counted'] else ''}"
