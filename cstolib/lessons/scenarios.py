"""Try out what the treaty obliges its members to do: a scenario, two texts, and what they leave open.

Which clause a scenario engages is our reading of the table `provisions`, written out in :func:`_findings`. It
is no legal opinion, and governments have read the same clauses otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from cstolib.data import Table, package
from cstolib.errors import known

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = (1992, 2010)
ENGAGED, OPEN, OFF = STATUSES = ("engaged", "left open", "not engaged")
ATTACKERS = {"state": "An outside state", "member": "Another member", "group": "An armed group"}
PLACES = {"home": "on that member's territory", "disputed": "on disputed territory", "abroad": "abroad"}
ARTICLES = ("Article 1", "Article 2", "Article 4", "Article 6", "Forces agreement")
_BAR = "principle on disputes between members (number not seen)"


class Finding(NamedTuple):
    """What one article has to say to a scenario, why, and where its text leaves room."""

    article: str
    status: str
    why: str
    room: str
    sources: str


@dataclass(frozen=True)
class Scenario:
    """Somebody attacks a member or its forces.

    Parameters
    ----------
    attacker : str
        ``"state"`` (from outside), ``"member"`` or ``"group"`` (armed, of no state).
    where : str
        ``"home"``, ``"disputed"`` or ``"abroad"``.
    asks : bool
        Whether the attacked member asks its allies for help.
    both_sides : bool
        Whether some member stands with the attacker; always so when a member attacks.
    """

    attacker: str = "state"
    where: str = "home"
    asks: bool = True
    both_sides: bool = False

    def __post_init__(self) -> None:
        known("attacker", self.attacker, ATTACKERS)
        known("place", self.where, PLACES)

    @property
    def inside(self) -> bool:
        """Whether members stand on both sides."""
        return self.both_sides or self.attacker == "member"

    def __str__(self) -> str:
        target = "attacks a member's forces" if self.where == "abroad" else "attacks a member"
        helper = (
            "; another member stands with the attacker" if self.inside != (self.attacker == "member") else ""
        )
        asked = "asks" if self.asks else "does not ask"
        return (
            f"{ATTACKERS[self.attacker]} {target} {PLACES[self.where]}; the member {asked} for help{helper}."
        )


def engaged(
    attacker: str = "state", where: str = "home", *, asks: bool = True, both_sides: bool = False
) -> Table:
    """Say which articles a scenario engages in the text of 1992 and in that of 2010, by our reading.

    Parameters
    ----------
    attacker, where, asks, both_sides
        As for :class:`Scenario`.

    Returns
    -------
    Table
        One row per version and article: `status`, `why`, and `room` (where the text leaves room).

    Examples
    --------
    >>> engaged("group").set_index(["version", "article"]).loc[(1992, "Article 4"), "status"]
    'not engaged'
    """
    scenario = Scenario(attacker, where, asks, both_sides)
    rows = [
        {"version": version, **finding._asdict()}
        for version in VERSIONS
        for finding in _findings(scenario, version)
    ]
    return Table(
        pd.DataFrame(rows), str(scenario), "Our reading of the clauses, one coder; no legal opinion."
    )


def all_scenarios() -> Table:
    """Give the reading of Article 4 for every scenario of the explorer.

    Returns
    -------
    Table
        `attacker`, `where`, `asks`, `both_sides`, and the status of Article 4 in the two texts.

    Examples
    --------
    >>> len(all_scenarios())
    30
    """
    rows = []
    for attacker, where, asks, both in product(ATTACKERS, PLACES, (True, False), (False, True)):
        scenario = Scenario(attacker, where, asks, both)
        if both == scenario.inside:  # a member that attacks is always on the other side
            status = {
                f"art_4_{version}": finding.status
                for version in VERSIONS
                for finding in _findings(scenario, version)
                if finding.article == "Article 4"
            }
            rows.append({"attacker": attacker, "where": where, "asks": asks, "both_sides": both, **status})
    return Table(pd.DataFrame(rows), "Article 4 in every scenario, by our reading")


def _findings(scenario: Scenario, version: int) -> Iterator[Finding]:
    """Read the clauses of one version for one scenario."""
    first, second = _article_1(scenario), _article_2(scenario, version)
    fourth = _article_4(scenario, version)
    yield Finding("Article 1", *first, _sources(version, "1(1)", "1(2)"))
    yield Finding("Article 2", *second, _sources(version, "2(2)"))
    yield Finding("Article 4", *fourth, _sources(version, "4(1)", "4(2)"))
    if version == VERSIONS[0]:
        yield Finding(
            "Article 6", *_article_6_of_1992(scenario, fourth[0]), _sources(version, "6(1)", "6(2)")
        )
        return
    best = min(second[0], fourth[0], key=STATUSES.index)
    yield Finding(
        "Article 6",
        best,
        "Forces may be used in the cases of Article 2 as well as of Article 4.",
        "The wording was not read. The Council decides by consensus; a member may stand aside."
        + (" The other side has a voice in it." if scenario.inside else ""),
        _sources(version, "6"),
    )
    yield Finding(
        "Forces agreement",
        ENGAGED if scenario.inside else OFF,
        "The common forces may not be used to settle disputes between members."
        if scenario.inside
        else "It bars the common forces from disputes between members, and there is none.",
        "Known from the Joint Staff's account only. Is an armed attack a \u201cdispute\u201d?"
        if scenario.inside
        else "",
        _provision("forces-means-agreement-2010", 2010, _BAR),
    )


def _article_1(scenario: Scenario) -> tuple[str, str, str]:
    if scenario.attacker == "member":
        why = "One member uses force against another: the promise not to is broken."
        return ENGAGED, why, "What follows when a member breaks it is not said here."
    if scenario.inside:
        why = "No member may take action or join a grouping against another."
        return ENGAGED, why, "Which help to an attacker is \u201caction against\u201d a member is not said."
    return OFF, "No member stands on the other side.", ""


def _article_2(scenario: Scenario, version: int) -> tuple[str, str, str]:
    room = "What counts as a threat is left to the members."
    if version == VERSIONS[1] and not scenario.asks:
        why = "The words read name no request; a secretary general said in 2020 that help needs one."
        return OPEN, why, room
    if scenario.where == "abroad":
        return OPEN, "Forces abroad are hit: is that a threat to the member, or to international peace?", room
    if scenario.attacker == "group" and version == VERSIONS[0]:
        return OPEN, "Security is named, unrest is not: is the group a threat to security?", room
    if scenario.attacker == "group":
        return ENGAGED, "\u201cStability\u201d now stands among the goods that may be threatened.", room
    return ENGAGED, "A threat to security, territory or sovereignty is enough, whoever makes it.", room


def _article_4(scenario: Scenario, version: int) -> tuple[str, str, str]:
    old = version == VERSIONS[0]
    room = (
        "What help is \u201cneeded\u201d is not said. No request is mentioned."
        if old
        else "Four goods are joined by \u201cand\u201d: must all be at risk? The words on help were not read."
    )
    if not old and not scenario.asks:
        return OFF, "Help is given at the member's request, two secretaries general say; there is none.", room
    if scenario.attacker == "group" and old:
        if scenario.inside:
            return OPEN, "A group is no state; but is the member that stands with it an aggressor?", room
        return OFF, "Aggression is by a state or a group of states, and an armed group is neither.", room
    if scenario.attacker == "group":
        return OPEN, "Aggression is now \u201can armed attack\u201d; whose, the words read do not say.", room
    if scenario.attacker == "member":
        why = "\u201cAny state\u201d: that the attacker must stand outside is not said."
        return OPEN, why if old else "That the attacker must stand outside is not said.", room
    if scenario.where == "disputed":
        return (
            OPEN,
            "Whose territory is it? The article names no region, but aggression against a party.",
            room,
        )
    if scenario.where == "abroad":
        return OPEN, "Are forces abroad \u201ca party\u201d? The article names no region.", room
    return (
        ENGAGED,
        f"A state attacks a member on that member's territory{'' if old else ', and the member asks'}.",
        room,
    )


def _article_6_of_1992(scenario: Scenario, fourth: str) -> tuple[str, str, str]:
    if fourth == OFF:
        return OFF, "The heads of the parties decide on armed forces against aggression only.", ""
    room = "How the heads vote is not said in what was read."
    if scenario.where == "abroad":
        room += " Beyond the parties' territory: only for international security, within the UN Charter."
    return fourth, "The heads of the parties decide on armed forces against aggression.", room


def next_step(version: int, status: dict[str, str]) -> str:
    """Say which step follows, in one version, from the status of its articles."""
    if status["Article 4"] == ENGAGED and version == VERSIONS[0]:
        return "All others owe help; the heads of state decide on forces; the UN Security Council is told."
    if status["Article 4"] == ENGAGED:
        return "All others owe help; on the use of forces the Council decides, by consensus."
    if status["Article 4"] == OPEN:
        return "First comes the quarrel over whether this is the case of Article 4; consultations meanwhile."
    if status["Article 2"] == ENGAGED:
        return "Consultations at once, then measures against the threat; no duty of help under Article 4."
    return "Consultations, if the members agree that there is a threat; no duty of help under Article 4."


def _sources(version: int, *articles: str) -> str:
    return ";".join(_provision("cst-1992", version, article) for article in articles)


def _provision(instrument: str, version: int, article: str) -> str:
    table = package().raw("provisions")
    row = table[package().keys("provisions") == f"{instrument}|{version}|{article}"]
    return str(row["sources"].iloc[0])
