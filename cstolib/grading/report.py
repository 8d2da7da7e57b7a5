"""The class at a glance: how the questions did, what was misunderstood, and what is worth a second look."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from statistics import StatisticsError, correlation, fmean, median
from textwrap import wrap
from typing import Any

from cstolib.dates import date_in_words
from cstolib.grading import calibration
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.page import Section, clean, document, number, table, text
from cstolib.grading.scores import NOT_READ, Score
from cstolib.grading.similar import ELSEWHERE, other_parameters, same_mistakes, same_source

ENOUGH = 20  # learners below whom a discrimination says nothing


def report(book: Gradebook, assignment: str, progress: Iterable[Path] = ()) -> list[Section]:
    """Put the report together from what is in the gradebook and, if handed in, learners' own records.

    The first section bears the name of the whole: the assignment and the day.
    """
    scores = book.scores(assignment)
    graded = [score for score in scores if score.answers and score.status not in NOT_READ]
    asked = book.assignment(assignment)
    questions = {
        name: question for name, question in asked["questions"].items() if question["kind"] != "prediction"
    }
    sources = {
        str(score.learner["learner"]): book.content(score.submission) for score in graded if score.submission
    }
    title = f"Report of {date_in_words(date.today().isoformat())}: {clean(asked['title'] or assignment)}"
    sections = [_overview(title, scores), _items(graded, questions), _misconceptions(graded)]
    pairs = calibration.of_records(progress)
    for score in graded:
        if score.submission:
            pairs += calibration.of_submission(sources[str(score.learner["learner"])], score.answers)
    if pairs:
        sections.append(calibration.section(pairs))
    titles = {name: question.get("title") or name for name, question in questions.items()}
    return [*sections, other_parameters(graded, titles), same_mistakes(graded), same_source(sources)]


def _overview(title: str, scores: Sequence[Score]) -> Section:
    counts = Counter(score.status for score in scores)
    rows: list[list[Any]] = [[f"Status: {status}", count] for status, count in sorted(counts.items())]
    rows.append(["Late", sum(score.late_minutes is not None for score in scores)])
    totals = [score.total for score in scores if score.total is not None and not score.doubt]
    rows.append(["Complete scores", len(totals)])
    if totals:
        rows += [["Mean", fmean(totals)], ["Median", median(totals)], ["Lowest", min(totals)]]
        rows += [["Highest", max(totals)], ["Possible", scores[0].possible]]
    return Section(title, ["What", "Number"], rows, "Points are before any rule for late work.")


def _items(graded: Sequence[Score], questions: dict[str, Any]) -> Section:
    rows: list[list[Any]] = []
    for name, question in questions.items():
        judged = [score for score in graded if score.answers[name]["points"] is not None]
        shares = [_share(score.answers[name]) for score in judged]
        missed = sum(score.answers[name]["status"] == "not attempted" for score in graded)
        rest = [
            sum(answer["points"] or 0 for other, answer in score.answers.items() if other != name)
            for score in judged
        ]
        title = question.get("title") or name
        rows.append(
            [title, len(judged), missed, fmean(shares) if shares else None, _discrimination(shares, rest)]
        )
    return Section(
        "The questions",
        ["Question", "Judged", "Not attempted", "Mean share", "Discrimination"],
        rows,
        "Mean share: 1 is easy, 0 is hard; not attempted counts as 0. Discrimination: correlation of a "
        "question's share with the points of all others (corrected point-biserial); near 0 or below, look at "
        f"the question. It is given from {ENOUGH} learners on.",
    )


def _share(answer: dict[str, Any]) -> float:
    return float(answer["points"]) / answer["possible"] if answer["possible"] else 0.0


def _discrimination(shares: Sequence[float], rest: Sequence[float]) -> float | None:
    if len(shares) < ENOUGH:
        return None
    try:
        return correlation(shares, rest)
    except StatisticsError:  # everybody had the same
        return None


def _misconceptions(graded: Sequence[Score]) -> Section:
    told: dict[tuple[str, str], list[str]] = defaultdict(list)
    for score in graded:
        for name, answer in score.answers.items():
            if (slug := answer["misconception"]) and slug != ELSEWHERE:
                told[slug, name].append(answer["message"])
    rows: list[list[Any]] = [[*which, len(each), each[0]] for which, each in told.items()]
    rows = sorted(rows, key=lambda row: -row[2])[:20]
    heads = ["Misconception", "Question", "Learners", "What they were told"]
    return Section("What was misunderstood", heads, rows, "The most frequent first, at most 20.")


def as_text(sections: Iterable[Section]) -> str:
    """Write the report for the screen."""
    parts = []
    for section in sections:
        rows = [section.heads, *([_plain(cell) for cell in row] for row in section.rows)]
        widths = [max(len(row[at]) for row in rows) for at in range(len(section.heads))]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
        ]
        body = lines if section.rows else ["(none)"]
        parts.append(
            "\n".join([section.title.upper(), *(line.rstrip() for line in body), *wrap(section.note, 100)])
        )
    return "\n\n".join(parts)


def _plain(cell: Any) -> str:
    return (
        number(cell)
        if cell is None or isinstance(cell, int | float)
        else clean(cell, most=120).replace("\n", " ")
    )


def as_page(sections: Iterable[Section]) -> str:
    """Write the report as a page that runs nothing; the first section's title is that of the page."""
    parts = []
    title = ""
    for section in sections:
        heading = "h2" if title else "h1"
        title = title or section.title
        shown = table(section.title, section.heads, section.rows) if section.rows else "<p>None.</p>"
        note = f'<p class="soft">{text(section.note)}</p>'
        parts.append(f"<{heading}>{text(section.title)}</{heading}>{shown}{note}")
    return document(title, "\n".join(parts))
