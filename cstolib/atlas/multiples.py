"""One small panel per crisis, all drawn alike: where each state stood, what was done, and how soon."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib import theme
from cstolib.atlas.hours import AHEAD
from cstolib.atlas.matrix import ORDER, signed
from cstolib.atlas.overview import DONE, FORMS, crisis_overview
from cstolib.atlas.positions import positions_long
from cstolib.citations import source_ids
from cstolib.data import facts_as_of
from cstolib.errors import known
from cstolib.figure import Figure
from cstolib.lessons.sheet import Sheet

if TYPE_CHECKING:
    import altair as alt

ACROSS, WIDTH, PLOT, UNIT = 4, 196, 62, 16  # panels in a row; pixels: a panel, from its left to 0, one code
TITLE, ROW, AXIS, LINE, GAP = 36, 15, 18, 16, 26  # pixels
LETTERS = 28  # of a title on one line
ONE_DAY, FEW = 24, 96  # hours: given as hours up to here, as days beyond
SHOWN = ["crisis", "towards", "state", "said", "did", "stayed away", "csto", "anybody", "first act"]
TELL = {"crisis": "Crisis", "state": "State", "code": "Code", "meaning": "Meaning", "what": "Evidence"}


def small_multiples(*crisis_ids: str) -> Figure:
    """Draw one small panel for each crisis, to compare them at a glance.

    Parameters
    ----------
    *crisis_ids : str
        Crises of the table `crises`; without any, all.

    Returns
    -------
    Figure
        In each panel a row per state with its codes in words and in acts, below it two ladders of what was
        done, by bodies of the treaty or the CSTO and by anybody, and how soon the first such body acted.
        A crisis between members has a panel for each of the two.

    Examples
    --------
    >>> small_multiples("su24-2015", "kazakhstan-2022").table["crisis"].nunique()
    2
    """
    chosen = [known("crisis", crisis, AHEAD) for crisis in dict.fromkeys(crisis_ids)]
    overview = pd.DataFrame(crisis_overview())
    overview = overview[overview["crisis_id"].isin(chosen or list(AHEAD))]
    table = _rows(overview)
    panels = [rows for _, rows in table.groupby(["start", "crisis_id", "towards"], sort=True)]
    says = " ".join(_spoken(panel) for panel in panels)
    return Figure(
        chart=_chart(panels),
        title="Crises side by side: words, acts and answers",
        subtitle="Rings: words. Dots: acts. From \u22123, against the party, over 0 to 4, forces. No ring, "
        "no dot, ?: nothing found; a: stayed away. Ladders: strongest act, statement (1) to deployment (5).",
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("positions"),
        note="Codes are judgements of ours (docs/codebook.md); nothing found is neither silence nor zero. "
        "First act: of a body of the treaty or the CSTO, after hour zero, refusals left out. The ladder says "
        "how much was done, not how well. The materiel for Batken in 1999 is hedged by its own sources.",
        table=table[[*SHOWN, "sources"]],
        alt=f"Small panels, one for each crisis and party whose side is measured. {says}",
    )


def _rows(overview: pd.DataFrame) -> pd.DataFrame:
    """Give one row for each state in each panel, with both codes as drawn and what was done in the crisis."""
    said, did = (positions_long(list(overview["crisis_id"]), codes) for codes in ("said", "did"))
    rows = pd.DataFrame(said).assign(
        said_code=said["code"],
        did_code=did["code"],
        said_meaning=said["meaning"],
        did_meaning=did["meaning"],
        said_what=said["what"],
        did_what=did["what"],
        said=_coded(said),
        did=_coded(did),
    )
    rows["stayed away"] = rows["absent"].map({True: "yes", False: "no"})
    acts = overview.set_index("crisis_id")
    rows["start"] = rows["crisis_id"].map(acts["start"])
    rows["csto"] = rows["crisis_id"].map(acts["csto"]).map(DONE)
    rows["anybody"] = rows["crisis_id"].map(acts["anybody"]).map(DONE)
    soon = {
        crisis: soon_in_words(low, high)
        for crisis, low, high in zip(acts.index, acts["hours_from"], acts["hours_to"], strict=True)
    }
    rows["first act"] = rows["crisis_id"].map(soon)
    rows["between"] = rows.groupby("crisis_id")["towards"].transform("nunique") > 1
    rows["rank"] = rows["iso3"].map(ORDER)
    return rows.sort_values(["start", "crisis_id", "towards", "rank"], ignore_index=True)


def _coded(rows: pd.DataFrame) -> list[str]:
    return [
        str(meaning) if pd.isna(code) else signed(int(code))
        for code, meaning in zip(rows["code"], rows["meaning"], strict=True)
    ]


def soon_in_words(low: float, high: float) -> str:
    """Write the bounds of the first act, in hours while they are few, else in days from hour zero.

    Examples
    --------
    >>> soon_in_words(24.0, 48.0), soon_in_words(1944.0, 1968.0), soon_in_words(float("nan"), 0.0)
    ('hours 24 to 48', 'day 82', 'none')
    """
    if low != low:  # not a number
        return "none"
    if high <= FEW:
        return f"hours {low:.0f} to {high:.0f}"
    first, last = int(low // ONE_DAY) + 1, int(-(-high // ONE_DAY))
    return f"day {first}" if first == last else f"days {first} to {last}"


def _spoken(panel: pd.DataFrame) -> str:
    """Say one panel in words."""
    first = panel.iloc[0]
    states = "; ".join(
        f"{row['state']} said {row['said']}, did {row['did']}" + (", stayed away" if row["absent"] else "")
        if not pd.isna(row["said_code"]) or not pd.isna(row["did_code"]) or row["said"] != row["did"]
        else f"{row['state']} {row['said']}"
        for row in panel.to_dict("records")
    )
    return (
        f"{first['crisis']}, towards {first['towards']}: {states}. Done by the CSTO: {first['csto']}; by "
        f"anybody: {first['anybody']}; first act of the CSTO: {first['first act']}."
    )


def _chart(panels: list[pd.DataFrame]) -> alt.LayerChart:
    """Lay out the panels in rows of equal height."""
    bands = [panels[place : place + ACROSS] for place in range(0, len(panels), ACROSS)]
    heights = [max(map(len, band)) * ROW + TITLE + AXIS + 3 * LINE + GAP for band in bands]
    sheet = Sheet(WIDTH * min(ACROSS, len(panels)) - 8, sum(heights))
    drawn = _Drawn()
    for number, band in enumerate(bands):
        for place, panel in enumerate(band):
            drawn.panel(panel, place * WIDTH, sum(heights[:number]), max(map(len, band)))
    drawn.onto(sheet)
    return sheet.chart()


class _Drawn:
    """What is drawn, gathered from all panels, so that each kind of mark is one layer."""

    def __init__(self) -> None:
        self.lines: dict[str, list[tuple[float, float, float, float]]] = {theme.PALE: [], theme.GREY: []}
        self.words: dict[str, list[tuple[float, float, str]]] = {
            kind: [] for kind in ("title", "label", "axis", "told")
        }
        self.rings: list[dict[str, Any]] = []
        self.dots: list[dict[str, Any]] = []
        self.full: list[dict[str, Any]] = []
        self.hollow: list[dict[str, Any]] = []

    def panel(self, panel: pd.DataFrame, left: float, top: float, rows: int) -> None:
        """Draw one panel with its upper left corner at `left`, `top`, and room for so many rows."""
        first, zero = panel.iloc[0], left + PLOT + 3 * UNIT - 24
        title = first["crisis"] + (f": {first['towards']}" if first["between"] else "")
        lines = wrap(title, LETTERS)
        self.words["title"].append((left, top + 12, "\n".join(lines)))
        below = top + TITLE + rows * ROW
        self.lines[theme.GREY].append((zero, top + TITLE, zero, below))
        self.words["axis"] += [(zero + code * UNIT, below + 8, signed(code)) for code in (-3, 0, 4)]
        for place, row in enumerate(panel.to_dict("records")):
            y = top + TITLE + ROW * (place + 0.5)
            self.words["label"].append((left, y, row["iso3"] + (" a" if row["absent"] else "")))
            self._codes(row, zero, y)
        for place, (name, column) in enumerate((("CSTO", "csto"), ("anybody", "anybody"))):
            y = below + AXIS + LINE * (place + 0.5)
            self._ladder(first, name, column, left, y)
        self.words["told"].append((left, below + AXIS + LINE * 2.5, f"first act, CSTO: {first['first act']}"))

    def _codes(self, row: dict[Any, Any], zero: float, y: float) -> None:
        if pd.isna(row["said_code"]) and pd.isna(row["did_code"]):
            text = {"the party itself": "party", "the other side": "other side"}.get(row["said"], "?")
            self.words["told"].append((zero + 5, y, text))
            return
        self.lines[theme.PALE].append((zero - 3 * UNIT, y, zero + 4 * UNIT, y))
        for marks, kind, word in ((self.rings, "said", "words"), (self.dots, "did", "acts")):
            if not pd.isna(code := row[f"{kind}_code"]):
                marks.append(
                    {"x": zero + int(code) * UNIT, "y": y, "crisis": row["crisis"], "state": row["state"]}
                    | {"code": f"{row[kind]} ({word})", "meaning": row[f"{kind}_meaning"]}
                    | {"what": row[f"{kind}_what"] or "none", "says": f"{row['state']}, {word}: {row[kind]}"}
                )

    def _ladder(self, row: pd.Series[Any], name: str, column: str, left: float, y: float) -> None:
        strength = FORMS.index(next((key for key in FORMS if DONE[key] == row[column]), "none"))
        says = f"{row['crisis']}, {name}: {row[column]}"
        told = {
            "crisis": row["crisis"],
            "state": name,
            "code": str(strength),
            "meaning": row[column],
            "what": "",
        }
        for step in range(1, len(FORMS)):
            box = {"x": left + 9 * (step - 1), "x2": left + 9 * step - 2, "y": y - 5, "y2": y + 5}
            (self.full if step <= strength else self.hollow).append(box | told | {"says": says})
        self.words["told"].append((left + 9 * len(FORMS) - 4, y, f"{name}: {row[column]}"))

    def onto(self, sheet: Sheet) -> None:
        """Put everything onto the sheet: lines first, then boxes and marks, words last."""
        for colour, lines in self.lines.items():
            sheet.lines(lines, colour)
        sheet.marks(pd.DataFrame(self.hollow), TELL, box=True, fill=theme.PAPER, stroke=theme.GREY)
        sheet.marks(pd.DataFrame(self.full), TELL, box=True, fill=theme.INK, stroke=theme.INK)
        sheet.marks(pd.DataFrame(self.dots), TELL, shape="circle", filled=True, fill=theme.INK, size=26)
        sheet.marks(pd.DataFrame(self.rings), TELL, shape="circle", filled=False, stroke=theme.INK, size=95)
        sheet.words(self.words["title"], fontSize=12, fontWeight=600)
        sheet.words(self.words["label"], fontSize=10, color=theme.MUTED)
        sheet.words(self.words["axis"], fontSize=10, color=theme.MUTED, align="center")
        sheet.words(self.words["told"], fontSize=10)
