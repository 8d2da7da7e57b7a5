"""Who asked whom for what in 2005 and 2010, and what came of it, side by side."""

from __future__ import annotations

from itertools import accumulate
from textwrap import fill
from typing import Any, NamedTuple

import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.dates import date_in_words
from cstolib.figure import Figure
from cstolib.lessons.sheet import LINE, Sheet
from cstolib.membership import bound_on

# How strong each form of answer is, on the scale on which learners predict.
STRENGTH = {"none": 0, "statement": 1, "consultation": 1, "mission": 2, "materiel": 3, "deployment": 4}
FORMS = {
    "none": "refused",
    "statement": "words",
    "consultation": "consultation",
    "mission": "expert mission",
    "materiel": "equipment",
    "deployment": "forces",
}
ADDRESSEES = {"csto": "the CSTO", "russia": "Russia"}


class Case(NamedTuple):
    """One column: a crisis and the request that is followed, or none; who made it, as its note says."""

    title: str
    crisis: str
    request: str
    asker: str


CASES = (
    Case("Andijan, May 2005", "andijan-2005", "", "nobody: no request was found"),
    Case(
        "Bishkek, May 2010",
        "kyrgyzstan-april-2010",
        "kyrgyzstan-april-2010-bakiyev-csto-2010-05-08",
        "the ousted president, Bakiyev",
    ),
    Case(
        "Osh, 12 June 2010",
        "osh-2010",
        "osh-2010-kgz-rus-2010-06-12",
        "the interim president, Otunbayeva",
    ),
    Case("Osh, 16 June 2010", "osh-2010", "osh-2010-kgz-csto-2010-06-16", "envoys of the interim government"),
)
# Each row of words and its height; all in pixels but the letters to a line.
ROWS = {"Bound by the treaty": 34, "Who asks": 48, "Whom": 34, "For what": 62}
LEFT, COLUMN, HEAD, ANSWER, WRAP = 118, 168, 26, 78, 24


def compare_requests() -> Figure:
    """Draw three requests for help, and a crisis in which nobody asked, with the answers to each.

    Returns
    -------
    Figure
        One column per case; below the request each answer with its strength from 0 to 4.

    Examples
    --------
    >>> int(compare_requests().table["answer"].max())
    3
    """
    cells = pd.concat([_asked(case) for case in CASES], ignore_index=True)
    cells = cells[cells["text"] != ""]
    answers = pd.concat([_answers(case) for case in CASES], ignore_index=True)
    table = pd.concat([cells, answers.replace({"text": {"\n": ", "}}, regex=True)], ignore_index=True)
    table["answer"] = table["answer"].astype("Int64")
    says = [
        f"{title}. " + "; ".join(f"{row['row']}: {row['text']}" for row in rows.to_dict("records"))
        for title, rows in table.groupby("case", sort=False)
    ]
    return Figure(
        chart=_chart(cells, answers),
        title="What was asked, of whom, and what followed",
        subtitle="Filled boxes: strength of the answer, from 0 (refused) over 1 (words or talks), "
        "2 (mission) and 3 (equipment) to 4 (forces).",
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("requests"),
        note="Where nobody asked, the words spoken on the crisis stand below. The request of May 2010 is "
        "known from one newspaper; another, to the UN, is left out, as no answer to it was found.",
        table=table[["case", "row", "text", "answer", "sources"]],
        alt=f"Four columns of words. {'. '.join(says)}.",
    )


def _asked(case: Case) -> pd.DataFrame:
    """Say who asked whom for what, and whether the state was bound on that day."""
    crisis = load("crises").set_index("crisis_id").loc[case.crisis]
    requests = load("requests").set_index("request_id")
    asked = requests.loc[case.request] if case.request else None
    day = pd.Timestamp(str(crisis["start"] if asked is None else asked["date"]))
    state = str(crisis["parties"])
    bound = state in set(bound_on(day)["iso3"])
    name = load("states").set_index("iso3").loc[state, "name"]
    texts = (
        f"{name!s}: {'yes' if bound else 'no'}",
        case.asker,
        "" if asked is None else ADDRESSEES[str(asked["addressed_to"])],
        "" if asked is None else asked["asked_for"],
    )
    rows = pd.DataFrame({"case": case.title, "row": list(ROWS), "text": texts})
    return rows.assign(answer=None, sources=crisis["sources"] if asked is None else asked["sources"])


def _answers(case: Case) -> pd.DataFrame:
    """List what bodies did about the request, or where there is none, about the crisis."""
    table = load("responses").sort_values("date")
    mine = table["request_id"] == case.request if case.request else table["crisis_id"] == case.crisis
    rows = table[mine]
    return pd.DataFrame(
        {
            "case": case.title,
            "row": "Answer",
            "text": [
                f"{_day(row['date'])}: {FORMS[row['form']]}\n{row['body']}" for row in rows.to_dict("records")
            ],
            "answer": [STRENGTH[form] for form in rows["form"]],
            "why": list(rows["detail"]),
            "sources": list(rows["sources"]),
        }
    )


def _day(date: pd.Timestamp) -> str:
    return date_in_words(f"{date:%Y-%m-%d}")


def _chart(cells: pd.DataFrame, answers: pd.DataFrame) -> Any:
    most = int(answers.groupby("case").size().max())
    tops = dict(zip([*ROWS, "What follows"], accumulate([HEAD, *ROWS.values()]), strict=True))
    below = tops["What follows"]
    width = LEFT + COLUMN * len(CASES)
    sheet = Sheet(width, below + ANSWER * most)
    left = {case.title: LEFT + COLUMN * place for place, case in enumerate(CASES)}
    sheet.words([(x, 10, title) for title, x in left.items()], fontWeight=600)
    sheet.lines([(0, top, width, top) for top in tops.values()], theme.PALE)
    sheet.words([(0, top + 16, name) for name, top in tops.items()], color=theme.MUTED)
    texts = [
        (left[row["case"]], tops[row["row"]] + 16, fill(row["text"], WRAP))
        for row in cells.to_dict("records")
    ]
    sheet.words([(x, y + LINE * text.count("\n") / 2, text) for x, y, text in texts])
    place = answers.groupby("case").cumcount()
    marks = answers.assign(x=answers["case"].map(left), y=below + 10 + ANSWER * place, says=answers["text"])
    marks["source"] = [cite(marks.iloc[[row]]).short() for row in range(len(marks))]
    for box in range(4):
        for filled in (True, False):
            some = marks[(marks["answer"] > box) == filled]
            some = some.assign(x=some["x"] + 15 * box, x2=some["x"] + 15 * box + 11, y2=some["y"] + 9)
            tell = {"text": "Answer", "why": "Detail", "source": "Source"}
            look = {"fill": theme.INK if filled else theme.PAPER, "stroke": theme.INK}
            sheet.marks(some, tell, box=True, **look)
    for row in marks.to_dict("records"):
        text = "\n".join(fill(line, WRAP + 3) for line in row["text"].split("\n"))
        sheet.words([(row["x"], row["y"] + 19 + LINE * text.count("\n") / 2, text)], fontSize=11)
    return sheet.chart()
