"""Which explanation fits which turn of Uzbekistan: our reading, with the rows that it rests on.

No source settles why a government turned. The readings are there to be argued with.
"""

from __future__ import annotations

from typing import NamedTuple

from cstolib.data import package

FITS, OPEN, AGAINST = VERDICTS = ("fits", "open", "does not fit")

EXPLANATIONS = {
    "shared-danger": "Shared danger",
    "protective-integration": "Protecting rulers",
    "asymmetric-alliance": "Security for autonomy",
    "exit-voice-loyalty": "An easy way out",
    "ideology": "Ideology",
}
# The step by which each turn is known, and its name.
TURNS = {
    "uzb-1992-signed": "In",
    "uzb-1999-left": "Out",
    "uzb-2006-return-announced": "In again",
    "uzb-2012-suspended": "Out again",
}


class Reading(NamedTuple):
    """How well one explanation fits one turn, why, and the rows that say so (table:key)."""

    explanation: str
    turn: str
    verdict: str
    why: str
    evidence: str


_FIRST, _SECOND, _THIRD, _FOURTH = TURNS
_STATED, _NOTE = "membership:uzb-1999-not-renewed-stated", "membership:uzb-2012-suspension-requested"
_RULER = "offices:president-uzb-karimov"
READINGS = tuple(
    Reading(*row)
    for row in (
        (
            "shared-danger",
            _FIRST,
            FITS,
            "War begins in Tajikistan in the same month.",
            "crises:tajik-civil-war",
        ),
        (
            "shared-danger",
            _SECOND,
            AGAINST,
            "Armed groups come that summer; in 2000 it asks Russia for equipment, and stays out.",
            "crises:batken-1999 timeline:batken-2000-uzb-request",
        ),
        (
            "shared-danger",
            _THIRD,
            FITS,
            "Tashkent calls Andijan an attempt by armed extremists to take power.",
            "crises:andijan-2005",
        ),
        ("shared-danger", _FOURTH, OPEN, "No source we have names a danger that had passed.", _NOTE),
        (
            "protective-integration",
            _FIRST,
            OPEN,
            "Nothing we read tells of a threat from inside.",
            "membership:uzb-1992-signed",
        ),
        (
            "protective-integration",
            _SECOND,
            OPEN,
            "The minister names Russian troops and integration, nothing at home.",
            _STATED,
        ),
        (
            "protective-integration",
            _THIRD,
            FITS,
            "A year after Andijan, which the Secretary General had called terrorism.",
            "responses:andijan-2005-csto-2005-06-23",
        ),
        (
            "protective-integration",
            _FOURTH,
            AGAINST,
            "It leaves as stability enters the text. Unless April 2010 showed that it saves nobody.",
            "provisions:cst-1992|2010|2(2) responses:kyrgyzstan-april-2010-secgen-2010-05-14",
        ),
        (
            "asymmetric-alliance",
            _FIRST,
            OPEN,
            "What it gave up for the promise is not on record.",
            "membership:uzb-1992-signed",
        ),
        (
            "asymmetric-alliance",
            _SECOND,
            FITS,
            "The minister names closer integration and Russian troops in Tajikistan.",
            _STATED,
        ),
        (
            "asymmetric-alliance",
            _THIRD,
            OPEN,
            "After Andijan the price may have seemed worth paying; no source says so.",
            "crises:andijan-2005",
        ),
        (
            "asymmetric-alliance",
            _FOURTH,
            FITS,
            "It had not signed the agreements on common forces of 2009 and 2010.",
            "instruments:ksor-agreement-2009 instruments:forces-means-agreement-2010",
        ),
        (
            "exit-voice-loyalty",
            _FIRST,
            OPEN,
            "It speaks of leaving, not of joining.",
            "membership:uzb-1992-signed",
        ),
        (
            "exit-voice-loyalty",
            _SECOND,
            FITS,
            "The term ran out: not signing was enough.",
            "membership:uzb-1999-not-renewed-expired",
        ),
        (
            "exit-voice-loyalty",
            _THIRD,
            FITS,
            "Nothing had been denounced, says its president: the way back stood open.",
            "membership:uzb-2006-return-announced",
        ),
        (
            "exit-voice-loyalty",
            _FOURTH,
            FITS,
            "It asks for suspension, the mildest way out, and gets it within the year.",
            f"{_NOTE} membership:uzb-2012-suspended",
        ),
        (
            "ideology",
            _FIRST,
            OPEN,
            "Nobody is on record with ideas as the reason.",
            "membership:uzb-1992-signed",
        ),
        ("ideology", _SECOND, AGAINST, "The same president as in 1992: no change, yet a turn.", _RULER),
        ("ideology", _THIRD, AGAINST, "The same president as in 1999.", _RULER),
        ("ideology", _FOURTH, AGAINST, "The same president as in 2006.", _RULER),
    )
)


def evidence_sources(reading: Reading) -> str:
    """Give the `sources` of the rows that a reading rests on.

    Examples
    --------
    >>> evidence_sources(READINGS[3])
    'tass-2012-06-28;rbc-2012-06-28'
    """
    cells = []
    for item in reading.evidence.split():
        table, _, key = item.partition(":")
        row = package().raw(table)[package().keys(table) == key]
        cells.append(str(row["sources"].iloc[0]))
    return ";".join(cells)
