"""The obligation explorer: choose a scenario, and see which articles speak to it, then and now."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import fill
from typing import TYPE_CHECKING

import altair as alt
import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.controls import OneOf
from cstolib.data import facts_as_of
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.scenarios import ATTACKERS, PLACES, STATUSES, VERSIONS, Scenario, engaged, next_step

if TYPE_CHECKING:
    from collections.abc import Mapping

ABOUT = {
    "Article 1": "no force among members",
    "Article 2": "consultation",
    "Article 4": "help",
    "Article 6": "use of forces",
    "Forces agreement": "agreed in 2010",
}
# Pixels: one column of words for each version, one row for each article.
COLUMN, ROW, LEFT = 330, 62, -150


def obligations(
    attacker: str = "state", where: str = "home", *, asks: bool = True, both_sides: bool = False
) -> Figure:
    """Draw which articles a scenario engages in the text of 1992 and in that of 2010, by our reading.

    Parameters
    ----------
    attacker : str, optional
        ``"state"`` (from outside), ``"member"`` or ``"group"`` (armed, of no state).
    where : str, optional
        ``"home"`` (the attacked member's territory), ``"disputed"`` or ``"abroad"``.
    asks : bool, optional
        Whether the attacked member asks for help.
    both_sides : bool, optional
        Whether another member stands with the attacker.

    Returns
    -------
    Figure
        One row per article, one column per version.

    Examples
    --------
    >>> obligations("group").table["status"].to_list()[1:3]
    ['left open', 'not engaged']
    >>> obligations("army")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no attacker 'army'. ...
    """
    scenario = Scenario(attacker, where, asks, both_sides)
    found = pd.DataFrame(engaged(attacker, where, asks=asks, both_sides=both_sides))
    says = [
        f"{version}: " + ", ".join(f"{row['article']} {row['status']}" for row in rows.to_dict("records"))
        for version, rows in found.groupby("version")
    ]
    return Figure(
        chart=_chart(found),
        title="Which articles speak to this case",
        subtitle=str(scenario),
        sources=source_ids(found["sources"]),
        as_of=facts_as_of("provisions"),
        note="Our reading of the clauses, one coder; no legal opinion. Point at a mark: what stays open.",
        table=found,
        alt=f"Table of articles and two versions of the text. {scenario} {'. '.join(says)}.",
    )


def _chart(found: pd.DataFrame) -> alt.LayerChart:
    places = {article: place for place, article in enumerate(ABOUT)}
    top = found["article"].map(places) * ROW
    cells = found.assign(
        x=found["version"].map({version: place * COLUMN + 12 for place, version in enumerate(VERSIONS)}),
        y=top + 20,
        words=[fill(text, 46) for text in found["why"]],
        text=[f"Text of {version}" for version in found["version"]],
        source=[cite(found.iloc[[place]]).short() for place in range(len(found))],
        description=[
            f"{row['article']}, text of {row['version']}: {row['status']}. {row['why']}"
            for row in found.to_dict("records")
        ],
    )
    height = ROW * len(ABOUT)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, COLUMN * 2], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    rows = pd.DataFrame(
        [{"name": name, "about": about, "y": places[name] * ROW + 20} for name, about in ABOUT.items()]
    )
    lines = alt.Chart(pd.DataFrame({"y": [place * ROW for place in range(len(ABOUT) + 1)]}))
    lines = lines.mark_rule(stroke=theme.PALE, aria=False).encode(
        x=alt.value(LEFT), x2=alt.value(COLUMN * 2), y=y
    )
    heads = pd.DataFrame([{"x": place * COLUMN, "text": f"Text of {v}"} for place, v in enumerate(VERSIONS)])
    head = alt.Chart(heads).mark_text(align="left", fontWeight=600, color=theme.MUTED, aria=False)
    name = alt.Chart(rows).mark_text(align="left", fontWeight=600, aria=False)
    about = alt.Chart(rows.assign(y=rows["y"] + 16)).mark_text(
        align="left", fontSize=11, color=theme.MUTED, aria=False
    )
    words = alt.Chart(cells[["x", "y", "words"]]).mark_text(
        align="left", baseline="top", dx=14, dy=-6, lineBreak="\n", aria=False
    )
    looks = {"shape": ["circle", "diamond", "cross"], "fill": [theme.INK, theme.PAPER, theme.PALE]}
    status = alt.Scale(domain=list(STATUSES), range=looks["shape"])
    fills = alt.Scale(domain=list(STATUSES), range=looks["fill"])
    marks = (
        alt.Chart(cells.drop(columns=["words", "sources"]))
        .mark_point(stroke=theme.INK, strokeWidth=1.5, size=130, opacity=1)
        .encode(
            x=x,
            y=y,
            shape=alt.Shape("status:N", legend=alt.Legend(title=None, offset=26), scale=status),
            fill=alt.Fill("status:N", legend=alt.Legend(title=None, offset=26), scale=fills),
            description="description:N",
            tooltip=[
                alt.Tooltip(f"{column}:N", title=title)
                for column, title in {
                    "article": "Article",
                    "text": "Version",
                    "status": "Reading",
                    "why": "Why",
                    "room": "Room in the text",
                    "source": "Source",
                }.items()
            ],
        )
    )
    layers = [
        lines,
        head.encode(x=x, y=alt.value(-10), text="text:N"),
        name.encode(x=alt.value(LEFT), y=y, text="name:N"),
        about.encode(x=alt.value(LEFT), y=y, text="about:N"),
        words.encode(x=x, y=y, text="words:N"),
        marks,
    ]
    return alt.LayerChart(layer=layers).properties(width=COLUMN * 2, height=height)


def explore_obligations() -> ObligationExplorer:
    """Explore which articles speak to an attack, which step follows, and where the text leaves room.

    The same in code: ``obligations("group", "home", asks=True)`` draws a scenario, and
    ``engaged("group", "home", asks=True)`` gives its rows.

    Returns
    -------
    ObligationExplorer
        Shows itself: controls, the reading in words, the figure.

    Examples
    --------
    >>> explorer = explore_obligations()
    >>> explorer.asks.value = False
    >>> explorer.code()
    ('obligations("state", "home", asks=False)',)
    """
    return ObligationExplorer()


@dataclass(frozen=True)
class Reading(Words):
    """A heading and lists of whole sentences."""

    def bundle(self) -> dict[str, str]:
        """Give the output as MIME bundle."""
        text = [f"{name}: {' '.join(items)}" for name, items in self.lists if items]
        html = "".join(
            f"<li><strong>{escape(name)}:</strong> {escape(' '.join(items))}</li>"
            for name, items in self.lists
            if items
        )
        return {
            "text/html": f"<p><strong>{escape(self.heading)}</strong></p><ul>{html}</ul>",
            "text/plain": "\n".join([self.heading, *text]),
        }


class ObligationExplorer(Explorer):
    """Who attacks, where, does the member ask, is a member on the other side: and what the texts say."""

    def __init__(self) -> None:
        super().__init__()
        self.attacker = OneOf(ATTACKERS, self._changed, value="state")
        self.where = OneOf(
            {key: text.capitalize() for key, text in PLACES.items()}, self._changed, value="home"
        )
        self.asks = w.Checkbox(value=True, description="The attacked member asks for help", indent=False)
        self.both_sides = w.Checkbox(
            value=False, description="Another member stands with the attacker", indent=False
        )
        for box in (self.asks, self.both_sides):
            box.observe(lambda _: self._changed(), "value")
        self.arrange(
            "Who owes what, and by which words?",
            w.HTML("<p>Who attacks a member?</p>"),
            _choices(self.attacker.boxes),
            w.HTML("<p>Where?</p>"),
            _choices(self.where.boxes),
            w.HTML("<p>And?</p>"),
            self.asks,
            self.both_sides,
        )

    def scenario(self) -> Scenario:
        """Give the scenario that the controls describe; where nothing is ticked, the first choice."""
        return Scenario(
            self.attacker.value or "state", self.where.value or "home", self.asks.value, self.both_sides.value
        )

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        chosen = self.scenario()
        extra = ", both_sides=True" if chosen.both_sides else ""
        return (f'obligations("{chosen.attacker}", "{chosen.where}", asks={chosen.asks}{extra})',)

    def words(self) -> Reading:
        """Say which step follows in each text, and where the newer one leaves room."""
        chosen = self.scenario()
        table = engaged(chosen.attacker, chosen.where, asks=chosen.asks, both_sides=chosen.both_sides)
        steps: list[tuple[str, tuple[str, ...]]] = []
        rooms: list[tuple[str, tuple[str, ...]]] = []
        for version in VERSIONS:
            rows = table[table["version"] == version].to_dict("records")
            status = {row["article"]: row["status"] for row in rows}
            steps.append((f"Next step by the text of {version}", (next_step(version, status),)))
            open_ones = [row for row in rows if row["room"] and row["status"] != STATUSES[-1]]
            room = tuple(f"{row['article']}: {row['room']}" for row in open_ones)
            rooms.append((f"Where the text of {version} leaves room", room))
        return Reading(str(chosen), (*steps, *rooms))

    def figure(self) -> Figure:
        """Draw the scenario."""
        chosen = self.scenario()
        return obligations(chosen.attacker, chosen.where, asks=chosen.asks, both_sides=chosen.both_sides)

    def _changed(self) -> None:
        # A member that attacks is a member on the other side: the box then has nothing to add.
        self.both_sides.disabled = self.scenario().attacker == "member"
        self.redraw(figure=True)


def _choices(boxes: Mapping[str, w.Checkbox]) -> w.HBox:
    choices = w.HBox(tuple(boxes.values()))
    choices.add_class("cstolib-choices")
    return choices
