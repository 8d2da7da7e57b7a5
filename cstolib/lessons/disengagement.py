"""The ladder of disengagement: how far members stepped back from the alliance, and on which days."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of
from cstolib.dates import date_in_words
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.rungs import CASES, LEGAL, RUNGS, ladder_steps
from cstolib.lessons.sheet import LINE, Sheet
from cstolib.membership import bound_on

if TYPE_CHECKING:
    from cstolib.data import Table

__all__ = ["disengagement_ladder", "explore_ladder", "ladder_steps"]

WIDTH, NAMES, HEAD, GAP = 800, 150, 56, 10  # pixels
LETTER, MARK = 5.4, 14  # pixels
WIDE = {"armenia": 2.0}  # most of the steps are its own
NOTHING = "nothing found"
FIRST_YEAR = 1999


def disengagement_ladder(*cases: str, until: str | None = None) -> Figure:
    """Draw how far members stepped back, rung by rung, with the day of each step.

    Parameters
    ----------
    *cases : str
        As for :func:`ladder_steps`; without one, all five.
    until : str, optional
        The last day that counts, such as ``"2023-12-31"``.

    Returns
    -------
    Figure
        A column for each case, a row for each rung, the highest above.

    Examples
    --------
    >>> figure = disengagement_ladder("armenia", "georgia-1999")
    >>> figure.table["case"].value_counts().to_dict()
    {'armenia': 18, 'georgia-1999': 4}
    >>> disengagement_ladder("armenia", until="1999-12-31").alt.split(". ")[1]
    'Armenia since 2022, still bound on 31 December 1999: nothing found.'
    """
    table = ladder_steps(*cases, until=until)
    chosen = list(dict.fromkeys(cases)) or list(CASES)
    day = until or facts_as_of("membership")
    told = [f"{CASES[case].name}, {_standing(table, case, day)}: {_spoken(table, case)}." for case in chosen]
    return Figure(
        chart=_chart(table, chosen, day),
        title="The ladder of disengagement",
        subtitle="Steps away from the alliance by kind, from complaint at the foot to legal effect above "
        "the line. Days as far as they are known.",
        sources=source_ids(table["sources"]) or ("treaty-record",),
        as_of=day,
        note="On which rung a step stands, and the order of the rungs, is our reading. In 1999 a member "
        "could go by not signing the prolongation, so that step stands among the legal ones. Much less was "
        "read about 1999 than about the years since 2022: an empty box means that nothing was found. "
        "Armenia counts as bound because no notice was found: the latest dated words on its membership are "
        "of February 2026, the last event of June 2026.",
        table=_nothing(chosen) if table.empty else table,
        alt=f"Ladder of eight rungs. {' '.join(told)}",
    )


def _standing(table: Table, case: str, day: str) -> str:
    """Say until when the state of a case was bound, or whether it is on a day."""
    left = table.loc[(table["case"] == case) & (table["rung"] == len(RUNGS)), "day"]
    if len(left):
        last = pd.Timestamp(left.iloc[0]) - pd.Timedelta(days=1)
        return f"bound until {date_in_words(f'{last:%Y-%m-%d}')}"
    bound = CASES[case].iso3 in set(bound_on(day)["iso3"])
    return f"{'still' if bound else 'not'} bound on {date_in_words(day)}"


def _nothing(chosen: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"state": [CASES[case].name for case in chosen], "what": NOTHING})


def _spoken(table: Table, case: str) -> str:
    """Say the steps of a case from the lowest rung to the highest."""
    own = table[table["case"] == case]
    told = []
    for rung, some in own.groupby("rung"):
        name = some["stands_for"].iloc[0].lower()
        steps = [f"{what}, {date_in_words(day)}" for what, day in zip(some["what"], some["day"], strict=True)]
        told.append(f"rung {rung}, {name} ({'; '.join(steps)})")
    empty = [str(rung) for rung in range(1, len(RUNGS) + 1) if rung not in set(own["rung"])]
    if not told:
        return NOTHING
    return ", ".join(told) + (f"; {NOTHING} on rung {', '.join(empty)}" if empty else "")


def _columns(chosen: list[str]) -> dict[str, tuple[float, float]]:
    """Give each case its left edge and its width."""
    shares = {case: WIDE.get(case, 1.0) for case in chosen}
    one = (WIDTH - NAMES) / sum(shares.values())
    left, columns = float(NAMES), {}
    for case, share in shares.items():
        columns[case] = (left, one * share)
        left += one * share
    return columns


def _short(day: str) -> str:
    """Write a day briefly.

    Examples
    --------
    >>> _short("2023-09-01"), _short("2023-09"), _short("2026")
    ('1 Sep 2023', 'Sep 2023', '2026')
    """
    words = date_in_words(day).split()
    return " ".join(word if word.isdigit() else word[:3] for word in words)


def _boxes(table: Table, columns: dict[str, tuple[float, float]]) -> dict[tuple[str, int], list[str]]:
    """Write the steps of each box, broken to the width of its column."""
    boxes: dict[tuple[str, int], list[str]] = {}
    for step in table.to_dict("records"):
        letters = int((columns[step["case"]][1] - MARK - 8) / LETTER)
        text = fill(f"{_short(step['day'])}: {step['what']}", letters)
        boxes.setdefault((step["case"], step["rung"]), []).append(text)
    return boxes


def _chart(table: Table, chosen: list[str], day: str) -> Any:
    columns = _columns(chosen)
    boxes = _boxes(table, columns)
    names = {rung: fill(f"{rung} {name}", 22) for rung, name in enumerate(RUNGS.values(), 1)}
    heights = {
        rung: LINE
        * max(
            names[rung].count("\n") + 1,
            *(sum(text.count("\n") + 1 for text in boxes.get((case, rung), [])) for case in chosen),
        )
        + 2 * GAP
        for rung in names
    }
    tops, top = {}, float(HEAD)
    for rung in sorted(names, reverse=True):  # the highest rung stands above
        tops[rung] = top
        top += heights[rung]
    sheet = Sheet(WIDTH, top)
    legal = tops[len(RUNGS) - len(LEGAL)]
    sheet.lines([(0, y, WIDTH, y) for y in tops.values() if y != legal], theme.PALE)
    sheet.lines([(x - 6, 0, x - 6, top) for x, _ in columns.values()], theme.PALE)
    sheet.lines([(0, legal, WIDTH, legal), (0, legal + 1, WIDTH, legal + 1)], theme.INK)
    _heads(sheet, table, columns, day)
    sheet.words([(0.0, _middle(tops[rung], name), name) for rung, name in names.items()], fontSize=12)
    for case, (left, _) in columns.items():
        _steps(sheet, table[table["case"] == case], boxes, tops, left)
        empty = [rung for rung in names if (case, rung) not in boxes]
        sheet.words(
            [(left + MARK, tops[rung] + GAP + LINE / 2, NOTHING) for rung in empty],
            fontSize=11,
            color=theme.MUTED,
        )
    return sheet.chart()


def _middle(top: float, text: str) -> float:
    return top + GAP + LINE * (text.count("\n") + 1) / 2


def _heads(sheet: Sheet, table: Table, columns: dict[str, tuple[float, float]], day: str) -> None:
    for case, (left, width) in columns.items():
        standing = fill(_standing(table, case, day), int(width / LETTER) - 2)
        sheet.words([(left, 10, CASES[case].name)], fontWeight=600)
        sheet.words([(left, 24 + _middle(0, standing) - GAP, standing)], fontSize=11, color=theme.MUTED)


def _steps(
    sheet: Sheet,
    own: pd.DataFrame,
    boxes: dict[tuple[str, int], list[str]],
    tops: dict[int, float],
    left: float,
) -> None:
    """Draw the steps of one case, each with its mark, under each other."""
    if own.empty:
        return
    look = theme.look(CASES[own["case"].iloc[0]].iso3)
    rows, words = [], []
    below: dict[int, float] = {}
    seen: dict[int, int] = {}
    for step in own.to_dict("records"):
        rung = step["rung"]
        text = boxes[step["case"], rung][seen.get(rung, 0)]
        seen[rung] = seen.get(rung, 0) + 1
        y = below.get(rung, tops[rung] + GAP)
        lines = text.count("\n") + 1
        below[rung] = y + LINE * lines
        words.append((left + MARK, y + LINE * lines / 2, text))
        told = f"{step['state']}: {step['what']}, {date_in_words(step['day'])}"
        rows.append({**step, "x": left + 4, "y": y + LINE / 2, "says": told})
    marks = pd.DataFrame(rows)
    marks["when"] = [date_in_words(day) for day in marks["day"]]
    marks["source"] = [cite(marks.iloc[[place]]).short() for place in range(len(marks))]
    tell = {"what": "What", "when": "When", "stands_for": "Rung", "source": "Source"}
    sheet.marks(marks, tell, shape=look.shape, size=55, color=look.colour, filled=True)
    sheet.words(words, fontSize=11)


def explore_ladder() -> LadderExplorer:
    """Choose cases and a year, and see how far each had stepped back by its end.

    The same in code: ``disengagement_ladder("armenia", "uzbekistan-2012", until="2023-12-31")``.

    Returns
    -------
    LadderExplorer
        Shows itself: boxes for the cases, a year, the count in words, the figure.

    Examples
    --------
    >>> explorer = explore_ladder()
    >>> explorer.year.value = 2023
    >>> explorer.code()
    ('disengagement_ladder("armenia", "uzbekistan-2012", until="2023-12-31")',)
    """
    return LadderExplorer()


class LadderExplorer(Explorer):
    """The ladder for the cases that are ticked, up to the end of a year."""

    def __init__(self) -> None:
        super().__init__()
        self._last = facts_as_of("membership")
        self.boxes = {
            case: w.Checkbox(
                value=case in ("armenia", "uzbekistan-2012"), description=CASES[case].name, indent=False
            )
            for case in CASES
        }
        last = int(self._last[:4])
        self.year = w.BoundedIntText(
            value=last,
            min=FIRST_YEAR,
            max=last,
            description="Steps up to the end of",
            style={"description_width": "initial"},
        )
        for control in (*self.boxes.values(), self.year):
            control.observe(lambda _: self.redraw(figure=True), "value")
        choices = w.HBox(tuple(self.boxes.values()))
        choices.add_class("cstolib-choices")
        self.arrange("How far had each stepped back?", w.HTML("<p>Whose steps?</p>"), choices, self.year)

    def _chosen(self) -> list[str]:
        """Give the ticked cases; without one, the figure shows all."""
        return [case for case, box in self.boxes.items() if box.value] or list(CASES)

    def _day(self) -> str:
        return min(f"{self.year.value}-12-31", self._last)

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        names = ", ".join(f'"{case}"' for case in self._chosen())
        return (f'disengagement_ladder({names}, until="{self._day()}")',)

    def words(self) -> Words:
        """List the rungs with a step, for each chosen case."""
        steps = ladder_steps(*self._chosen(), until=self._day())
        lists = []
        for case in self._chosen():
            own = steps[steps["case"] == case].drop_duplicates("rung")
            rungs = tuple(
                f"{rung} {name.lower()}" for rung, name in zip(own["rung"], own["stands_for"], strict=True)
            )
            lists.append((f"{CASES[case].name}, {_standing(steps, case, self._day())}; rungs", rungs))
        return Words(f"By {date_in_words(self._day())}", tuple(lists))

    def figure(self) -> Figure:
        """Draw the ladder for the chosen cases and year."""
        return disengagement_ladder(*self._chosen(), until=self._day())
