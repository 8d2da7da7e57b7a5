"""The grid of votes on Ukraine, and what becomes of a well-known sentence as one chooses the votes."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.controls import OneOf
from cstolib.data import facts_as_of, load
from cstolib.dates import date_in_words
from cstolib.errors import CstolibError, known
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.ballots import (
    ABSENCE,
    DAY,
    FAMILY,
    RULES,
    UNKNOWN,
    ballots,
    chosen,
    distance_to,
    names,
    recorded,
    sided,
)
from cstolib.lessons.sheet import Sheet
from cstolib.membership import bound_on

LOOKS = {  # shape, fill and outline of a value; none is told by colour alone
    "yes": ("circle", "#2f6690", "#2f6690"),
    "no": ("square", "#7d2313", "#7d2313"),
    "abstain": ("diamond", theme.PAPER, theme.INK),
    "absent": ("stroke", theme.INK, theme.INK),
}


def votes_grid(
    *resolutions: str, sort: str = "name", absent: str = "left-out", others: bool = False
) -> Figure:
    """Draw how the members and Ukraine voted, state by resolution.

    Parameters
    ----------
    *resolutions : str
        The votes that are counted, which alone decide distances; without any, all eleven. A vote on Ukraine
        that is not among the eleven gets a column of its own.
    sort : str, optional
        ``"name"``, or the ISO code of the state from which distances are measured and sorted.
    absent : str, optional
        How distances treat absence, as in `distance_to`.
    others : bool, optional
        Whether to show the other eight states of the course too.

    Returns
    -------
    Figure
        A mark and a word for each vote; at the right the distance, from Russia if sorted by name.

    Examples
    --------
    >>> votes_grid(sort="RUS").table["state"].tolist()[:2]
    ['Russia', 'Belarus']
    """
    counted = chosen(resolutions)
    shown = [name for name in recorded() if name in {*FAMILY, *counted}]
    if len(shown) > len(FAMILY) + 3:
        raise CstolibError(f"Choose at most three votes outside the eleven: {len(shown)} columns do not fit.")
    known("order", sort, ("name", *names()))
    target = "RUS" if sort == "name" else sort
    gaps = distance_to(target, *counted, absent=absent)
    members = list(bound_on(DAY)["iso3"])
    states = list(ballots().index) if others else [*members, "UKR"]
    if target not in states:
        raise CstolibError(f"{names()[target]} is among the other states: write others=True.")
    if sort == "name":  # members first
        states.sort(key=lambda iso3: (iso3 not in members, names()[iso3]))
    else:
        near = gaps["distance"].fillna(2).to_dict()
        states.sort(key=lambda iso3: (iso3 != target, near[iso3], names()[iso3]))
    cast = ballots(*shown).loc[states]
    far = [_far(gaps.at[iso3, "distance"], gaps.at[iso3, "votes"]) for iso3 in states]
    table = cast.assign(distance=gaps["distance"], votes=gaps["votes"])
    table.insert(0, "state", [names()[iso3] for iso3 in states])
    return Figure(
        chart=_sheet(cast, counted, far, target).chart(),
        title="How they voted on Ukraine",
        subtitle=(
            "UN General Assembly, one column for each resolution; shaded ones are counted. "
            f"Distance from {names()[target]}: 0 alike, 1 farthest; {ABSENCE[absent]}."
        ),
        sources=load("votes").source_ids,
        as_of=facts_as_of("votes"),
        note=(
            "A vote is on a text, not on a war: read what each is about. The record gives no reason for an "
            "absence. ES-11/9 and ES-11/10 lie after the record set: votes from press pages, some not known "
            "to us (?), the number ES-11/10 inferred. Subjects in our words."
        ),
        table=pd.DataFrame(table.reset_index(drop=True)),
        alt=_told(cast, counted, far, target),
    )


def _far(distance: Any, votes: Any) -> str:
    return "none to compare" if pd.isna(distance) else f"{distance:.2f} ({votes})"


def _told(cast: pd.DataFrame, counted: list[str], far: list[str], target: str) -> str:
    """Tell the whole grid in words: what each vote was about, and each state's row."""
    votes = {name: recorded()[name] for name in cast.columns}
    columns = [
        f"{name}, {date_in_words(vote.date)}, {vote.about}".replace("\n", " ") for name, vote in votes.items()
    ]
    rows = [
        f"{names()[iso3]}: {', '.join(map(' '.join, cast.loc[iso3].items()))}; distance {gap}."
        for iso3, gap in zip(cast.index, far, strict=True)
    ]
    return (
        f"Grid of {len(cast)} states and {len(columns)} votes. The votes: {'; '.join(columns)}. "
        f"Counted: {', '.join(counted)}. Distance from {names()[target]}, in brackets the number of votes "
        f"compared. {' '.join(rows)}"
    )


LEFT, HEAD, LINE, GAP = 102, 86, 38, 72  # pixels


