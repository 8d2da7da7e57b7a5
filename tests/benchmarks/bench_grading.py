"""How long grading takes, beside nbgrader: ``python tests/benchmarks/bench_grading.py``.

Both grade the very same files, with kernels of the very same Python, in turn on the same machine; nbgrader
has an environment of its own (``.nbgrader_cache``, made once, needs a network) and no jail. One worker of
ours is compared with one process of nbgrader, two with two that share the submissions out between them.
Then the memory of a worker, and the time for more and more submissions. A thousand of them take minutes:
``python tests/benchmarks/bench_grading.py --thousand``, or ``BENCH_THOUSAND=1 make bench``. Fewer of all for
a quick look: ``--submissions 6 --sizes 10 20``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
import venv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from measure import report

from cstolib.authoring import source as sources
from cstolib.authoring.build import tidy_source, write_notebook
from cstolib.grading.assign import assign
from cstolib.grading.gradebook import Gradebook
from tests.grading.submissions import FULL, answered, packed, place, write_source

ROOT = Path(__file__).parents[2]
NBGRADER, PLACE = "nbgrader==0.9.6", ROOT / ".nbgrader_cache"
TESTS = {  # what nbgrader runs in the learner's kernel; ours compares with the key instead
    "hw-e1": "assert hw_e1 == 3",
    "hw-e2": 'assert set(hw_e2) == {"ARM", "KAZ"}',
    "hw-e3": 'assert list(hw_e3["since"]) == [1994, 1994, 1994]',
    "hw-e4": 'assert hw_e4 == "b"',
    "hw-e5": 'assert list(hw_e5) == ["BLR", "ARM", "KAZ"]',
    "hw-e6": "assert [hw_e6(1994, 1998), hw_e6(2003, 2003)] == [5, 1]",
}
MB = 2**20


def write_assignment(folder: Path) -> Path:
    """Write the source, its tests and marks as nbgrader reads them, with kernels of this Python for both."""
    path = write_source(folder)
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for name, test in TESTS.items():
        check = notebook["cells"][place(notebook, name, "check")]
        check["source"] = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
    notebook = tidy_source(sources.read(path), notebook)
    notebook["metadata"]["kernelspec"] = {"name": "course", "display_name": "course", "language": "python"}
    path.write_text(write_notebook(notebook), encoding="utf-8")
    return path


def submissions(released: dict[str, Any], count: int) -> dict[str, bytes]:
    """Answer a notebook `count` times: right, with mistakes, with blanks."""
    ways: list[dict[str, Any]] = [
        {},
        {"hw_e1": "hw_e1 = len(members) + 1", "hw_e2": 'hw_e2 = {"ARM"}'},
        {"hw_e3": None, "hw_e5": "hw_e5 = members"},
        {"hw_e6": "def hw_e6(first, last):\n    return last - first"},
    ]
    return {
        f"s{n:04}": packed(answered(released, essay=f"Essay number {n}. " * 20, **ways[n % len(ways)]))
        for n in range(count)
    }


# Memory.
def share(process: int) -> float:
    """Read the memory of a process in MB, what it shares with others counted in part (PSS)."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:  # it has ended
        return 0.0
    return sum(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024 / MB


def children(process: int) -> list[int]:
    """List the processes that a process has started."""
    try:
        tasks = Path(f"/proc/{process}/task").iterdir()
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []


def descendants(process: int) -> list[int]:
    """List everything below a process, itself included."""
    return [process, *(below for child in children(process) for below in descendants(child))]


def is_host(process: int) -> bool:
    """Say whether it is the process that starts kernels, not the program that lets it be an ordinary user."""
    try:
        words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"cstolib.grading.host" in words and not words[0].endswith(b"bwrap")


class Memory:
    """What the workers of a grading process take, in samples."""

    def __init__(self) -> None:
        self.worker: list[float] = []
        self.with_kernel: list[float] = []

    def sample(self, grader: int) -> None:
        """Look at each worker that has a kernel at this moment."""
        for worker in children(grader):
            family = descendants(worker)
            host = next((each for each in family if is_host(each)), 0)
            jailed = [below for child in children(host) for below in descendants(child)]
            if jailed:
                sizes = {each: share(each) for each in family}
                self.with_kernel.append(sum(sizes.values()))
                self.worker.append(sum(size for each, size in sizes.items() if each not in jailed))


# Ours.
class Ours:
    """The assignment, its key, and a fresh gradebook for each measurement."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        notebook, _, self.key = assign([write_assignment(folder)], folder / "made")
        self.released = json.loads(notebook.read_text(encoding="utf-8"))
        self.used = 0

    def seconds(self, work: dict[str, bytes], workers: int, memory: Memory | None = None) -> float:
        """Time ``cstolib grade``, from the files to a gradebook with every result in it."""
        self.used += 1
        gradebook, to = self.folder / f"{self.used}.db", self.folder / f"handed-in-{self.used}"
        to.mkdir()
        for who, content in work.items():
            (to / f"{who}.ipynb").write_bytes(content)
        words = ["grade", to, "--key", self.key, "--gradebook", gradebook, "--workers", str(workers)]
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "cstolib.cli", *words], stdout=subprocess.DEVNULL)
        while process.poll() is None:
            if memory:
                memory.sample(process.pid)
            time.sleep(0.1 if memory else 0.01)
        took = time.perf_counter() - start
        if process.returncode:
            raise SystemExit("Our grader fails, so its time says nothing.")
        with Gradebook(gradebook) as book:
            answers = book._rows("SELECT submission, sum(points) AS points FROM answer GROUP BY 1")
        best = max(row["points"] for row in answers)
        assert (len(answers), best) == (len(work), FULL), f"{len(answers)} graded, the best {best} of {FULL}"
        return took


# Theirs.
def nbgrader() -> Path | None:
    """Give the nbgrader of an environment of its own, made if need be; ``None`` where it cannot be had."""
    program = PLACE / "bin" / "nbgrader"
    if not program.exists():
        print(f"Making an environment with {NBGRADER}; this takes some minutes, once.", flush=True)
        venv.create(PLACE, with_pip=True)
        install = [PLACE / "bin" / "python", "-m", "pip", "install", "--quiet", NBGRADER]
        done = subprocess.run(install, capture_output=True, text=True)
        if done.returncode:
            said = done.stderr.strip().splitlines() or ["pip says nothing"]
            print(f"Skipped: {NBGRADER} cannot be installed here, which needs a network ({said[-1]}).")
            return None
    return program


class Theirs:
    """Courses of nbgrader, one for each process, so that they do not wait for each other."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder, self.used = program, folder, 0
        kernel = folder / "jupyter" / "kernels" / "course"
        kernel.mkdir(parents=True)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        about = {"argv": argv, "display_name": "course", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(about), encoding="utf-8")
        path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"  # it calls alembic by name
        self.environment = {**os.environ, "JUPYTER_PATH": str(folder / "jupyter"), "PATH": path}
        first = self._course()
        released = first / "release" / "hw" / "hw.ipynb"
        self.released = json.loads(released.read_text(encoding="utf-8"))

    def _course(self) -> Path:
        self.used += 1
        course = self.folder / f"course{self.used}"
        (course / "source" / "hw").mkdir(parents=True)
        write_assignment(course / "source" / "hw")
        (course / "nbgrader_config.py").write_text("c = get_config()\n", encoding="utf-8")
        self._finish([self._start(course, "generate_assignment", "hw", "--create", "--force")])
        return course

    def _start(self, course: Path, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [self.program, *words],
            cwd=course,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _finish(self, started: list[subprocess.Popen[str]]) -> None:
        for process in started:
            said, _ = process.communicate()
            if process.returncode:
                raise SystemExit(f"nbgrader fails, so its time says nothing.\n{said}")

    def seconds(self, work: dict[str, bytes], workers: int) -> float:
        """Time ``nbgrader autograde`` on the same files, shared out between processes."""
        courses = [self._course() for _ in range(workers)]
        for place_in_line, (who, content) in enumerate(work.items()):
            to = courses[place_in_line % workers] / "submitted" / who / "hw" / "hw.ipynb"
            to.parent.mkdir(parents=True)
            to.write_bytes(content)
        start = time.perf_counter()
        self._finish([self._start(course, "autograde", "hw", "--create") for course in courses])
        took = time.perf_counter() - start
        graded = [path for course in courses for path in course.glob("autograded/*/hw/hw.ipynb")]
        assert len(graded) == len(work), f"nbgrader graded {len(graded)} of {len(work)}"
        return took


def compare(ours: Ours, theirs: Theirs, count: int, rounds: int) -> None:
    """Measure both in turn and print the ratios."""
    work = submissions(theirs.released, count)
    for workers in (1, 2):
        pairs = [(ours.seconds(work, workers), theirs.seconds(work, workers)) for _ in range(rounds)]
        name = f"{workers} {'worker' if workers == 1 else 'workers'}"
        report(f"seconds per submission, ours, {name}", [own / count for own, _ in pairs], "s")
        report(f"seconds per submission, nbgrader, {name}", [other / count for _, other in pairs], "s")
        report(f"ours / nbgrader, {name}", [own / other for own, other in pairs], "x", goal=0.5)


def main() -> None:
    """Measure speed, memory, and how both grow."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=30, help="that both graders grade; default 30")
    parser.add_argument("--rounds", type=int, default=3, help="of each comparison; default 3")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300], help="default 100 300")
    parser.add_argument("--thousand", action="store_true", help="grade a thousand as well")
    options = parser.parse_args()
    with TemporaryDirectory() as place_:
        folder = Path(place_)
        ours = Ours(folder)
        ours.seconds(submissions(ours.released, 2), 2)  # warm the disk
        if program := nbgrader():
            compare(ours, Theirs(program, folder), options.submissions, options.rounds)
        each = {}
        thousand = options.thousand or os.environ.get("BENCH_THOUSAND")
        for count in options.sizes + [1_000] * bool(thousand):
            memory = Memory()
            each[count] = ours.seconds(submissions(ours.released, count), 2, memory) / count
            report(f"seconds per submission, {count} of them, 2 workers", [each[count]], "s")
            report(f"a worker with its host, {count} of them", memory.worker, "MB", goal=150)
            report("the same with the learner's kernel", memory.with_kernel, "MB", goal=150)
        first, last = min(each), max(each)
        report(f"a submission of {last} / one of {first}", [each[last] / each[first]], "x", goal=1.1)
        if not thousand:
            print("A thousand submissions were not graded: --thousand, or BENCH_THOUSAND=1 make bench.")


if __name__ == "__main__":
    main()
