"""The codes of three shocks by the groups of an explanation: drawn, and to be explored."""

from __future__ import annotations

from textwrap import fill
from typing import Any

import pandas as pd

from cstolib import theme
from cstolib.atlas.matrix import signed
from cstolib.atlas.positions import CODES, beside
from cstolib.citations import cite, source_ids
from cstolib.controls import OneOf
from cstolib.data import facts_as_of
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.sheet import Sheet
from cstolib.lessons.solidarity import IDEAS, group_means, group_rows, support_rows, verdicts


def support_by_group(idea: str = "kinship", codes: str = "said") -> Figure:
    """Draw the codes of each group in each shock, with their mean.

    Parameters
    ----------
    idea : str, optional
        One of the explanations, such as ``"kinship"``.
    codes : str, optional
        ``"said"`` for words, ``"did"`` for deeds.

    Returns
    -------
    Figure
        One band per shock, in it one row for the group and one for the others.

    Examples
    --------
    >>> support_by_group("bases").alt[-52:]
    'mean +0.5 of 2. Beside the expectation: as expected.'
    """
    rows, means = support_rows(idea, codes), group_means(idea, codes)
    found = dict(verdicts(idea, codes))
    told = []
    for crisis, some in means.groupby("crisis", sort=False):
        parts = [
            f"{row['group']}: {_listed(rows, row)}; {_mean(row)}"
            + (f"; nothing found: {row['not_found']}" if row["not_found"] else "")
            for row in some.to_dict("records")
        ]
        told.append(f"{crisis}. {'. '.join(parts)}. Beside the expectation: {found[str(crisis)]}.")
    return Figure(
        chart=_chart(rows, means),
        title=f"{IDEAS[idea].label}: {CODES[codes][0].lower()}{CODES[codes][1:]}",
        subtitle=f"{IDEAS[idea].expects} The wedge marks the mean of each row.",
        sources=tuple(
            dict.fromkeys([*source_ids(group_rows(idea)["sources"]), *source_ids(rows["sources"])])
        ),
        as_of=facts_as_of("positions"),
        note=(
            "Codes from -2 to +2, as in the matrix. Groups are ours, from the tables stances and votes. With "
            "so few states one code can turn the result round."
        ),
        table=rows,
        alt=f"Codes by group. {IDEAS[idea].expects} {' '.join(told)}",
    )


def _listed(rows: pd.DataFrame, row: dict[Any, Any]) -> str:
    here = rows[(rows["crisis_id"] == row["crisis_id"]) & (rows["group"] == row["group"])].dropna(
        subset="code"
    )
    states = [f"{state} {signed(int(code))}" for state, code in zip(here["state"], here["code"], strict=True)]
    return "; ".join(states) or "no code"


def _mean(row: dict[Any, Any]) -> str:
    if pd.isna(row["mean"]):
        return "no mean"
    mean = f"{row['mean']:+.2f}".rstrip("0").rstrip(".").replace("-", "\u2212") if row["mean"] else "0"
    return f"mean {mean} of {row['n']}"


NAMES, STEP, LINE, STRIP, RIGHT, HEAD = 206, 88, 19, 24, 160, 44  # pixels; the strip below holds the mean
SCALE = (-2, -1, 0, 1, 2)


def _chart(rows: pd.DataFrame, means: pd.DataFrame) -> Any:
    """Lay out one row of marks for each group, as high as its fullest box, with the mean below them."""
    left = {code: NAMES + STEP * place for place, code in enumerate(SCALE)}
    bands = [(row, _own(rows, row)) for row in means.to_dict("records")]
    heights = [
        LINE * max(2, int(here.groupby("code").size().max()) if len(here) else 0) + STRIP for _, here in bands
    ]
    end, width = HEAD + sum(heights), NAMES + STEP * len(SCALE) + RIGHT
    sheet = Sheet(width, end)
    _heads(sheet, left, end)
    top = HEAD
    for place, ((row, here), height) in enumerate(zip(bands, heights, strict=True)):
        first = place % 2 == 0  # of the two groups of a crisis
        if first:
            sheet.lines([(0, top, width, top)], theme.GREY)
            sheet.words([(0, top + 14, row["crisis"])], fontWeight=600)
        sheet.words([(12, top + (34 if first else 14), row["group"])])
        if row["not_found"]:
            text = fill(f"nothing found: {row['not_found']}", 26)
            sheet.words([(width - RIGHT + 4, top + height / 2, text)], fontSize=11, color=theme.MUTED)
        _marks(sheet, here, left, top)
        if not pd.isna(row["mean"]):
            at = {"x": _x(left, float(row["mean"])), "y": top + height - 15}
            says = f"{row['crisis']}, {row['group']}: {_mean(row)}"
            wedge = pd.DataFrame([{**at, "says": says, "mean": _mean(row)}])
            sheet.marks(
                wedge, {"mean": "Mean"}, shape="triangle-up", fill=theme.INK, stroke=theme.INK, size=45
            )
            sheet.words([(at["x"] + 9, at["y"] + 1, _mean(row))], fontSize=11, fontWeight=600)
        top += height
    return sheet.chart()


