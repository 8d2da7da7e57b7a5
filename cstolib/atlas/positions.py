"""Where the states stood in each crisis, in words and in deeds, on the scale from -3 to 4.

The codes are read from the table `positions`; nothing is coded here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cstolib.atlas.matrix import NOT_FOUND, ORDER, OTHER, PARTY, matrix_cells, matrix_chart, signed
from cstolib.citations import cite, source_ids
from cstolib.controls import OneOf, row
from cstolib.data import Table, facts_as_of, load, missing_reasons
from cstolib.dates import as_known
from cstolib.errors import CstolibError, known
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.html import html_table

if TYPE_CHECKING:
    from collections.abc import Iterable

SCALE = {
    -3: "acts against the party",
    -2: "sides with the other in words",
    -1: "blocks, or endorses the other's legal claim",
    0: "silent, absent, or equal distance",
    1: "sympathy, good offices, no blame",
    2: "names the adversary or declares solidarity",
    3: "materiel, bases, money",
    4: "forces",
}
CODES = {"said": "What they said", "did": "What they did"}
REACH = {"said": (-2, 2), "did": (-3, 4)}  # how far words and deeds go on the scale


def positions_long(crisis_ids: Iterable[str] | str | None = None, codes: str = "said") -> Table:
    """List where each state stood, one row per crisis, party and state.

    Parameters
    ----------
    crisis_ids : str or iterable of str, optional
        Ids of the table `crises`; without it, every crisis that has positions.
    codes : str, optional
        ``"said"`` for words, ``"did"`` for deeds.

    Returns
    -------
    Table
        `crisis_id`, `crisis`, `towards` (the party whose side is measured), `iso3`, `state`; `code` (missing
        where there is none) and its `meaning`, or why there is none; `absent`; `confidence`; `speaker` of the
        words; `date`; `what` was said or done; `reason` of the code; `sources`.

    Examples
    --------
    >>> rows = positions_long("su24-2015")
    >>> rows.set_index("iso3").loc["KGZ", "meaning"]
    'names the adversary or declares solidarity'
    """
    chosen, codes = _crises(crisis_ids), known("kind of codes", codes, CODES)
    rows = _long(codes)
    note = (
        "Codes are judgements: two passes of one AI language model, settled by a third; no subject expert "
        "has reviewed them (docs/codebook.md). Nothing found is not silence."
    )
    rows = rows[rows["crisis_id"].isin(chosen)].reset_index(drop=True)
    return Table(rows, f"{CODES[codes]}, on the scale from -3 to 4", note)


def _crises(crisis_ids: Iterable[str] | str | None) -> list[str]:
    """Give the crises asked for, in the order of time."""
    coded = set(load("positions")["crisis_id"])
    order = load("crises").sort_values(["start", "crisis_id"])["crisis_id"]
    allowed = [crisis for crisis in order if crisis in coded]
    if crisis_ids is None:
        return allowed
    asked = [crisis_ids] if isinstance(crisis_ids, str) else list(crisis_ids)
    if not asked:
        raise CstolibError(
            "Name at least one crisis, such as 'su24-2015', or leave the argument out for all."
        )
    chosen = {known("crisis with positions", crisis, allowed) for crisis in asked}
    return [crisis for crisis in allowed if crisis in chosen]


@lru_cache(maxsize=2)
def _long(codes: str) -> pd.DataFrame:
    table, reasons = load("positions"), missing_reasons("positions")[codes]
    names = load("states").set_index("iso3")["name"]
    people = load("people").set_index("person_id")["name"]
    crises = load("crises").set_index("crisis_id")
    records = table.assign(missing=reasons).to_dict("records")
    rows = pd.DataFrame(
        {
            "crisis_id": table["crisis_id"],
            "crisis": table["crisis_id"].map(crises["name"]),
            "towards": table["towards"].map(names),
            "iso3": table["iso3"],
            "state": table["iso3"].map(names),
            "code": table[codes],
            "meaning": [_meaning(row, codes) for row in records],
            "absent": table["absent"],
            "confidence": table[f"{codes}_confidence"].fillna(""),
            "speaker": table["speaker"].map(lambda name: people.get(name, name)).fillna(""),
            "date": [
                "" if pd.isna(row["date"]) else as_known(f"{row['date']:%Y-%m-%d}", row["date_precision"])
                for row in records
            ],
            "what": table["paraphrase"].fillna("").map(lambda text: _part(text, codes)),
            "reason": table[f"{codes}_reason"].fillna(""),
            "sources": table["sources"],
        }
    )
    if codes == "did":  # speaker and day are those of the words
        rows[["speaker", "date"]] = ""
    rows = rows.assign(start=table["crisis_id"].map(crises["start"]), place=rows["iso3"].map(ORDER))
    rows = rows.sort_values(["start", "crisis", "towards", "place"], ignore_index=True)
    return rows.drop(columns=["start", "place"])


def _meaning(row: dict[Any, Any], codes: str) -> str:
    """Say in words what a code means, or why there is none."""
    if not pd.isna(row[codes]):
        return SCALE[int(row[codes])]
    if row["missing"] != "not_applicable":
        return NOT_FOUND
    return PARTY if row["iso3"] == row["towards"] else OTHER


def _part(paraphrase: str, codes: str) -> str:
    """Take what was said, or what was done, out of the paraphrase that holds both.

    Examples
    --------
    >>> _part("Said: Calm down. Did: Sent a mission.", "did")
    'Sent a mission.'
    """
    said, _, did = paraphrase.partition("Did: ")
    return did if codes == "did" else said.removeprefix("Said: ").strip()


def position_matrix(crisis_ids: Iterable[str] | str | None = None, codes: str = "said") -> Figure:
    """Draw where each state stood in each crisis, in words or in deeds.

    Parameters
    ----------
    crisis_ids : str or iterable of str, optional
        Ids of the table `crises`; without it, every crisis that has positions.
    codes : str, optional
        ``"said"`` for words, ``"did"`` for deeds.

    Returns
    -------
    Figure
        One row per crisis and party whose side is measured, one column per state.

    Examples
    --------
    >>> position_matrix("april-war-2016", "did").alt[:60]
    'Matrix of what they did, one code for each state and crisis.'
    """
    table = positions_long(crisis_ids, codes)
    cells = matrix_cells(table)
    says = [
        f"{crisis}, towards {towards}: {'; '.join(some['state'] + some['spoken'])}."
        for (crisis, towards), some in cells.groupby(["crisis", "towards"], sort=False)
    ]
    low, high = REACH[codes]
    return Figure(
        chart=matrix_chart(cells, _key(codes)),
        title=f"{CODES[codes]}: how each member stood by the one in trouble",
        subtitle=(
            f"One code from {signed(low)} to {signed(high)} for each state and crisis; the meaning of each "
            "number stands below. Outline instead of shade: low confidence. Question mark: nothing found."
        ),
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("positions"),
        note=(
            "Each code is a judgement of ours (docs/codebook.md). Nothing found is neither silence nor zero. "
            "Party: the state whose side is measured. What was asked of the members differs from row to row."
        ),
        table=table,
        alt=(
            f"Matrix of {CODES[codes].replace('What', 'what')}, one code for each state and crisis. "
            f"{' '.join(says)} Meaning of the codes: {'; '.join(_key(codes))}."
        ),
    )


def _key(codes: str) -> list[str]:
    low, high = REACH[codes]
    return [f"{signed(code)} {meaning}" for code, meaning in SCALE.items() if low <= code <= high]


@dataclass(frozen=True, eq=False)
class Evidence(Words):
    """What the codes of one state rest on: a row for each crisis."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)

    def bundle(self) -> dict[str, str]:
        """Give the evidence as MIME bundle."""
        lines = ["; ".join(filter(None, row)) for row in self.rows.to_numpy()]
        html = html_table(self.rows, self.heading)
        return {"text/html": html, "text/plain": "\n".join([self.heading, *lines])}

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.bundle()


