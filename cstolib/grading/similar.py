"""Hand-ins that are worth a second look together; the look decides, not the number."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from cstolib.grading.page import Section
from cstolib.grading.scores import Score

SHARED, LIKE = 5, 0.5  # rare lines in common, and their share of both, from which two notebooks are shown
SAME = 3  # equal wrong answers from which two learners are shown
ENDS = re.compile(r"""(?<=[.!?\u2026\u0589\u061f])["'\u201d\u00bb)]*\s""")  # of sentences
ELSEWHERE = "answer-of-another-variant"  # what the grader calls such an answer
CHANCE = 0.01  # chance, over the whole class, below which equal wrong answers are shown


def same_mistakes(graded: Sequence[Score]) -> Section:
    """Find pairs with the same wrong answers, more of them than chance explains."""
    wrong: dict[str, dict[str, str]] = defaultdict(dict)
    for score in graded:
        for name, answer in score.answers.items():
            if answer["status"] in ("wrong", "partly") and answer["given"]:
                wrong[name][str(score.learner["learner"])] = answer["given"]
    same: Counter[tuple[str, str]] = Counter()
    common: dict[str, Counter[str]] = {}
    for name, given in wrong.items():
        common[name] = Counter(given.values())
        owners: dict[str, list[str]] = defaultdict(list)
        for learner, told in given.items():
            owners[told].append(learner)
        same.update(pair for each in owners.values() for pair in combinations(sorted(each), 2))
    pairs = max(1, len(graded) * (len(graded) - 1) // 2)
    rows: list[list[Any]] = []
    for (one, other), count in same.items():
        both = [name for name, given in wrong.items() if one in given and other in given]
        chances = [
            max(1, *(common[name][wrong[name][who]] - 1 for who in (one, other))) / len(wrong[name])
            for name in both
        ]
        if count >= SAME and at_least(count, chances) * pairs < CHANCE:
            rows.append([one, other, count, len(both)])
    return Section(
        "Look at these: the same wrong answers",
        ["Learner", "Learner", "The same", "Both wrong"],
        sorted(rows, key=lambda row: -row[2]),
        f"Pairs with at least {SAME} equal wrong answers, if chance would bring about so many in fewer than "
        "one of a hundred classes in which learners err independently. Fewer are not shown: an empty table "
        "is no proof that nobody copied. People who learn together err together: this is a reason to look at "
        "the two notebooks, and never a verdict.",
    )


def other_parameters(graded: Sequence[Score], titles: Mapping[str, str]) -> Section:
    """Find who gave the right answer to somebody else's questions."""
    rows: list[list[Any]] = []
    for score in graded:
        found = [name for name, answer in score.answers.items() if answer["misconception"] == ELSEWHERE]
        if found:
            asked = "; ".join(titles[name] for name in found)
            rows.append([str(score.learner["learner"]), len(found), asked])
    return Section(
        "Look at these: right for other parameters",
        ["Learner", "Answers", "Questions"],
        sorted(rows, key=lambda row: -row[1]),
        "Wrong answers that are right for the parameters of somebody else. Whoever typed a wrong id into the "
        "notebook has them as well as whoever copied, and chance alone hits one now and then: compare the id "
        "in the notebook with the roster first.",
    )


def at_least(count: int, chances: Sequence[float]) -> float:
    """Probability of at least `count` successes in independent trials, each with its own chance.

    Examples
    --------
    >>> round(at_least(1, [0.5, 0.5]), 3)
    0.75
    """
    spread = [1.0]
    for chance in chances:
        padded = [0.0, *spread, 0.0]
        spread = [padded[at + 1] * (1 - chance) + padded[at] * chance for at in range(len(spread) + 1)]
    return math.fsum(spread[count:])


def same_source(sources: dict[str, bytes]) -> Section:
    """Find pairs of notebooks that share lines or sentences which hardly anybody else has."""
    lines = {learner: _lines(content) for learner, content in sources.items()}
    spread = Counter(line for each in lines.values() for line in each)
    rare = {
        learner: {line for line in each if spread[line] <= max(2, len(lines) // 10)}
        for learner, each in lines.items()
    }
    owners: dict[str, list[str]] = defaultdict(list)
    for learner, each in rare.items():
        for line in each:
            owners[line].append(learner)
    shared = Counter(pair for each in owners.values() for pair in combinations(sorted(each), 2))
    rows: list[list[Any]] = []
    for (one, other), count in shared.most_common():
        like = count / len(rare[one] | rare[other])
        if count >= SHARED and like >= LIKE:
            rows.append([one, other, count, like])
    return Section(
        "Look at these: much the same text",
        ["Learner", "Learner", "Lines or sentences", "Share"],
        rows,
        f"Pairs that share at least {SHARED} rare lines or sentences, if these are at least half of all rare "
        "ones that the two have. Rare is what at most a tenth of the class has, or two learners if that is "
        "more; it counts from ten characters on. Less than that is not shown, nor is a text whose words were "
        "changed: an empty table is no proof that nobody copied. Shared notes or help look like this as "
        "well: never a verdict.",
    )


def _lines(content: bytes) -> set[str]:
    try:
        cells = json.loads(content)["cells"]
        texts = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError, RecursionError):
        return set()
    parts = [part for each in texts for line in each.splitlines() for part in ENDS.split(line)]
    lines = {" ".join(part.split()) for part in parts}
    return {line for line in lines if len(line) >= 10}
