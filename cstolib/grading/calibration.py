"""How sure learners were, against how often they were right."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from cstolib import journal
from cstolib.errors import CstolibError
from cstolib.grading.page import Section

STEPS = 5  # equal parts of the scale from 0 to 100 %
Pair = tuple[float, bool]


def of_submission(content: bytes, answers: Mapping[str, Mapping[str, Any]]) -> list[Pair]:
    """Pair what was last stated of an answer, as ``submit()`` hands it in, with whether it was right.

    Examples
    --------
    >>> entry = {"event": "check", "id": "hw-e1", "status": "read", "confidence": 0.8}
    >>> content = json.dumps({"metadata": {"cstolib": {"record": [entry]}}}).encode()
    >>> of_submission(content, {"hw-e1": {"status": "right"}})
    [(0.8, True)]
    """
    try:
        record = json.loads(content)["metadata"]["cstolib"]["record"]
        entries = journal.parse(json.dumps(entry) for entry in record)
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    last = {entry["id"]: stated for entry in entries if (stated := _stated(entry)) is not None}
    return [(stated, answers[name]["status"] == "right") for name, stated in last.items() if name in answers]


def of_records(paths: Iterable[Path]) -> list[Pair]:
    """Pair what was stated with the first answer to each exercise, in learners' own records.

    Raises
    ------
    CstolibError
        When a file cannot be read.
    """
    pairs = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        except OSError as error:
            raise CstolibError(f"{str(path)!r} cannot be read: {error.strerror}.") from None
        seen = set()
        for entry in journal.parse(lines):
            stated, told = _stated(entry), entry.get("status") in journal.JUDGED
            if stated is not None and told and entry["id"] not in seen:
                seen.add(entry["id"])
                pairs.append((stated, entry["status"] == "right"))
    return pairs


def _stated(entry: Mapping[str, Any]) -> float | None:
    stated = entry.get("confidence")
    if entry["event"] != "check" or isinstance(stated, bool) or not isinstance(stated, int | float):
        return None
    return float(stated) if 0 <= stated <= 1 else None


def section(pairs: Iterable[Pair]) -> Section:
    """Put the pairs into a table of the report, with the Brier score."""
    bins: dict[int, list[Pair]] = defaultdict(list)
    for stated, right in pairs:
        bins[min(STEPS - 1, int(stated * STEPS))].append((stated, right))
    width = 100 // STEPS
    rows: list[list[Any]] = [
        [
            f"{place * width} to {place * width + width} %",
            len(each),
            *(fmean(column) for column in zip(*each, strict=True)),
        ]
        for place, each in sorted(bins.items())
    ]
    every = [(stated - right) ** 2 for each in bins.values() for stated, right in each]
    brier = f"Brier score: {fmean(every):.3f} (0 is perfect, always saying 50 % gives 0.25)." if every else ""
    note = f"Answers with a stated probability, from what learners handed in. {brier}".strip()
    return Section("How sure, how right", ["Stated", "Answers", "Mean stated", "Share right"], rows, note)
