"""From the clauses of the Collective Security Treaty to its codes, in the texts of 1992 and of 2010.

Drawn from the tables `provisions` and `alliances`. What is added here is which clause each code rests on (the
columns `*_clause` of `alliances` say it in words), and in a few words what 2010 did to each clause.
"""

from __future__ import annotations

from textwrap import fill
from typing import Any

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.errors import known
from cstolib.figure import Figure

VERSIONS = (1992, 2010)
# The rows of the matrix: name, article in 1992 and in 2010, what it says, what 2010 did to it.
CLAUSES = {
    "1": ("Art. 1, first paragraph", "1(1)", "1(1)", "no force among the parties", "as in 1992"),
    "2": (
        *("Art. 2, second paragraph", "2(2)", "2(2)", "consult at once when there is a threat"),
        "adds \u201cstability\u201d, and help to the threatened member",
    ),
    "4a": (
        *("Art. 4, first paragraph", "4(1)", "4(1)", "aggression against one is aggression against all"),
        "adds a bracket: \u201can armed attack threatening \u2026 stability \u2026\u201d",
    ),
    "4b": (
        *("Art. 4, second paragraph", "4(2)", "4(2)", "the others give help, military help included"),
        "adds \u201cat the request\u201d, as two secretaries general report",
    ),
    "6": (
        *("Art. 6", "6(1)", "6", "heads of the parties decide on armed forces"),
        "forces also in the cases of Art. 2 (not read)",
    ),
    "11": ("Art. 11", "11(term)", "11", "term and exit", "brought into line (not read)"),
    "other": (
        *("Other instruments", "", "", "Charter, protocol of 1999, forces agreement"),
        "votes, term and exit are settled here",
    ),
}
# Which of these rows each code of `alliances` rests on; its columns `*_clause` say the same in words.
RESTS_ON = {
    "nonaggression": {1992: "1", 2010: "1"},
    "consultation": {1992: "2", 2010: "2"},
    "trigger": {1992: "4a 4b", 2010: "4a"},
    "defence": {1992: "4b", 2010: "4b"},
    "assistance": {1992: "4b 6", 2010: "4b 6 other"},
    "force_named": {1992: "4b", 2010: "4b"},
    "decision_rule": {1992: "6", 2010: "other"},
    "geographic_limit": {1992: "4a 6", 2010: "4a other"},
    "term": {1992: "11", 2010: "other"},
    "exit": {1992: "11", 2010: "11 other"},
}
NOT_READ = {(1992, "11"), (2010, "4b"), (2010, "6"), (2010, "11")}
_RULE = ("csto-charter-2002", 2010, "decision rule (number not seen)")
# The instrument behind a code in the row "other", and whether its wording was read.
OTHER = {
    "assistance": (_RULE, False),
    "decision_rule": (_RULE, False),
    "geographic_limit": (("forces-means-agreement-2010", 2010, "1"), True),
    "term": (("protocol-1999", 1999, "2"), True),
    "exit": (("csto-charter-2002", 2010, "19 (exit)"), False),
}
# Pixels: the matrix, its words on the left, and the distance of the two marks from the middle of a cell.
STEP, HEIGHT, LEFT, SHIFT = 40, 50, -325, 8


def clause_matrix(clause: str = "4b") -> Figure:
    """Draw which code of the treaty rests on which clause, in the texts of 1992 and of 2010.

    Parameters
    ----------
    clause : str, optional
        The row whose two wordings are told below the matrix: ``"1"``, ``"2"``, ``"4a"``, ``"4b"``, ``"6"``,
        ``"11"`` or ``"other"``. In the chart, click on a row instead.

    Returns
    -------
    Figure
        One row per clause, one column per code.

    Examples
    --------
    >>> clause_matrix("2").table["clause"].nunique()
    7
    """
    known("clause", clause, CLAUSES)
    cells, rows = _cells(), _rows()
    added = [f"{row['clause']}: {row['change'].removeprefix('2010: ')}" for row in rows.to_dict("records")]
    return Figure(
        chart=_matrix(cells, rows, clause),
        title="From clause to code, before and after the protocol of December 2010",
        subtitle=(
            "A mark: the code in this column (of the table alliances) rests on the clause in this row. "
            "Click on a row to read below the matrix what both texts say."
        ),
        sources=source_ids(cells["sources"]),
        as_of=_as_of(),
        note=(
            "Summaries in our words. A hollow mark: the clause was known to us from reports, not read. "
            "The second paragraph of Article 4 of 2010 is among these."
        ),
        table=cells[["clause", "code", "version", "value", "wording", "says", "sources"]],
        alt=(
            f"Matrix of {len(rows)} clauses and {len(RESTS_ON)} codes, with marks for 1992 and 2010. "
            f"What 2010 did: {'; '.join(added)}. Codes that rest on each clause: {'; '.join(_told(cells))}. "
            "In brackets, where the wording was not read."
        ),
    )


def _cells() -> pd.DataFrame:
    """Give one row per mark of the matrix."""
    said = load("provisions").set_index(["instrument_id", "version", "article"])
    coded = load("alliances").set_index(["alliance_id", "version"])
    rows = []
    for place, (variable, by_version) in enumerate(RESTS_ON.items()):
        for version, keys in by_version.items():
            for key in keys.split():
                article, read = _article(variable, version, key)
                rows.append(
                    {
                        "row": key,
                        "clause": CLAUSES[key][0],
                        "code": variable,
                        "version": version,
                        "value": str(coded.loc[("cst", version), variable]),
                        "wording": "wording read" if read else "wording not read",
                        "says": said.loc[article, "summary"],
                        "sources": said.loc[article, "sources"],
                        "x": place * STEP + STEP / 2 + (-SHIFT if version == VERSIONS[0] else SHIFT),
                        "y": _top(key) + HEIGHT / 2,
                        "text": f"Text of {version}",
                    }
                )
    cells = pd.DataFrame(rows)
    return cells.assign(
        source=[cite(cells.iloc[[i]]).short() for i in range(len(cells))],
        description=cells["clause"] + ", " + cells["code"] + ", " + cells["text"] + ": " + cells["value"],
    )


