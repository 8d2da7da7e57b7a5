"""Rows of bars, marks and words, one row for each state, placed by date and by pixel.

Vega-Lite lays out what has a scale; here the rows are laid out in Python, so that nothing lies on anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt

from cstolib import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

DIMMED = 0.2


def tooltip(**titles: str) -> list[alt.Tooltip]:
    """List what a mark tells when one points at it: columns, each with its title."""
    return [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]


class Canvas:
    """A chart that grows by layers of marks; layers without rows are left out.

    Parameters
    ----------
    rows : pandas.DataFrame
        `iso3` of each state, and where its row starts and ends, in pixels: `top`, `bottom`.
    first, last : pandas.Timestamp
        The days at the left and the right edge.
    highlight : str or None
        The state to stand out; ``None``: the state under the pointer.
    """

    def __init__(
        self, rows: pd.DataFrame, first: pd.Timestamp, last: pd.Timestamp, highlight: str | None
    ) -> None:
        self._tops = rows.set_index("iso3")["top"]
        self._height = int(rows["bottom"].max())
        self._scale = alt.Scale(domain=[f"{first:%Y-%m-%d}", f"{last:%Y-%m-%d}"])
        states = list(rows["iso3"])
        self._palette = alt.Scale(domain=states, range=[theme.look(iso3).colour for iso3 in states])
        pointed = alt.selection_point(name="state", fields=["iso3"], on="mouseover", clear="mouseout")
        lit = pointed if highlight is None else alt.datum.iso3 == highlight
        self._opacity = alt.when(lit).then(alt.value(1)).otherwise(alt.value(DIMMED))
        # Nothing to see, but something to point at along the whole row.
        ground = alt.Chart(rows[["iso3", "top", "bottom"]]).mark_rect(aria=False, fillOpacity=0)
        ground = ground.encode(y=self._y("top"), y2="bottom:Q")
        self._layers = [ground.add_params(pointed) if highlight is None else ground]

    def words(self, table: pd.DataFrame, column: str, *, below: float, at: str | float, **mark: Any) -> None:
        """Write a column of `table`, so many pixels below the top of the row, at a date column or a pixel."""
        table = table[table[column] != ""]
        x = self._x(at) if isinstance(at, str) else alt.value(at)
        dates = [at] if isinstance(at, str) else []
        text = self._base(table, below, [column, *dates]).mark_text(aria=False, **{"align": "left", **mark})
        self._add(table, text.encode(x=x, text=f"{column}:N"))

    def bars(
        self,
        table: pd.DataFrame,
        end: str,
        *,
        below: float,
        height: float,
        tooltip: Sequence[alt.Tooltip] = (),
        hollow: bool = False,
        **mark: Any,
    ) -> None:
        """Draw bars from the column `start` to a date column.

        Bars with a tooltip have the colour of their state; others are outlines with the `stroke` given.
        """
        shown = [tip.shorthand.removesuffix(":N") for tip in tooltip]
        style: dict[str, Any] = {"fillOpacity": 0, **mark} if hollow else mark
        base = self._base(table, below, ["start", end, *shown, *(["says"] if shown else [])])
        chart = base.transform_calculate(y2=alt.datum.y + height).mark_rect(aria=bool(shown), **style)
        chart = chart.encode(x=self._x("start"), x2=f"{end}:T", y2="y2:Q", opacity=self._opacity)
        if shown:
            look: Any = alt.Stroke if hollow else alt.Color
            colour = look("iso3:N", scale=self._palette, legend=None)
            chart = chart.encode(colour, description="says:N", tooltip=list(tooltip))
        self._add(table, chart)

    def marks(
        self,
        table: pd.DataFrame,
        kinds: Sequence[tuple[str, str, str]],
        *,
        title: str,
        below: float,
        tooltip: Sequence[alt.Tooltip],
    ) -> None:
        """Draw marks at the column `date`, `drop` pixels further down; shape and fill by the column `kind`.

        Parameters
        ----------
        table : pandas.DataFrame
            The marks.
        kinds : sequence of (name, shape, fill)
            What each kind looks like.
        title : str
            The title of the legend.
        below : float
            Pixels below the top of the row.
        tooltip : sequence of altair tooltips
            What each mark tells.
        """
        shown = [tip.shorthand.removesuffix(":N") for tip in tooltip]
        base = self._base(table, below + table["drop"], ["date", "kind", "says", *shown])
        look = [kind for kind in kinds if kind[0] in set(table["kind"])]
        names, shapes, fills = ([kind[part] for kind in look] for part in range(3))
        self._add(
            table,
            base.mark_point(stroke=theme.INK, strokeWidth=1.2, size=55).encode(
                x=self._x("date"),
                shape=alt.Shape("kind:N", title=title, scale=alt.Scale(domain=names, range=shapes)),
                fill=alt.Fill("kind:N", title=title, scale=alt.Scale(domain=names, range=fills)),
                opacity=self._opacity,
                description="says:N",
                tooltip=list(tooltip),
            ),
        )

    def chart(self) -> alt.LayerChart:
        """Give the chart."""
        return alt.LayerChart(layer=self._layers).properties(width=theme.WIDTH, height=self._height)

    def _base(self, table: pd.DataFrame, below: float | pd.Series[float], columns: list[str]) -> alt.Chart:
        """Start a layer, with no more columns than it needs."""
        table = table.assign(y=table["iso3"].map(self._tops) + below)
        chart: alt.Chart = alt.Chart(table[list(dict.fromkeys(["iso3", *columns, "y"]))]).encode(
            y=self._y("y")
        )
        return chart

    def _add(self, table: pd.DataFrame, layer: alt.Chart) -> None:
        if len(table):  # a layer without marks would be an unnamed picture to a screen reader
            self._layers.append(layer)

    def _x(self, column: str) -> alt.X:
        axis = alt.Axis(format="%Y", orient="top", grid=True, gridColor=theme.PALE, domain=False, ticks=False)
        return alt.X(f"{column}:T", title=None, scale=self._scale, axis=axis)

    def _y(self, column: str) -> alt.Y:
        return alt.Y(f"{column}:Q", axis=None, scale=alt.Scale(domain=[self._height, 0], nice=False))
