"""Explorers: a few controls above figures that redraw in place.

The figure is an output of the cell, not part of the widget: when the kernel is gone, the last one drawn stays
in the notebook. Pointing at a mark to read its facts needs no kernel at all.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import ipywidgets as w
import pandas as pd

from cstolib.charts import membership_timeline
from cstolib.citations import cite
from cstolib.controls import STYLE, OneOf, Panel, code_line, row
from cstolib.data import facts_as_of, load, missing_reasons
from cstolib.dates import date_in_words
from cstolib.events import RECORD, written
from cstolib.membership import spells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cstolib.figure import Figure


class Explorer(ABC):
    """Controls, the words and the figure that answer to them, and the code that gives the same.

    A subclass makes its controls, hands them to :meth:`arrange`, says what is shown for their present state,
    and calls :meth:`redraw` when they change.
    """

    def __init__(self) -> None:
        # Outputs are found again by this name; it is not stored in the notebook.
        self._name = uuid4().hex
        self._shown = False
        self._code = w.HTML()
        self.panel: Panel

    def arrange(self, title: str, *controls: w.Widget) -> None:
        """Put the controls under each other, and the line of code below them."""
        heading = f"<p><strong>{escape(title)}</strong></p>"
        run = "Run this cell to explore."
        text = f"{title}\n{run} The same in code: {' and '.join(self.code())}"
        html = f"{heading}<p>{run}</p>{code_line(*self.code())}"
        head = w.HTML(STYLE + heading)
        self.panel = Panel(w.VBox([head, *controls, self._code]), text, html)
        self._code.value = code_line(*self.code())

    @abstractmethod
    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""

    @abstractmethod
    def words(self) -> Words:
        """Say what the controls ask for."""

    @abstractmethod
    def figure(self) -> Figure:
        """Draw what the controls ask for."""

    def redraw(self, *, figure: bool) -> None:
        """Show words and code anew, and the figure when it has changed."""
        self._code.value = code_line(*self.code())
        if self._shown:
            self._publish_words(update=True)
        if self._shown and figure:
            self.figure().update(f"{self._name}-figure")

    def _publish_words(self, *, update: bool) -> None:
        from IPython.display import publish_display_data

        publish_display_data(  # type: ignore[no-untyped-call]
            self.words().bundle(), transient={"display_id": f"{self._name}-words"}, update=update
        )

    def _ipython_display_(self) -> None:
        from IPython.display import publish_display_data

        self._shown = True
        publish_display_data(self.panel._repr_mimebundle_())  # type: ignore[no-untyped-call]
        self._publish_words(update=False)
        self.figure().show(f"{self._name}-figure")


@dataclass(frozen=True)
class Words:
    """A heading, named lists, and perhaps a remark, as text and as HTML."""

    heading: str
    lists: tuple[tuple[str, tuple[str, ...]], ...]
    remark: str = ""

    def bundle(self) -> dict[str, str]:
        """Give the output as MIME bundle."""
        lines = [f"{name} ({len(items)}): {', '.join(items) or 'none'}" for name, items in self.lists]
        entries = "".join(
            f"<li><strong>{escape(name)} ({len(items)}):</strong> {escape(', '.join(items) or 'none')}</li>"
            for name, items in self.lists
        )
        remark = f"<p>{escape(self.remark)}</p>" if self.remark else ""
        return {
            "text/html": f"<p><strong>{escape(self.heading)}</strong></p><ul>{entries}</ul>{remark}",
            "text/plain": "\n".join([self.heading, *lines, *([self.remark] if self.remark else [])]),
        }


def explore_membership() -> MembershipExplorer:
    """Explore who was bound by the treaty, and which reference lists wrong members.

    Tick an account of membership and move through the years: the treaty record and that account are compared
    at the end of each year, up to the day on which the account was written. The same in code:
    ``membership_timeline("gibler-2009")`` and ``bound_on("1998-12-31")``.

    Returns
    -------
    MembershipExplorer
        Shows itself: controls, the comparison in words, the figure.

    Examples
    --------
    >>> explorer = explore_membership()
    >>> explorer.year.value = 1998
    >>> explorer.code()
    ('membership_timeline()', 'bound_on("1998-12-31")')
    """
    return MembershipExplorer()


@dataclass(frozen=True)
class Account:
    """Who was bound when, as one source tells it.

    ``spells`` holds state, first day, first day no longer bound (missing: still bound), and whether the
    source says anything about the end; ``written`` is the last day of which it can know (missing: not dated).
    """

    name: str
    written: Any
    spells: tuple[tuple[str, pd.Timestamp, pd.Timestamp, bool], ...]

    def bound(self, day: pd.Timestamp) -> set[str]:
        """Give the states that the account clearly lists for a day."""
        return {
            state
            for state, start, end, told in self.spells
            if start <= day and told and (pd.isna(end) or end > day)
        }

    def unclear(self, day: pd.Timestamp) -> set[str]:
        """Give the states whose start is told and whose end is not."""
        return {state for state, start, _, told in self.spells if start <= day and not told}


class MembershipExplorer(Explorer):
    """The treaty record beside one other account of membership, year by year."""

    def __init__(self) -> None:
        super().__init__()
        self._accounts = _accounts()
        states = load("states")
        self._names = dict(zip(states["iso3"], states["name"], strict=True))
        self._figures: dict[str, Figure] = {}
        self._last_day = facts_as_of("membership")
        years = {"min": 1992, "max": int(self._last_day[:4]), "value": int(self._last_day[:4])}
        self.account = OneOf(
            {id: f"{escape(account.name)} <code>{id}</code>" for id, account in self._accounts.items()},
            lambda: self.redraw(figure=True),
            value=RECORD,
            html=True,
        )
        # The handle of a slider has no name for a screen reader; the number box beside it has.
        self.year = w.IntSlider(**years, readout=False, layout=w.Layout(width="24em"))
        self.number = w.BoundedIntText(
            **years, description="At the end of the year", style={"description_width": "initial"}
        )
        w.link((self.year, "value"), (self.number, "value"))
        self.year.observe(lambda _: self.redraw(figure=False), "value")
        choices = w.HBox(tuple(self.account.boxes.values()))
        choices.add_class("cstolib-choices")
        self.arrange(
            "Who was bound, and which reference lists wrong members?",
            w.HTML("<p>By whose account?</p>"),
            choices,
            row(self.number, self.year),
        )

    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""
        source = "" if self._chosen() == RECORD else f'"{self._chosen()}"'
        return f"membership_timeline({source})", f'bound_on("{self._day()}")'

    def words(self) -> Words:
        """Compare the treaty record and the chosen account at the end of the chosen year."""
        day = pd.Timestamp(self._day())
        account = self._accounts[self._chosen()]
        bound = self._accounts[RECORD].bound(day)
        heading = f"On {date_in_words(self._day())}"
        lists = [("Bound by the treaty", self._in_words(bound))]
        if account.written < day:
            until = date_in_words(f"{account.written:%Y-%m-%d}")
            remark = f"{account.name} was written by {until}: it says nothing about this day."
            return Words(heading, tuple(lists), remark)
        if self._chosen() != RECORD:
            listed, unclear = account.bound(day), account.unclear(day)
            lists += [
                (f"Listed by {account.name} but not bound", self._in_words(listed - bound)),
                (f"Bound but not listed by {account.name}", self._in_words(bound - listed - unclear)),
            ]
            if unclear:
                until = f"Listed by {account.name}, which does not say until when"
                lists.append((until, self._in_words(unclear)))
        return Words(heading, tuple(lists))

    def figure(self) -> Figure:
        """Draw the chosen account; each is computed once."""
        chosen = self._chosen()
        if chosen not in self._figures:
            self._figures[chosen] = membership_timeline(chosen)
        return self._figures[chosen]

    def _chosen(self) -> str:
        return self.account.value or RECORD  # never without: one box stays ticked

    def _day(self) -> str:
        return min(f"{self.year.value}-12-31", self._last_day)

    def _in_words(self, states: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(self._names[iso3] for iso3 in states))


def _accounts() -> dict[str, Account]:
    """Read the treaty record and every other account of membership."""
    table = load("membership_by_source")
    told = missing_reasons("membership_by_source")["end"] != "unknown"
    record = spells()
    rows = {RECORD: Account("The treaty record", pd.NaT, _spells(record, [True] * len(record)))}
    for source, own in table[table["source_id"] != RECORD].groupby("source_id"):
        id = str(source)
        rows[id] = Account(_name(id), written(id), _spells(own, told[own.index]))
    return rows


def _name(source: str) -> str:
    """Name a source by its author or outlet and its year.

    Examples
    --------
    >>> _name("gibler-2009")
    'Gibler, 2009'
    """
    return re.sub(r" \((\d{4})[-\d]*\)$", r", \1", cite(source).short())


def _spells(
    table: pd.DataFrame, told: Iterable[bool]
) -> tuple[tuple[str, pd.Timestamp, pd.Timestamp, bool], ...]:
    return tuple(zip(table["iso3"], table["start"], table["end"], told, strict=True))
