"""What the benchmarks share: a fresh Python to measure in, and one line for each measure."""

import statistics
import subprocess
import sys
from collections.abc import Sequence


def processor_seconds(code: str) -> float:
    """Time some code in a fresh Python: processor time, which other work on the machine disturbs least."""
    clock = f"import time; start = time.process_time(); {code}; print(time.process_time() - start)"
    run = subprocess.run([sys.executable, "-c", clock], capture_output=True, text=True, check=True)
    return float(run.stdout)


def report(measure: str, values: Sequence[float], unit: str, goal: float | None = None) -> None:
    """Print the median of one measure with its spread, and whether the goal is met."""
    middle = statistics.median(values)
    verdict = "" if goal is None else f"  goal {goal:g}: {'met' if middle <= goal else 'MISSED'}"
    print(f"{measure:<52} {middle:8.2f} {unit:<3} ({min(values):.2f}-{max(values):.2f}){verdict}", flush=True)
