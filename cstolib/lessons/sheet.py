"""A chart laid out in pixels: words, lines, marks and boxes, where words of any length need room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LINE = 14  # pixels from one line of words to the next


class Sheet:
    """A chart laid out in pixels from its upper left corner; layers without rows are left out."""

    def __init__(self, width: float, height: float) -> None:
        self._size = {"width": width, "height": height}
        x = alt.Scale(domain=[0, width], nice=False)
        y = alt.Scale(domain=[height, 0], nice=False)
        self._x, self._y = alt.X("x:Q", axis=None, scale=x), alt.Y("y:Q", axis=None, scale=y)
        self._layers: list[alt.Chart] = []

    def words(self, rows: Sequence[tuple[float, float, str]], **mark: Any) -> None:
        """Write texts, each around its `x`, `y`; a line break starts a new line."""
        if not rows:
            return
        lines = max(text.count("\n") + 1 for _, _, text in rows)
        look = {"align": "left", "baseline": "middle", "lineBreak": "\n", "lineHeight": LINE, **mark}
        for count in range(1, lines + 1):  # several lines are set from the first one downwards
            some = [
                (x, y - LINE * (count - 1) / 2, text) for x, y, text in rows if text.count("\n") + 1 == count
            ]
            if some:
                chart = alt.Chart(pd.DataFrame(some, columns=["x", "y", "text"])).mark_text(
                    aria=False, **look
                )
                self._layers.append(chart.encode(x=self._x, y=self._y, text="text:N"))

    def lines(
        self, rows: Sequence[tuple[float, float, float, float]], colour: str, *, arrow: str = ""
    ) -> None:
        """Draw lines from `x`, `y` to `x2`, `y2`; with the shape of an `arrow` at their ends."""
        if not rows:
            return
        frame = pd.DataFrame(rows, columns=["x", "y", "x2", "y2"])
        rule = alt.Chart(frame).mark_rule(color=colour, aria=False)
        self._layers.append(rule.encode(x=self._x, y=self._y, x2="x2:Q", y2="y2:Q"))
        if arrow:
            ends = frame[["x2", "y2"]].set_axis(["x", "y"], axis=1)
            tips = alt.Chart(ends).mark_point(shape=arrow, filled=True, color=colour, opacity=1, aria=False)
            self._layers.append(tips.encode(x=self._x, y=self._y))

    def marks(self, rows: pd.DataFrame, tell: Mapping[str, str], *, box: bool = False, **mark: Any) -> None:
        """Draw marks at `x`, `y` (boxes: to `x2`, `y2`), named by `says`, with tooltips by column."""
        if rows.empty:
            return
        base = alt.Chart(rows[[*(["x2", "y2"] if box else []), "x", "y", "says", *tell]])
        chart = base.mark_rect(**mark) if box else base.mark_point(opacity=1, **mark)
        tips = [alt.Tooltip(f"{column}:N", title=title) for column, title in tell.items()]
        chart = chart.encode(x=self._x, y=self._y, description="says:N", tooltip=tips)
        self._layers.append(chart.encode(x2="x2:Q", y2="y2:Q") if box else chart)

    def chart(self) -> alt.LayerChart:
        """Give the chart."""
        return alt.LayerChart(layer=self._layers).properties(**self._size)
