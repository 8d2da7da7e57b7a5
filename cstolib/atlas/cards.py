"""Every crisis on one card of the same design: the same headings, also where there is nothing to tell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from cstolib.atlas.cells import MISSING, ROWS, day_of, state_names, told
from cstolib.atlas.hours import AHEAD
from cstolib.atlas.layout import compact
from cstolib.atlas.overview import DONE, KINDS, crisis_overview, lesson_of
from cstolib.atlas.parts import Part, card_parts, crisis_rows
from cstolib.atlas.plain import plain
from cstolib.citations import References, cite
from cstolib.data import facts_as_of
from cstolib.dates import date_in_words
from cstolib.errors import known
from cstolib.html import OWN_KEYS, html_table
from cstolib.membership import bound_on

if TYPE_CHECKING:
    from collections.abc import Mapping

LEVELS = {"1": "none", "2": "threat", "3": "display of force", "4": "use of force", "5": "war"}
OPEN = ("Requests", "Responses")  # not folded away in a notebook
OPEN_END = "; end open or not settled"
SIGNED = "1992-05-15"  # before the treaty was signed nobody can be asked who was bound


@dataclass(frozen=True, eq=False)
class CrisisCard:
    """One crisis under the headings that every card has."""

    crisis_id: str
    heading: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    references: References

    def part(self, title: str) -> Part:
        """Give one heading of the card.

        Examples
        --------
        >>> crisis_card("georgia-2008").part("Requests").empty
        'No request is recorded: none was found, which does not prove that none was made.'
        """
        titles = {part.title: part for part in self.parts}
        return titles[known("heading", title, titles)]

    def text(self) -> str:
        """Write the card as plain text."""
        lines = [self.heading, self.summary, *(f"{name}: {value}" for name, value in self.facts)]
        for part in self.parts:
            rows = [
                "; ".join(f"{name}: {value}" for name, value in row.items() if value)
                for row in part.shown().to_dict("records")
            ]
            lines += ["", part.title, *(rows or [part.empty]), *([part.remark] if part.remark else [])]
        return "\n".join([*lines, "", f"Sources ({len(self.references)})", self.references.short()])

    def html(self) -> str:
        """Write the card for a notebook: what happened, then one table per heading."""
        told = "".join(
            f'<p style="margin:.2em 0"><strong>{escape(name)}:</strong> {self._linked(name, value)}</p>'
            for name, value in self.facts
        )
        listed = f"<details><summary {OWN_KEYS}>Sources ({len(self.references)})</summary>"
        return (
            f"<p><strong>{escape(self.heading)}</strong></p><p>{escape(self.summary)}</p>{told}"
            f"{''.join(map(_folded, self.parts))}{listed}{self.references._repr_html_()}</details>"
        )

    def _linked(self, name: str, value: str) -> str:
        lesson = lesson_of(self.crisis_id)
        if name != "Lesson" or lesson is None:
            return escape(value)
        return f'<a href="{escape(lesson[0])}">{escape(value)}</a>'

    def bundle(self) -> dict[str, str]:
        """Give the card as MIME bundle."""
        return {"text/html": self.html(), "text/plain": self.text()}

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.bundle()


def _folded(part: Part) -> str:
    """Write one heading: its table, folded away unless it is the heart of the card, or why there is none."""
    if part.rows.empty:
        return f"<p><strong>{escape(part.title)}:</strong> {escape(part.empty)} {escape(part.remark)}</p>"
    table = html_table(compact(part), part.title, part.remark, limit=len(part.rows))
    unfolded = " open" if part.title in OPEN else ""
    return (
        f"<details{unfolded}><summary {OWN_KEYS}><strong>{escape(part.title)}</strong> ({len(part.rows)})"
        f"</summary>{table}</details>"
    )


def crisis_card(crisis_id: str) -> CrisisCard:
    """Put one crisis on a card.

    Parameters
    ----------
    crisis_id : str
        A crisis of the table `crises`, such as ``"tavush-2020"``.

    Returns
    -------
    CrisisCard
        Shows itself: what happened, steps, requests with the article named, responses, attribution, positions
        said and done, contributions, casualties with their counters, disagreements, sources.

    Examples
    --------
    >>> card = crisis_card("kursk-2024")
    >>> card.heading
    'Kursk 2024'
    >>> crisis_card("kursk")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no crisis 'kursk'. Did you mean 'kursk-2024'? Allowed: ...
    """
    return _card(known("crisis", crisis_id, AHEAD))


@lru_cache(maxsize=32)
def _card(crisis_id: str) -> CrisisCard:
    crisis = crisis_rows("crises", crisis_id)[0]
    tables = ("timeline", "requests", "responses", "positions", "contributions", "casualties")
    cells = [row["sources"] for name in ("crises", *tables) for row in crisis_rows(name, crisis_id)]
    return CrisisCard(
        crisis_id,
        crisis["name"],
        plain(crisis["summary"]),
        tuple(_facts(crisis)),
        card_parts(crisis_id),
        cite(";".join(cells).split(";")),
    )


def _facts(crisis: Mapping[str, str]) -> list[tuple[str, str]]:
    """Say at a glance what kind of crisis it was, who asked, and what was done."""
    names, rows = state_names(), crisis_overview()
    glance = rows[rows["crisis_id"] == crisis["crisis_id"]].to_dict("records")[0]
    start = day_of(crisis, "start")
    end = OPEN_END if crisis["end"] in MISSING else f" to {day_of(crisis, 'end')}"
    bound = sorted(names[iso3] for iso3 in bound_on(max(crisis["start"], SIGNED))["iso3"])
    level = crisis["mid_level"]
    return [
        ("When", start if end == f" to {start}" else start + end),
        ("Kind", KINDS[crisis["type"]]),
        ("Parties", ", ".join(names.get(name, name) for name in crisis["parties"].split(";"))),
        ("Bound by the treaty on the first day", ", ".join(bound) or "nobody, it was not yet in force"),
        ("On the territory of a bound state", told(crisis["on_member_territory"])),
        (
            "Hostility between states, our code",
            f"{level} of 5, {LEVELS[level]}" if level in LEVELS else told(level),
        ),
        ("Asked", glance["asked"]),
        ("Strongest act of the CSTO or under the treaty", DONE[glance["csto"]]),
        ("Strongest act of anybody", DONE[glance["anybody"]]),
        ("Did a body of the CSTO name an adversary", glance["adversary"]),
        ("First act of such a body after hour zero", within(glance["hours_from"], glance["hours_to"])),
        ("Lesson", glance["lesson"] or "none of its own"),
        *([("To know", plain(crisis["note"]))] if crisis["note"] not in MISSING else []),
    ]


def within(low: float, high: float) -> str:
    """Write the hours between which something lies, and the days where they are many.

    Examples
    --------
    >>> within(0.0, 24.0), within(1944.0, 1968.0), within(float("nan"), float("nan"))
    ('0 to 24 hours', '1,944 to 1,968 hours (day 82)', 'none recorded')
    """
    if low != low:  # not a number
        return "none recorded"
    first, last = int(low // 24) + 1, max(int(-(-high // 24)), 1)
    days = "" if high <= 96 else f" (day {first})" if first == last else f" (days {first} to {last})"
    return f"{low:,.0f} to {high:,.0f} hours{days}"


def facts_day() -> str:
    """Give the day on which the facts of the atlas were last checked, in words."""
    return date_in_words(max(facts_as_of(table) for table in ROWS))
