"""Steps away from the alliance, put on the rungs of a ladder: our reading, with the row behind each step.

The order of the rungs is a judgement: from words, over deeds, to steps with legal effect. The day of a step
is that of its row; nothing is dated here.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pandas as pd

from cstolib.data import Table, load, package
from cstolib.dates import as_known, date_in_words
from cstolib.errors import CstolibError, known

# From the ground upwards.
RUNGS = {
    "complaint": "Complains in public",
    "signature": "Does not sign a common text",
    "chair": "Stays away from drills or sessions",
    "posts": "Gives up posts",
    "money": "Does not pay",
    "word": "Says that its part is frozen, or that it goes",
    "step": "Takes a legal step: a note, or a term run out",
    "effect": "Is bound no more",
}
LEGAL = ("step", "effect")


class Case(NamedTuple):
    """A member's way out, or part of one: its name and the state."""

    name: str
    iso3: str


CASES = {
    "armenia": Case("Armenia since 2022", "ARM"),
    "azerbaijan-1999": Case("Azerbaijan 1999", "AZE"),
    "georgia-1999": Case("Georgia 1999", "GEO"),
    "uzbekistan-1999": Case("Uzbekistan 1999", "UZB"),
    "uzbekistan-2012": Case("Uzbekistan 2012", "UZB"),
}


class Step(NamedTuple):
    """One step of one case: its rung, what was done, and the row that says so (table:key)."""

    case: str
    rung: str
    what: str
    evidence: str


def _exit_of_1999(code: str, words: str) -> tuple[Step, ...]:
    case = {"aze": "azerbaijan-1999", "geo": "georgia-1999", "uzb": "uzbekistan-1999"}[code]
    row = f"membership:{code}-1999"
    return (
        Step(case, "chair", "stays away from the last meeting", f"{row}-not-renewed-expired"),
        Step(case, "word", words, f"{row}-not-renewed-stated"),
        Step(case, "step", "does not sign the prolongation", f"{row}-not-renewed"),
        Step(case, "effect", "the term has run out", f"{row}-left"),
    )


STEPS = (
    *(
        Step("armenia", *row)
        for row in (
            ("complaint", "says: request not met", "timeline:armenia-azerbaijan-sept-2022-grigoryan"),
            ("signature", "declaration, decision on help", "timeline:yerevan-2022-refusal"),
            ("chair", "will host no drill", "membership:arm-2023-distanced-drills"),
            ("chair", "sends no troops to drills", "drills:combat-brotherhood-2023"),
            ("chair", "will not come to Minsk", "membership:arm-2023-distanced-summit"),
            ("chair", "absent from Astana", "timeline:freeze-astana-summit"),
            ("chair", "absent from Bishkek", "timeline:freeze-bishkek-summit"),
            ("posts", "offers up a deputy's post", "membership:arm-2023-distanced-post"),
            ("posts", "recalls its envoy", "membership:arm-2023-distanced-envoy"),
            ("money", "will not pay for 2024", "membership:arm-2024-distanced-budget"),
            ("money", "has not paid for 2024", "membership:arm-2025-distanced-fee"),
            ("word", "frozen in practice", "membership:arm-2024-distanced-frozen"),
            ("word", "will leave, decides when", "membership:arm-2024-distanced-leave"),
            ("word", "considers itself outside", "membership:arm-2024-distanced-outside"),
            ("word", "likelier to leave than return", "membership:arm-2025-distanced-likely"),
            ("word", "has in fact left (Speaker)", "timeline:freeze-simonyan-left"),
            ("word", "in no format (Speaker)", "timeline:freeze-simonyan-no-format"),
            ("word", "no return (debates)", "timeline:freeze-debates-2026"),
        )
    ),
    *_exit_of_1999("aze", "will not renew (adviser)"),
    *_exit_of_1999("geo", "brought no good; will not prolong"),
    *_exit_of_1999("uzb", "will leave"),
    *(
        Step("uzbekistan-2012", *row)
        for row in (
            ("signature", "rapid reaction forces", "instruments:ksor-agreement-2009"),
            ("signature", "forces and means", "instruments:forces-means-agreement-2010"),
            ("chair", "sends no troops to a drill", "drills:interaction-2009"),
            ("chair", "missing from a drill's lists", "drills:centre-2011"),
            ("step", "note on suspension", "membership:uzb-2012-suspension-requested"),
            ("effect", "suspended", "membership:uzb-2012-suspended"),
        )
    ),
)
_DAY = {"membership": "date", "timeline": "when", "instruments": "signed", "drills": "start"}


def ladder_steps(*cases: str, until: str | None = None) -> Table:
    """List the dated steps of one or more cases, rung by rung.

    Parameters
    ----------
    *cases : str
        Any of ``"armenia"``, ``"azerbaijan-1999"``, ``"georgia-1999"``, ``"uzbekistan-1999"`` and
        ``"uzbekistan-2012"``; without one, all of them.
    until : str, optional
        The last day that counts, such as ``"2023-12-31"``.

    Returns
    -------
    Table
        `case`, `state`, `rung` (1 to 8), `stands_for`, `what`, `day` (no more exact than known), `legal`
        (whether the rung has legal effect), `evidence` (the row behind it), `sources`.

    Examples
    --------
    >>> int(ladder_steps("armenia")["rung"].nunique())
    6
    >>> ladder_steps("uzbekistan-2012", until="2011-12-31")["day"].tolist()
    ['2009-06-14', '2010-12-10', '2009-10-02', '2011-09-19']
    >>> ladder_steps("armenian")
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no case 'armenian'. Did you mean 'armenia'? Allowed: ...
    """
    chosen = [known("case", case, CASES) for case in dict.fromkeys(cases)] or list(CASES)
    last = _last_day(until)
    order = list(RUNGS)
    rows: list[dict[str, Any]] = [
        {
            "case": step.case,
            "state": CASES[step.case].name,
            "rung": order.index(step.rung) + 1,
            "stands_for": RUNGS[step.rung],
            "what": step.what,
            **_dated(step.evidence),
            "legal": step.rung in LEGAL,
            "evidence": step.evidence,
        }
        for case in chosen
        for step in STEPS
        if step.case == case
    ]
    rows.sort(key=lambda row: (chosen.index(row["case"]), row["rung"], row["day"].ljust(10, "~")))
    frame = pd.DataFrame(rows)
    frame = frame[frame["at"] <= last].drop(columns="at").reset_index(drop=True)
    columns = ["case", "state", "rung", "stands_for", "what", "day", "legal", "evidence", "sources"]
    note = (
        "On which rung a step stands, and the order of the rungs, is our reading. No row: nothing was found."
    )
    return Table(frame[columns], "Steps on the ladder of disengagement", note)


def _last_day(until: str | None) -> pd.Timestamp:
    if until is None:
        return pd.Timestamp.max
    date_in_words(until)  # says what a date is when this is none
    if len(until) < len("2023-12-31"):
        raise CstolibError(f"{until!r} is no day: write one as 2023-12-31.")
    return pd.Timestamp(until)


def _dated(evidence: str) -> dict[str, object]:
    """Read day and sources of the row behind a step."""
    table, _, key = evidence.partition(":")
    day = _DAY[table]
    row = load(table)[(package().keys(table) == key).to_numpy()].iloc[0]
    at = row[day]
    return {
        "at": at,
        "day": as_known(f"{at:%Y-%m-%d}", row[f"{day}_precision"]),
        "sources": row["sources"],
    }
