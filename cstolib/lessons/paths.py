"""In, out, in and out again: Uzbekistan's path beside events, and what explanations make of its turns."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import ipywidgets as w
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.dates import as_known, date_in_words
from cstolib.errors import known
from cstolib.events import KINDS, record, steps
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.lessons.sheet import LINE, Sheet
from cstolib.lessons.turns import (
    AGAINST,
    EXPLANATIONS,
    FITS,
    OPEN,
    READINGS,
    TURNS,
    VERDICTS,
    evidence_sources,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

SHAPES = {FITS: ("circle", theme.INK), OPEN: ("diamond", theme.PAPER), AGAINST: ("cross", theme.PALE)}
NEAR = (
    "tajik-civil-war batken-1999 batken-2000 andijan-2005 georgia-2008 kyrgyzstan-april-2010 osh-2010".split()
)
AGREEMENTS = {
    "ksor-agreement-2009": "rapid reaction forces: not signed",
    "forces-means-agreement-2010": "forces and means: not signed",
    "crisis-response-rules-2010": "crisis response rules: signed",
}
NAMES, WIDTH, MARK, LETTER = 128, 800, 18, 6  # pixels
_FROM, _TO = pd.Timestamp("1992-01-01"), pd.Timestamp("2018-01-01")


def uzbekistan_path(*explanations: str) -> Figure:
    """Draw when Uzbekistan was bound, its steps, crises around it, and what explanations make of it.

    Parameters
    ----------
    *explanations : str
        Any of ``"shared-danger"``, ``"protective-integration"``, ``"asymmetric-alliance"``,
        ``"exit-voice-loyalty"`` and ``"ideology"``: whether each fits each of the four turns, by our reading.

    Returns
    -------
    Figure
        One band of rows for each kind of fact.

    Examples
    --------
    >>> int(uzbekistan_path("ideology").table["kind"].value_counts()["does not fit"])
    3
    >>> uzbekistan_path("idealism")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no explanation 'idealism'. Did you mean 'ideology'? ...
    """
    chosen = [known("explanation", name, EXPLANATIONS) for name in dict.fromkeys(explanations)]
    as_of = facts_as_of("membership")
    bands = [_bound(as_of), _steps(), _crises(), _agreements(), *map(_judged, chosen)]
    table = pd.concat(bands, ignore_index=True)
    says = [f"{band['band'].iloc[0]}: {'; '.join(_spoken(band))}" for band in bands]
    shown = ["band", "what", "date", "until", "kind", "why", "sources"]
    return Figure(
        chart=_path_chart(bands),
        title="Uzbekistan in and out of the treaty, and what happened around it",
        subtitle="Bars: bound by the treaty. Marks: dated steps by the kind of date, crises, agreements."
        + (" Below: does the explanation fit the turn? Our reading." if chosen else ""),
        sources=source_ids(table["sources"]),
        as_of=as_of,
        note="That two things stand close in time does not show that one caused the other. A line for the "
        "kind of government is missing: the scores of V-Dem could not be passed on with this course.",
        table=table[shown],
        alt=f"Timeline of Uzbekistan from 1992 to 2012. {'. '.join(says)}.",
    )


def _told(
    band: str, rows: pd.DataFrame, *, what: Any, date: str = "date", until: str = "", **more: Any
) -> pd.DataFrame:
    """Give rows the columns that every band has."""
    precision = f"{date}_precision"
    days = [_iso(*pair) for pair in zip(rows[date], rows[precision], strict=True)]
    ends = (
        [_iso(*pair) for pair in zip(rows[until], rows[f"{until}_precision"], strict=True)] if until else ""
    )
    told = pd.DataFrame({"band": band, "what": list(what), "date": days, "until": ends})
    told = told.assign(**{"kind": "", "why": "", **more}, sources=list(rows["sources"]), at=list(rows[date]))
    told["to"] = list(rows[until]) if until else pd.NaT
    told["when"] = [
        date_in_words(day) + (f" to {date_in_words(end)}" if end and end != day else "")
        for day, end in zip(told["date"], told["until"], strict=True)
    ]
    told["source"] = [cite(told.iloc[[place]]).short() for place in range(len(told))]
    told["says"] = told["what"] + ", " + told["when"] + (": " + told["why"]).where(told["why"] != "", "")
    return told


def _spoken(band: pd.DataFrame) -> pd.Series[str]:
    """Say each row with its day, the kind of the date where it is no verdict, and a verdict's reason."""
    told = band["what"] + ", " + band["when"]
    judged = band["kind"].isin(VERDICTS)
    kind = " (" + band["kind"].str.lower() + ")"
    return (
        told
        + kind.where((band["kind"] != "") & ~judged, "")
        + (": " + band["why"].str.rstrip(".")).where(judged, "")
    )