def evidence(iso3: str, crisis_ids: Iterable[str] | str | None = None, codes: str = "said") -> Evidence:
    """Show what the codes of one state rest on.

    Parameters
    ----------
    iso3 : str
        The state, such as ``"BLR"``.
    crisis_ids : str or iterable of str, optional
        Ids of the table `crises`; without it, every crisis for which the state has a position.
    codes : str, optional
        ``"said"`` for words, ``"did"`` for deeds.

    Returns
    -------
    Evidence
        Shows itself as a table: code, words or deeds, the reason of the code, sources.

    Examples
    --------
    >>> evidence("KGZ", "su24-2015").rows["code"].item()
    '+2, high confidence'
    """
    rows = positions_long(crisis_ids, codes)
    some = rows[rows["iso3"] == known("state", iso3, sorted(set(rows["iso3"])))]
    shown = [
        {
            "crisis": f"{row['crisis']}, towards {row['towards']}",
            "code": _code(row),
            "who and when": ", ".join(filter(None, (row["speaker"], row["date"]))),
            codes: row["what"],
            "reason of the code": row["reason"],
            "sources": cite(row["sources"].split(";")).short(),
        }
        for row in some.to_dict("records")
    ]
    state = str(load("states").set_index("iso3").loc[iso3, "name"])
    table = pd.DataFrame(shown)
    if codes == "did":  # speaker and day are known of words only
        table = table.drop(columns="who and when", errors="ignore")
    return Evidence(f"{CODES[codes]}: {state}", (), rows=table)


