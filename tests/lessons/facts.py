"""Find every number and date that a lesson states, and recompute it from the tables."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd

import cstolib
from cstolib import dates
from cstolib.data import package

WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
MONTHS = {name: number for number, name in enumerate(dates.MONTHS, 1)}
_MONTH = "|".join(MONTHS)
_WORD = "|".join(list(WORDS)[2:])
# What is counted with a number word; "two answers" or "three motives" are not claims about the world.
_COUNTED = r"states|members|republics|parties|signatories|governments|spells|years|member-years|months"

EXEMPT = re.compile(
    r"""`[^`]*`                                             # code
      | <[^>]+>                                             # tags
      | \]\([^)]*\)                                         # link targets
      | ^\s*\#+\s+\d+\.\s                                   # numbered headings
      | ^\s*\d+\.\s                                         # numbered lists
      | ^\|\s*\d+\s*\|                                      # numbered table rows
      | \b(?:[Aa]rticles?|[Ll]essons?|[Ss]ections?|[Ee]xercises?|[Qq]uestion|[Ii]tem|resolutions?)
        \s+[\d/-]+(?:(?:,|\s+and|\s+to)\s+[\d/-]+)*
      | \bversion\**\s+\d+(?:\.\d+)+ | \bCC\ BY\ 4\.0 | \bPython\ 3
      | \b\d+\s+(?:minutes?|points?|words)\b | \b\d+-minute\b
      | ^\|\s*Criterion\b.*$                                 # a rubric's levels
      | \bfacts\ as\ of\**\s+\d+\s+\w+\s+\d{4}              # checked by the contract
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
STATED = re.compile(
    rf"""\b\d{{4}}-\d{{2}}-\d{{2}}\b
       | \b\d{{1,2}}\ (?:{_MONTH})(?:\ \d{{4}})?\b
       | \b(?:{_MONTH})\ \d{{4}}\b
       | \b\d[\d,]*(?:\.\d+)?%?(?!\w)
       | \b(?:{_WORD})(?=\s+(?:\w+\s+)?(?:{_COUNTED})\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def stated(markdown: str) -> list[str]:
    """List the numbers and dates that a markdown cell states, in order of appearance."""
    return [match.group().rstrip(",") for match in STATED.finditer(EXEMPT.sub(" ", markdown))]


def recompute(rule: str) -> Any:
    """Return the value behind a fact: a table's cell, or an expression over the public surface."""
    if rule.startswith("="):
        names = {name: getattr(cstolib, name) for name in cstolib.__all__}
        return eval(rule[1:], {"pd": pd, **names})
    table, key, column = rule.split(":")
    row = package().keys(table) == key
    assert row.sum() == 1, f"table {table!r} has no row {key!r}"
    return cstolib.load(table).loc[row.to_numpy(), column].iloc[0]


def agrees(text: str, value: Any) -> bool:
    """Say whether a number or date as stated in prose agrees with the recomputed value."""
    if isinstance(value, pd.Timestamp | date):
        return _date_agrees(text, pd.Timestamp(value))
    number = WORDS.get(text.lower()) if text.lower() in WORDS else _number(text)
    if isinstance(value, str):
        return (
            str(number) in re.findall(r"\d+", value.replace(",", "")) or text.lower() in value.lower().split()
        )
    decimals = len(text.partition(".")[2])
    return number == round(float(value), decimals)


def _number(text: str) -> float | int | None:
    plain = text.replace(",", "").rstrip("%")
    if not re.fullmatch(r"\d+(\.\d+)?", plain):
        return None
    return float(plain) if "." in plain else int(plain)


def _date_agrees(text: str, value: pd.Timestamp) -> bool:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return pd.Timestamp(text) == value
    for part in text.split():
        if part in MONTHS:
            expected = value.month
            found = MONTHS[part]
        elif len(part) == 4:
            expected, found = value.year, int(part)
        elif part.isdigit():
            expected, found = value.day, int(part)
        else:
            return False
        if expected != found:
            return False
    return True
