"""How long a learner waits for the verdict on an answer: ``python tests/benchmarks/bench_check.py``."""

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from measure import report

from cstolib import check

EXAMPLES = Path(__file__).parents[1] / "examples" / "cstolib" / "bank"
ANSWERS = {"l99-e1": 3, "l99-e4": {"ARM"}, "l99-e6": pd.DataFrame({"since": [1993, 1994], "n": [1, 2]})}
RUNS = 20


def milliseconds(name: str) -> float:
    """Time one check, with its line in the record of progress."""
    start = time.process_time()
    check(name, ANSWERS[name])
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        os.environ |= {"CSTOLIB_BANK": str(EXAMPLES), "CSTOLIB_PROGRESS": f"{folder}/progress.jsonl"}
        for name in ANSWERS:
            milliseconds(name)
            report(f"check({name!r}, ...)", [milliseconds(name) for _ in range(RUNS)], "ms", goal=20)
