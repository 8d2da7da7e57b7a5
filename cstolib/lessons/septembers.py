"""How soon each of several crises was answered, counted in hours, and the timelines to look into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cstolib.atlas.hours import AHEAD, aligned_timelines, steps
from cstolib.atlas.overview import is_organ
from cstolib.controls import row as beside
from cstolib.data import Table, load
from cstolib.explorers import Explorer, Words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstolib.figure import Figure

SEPTEMBERS = ("armenia-azerbaijan-sept-2022", "kyrgyz-tajik-sept-2022")
# Crises that can be laid beside the two: a member and an outsider, two members, a member from within.
BESIDE = (*SEPTEMBERS, "armenia-azerbaijan-nov-2021", "kyrgyz-tajik-2021", "kazakhstan-2022")
MILESTONES = {
    "request": "first request to the CSTO",
    "act": "first act of a body of the CSTO",
    "ceasefire": "first ceasefire",
}
NONE = {
    "request": "no request to the CSTO is recorded",
    "act": "no act of a body of the CSTO is recorded",
    "ceasefire": "no ceasefire is recorded",
}


def first_steps(*crisis_ids: str) -> Table:
    """List when each crisis first saw a request to the CSTO, an act of one of its bodies, and a ceasefire.

    Parameters
    ----------
    *crisis_ids : str
        Rows of ``crises``; without any, the two of September 2022.

    Returns
    -------
    Table
        crisis, milestone, from, to (hours since hour zero between which it lies; the same where the hour is
        known), what, sources. A milestone that is not recorded has no hours.

    Examples
    --------
    >>> table = first_steps("kyrgyz-tajik-sept-2022").set_index("milestone")
    >>> table.loc["first ceasefire", ["from", "to"]].tolist()
    [64.0, 64.0]
    """
    rows = [row for crisis_id in crisis_ids or SEPTEMBERS for row in _milestones(crisis_id)]
    note = (
        "Hour zero is the first recorded step of the crisis. What is known only to its day lies somewhere "
        "between the two numbers of hours. A request or an act that is not in the tables may have happened."
    )
    return Table(pd.DataFrame(rows), "First steps, in hours since hour zero", note)


def _milestones(crisis_id: str) -> list[dict[str, Any]]:
    names = load("crises").set_index("crisis_id")["name"]
    lane = steps(crisis_id)
    zero = lane.loc[lane["hours"] == 0, "when"].iloc[0]
    requests, responses = load("requests"), load("responses")
    asked = requests[(requests["crisis_id"] == crisis_id) & (requests["addressed_to"] == "csto")]
    acted = responses[(responses["crisis_id"] == crisis_id) & (responses["form"] != "none")]
    acted = acted[[is_organ(body) for body in acted["body"]]]
    found = {
        "request": _first(asked.assign(what=asked["asked_for"]), crisis_id, zero),
        "act": _first(acted.assign(what=acted["body"] + ": " + acted["form"]), crisis_id, zero),
        "ceasefire": _ceasefire(lane),
    }
    return [
        {"crisis": names[crisis_id], "milestone": text, **found[kind]} for kind, text in MILESTONES.items()
    ]


def _first(rows: pd.DataFrame, crisis_id: str, zero: pd.Timestamp) -> dict[str, Any]:
    """Give the first of some dated rows, each of which lies somewhere in its day on the spot."""
    if rows.empty:
        return {"from": None, "to": None, "what": "", "sources": ""}
    first = rows.sort_values("date", kind="stable").iloc[0]
    begin = first["date"].tz_localize("UTC") - pd.Timedelta(hours=AHEAD[crisis_id])
    hours = (begin - zero).total_seconds() / 3600
    return {
        "from": round(max(hours, 0), 2),
        "to": round(hours + 24, 2),
        "what": first["what"],
        "sources": first["sources"],
    }


def _ceasefire(lane: pd.DataFrame) -> dict[str, Any]:
    rows = lane[lane["headline"].str.contains("ceasefire", case=False)]
    if rows.empty:
        return {"from": None, "to": None, "what": "", "sources": ""}
    first = rows.iloc[0]
    return {
        "from": first["hours"],
        "to": first["hours_until"],
        "what": first["headline"],
        "sources": first["sources"],
    }


def explore_hours() -> HoursExplorer:
    """Lay crises beside each other, aligned on hour zero, as far as a number of hours.

    The same in code: ``aligned_timelines("armenia-azerbaijan-sept-2022", until_hours=72)``.

    Returns
    -------
    HoursExplorer
        Shows itself: a box for each crisis, a number of hours, first steps in words, the timelines.

    Examples
    --------
    >>> explorer = explore_hours()
    >>> explorer.hours.value = 48
    >>> explorer.code()
    ('aligned_timelines("armenia-azerbaijan-sept-2022", "kyrgyz-tajik-sept-2022", until_hours=48)',)
    """
    return HoursExplorer()


class HoursExplorer(Explorer):
    """Timelines of the crises that are ticked, up to a number of hours."""

    def __init__(self) -> None:
        super().__init__()
        names = load("crises").set_index("crisis_id")["name"]
        self.boxes = {
            crisis_id: w.Checkbox(value=crisis_id in SEPTEMBERS, description=names[crisis_id], indent=False)
            for crisis_id in BESIDE
        }
        self.hours = w.BoundedIntText(
            value=72,
            min=1,
            max=2000,
            description="Hours since hour zero",
            style={"description_width": "initial"},
        )
        for control in (*self.boxes.values(), self.hours):
            control.observe(lambda _: self.redraw(figure=True), "value")
        choices = w.HBox(tuple(self.boxes.values()))
        choices.add_class("cstolib-choices")
        self.arrange("What had happened after how many hours?", choices, beside(self.hours))

    def chosen(self) -> list[str]:
        """Give the crises that are ticked; without any, the two of September 2022."""
        return [crisis_id for crisis_id, box in self.boxes.items() if box.value] or list(SEPTEMBERS)

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        names = ", ".join(f'"{crisis_id}"' for crisis_id in self.chosen())
        return (f"aligned_timelines({names}, until_hours={self.hours.value})",)

    def words(self) -> Words:
        """Tell the first steps of each crisis, in hours."""
        kinds = {text: kind for kind, text in MILESTONES.items()}
        table = first_steps(*self.chosen())
        lists = tuple(
            (str(crisis), tuple(_says(row, kinds[row["milestone"]]) for row in rows.to_dict("records")))
            for crisis, rows in table.groupby("crisis", sort=False)
        )
        return Words("First steps, in hours since hour zero", lists)

    def figure(self) -> Figure:
        """Draw the timelines."""
        return aligned_timelines(*self.chosen(), until_hours=self.hours.value)


def _says(row: Mapping[Any, Any], kind: str) -> str:
    start, end = row["from"], row["to"]
    if pd.isna(start):
        return NONE[kind]
    hours = f"hour {start:g}" if start == end else f"hours {start:g} to {end:g}"
    return f"{row['milestone']}: {hours}"
