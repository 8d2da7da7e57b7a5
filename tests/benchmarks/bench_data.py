"""How long a learner waits for the library and for a table: ``python tests/benchmarks/bench_data.py``."""

import time
from collections.abc import Callable

from measure import processor_seconds, report

from cstolib import data

RUNS = 15


def import_ratios(module: str) -> list[float]:
    """Compare an import with that of pandas: ratios, each of two runs in a row."""
    processor_seconds(f"import {module}")  # warm the disk
    return [processor_seconds(f"import {module}") / processor_seconds("import pandas") for _ in range(RUNS)]


def milliseconds(action: Callable[[], object]) -> float:
    """Time one call: processor time, as for the imports."""
    start = time.process_time()
    action()
    return (time.process_time() - start) * 1000


def first_milliseconds(name: str) -> float:
    """Time the first reading of a table in a kernel."""
    data.package.cache_clear()
    return milliseconds(lambda: data.load(name))


if __name__ == "__main__":
    report("import cstolib / import pandas", import_ratios("cstolib"), "x", goal=1.10)
    report("from cstolib import load / import pandas", import_ratios("cstolib.data"), "x", goal=1.10)
    for name in data.tables():
        report(f"load({name!r}), first time", [first_milliseconds(name) for _ in range(RUNS)], "ms", goal=20)
    data.package.cache_clear()
    again = [milliseconds(lambda name=name: data.load(name)) for name in data.tables() * 2]
    report("load of any table, again", again[len(data.tables()) :], "ms", goal=20)