def _sheet(cast: pd.DataFrame, counted: list[str], far: list[str], target: str) -> Sheet:
    step = min(57, 627 // len(cast.columns))
    right = LEFT + step * len(cast.columns)
    sheet = Sheet(right + GAP, HEAD + LINE * len(cast))
    across = {name: LEFT + step * (place + 0.5) for place, name in enumerate(cast.columns)}
    down = {iso3: HEAD + LINE * (place + 0.5) for place, iso3 in enumerate(cast.index)}
    bands = [(x - step / 2 + 1, x + step / 2 - 1, name) for name, x in across.items() if name in counted]
    band = pd.DataFrame(bands, columns=["x", "x2", "says"]).assign(y=0, y2=HEAD + LINE * len(cast))
    sheet.marks(band, {}, box=True, color="#eef1f4", aria=False)
    for ticked, weight, colour in (True, 600, theme.INK), (False, 400, theme.MUTED):
        some = {name: x for name, x in across.items() if (name in counted) == ticked}
        for down_by, size, bold, texts in (
            (9, 9.5, 400, dict.fromkeys(some, "counted" if ticked else "")),
            (24, 11, weight, {name: name for name in some}),
            (40, 9.5, 400, {name: _month(name) for name in some}),
            (63, 9, 400, {name: recorded()[name].about for name in some}),
        ):
            heads = [(some[name], down_by, text) for name, text in texts.items() if text]
            sheet.words(heads, align="center", fontWeight=bold, fontSize=size, color=colour)
    sheet.lines([(0, y - LINE / 2, right + GAP, y - LINE / 2) for y in down.values()], theme.PALE)
    sheet.words([(right + 6, 40, f"distance\nfrom {target}\n(votes)")], fontSize=10)
    sheet.words([(0, y, names()[iso3]) for iso3, y in down.items()], fontWeight=600)
    sheet.words([(right + 6, y, gap) for y, gap in zip(down.values(), far, strict=True)], fontSize=11)
    cells = pd.DataFrame(
        [
            (across[name], down[iso3] - 6, names()[iso3], name, cast.at[iso3, name])
            for iso3 in cast.index
            for name in cast.columns
        ],
        columns=["x", "y", "state", "resolution", "vote"],
    )
    cells["says"] = cells["state"] + ", " + cells["resolution"] + ": " + cells["vote"]
    tell = {"state": "State", "resolution": "Resolution", "vote": "Vote"}
    for value, (shape, fill, stroke) in LOOKS.items():
        here = cells[cells["vote"] == value]
        sheet.marks(here, tell, shape=shape, size=85, fill=fill, stroke=stroke, strokeWidth=1.6)
    under = zip(cells["x"], cells["y"] + 16, cells["vote"].replace(UNKNOWN, "?"), strict=True)
    sheet.words(list(under), align="center", fontSize=9.5)
    return sheet


class VotesExplorer(Explorer):
    """Choose which votes count: the grid, the distances, and what becomes of a well-known sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.counted = {
            name: w.Checkbox(value=name == "ES-11/1", description=_label(name), indent=False)
            for name in FAMILY
        }
        for box in self.counted.values():
            box.observe(lambda _: self.redraw(figure=True), "value")
        self.rule = OneOf(RULES, lambda: self.redraw(figure=False), value="any")
        orders = {iso3: f"distance from {names()[iso3]}" for iso3 in (*bound_on(DAY)["iso3"], "UKR")}
        self.sort = OneOf({"name": "name", **orders}, lambda: self.redraw(figure=True), value="name")
        self.absent = OneOf(ABSENCE, lambda: self.redraw(figure=True), value="left-out")
        self.others = w.Checkbox(value=False, description="show eight other states too", indent=False)
        self.others.observe(lambda _: self.redraw(figure=True), "value")
        choices = w.HBox(tuple(self.counted.values()))
        order = w.HBox((*self.sort.boxes.values(), self.others))
        for columns in (choices, order):
            columns.add_class("cstolib-choices")
        self.arrange(
            "Which votes count?",
            choices,
            w.HTML("<p>A member sided with Russia if it</p>"),
            *self.rule.boxes.values(),
            w.HTML("<p>Order of the rows</p>"),
            order,
            w.HTML("<p>How the distance treats absence</p>"),
            *self.absent.boxes.values(),
        )

    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""
        names = "".join(f'"{name}", ' for name in self._counted())
        others = ", others=True" if self.others.value else ""
        grid = f'votes_grid({names}sort="{self.sort.value}", absent="{self.absent.value}"{others})'
        return grid, f'sided({names}rule="{self.rule.value}")'

    def words(self) -> Words:
        """Say who sided with Russia by the rule and the votes chosen, and whether Belarus is alone."""
        table = sided(*self._counted(), rule=str(self.rule.value))
        who = {side: tuple(table.loc[table["sided"] == side, "name"]) for side in (True, False)}
        heading = f"Counted: {', '.join(self._counted())}"
        return Words(heading, (("Sided with Russia", who[True]), ("Did not", who[False])), table.note_text)

    def figure(self) -> Figure:
        """Draw the grid with the votes that are ticked; with none, all are counted."""
        absent, sort = str(self.absent.value), str(self.sort.value)
        return votes_grid(*self._counted(), sort=sort, absent=absent, others=self.others.value)

    def _counted(self) -> list[str]:
        return [name for name, box in self.counted.items() if box.value] or list(FAMILY)


def _label(name: str) -> str:
    return f"{name}, {_month(name)}: " + recorded()[name].about.replace("\n", " ")


def _month(name: str) -> str:
    return "/".join(reversed(recorded()[name].date.split("-")[:2]))


def explore_votes() -> VotesExplorer:
    """Tick which votes count, and see who sided with Russia by which rule.

    Examples
    --------
    >>> explore_votes().words().remark
    '“Only Belarus sided with Russia” is true by this rule and these votes.'
    """
    return VotesExplorer()