def _iso(date: pd.Timestamp, precision: str) -> str:
    return "" if pd.isna(date) else as_known(f"{date:%Y-%m-%d}", precision)


def _bound(as_of: str) -> pd.DataFrame:
    spells = record(pd.Timestamp(as_of))
    spells = spells[spells["iso3"] == "UZB"]
    return _told(
        "Bound", spells, what=["bound"] * len(spells), date="start", until="end", why=list(spells["after"])
    )


def _steps() -> pd.DataFrame:
    own = steps()
    own = own[own["iso3"] == "UZB"]
    return _told("Its steps", own, what=own["what"], kind=list(own["kind"]), why=list(own["note"].fillna("")))


def _crises() -> pd.DataFrame:
    near = load("crises").set_index("crisis_id").loc[NEAR]
    return _told("Crises near it", near, what=near["name"], date="start", until="end")


def _agreements() -> pd.DataFrame:
    texts = load("instruments").set_index("instrument_id").loc[list(AGREEMENTS)]
    return _told("New agreements", texts, what=AGREEMENTS.values(), date="signed", why=list(texts["note"]))


def _judged(explanation: str) -> pd.DataFrame:
    mine = [reading for reading in READINGS if reading.explanation == explanation]
    turns = load("membership").set_index("event_id").loc[[reading.turn for reading in mine]]
    turns = turns.assign(sources=[evidence_sources(reading) for reading in mine])
    name = EXPLANATIONS[explanation]
    told = _told(name, turns, what=[f"{TURNS[reading.turn]}: {reading.verdict}" for reading in mine])
    told = told.assign(kind=[reading.verdict for reading in mine], why=[reading.why for reading in mine])
    return told.assign(says=f"{name}. " + told["what"] + ". " + told["why"])


def _x(date: pd.Timestamp) -> float:
    return NAMES + (date - _FROM) / (_TO - _FROM) * (WIDTH - NAMES)


def _lanes(rows: pd.DataFrame) -> list[int]:
    """Put each mark and its word into the first lane where they touch nothing before them."""
    free: list[float] = []
    lanes = []
    for x, text in zip(rows["x"], rows["what"], strict=True):
        lane = next((lane for lane, start in enumerate(free) if x >= start), len(free))
        free[lane : lane + 1] = [x + MARK + LETTER * len(text)]
        lanes.append(lane)
    return lanes


def _path_chart(bands: list[pd.DataFrame]) -> Any:
    bound, own, crises, agreements, *judged = (band.assign(x=band["at"].map(_x)) for band in bands)
    own["lane"] = _lanes(own)
    tops = [18.0]  # the year labels stand above
    for height in (46, 40 + 14 * (own["lane"].max() + 1), 18 * len(crises) + 14, 18 * len(agreements) + 14):
        tops.append(tops[-1] + height)
    tops += [tops[-1] + 84 * (place + 1) for place in range(len(judged))]
    sheet = Sheet(WIDTH, tops[-1])
    turns = [_x(date) for date in load("membership").set_index("event_id").loc[list(TURNS), "date"]]
    sheet.lines([(0, top, WIDTH, top) for top in tops[:-1]], theme.PALE)
    sheet.lines([(x, tops[0], x, tops[-1]) for x in turns], theme.PALE)
    years = range(1992, 2015, 2)
    sheet.words(
        [(_x(pd.Timestamp(f"{year}-01-01")), 6, str(year)) for year in years],
        color=theme.MUTED,
        align="center",
    )
    names = [(0.0, top + 18, fill(band["band"].iloc[0], 18)) for top, band in zip(tops, bands, strict=False)]
    sheet.words(names, fontWeight=600)
    tell = {"what": "What", "when": "When", "why": "Note", "source": "Source"}
    colour = theme.look("UZB").colour
    bars = bound.assign(x2=bound["to"].map(_x), y=tops[0] + 20, y2=tops[0] + 34)
    sheet.marks(bars, tell, box=True, color=colour)
    ends = [*bars["x"].iloc[1:], _x(pd.Timestamp("2014-12-31"))]
    sheet.lines(
        [(x, tops[0] + 27, end, tops[0] + 27) for x, end in zip(bars["x2"], ends, strict=True)], theme.GREY
    )
    sheet.words(
        [(x, tops[0] + 10, text) for x, text in zip(bars["x"], bars["when"], strict=True)], fontSize=11
    )
    sheet.words(
        [(x + 5, tops[0] + 38, text) for x, text in zip(bars["x2"], bars["why"], strict=True)],
        fontSize=11,
        color=theme.MUTED,
    )
    _dated(
        sheet, own.assign(y=tops[1] + 34 + 14 * own["lane"]), tops[1] + 13, {**tell, "kind": "Kind of date"}
    )
    for band, top in ((crises, tops[2]), (agreements, tops[3])):
        rows = band.assign(y=[top + 16 + 18 * place for place in range(len(band))])
        until = rows["to"].fillna(rows["at"]).map(_x)
        ends = list(zip(rows["x"], rows["y"], until, rows["what"], strict=True))
        sheet.lines([(x, y, end, y) for x, y, end, _ in ends], theme.INK)
        sheet.marks(rows, tell, shape="square", size=40, fill=theme.INK, stroke=theme.INK)
        sheet.words([(end + 9, y, text) for _, y, end, text in ends])
    for band, top in zip(judged, tops[4:], strict=False):
        _verdicts(sheet, band.assign(y=top + 16), tell)
    return sheet.chart()


