"""How long a learner waits for the library and for a table: ``python tests/benchmarks/bench_data.py``."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from cstolib import data

RUNS = 15


def import_seconds(module: str) -> float:
    """Time an import in a fresh Python: processor time, which other work on the machine disturbs least."""
    code = f"import time; t = time.process_time(); import {module}; print(time.process_time() - t)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(run.stdout)


def import_ratio(module: str) -> float:
    """Compare an import with that of pandas: the median of ratios, each of two runs in a row."""
    import_seconds(module)  # warm the disk
    return statistics.median(import_seconds(module) / import_seconds("pandas") for _ in range(RUNS))


def milliseconds(action: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def report(measure: str, value: float, goal: float, unit: str) -> None:
    """Print one measure beside its goal."""
    verdict = "met" if value <= goal else "MISSED"
    print(f"{measure:<45} {value:8.2f} {unit:<12} goal {goal:g} ({verdict})")


if __name__ == "__main__":
    report("import cstolib / import pandas", import_ratio("cstolib"), 1.10, "ratio")
    report("from cstolib import load / import pandas", import_ratio("cstolib.data"), 1.10, "ratio")
    for name in data.tables():
        data.package.cache_clear()
        report(f"load({name!r}), first time", milliseconds(lambda name=name: data.load(name)), 20, "ms")
        again = statistics.median(milliseconds(lambda name=name: data.load(name)) for _ in range(RUNS))
        report(f"load({name!r}), again", again, 20, "ms")
