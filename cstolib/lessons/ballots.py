"""Votes on Ukraine in the UN General Assembly: four values, who sided with whom, and how far apart.

Yes, no, abstain and absent are kept apart throughout. Whether absence says anything is for the reader to
decide: every distance names how it treats it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from cstolib.data import Table, load
from cstolib.errors import known
from cstolib.membership import bound_on

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = "2022-03-02"  # of the vote on ES-11/1: who was bound on it is a member here
# What each resolution of the figure is about, in our words.
ABOUT = {
    "68/262": "territorial\nintegrity",
    "ES-11/1": "withdrawal\nof forces",
    "ES-11/2": "civilians,\naid",
    "ES-11/3": "Rights\nCouncil",
    "ES-11/4": "four regions\nannexed",
    "ES-11/5": "register of\ndamage",
    "ES-11/6": "principles\nof peace",
    "ES-11/7": "peace, text\nof Ukraine",
    "ES-11/8": "peace,\nUS text",
    "ES-11/9": "return of\nchildren",
    "ES-11/10": "support for\npeace",
}
THEMES = {  # of the other recorded votes on Ukraine, which one can ask for by number
    "crimea_human_rights": "human rights\nin Crimea",
    "crimea_militarization": "militarisation\nof Crimea",
    "ukraine_nuclear_safety": "nuclear\nsafety",
}
FAMILY = tuple(ABOUT)
UNKNOWN = "not known"
RULES = {
    "every": "voted no, as Russia did, on every vote that is counted",
    "any": "voted no, as Russia did, on at least one of them",
    "not-yes": "did not vote yes on any of them",
}
ABSENCE = {
    "left-out": "votes that one of the two missed are left out",
    "as-abstain": "absence counts as an abstention",
    "own-value": "four values of equal rank: alike or not",
}
STEPS = {"no": 0.0, "abstain": 0.5, "yes": 1.0}


class Vote(NamedTuple):
    """One recorded vote on Ukraine."""

    date: str
    about: str


@lru_cache(maxsize=1)
def recorded() -> dict[str, Vote]:
    """Give every recorded vote on Ukraine by its number, oldest first.

    Examples
    --------
    >>> recorded()["ES-11/1"].date
    '2022-03-02'
    """
    rows = load("resolutions")
    rows["number"] = rows["resolution"].str.removeprefix("A/RES/")
    rows["about"] = rows["number"].map(ABOUT).fillna(rows["theme"].map(THEMES))
    rows["place"] = rows["number"].str.rpartition("/")[2].astype(int)
    rows = rows[rows["about"].notna()].sort_values(["date", "place"])
    dates = rows["date"].dt.strftime("%Y-%m-%d")
    return {
        number: Vote(date, about)
        for number, date, about in zip(rows["number"], dates, rows["about"], strict=True)
    }


def chosen(resolutions: Sequence[str]) -> list[str]:
    """Read numbers such as ES-11/1, with or without A/RES/; none means the family of the lesson."""
    every = list(recorded())
    wanted = {known("vote on Ukraine", name.removeprefix("A/RES/"), every) for name in resolutions}
    return [name for name in every if name in (wanted or FAMILY)]


def ballots(*resolutions: str) -> Table:
    """Show how each state of the course voted, one column for each resolution.

    Parameters
    ----------
    *resolutions : str
        Such as ``"ES-11/1"``; without any, the eleven of lesson 10.

    Returns
    -------
    Table
        One row per state (`iso3`): ``yes``, ``no``, ``abstain``, ``absent``, or ``not known`` to us.

    Examples
    --------
    >>> ballots("ES-11/1", "ES-11/3").loc["KAZ"].to_dict()
    {'ES-11/1': 'abstain', 'ES-11/3': 'no'}
    """
    columns = chosen(resolutions)
    votes = load("votes")
    votes["number"] = votes["resolution"].str.removeprefix("A/RES/")
    wide = votes[votes["number"].isin(columns)].pivot(index="iso3", columns="number", values="vote")
    wide = wide.reindex(sorted(set(votes["iso3"])), columns=columns).fillna(UNKNOWN)
    wide = wide.rename_axis(index="iso3", columns=None)
    note = (
        "Absent is recorded as not voting; the record gives no reason. Not known: not in what we could read."
    )
    return Table(wide, "Votes in the UN General Assembly", note)


def sided(*resolutions: str, rule: str = "any") -> Table:
    """Say which other members sided with Russia, by one of three rules.

    Parameters
    ----------
    *resolutions : str
        The votes that are counted; without any, the eleven of lesson 10.
    rule : str, optional
        ``"every"``: voted no with Russia on all of them. ``"any"``: on at least one. ``"not-yes"``: voted yes
        on none.

    Returns
    -------
    Table
        One row per other member: `no`, `yes` and `known` votes, and whether the rule says `sided`.

    Examples
    --------
    >>> sided("ES-11/1").query("sided")["iso3"].tolist()
    ['BLR']
    >>> sided("ES-11/1", "ES-11/3").query("sided")["iso3"].tolist()
    ['BLR', 'KAZ', 'KGZ', 'TJK']
    """
    known("rule", rule, RULES)
    members = bound_on(DAY).query("iso3 != 'RUS'")
    cast = ballots(*resolutions).loc[list(members["iso3"])]
    no, yes, told = ((cast == "no").sum(axis=1), (cast == "yes").sum(axis=1), (cast != UNKNOWN).sum(axis=1))
    holds = {"every": (no == told) & (told > 0), "any": no > 0, "not-yes": yes == 0}[rule]
    table = members[["iso3", "name"]].set_index("iso3").assign(no=no, yes=yes, known=told, sided=holds)
    alone = list(table.index[table["sided"]]) == ["BLR"]
    verdict = (
        f"“Only Belarus sided with Russia” is {'true' if alone else 'false'} by this rule and these votes."
    )
    return Table(table.reset_index(), f"Sided: {RULES[rule]}", verdict)


def distance_to(state: str, *resolutions: str, absent: str = "left-out") -> Table:
    """Measure how far each state voted from one state.

    Parameters
    ----------
    state : str
        From which state, as ISO code.
    *resolutions : str
        The votes that are counted; without any, the eleven of lesson 10.
    absent : str, optional
        ``"left-out"``: no, abstain and yes are 0, 1/2 and 1, the distance is the mean difference, and votes
        that one of the two missed are left out. ``"as-abstain"``: the same with absence as 1/2.
        ``"own-value"``: the share of votes on which the two entries differ, absence being an entry.

    Returns
    -------
    Table
        One row per state: `distance` from 0 (alike) to 1, and on how many votes it rests.

    Examples
    --------
    >>> for how in ("left-out", "as-abstain", "own-value"):
    ...     print(distance_to("RUS", "ES-11/1", "ES-11/3", absent=how).loc["ARM", "distance"])
    0.5
    0.5
    1.0
    """
    known("treatment of absence", absent, ABSENCE)
    cast = ballots(*resolutions)
    own = pd.Series(cast.loc[known("state", state, cast.index)])
    rows = {other: _distance(own, cast.loc[other], absent) for other in cast.index}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["distance", "votes"])
    note = f"From 0, alike on all, to 1. {ABSENCE[absent].capitalize()}; votes not known to us are left out."
    return Table(table.rename_axis("iso3"), f"Distance from {names()[state]}", note)


def treatments(state: str, *resolutions: str) -> Table:
    """Set side by side what each treatment of absence makes of the members' distances from one state.

    Examples
    --------
    >>> treatments("RUS", "68/262").loc["KAZ"].to_dict()
    {'left-out': 0.5, 'as-abstain': 0.5, 'own-value': 1.0}
    """
    members = [iso3 for iso3 in bound_on(DAY)["iso3"] if iso3 != state]
    columns = {how: distance_to(state, *resolutions, absent=how)["distance"][members] for how in ABSENCE}
    note = "Where there is no number, there is no vote that both cast."
    return Table(pd.DataFrame(columns), f"Distance from {names()[state]}, by treatment of absence", note)


def noes(day: str) -> Table:
    """Count how often each other member voted no, as Russia did, before a day and from that day on.

    Parameters
    ----------
    day : str
        Such as ``"2022-02-24"``.

    Returns
    -------
    Table
        One row per member: noes `before` and `after`, over all recorded votes on Ukraine.

    Examples
    --------
    >>> noes("2022-02-24").loc["ARM"].to_dict()
    {'before': 11, 'after': 0}
    """
    before = [number for number, vote in recorded().items() if vote.date < day]
    after = [number for number in recorded() if number not in before]
    members = list(bound_on(DAY).query("iso3 != 'RUS'")["iso3"])
    some = {"before": before, "after": after}
    columns = {
        when: (ballots(*numbers).loc[members] == "no").sum(axis=1) if numbers else pd.Series(0, members)
        for when, numbers in some.items()
    }
    note = f"{len(before)} votes before {day}, {len(after)} from that day on; Russia voted no on every one."
    return Table(pd.DataFrame(columns).rename_axis("iso3"), "Votes against, as Russia", note)


def distances(*resolutions: str, absent: str = "left-out") -> Table:
    """Measure how far the members voted from each other, by the measure of `distance_to`.

    Examples
    --------
    >>> table = distances("ES-11/3")
    >>> float(table.loc["BLR", "KAZ"]), float(table.loc["RUS", "ARM"])
    (0.0, nan)
    """
    members = list(bound_on(DAY)["iso3"])
    columns = {one: distance_to(one, *resolutions, absent=absent)["distance"][members] for one in members}
    return Table(pd.DataFrame(columns), "Distances between members", f"{ABSENCE[absent].capitalize()}.")


def _distance(one: pd.Series[Any], other: pd.Series[Any], absent: str) -> tuple[float, int]:
    steps = {**STEPS, "absent": 0.5} if absent == "as-abstain" else STEPS
    both = pd.DataFrame({"one": one, "other": other})
    if absent == "own-value":
        both = both[(both != UNKNOWN).all(axis=1)]
        gaps = both["one"] != both["other"]
    else:
        both = both.apply(lambda entries: entries.map(steps)).dropna()
        gaps = (both["one"] - both["other"]).abs()
    return (round(float(gaps.mean()), 3), len(both)) if len(both) else (float("nan"), 0)


@lru_cache(maxsize=1)
def names() -> dict[str, str]:
    """Give the name of every state by its code."""
    states = load("states")
    return dict(zip(states["iso3"], states["name"], strict=True))