def _dated(sheet: Sheet, rows: pd.DataFrame, key: float, tell: Mapping[str, str]) -> None:
    """Draw dated steps in the shape of their kind, and a key to the shapes above them."""
    x = NAMES + 6.0
    for name, shape, colour in KINDS.values():
        look: dict[str, Any] = {"shape": shape, "fill": colour, "stroke": theme.INK, "size": 55}
        some = rows[rows["kind"] == name]
        if len(some):
            sheet.marks(some, tell, **look)
            words = zip(some["x"] + 9, some["y"], some["what"], strict=True)
            sheet.words(list(words), fontSize=11)
            sheet.marks(pd.DataFrame({"x": [x], "y": [key], "says": [f"Key: {name}"]}), {}, **look)
            sheet.words([(x + 9, key, name)], fontSize=11, color=theme.MUTED)
            x += 30 + 6.5 * len(name)


def _verdicts(sheet: Sheet, rows: pd.DataFrame, tell: Mapping[str, str]) -> None:
    """Draw how well an explanation fits each turn, with the reason below."""
    for verdict, (shape, colour) in SHAPES.items():
        some = rows[rows["kind"] == verdict]
        sheet.marks(some.assign(x=some["x"] + 8), tell, shape=shape, fill=colour, stroke=theme.INK, size=80)
    heads = [(row["x"] + 19, row["y"], row["kind"]) for row in rows.to_dict("records")]
    sheet.words(heads, fontSize=11, fontWeight=600)
    for row in rows.to_dict("records"):
        text = fill(row["why"], 27)
        middle = row["y"] + 14 + LINE * text.count("\n") / 2
        sheet.words([(row["x"] + 3, middle, text)], fontSize=11)


def explore_uzbekistan() -> PathExplorer:
    """Explore which explanation fits which turn of Uzbekistan.

    The same in code: ``uzbekistan_path("ideology")``.

    Returns
    -------
    PathExplorer
        Shows itself: a box for each explanation, the count of verdicts in words, the figure.

    Examples
    --------
    >>> explorer = explore_uzbekistan()
    >>> explorer.boxes["ideology"].value = True
    >>> explorer.code()
    ('uzbekistan_path("protective-integration", "ideology")',)
    """
    return PathExplorer()


class PathExplorer(Explorer):
    """Uzbekistan's path with the verdicts of the explanations that are ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.boxes = {
            name: w.Checkbox(value=name == "protective-integration", description=text, indent=False)
            for name, text in EXPLANATIONS.items()
        }
        for box in self.boxes.values():
            box.observe(lambda _: self.redraw(figure=True), "value")
        choices = w.HBox(tuple(self.boxes.values()))
        choices.add_class("cstolib-choices")
        self.arrange(
            "Which explanation fits which turn?", w.HTML("<p>Show what it makes of the turns:</p>"), choices
        )

    def _chosen(self) -> list[str]:
        return [name for name, box in self.boxes.items() if box.value]

    def code(self) -> tuple[str, ...]:
        """Write the call that gives what is shown."""
        names = ", ".join(f'"{name}"' for name in self._chosen())
        return (f"uzbekistan_path({names})",)

    def words(self) -> Words:
        """List the turns by verdict, for each chosen explanation."""
        lists = [
            (f"{EXPLANATIONS[name]}, {verdict}", tuple(TURNS[row.turn].lower() for row in rows))
            for name in self._chosen()
            for verdict in VERDICTS
            if (rows := [row for row in READINGS if (row.explanation, row.verdict) == (name, verdict)])
        ]
        return Words("By our reading" if lists else "No explanation is ticked", tuple(lists))

    def figure(self) -> Figure:
        """Draw the path with the chosen explanations."""
        return uzbekistan_path(*self._chosen())
