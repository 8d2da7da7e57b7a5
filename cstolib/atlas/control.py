"""Who ran a place on a day, as far as the tables tell, and on which days that changes."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

from cstolib.data import load
from cstolib.dates import as_known, date_in_words
from cstolib.errors import CstolibError, known

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

# How the one who ran a place stands to the state to which it belongs by international recognition.
OWN, OTHER = "run by the state to which it belongs", "run by somebody else"
CHANGING, OPEN, UNAGREED = (
    "changed hands about then",
    "no row on who ran it",
    "no line agreed, no state named",
)
AFTER = pd.Timedelta(days=30)  # what changes hands so soon after a crisis counts as its outcome
_EVER = (pd.Timestamp("1900-01-01"), pd.Timestamp("2100-01-01"))


def places_of(crisis_ids: Iterable[str]) -> pd.DataFrame:
    """List the places of crises.

    A place belongs to a crisis when a step of its timeline names it, or when it belongs to a party of the
    crisis and changed hands between the first day and thirty days after the last one. Training grounds are
    left out.

    Parameters
    ----------
    crisis_ids : iterable of str
        Ids of the table ``crises``.

    Returns
    -------
    DataFrame
        Rows of the table ``places``, by name.

    Examples
    --------
    >>> list(places_of(["syunik-2021"])["name"])
    ['Qaragöl/Sev Lich']
    """
    crises, places, control = load("crises").set_index("crisis_id"), load("places"), load("place_control")
    names = [known("crisis", crisis, crises.index) for crisis in dict.fromkeys(crisis_ids)]
    steps = load("timeline")
    chosen = set(steps[steps["crisis_id"].isin(names)]["place_id"].dropna())
    for crisis in names:
        first, last = crises["start"][crisis], crises["end"][crisis] + AFTER
        changed = control[["start", "end"]].apply(lambda days: days.between(first, last)).any(axis=1)  # noqa: B023
        theirs = places["recognised_iso3"].isin(str(crises["parties"][crisis]).split(";"))
        chosen |= set(control[changed]["place_id"]) & set(places[theirs]["place_id"])
    found = places[places["place_id"].isin(chosen) & (places["kind"] != "training ground")]
    return pd.DataFrame(found).sort_values("name", ignore_index=True)


def control_on(day: str, places: pd.DataFrame) -> pd.DataFrame:
    """Say who ran each of some places on a day.

    Where a date is known to the month or the year only, nothing is claimed for the days within it: the place
    "changed hands about then".

    Parameters
    ----------
    day : str
        ``YYYY-MM-DD``.
    places : DataFrame
        Rows of the table ``places``.

    Returns
    -------
    DataFrame
        For each place: to which state it belongs by recognition, who ran it, how the two stand to each
        other (``status``), since and until when, how this is known, sources.

    Examples
    --------
    >>> shusha = places_of(["karabakh-2020"]).query("place_id == 'shusha-shushi'")
    >>> control_on("2020-11-08", shusha)["run by"].item()
    'Azerbaijan'
    """
    date = day_of(day)
    control = load("place_control")
    rows = [_told(place, date, control) for place in places.to_dict("records")]
    return pd.DataFrame(rows)


def changes(places: pd.DataFrame) -> list[str]:
    """List the days on which somebody else ran one of the places than on the day before, in order."""
    control = load("place_control")
    control = control[control["place_id"].isin(places["place_id"])]
    days = {
        bound
        for row in control.to_dict("records")
        for end in ("start", "end")
        for bound in _span(row, end)
        if bound not in _EVER
    }
    dated = [(f"{day:%Y-%m-%d}", f"{day - pd.Timedelta(days=1):%Y-%m-%d}") for day in sorted(days)]
    shown = ["run by", "status"]
    return [
        day
        for day, before in dated
        if not control_on(day, places)[shown].equals(control_on(before, places)[shown])
    ]


def day_of(day: str) -> pd.Timestamp:
    """Read a day, or say how to write one."""
    try:
        return pd.Timestamp(datetime.date.fromisoformat(day))
    except (TypeError, ValueError):
        raise CstolibError(f"{day!r} is not a day: write YYYY-MM-DD, such as 2020-11-20.") from None


def _span(row: dict[Hashable, Any], end: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Give the first day on which a row may start (or end), and the first day on which it surely has."""
    date, precision = row[end], row[f"{end}_precision"]
    if pd.isna(date):
        ever = _EVER[end == "end"]
        return ever, ever
    if precision == "day":
        return date, date
    return date, date + (pd.DateOffset(months=1) if precision == "month" else pd.DateOffset(years=1))


def _told(place: dict[Hashable, Any], day: pd.Timestamp, control: pd.DataFrame) -> dict[str, Any]:
    """Say who ran one place."""
    rows = control[control["place_id"] == place["place_id"]].to_dict("records")
    sure = [row for row in rows if _span(row, "start")[1] <= day < _span(row, "end")[0]]
    maybe = [row for row in rows if _span(row, "start")[0] <= day < _span(row, "end")[1]]
    said = sure or maybe
    owner = place["recognised_iso3"]
    if pd.isna(owner):
        status = UNAGREED
    elif not said:
        status = OPEN
    elif not sure:
        status = CHANGING
    else:
        status = OWN if {row["controller"] for row in said} == {owner} else OTHER
    return {
        "place": place["name"],
        "belongs to": "no line agreed" if pd.isna(owner) else name_of(owner),
        "run by": " or ".join(dict.fromkeys(name_of(row["controller"]) for row in said)) or "no row",
        "status": status,
        "dates": _about(said, day) if status == CHANGING else "; ".join(filter(None, map(_dates, said))),
        "how known": "; ".join(dict.fromkeys(row["how_known"] for row in said)),
        "latitude": place["latitude"],
        "longitude": place["longitude"],
        "position": place["position_note"],
        "note": place["note"],
        "sources": ";".join(dict.fromkeys([place["sources"], *(row["sources"] for row in said)])),
    }


def _about(rows: list[dict[Hashable, Any]], day: pd.Timestamp) -> str:
    """Write the month or the year in which a place changed hands on a day that is not known."""
    words = [
        date_in_words(as_known(f"{row[end]:%Y-%m-%d}", row[f"{end}_precision"]))
        for row in rows
        for end in ("start", "end")
        if _span(row, end)[0] <= day < _span(row, end)[1]
    ]
    return f"on a day of {' or '.join(dict.fromkeys(words))} that is not known"


def _dates(row: dict[Hashable, Any]) -> str:
    """Write since when and until when, no more exactly than known."""
    words = []
    for end, word in (("start", "from"), ("end", "until")):
        if not pd.isna(row[end]):
            words.append(f"{word} {date_in_words(as_known(f'{row[end]:%Y-%m-%d}', row[f'{end}_precision']))}")
    return " ".join(words)


def name_of(party: str) -> str:
    """Name a state by its code; anybody else keeps the name, with its article."""
    names = load("states").set_index("iso3")["name"]
    if party in names:
        return str(names[party])
    return f"the {party}" if party.startswith("self-declared") else party
