"""States as Natural Earth draws them, and disputed places as dated, labelled points.

No border is decided here. State outlines are those of the open table `outlines`, whose view is named in every
caption; a place is a point, whatever its extent; areas that are disputed are hatched; there is no front line
and no border of an area for which no open, cited geometry is among the data.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.atlas import control
from cstolib.atlas.geometry import Frame, Point
from cstolib.atlas.mapchart import MARKS, WIDTH, map_chart, map_height
from cstolib.citations import source_ids
from cstolib.controls import row, status
from cstolib.data import facts_as_of, load
from cstolib.dates import date_in_words
from cstolib.errors import CstolibError
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.membership import bound_on

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

OUTLINES = "natural-earth-5-1-1"


def crisis_map(crisis_ids: str | Sequence[str], day: str | None = None) -> Figure:
    """Draw the places of one or more crises, with who ran each of them on a day.

    Parameters
    ----------
    crisis_ids : str or sequence of str
        Ids of the table ``crises``.
    day : str, optional
        ``YYYY-MM-DD``; by default the first day of the earliest of the crises.

    Returns
    -------
    Figure
        A map with a list of the places beside it.

    Examples
    --------
    >>> november = crisis_map("karabakh-2020", "2020-11-20").table.set_index("place")
    >>> november.loc["Aghdam district", "run by"]
    'Azerbaijan'
    >>> crisis_map("karabach-2020")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no crisis 'karabach-2020'. Did you mean 'karabakh-2020'? ...
    """
    names = [crisis_ids] if isinstance(crisis_ids, str) else list(dict.fromkeys(crisis_ids))
    places = control.places_of(names)
    crises = load("crises").set_index("crisis_id").loc[names]
    date = day or f"{crises['start'].min():%Y-%m-%d}"
    said = date_in_words(f"{control.day_of(date):%Y-%m-%d}")
    bound = _bound(date)
    table = control.control_on(date, places) if len(places) else _nowhere(crises)
    drawn = table.assign(says=[_sentence(row) for row in table.to_dict("records")])
    frame = _frame(table, crises)
    areas = _areas(frame, bound)
    hatched = list(areas[areas["disputed"]]["area"])
    return Figure(
        chart=map_chart(frame, areas, drawn),
        title=f"{' and '.join(crises['name'])}: the places on {said}",
        subtitle="Points: places, by who ran them that day. Tinted land: bound by the treaty that day.",
        sources=(OUTLINES, *source_ids(table["sources"])),
        as_of=facts_as_of("place_control"),
        note=_note(hatched),
        table=table,
        alt=_described(areas, table, said),
    )


def _bound(day: str) -> set[str]:
    """Give the states bound by the treaty on a day; nobody was before it was signed."""
    signed = load("instruments").set_index("instrument_id")["signed"]["cst-1992"]
    return set(bound_on(day)["iso3"]) if control.day_of(day) >= signed else set()


def _nowhere(crises: pd.DataFrame) -> pd.DataFrame:
    """Stand in for places where the tables name none."""
    row = {
        "place": "no place",
        "belongs to": "not on record",
        "run by": "no row",
        "status": control.OPEN,
        "dates": "",
        "how known": "the timeline of this crisis names no place",
        "latitude": None,
        "longitude": None,
        "position": "not on record",
        "note": None,
        "sources": ";".join(crises["sources"]),
    }
    return pd.DataFrame([row]).astype({"latitude": float, "longitude": float})


def _note(hatched: Sequence[str]) -> str:
    """Say whose view the map draws, and what it leaves undrawn."""
    areas = f" Hatched, as disputed: {', '.join(hatched)}." if hatched else ""
    return (
        "State outlines by Natural Earth 5.1.1 at 1:50 million, which draws boundaries by who controls a "
        "territory; they are that project's view, too coarse to show every enclave or on which side of a "
        f"line a point lies, and decide no border.{areas} A point stands for a whole place, a district by "
        "its town. No front line, no line of contact and no border of Nagorno-Karabakh is drawn: none with "
        "an open, cited geometry is among our data. Who runs a place and to whom it belongs are two "
        "questions; the second is answered by international recognition."
    )


def _frame(table: pd.DataFrame, crises: pd.DataFrame) -> Frame:
    """Choose what the map shows: the places, or where no point is known, the states concerned."""
    height = map_height(table)
    points = list(table[["longitude", "latitude"]].dropna().itertuples(index=False, name=None))
    if points:
        return Frame.around(points, WIDTH, height, room=0.3, least=2.4)
    parties = {party for cell in crises["parties"] for party in str(cell).split(";")}
    outlines = load("outlines").set_index("outline_id")
    shown = outlines.loc[[name for name in outlines.index if name in parties] or list(theme.MEMBERS)]
    return Frame.around(list(_corners(shown["geometry"])), WIDTH, height, room=0.1, least=2.4)


def _corners(geometries: Iterable[str]) -> Iterable[Point]:
    for text in geometries:
        geometry = json.loads(text)
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        yield from ((x, y) for part in parts for x, y in part[0])


@cache
def _outlines() -> list[dict[Hashable, Any]]:
    """Read the outlines once: they are the largest part of the data, and every redrawing needs them."""
    outlines = load("outlines")
    return outlines.assign(geometry=outlines["geometry"].map(json.loads)).to_dict("records")


def _areas(frame: Frame, bound: set[str]) -> pd.DataFrame:
    """List the areas within the frame, with their rings in pixels."""
    names = load("states").set_index("iso3")["name"]
    rows = [
        {
            "area": names.get(row["outline_id"], row["name"]),
            "disputed": row["group"] == "disputed",
            "bound": row["outline_id"] in bound,
            "rings": rings,
        }
        for row in _outlines()
        if (rings := frame.rings(row["geometry"]))
    ]
    return pd.DataFrame(rows, columns=["area", "disputed", "bound", "rings"])


def _described(areas: pd.DataFrame, table: pd.DataFrame, said: str) -> str:
    """Say the whole map in words, place by place."""
    bound = ", ".join(sorted(areas[areas["bound"]]["area"])) or "none of those shown"
    seen = ", ".join(sorted(areas["area"]))
    places = " ".join(f"{_sentence(row)}." for row in table.to_dict("records"))
    return (
        f"Map of {len(table)} {'place' if len(table) == 1 else 'places'} on {said}. States shown: {seen}. "
        f"Bound by the treaty that day: {bound}. {places} Places are drawn as points; no front line is drawn."
    )


def _sentence(row: dict[Any, Any]) -> str:
    """Say to whom a place belongs, who ran it, since when, and where it lies."""
    owner = (
        f"belongs to {row['belongs to']} by recognition"
        if row["status"] != control.UNAGREED
        else "no line agreed"
    )
    dates = f" ({row['dates']})" if row["dates"] else ""
    about = ", " + control.CHANGING if row["status"] == control.CHANGING else ""
    where = "no point on record" if pd.isna(row["latitude"]) else _degrees(row)
    return f"{row['place']}: {owner}; run by {row['run by']}{dates}{about}; {where}".replace(
        "run by no row", control.OPEN
    )


def _degrees(row: dict[Any, Any]) -> str:
    return f"{row['latitude']:.2f} north, {row['longitude']:.2f} east"


def _listed(status: str, table: pd.DataFrame) -> list[tuple[str, tuple[str, ...]]]:
    """List places of one status; somebody else who ran several is named once, before them."""
    kind = f"{status[0].upper()}{status[1:]}"
    if status == control.OTHER:
        return [(f"{kind}, {runner}", tuple(rows["place"])) for runner, rows in table.groupby("run by")]
    named = table["place"] + (" (" + table["run by"] + ")").where(table["run by"] != "no row", "")
    return [(kind, tuple(named))] if len(table) else []


def explore_map(*crisis_ids: str) -> MapExplorer:
    """Explore who ran the places of crises from day to day, by keyboard.

    Type a day, or go from one change to the next. The same in code:
    ``crisis_map("karabakh-2020", "2020-11-20")``.

    Parameters
    ----------
    *crisis_ids : str
        Ids of the table ``crises``, at least one.

    Returns
    -------
    MapExplorer
        Shows itself: a box for the day, two buttons, who ran what in words, the map.

    Examples
    --------
    >>> explorer = explore_map("karabakh-2020")
    >>> explorer.later.click()
    >>> explorer.day.value
    '2020-09-29'
    """
    return MapExplorer(*crisis_ids)


class MapExplorer(Explorer):
    """The map of some crises on a day that one chooses."""

    def __init__(self, *crisis_ids: str) -> None:
        super().__init__()
        self._crises = list(dict.fromkeys(crisis_ids))
        self._places = control.places_of(self._crises)
        starts = load("crises").set_index("crisis_id").loc[self._crises, "start"]
        steps = load("timeline")
        self._steps = steps[steps["crisis_id"].isin(self._crises)].sort_values("when", kind="stable")
        at_places = self._steps.dropna(subset=["place_id"])["when"]
        first = f"{starts.min():%Y-%m-%d}"
        dated = {first, *(f"{day:%Y-%m-%d}" for day in at_places), *control.changes(self._places)}
        self._days = sorted(day for day in dated if day >= first)
        self._day = first
        self.day = w.Text(value=first, description="Day (year-month-day)", continuous_update=False)
        self.earlier, self.later = (w.Button(description=text) for text in ("Earlier change", "Later change"))
        self.message = w.HTML()
        self.day.observe(lambda _: self._chosen(), "value")
        self.earlier.on_click(lambda _: self._go([day for day in self._days if day < self._day][-1:]))
        self.later.on_click(lambda _: self._go([day for day in self._days if day > self._day][:1]))
        self.arrange(
            "Who ran which place on which day?", row(self.day, self.earlier, self.later), self.message
        )

    def _go(self, days: list[str]) -> None:
        if days:
            self.day.value = days[0]
        else:
            self.message.value = status("There is no change on record beyond this day.")

    def _chosen(self) -> None:
        """Take over the day that was typed, or say what is wrong with it and keep the last one."""
        try:
            bound_on(self.day.value)
        except CstolibError as problem:
            self.message.value = status(str(problem))
            return
        self._day = self.day.value
        self.message.value = status(f"Shown: {date_in_words(self._day)}.")
        self.redraw(figure=True)

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        names = ", ".join(f'"{name}"' for name in self._crises)
        crises = names if len(self._crises) == 1 else f"[{names}]"
        return (f'crisis_map({crises}, "{self._day}")',)

    def words(self) -> Words:
        """List the places by status, and say what happened that day."""
        table = control.control_on(self._day, self._places)
        lists = [entry for kind in MARKS for entry in _listed(kind, table[table["status"] == kind])]
        today = self._steps[self._steps["when"] == self._day]["headline"]
        said = "; ".join(today) if len(today) else "nothing in the timeline of these crises"
        return Words(f"On {date_in_words(self._day)}", tuple(lists), f"That day: {said}.")

    def figure(self) -> Figure:
        """Draw the map of the day."""
        return crisis_map(self._crises, self._day)
