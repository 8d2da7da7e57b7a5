"""The workbench: judge claims and wordings, see our verdict and its evidence, follow a quotation."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import TYPE_CHECKING

import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.controls import OneOf, row, status
from cstolib.data import facts_as_of, load
from cstolib.errors import known
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.sheet import Sheet
from cstolib.lessons.sourcecraft import CHAINS, SEEDS, trace_quotation
from cstolib.messages import Help

if TYPE_CHECKING:
    from collections.abc import Mapping

VERDICTS = {
    "confirmed": "confirmed: the documents say so, too",
    "contradicted": "contradicted: the documents say otherwise",
    "imprecise": "imprecise: something in it is right, something is not",
    "opinion": "opinion: a judgement, which no document can settle",
    "overtaken": "overtaken: it fitted its day, and events went on",
    "not-checkable": "not checkable: we found nothing to check it with",
}
KINDS = {
    "spun": "spun: a program has swapped words for synonyms",
    "mistranslated": "mistranslated or slipped: a wrong word, name or office",
    "shared": "shared: the words stand in another text too",
    "leftover": "leftover: not the author's, but a scrap of the page",
}

# Three claims of each article, from easy to contested.
CLAIMS = tuple(
    "seed-004-04 seed-004-24 seed-004-02 seed-000-18 seed-000-26 seed-000-03 seed-002-34 seed-002-38 "
    "seed-002-06 seed-001-19 seed-001-15 seed-001-37 seed-003-09 seed-003-06 seed-003-16".split()
)
WORDINGS = ("w05", "w50", "w62", "w58", "w22", "w46", "w13", "w63", "w65", "w32", "w68", "w29")


@dataclass(frozen=True)
class Deck:
    """Items to be judged: their texts and our verdicts, and the verdicts to choose from."""

    name: str
    question: str
    options: Mapping[str, str]
    table: str
    items: pd.DataFrame  # id, text, look_up, ours, sources


def deck(name: str = "claims") -> Deck:
    """Put together what is to be judged.

    Parameters
    ----------
    name : str, optional
        ``"claims"`` (three of each article), ``"wordings"``, or all claims of an article: ``"seed-003"``.

    Returns
    -------
    Deck

    Examples
    --------
    >>> len(deck("claims").items)
    15
    """
    known("deck", name, ("claims", "wordings", *SEEDS))
    if name == "wordings":
        rows = load("wordings").set_index("wording_id").loc[list(WORDINGS)].reset_index()
        texts = [_quoted(phrase) for phrase in rows["phrase"]]  # the article would give the verdict away
        look_up = [""] * len(rows)
        ids, ours, question, options = "wording_id", "kind", "What happened to these words?", KINDS
    else:
        table = load("claims")
        chosen = CLAIMS if name == "claims" else tuple(table.loc[table["seed"] == name, "claim_id"])
        rows = table.set_index("claim_id").loc[list(chosen)].reset_index()
        texts = [f"{seed}: {claim}" for seed, claim in zip(rows["seed"], rows["claim"], strict=True)]
        look_up = [_look_up(id, found) for id, found in zip(chosen, rows["evidence"], strict=True)]
        ids, ours, question, options = "claim_id", "verdict", "What is your verdict?", VERDICTS
    items = pd.DataFrame(
        {"id": rows[ids], "text": texts, "look_up": look_up, "ours": rows[ours], "sources": rows["sources"]}
    ).reset_index(drop=True)
    return Deck(name, question, options, "wordings" if name == "wordings" else "claims", items)


def evidence(id: str) -> Help:
    """Show our verdict on a claim or a wording, and what it rests on.

    Parameters
    ----------
    id : str
        A key of the table `claims` or `wordings`, such as ``"seed-001-15"`` or ``"w33"``.

    Returns
    -------
    Help
        Shows itself: the claim in our words or the phrase, our verdict, the reason, the evidence.

    Examples
    --------
    >>> evidence("w27").paragraphs[0]
    'seed-002 has “Sense Of Menace For Kazakhstan”. We call this spun.'
    """
    claims = load("claims").set_index("claim_id")
    wordings = load("wordings").set_index("wording_id")
    if known("claim or wording", id, [*claims.index, *wordings.index]) in wordings.index:
        word = wordings.loc[id].dropna()
        told = [f"{word['seed']} has {_quoted(word['phrase'])}. We call this {word['kind']}."]
        if "better_wording" in word:
            told.append(f"Better: {_quoted(word['better_wording'])}.")
        if word.get("found_in", word["seed"]) != word["seed"]:
            told.append(f"Found in: {cite(word['found_in']).short()}.")
        return Help(id, (*told, str(word["note"])) if "note" in word else tuple(told))
    claim = claims.loc[id].dropna()
    flaw = f": {claim['flaw']}" if "flaw" in claim else ""
    told = [f"{claim['claim']} ({claim['kind']}, in our words)", f"Our verdict: {claim['verdict']}{flaw}."]
    items, rows = str(claim.get("evidence", "")).split(";"), _rows(claim.get("evidence"))
    outside = [
        item.partition("@")[0] for item in items if ":" not in item and item not in ("", claim["seed"])
    ]
    documents = [cite(item).short() for item in outside]
    told += [str(claim["note"])] if "note" in claim else []
    told += [f"Documents: {'; '.join(dict.fromkeys(documents))}."] if documents else []
    told += [f"In our tables: {'; '.join(rows)}."] if rows else []
    return Help(id, tuple(told))


def compare_verdicts(yours: Mapping[str, str], name: str = "claims") -> Figure:
    """Draw your verdicts beside ours; ours on an item is drawn only when you have judged it.

    Parameters
    ----------
    yours : mapping of str to str
        A verdict by the id of the item, such as ``{"seed-001-15": "imprecise"}``.
    name : str, optional
        Which :func:`deck`.

    Returns
    -------
    Figure
        One row per item: your verdict as a ring, ours as a filled circle.

    Examples
    --------
    >>> compare_verdicts({"seed-004-04": "confirmed"}).table.loc[0, "verdicts"]
    'alike'
    """
    cards = deck(name)
    for id, verdict in yours.items():
        known("item of this deck", id, cards.items["id"])
        known("verdict", verdict, cards.options)
    left, column, head, line = 250, 70, 48, 46
    items = cards.items.assign(yours=[yours.get(id, "") for id in cards.items["id"]])
    items["ours"] = items["ours"].where(items["yours"] != "", "")
    items["verdicts"] = [
        "not judged yet" if not own else "alike" if own == our else "differ"
        for own, our in zip(items["yours"], items["ours"], strict=True)
    ]
    items["y"] = [head + line * (place + 0.5) for place in range(len(items))]
    across = {option: left + column * (place + 0.5) for place, option in enumerate(cards.options)}
    right = left + column * len(across)
    sheet = Sheet(right + 82, head + line * len(items))
    heads = [(x, 24, option.replace("-", "-\n")) for option, x in across.items()]
    sheet.words(heads, align="center", fontWeight=600, fontSize=11)
    sheet.lines([(0, y - line / 2, right + 82, y - line / 2) for y in items["y"]], theme.PALE)
    texts = ["\n".join(wrap(text, 44, max_lines=3, placeholder=" …")) for text in items["text"]]
    for x, column_texts in (0, texts), (right + 4, items["verdicts"]):
        sheet.words([(x, y, text) for y, text in zip(items["y"], column_texts, strict=True)], fontSize=11)
    tell = {"text": "Item", "yours": "You", "ours": "We", "verdicts": "Verdicts"}
    some = items[items["yours"] != ""]
    for whose, size, fill, stroke in ("yours", 240, "none", theme.MUTED), ("ours", 80, theme.INK, theme.INK):
        some = some.assign(x=some[whose].map(across), says=f"{whose}: " + some[whose] + ", " + some["text"])
        sheet.marks(some, tell, shape="circle", size=size, fill=fill, stroke=stroke, strokeWidth=2)
    count = items["verdicts"].value_counts()
    return Figure(
        chart=sheet.chart(),
        title="Your verdicts beside ours",
        subtitle="Ring: yours. Filled: ours, shown once you have judged. Ring around a filled circle: alike.",
        sources=source_ids(items["sources"]),
        as_of=facts_as_of(cards.table),
        note="Our verdicts say what we found in the documents read. Where yours differs, ours may be wrong.",
        table=items[["id", "text", "yours", "ours", "verdicts", "sources"]],
        alt=(
            f"{len(items)} rows to be judged as {', '.join(across)}. "
            f"{len(yours)} judged so far, {count.get('alike', 0)} of them alike. "
            + " ".join(f"{row.id}: {row.verdicts}." for row in items.itertuples())
        ),
    )


class Workbench(Explorer):
    """One item after the other: judge it, then see our verdict, the evidence, and how you do."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.deck = deck(name)
        self.yours: dict[str, str] = {}
        self.at = 0
        self.item, self.said = w.HTML(), w.HTML()
        self.choice = OneOf(self.deck.options, lambda: None)
        self.buttons = {label: w.Button(description=label) for label in ("Compare", "Back", "Next")}
        self.buttons["Compare"].button_style = "primary"
        self.buttons["Compare"].on_click(lambda _: self.compare())
        self.buttons["Back"].on_click(lambda _: self.go(-1))
        self.buttons["Next"].on_click(lambda _: self.go(1))
        self._show()
        boxes, buttons = self.choice.boxes.values(), row(*self.buttons.values())
        self.arrange("Judge first, then compare", self.item, *boxes, buttons, self.said)

    @property
    def id(self) -> str:
        """The item on the bench."""
        return str(self.deck.items.at[self.at, "id"])

    def compare(self) -> None:
        """Keep the verdict that is ticked, and show ours."""
        if self.choice.value is None:
            self.said.value = status("Tick your verdict first.")
            return
        self.yours[self.id] = self.choice.value
        self._show()
        self.redraw(figure=True)

    def go(self, steps: int) -> None:
        """Put another item on the bench."""
        self.at = (self.at + steps) % len(self.deck.items)
        verdict = self.yours.get(self.id)
        for option, box in self.choice.boxes.items():
            box.value = option == verdict
        self._show()
        self.redraw(figure=False)

    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""
        verdicts = ", ".join(f'"{id}": "{verdict}"' for id, verdict in self.yours.items())
        opened = (f'evidence("{self.id}")',) if self.id in self.yours else ()
        name = "" if self.deck.name == "claims" else f', "{self.deck.name}"'
        return f"compare_verdicts({{{verdicts}}}{name})", *opened

    def words(self) -> Words:
        """Count what was judged."""
        ours = dict(zip(self.deck.items["id"], self.deck.items["ours"], strict=True))
        alike = tuple(id for id, verdict in self.yours.items() if verdict == ours[id])
        differ = tuple(id for id in self.yours if id not in alike)
        lists = ("As we do", alike), ("Otherwise", differ)
        return Words(f"Judged so far: {len(self.yours)} of {len(ours)}", lists)

    def figure(self) -> Figure:
        """Draw all verdicts given so far."""
        return compare_verdicts(self.yours, self.deck.name)

    def _show(self) -> None:
        place = f"{self.at + 1} of {len(self.deck.items)}"
        text, look_up = (escape(str(self.deck.items.at[self.at, part])) for part in ("text", "look_up"))
        lines = [f"{place}. <strong>{text}</strong>", look_up, self.deck.question]
        self.item.value = f'<div role="status">{"".join(f"<p>{line}</p>" for line in lines if line)}</div>'
        self.said.value = evidence(self.id)._repr_html_() if self.id in self.yours else ""


