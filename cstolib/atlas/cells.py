"""What stands in the cells of a crisis card: numbers, days and missing values in words, rows by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cstolib.atlas.overview import ADDRESSEES, ARTICLES
from cstolib.data import package
from cstolib.dates import as_known, date_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping

MISSING = {"unknown": "unknown", "not_applicable": "does not apply", "not_coded": "nothing found", "": ""}
# The tables whose disagreements belong to a crisis, and what one of their rows is called.
ROWS = {
    "crises": "the crisis",
    "timeline": "a step",
    "requests": "a request",
    "responses": "a response",
    "positions": "a position",
    "contributions": "a contribution",
    "casualties": "a count",
}
# The columns on which sources differ, in words where the name of the column is none.
FIELDS = {
    "actors": "who took part",
    "addressed_to": "whom it asked",
    "as_of": "day of the count",
    "asked_for": "what was asked for",
    "best": "number",
    "detail": "what was said or done",
    "high": "highest number",
    "low": "lowest number",
    "paraphrase": "what was said and done",
    "request_id": "whether it answers a request",
    "time": "hour on the spot",
    "when": "day",
}
COUNTED = ("low", "high", "best", "troops_low", "troops_high")
WORDS = {
    "article": ARTICLES,
    "addressed_to": ADDRESSEES,
    "form": {"none": "none (refusal)"},
    "names_adversary": {"true": "yes", "false": "no"},
}


def number_range(low: str, high: str, best: str = "") -> str:
    """Write what was counted, with both ends.

    Examples
    --------
    >>> number_range("225", "225"), number_range("200", "unknown"), number_range("unknown", "unknown")
    ('225', '200 or more', 'no number')
    >>> number_range("45", "54", "46")
    '45 to 54, best 46'
    """
    low, high, best = (n if n not in MISSING else "" for n in (low, high, best))
    if not low and not high:
        return number(best) or "no number"
    if not low:
        return f"up to {number(high)}"
    if not high:
        return f"{number(low)} or more"
    if low == high:
        return number(low)
    middle = f", best {number(best)}" if best not in ("", low, high) else ""
    return f"{number(low)} to {number(high)}{middle}"


def number(text: str) -> str:
    """Write a number as one prints it; a text that is none stays as it is.

    Examples
    --------
    >>> number("3825"), number("more than 200")
    ('3,825', 'more than 200')
    """
    if text.startswith("-"):
        return "\u2212" + number(text[1:])
    return f"{int(text):,}" if text.isdigit() else text


def told(value: str, *, silent: bool = False) -> str:
    """Say a missing value in words, or leave out a remark that nobody made."""
    if value not in MISSING:
        return value
    return "" if silent else MISSING[value]


def day_of(row: Mapping[str, str], column: str) -> str:
    """Write a date in words, as far as it is known."""
    value = row[column]
    return MISSING[value] if value in MISSING else date_in_words(as_known(value, row[f"{column}_precision"]))


def state_names() -> dict[str, str]:
    """Give the name of every state by its code."""
    return dict(zip(package().raw("states")["iso3"], package().raw("states")["name"], strict=True))


def request_in_short(row: Mapping[Any, str]) -> str:
    """Name a request by who made it, to whom, and its day."""
    return f"{state_names()[row['requester']]} to {ADDRESSEES[row['addressed_to']]}, {day_of(row, 'date')}"


def about(disagreement: Mapping[Any, str], row: Mapping[Any, str]) -> str:
    """Name the row and the column on which sources differ."""
    names, table = state_names(), disagreement["table"]
    if table == "timeline":
        which = row["headline"]
    elif table == "requests":
        which = request_in_short(row)
    elif table == "responses":
        which = f"{row['body'].replace(';', '; ')}, {row['form']}, {day_of(row, 'date')}"
    elif table == "positions":
        which = f"{names[row['iso3']]} towards {names[row['towards']]}"
    elif table == "contributions":
        which = f"{names.get(row['iso3'], 'all contingents')}, {told(row['counter'])}, {day_of(row, 'as_of')}"
    elif table == "casualties":
        side = "all sides" if row["side"] == "all" else names.get(row["side"], row["side"])
        which = f"{row['kind'].replace('-', ' ')}, {side}, {row['counter']}, {day_of(row, 'as_of')}"
    else:
        which = ""
    field = FIELDS.get(disagreement["field"], disagreement["field"].replace("_", " "))
    return f"{ROWS[table]} ({which}): {field}" if which else f"{ROWS[table]}: {field}"


def value_in_words(field: str, value: str) -> str:
    """Write the value of a cell as it stands in the other parts of a card."""
    return WORDS.get(field, {}).get(value) or (number(value) if field in COUNTED else told(value))