def _told(cells: pd.DataFrame) -> list[str]:
    """Say for each clause which codes rest on it, for the description of the matrix."""
    marks = cells.assign(
        name=[
            code.replace("_", " ") if wording == "wording read" else f"({code.replace('_', ' ')})"
            for code, wording in zip(cells["code"], cells["wording"], strict=True)
        ]
    )
    told = []
    for key, (clause, *_) in CLAUSES.items():
        here = marks[marks["row"] == key].groupby("version")["name"].agg(", ".join)
        told.append(f"{clause}: " + " and ".join(f"in {year} {names}" for year, names in here.items()))
    return told


def _article(variable: str, version: int, key: str) -> tuple[tuple[str, int, str], bool]:
    """Give the provision behind a mark, and whether its wording was read."""
    if key == "other":
        return OTHER[variable]
    article = CLAUSES[key][1 if version == VERSIONS[0] else 2]
    if (variable, version, key) == ("geographic_limit", 1992, "6"):
        article = "6(2)"
    return ("cst-1992", version, article), (version, key) not in NOT_READ


def _rows() -> pd.DataFrame:
    """Give one row per clause, with what both texts say of it."""
    said = load("provisions").set_index(["instrument_id", "version", "article"])["summary"]
    rows = []
    for key, (clause, before, after, gist, change) in CLAUSES.items():
        told = [
            f"{version}: {said[('cst-1992', version, article)]}"
            for version, article in zip(VERSIONS, (before, after), strict=True)
            if article
        ]
        told = told or [f"{clause}: {gist}; point at the marks."]
        words = "\n".join(fill(text, 112) for text in told)
        row = {"row": key, "clause": clause, "gist": gist, "change": f"2010: {change}", "told": words}
        rows.append(row | {"top": _top(key), "bottom": _top(key) + HEIGHT})
    return pd.DataFrame(rows)


def _top(key: str) -> int:
    return list(CLAUSES).index(key) * HEIGHT


def _matrix(cells: pd.DataFrame, rows: pd.DataFrame, clause: str) -> alt.LayerChart:
    width, height = STEP * len(RESTS_ON), HEIGHT * len(rows)
    chosen = alt.selection_point(name="clause", fields=["row"], value=[{"row": clause}], empty=False)
    y = alt.Scale(domain=[height, 0], nice=False)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))

    def words(column: str, below: float, **mark: Any) -> alt.Chart:
        base = alt.Chart(rows.assign(y=rows["top"] + below)[["row", column, "y"]])
        text = base.mark_text(align="left", aria=False, **mark)
        chart: alt.Chart = text.encode(
            x=alt.value(LEFT), y=alt.Y("y:Q", axis=None, scale=y), text=f"{column}:N"
        )
        return chart

    ground = alt.Chart(rows[["row", "top", "bottom"]]).mark_rect(aria=False, stroke=theme.PALE)
    ground = ground.encode(
        x=alt.value(LEFT - 8),
        x2=alt.value(width),
        y=alt.Y("top:Q", axis=None, scale=y),
        y2="bottom:Q",
        fill=alt.when(chosen).then(alt.value(theme.PALE)).otherwise(alt.value(theme.PAPER)),
        fillOpacity=alt.when(chosen).then(alt.value(0.55)).otherwise(alt.value(0)),
    )
    legend = alt.Legend(title=None, offset=105, symbolFillColor=theme.PAPER)
    names = [name.replace("_", " ") for name in RESTS_ON]
    heads = pd.DataFrame({"name": names, "x": [STEP * (place + 0.4) for place in range(len(names))]})
    columns = alt.Chart(heads).mark_text(align="left", angle=310, aria=False)
    read = ["wording read", "wording not read"]
    texts = [f"Text of {version}" for version in VERSIONS]
    marks = alt.Chart(cells.drop(columns=["row"])).mark_point(
        stroke=theme.INK, strokeWidth=1.5, size=90, opacity=1
    )
    marks = marks.encode(
        x=x,
        y=alt.Y("y:Q", axis=None, scale=y),
        shape=alt.Shape("text:N", legend=legend, scale=alt.Scale(domain=texts, range=["circle", "square"])),
        fill=alt.Fill(
            "wording:N",
            legend=alt.Legend(title=None, offset=105),
            scale=alt.Scale(domain=read, range=[theme.INK, theme.PAPER]),
        ),
        description="description:N",
        tooltip=[
            alt.Tooltip(f"{column}:N", title=title)
            for column, title in {
                "clause": "Clause",
                "text": "Version",
                "code": "Code",
                "value": "Our value",
                "says": "The clause",
                "wording": "Read?",
                "source": "Source",
            }.items()
        ],
    )
    told = words("told", rows["bottom"].max() - rows["top"] + 16, baseline="top", lineBreak="\n")
    layers = [
        ground.add_params(chosen),
        words("clause", 12, fontWeight=600),
        words("gist", 27, fontSize=11, color=theme.MUTED),
        words("change", 41, fontSize=11),
        columns.encode(x=x, y=alt.value(-8), text="name:N"),
        marks,
        told.transform_filter(chosen),
    ]
    return alt.LayerChart(layer=layers).properties(width=width, height=height)


def _as_of() -> str:
    return facts_as_of("alliances")
