"""A figure is a chart and everything it must carry: title, sources, date, caveat, words and rows."""

from __future__ import annotations

import base64
import json
import re
import struct
import zlib
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cstolib.dates import date_in_words
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import altair as alt
    import pandas as pd

    from cstolib.citations import References

# JupyterLab 4.6 draws Vega-Lite 5; the specifications that Altair 6 writes are drawn alike by it.
MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"
# SVG, so that each mark has a name for screen readers; no menu, whose links would need a network.
EMBED = {"renderer": "svg", "actions": False}
PNG_SCALE = 2
# The sources line names so many documents; the rest is listed with the data.
SOURCES_NAMED = 6


@dataclass(frozen=True, eq=False, repr=False)
class Figure:
    """A chart with everything a reader needs to judge it.

    As the last line of a cell it shows two outputs: the chart (title and subtitle drawn in it, a picture and
    the description where no chart can be drawn) and below it sources, date, note, description and data table.

    Parameters
    ----------
    chart : altair chart
        Without title: the figure sets it.
    title : str
        Says what is shown, in sentence case.
    subtitle : str
        One or two sentences that define the measure.
    sources : tuple of str
        Ids of the table ``sources``, the main one first; at least one.
    as_of : str
        The day to which the facts hold: ``2026-11-21``, ``2026-11`` or ``2026``.
    note : str
        The main caveat; may be empty.
    table : pandas.DataFrame
        Exactly the rows that are drawn.
    alt : str
        The figure in words, for readers who do not see it.

    Examples
    --------
    >>> import altair as alt, pandas as pd
    >>> rows = pd.DataFrame({"year": [1994, 1999], "members": [9, 6]})
    >>> figure = Figure(
    ...     chart=alt.Chart(rows).mark_bar().encode(x="year:O", y="members:Q"),
    ...     title="Fewer members after 1999",
    ...     subtitle="States bound by the treaty at the end of the year.",
    ...     sources=("treaty-1992",),
    ...     as_of="2026-11-21",
    ...     note="",
    ...     table=rows,
    ...     alt="Bar chart. Nine members in 1994, six in 1999.",
    ... )
    >>> figure
    <Figure 'Fewer members after 1999', 2 rows, as of 21 November 2026>
    >>> figure.spec()["description"]
    'Bar chart. Nine members in 1994, six in 1999.'
    """

    chart: alt.TopLevelMixin
    title: str
    subtitle: str
    sources: tuple[str, ...]
    as_of: str
    note: str
    table: pd.DataFrame
    alt: str

    def __post_init__(self) -> None:
        for field in ("title", "subtitle", "alt"):
            value = getattr(self, field)
            if not isinstance(value, str) or not value.strip():
                raise CstolibError(f"A figure needs {field!r}: a sentence, not {value!r}.")
        if isinstance(self.sources, str) or not self.sources:
            raise CstolibError(
                f"A figure needs 'sources': a tuple of ids from the table 'sources', not {self.sources!r}."
            )
        if self.table.empty:
            raise CstolibError("A figure needs 'table': the rows that it draws, at least one.")
        object.__setattr__(self, "sources", tuple(self.sources))
        date_in_words(self.as_of)
        self.cite()

    def __repr__(self) -> str:
        return f"<Figure {self.title!r}, {len(self.table)} rows, as of {date_in_words(self.as_of)}>"

    def cite(self) -> References:
        """Give the references of every source that the figure uses."""
        from cstolib.citations import cite

        return cite(self)

    def spec(self) -> dict[str, Any]:
        """Give the Vega-Lite specification, with theme, title and description, as plain data."""
        from cstolib import theme

        with theme.enabled():
            spec: dict[str, Any] = json.loads(self.chart.to_json(), parse_constant=lambda _: None)  # no NaN
        heading = {"text": wrap(self.title, 72), "subtitle": wrap(self.subtitle, 100)}
        return {
            **spec,
            "$schema": SCHEMA,
            "title": heading,
            "description": self.alt,
            "usermeta": {"embedOptions": EMBED},
        }

    def png(self) -> bytes:
        """Draw the figure as a PNG picture."""
        return _png(self.spec())

    def bundle(self, *, picture: bool = True) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give the first output, the chart, as data by MIME type and their metadata.

        Parameters
        ----------
        picture : bool, optional
            Whether a PNG goes with it, for readers that draw no charts.
        """
        spec = self.spec()
        data: dict[str, Any] = {MIME: spec, "text/plain": self.alt}
        if not picture:
            return data, {}
        drawn = _png(spec)
        width, height = struct.unpack(">II", drawn[16:24])  # where every PNG file states its size
        data["image/png"] = base64.b64encode(drawn).decode()
        shown = {"alt": self.alt, "width": width // PNG_SCALE, "height": height // PNG_SCALE}
        return data, {"image/png": shown}

    def caption(self) -> dict[str, str]:
        """Give the second output: the caption as HTML and as text."""
        return {"text/html": self.caption_html(), "text/plain": self.caption_text()}

    def caption_text(self) -> str:
        """Give the caption as plain text."""
        return "\n".join(f"{name}: {value}" for name, value in self._caption_lines())

    def caption_html(self) -> str:
        """Give the caption as HTML: sources, date, note; folded away, the description and the data table.

        There is no script, and nothing is fetched: the download link carries its rows within itself.
        """
        from cstolib.html import OWN_KEYS, html_table

        lines = "".join(
            f'<p style="margin:0.2em 0"><strong>{name}:</strong> {escape(value)}</p>'
            for name, value in self._caption_lines()
        )
        link = f'download="{_slug(self.title)}.csv" href="data:text/csv;charset=utf-8,{quote(self.csv())}"'
        return (
            f'<div class="cstolib-caption">{lines}'
            f"<details><summary {OWN_KEYS}>Description and data ({_rows(self.table)})</summary>"
            f"<p>{escape(self.alt)}</p>{html_table(self.table, self.title, limit=len(self.table))}"
            f"<p><a {OWN_KEYS} {link}>Download these rows (CSV)</a>, once this cell has been run here.</p>"
            f"<p>References</p>{self.cite()._repr_html_()}</details></div>"
        )

    def csv(self) -> str:
        """Give the rows of the figure as CSV, marked as UTF-8 for spreadsheet programs."""
        return "\ufeff" + self.table.to_csv(index=False, lineterminator="\n")

    def show(self, display_id: str | None = None) -> None:
        """Show the figure; with a `display_id`, so that :meth:`update` can redraw it in place."""
        self._publish(display_id, update=False)

    def update(self, display_id: str) -> None:
        """Draw this figure where a figure was shown under `display_id`.

        Without a picture, so that a control answers quickly; JupyterLab adds one when it saves the notebook.
        """
        self._publish(display_id, update=True)

    def _ipython_display_(self) -> None:
        self.show()

    def _publish(self, display_id: str | None, *, update: bool) -> None:
        from IPython.display import publish_display_data

        data, metadata = self.bundle(picture=not update)
        outputs: tuple[tuple[str, Mapping[str, Any], dict[str, Any]], ...] = (
            ("chart", data, metadata),
            ("caption", self.caption(), {}),
        )
        for part, content, about in outputs:
            transient = {"display_id": f"{display_id}-{part}"} if display_id else {}
            publish_display_data(  # type: ignore[no-untyped-call]
                data=content, metadata=about, transient=transient, update=update
            )

    def _caption_lines(self) -> list[tuple[str, str]]:
        lines = [("Sources", self._sources_line()), ("Facts as of", date_in_words(self.as_of))]
        return [*lines, ("Note", self.note)] if self.note else lines

    def _sources_line(self) -> str:
        short = {reference.source["source_id"]: reference.short() for reference in self.cite()}
        names = list(dict.fromkeys(short[source.partition("@")[0]] for source in self.sources))
        if len(names) <= SOURCES_NAMED:
            return "; ".join(names)
        named = "; ".join(names[: SOURCES_NAMED - 1])
        return f"{named}; and {len(names) - SOURCES_NAMED + 1} more, listed below"


def _rows(table: pd.DataFrame) -> str:
    return "1 row" if len(table) == 1 else f"{len(table)} rows"


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _png(spec: dict[str, Any]) -> bytes:
    """Draw a specification; packed again, for a quarter of the bytes."""
    import vl_convert

    drawn: bytes = vl_convert.vegalite_to_png(spec, scale=PNG_SCALE)
    chunks, pixels, at = [], b"", 8
    while at < len(drawn):
        (length,) = struct.unpack(">I", drawn[at : at + 4])
        kind, content = drawn[at + 4 : at + 8], drawn[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"IDAT":
            pixels += content
            continue
        if kind == b"IEND":
            chunks.append((b"IDAT", zlib.compress(zlib.decompress(pixels))))
        chunks.append((kind, content))
    return drawn[:8] + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )
