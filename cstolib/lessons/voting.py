"""What becomes of a proposal under four decision rules.

Two of the rules are those of the organisation; majority was proposed and not adopted, and the rule by which
Russia decides alone is a claim to be tested, not a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cstolib import theme
from cstolib.data import load
from cstolib.errors import CstolibError, known

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CASES", "RULES", "Case", "Outcome", "decide", "member_names", "positions", "read_stands"]

LARGEST = "RUS"
# What a member can do when a proposal is on the table, and how it is drawn.
STANDS = {"for": ("circle", theme.INK), "aside": ("circle", theme.PAPER), "against": ("cross", theme.INK)}
RULES = {
    "consensus": "every member joins",
    "limited format": "nobody objects; only those who join are bound",
    "majority": "more than half of the members join",
    "Russia decides": "as one member wants",
}


@dataclass(frozen=True)
class Case:
    """Positions to start from: what they are, whether they happened, and where that is told.

    ``others`` is the stand of every member that ``stands`` does not name; ``told`` holds the table and the
    key of the row that tells it, and is empty for positions that we made up.
    """

    name: str
    others: str
    stands: Mapping[str, str]
    told: tuple[str, str] | None = None


CASES = {
    "kazakhstan-2022": Case(
        "January 2022, forces to Kazakhstan", "for", {}, ("responses", "kazakhstan-2022-csc-2022-01-06")
    ),
    "yerevan-2022": Case(
        "November 2022, aid to Armenia",
        "for",
        {"ARM": "against"},
        ("responses", "yerevan-2022-csc-aid-decision"),
    ),
    "bishkek-2025": Case(
        "November 2025, papers of the Bishkek summit",
        "for",
        {"ARM": "aside"},
        ("responses", "freeze-csc-2025-11-27"),
    ),
    "russia-alone-against": Case("Invented: Russia alone objects", "for", {"RUS": "against"}),
    "russia-and-one-for": Case(
        "Invented: Russia and Belarus for, four against", "against", {"RUS": "for", "BLR": "for"}
    ),
}


@dataclass(frozen=True)
class Outcome:
    """What a rule makes of the positions: adopted or not, who is bound, and why."""

    rule: str
    adopted: bool
    bound: tuple[str, ...]
    why: str


def positions(case: str) -> dict[str, str]:
    """Give the stand of each member in one of the prepared cases.

    Parameters
    ----------
    case : str
        A key of ``CASES``, such as ``"yerevan-2022"``.

    Returns
    -------
    dict
        ``for``, ``aside`` (takes no part and does not object) or ``against`` by `iso3`.

    Examples
    --------
    >>> positions("yerevan-2022")["ARM"]
    'against'
    """
    prepared = CASES[known("case", case, CASES)]
    return {iso3: prepared.stands.get(iso3, prepared.others) for iso3 in theme.MEMBERS}


def decide(stands: str | Mapping[str, str], rule: str) -> Outcome:
    """Say what becomes of a proposal.

    Parameters
    ----------
    stands : str or mapping
        A prepared case, or ``for``, ``aside`` or ``against`` for each of the six members by `iso3`.
    rule : {"consensus", "limited format", "majority", "Russia decides"}
        Consensus: every member joins. Limited format, possible since December 2010: nobody objects, and only
        those who join are bound. Majority was proposed in 2011; that Russia decides is a claim.

    Returns
    -------
    Outcome

    Examples
    --------
    >>> decide("bishkek-2025", "limited format").adopted
    True
    >>> decide("bishkek-2025", "consensus").why
    'not adopted: Armenia stands aside'
    """
    known("decision rule", rule, RULES)
    stands = read_stands(positions(stands) if isinstance(stands, str) else stands)
    side = {stand: [iso3 for iso3, own in stands.items() if own == stand] for stand in STANDS}
    everybody = tuple(stands)
    if rule == "limited format":
        joined = tuple(side["for"])
        stopped = side["against"] or ([] if joined else everybody)
        return _outcome(rule, not stopped, joined, _because(stopped, stands))
    if rule == "consensus":
        stopped = [*side["against"], *side["aside"]]
        return _outcome(rule, not stopped, everybody, _because(stopped, stands))
    if rule == "majority":
        count = f"{len(side['for'])} of {len(everybody)} join"
        return _outcome(rule, 2 * len(side["for"]) > len(everybody), everybody, count)
    return _outcome(rule, stands[LARGEST] == "for", everybody, _because([LARGEST], stands))


def read_stands(stands: Mapping[str, str]) -> dict[str, str]:
    """Check that every member has a stand, and put them in order."""
    for iso3, stand in stands.items():
        known("member", iso3, theme.MEMBERS)
        known("stand", stand, STANDS)
    missing = [iso3 for iso3 in theme.MEMBERS if iso3 not in stands]
    if missing:
        raise CstolibError(f"Give a stand (for, aside or against) for {', '.join(missing)} too.")
    return {iso3: stands[iso3] for iso3 in theme.MEMBERS}


def _because(stopped: list[str] | tuple[str, ...], stands: Mapping[str, str]) -> str:
    """Name who stands in the way, or say that nobody does."""
    verbs = {
        "against": ("objects", "object"),
        "aside": ("stands aside", "stand aside"),
        "for": ("joins", "join"),
    }
    names, parts = member_names(), []
    for stand, (one, many) in verbs.items():
        who = [names[iso3] for iso3 in stopped if stands[iso3] == stand]
        if who:
            parts.append(f"{', '.join(who)} {one if len(who) == 1 else many}")
    return "; ".join(parts) or "nobody objects"


def _outcome(rule: str, adopted: bool, bound: tuple[str, ...], why: str) -> Outcome:
    if not adopted:
        return Outcome(rule, False, (), f"not adopted: {why}")
    return Outcome(rule, True, bound, f"adopted: {why}; binds {len(bound)} of {len(theme.MEMBERS)}")


def member_names() -> dict[str, str]:
    """Give the name of each state by `iso3`."""
    return dict(load("states").set_index("iso3")["name"])
