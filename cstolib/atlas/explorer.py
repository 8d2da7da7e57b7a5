"""The atlas to explore: choose crises by what is known of them, and read one card or compare two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets as w

from cstolib.atlas.cards import crisis_card
from cstolib.atlas.cells import state_names
from cstolib.atlas.hours import aligned_timelines
from cstolib.atlas.overview import ARTICLES, DONE, KINDS, crisis_overview, find_crises
from cstolib.controls import code_line, row, status
from cstolib.errors import CstolibError, known
from cstolib.explorers import Explorer, Words
from cstolib.html import html_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from cstolib.atlas.parts import Part
    from cstolib.figure import Figure

MOST = 2  # crises side by side
FIRST = "kazakhstan-2022"


@dataclass(frozen=True, eq=False)
class Beside(Words):
    """Two crises in two columns, under the headings of their cards."""

    rows: pd.DataFrame | None = None

    def bundle(self) -> dict[str, str]:
        """Give the comparison as MIME bundle."""
        assert self.rows is not None
        lines = [" | ".join(map(str, cells)) for cells in self.rows.to_numpy()]
        html = html_table(self.rows, self.heading, self.remark, limit=len(self.rows))
        return {"text/html": html, "text/plain": "\n".join([self.heading, *lines, self.remark])}

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.bundle()


def compare_crises(first: str, second: str) -> Beside:
    """Put two crises side by side, heading by heading.

    Parameters
    ----------
    first, second : str
        Crises of the table `crises`.

    Returns
    -------
    Beside
        Shows itself as a table: what is known at a glance, how many rows each heading has, and what they say
        in short; the cards have all of it.

    Examples
    --------
    >>> rows = compare_crises("syunik-2021", "kazakhstan-2022").rows.set_index("heading")
    >>> rows.loc["Strongest act of the CSTO or under the treaty"].to_list()
    ['consultation', 'deployment of forces']
    """
    import pandas as pd

    if first == second:
        raise CstolibError(f"Name two different crises, not {first!r} twice.")
    cards = [crisis_card(first), crisis_card(second)]
    facts = [dict(card.facts) for card in cards]
    told = {name: [known_of.get(name, "") for known_of in facts] for name in facts[0] | facts[1]}
    to_know = told.pop("To know", [])
    rows = {"What happened": [card.summary for card in cards]} | told
    for title in SHORT:
        rows[title] = [_in_short(card.part(title)) for card in cards]
    if to_know:
        rows["To know"] = to_know
    table = pd.DataFrame(
        [[name, *cells] for name, cells in rows.items()],
        columns=["heading", *(card.heading for card in cards)],
    )
    names = " and ".join(card.heading for card in cards)
    note = "Shortened: the card of each crisis has every row with its sources. Counts must not be added up."
    return Beside(f"Side by side: {names}", (), note, rows=table)


# Of each heading, how a row is told in the comparison.
SHORT = {
    "Requests": "{date}: {who asked} asked {whom} ({article}): {asked for}",
    "Responses": "{date}: {who acted} ({form})",
    "Positions, said and done": "{state} towards {towards}: said {said}; did {did}",
    "Contributions": "{whose}: {soldiers} (counted by {counted by}, {as of})",
    "Casualties": "{what}, {whose}, {of whom}: {number} (counted by {counted by}, {as of})",
}


def _in_short(part: Part) -> str:
    """Write the rows of one heading in one cell."""
    rows = [
        SHORT[part.title].format_map({str(name): cell for name, cell in row.items()})
        for row in part.shown().to_dict("records")
    ]
    return " • ".join(dict.fromkeys(_once(row) for row in rows)) or part.empty


def _once(row: str) -> str:
    """Say only once that a state is the party itself."""
    return row.replace("said party: not coded; did party: not coded", "the party itself, not coded")


def explore_atlas() -> AtlasExplorer:
    """Explore the crises: tick what they shall have in common, then one crisis to read or two to compare.

    Returns
    -------
    AtlasExplorer
        Shows itself: the filters, the crises that pass them, the card (of two, the comparison), and the steps
        from hour zero.

    Examples
    --------
    >>> explorer = explore_atlas()
    >>> explorer.filters["article"]["4"].value = True
    >>> explorer.found()
    ['kazakhstan-2022', 'armenia-azerbaijan-sept-2022']
    >>> explorer.code()
    ('find_crises(article=["4"])', 'crisis_card("kazakhstan-2022")', 'aligned_timelines("kazakhstan-2022")')
    """
    return AtlasExplorer()


class AtlasExplorer(Explorer):
    """All crises, by what is known of them; one to read, two to compare."""

    def __init__(self) -> None:
        super().__init__()
        rows = crisis_overview()
        self._titles = {
            str(key): str(name) for key, name in zip(rows["crisis_id"], rows["crisis"], strict=True)
        }
        self.filters = {name: self._boxes(options) for name, options in _options().items()}
        self.only_csto = w.Checkbox(
            description="Count only acts of the CSTO and under the treaty", indent=False
        )
        self.only_csto.observe(lambda _: self._filtered(), "value")
        self.clear = w.Button(description="Clear the filters")
        self.clear.on_click(lambda _: self._cleared())
        self.count = w.HTML()
        self.chosen = [FIRST]
        self.crises = {
            crisis: w.Checkbox(value=crisis == FIRST, description=title, indent=False)
            for crisis, title in self._titles.items()
        }
        for crisis, box in self.crises.items():
            box.observe(lambda change, crisis=crisis: self._ticked(crisis, change["new"]), "value")
        choices = w.HBox(tuple(self.crises.values()))
        choices.add_class("cstolib-choices")
        headings = {
            "asked": "Who asked?",
            "article": "Which article was named?",
            "kind": "Of which kind?",
            "done": "What was done, at most?",
        }
        parts = [
            part
            for name, heading in headings.items()
            for part in (w.HTML(f"<p>{heading}</p>"), row(*self.filters[name].values()))
        ]
        self.arrange(
            "Choose by what is known, then tick one crisis to read or two to compare",
            *parts,
            row(self.only_csto, self.clear),
            self.count,
            choices,
        )
        self._filtered()

    def _boxes(self, options: Mapping[str, str]) -> dict[str, w.Checkbox]:
        boxes = {key: w.Checkbox(description=text, indent=False) for key, text in options.items()}
        for box in boxes.values():
            box.observe(lambda _: self._filtered(), "value")
        return boxes

    def found(self) -> list[str]:
        """List the crises that pass the filters."""
        ticked = self._asked()
        by = "csto" if self.only_csto.value else "anybody"
        return find_crises(
            asked=ticked["asked"], article=ticked["article"], kind=ticked["kind"], done=ticked["done"], by=by
        )

    def _asked(self) -> dict[str, list[str]]:
        """Give the ticked values of each filter."""
        return {
            name: [key for key, box in boxes.items() if box.value] for name, boxes in self.filters.items()
        }

    def choose(self, *crises: str) -> None:
        """Tick these crises, and no others."""
        chosen = [known("crisis", crisis, self._titles) for crisis in dict.fromkeys(crises)]
        if not 1 <= len(chosen) <= MOST:
            raise CstolibError(f"Choose one crisis or {MOST}, not {len(chosen)}.")
        self.chosen = chosen
        for name, box in self.crises.items():
            box.value = name in self.chosen
        self._filtered()
        self.redraw(figure=True)

    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""
        names = ", ".join(f'"{crisis}"' for crisis in self.chosen)
        shown = "compare_crises" if len(self.chosen) == MOST else "crisis_card"
        calls = f"{shown}({names})", f"aligned_timelines({names})"
        asked = [f"{name}={[*keys]}" for name, keys in self._asked().items() if keys]
        if self.only_csto.value and self._asked()["done"]:
            asked.append("by='csto'")
        return (f"find_crises({', '.join(asked)})".replace("'", '"'), *calls) if asked else calls

    def words(self) -> Words:
        """Give the card of the crisis that is ticked, or of two the comparison."""
        if len(self.chosen) == MOST:
            return compare_crises(*self.chosen)
        return Read(crisis_card(self.chosen[0]).heading, (), card=self.chosen[0])

    def figure(self) -> Figure:
        """Draw the steps of what is ticked from hour zero."""
        return aligned_timelines(*self.chosen)

    def _filtered(self) -> None:
        """Show only the boxes of the crises that pass, and those that are ticked."""
        found = self.found()
        for crisis, box in self.crises.items():
            shown = crisis in found or crisis in self.chosen
            box.layout.display = None if shown else "none"
        names = ", ".join(self._titles[crisis] for crisis in found) or "none"
        kept = [self._titles[crisis] for crisis in self.chosen if crisis not in found]
        more = f" Still ticked: {', '.join(kept)}." if kept else ""
        told = f"{len(found)} of {len(self._titles)} crises pass: {names}.{more}"
        self.count.value = status(
            told if len(found) < len(self._titles) else f"All {len(found)} crises pass."
        )
        self._code.value = code_line(*self.code())

    def _cleared(self) -> None:
        for box in (*(box for boxes in self.filters.values() for box in boxes.values()), self.only_csto):
            box.value = False

    def _ticked(self, crisis: str, ticked: bool) -> None:
        if ticked == (crisis in self.chosen):
            return  # the echo of a change made below
        chosen = [*self.chosen, crisis] if ticked else [name for name in self.chosen if name != crisis]
        self.choose(*(chosen[-MOST:] or [crisis]))  # a third takes the place of the first; one stays


@dataclass(frozen=True, eq=False)
class Read(Words):
    """The card of one crisis, where an explorer shows words."""

    card: str = FIRST

    def bundle(self) -> dict[str, str]:
        """Give the card as MIME bundle."""
        return crisis_card(self.card).bundle()


def _options() -> dict[str, dict[str, str]]:
    """Give the values of each filter in words; the numbers say how many crises each alone leaves."""
    names = state_names()
    askers = sorted({state for cell in crisis_overview()["requesters"] for state in cell.split(";") if state})
    short = {key: words.partition(":")[0] for key, words in KINDS.items()}
    return {
        "asked": _counted(
            {state: names[state] for state in askers} | {"nobody": "no request is recorded"}, "asked"
        ),
        "article": _counted(ARTICLES | {"no request": "no request is recorded"}, "article"),
        "kind": _counted(short, "kind"),
        "done": dict(DONE),
    }


def _counted(options: Mapping[str, str], name: str) -> dict[str, str]:
    found: dict[str, Iterable[str]] = {key: find_crises(**{name: key}) for key in options}
    return {key: f"{text} ({len(list(found[key]))})" for key, text in options.items()}
