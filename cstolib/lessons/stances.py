"""What five members said and did about the war, indicator by indicator, and which way each item leans.

What was said or done stands in the tables `stances` and `votes`; which way it leans is coded here, by one
coder.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

import pandas as pd

from cstolib import theme
from cstolib.citations import source_ids
from cstolib.controls import OneOf
from cstolib.data import facts_as_of, load
from cstolib.errors import known
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.ballots import DAY, ballots, names
from cstolib.lessons.sheet import Sheet
from cstolib.membership import bound_on

INDICATORS = {  # column of the figure: which rows of `stances`
    "recognition": "self-declared Donetsk and Luhansk people's republics",
    "sanctions": "against Russia",
    "aid": "to Ukraine",
    "territory-use": "for the invasion",
    "statement": "on the crisis",
}
VOTES = ("ES-11/1", "ES-11/3")
HEADS = {
    "recognition": "recognition of\nself-declared\nrepublics",
    "sanctions": "own sanctions\non Russia",
    "aid": "aid to\nUkraine",
    "territory-use": "territory used for\nthe invasion",
    "statement": "statement",
    "ES-11/1": "vote on\nES-11/1",
    "ES-11/3": "vote on\nES-11/3",
}
LEANS = {  # the shape and fill of a lean, and how it is told
    "Russia": ("square", "#7d2313", "with Russia"),
    "neither": ("diamond", theme.PAPER, "with neither side"),
    "Ukraine": ("circle", "#2f6690", "helping Ukraine or upholding its claim"),
    "not found": ("", "", "not found"),
}
CODED = {  # our reading of a row, and its gist in a few words
    ("ARM", "recognition"): ("neither", "not on\nthe agenda"),
    ("ARM", "sanctions"): ("neither", "none; others' are\na red line"),
    ("ARM", "aid"): ("Ukraine", "humanitarian,\nin 2023"),
    ("ARM", "statement"): ("neither", "dialogue of\ntwo friends"),
    ("BLR", "recognition"): ("Russia", "in words,\nno act"),
    ("BLR", "sanctions"): ("neither", "none; under\nthem itself"),
    ("BLR", "territory-use"): ("Russia", "troops,\nmissiles"),
    ("BLR", "statement"): ("Russia", "a united front"),
    ("KAZ", "recognition"): ("Ukraine", "refused"),
    ("KAZ", "sanctions"): ("neither", "none; keeps to\nthose of others"),
    ("KAZ", "aid"): ("Ukraine", "humanitarian,\nin March 2022"),
    ("KAZ", "statement"): ("Ukraine", "respects its\nterritory"),
    ("KGZ", "sanctions"): ("neither", "none"),
    ("KGZ", "statement"): ("neither", "neutral"),
    ("TJK", "sanctions"): ("neither", "none found;\nkeeps its duties"),
}
OF_VOTES = {"no": "Russia", "yes": "Ukraine", "abstain": "neither", "absent": "neither"}
ORDERS = {"name": "name", "Russia": "most marks for Russia", "Ukraine": "most marks for Ukraine"}


@lru_cache(maxsize=1)
def _cells() -> pd.DataFrame:
    table, cast = load("stances").query("crisis_id == 'ukraine-2022'"), ballots(*VOTES)
    rows = []
    for iso3 in bound_on(DAY).query("iso3 != 'RUS'")["iso3"]:
        own = table[table["iso3"] == iso3].set_index(["indicator", "about"])
        for indicator, about in INDICATORS.items():
            row = own.loc[(indicator, about)].fillna("")
            lean, gist = CODED.get((iso3, indicator), ("not found", "none found"))
            told = row["value"] or row["note"]
            rows.append((iso3, indicator, lean, gist, told, row["sources"]))
        for vote in VOTES:
            value = str(cast.at[iso3, vote])
            record = f"un-digital-library-roll-calls@{vote}"
            rows.append((iso3, vote, OF_VOTES[value], value, f"voted: {value}", record))
    return pd.DataFrame(rows, columns=["iso3", "indicator", "lean", "gist", "told", "sources"])


@lru_cache(maxsize=1)
def _tallies() -> dict[str, str]:
    """Say of each member how many of its items lean which way."""
    leans = {str(iso3): Counter(own["lean"]) for iso3, own in _cells().groupby("iso3")}
    return {
        iso3: ", ".join(f"{count[lean]} {told}" for lean, (_, _, told) in LEANS.items() if count[lean])
        for iso3, count in leans.items()
    }


def stance_matrix(sort: str = "name") -> Figure:
    """Draw what five members did and said about the war, one column for each indicator.

    Parameters
    ----------
    sort : str, optional
        ``"name"``, or ``"Russia"`` or ``"Ukraine"``: most marks for that side first.

    Returns
    -------
    Figure
        A mark for the lean of each item, and its gist in words.

    Examples
    --------
    >>> stance_matrix("Russia").table["state"].drop_duplicates().tolist()[0]
    'Belarus'
    """
    known("order", sort, ORDERS)
    cells = _cells()
    leans = {str(iso3): Counter(own["lean"]) for iso3, own in cells.groupby("iso3")}
    states = sorted(leans, key=lambda iso3: (-leans[iso3][sort], iso3))
    cells = cells.set_index("iso3").loc[states].reset_index()
    cells.insert(0, "state", cells["iso3"].map(names()))
    return Figure(
        chart=_sheet(cells).chart(),
        title="Five members and the war, indicator by indicator",
        subtitle=(
            "Square: with Russia. Hollow diamond: neither side. Circle: helps Ukraine, or upholds its claim. "
            "No mark: none found. Which way an item leans is our reading."
        ),
        sources=source_ids(cells["sources"]),
        as_of=facts_as_of("stances"),
        note=(
            "None found is not none: it is what our reading did not find. The columns are a few among many; "
            "they do not weigh alike: lending one's territory is not one vote more."
        ),
        table=cells.drop(columns="iso3"),
        alt=f"Matrix of {len(states)} members and {len(HEADS)} indicators. "
        + " ".join(
            f"{names()[iso3]} ({_tallies()[iso3]}): "
            + "; ".join(
                f"{cell.indicator}, {cell.lean}: {cell.told}"
                for cell in cells[cells["iso3"] == iso3].itertuples()
            )
            + "."
            for iso3 in states
        ),
    )


LEFT, STEP, HEAD, LINE = 92, 101, 52, 58  # pixels


def _sheet(cells: pd.DataFrame) -> Sheet:
    states = list(cells["state"].unique())
    width = LEFT + STEP * len(HEADS)
    sheet = Sheet(width, HEAD + LINE * len(states))
    across = {name: LEFT + STEP * (place + 0.5) for place, name in enumerate(HEADS)}
    down = {state: HEAD + LINE * (place + 0.5) for place, state in enumerate(states)}
    sheet.words([(across[name], 24, head) for name, head in HEADS.items()], align="center", fontSize=10.5)
    sheet.lines([(0, y - LINE / 2, width, y - LINE / 2) for y in down.values()], theme.PALE)
    sheet.words([(0, y, state) for state, y in down.items()], fontWeight=600)
    cells = cells.assign(x=cells["indicator"].map(across), y=cells["state"].map(down))
    for found in (True, False):
        some = cells[(cells["lean"] != "not found") == found]
        below = some["gist"].str.count("\n") * 7 + 4 if found else 0
        texts = zip(some["x"], some["y"] + below, some["gist"], strict=True)
        style = {} if found else {"fontStyle": "italic", "color": theme.MUTED}
        sheet.words(list(texts), align="center", fontSize=10, **style)
    cells["y"] -= 14
    cells["says"] = cells["state"] + ", " + cells["indicator"] + ": " + cells["lean"] + ", " + cells["told"]
    tell = {"state": "State", "indicator": "Indicator", "lean": "Leans to", "told": "What"}
    for lean, (shape, fill, _) in LEANS.items():
        if shape:
            stroke = theme.INK if lean == "neither" else fill
            here = cells[cells["lean"] == lean]
            sheet.marks(here, tell, shape=shape, size=95, fill=fill, stroke=stroke, strokeWidth=1.6)
    return sheet


class StancesExplorer(Explorer):
    """The matrix in an order of one's choice, and how many items lean which way."""

    def __init__(self) -> None:
        super().__init__()
        self.order = OneOf(ORDERS, lambda: self.redraw(figure=True), value="name")
        self.arrange("In which order?", *self.order.boxes.values())

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        return (f'stance_matrix("{self.order.value}")',)

    def words(self) -> Words:
        """Count the marks of each member."""
        marks = " ".join(f"{names()[iso3]}: {tally}." for iso3, tally in _tallies().items())
        return Words("Marks of each member", (), marks)

    def figure(self) -> Figure:
        """Draw the matrix in the order chosen."""
        return stance_matrix(str(self.order.value))


def explore_stances() -> StancesExplorer:
    """Put the members into the order of your choice.

    Examples
    --------
    >>> explore_stances().code()
    ('stance_matrix("name")',)
    """
    return StancesExplorer()