class QuotationExplorer(Explorer):
    """The way of one quotation, chosen from three."""

    def __init__(self) -> None:
        super().__init__()
        names = {name: next(iter(chain.values())).name for name, chain in CHAINS.items()}
        self.quotation = OneOf(names, lambda: self.redraw(figure=True), value=next(iter(CHAINS)))
        self.arrange("Whose sentence shall we follow?", *self.quotation.boxes.values())

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        return (f'trace_quotation("{self.quotation.value}")',)

    def words(self) -> Words:
        """List the wordings on the way."""
        table = self.figure().table
        said = table[table["words"] != ""]
        words = tuple(f"{stop}: “{text}”" for stop, text in zip(said["stop"], said["words"], strict=True))
        return Words(str(table.at[0, "stop"]), (("Wordings found", words),))

    def figure(self) -> Figure:
        """Draw the way of the chosen quotation."""
        return trace_quotation(str(self.quotation.value))


def workbench(name: str = "claims") -> Workbench:
    """Judge claims or wordings, and see your verdicts beside ours with the evidence.

    Parameters
    ----------
    name : str, optional
        Which :func:`deck`: ``"claims"``, ``"wordings"`` or an article such as ``"seed-003"``.

    Returns
    -------
    Workbench
        Shows itself: controls, the count, the figure.

    Examples
    --------
    >>> workbench("wordings").id
    'w05'
    """
    return Workbench(name)


def explore_quotations() -> QuotationExplorer:
    """Follow one of three quotations from the speaker to the articles.

    Returns
    -------
    QuotationExplorer
        Shows itself: the choice, the wordings, the figure.

    Examples
    --------
    >>> explore_quotations().code()
    ('trace_quotation("sargsyan-2015")',)
    """
    return QuotationExplorer()


def _look_up(id: str, evidence: object) -> str:
    """Name what a claim can be checked with; tables without rows, whose names may give the verdict away."""
    tables = dict.fromkeys(row.partition(",")[0] for row in _rows(evidence))
    return "To look up: " + ", ".join([f'cite("claims", "{id}")', *(f'load("{name}")' for name in tables)])


def _rows(evidence: object) -> list[str]:
    """Name the rows of our tables among the evidence."""
    items = evidence.split(";") if isinstance(evidence, str) else []
    return [item.replace(":", ", row ", 1) for item in items if ":" in item]


def _quoted(phrase: object) -> str:
    """Set a phrase in quotation marks; those inside it become single ones."""
    return f"“{str(phrase).replace('“', chr(0x2018)).replace('”', chr(0x2019))}”"
