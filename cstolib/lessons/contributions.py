"""What each state sent to Kazakhstan in January 2022, beside what each could send.

No source gives a number for every state: Russia's is what is left of a total once the others are taken off,
and it is no better than that total and the number for Belarus.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.citations import source_ids
from cstolib.controls import OneOf, row
from cstolib.data import facts_as_of, load, package
from cstolib.errors import CstolibError
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.sheet import Sheet
from cstolib.lessons.soldiers import ALL, CRISIS, published_counts

if TYPE_CHECKING:
    from collections.abc import Mapping

# The office's own number for each sender that has one.
OFFICIAL = {"ARM": f"{CRISIS}-arm-100", "KGZ": f"{CRISIS}-kgz-150", "TJK": f"{CRISIS}-tjk-200"}
BELARUS = (0, 500)  # a company, number not found; the one number printed is 500
PRESIDENT = 2030
FORCES_YEAR, GDP_YEAR = 2020, 2021
MEASURES = ("Force sent", f"Armed forces {FORCES_YEAR}", f"Economy (GDP) {GDP_YEAR}")
NAMES, COLUMN, FULL, STEP, WIDTH = 108, 200, 118, 40, 800  # pixels


def shares_sent(total: int = PRESIDENT, belarus: tuple[int, int] = BELARUS) -> pd.DataFrame:
    """Compute each sender's part of the force, and of what the five senders have.

    Parameters
    ----------
    total : int, optional
        All soldiers together; by default the number that the president of Kazakhstan gave.
    belarus : pair of int, optional
        The least and the most that Belarus can have sent.

    Returns
    -------
    pandas.DataFrame
        One row per sender: `soldiers_low` and `soldiers_high` (for Russia what is left of the total),
        `force_low` and `force_high` in per cent, `armed_forces` and `gdp` in per cent of the five senders,
        `per_thousand_low` and `per_thousand_high`: sent for each thousand of its own armed forces.

    Examples
    --------
    >>> shares_sent(belarus=(500, 500)).query("iso3 == 'RUS'")["force_low"].to_list()
    [53.2]
    >>> shares_sent(total=900)
    Traceback (most recent call last):
    cstolib.errors.CstolibError: A total of 900 leaves nothing for Russia: the others sent up to 950.
    """
    low, high = belarus
    if not 0 <= low <= high:
        raise CstolibError(f"Belarus sent from {low} to {high}: give the smaller number first, not below 0.")
    counts = load("contributions").set_index("contribution_id")["troops_high"]
    sent = {iso3: (int(counts[key]), int(counts[key])) for iso3, key in OFFICIAL.items()}
    sent["BLR"] = (low, high)
    others = [sum(pair[place] for pair in sent.values()) for place in (0, 1)]
    if total <= others[1]:
        raise CstolibError(
            f"A total of {total:,} leaves nothing for Russia: the others sent up to {others[1]:,}."
        )
    sent["RUS"] = (total - others[1], total - others[0])
    means = pd.DataFrame(load("capabilities")).set_index(["year", "iso3"])
    senders = sorted(sent)
    forces = means.loc[FORCES_YEAR].loc[senders, "armed_forces"].astype(float)
    gdp = means.loc[GDP_YEAR].loc[senders, "gdp_musd2015"].astype(float)
    table = pd.DataFrame([sent[iso3] for iso3 in senders], columns=["soldiers_low", "soldiers_high"])
    names = load("states").set_index("iso3")["name"]
    table.insert(0, "iso3", senders)
    table.insert(1, "state", [names[iso3] for iso3 in senders])
    for end in ("low", "high"):
        table[f"force_{end}"] = (100 * table[f"soldiers_{end}"] / total).round(1)
    table["armed_forces"] = (100 * forces / forces.sum()).round(1).to_list()
    table["gdp"] = (100 * gdp / gdp.sum()).round(1).to_list()
    for end in ("low", "high"):
        table[f"per_thousand_{end}"] = (1000 * table[f"soldiers_{end}"] / forces.to_numpy()).round(1)
    return table


def sent_beside_means(total: int = PRESIDENT, belarus: tuple[int, int] = BELARUS) -> Figure:
    """Draw each sender's part of the force beside its part of armed forces and economy.

    Parameters
    ----------
    total : int, optional
        All soldiers together.
    belarus : pair of int, optional
        The least and the most that Belarus can have sent.

    Returns
    -------
    Figure
        Three columns of bars, in per cent of the five senders, and soldiers per thousand of armed forces.

    Examples
    --------
    >>> int(sent_beside_means(2500).table["soldiers_high"].max())
    2050
    """
    table = shares_sent(total, belarus)
    counted = list(published_counts()["sources"])
    means = tuple(package().resource("capabilities")["sourceIds"])
    says = [
        f"{line['state']}: {_range(line, 'soldiers', '{:,}')} soldiers, "
        f"{_range(line, 'force')} per cent of the force, {line['armed_forces']:g} per cent of the armed "
        f"forces, {line['gdp']:g} per cent of the economies; {_range(line, 'per_thousand')} sent for each "
        "thousand of its armed forces"
        for line in table.to_dict("records")
    ]
    least, most = belarus
    between = f"{least:,}" if least == most else f"between {least:,} and {most:,}"
    return Figure(
        chart=_shares_chart(table),
        title="What each of the five sent, and what each had",
        subtitle=f"Per cent of the five senders together, if {total:,} came in all and Belarus sent "
        f"{between}. Dark: at least; light: at most.",
        sources=(*source_ids(counted), *means),
        as_of=facts_as_of("contributions"),
        note="Russia's part is what is left of the total, not a count. Armed forces are those of "
        f"{FORCES_YEAR}, the last year of the open data, paramilitary ones included; economies those of "
        f"{GDP_YEAR} in dollars of 2015. Population is not in the open data. The airlift and the command, "
        "which were Russian, are not counted.",
        table=table.drop(columns="iso3"),
        alt=f"Bars for five senders in three columns, and a number. {'. '.join(says)}.",
    )


def _range(line: Mapping[Any, Any], name: str, form: str = "{:g}") -> str:
    """Write a range, or one number where both ends are the same."""
    low, high = form.format(line[f"{name}_low"]), form.format(line[f"{name}_high"])
    return low if low == high else f"{low} to {high}"


def _shares_chart(table: pd.DataFrame) -> Any:
    sheet = Sheet(WIDTH, 46 + STEP * len(table))
    heads = [(NAMES + COLUMN * place, 8, text) for place, text in enumerate(MEASURES)]
    last = NAMES + COLUMN * len(MEASURES)
    sheet.words([*heads, (last, 15, "Sent per 1,000\nof its forces")], fontWeight=600)
    sheet.words([(x, 24, "per cent") for x, _, _ in heads], color=theme.MUTED, fontSize=11)
    for place, line in enumerate(table.to_dict("records")):
        y = 44.0 + STEP * place
        colour = theme.look(line["iso3"]).colour
        sheet.words([(0, y + 10, line["state"])], fontWeight=600)
        sheet.words([(last, y + 10, _range(line, "per_thousand"))])
        ends = (
            (line["force_low"], line["force_high"]),
            (line["armed_forces"],) * 2,
            (line["gdp"],) * 2,
        )
        for column, (low, high) in enumerate(ends):
            x = NAMES + COLUMN * column
            told = f"{low:g}" if low == high else f"{low:g} to {high:g}"
            says = f"{line['state']}, {MEASURES[column]}: {told} per cent"
            bar = {"x": x, "y": y, "y2": y + 20, "says": says, "state": line["state"], "told": told}
            tell = {"state": "State", "told": "Per cent"}
            for end, opacity in ((high, 0.35), (low, 1.0)):
                if end and (opacity == 1.0 or high != low):
                    frame = pd.DataFrame([{**bar, "x2": x + FULL * end / 100}])
                    sheet.marks(frame, tell, box=True, fill=colour, fillOpacity=opacity, stroke=colour)
            sheet.words([(x + FULL * high / 100 + 6, y + 10, told)], fontSize=11)
    return sheet.chart()


def explore_contributions() -> ContributionsExplorer:
    """Explore what a total and a number for Belarus leave for Russia.

    The same in code: ``sent_beside_means(2030, belarus=(0, 500))``.

    Returns
    -------
    ContributionsExplorer
        Shows itself: the published totals, two numbers for Belarus, the rest in words, the figure.

    Examples
    --------
    >>> explorer = explore_contributions()
    >>> explorer.most.value = 150
    >>> explorer.code()
    ('sent_beside_means(2030, belarus=(0, 150))',)
    """
    return ContributionsExplorer()


class ContributionsExplorer(Explorer):
    """Shares of the force under one total and a range for Belarus."""

    def __init__(self) -> None:
        super().__init__()
        counts = published_counts()
        totals = counts[counts["state"] == ALL].sort_values("soldiers")
        texts = {
            str(line["soldiers"]): f"{line['soldiers']:,}: {line['counter']}"
            for line in totals.to_dict("records")
        }
        self.total = OneOf(texts, lambda: self.redraw(figure=True), str(PRESIDENT))
        limits = {"min": BELARUS[0], "max": BELARUS[1], "style": {"description_width": "initial"}}
        self.least = w.BoundedIntText(value=BELARUS[0], description="Belarus sent at least", **limits)
        self.most = w.BoundedIntText(value=BELARUS[1], description="and at most", **limits)
        for box in (self.least, self.most):
            box.observe(lambda _: self.redraw(figure=True), "value")
        choices = w.HBox(tuple(self.total.boxes.values()))
        choices.add_class("cstolib-choices")
        ask = w.HTML("<p>How many were they all together?</p>")
        self.arrange("What is left for Russia?", ask, choices, row(self.least, self.most))

    def _chosen(self) -> tuple[int, tuple[int, int]]:
        """Give the total and the range, in order even while a learner is typing."""
        low, high = sorted((self.least.value, self.most.value))
        return int(self.total.value or PRESIDENT), (low, high)

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        total, (low, high) = self._chosen()
        return (f"sent_beside_means({total}, belarus=({low}, {high}))",)

    def words(self) -> Words:
        """Say what is left for Russia, and how much each sent for its size."""
        total, belarus = self._chosen()
        table = shares_sent(total, belarus)
        russia = table[table["iso3"] == "RUS"].to_dict("records")[0]
        effort = ", ".join(
            f"{line['state']} {_range(line, 'per_thousand')}" for line in table.to_dict("records")
        )
        heading = f"Of {total:,} soldiers {_range(russia, 'soldiers', '{:,}')} are left for Russia"
        remark = (
            f"That is {_range(russia, 'force')} per cent of the force; Russia has {russia['armed_forces']:g} "
            f"per cent of the five armed forces. Sent for each thousand of its own armed forces: {effort}."
        )
        return Words(heading, (), remark)

    def figure(self) -> Figure:
        """Draw the shares."""
        return sent_beside_means(*self._chosen())
