"""Areas on a small map: longitude and latitude to pixels, cut to a frame, hatched by lines.

All is computed in Python, so that a map needs neither a script nor a map server, and looks the same wherever
it is drawn. The projection is plain: degrees, with longitudes narrowed for the latitude in the middle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Frame:
    """The rectangle of the map in pixels, and the place on the globe that it shows.

    Examples
    --------
    >>> frame = Frame.around([(45.0, 39.0), (47.0, 41.0)], 200, 200, room=0, least=0)
    >>> [round(value) for value in frame.pixel(46.0, 40.0)]
    [100, 100]
    """

    width: float
    height: float
    middle: Point
    scale: float  # pixels to a degree of latitude

    @classmethod
    def around(
        cls, points: Sequence[Point], width: float, height: float, *, room: float, least: float
    ) -> Frame:
        """Show all `points`, with a share of `room` around them, and at `least` so many degrees up."""
        longitudes, latitudes = zip(*points, strict=True)
        middle = ((min(longitudes) + max(longitudes)) / 2, (min(latitudes) + max(latitudes)) / 2)
        narrow = math.cos(math.radians(middle[1]))
        across = max((max(longitudes) - min(longitudes)) * narrow * (1 + room), least * width / height)
        up = max((max(latitudes) - min(latitudes)) * (1 + room), least)
        return cls(width, height, middle, min(width / across, height / up))

    def pixel(self, longitude: float, latitude: float) -> Point:
        """Place a point of the globe on the map."""
        narrow = math.cos(math.radians(self.middle[1]))
        x = self.width / 2 + (longitude - self.middle[0]) * narrow * self.scale
        return x, self.height / 2 - (latitude - self.middle[1]) * self.scale

    def rings(self, geometry: dict[str, Any]) -> list[Ring]:
        """Cut an area of GeoJSON to the frame and give its rings in pixels; none where it lies outside."""
        parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        placed = ([self.pixel(*place[:2]) for place in ring] for part in parts for ring in part)
        cut = (_thinned(self._cut(ring)) for ring in placed)
        return [ring for ring in cut if len(ring) > 3]

    def _cut(self, ring: Ring) -> Ring:
        """Cut a ring at the four sides of the frame, one after the other."""
        for axis, limit, sign in ((0, 0.0, 1), (0, self.width, -1), (1, 0.0, 1), (1, self.height, -1)):
            ring = _cut_at(ring, axis, limit, sign)
        return ring


def _cut_at(ring: Ring, axis: int, limit: float, sign: int) -> Ring:
    """Keep what lies on one side of a line across the map."""
    kept: Ring = []
    for before, after in zip([*ring[-1:], *ring], ring, strict=False):
        was, goes_in = (sign * (point[axis] - limit) >= 0 for point in (before, after))
        if was != goes_in:
            share = (limit - before[axis]) / (after[axis] - before[axis])
            kept.append(
                (before[0] + share * (after[0] - before[0]), before[1] + share * (after[1] - before[1]))
            )
        if goes_in:
            kept.append(after)
    return kept


def _thinned(ring: Ring, least: float = 0.4) -> Ring:
    """Leave out points that no eye could tell from the one before, and close the ring."""
    kept: Ring = []
    for x, y in ring:
        if not kept or math.dist(kept[-1], (x, y)) >= least:
            kept.append((round(x, 1), round(y, 1)))
    return [*kept, kept[0]] if kept else []


def hatching(rings: Iterable[Ring], step: float = 6) -> list[tuple[float, float, float, float]]:
    """Fill an area with thin slanting lines, as from `x`, `y` to `x2`, `y2`; holes stay open.

    Examples
    --------
    >>> square = [(0.0, 0.0), (12.0, 0.0), (12.0, 12.0), (0.0, 12.0), (0.0, 0.0)]
    >>> hatching([square], step=12)
    [(0.0, 12.0, 12.0, 0.0)]
    """
    edges = [edge for ring in rings for edge in pairwise(ring)]
    sums = [x + y for edge in edges for x, y in edge]
    if not sums:
        return []
    lines = []
    at = math.ceil(min(sums) / step) * step
    while at <= max(sums):
        crossings = sorted(_crossings(edges, at))
        lines += [
            (round(x, 1), round(at - x, 1), round(x2, 1), round(at - x2, 1))
            for x, x2 in zip(crossings[::2], crossings[1::2], strict=False)
            if x2 - x > 0.1
        ]
        at += step
    return lines


def _crossings(edges: Iterable[tuple[Point, Point]], at: float) -> Iterator[float]:
    """Find the x at which edges cross the slanting line ``x + y == at``."""
    for (x, y), (x2, y2) in edges:
        low, high = x + y - at, x2 + y2 - at
        if (low < 0) != (high < 0):
            yield x + (x2 - x) * low / (low - high)


def inside(point: Point, rings: Iterable[Ring]) -> bool:
    """Say whether a point lies in an area.

    Examples
    --------
    >>> inside((1.0, 1.0), [[(0.0, 0.0), (2.0, 0.0), (2.0, 3.0), (0.0, 3.0), (0.0, 0.0)]])
    True
    """
    x, y = point
    crossed = 0
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and x < ax + (bx - ax) * (y - ay) / (by - ay):
                crossed += 1
    return crossed % 2 == 1


def parts(rings: list[Ring]) -> list[list[Ring]]:
    """Split an area into the pieces that lie apart, each with the holes in it.

    Examples
    --------
    >>> square = [(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0), (0.0, 0.0)]
    >>> hole = [(3.0, 3.0), (6.0, 3.0), (6.0, 6.0), (3.0, 6.0), (3.0, 3.0)]
    >>> far = [(x + 20, y) for x, y in square]
    >>> [len(part) for part in parts([square, hole, far])]
    [2, 1]
    """
    holes = [ring for ring in rings if inside(ring[0], [other for other in rings if other is not ring])]
    pieces = [ring for ring in rings if ring not in holes]
    return [[piece, *(hole for hole in holes if inside(hole[0], [piece]))] for piece in pieces]


def roomiest(rings: list[Ring], away: Callable[[Point], float], cells: int = 16) -> tuple[Point, float]:
    """Find the point of an area that is farthest from its corners and from all else, and how far."""
    corners = [point for ring in rings for point in ring]
    xs, ys = zip(*corners, strict=True)
    best: tuple[Point, float] = ((xs[0], ys[0]), -1.0)
    for row in range(1, cells):
        for column in range(1, cells):
            point = (
                min(xs) + (max(xs) - min(xs)) * column / cells,
                min(ys) + (max(ys) - min(ys)) * row / cells,
            )
            if inside(point, rings):
                free = min(away(point), min(math.dist(point, corner) for corner in corners))
                best = max(best, (point, free), key=lambda found: found[1])
    return best
