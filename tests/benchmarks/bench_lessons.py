"""How long the strict check of the lessons takes: ``python tests/benchmarks/bench_lessons.py``.

The floor is the least that as many notebooks can cost: each starts a kernel and runs one trivial cell. Both
are checked one notebook after the other, in turn, so that the ratio does not depend on the number of cores.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from measure import report

ROOT = Path(__file__).parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RUNS = 3


def write_floor(folder: Path) -> list[Path]:
    """Write as many notebooks as there are lessons, each with one cell that shows nothing."""
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    cell = nbformat.v4.new_code_cell("pass", execution_count=1)
    paths = [folder / lesson.name for lesson in LESSONS]
    for path in paths:
        nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), path)
    return paths


def seconds(notebooks: Sequence[Path]) -> float:
    """Time one strict check; the check must pass, or the time means nothing."""
    options = ["-q", "-p", "no:cacheprovider", "--nbval", f"--nbval-sanitize-with={ROOT}/tests/nbval.cfg"]
    start = time.perf_counter()
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *notebooks], cwd=ROOT, capture_output=True, text=True
    )
    took = time.perf_counter() - start
    if run.returncode:
        raise SystemExit(f"The check fails, so its time says nothing.\n{run.stdout}{run.stderr}")
    return took


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        floor = write_floor(Path(place))
        pairs = [(seconds(LESSONS), seconds(floor)) for _ in range(RUNS)]
    report(f"strict check of {len(LESSONS)} lessons", [lessons for lessons, _ in pairs], "s")
    report(f"strict check of {len(LESSONS)} trivial notebooks", [bare for _, bare in pairs], "s")
    report("lessons / trivial notebooks", [lessons / bare for lessons, bare in pairs], "x")
