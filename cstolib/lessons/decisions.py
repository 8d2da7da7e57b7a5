"""One proposal under four decision rules: the figure, and the explorer to try positions of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import altair as alt
import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.citations import source_ids
from cstolib.controls import OneOf, row
from cstolib.data import facts_as_of, load
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.voting import CASES, RULES, STANDS, decide, member_names, positions, read_stands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstolib.lessons.voting import Case, Outcome

__all__ = ["decide", "decision_rules", "explore_decisions", "positions"]

OWN = "own"


def decision_rules(stands: str | Mapping[str, str]) -> Figure:
    """Draw what four rules make of the same positions.

    Parameters
    ----------
    stands : str or mapping
        As for :func:`decide`.

    Returns
    -------
    Figure
        A row for the positions and one for each rule; marks show who would be bound.

    Examples
    --------
    >>> decision_rules("bishkek-2025").table["outcome"].tolist()[:2]
    ['not adopted: Armenia stands aside', 'adopted: nobody objects; binds 5 of 6']
    """
    case = CASES.get(stands) if isinstance(stands, str) else None
    read = read_stands(positions(stands) if isinstance(stands, str) else stands)
    names = member_names()
    outcomes = [decide(read, rule) for rule in RULES]
    table = pd.DataFrame(
        [
            {
                "rule": outcome.rule,
                "needs": RULES[outcome.rule],
                "outcome": outcome.why,
                **{
                    names[iso3]: f"{stand}; {'bound' if iso3 in outcome.bound else 'not bound'}"
                    for iso3, stand in read.items()
                },
            }
            for outcome in outcomes
        ]
    )
    told = (
        f"{case.name}, as we read the sources."
        if case and case.told
        else "Positions of your choice, or invented."
    )
    said = ", ".join(f"{names[iso3]} {stand}" for iso3, stand in read.items())
    return Figure(
        chart=_chart(read, outcomes, names),
        title="One proposal, four rules",
        subtitle=f"{case.name if case else 'Positions of your choice'}. Who would be bound under each rule?",
        sources=_sources(case),
        as_of=facts_as_of("responses"),
        note=(
            f"{told} The organisation knows consensus and, since December 2010, the limited format. "
            "Majority was a proposal of 2011; that Russia decides is a claim."
        ),
        table=table,
        alt=f"Grid. Positions: {said}. {'. '.join(f'{_capital(o.rule)}: {o.why}' for o in outcomes)}.",
    )


def explore_decisions() -> DecisionExplorer:
    """Choose positions and see what four rules make of them.

    Returns
    -------
    DecisionExplorer
        Shows itself: controls, the outcomes in words, the figure.

    Examples
    --------
    >>> explore_decisions().code()
    ('decision_rules("yerevan-2022")',)
    """
    return DecisionExplorer()


class DecisionExplorer(Explorer):
    """Prepared cases and a stand for each member, beside what four rules make of them."""

    def __init__(self) -> None:
        super().__init__()
        self._busy = False
        names = member_names()
        cases = {key: case.name for key, case in CASES.items()} | {OWN: "Positions of my own"}
        self.case = OneOf(cases, self._case_chosen, "yerevan-2022")
        self.stands = {
            iso3: OneOf({stand: f"{names[iso3]}: {stand}" for stand in STANDS}, self._stand_chosen, own)
            for iso3, own in positions("yerevan-2022").items()
        }
        rows = []
        for one in self.stands.values():
            for box in one.boxes.values():
                box.layout.width = "13em"  # three of them fit beside each other
            rows.append(row(*one.boxes.values()))
        self.arrange(
            "What would become of the proposal?",
            w.HTML("<p>Start from a case</p>"),
            *self.case.boxes.values(),
            w.HTML("<p>and change what you like</p>"),
            *rows,
        )

    def chosen(self) -> dict[str, str]:
        """Give the stand of each member as the boxes show it."""
        return {iso3: str(one.value) for iso3, one in self.stands.items()}

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        return (f"decision_rules({self._asked()!r})".replace("'", '"'),)

    def words(self) -> Words:
        """Tell what becomes of the proposal under each rule."""
        outcomes = [decide(self.chosen(), rule) for rule in RULES]
        groups = (("Adopted under", True), ("Not adopted under", False))
        return Words(
            "Under each rule",
            tuple(
                (
                    name,
                    tuple(
                        f"{one.rule} ({one.why.partition(': ')[2]})"
                        for one in outcomes
                        if one.adopted == adopted
                    ),
                )
                for name, adopted in groups
            ),
        )

    def figure(self) -> Figure:
        """Draw the outcomes."""
        return decision_rules(self._asked())

    def _asked(self) -> str | dict[str, str]:
        """Give the case by its name, or positions that are no case."""
        return self.chosen() if self.case.value in (OWN, None) else str(self.case.value)

    def _case_chosen(self) -> None:
        if self._busy:
            return
        self._busy = True
        asked = self._asked()
        for iso3, stand in (positions(asked) if isinstance(asked, str) else asked).items():
            self.stands[iso3].boxes[stand].value = True
        self._busy = False
        self.redraw(figure=True)

    def _stand_chosen(self) -> None:
        if self._busy:
            return
        self._busy = True
        self.case.boxes[OWN].value = True
        self._busy = False
        self.redraw(figure=True)


def _capital(rule: str) -> str:
    return rule[0].upper() + rule[1:]


def _sources(case: Case | None) -> tuple[str, ...]:
    """Give the sources of the rule and, where the positions happened, of the row that tells them."""
    rules = load("provisions").query("obligation == 'decision-rule' and version == 2010")
    cells = list(rules.loc[rules["instrument_id"] == "csto-charter-2002", "sources"])
    if case and case.told:
        table, key = case.told
        cells.insert(0, load(table).set_index("response_id").loc[key, "sources"])
    return source_ids(pd.Series(cells))


def _chart(stands: Mapping[str, str], outcomes: list[Outcome], names: Mapping[str, str]) -> alt.LayerChart:
    """Draw a column for each member; above the positions, below them a row for each rule."""
    at_x = {iso3: 272 + 42 * place for place, iso3 in enumerate(stands)}
    top = [
        {"iso3": iso3, "x": at_x[iso3], "y": 22, "kind": stand, "says": f"{names[iso3]}: {stand}"}
        for iso3, stand in stands.items()
    ]
    marks = [
        {
            "x": at_x[iso3],
            "y": 66 + 40 * place,
            "kind": "bound",
            "iso3": iso3,
            "says": f"{outcome.rule}: {names[iso3]} bound",
        }
        for place, outcome in enumerate(outcomes)
        for iso3 in outcome.bound
    ]
    words = [
        {"text": "Position", "x": 0, "y": 22, "small": ""},
        *(
            {"text": _capital(outcome.rule), "x": 0, "y": 66 + 40 * place, "small": RULES[outcome.rule]}
            for place, outcome in enumerate(outcomes)
        ),
    ]
    ends = [
        {"text": "adopted" if outcome.adopted else "not adopted", "x": 528, "y": 66 + 40 * place}
        for place, outcome in enumerate(outcomes)
    ]
    heads = [{"text": iso3, "x": at_x[iso3], "y": 0} for iso3 in stands]
    scales = {"x": alt.Scale(domain=[0, 610], nice=False), "y": alt.Scale(domain=[210, -8], nice=False)}

    def base(rows: list[dict[str, Any]]) -> alt.Chart:
        chart: alt.Chart = alt.Chart(pd.DataFrame(rows)).encode(
            x=alt.X("x:Q", axis=None, scale=scales["x"]), y=alt.Y("y:Q", axis=None, scale=scales["y"])
        )
        return chart

    shown = alt.Tooltip("says:N", title="Shown")
    kinds = {**STANDS, "bound": ("square", theme.GREY)}
    shape = alt.Scale(domain=list(kinds), range=[kind[0] for kind in kinds.values()])
    fill = alt.Scale(domain=list(kinds), range=[kind[1] for kind in kinds.values()])
    legend = alt.Legend(columns=4)
    layers = [
        base([*top, *marks])
        .mark_point(size=150, stroke=theme.INK, strokeWidth=1.4, opacity=1)
        .encode(
            shape=alt.Shape("kind:N", title=None, scale=shape, legend=legend),
            fill=alt.Fill("kind:N", title=None, scale=fill, legend=legend),
            description="says:N",
            tooltip=[shown],
        ),
        base([{"x": 0, "y": 42}])
        .mark_rule(color=theme.GREY, aria=False)
        .encode(x=alt.value(0), x2=alt.value(610)),
        base(heads).mark_text(fontWeight=600, color=theme.MUTED, aria=False).encode(text="text:N"),
        base(words).mark_text(align="left", fontWeight=600, aria=False).encode(text="text:N"),
        base(ends).mark_text(align="left", fontWeight=600, aria=False).encode(text="text:N"),
        base(words[1:])
        .mark_text(align="left", dy=14, fontSize=11, color=theme.MUTED, aria=False)
        .encode(text="small:N"),
    ]
    return alt.LayerChart(layer=layers).properties(width=610, height=218)
