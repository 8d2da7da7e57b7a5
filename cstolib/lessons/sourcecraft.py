"""Reading the five articles as evidence: what each says, whom it has it from, what was done to its words."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import Table, facts_as_of, load
from cstolib.errors import known
from cstolib.figure import Figure
from cstolib.lessons.sheet import LINE, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT, COLUMN, HEAD, ROW, COUNTS = 244, 82, 196, 42, 92  # of the grid

# Name, shape and colour: each alone tells them apart.
STANCES = {
    "supports": ("says so", "circle", "#0072b2"),
    "contradicts": ("denies it", "cross", "#b34700"),
    "silent": ("silent", "stroke", theme.MUTED),
}

# The columns of the grid, in the order of the articles' dates.
SEEDS = {
    "seed-004": "The Diplomat\n24 Dec 2015",
    "seed-000": "EurasiaNet\nJan 2016",
    "seed-002": "RFE/RL copy\n12 Oct 2022",
    "seed-001": "Eurasia Review\n29 Oct 2022",
    "seed-003": "AFP copy\n25 Nov 2022",
}

# Whose words reached which articles, how, and the claim that shows it.
WITNESSES = {
    "One sentence of Sargsyan, December 2015": {
        "seed-004": ("in the English\nof RFE/RL", "seed-004-32"),
        "seed-000": ("in another\nEnglish", "seed-000-18"),
    },
    "One sentence of Nersisyan to RFE/RL": {
        "seed-002": ("reworded by\na program", "seed-002-43"),
        "seed-001": ("kept, RFE/RL\nnot named", "seed-001-39"),
    },
    "One text of AFP": {"seed-003": ("by way of\nSpanish", "seed-003-27")},
}


class Step(NamedTuple):
    """One stop of a quotation: from which stop it came, and the wording that holds its words."""

    parent: str
    name: str
    wording: str  # "w59.phrase", or nothing where the words were not seen
    how: str


# Parents stand before their children. A key is a source id where the stop is a document that was read.
CHAINS = {
    "sargsyan-2015": {
        "speech": Step("", "Serzh Sargsyan", "", "speaks at the summit of 21 December 2015"),
        "armradio-2015-12-21-shot-against-armenia": Step(
            "speech", "Public Radio of Armenia", "", "in another English, the same day"
        ),
        "seed-000": Step("speech", "seed-000", "w59.phrase", "does not say whose English it is"),
        "azatutyun-2015-12-21": Step("speech", "RFE/RL", "w60.better_wording", "English, the same day"),
        "seed-004": Step("azatutyun-2015-12-21", "seed-004", "w60.phrase", "does not name RFE/RL"),
    },
    "nersisyan-2022": {
        "interview": Step("", "Leonid Nersisyan", "", "speaks to RFE/RL, October 2022"),
        "page": Step("interview", "RFE/RL", "", "its own page was not found"),
        "seed-001": Step("page", "seed-001", "w36.phrase", "keeps the words, does not name RFE/RL"),
        "seed-002": Step("page", "seed-002", "w33.phrase", "a program has swapped the words"),
        "rferl-unhappy-club-2022": Step(
            "page", "Copy at slovadna.com", "", "untouched; only its first third was read"
        ),
    },
    "pashinyan-2022": {
        "speech": Step("", "Nikol Pashinyan", "", "speaks in Yerevan on 23 November 2022"),
        "factor-am-2022-11-23-pashinyan": Step(
            "speech", "Factor.am", "w49.better_wording", "report in Russian, English by us"
        ),
        "agency": Step("speech", "AFP", "", "probably in French; not found"),
        "infobae-2022-11-25": Step("agency", "Infobae", "", "in Spanish"),
        "seed-003": Step("infobae-2022-11-25", "seed-003", "w49.phrase", "English by a machine"),
        "247newsreel-2022-11-afp-csto": Step(
            "agency", "247newsreel.com", "", "English, by way of Romanian to judge by a credit"
        ),
    },
}


def lines_behind(proposition: str) -> Table:
    """List the lines of reporting behind a statement: articles that share a witness count as one.

    This is the cautious count. What two articles share need not be what they say of this statement: read the
    claims in the column `share`.

    Parameters
    ----------
    proposition : str
        A key of the table `propositions`.

    Returns
    -------
    Table
        One row per line: its `seeds`, their `claims` that say so, and the claims in which they `share` words.

    Examples
    --------
    >>> lines_behind("armenia-refused")["seeds"].to_list()
    ['seed-001;seed-002', 'seed-003']
    """
    known("proposition", proposition, load("propositions")["proposition_id"])
    rows = load("seed_stances").query("proposition_id == @proposition and stance == 'supports'")
    said = dict(zip(rows["seed"], rows["claim_id"], strict=True))
    claims = load("claims").dropna(subset="depends_on")
    shared: dict[str, dict[str, str]] = {}
    for claim, other in zip(claims["claim_id"], claims["depends_on"], strict=True):
        for one, two in ((claim, other), (other, claim)):
            shared.setdefault(one[:8], {})[two[:8]] = ";".join(sorted({claim, other}))
    found: list[tuple[str, str, str]] = []
    for seed in sorted(said):
        if not any(seed in seeds for seeds, _, _ in found):
            with_it = {other: both for other, both in shared.get(seed, {}).items() if other in said}
            seeds = sorted({seed, *with_it})
            found.append((";".join(seeds), ";".join(said[one] for one in seeds), ";".join(with_it.values())))
    rows_found = pd.DataFrame(found, columns=["seeds", "claims", "share"])
    return Table(rows_found, f"Lines of reporting behind {proposition}")


def claim_grid() -> Figure:
    """Draw what each of the five articles says of each statement, and which articles share a witness.

    Returns
    -------
    Figure
        One row per statement, those with most articles behind them first; one column per article; arrows
        from each witness to the articles.

    Examples
    --------
    >>> len(claim_grid().table.query("it == 'denies it'"))
    4
    """
    cells = load("seed_stances").merge(load("propositions")[["proposition_id", "text"]], on="proposition_id")
    cells = cells.merge(load("claims")[["claim_id", "claim"]], on="claim_id", how="left").fillna("")
    support = (cells["stance"] == "supports").groupby(cells["text"]).sum()
    order = sorted(support.index, key=lambda text: (-support[text], text))
    keys = cells.drop_duplicates("text").set_index("text")["proposition_id"]
    middle = {text: HEAD + ROW * (place + 0.5) for place, text in enumerate(order)}
    across = {seed: LEFT + COLUMN * (place + 0.5) for place, seed in enumerate(SEEDS)}
    cells = cells.assign(
        x=cells["seed"].map(across),
        y=cells["text"].map(middle) - 7,
        it=[STANCES[stance][0] for stance in cells["stance"]],
        source=[cite(seed).short() for seed in cells["seed"]],
    )
    cells["says"] = [f"{row.seed} {row.it}: {row.text}" for row in cells.itertuples()]
    sheet = Sheet(LEFT + COLUMN * len(SEEDS) + COUNTS, HEAD + ROW * len(order))
    arrows = _witnesses(sheet, across)
    for text, y in middle.items():
        lines, number = len(lines_behind(keys[text])), support[text]
        told = f"{number} article{_s(number)},\nat least {lines} line{_s(lines)}" if number else "no article"
        sheet.lines([(0, y - ROW / 2, LEFT + COLUMN * len(SEEDS) + COUNTS, y - ROW / 2)], theme.PALE)
        sheet.words([(0, y, "\n".join(wrap(text, 42)))])
        sheet.words([(LEFT + COLUMN * len(SEEDS) + 6, y, told)], fontSize=11)
    tell = {"text": "Statement", "seed": "Article", "it": "It", "claim": "Its claim, in our words"}
    tell |= {"note": "Note", "source": "Source"}
    for stance, (name, shape, colour) in STANCES.items():
        some = cells[cells["stance"] == stance]
        turned = 45 if shape == "cross" else 0
        sheet.marks(some, tell, shape=shape, filled=True, color=colour, stroke=colour, size=110, angle=turned)
        sheet.words([(x, y + 17, name) for x, y in zip(some["x"], some["y"], strict=True)], **_small(colour))
    told = "; ".join(f"{who} to {' and '.join(to)}" for who, to in WITNESSES.items())
    rows = [
        f"{text} {', '.join(f'{cell.seed} {cell.it}' for cell in cells[cells['text'] == text].itertuples())}."
        for text in order
    ]
    columns = ["statement", "seed", "it", "claim_id", "note", "sources"]
    return Figure(
        chart=sheet.chart(),
        title="What five articles say, and which of them share a witness",
        subtitle=(
            "Cells: what an article says of a statement. Arrows: whose words reached which article, and how. "
            "Articles that share a witness count as one line."
        ),
        sources=source_ids(cells["sources"]),
        as_of=facts_as_of("seed_stances"),
        note=(
            "Statements to be tested, not findings. Silent often means: written before the events. Articles "
            "that share one sentence may be independent in others: the number of lines is the least there is."
        ),
        table=pd.concat([cells.rename(columns={"text": "statement"}), arrows], ignore_index=True)[columns],
        alt=f"Grid of {len(order)} statements and {len(SEEDS)} articles. Arrows: {told}. {' '.join(rows)}",
    )


def trace_quotation(quotation: str = "sargsyan-2015") -> Figure:
    """Draw the way of one quotation from the speaker to the articles.

    Parameters
    ----------
    quotation : str, optional
        ``"sargsyan-2015"``, ``"nersisyan-2022"`` or ``"pashinyan-2022"``.

    Returns
    -------
    Figure
        Boxes from left to right, each with the words as they stand there.

    Examples
    --------
    >>> trace_quotation("nersisyan-2022").table["stop"].to_list()[:2]
    ['Leonid Nersisyan', 'RFE/RL']
    """
    chain = CHAINS[known("quotation", quotation, CHAINS)]
    wide, gap, letters, space = 168, 26, 24, 12
    wordings = load("wordings").set_index("wording_id")
    documents = set(load("sources")["source_id"])
    rows: dict[str, dict[str, Any]] = {}
    for key, step in chain.items():
        wording, _, column = step.wording.partition(".")
        words = str(wordings.at[wording, column]) if wording else ""
        text = [wrap(step.name, letters), wrap(f"“{words}”", letters) if words else [], wrap(step.how, 27)]
        parent = rows.get(step.parent)
        rows[key] = {
            "stop": step.name,
            "from": parent["stop"] if parent else "",
            "words": words,
            "how": step.how,
            "sources": key if key in documents else "",
            "says": f"{step.name}: {f'“{words}”, ' if words else ''}{step.how}",
            "text": text,
            "tall": LINE * sum(map(len, text)) + 16,
            "x": parent["x2"] + gap if parent else 0,
        }
        rows[key]["x2"] = rows[key]["x"] + wide
    height = _stack(chain, rows, space)
    for row in rows.values():
        row |= {"y": row["middle"] - row["tall"] / 2, "y2": row["middle"] + row["tall"] / 2}
    sheet = Sheet(max(row["x2"] for row in rows.values()), height)
    joins = [(rows[step.parent], rows[key]) for key, step in chain.items() if step.parent]
    sheet.lines(
        [(one["x2"], one["middle"], two["x"] - 7, two["middle"]) for one, two in joins],
        theme.MUTED,
        arrow="triangle-right",
    )
    frame = pd.DataFrame(rows.values())
    tell = {"stop": "Stop", "from": "From", "words": "Words", "how": "How"}
    for own, stroke, width in ((False, theme.GREY, 1), (True, theme.INK, 2.5)):
        some = frame[frame["stop"].str.startswith("seed-") == own]
        sheet.marks(some, tell, box=True, fill=theme.PAPER, stroke=stroke, strokeWidth=width, cornerRadius=4)
    for row in rows.values():
        top = row["y"] + 8
        looks: list[dict[str, Any]] = [{"fontWeight": 600}, {}, {"fontSize": 11, "color": theme.MUTED}]
        for block, look in zip(row["text"], looks, strict=True):
            sheet.words([(row["x"] + 8, top + LINE * len(block) / 2, "\n".join(block))] * bool(block), **look)
            top += LINE * len(block)
    says = [row["says"] + (f" (from {row['from']})" if row["from"] else "") for row in rows.values()]
    return Figure(
        chart=sheet.chart(),
        title=f"A sentence of {next(iter(chain.values())).name}, from page to page",
        subtitle="Each box: who has it, the words there, and how they came. Dark frames: the five articles.",
        sources=tuple(key for key in rows if key in documents),
        as_of=facts_as_of("wordings"),
        note="Only what was found is drawn. A box without words: we do not have them, or do not print them.",
        table=frame[["stop", "from", "words", "how", "sources"]],
        alt=f"Diagram of the way of one sentence. {'. '.join(says)}.",
    )


def _stack(chain: Mapping[str, Step], rows: dict[str, dict[str, Any]], space: float) -> float:
    """Put the last stops under each other and every other stop between its followers; give the height."""
    y = 2.0
    for key in chain:
        if all(step.parent != key for step in chain.values()):
            rows[key]["middle"] = y + rows[key]["tall"] / 2
            y += rows[key]["tall"] + space
    for key in reversed(list(chain)):
        after = [rows[other]["middle"] for other, step in chain.items() if step.parent == key]
        if after:
            rows[key]["middle"] = (min(after) + max(after)) / 2
    return y - space + 2


def _witnesses(sheet: Sheet, across: Mapping[str, float]) -> pd.DataFrame:
    """Draw the head of the grid: witnesses, arrows, articles; give one row per arrow."""
    found = []
    for name, to in WITNESSES.items():
        x = sum(across[seed] for seed in to) / len(to)
        sheet.words([(x, 26, "\n".join(wrap(name, 17)))], align="center", fontWeight=600)
        for seed, (how, claim) in to.items():
            sheet.lines([(x, 52, across[seed], 88)], theme.MUTED, arrow="triangle-down")
            sheet.words([(across[seed], 108, how)], **_small(theme.MUTED))
            found.append(
                {
                    "statement": f"Words of a witness: {name}",
                    "seed": seed,
                    "it": how.replace("\n", " "),
                    "claim_id": claim,
                    "note": "",
                    "sources": seed,
                }
            )
    sheet.words([(x, 140, seed) for seed, x in across.items()], align="center", fontWeight=600)
    sheet.words([(x, 166, SEEDS[seed]) for seed, x in across.items()], **_small(theme.INK))
    return pd.DataFrame(found)


def _small(colour: str) -> dict[str, Any]:
    return {"align": "center", "fontSize": 11, "color": colour}


def _s(number: int) -> str:
    return "" if number == 1 else "s"
