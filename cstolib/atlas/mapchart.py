"""Draw the map: land, hatched areas, places with their names, and the list of places beside it."""

from __future__ import annotations

import math
from functools import cache
from textwrap import fill
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.atlas import control
from cstolib.atlas.geometry import Frame, Point, Ring, hatching, parts, roomiest
from cstolib.citations import cite
from cstolib.lessons.sheet import LINE, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

# Shape and fill of each status, so that no colour is needed to tell them apart.
MARKS = {
    control.OWN: ("circle", theme.INK),
    control.OTHER: ("diamond", theme.PAPER),
    control.CHANGING: ("triangle-up", theme.GREY),
    control.UNAGREED: ("square", theme.PAPER),
    control.OPEN: ("cross", theme.PAPER),
}
WIDTH, LEFT, LIST = 470, 490, 315  # the map, and the list of places beside it, in pixels
LOWEST, HIGHEST = 400, 600  # how high the map may be
SEA, LAND, BOUND = "#e4ebf0", theme.PAPER, "#e9e3cf"
NO_BREAK = "\u00a0"  # keeps a date on one line
LETTER, WRAP = 6.2, 60  # pixels to a letter on the map, letters to a line of the list


def map_height(table: pd.DataFrame) -> float:
    """Give the map the height of the list beside it, within limits."""
    return min(max(_tops(table)[-1], LOWEST), HIGHEST)


def _tops(table: pd.DataFrame) -> list[float]:
    """Give the height at which each entry of the list starts, and the end of the last."""
    tops = [30.0]
    for row in table.to_dict("records"):
        tops.append(tops[-1] + 24 + LINE * (_entry(row).count("\n") + 1))
    return tops


def map_chart(frame: Frame, areas: pd.DataFrame, table: pd.DataFrame) -> alt.LayerChart:
    """Draw a map with the places of `table`, named by its column ``says``, and list them beside it."""
    lines, tops = [_entry(row) for row in table.to_dict("records")], _tops(table)
    used = [status for status in MARKS if (table["status"] == status).any()]
    height = max(frame.height, tops[-1] + 16 * len(used) + 24)
    sheet = Sheet(LEFT + LIST, height)
    placed = table.copy()
    placed["source"] = [_sources(cell) for cell in placed["sources"]]
    on_map = placed.dropna(subset=["latitude"])
    spots = [
        frame.pixel(*place) for place in on_map[["longitude", "latitude"]].itertuples(index=False, name=None)
    ]
    on_map = on_map.assign(x=[x for x, _ in spots], y=[y for _, y in spots])
    _hatch(sheet, areas)
    labels, boxes = _labels(list(on_map["place"]), spots, frame.height)
    _name_areas(sheet, areas[~areas["area"].isin(table["place"])], boxes, frame)
    sheet.lines(_sides(frame), theme.GREY)
    told = {
        "place": "Place",
        "run by": "Run by",
        "dates": "Dates",
        "belongs to": "Belongs to",
        "source": "Source",
    }
    for status, (shape, colour) in MARKS.items():
        look: dict[str, Any] = {"shape": shape, "fill": colour, "stroke": theme.INK, "strokeWidth": 1.6}
        sheet.marks(on_map[on_map["status"] == status], told, size=80, **look)
        beside = placed.assign(x=LEFT + 8.0, y=tops[:-1])[placed["status"] == status]
        sheet.marks(beside, told, size=60, **look)
    _clear(sheet, [(x, y, name) for name, (x, y) in labels], fontSize=11, fontWeight=600)
    sheet.words([(LEFT, 8, "Who ran it that day")], color=theme.MUTED, fontWeight=600)
    sheet.words(
        [(LEFT + 20, top, name) for name, top in zip(placed["place"], tops, strict=False)], fontWeight=600
    )
    sheet.words(
        [
            (LEFT + 20, top + 16 + LINE * text.count("\n") / 2, text)
            for text, top in zip(lines, tops, strict=False)
        ],
        fontSize=11,
    )
    _key(sheet, {status: _meaning(status, placed) for status in used}, tops[-1] + 12)
    layers = [*_land(areas, frame), *sheet.chart().layer]
    return alt.LayerChart(layer=layers).properties(width=LEFT + LIST, height=height)


@cache
def _sources(cell: str) -> str:
    return cite(pd.DataFrame({"sources": [cell]})).short()


def _entry(row: dict[Any, Any]) -> str:
    """Write what the list says under the name of a place."""
    run = {
        control.OPEN: f"{row['belongs to']} by recognition; {control.OPEN}",
        control.CHANGING: f"{row['run by']}, changed hands",
        control.UNAGREED: f"no line agreed; {control.OPEN}",
    }.get(row["status"], row["run by"])
    dates = row["dates"].replace(" ", NO_BREAK).replace(f"{NO_BREAK}until", " until")
    missing = "; no point on record" if pd.isna(row["latitude"]) else ""
    return fill(f"{run}{', ' if dates else ''}{dates}{missing}", WRAP)


def _meaning(status: str, table: pd.DataFrame) -> str:
    """Explain a mark in the key; a place run by somebody else is never shown without its state."""
    if status != control.OTHER:
        return status
    owners = dict.fromkeys(table[table["status"] == status]["belongs to"])
    return f"{status}; by recognition part of {' or '.join(owners)}"