def _x(left: dict[int, int], code: float) -> float:
    return left[0] + STEP * code + 6


def _heads(sheet: Sheet, left: dict[int, int], end: float) -> None:
    sheet.words([(_x(left, code), 10, signed(code)) for code in SCALE], align="center", fontWeight=600)
    for code, text in ((-2, "with the other"), (0, "equal distance"), (2, "with the party")):
        sheet.words([(_x(left, code), 28, text)], align="center", fontSize=11, color=theme.MUTED)
    sheet.lines([(_x(left, code), HEAD, _x(left, code), end) for code in SCALE], theme.PALE)


def _own(rows: pd.DataFrame, row: dict[Any, Any]) -> pd.DataFrame:
    """Give the coded rows of one group in one crisis."""
    own = (rows["crisis_id"] == row["crisis_id"]) & (rows["group"] == row["group"])
    coded: pd.DataFrame = rows[own].dropna(subset="code")
    return coded


def _marks(sheet: Sheet, here: pd.DataFrame, left: dict[int, int], top: float) -> None:
    """Draw each state in its shape and colour, its name beside it."""
    here = here.assign(
        x=[_x(left, int(code)) for code in here["code"]],
        y=top + 4 + LINE * (here.groupby("code").cumcount() + 0.5),
        says=here["crisis"] + ": " + here["state"] + " " + here["code"].map(lambda code: signed(int(code))),
        source=[cite(sources.split(";")).short() for sources in here["sources"]],
    )
    tell = {"state": "State", "crisis": "Crisis", "meaning": "Code", "confidence": "Confidence"}
    for iso3, some in here.groupby("iso3"):
        look = theme.look(str(iso3))
        shown: dict[str, Any] = {"shape": look.shape, "fill": look.colour, "stroke": look.colour, "size": 60}
        sheet.marks(some, {**tell, "source": "Source"}, **shown)
    names = zip(here["x"] + 9, here["y"], here["state"], strict=True)
    sheet.words(list(names))


def _plain(crisis: str) -> str:
    """Name a crisis without a comma, for a list.

    Examples
    --------
    >>> _plain("Su-24 shot down, 2015")
    'Su-24 shot down in 2015'
    """
    return crisis.replace(", ", " in ")


def explore_support() -> SupportExplorer:
    """Put four explanations to the test of words and of deeds.

    Returns
    -------
    SupportExplorer
        Shows itself: controls, the verdicts in words, the figure.

    Examples
    --------
    >>> explorer = explore_support()
    >>> explorer.idea.boxes["bases"].value = True
    >>> explorer.code()
    ('group_means("bases", "said")', 'support_by_group("bases", "said")')
    """
    return SupportExplorer()


class SupportExplorer(Explorer):
    """One explanation at a time, in words or in deeds."""

    def __init__(self) -> None:
        super().__init__()
        ideas = {name: idea.label for name, idea in IDEAS.items()}
        self.idea = OneOf(ideas, lambda: self.redraw(figure=True), value="kinship")
        self.codes = OneOf(CODES, lambda: self.redraw(figure=True), value="said")
        self.arrange(
            "Which explanation fits, in words and in deeds?",
            beside(self.idea),
            beside(self.codes),
        )

    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""
        asked = f'"{self.idea.value}", "{self.codes.value}"'
        return f"group_means({asked})", f"support_by_group({asked})"

    def words(self) -> Words:
        """List the shocks by verdict."""
        idea, codes = self.idea.value or "kinship", self.codes.value or "said"
        found = verdicts(idea, codes)
        lists = [
            (
                verdict[0].upper() + verdict[1:],
                tuple(_plain(crisis) for crisis, word in found if word == verdict),
            )
            for verdict in dict.fromkeys(word for _, word in found)
        ]
        remark = (
            "The mean of one group is set beside that of the others; which is higher is all that is asked."
        )
        return Words(f"{IDEAS[idea].expects} {CODES[codes]}:", tuple(lists), remark)

    def figure(self) -> Figure:
        """Draw the chosen explanation."""
        return support_by_group(self.idea.value or "kinship", self.codes.value or "said")
