"""How long a learner waits for the first figure: ``python tests/benchmarks/bench_figure.py``.

Both measures are ratios within one run, of processor time, which other work on the machine disturbs least.
"""

import statistics
import subprocess
import sys
from collections.abc import Sequence

from jupyter_client.manager import start_new_kernel

RUNS = 7
CLOCK = "import time; _start = time.process_time(); "
STOP = "; print(time.process_time() - _start)"
TABLE = "import pandas as pd; display(pd.DataFrame({'state': ['ARM', 'BLR'], 'since': [1994, 1994]}))"
FIGURE = "from cstolib import members_over_time; display(members_over_time())"


def seconds(code: str) -> float:
    """Time some imports in a fresh Python."""
    run = subprocess.run(
        [sys.executable, "-c", CLOCK + code + STOP], capture_output=True, text=True, check=True
    )
    return float(run.stdout)


def kernel_seconds(code: str) -> float:
    """Time a cell in a fresh kernel, what it shows included."""
    printed: list[str] = []

    def collect(message: dict[str, dict[str, str]]) -> None:
        printed.append(message["content"].get("text", ""))

    manager, client = start_new_kernel()
    try:
        reply = client.execute_interactive(CLOCK + code + STOP, output_hook=collect, timeout=120)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok", reply["content"]
    return float("".join(printed).split()[-1])


def report(measure: str, values: Sequence[float], unit: str) -> None:
    """Print the median of one measure and its spread."""
    print(f"{measure:<60} {statistics.median(values):6.2f} {unit} ({min(values):.2f}-{max(values):.2f})")


if __name__ == "__main__":
    report(
        "import altair, on top of pandas",
        [seconds("import pandas, altair") / seconds("import pandas") for _ in range(RUNS)],
        "x import pandas",
    )
    kernel_seconds(TABLE), kernel_seconds(FIGURE)  # warm the disk
    bare = [kernel_seconds(TABLE) for _ in range(RUNS)]
    first = [kernel_seconds(FIGURE) for _ in range(RUNS)]
    report("import pandas and show a table, fresh kernel", bare, "s")
    report("first figure, fresh kernel", first, "s")
    report(
        "first figure / import pandas and show a table",
        [f / b for f, b in zip(first, bare, strict=True)],
        "x",
    )
