"""The one writer of HTML tables: a caption, scoped headers, no script, no colours of its own."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib.dates import as_known

if TYPE_CHECKING:
    from collections.abc import Hashable

_DATE = re.compile(r"(\d{4}(-\d\d){0,2}|\u2013)?")

ROW_LIMIT = 60
MISSING = "\u2013"
# For what takes the focus: without it JupyterLab reads keys as commands on the cell ("dd" deletes it).
OWN_KEYS = 'data-lm-suppress-shortcuts="true"'

# How a cell stands is written on the cell: of a notebook that it does not trust JupyterLab leaves out style
# sheets, but not this, without which it sets cells to the right and breaks dates.
_TEXT = ' style="text-align:left"'
_DAY = ' style="text-align:left;white-space:nowrap"'
_NUMBER = ' style="text-align:right"'

# Jupyter's own colours where they exist, else those of the page: readable in light, dark and print.
# Its own rules for cells weigh more than one class: hence the class twice.
_STYLE = """<style>
.cst-table{overflow-x:auto;max-width:100%}
.cst-table table{border-collapse:collapse;color:var(--jp-content-font-color1,inherit);margin:0}
.cst-table caption{text-align:left;font-weight:600;padding:.3em 0;color:var(--jp-content-font-color1,inherit)}
.cst-table.cst-table table th,.cst-table.cst-table table td{vertical-align:top;
padding:.25em .8em .25em 0;max-width:32em;white-space:normal;overflow-wrap:break-word;
font-variant-numeric:tabular-nums;border-bottom:1px solid var(--jp-border-color1,currentColor)}
.cst-table p{margin:.4em 0;color:var(--jp-content-font-color1,inherit)}
</style>"""


def html_table(df: pd.DataFrame, caption: str, note: str = "", limit: int = ROW_LIMIT) -> str:
    """Write a table that a screen reader can walk through and that suits a dark page.

    The first column (or the index, unless it only counts rows) heads the rows. A date whose precision stands
    beside it, in a column ``<name>_precision``, is written no more exactly than it is known.

    Parameters
    ----------
    df : pandas.DataFrame
        What to show.
    caption : str
        What the table is, in one line.
    note : str, optional
        Plain text under the table; blank lines separate paragraphs.
    limit : int, optional
        Most rows to write; the caption says so when rows are left out.

    Returns
    -------
    str
        HTML in one ``div``.

    Examples
    --------
    >>> import pandas as pd
    >>> html = html_table(pd.DataFrame({"state": ["Armenia"], "since": [1994]}), "Members")
    >>> '<td style="text-align:right">1994</td>' in html
    True
    """
    frame = df.head(limit)
    if len(df) > limit:
        caption = f"{caption} (first {limit} of {len(df)} rows)"
    if list(frame.index.names) != [None] or not pd.api.types.is_integer_dtype(frame.index):
        frame = frame.reset_index()
    columns = [_texts(frame, position) for position in range(frame.shape[1])]
    styles = [_style(frame.iloc[:, position], texts) for position, texts in enumerate(columns)]
    head = "".join(
        f'<th scope="col"{style}>{escape(str(name))}</th>'
        for name, style in zip(frame.columns, styles, strict=True)
    )
    body = "\n".join(
        "<tr>"
        + "".join(_cell(column[row], position, styles[position]) for position, column in enumerate(columns))
        + "</tr>"
        for row in range(len(frame))
    )
    if any(MISSING in column for column in columns):
        note = f"{note}\n\nA dash ({MISSING}) marks a missing value.".strip()
    paragraphs = "".join(f"<p>{_prose(part)}</p>" for part in note.split("\n\n") if part)
    # A box that scrolls sideways must be reachable by keyboard, hence the tab stop and the name.
    return (
        f'{_STYLE}\n<div class="cst-table" role="group" tabindex="0" {OWN_KEYS} '
        f'aria-label="{escape(caption)}">\n'
        f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n{paragraphs}</div>"
    )


def _style(column: pd.Series[Any], texts: list[str]) -> str:
    """Give the style attribute of a column's cells."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return _NUMBER
    return _DAY if all(map(_DATE.fullmatch, texts)) else _TEXT


def _cell(text: str, position: int, style: str) -> str:
    content = _prose(text)
    if text.startswith(("https://", "http://")):
        content = f'<a href="{escape(text)}">{escape(text)}</a>'
    return f'<th scope="row"{style}>{content}</th>' if position == 0 else f"<td{style}>{content}</td>"


def _prose(text: str) -> str:
    """Show what stands in backticks as code, and everything else as it is."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _texts(frame: pd.DataFrame, position: int) -> list[str]:
    """Write one column as plain texts."""
    precision_name: Hashable = f"{frame.columns[position]}_precision"
    precisions: list[Any] = [None] * len(frame)
    if precision_name in frame.columns:
        precisions = list(frame[precision_name])
    return [
        _text(value, precision) for value, precision in zip(frame.iloc[:, position], precisions, strict=True)
    ]


def _text(value: Any, precision: Any) -> str:
    if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
        return MISSING
    if isinstance(value, pd.Timestamp):
        return as_known(f"{value:%Y-%m-%d}", str(precision))
    if pd.api.types.is_bool(value):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value)
