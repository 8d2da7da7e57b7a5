"""Rules for the evidence: what must hold between crises, requests, responses, positions, codes and claims."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from cstolib.checking.problems import Problem, as_known, items, later, missing, nearest, rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cstolib.data import Package

# The spells of the treaty itself; a test keeps them equal to the table of membership.
TREATY_RECORD = "treaty-record"

CODERS = {"a", "b"}


def check_times(source: Package) -> Iterator[Problem]:
    """Expect an hour, with its offset from UTC, where the precision is hour or minute, and only there."""
    for _, row, line in rows(source, "timeline"):
        exact = row["when_precision"] in ("hour", "minute")
        for column in ("time", "utc_offset"):
            if exact == (row[column] in missing(source, "timeline")):
                rule = f"{'required' if exact else 'too exact'} for a precision of {row['when_precision']}"
                yield Problem("timeline.csv", line, column, row[column], rule)


def check_response_order(source: Package) -> Iterator[Problem]:
    """Expect no response before the request that it answers."""
    asked = {row["request_id"]: as_known(row, "date") for _, row, _ in rows(source, "requests")}
    for _, row, line in rows(source, "responses"):
        request = asked.get(row["request_id"])
        if request is None or row["date"] in missing(source, "responses"):
            continue
        if later(request, as_known(row, "date")):
            rule = f"before its request, {row['request_id']}, of {request}"
            yield Problem("responses.csv", line, "date", row["date"], rule)


def check_counts(source: Package) -> Iterator[Problem]:
    """Expect a count to say for which day it holds, or in its note why it does not."""
    for name, row, line in rows(source, "casualties", "contributions"):
        if {row["as_of"], row["note"]} <= set(missing(source, name)):
            rule = "a count without a day; give one, or say in the note why there is none"
            yield Problem(f"{name}.csv", line, "as_of", row["as_of"], rule)


def check_positions_complete(source: Package) -> Iterator[Problem]:
    """Expect each state bound on the first day of a crisis to have a position towards each party measured."""
    measured: dict[str, set[str]] = defaultdict(set)
    for _, row, _ in rows(source, "positions"):
        measured[row["crisis_id"]].add(row["towards"])
    have = set(source.keys("positions")) if "positions" in source.resources else set()
    for _, row, line in rows(source, "crises"):
        bound = _bound(source, row["start"])
        if bound and not measured[row["crisis_id"]]:
            rule = "no row of positions, though states were bound on that day"
            yield Problem("crises.csv", line, "crisis_id", row["crisis_id"], rule)
        for towards in sorted(measured[row["crisis_id"]]):
            for iso3 in bound:
                key = f"{row['crisis_id']}|{iso3}|{towards}"
                if key not in have:
                    yield Problem("crises.csv", line, "crisis_id", key, "a state bound, but no such position")


def _bound(source: Package, day: str) -> list[str]:
    spells = [row for _, row, _ in rows(source, "membership_by_source") if row["source_id"] == TREATY_RECORD]
    codes = missing(source, "membership_by_source")
    return sorted(s["iso3"] for s in spells if s["start"] <= day and (s["end"] in codes or s["end"] > day))


def check_coders(source: Package) -> Iterator[Problem]:
    """Expect both coders on both fields of every position."""
    coders: dict[str, set[str]] = defaultdict(set)
    for _, row, _ in rows(source, "codings"):
        coders["|".join(row[c] for c in ("crisis_id", "iso3", "towards", "field"))].add(row["coder"])
    for _, row, line in rows(source, "positions") if coders else ():
        for field in ("said", "did"):
            key = "|".join([row["crisis_id"], row["iso3"], row["towards"], field])
            for coder in sorted(CODERS - coders[key]):
                rule = f"no code by coder {coder} in codings"
                yield Problem("positions.csv", line, field, key, rule)


def check_seed_stances(source: Package) -> Iterator[Problem]:
    """Expect a stance of each article on each proposition."""
    seeds = [s for _, row, _ in rows(source, "sources") if re.fullmatch(r"seed-\d{3}", s := row["source_id"])]
    have = {(row["proposition_id"], row["seed"]) for _, row, _ in rows(source, "seed_stances")}
    for _, row, line in rows(source, "propositions"):
        for seed in seeds:
            if (proposition := row["proposition_id"], seed) not in have:
                rule = f"no stance of {seed} in seed_stances"
                yield Problem("propositions.csv", line, "proposition_id", proposition, rule)


def check_evidence(source: Package) -> Iterator[Problem]:
    """Expect evidence to be a source, with or without a locator, or a row of a table: ``table:key``."""
    documents = set(source.raw("sources")["source_id"])
    keys: dict[str, set[str]] = {}
    for name, row, line in rows(source, "claims"):
        for item, _ in items("evidence", row["evidence"], missing(source, name)):
            document = item.partition("@")[0]
            table, colon, key = document.partition(":")
            if not colon:
                allowed, rule, value = documents, "not a source_id of sources", document
            elif table not in source.resources:
                allowed, rule, value = set(source.resources), "no such table", table
            else:
                allowed = keys.setdefault(table, set(source.keys(table)))
                rule, value = f"no such row in {table}", key
            if value not in allowed:
                yield Problem(f"{name}.csv", line, "evidence", value, rule, nearest(value, allowed))