def _key(sheet: Sheet, used: Mapping[str, str], top: float) -> None:
    for place, (status, meaning) in enumerate(used.items()):
        shape, colour = MARKS[status]
        y = top + 16 * place
        mark = pd.DataFrame({"x": [LEFT + 8.0], "y": [y], "says": [f"Key: {meaning}"]})
        sheet.marks(mark, {}, shape=shape, fill=colour, stroke=theme.INK, strokeWidth=1.6, size=60)
        sheet.words([(LEFT + 20, y, meaning)], fontSize=11, color=theme.MUTED)


def _land(areas: pd.DataFrame, frame: Frame) -> list[alt.Chart]:
    """Fill the sea, and the land of each area."""
    sides = [(0, 0), (frame.width, 0), (frame.width, frame.height), (0, frame.height), (0, 0)]
    layers = [_shape([{"rings": [sides], "says": "Water and ground of the map"}], SEA, aria=False)]
    for bound, colour in ((False, LAND), (True, BOUND)):
        some = areas[(areas["bound"] == bound) & ~areas["disputed"]]
        words = "bound by the treaty" if bound else "not bound by the treaty"
        rows = [{"rings": row.rings, "says": f"{row.area}: {words}"} for row in some.itertuples()]
        layers += [_shape(rows, colour)] if rows else []
    disputed = areas[areas["disputed"]]
    rows = [{"rings": row.rings, "says": f"{row.area}: disputed, hatched"} for row in disputed.itertuples()]
    return [*layers, *([_shape(rows, theme.PALE)] if rows else [])]


def _shape(rows: list[dict[str, Any]], colour: str, *, aria: bool = True) -> alt.Chart:
    """Draw areas whose rings are pixels already."""
    features = [
        {
            "type": "Feature",
            "properties": {"says": row["says"]},
            # Rings that lie apart and rings that are holes: even and odd tell them apart when filled.
            "geometry": {
                "type": "Polygon",
                "coordinates": [[list(point) for point in ring] for ring in row["rings"]],
            },
        }
        for row in rows
    ]
    chart: alt.Chart = alt.Chart(alt.InlineData(values=features)).mark_geoshape(
        fill=colour, stroke=theme.GREY, strokeWidth=0.8, aria=aria
    )
    chart = chart.project(type="identity", scale=1, translate=[0, 0])
    if not aria:
        return chart
    says = alt.Tooltip("properties.says:N", title="Area")
    return chart.encode(description="properties.says:N", tooltip=[says])


def _hatch(sheet: Sheet, areas: pd.DataFrame) -> None:
    for rings in areas[areas["disputed"]]["rings"]:
        sheet.lines(hatching(rings), theme.MUTED)


def _sides(frame: Frame) -> list[tuple[float, float, float, float]]:
    w, h = frame.width, frame.height
    return [(0, 0, w, 0), (w, 0, w, h), (0, h, w, h), (0, 0, 0, h)]


def _labels(
    names: list[str], spots: list[Point], height: float
) -> tuple[list[tuple[str, Point]], list[Ring]]:
    """Find room for the name of each place beside its mark; give also the boxes that are taken."""
    taken: list[tuple[float, float, float, float]] = [(x - 7, y - 7, x + 7, y + 7) for x, y in spots]
    labels = []
    for name, (x, y) in zip(names, spots, strict=True):
        wide = LETTER * len(name)
        tries = [(x + 10, y + down) for down in (0, -9, 9)] + [(x - 10 - wide, y + d) for d in (0, -9, 9)]
        tries += [(x - wide / 2, y - 15), (x - wide / 2, y + 15), (x + 4, y - 20), (x + 4, y + 20)]
        boxes = [(left, at - 7, left + wide, at + 7) for left, at in tries]
        costs = [sum(_overlap(box, other) for other in taken) + _outside(box, height) for box in boxes]
        best = costs.index(min(costs))
        taken.append(boxes[best])
        labels.append((name, tries[best]))
    return labels, [[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in taken]


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return max(across, 0) * max(down, 0)


def _outside(box: tuple[float, ...], height: float) -> float:
    return 50 * (max(-box[0], 0) + max(box[2] - WIDTH, 0) + max(-box[1], 0) + max(box[3] - height, 0))


def _name_areas(sheet: Sheet, areas: pd.DataFrame, boxes: list[Ring], frame: Frame) -> None:
    """Write the name of each part of an area where it has most room, and leave out what has none."""
    middles = [(x, y) for box in boxes for x, y in (*box, ((box[0][0] + box[1][0]) / 2, box[0][1]))]

    def away(point: Point) -> float:
        x, y = point
        sides = (x, frame.width - x, y, frame.height - y)
        return min(*sides, *(math.dist(point, other) for other in middles))

    names: list[tuple[float, float, str]] = []
    for name, rings in zip(areas["area"], areas["rings"], strict=True):
        half = LETTER * len(name) / 2 + 6
        for part in parts(rings):
            (x, y), free = roomiest(part, away)
            if free > 12:
                names.append((min(max(x, half), frame.width - half), y, name.upper()))
    sheet.words(names, align="center", fontSize=10, color=theme.MUTED)


def _clear(sheet: Sheet, words: list[tuple[float, float, str]], **look: Any) -> None:
    """Write words over lines so that they can be read: first their outline in white."""
    sheet.words(
        words,
        **{
            **look,
            "color": theme.PAPER,
            "stroke": theme.PAPER,
            "strokeWidth": 3,
            "strokeJoin": "round",
            "opacity": 0.8,
        },
    )
    sheet.words(words, **look)
