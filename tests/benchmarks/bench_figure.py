"""How long a learner waits for the first figure: ``python tests/benchmarks/bench_figure.py``.

Both measures are ratios within one run, of processor time, which other work on the machine disturbs least.
"""

from subprocess import DEVNULL

from jupyter_client.manager import start_new_kernel
from measure import processor_seconds, report

RUNS = 7
CLOCK = "import time; _start = time.process_time(); "
STOP = "; print(time.process_time() - _start)"
TABLE = "import pandas as pd; display(pd.DataFrame({'state': ['ARM', 'BLR'], 'since': [1994, 1994]}))"
FIGURE = "from cstolib import members_over_time; display(members_over_time())"


def kernel_seconds(code: str) -> float:
    """Time a cell in a fresh kernel, what it shows included."""
    printed: list[str] = []

    def collect(message: dict[str, dict[str, str]]) -> None:
        printed.append(message["content"].get("text", ""))

    manager, client = start_new_kernel(stderr=DEVNULL)
    try:
        reply = client.execute_interactive(CLOCK + code + STOP, output_hook=collect, timeout=120)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert reply["content"]["status"] == "ok", reply["content"]
    return float("".join(printed).split()[-1])


if __name__ == "__main__":
    altair = [
        processor_seconds("import pandas, altair") / processor_seconds("import pandas") for _ in range(RUNS)
    ]
    report("import pandas and altair / import pandas", altair, "x")
    kernel_seconds(TABLE), kernel_seconds(FIGURE)  # warm the disk
    bare = [kernel_seconds(TABLE) for _ in range(RUNS)]
    first = [kernel_seconds(FIGURE) for _ in range(RUNS)]
    report("import pandas and show a table, fresh kernel", bare, "s")
    report("first figure, fresh kernel", first, "s")
    report("first figure / first table", [f / b for f, b in zip(first, bare, strict=True)], "x")
