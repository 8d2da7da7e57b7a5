"""The headings of a crisis card, each made of the rows of one table as they stand.

A missing value is told with its reason; a heading without rows says what that means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib.atlas.cells import (
    MISSING,
    ROWS,
    about,
    day_of,
    number_range,
    request_in_short,
    state_names,
    told,
    value_in_words,
)
from cstolib.atlas.hours import steps
from cstolib.atlas.overview import ADDRESSEES, ARTICLES, is_organ
from cstolib.atlas.plain import plain
from cstolib.atlas.positions import SCALE
from cstolib.citations import cite, parse_sources
from cstolib.data import load, package
from cstolib.dates import date_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstolib.data import Package

CITING = ("sources", "says")  # the columns of a part that hold ids of documents


@dataclass(frozen=True)
class Part:
    """One heading of a card: rows, or the sentence that says why there are none, and a remark."""

    title: str
    rows: pd.DataFrame
    empty: str
    remark: str = ""

    def shown(self) -> pd.DataFrame:
        """Give the rows with their documents named in short, instead of by their ids."""
        cited = {column: self.rows[column].map(sources_in_short) for column in CITING if column in self.rows}
        return self.rows.assign(**cited)


def crisis_rows(table: str, crisis_id: str) -> list[dict[str, Any]]:
    """Read the rows of one crisis as they are written, with the codes of what is missing."""
    rows = package().raw(table)
    return [
        {str(name): value for name, value in row.items()}
        for row in rows[rows["crisis_id"] == crisis_id].to_dict("records")
    ]


def _steps(crisis_id: str) -> Part:
    rows = [
        {
            "on the spot": _spot(row["local"]),
            "hours since hour zero": number_range(f"{row['hours']:g}", f"{row['hours_until']:g}"),
            "step": row["headline"] + ("" if pd.isna(row["note"]) else f" ({row['note'].rstrip('.')})"),
            "sources": row["sources"],
        }
        for row in steps(crisis_id).to_dict("records")
    ]
    return Part("Steps", pd.DataFrame(rows), "No dated step is recorded.", "")


def _requests(crisis_id: str) -> Part:
    names = state_names()
    rows = [
        {
            "date": day_of(row, "date"),
            "who asked": names[row["requester"]],
            "whom": ADDRESSEES[row["addressed_to"]],
            "article": ARTICLES[row["article"]],
            "basis named": told(row["basis"]),
            "asked for": row["asked_for"],
            "to know": told(row["note"], silent=True),
            "sources": row["sources"],
        }
        for row in sorted(crisis_rows("requests", crisis_id), key=lambda row: row["date"])
    ]
    empty = "No request is recorded: none was found, which does not prove that none was made."
    return Part("Requests", pd.DataFrame(rows), empty)


def _responses(crisis_id: str) -> Part:
    asked = {row["request_id"]: row for row in crisis_rows("requests", crisis_id)}
    rows = [
        {
            "date": day_of(row, "date"),
            "who acted": row["body"].replace(";", "; "),
            "body of the treaty or the CSTO": "yes" if is_organ(row["body"]) else "no",
            "form": value_in_words("form", row["form"]),
            "answers": _answers(row["request_id"], asked),
            "names an adversary": value_in_words("names_adversary", row["names_adversary"]),
            "decided by": told(row["rule"]),
            "what was said or done": row["detail"],
            "to know": told(row["note"], silent=True),
            "sources": row["sources"],
        }
        for row in sorted(
            crisis_rows("responses", crisis_id), key=lambda row: (row["date"], row["response_id"])
        )
    ]
    return Part("Responses", pd.DataFrame(rows), "No response is recorded: none was found.")


def _answers(request_id: str, asked: Mapping[str, Mapping[str, str]]) -> str:
    if request_id not in asked:
        return "no request recorded" if request_id == "not_applicable" else told(request_id)
    return request_in_short(asked[request_id])


def _attribution(crisis_id: str) -> Part:
    words = {
        "true": "names an adversary",
        "false": "names none",
        "unknown": "unknown",
        "not_applicable": "does not apply",
    }
    found: dict[str, list[str]] = {}
    for row in crisis_rows("responses", crisis_id):
        found.setdefault(words[row["names_adversary"]], []).append(
            f"{row['body'].replace(';', '; ')} ({row['form']})"
        )
    rows = [
        {"in the act": word, "acts": str(len(found[word])), "whose": ", ".join(sorted(set(found[word])))}
        for word in words.values()
        if word in found
    ]
    return Part("Attribution", pd.DataFrame(rows), "No act is recorded that could name anybody.")


def _positions(crisis_id: str) -> Part:
    names = state_names()
    rows = sorted(
        crisis_rows("positions", crisis_id), key=lambda row: (names[row["towards"]], names[row["iso3"]])
    )
    coded = [
        {
            "state": names[row["iso3"]],
            "towards": names[row["towards"]],
            "said": _code(row, "said"),
            "did": _code(row, "did"),
            "stayed away": "yes" if row["absent"] == "true" else "no",
            "evidence": told(row["paraphrase"])
            + (f" “{row['phrase']}”" if row["phrase"] not in MISSING else ""),
            "when": day_of(row, "date"),
            "how sure": told(row["confidence"]),
            "to know": told(row["note"], silent=True),
            "sources": row["sources"],
        }
        for row in rows
    ]
    remark = (
        "Codes from -3 (acts against the party) to 4 (forces) are judgements made from the evidence beside "
        "them. Nothing found is neither silence nor zero."
    )
    return Part("Positions, said and done", pd.DataFrame(coded), "No position is recorded.", remark)


def _code(row: Mapping[str, str], column: str) -> str:
    code = row[column]
    if code in MISSING:
        return "party: not coded" if code == "not_applicable" else told(code)
    return f"{code}: {SCALE[int(code)]}"


def _contributions(crisis_id: str) -> Part:
    names = state_names()
    rows = [
        {
            "whose": names.get(row["iso3"], "all contingents together"),
            "soldiers": number_range(row["troops_low"], row["troops_high"]),
            "counted by": told(row["counter"]),
            "as of": day_of(row, "as_of"),
            "arrived": day_of(row, "arrived"),
            "left": day_of(row, "left"),
            "to know": told(row["note"], silent=True),
            "sources": row["sources"],
        }
        for row in crisis_rows("contributions", crisis_id)
    ]
    rows.sort(key=lambda row: row["whose"])
    remark = (
        "One row per published count: several rows can count the same soldiers, so they must not be added up."
    )
    return Part(
        "Contributions",
        pd.DataFrame(rows),
        "No contribution of forces is recorded: no published count was found.",
        remark if rows else "",
    )


def _casualties(crisis_id: str) -> Part:
    names = state_names()
    rows = sorted(
        crisis_rows("casualties", crisis_id),
        key=lambda row: (row["kind"], names.get(row["side"], row["side"]), row["as_of"], row["casualty_id"]),
    )
    counts = [
        {
            "what": row["kind"].replace("-", " "),
            "whose": "all sides" if row["side"] == "all" else names.get(row["side"], row["side"]),
            "of whom": {"all": "everybody"}.get(row["who"], told(row["who"])),
            "number": number_range(row["low"], row["high"], row["best"]),
            "counted by": row["counter"],
            "as of": day_of(row, "as_of"),
            "to know": told(row["note"], silent=True),
            "sources": row["sources"],
        }
        for row in rows
    ]
    remark = (
        "Sides count differently and tolls grow for months: compare counts of one day and kind, and never "
        "add rows up."
    )
    return Part(
        "Casualties",
        pd.DataFrame(counts),
        "No count of dead, wounded or displaced is recorded.",
        remark if counts else "",
    )


def _disagreements(crisis_id: str) -> Part:
    own = {
        (table, key): row
        for table in ROWS
        for key, row in zip(package().keys(table), package().raw(table).to_dict("records"), strict=True)
        if row["crisis_id"] == crisis_id
    }
    rows = [
        {
            "about": about(row, own[row["table"], row["key"]]),
            "value": value_in_words(row["field"], row["value"]),
            "says": row["source_id"],
            "stands in the table": "yes" if row["chosen"] == "true" else "no",
            "why, or why not": row["reason"],
        }
        for row in package().raw("disagreements").to_dict("records")
        if (row["table"], row["key"]) in own
    ]
    return Part(
        "Disagreements between sources",
        pd.DataFrame(rows),
        "No disagreement of sources on a cell is recorded.",
    )


def _spot(local: str) -> str:
    day, _, time = local.partition(" ")
    return f"{date_in_words(day)}, {time}" if time else date_in_words(day)


def sources_in_short(cell: str) -> str:
    """Name the documents of a `sources` cell in a few words.

    Examples
    --------
    >>> sources_in_short("treaty-1992@art. 4")
    'Treaty on Collective Security (1992-05-15)'
    """
    short = _short(package())
    return "; ".join(dict.fromkeys(short[item.source_id] for item in parse_sources(cell)))


@lru_cache(maxsize=1)
def _short(tables: Package) -> dict[str, str]:  # noqa: ARG001 - other tables, other names
    return {reference.source["source_id"]: reference.short() for reference in cite(load("sources"))}


def card_parts(crisis_id: str) -> tuple[Part, ...]:
    """Give the headings of the card of one crisis, in the order that every card has.

    Examples
    --------
    >>> [part.title for part in card_parts("georgia-2008")][:3]
    ['Steps', 'Requests', 'Responses']
    """
    builders = (
        _steps,
        _requests,
        _responses,
        _attribution,
        _positions,
        _contributions,
        _casualties,
        _disagreements,
    )
    return tuple(_plainly(build(crisis_id)) for build in builders)


def _plainly(part: Part) -> Part:
    """Write every cell but those that cite as a reader expects it."""
    rows = part.rows.copy()
    for column in rows.columns.difference(list(CITING)):
        rows[column] = rows[column].map(plain)
    return replace(part, rows=rows)
