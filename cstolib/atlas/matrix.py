"""The matrix of positions as a drawing: crises down, states across, a box with a number for each code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib import theme
from cstolib.citations import cite
from cstolib.data import load
from cstolib.lessons.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair as alt

PARTY, OTHER, NOT_FOUND, NOT_BOUND = "the party itself", "the other side", "nothing found", "not bound then"
ORDER = {iso3: place for place, iso3 in enumerate([*theme.MEMBERS, *theme.FORMER])}

LABEL, WIDTH, COLUMN, LINE, BOX, HEAD, KEY = 204, 806, 84, 44, 36, 30, 20  # pixels
SHADES = {  # darker towards both ends; the number stands in each box
    **{-3: "#8a3d07", -2: "#dd8a3c", -1: "#f2c08a", 0: "#eef0f2"},
    **{1: "#b5d9cf", 2: "#6cb3a3", 3: "#2a8271", 4: "#05463a"},
}
DARK = (-3, 3, 4)  # white numbers on these


def signed(code: int) -> str:
    r"""Write a code with its sign.

    Examples
    --------
    >>> signed(-1), signed(0), signed(2)
    ('\u22121', '0', '+2')
    """
    return f"{code:+d}".replace("-", "\u2212") if code else "0"


def matrix_cells(table: pd.DataFrame) -> pd.DataFrame:
    """Give a box to each state in each row, also where it was not bound and so has no position."""
    states = pd.DataFrame({"iso3": [iso3 for iso3 in ORDER if iso3 in set(table["iso3"])]})
    names = load("states").set_index("iso3")["name"]
    states = states.assign(state=states["iso3"].map(names), column=range(len(states)))
    rows = table[["crisis_id", "crisis", "towards"]].drop_duplicates()
    grid = rows.assign(line=range(len(rows))).merge(states, how="cross")
    coded = table.drop(columns=["crisis", "state"])
    cells = grid.merge(coded, how="left", on=["crisis_id", "towards", "iso3"])
    own = cells["state"] == cells["towards"]  # a party has no position, whether it was bound or not
    cells["meaning"] = cells["meaning"].fillna(NOT_BOUND).mask(own, PARTY)
    cells["absent"] = cells["absent"].astype("boolean").fillna(value=False).astype(bool)
    texts = ["confidence", "speaker", "date", "what", "sources"]
    cells[texts] = cells[texts].fillna("")
    marks = {NOT_FOUND: "?", PARTY: "party", OTHER: "other side", NOT_BOUND: "not bound"}
    cells["text"] = [
        marks[row["meaning"]] if pd.isna(row["code"]) else signed(int(row["code"]))
        for row in cells.to_dict("records")
    ]
    cells["spoken"] = [_spoken(row) for row in cells.to_dict("records")]
    return cells


def _spoken(cell: dict[Any, Any]) -> str:
    """Say one box as the description of the figure does."""
    if pd.isna(cell["code"]):
        return f", {cell['meaning']}"
    more = [*(["absent"] if cell["absent"] else []), *(["low confidence"] * (cell["confidence"] == "low"))]
    return f" {cell['text']}" + (f" ({', '.join(more)})" if more else "")


def matrix_chart(cells: pd.DataFrame, key: Sequence[str]) -> alt.LayerChart:
    """Lay the matrix out.

    Parameters
    ----------
    cells : pandas.DataFrame
        As :func:`matrix_cells` gives them.
    key : sequence of str
        Lines that say what the codes mean, drawn below in two columns.

    Returns
    -------
    altair.LayerChart
        Without title.
    """
    states = cells["iso3"].nunique()
    step = min(COLUMN, (WIDTH - LABEL) / states)
    end = HEAD + LINE * (int(cells["line"].max()) + 1)
    sheet = Sheet(max(LABEL + step * states, 640), end + 16 + KEY * -(-len(key) // 2))
    top = HEAD + LINE * cells["line"] + (LINE - BOX) / 2
    cells = cells.assign(x=LABEL + step * cells["column"], y=top, y2=top + BOX)
    cells = cells.assign(x2=cells["x"] + step - 8, middle=cells["x"] + (step - 8) / 2)
    cells["says"] = (
        cells["crisis"] + ", towards " + cells["towards"] + ": " + cells["state"] + cells["spoken"]
    )
    cells["told"] = cells["text"] + ": " + cells["meaning"]
    cited = {sources: cite(sources.split(";")).short() for sources in set(cells["sources"]) if sources}
    cells["source"] = cells["sources"].map(cited).fillna("")
    _boxes(sheet, cells)
    _numbers(sheet, cells)
    first, heads = cells[cells["column"] == 0], cells[cells["line"] == 0]
    names = zip(
        first["y"] + BOX / 2, first["crisis"].map(_short) + "\ntowards " + first["towards"], strict=True
    )
    sheet.words([(0, y, name) for y, name in names])
    above = zip(heads["middle"], heads["state"], strict=True)
    size = 12 if step == COLUMN else 11
    sheet.words([(x, HEAD / 2, name) for x, name in above], align="center", fontWeight=600, fontSize=size)
    half = (len(key) + 1) // 2
    places = [(320 * (at // half), end + 16 + KEY * (at % half + 0.5)) for at in range(len(key))]
    sheet.words([(*place, text) for place, text in zip(places, key, strict=True)], color=theme.MUTED)
    return sheet.chart()


def _boxes(sheet: Sheet, cells: pd.DataFrame) -> None:
    tell = {"state": "State", "crisis": "Crisis", "towards": "Towards", "told": "Code", "what": "What"}
    tell |= {"speaker": "Speaker", "date": "Day", "confidence": "Confidence", "source": "Source"}
    low = cells["confidence"] == "low"
    for code, shade in SHADES.items():
        here = cells["code"].eq(code).fillna(value=False).astype(bool)
        line = shade if code else theme.GREY
        sheet.marks(cells[here & ~low], tell, box=True, fill=shade, stroke=theme.GREY, strokeWidth=0.6)
        sheet.marks(cells[here & low], tell, box=True, fill=theme.PAPER, stroke=line, strokeWidth=3)
    missing = cells["meaning"] == NOT_FOUND
    dashed: dict[str, Any] = {"stroke": theme.GREY, "strokeDash": [4, 3]}
    sheet.marks(cells[missing], tell, box=True, fill=theme.PAPER, **dashed)
    sheet.marks(cells[cells["code"].isna() & ~missing], tell, box=True, fill=theme.PAPER)


def _numbers(sheet: Sheet, cells: pd.DataFrame) -> None:
    light = cells["code"].isin(DARK) & (cells["confidence"] != "low")
    coded, missing = cells["code"].notna(), cells["meaning"] == NOT_FOUND
    for some, colour in ((cells[coded & light], theme.PAPER), (cells[coded & ~light], theme.INK)):
        number: dict[str, Any] = {"align": "center", "fontSize": 16, "fontWeight": 600, "color": colour}
        sheet.words(_texts(some[~some["absent"]]), **number)
        sheet.words(_texts(some[some["absent"]], -6), **number)
        absent = _texts(some[some["absent"]].assign(text="absent"), 10)
        sheet.words(absent, align="center", fontSize=11, color=colour)
    sheet.words(_texts(cells[missing]), align="center", fontSize=15, color=theme.MUTED)
    rest = _texts(cells[~coded & ~missing])
    sheet.words(rest, align="center", fontSize=11, fontStyle="italic", color=theme.MUTED)


def _texts(cells: pd.DataFrame, below: float = 0) -> list[tuple[float, float, str]]:
    return [(row["middle"], row["y"] + BOX / 2 + below, row["text"]) for row in cells.to_dict("records")]


def _short(name: str) -> str:
    """Shorten the longest names of crises to the room there is.

    Examples
    --------
    >>> _short("Kyrgyz-Tajik border fighting of April 2021")
    'Kyrgyz-Tajik border, April 2021'
    """
    for long, short in (
        (" fighting of ", ", "),
        (" incursion of ", ", "),
        (" and Gegharkunik", ", Gegharkunik"),
        ("Armenia and Azerbaijan,", "Armenia-Azerbaijan,"),
        ("Kyrgyzstan and Tajikistan,", "Kyrgyz-Tajik border,"),
        ("Armenia freezes its participation", "Armenia's freeze, 2024"),
    ):
        name = name.replace(long, short)
    return name
