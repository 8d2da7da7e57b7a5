"""One roll call of the United Nations General Assembly, as the four values that it really has."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cstolib import theme
from cstolib.data import facts_as_of, load
from cstolib.dates import date_in_words
from cstolib.errors import known
from cstolib.figure import Figure
from cstolib.lessons.sheet import Sheet
from cstolib.membership import bound_on

VOTES = {"no": "triangle-down", "abstain": "circle", "absent": "square", "yes": "triangle-up"}
LEFT, STEP, LINE, HEAD = 128, 150, 20, 34  # pixels


def ballot(resolution: str = "A/RES/62/243") -> Figure:
    """Draw how members of the treaty and others voted on one resolution.

    Parameters
    ----------
    resolution : str, optional
        A row of the table `resolutions`.

    Returns
    -------
    Figure
        Four columns, no, abstain, absent and yes; members bound on the day above, other states below.

    Examples
    --------
    >>> ballot().table.query("bound")["vote"].value_counts().to_dict()
    {'absent': 3, 'no': 2, 'abstain': 1}
    """
    about = load("resolutions").set_index("resolution")
    row = about.loc[known("resolution", resolution, list(about.index))]
    names = load("states").set_index("iso3")["name"]
    cast = load("votes").query("resolution == @resolution and iso3 in @names.index")
    bound = set(bound_on(f"{row['date']:%Y-%m-%d}")["iso3"])
    table = pd.DataFrame(cast[["iso3", "vote"]])
    table = table.assign(state=table["iso3"].map(names), bound=table["iso3"].isin(bound))
    table = table.sort_values(["bound", "state"], ascending=[False, True], ignore_index=True)
    day = date_in_words(f"{row['date']:%Y-%m-%d}")
    told = [
        f"{who}: "
        + "; ".join(f"{vote}, {', '.join(some[some['vote'] == vote]['state']) or 'nobody'}" for vote in VOTES)
        for who, some in ((_who(True), table[table["bound"]]), (_who(False), table[~table["bound"]]))
    ]
    totals = ", ".join(f"{row[f'n_{vote}']} {vote}" for vote in ("yes", "no", "abstain", "absent"))
    return Figure(
        chart=_chart(table),
        title=f"Resolution {resolution.removeprefix('A/RES/')}: four ways to vote",
        subtitle=f"\u201c{row['title']}\u201d. General Assembly, {day}; all states: {totals}.",
        sources=(f"un-digital-library-roll-calls@{resolution.removeprefix('A/RES/')}",),
        as_of=facts_as_of("votes"),
        note=(
            "Absent means recorded as not voting: it can be distance, a small delegation or a lost right to "
            "vote. Other states: those of this course that are in the record."
        ),
        table=table[["state", "vote", "bound", "iso3"]],
        alt=f"Votes on resolution {resolution} of {day}. {'. '.join(told)}. All states: {totals}.",
    )


def _who(bound: bool) -> str:
    return "Bound by the treaty" if bound else "Others"


def _chart(table: pd.DataFrame) -> Any:
    """Lay out two bands, each as high as its fullest column."""
    left = {vote: LEFT + STEP * place for place, vote in enumerate(VOTES)}
    heights = {
        bound: LINE * int(table.loc[table["bound"] == bound, "vote"].value_counts().max()) + 18
        for bound in (True, False)
    }
    sheet = Sheet(LEFT + STEP * len(VOTES), HEAD + sum(heights.values()))
    sheet.words([(x + 2, 12, vote) for vote, x in left.items()], fontWeight=600, fontSize=13)
    top = HEAD
    for bound, height in heights.items():
        sheet.lines([(0, top - 6, LEFT + STEP * len(VOTES), top - 6)], theme.GREY)
        sheet.words([(0, top + 12, _who(bound).replace(" by", "\nby"))], fontWeight=600)
        for vote, shape in VOTES.items():
            some = table[(table["bound"] == bound) & (table["vote"] == vote)]
            some = some.assign(x=left[vote] + 8, y=[top + 8 + LINE * line for line in range(len(some))])
            some["says"] = some["state"] + ": " + some["vote"]
            fill = theme.INK if vote in ("yes", "no") else theme.PAPER
            look: dict[str, Any] = {"shape": shape, "fill": fill, "stroke": theme.INK, "size": 60}
            sheet.marks(some, {"state": "State", "vote": "Vote"}, **look)
            sheet.words(list(zip(some["x"] + 12, some["y"], some["state"], strict=True)))
        top += height
    return sheet.chart()