def _code(row: dict[Any, Any]) -> str:
    if pd.isna(row["code"]):
        return str(row["meaning"])
    extra = [f"{row['confidence']} confidence"] if row["confidence"] else []
    return ", ".join([signed(int(row["code"])), *(["absent"] if row["absent"] else []), *extra])


def explore_positions(crisis_ids: Iterable[str] | str | None = None, iso3: str = "BLR") -> PositionExplorer:
    """Switch between words and deeds, and read what the codes of one state rest on.

    Parameters
    ----------
    crisis_ids : str or iterable of str, optional
        Ids of the table `crises`; without it, every crisis that has positions.
    iso3 : str, optional
        The state whose evidence is shown first.

    Returns
    -------
    PositionExplorer
        Shows itself: controls, the evidence of one state, the matrix.

    Examples
    --------
    >>> explore_positions("su24-2015").code()
    ('evidence("BLR", "su24-2015", "said")', 'position_matrix("su24-2015", "said")')
    """
    return PositionExplorer(_crises(crisis_ids), iso3)


def beside(choice: OneOf) -> w.HBox:
    """Put the boxes of one choice beside each other, with room between them.

    Examples
    --------
    >>> beside(OneOf({"said": "Words", "did": "Deeds"}, print)).children[0].description
    'Words'
    """
    for box in choice.boxes.values():
        box.layout.margin = "0 1.4em 0 0"
    return row(*choice.boxes.values())


class PositionExplorer(Explorer):
    """The matrix of positions in words or in deeds, with the evidence of one state."""

    def __init__(self, crises: list[str], iso3: str) -> None:
        super().__init__()
        self._crises = crises
        states = set(positions_long(crises)["iso3"])
        names = load("states").set_index("iso3")["name"]
        known("state", iso3, sorted(states))
        self.codes = OneOf(CODES, lambda: self.redraw(figure=True), value="said")
        self.state = OneOf(
            {code: names[code] for code in ORDER if code in states},
            lambda: self.redraw(figure=False),
            value=iso3,
        )
        self.arrange(
            "Words or deeds?",
            beside(self.codes),
            w.HTML("<p>Read what the codes of one state rest on:</p>"),
            beside(self.state),
        )

    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""
        names = ", ".join(f'"{crisis}"' for crisis in self._crises)
        asked = f'{names if len(self._crises) == 1 else f"[{names}]"}, "{self.codes.value}"'
        return f'evidence("{self.state.value}", {asked})', f"position_matrix({asked})"

    def words(self) -> Evidence:
        """Give the evidence of the chosen state."""
        return evidence(self.state.value or "BLR", self._crises, self.codes.value or "said")

    def figure(self) -> Figure:
        """Draw the matrix in words or in deeds."""
        return position_matrix(self._crises, self.codes.value or "said")
