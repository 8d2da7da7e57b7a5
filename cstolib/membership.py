"""Who was bound by the treaty, and when: the one place where the rule is applied.

The rule. A state is bound from the date of type ``in_force`` or ``effective`` of its entry (event
``in_force``, ``acceded`` or ``rejoined``, about the treaty or an instrument that amends it) to the day before
the date of type ``effective`` of its exit (event ``left``, ``not-renewed`` or ``suspended``). Signatures,
notices, decisions and statements never decide; the Charter binds nobody to the treaty.
"""

from __future__ import annotations

import datetime
from typing import Any, cast

import numpy as np
import pandas as pd

from cstolib.data import Table, facts_as_of, load
from cstolib.dates import date_in_words
from cstolib.errors import CstolibError, brief

TREATY = "cst-1992"
_ENTRIES = {"in_force", "acceded", "rejoined"}
_EXITS = {"left", "not-renewed", "suspended"}
_COLUMNS = ["iso3", "start", "end", "start_event", "end_event", "sources"]


def spells() -> Table:
    """List every unbroken time for which a state was bound by the treaty.

    The rule: the date of type ``in_force`` or ``effective`` of an entry (entry into force, accession or
    rejoining, under the treaty or an instrument that amends it) opens a spell; the date of type ``effective``
    of an exit (leaving, not renewing, suspension) closes it. Signatures, notices, decisions and statements
    never decide.

    Returns
    -------
    Table
        One row per spell: `iso3`, `start`, `end` (the first day not bound; missing while it lasts), the two
        events of `membership` that decide, and their `sources`.

    Examples
    --------
    >>> table = spells()
    >>> len(table[table["iso3"] == "UZB"])
    2
    """
    rule = (
        "A spell starts with the entry's date of type in_force or effective, and ends with the exit's date "
        "of type effective, the first day on which the state is no longer bound. No end: still bound."
    )
    return Table(_spells(load("membership")), "Spells of membership in the treaty", f"{rule}\n\n{_note()}")


def bound_on(date: str | datetime.date | np.datetime64) -> Table:
    """List the states bound by the treaty on a day.

    The rule is that of :func:`spells`: signing bound nobody; entry into force did, until an exit took effect.

    Parameters
    ----------
    date : str, datetime.date or numpy.datetime64
        A day, such as ``"1994-05-12"``, from the signature of the treaty to the day the facts are as of.

    Returns
    -------
    Table
        One row per state, in alphabetical order: `iso3`, `name`, `since`, and the `event_id` that decides:
        ``cite("membership", event_id)`` gives its sources.

    Examples
    --------
    >>> list(bound_on("2013-01-01")["iso3"])
    ['ARM', 'BLR', 'KAZ', 'KGZ', 'RUS', 'TJK']
    >>> len(bound_on("1992-05-15"))
    0
    """
    day = pd.Timestamp(_day(date))
    table = _spells(load("membership"))
    bound = table[(table["start"] <= day) & (table["end"].isna() | (table["end"] > day))]
    rows = bound.merge(load("states")[["iso3", "name"]], on="iso3").sort_values("name", ignore_index=True)
    rows = rows.rename(columns={"start": "since", "start_event": "event_id"})
    rows = rows[["iso3", "name", "since", "event_id"]]
    if rows.empty:
        return Table(rows, f"Nobody was bound by the treaty on {date_in_words(f'{day:%Y-%m-%d}')}.", _note())
    return Table(rows, f"States bound by the treaty on {day:%Y-%m-%d}: {len(rows)}", _note())


def _spells(events: pd.DataFrame) -> pd.DataFrame:
    """Apply the rule to rows of `membership`."""
    about_treaty = events["instrument_id"].isin(_treaty_instruments())
    enters = (
        about_treaty & events["event"].isin(_ENTRIES) & events["date_type"].isin(["in_force", "effective"])
    )
    leaves = events["event"].isin(_EXITS) & (events["date_type"] == "effective")
    steps = events.assign(enters=enters)[enters | leaves].dropna(subset="date").sort_values(["iso3", "date"])
    rows: list[dict[str, Any]] = []
    for step in steps.to_dict("records"):
        bound = bool(rows) and rows[-1]["iso3"] == step["iso3"] and rows[-1]["end"] is None
        if step["enters"] and not bound:
            opened = {"iso3": step["iso3"], "start": step["date"], "end": None, "sources": step["sources"]}
            rows.append({**opened, "start_event": step["event_id"], "end_event": None})
        elif bound and not step["enters"]:
            rows[-1].update(end=step["date"], end_event=step["event_id"])
            rows[-1]["sources"] += f";{step['sources']}"
    table = pd.DataFrame(rows, columns=_COLUMNS)
    return table.astype({"start": "datetime64[s]", "end": "datetime64[s]", "end_event": "str"})


def _treaty_instruments() -> list[str]:
    """List the treaty and the instruments that amend it."""
    instruments = load("instruments")
    return [TREATY, *instruments.loc[instruments["amends"] == TREATY, "instrument_id"]]


def _day(date: str | datetime.date | np.datetime64) -> datetime.date:
    """Read a day, and see that the tables can answer for it."""
    try:
        if not isinstance(date, (str, datetime.date, np.datetime64)):  # pandas would read 1994 as nanoseconds
            raise TypeError
        day = datetime.date.fromisoformat(date) if isinstance(date, str) else pd.Timestamp(date).date()
        if pd.isna(day):
            raise ValueError
    except (TypeError, ValueError):
        raise CstolibError(
            f"{brief(date)} is not a day: write year-month-day, such as '1994-05-12'."
        ) from None
    signed = load("instruments").set_index("instrument_id").loc[TREATY, "signed"]
    first, last = cast("pd.Timestamp", signed).date(), datetime.date.fromisoformat(_as_of())
    if not first <= day <= last:
        raise CstolibError(
            f"The tables do not tell who was bound on {day}: the treaty was signed on {first}, "
            f"and the facts are as of {last}. Give a day from {first} to {last}."
        )
    return day


def _as_of() -> str:
    return facts_as_of("membership")


def _note() -> str:
    return f"Computed from the table membership; facts as of {_as_of()}."
