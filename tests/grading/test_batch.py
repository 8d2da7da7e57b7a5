"""A batch: every submission graded once, whatever is interrupted or killed on the way."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from cstolib.errors import CstolibError
from cstolib.grading import batch, jail
from cstolib.grading.batch import grade_all
from cstolib.grading.collect import Submission
from cstolib.grading.grade import read_key
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.run import Limits

from .submissions import FULL, POINTS, answered, attacked, packed

SHORT = Limits(cell=5, total=20)


@pytest.fixture
def key_path(assignment: Path) -> Path:
    return assignment / "teacher" / "hw.key.json"


def file_all(gradebook: Path, key_path: Path, work: dict[str, bytes]) -> Path:
    """Put submissions into a gradebook, by learner."""
    key, digest = read_key(key_path)
    with Gradebook(gradebook) as book:
        book.add_assignment(key, digest)
        book.add_submissions("hw", [Submission(who, f"{who}.ipynb", each) for who, each in work.items()])
    return gradebook


def honest(blank: dict[str, Any], count: int) -> dict[str, bytes]:
    """Submissions that differ; every third has its first answer wrong."""
    return {
        f"s{n:02}": packed(answered(blank, essay=f"Essay {n}.", hw_e1=f"hw_e1 = {3 if n % 3 else 4}"))
        for n in range(count)
    }


def rows_of(gradebook: Path) -> list[dict[str, Any]]:
    with Gradebook(gradebook) as book:
        assert book.check() == []
        return book._rows("SELECT * FROM submission ORDER BY learner")


def answers_of(gradebook: Path) -> Counter[int]:
    """Count the rows of answers of each submission."""
    with Gradebook(gradebook) as book:
        return Counter(row["submission"] for row in book._rows("SELECT submission FROM answer"))


def points_of(gradebook: Path) -> dict[str, float]:
    with Gradebook(gradebook) as book:
        sql = (
            "SELECT learner, sum(points) AS points FROM answer JOIN submission ON id = submission GROUP BY 1"
        )
        return {row["learner"]: row["points"] for row in book._rows(sql)}


def expected(count: int) -> dict[str, float]:
    return {f"s{n:02}": FULL - (0 if n % 3 else POINTS["hw-e1"]) for n in range(count)}


# A quiet day.
def test_every_submission_is_graded_and_a_second_run_does_nothing(tmp_path, blank, key_path):
    book = file_all(tmp_path / "term.db", key_path, honest(blank, 5))
    calls: list[tuple[int, int]] = []
    counted = grade_all(book, key_path, workers=2, progress=lambda *each: calls.append(each))
    assert counted == {"graded": 5}
    assert calls == [(n, 5) for n in range(6)]
    assert points_of(book) == expected(5)
    assert all(row["seconds"] > 0 for row in rows_of(book))
    before = rows_of(book)

    calls.clear()
    assert grade_all(book, key_path, progress=lambda *each: calls.append(each)) == {}
    assert calls == [(0, 0)]
    assert rows_of(book) == before


def test_what_arrives_later_is_graded_alone(tmp_path, blank, key_path):
    work = honest(blank, 3)
    book = file_all(tmp_path / "term.db", key_path, {"s00": work["s00"]})
    grade_all(book, key_path, workers=1)
    file_all(book, key_path, work)
    assert grade_all(book, key_path, workers=1) == {"graded": 2}
    assert points_of(book) == expected(3)


def test_another_key_grades_again_in_place(tmp_path, blank, key_path):
    book = file_all(tmp_path / "term.db", key_path, honest(blank, 3))
    grade_all(book, key_path, workers=1)
    key = json.loads(key_path.read_text())
    key["answers"][""]["hw-e1"] = {"answer": 4, "wrong": [5]}
    mended = tmp_path / "mended.key.json"
    mended.write_text(json.dumps(key))
    assert grade_all(book, mended, workers=1) == {"graded": 3}
    assert points_of(book) == {"s00": FULL, "s01": FULL - POINTS["hw-e1"], "s02": FULL - POINTS["hw-e1"]}
    assert set(answers_of(book).values()) == {len(POINTS)}
    assert grade_all(book, mended, workers=1) == {}


def test_every_status_has_its_row_and_is_counted(tmp_path, blank, key_path):
    work = {
        "a": packed(answered(blank)),
        "b": packed(blank),
        "c": b"%PDF-1.7",
        "d": packed(attacked(blank, "import os; os._exit(0)")),
        "e": packed(attacked(blank, "while True: pass")),
    }
    book = file_all(tmp_path / "term.db", key_path, work)
    counted = grade_all(book, key_path, workers=2, limits=Limits(cell=1, total=5))
    statuses = ["graded", "not-attempted", "unreadable", "crashed", "timed-out"]
    assert [row["status"] for row in rows_of(book)] == statuses
    assert counted == dict.fromkeys(statuses, 1)
    assert set(answers_of(book).values()) == {len(POINTS)}


def test_what_was_graded_without_a_jail_is_graded_again_in_one(tmp_path, blank, key_path):
    book = file_all(tmp_path / "term.db", key_path, honest(blank, 1))
    assert grade_all(book, key_path, workers=1, isolated=False) == {"graded": 1}
    assert "not isolated" in rows_of(book)[0]["graded_with"]
    assert grade_all(book, key_path, workers=1) == {"graded": 1}
    assert "not isolated" not in rows_of(book)[0]["graded_with"]


# The key.
@pytest.mark.parametrize(
    "content",
    [None, b"", b"{", b"[]", b"null", b"\xff", b'{"format": 2, "questions": {"a": {}}}', b'{"format": 1}'],
)
def test_a_key_that_cannot_be_used_is_told_before_anything_happens(tmp_path, content):
    path = tmp_path / "hw.key.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CstolibError, match=r"hw\.key\.json is not a key of this version.*cstolib assign"):
        grade_all(tmp_path / "term.db", path)
    assert not (tmp_path / "term.db").exists()


def test_without_isolation_the_batch_stops_and_leaves_all_waiting(tmp_path, blank, key_path, monkeypatch):
    book = file_all(tmp_path / "term.db", key_path, honest(blank, 3))
    monkeypatch.setenv("PATH", str(tmp_path))  # no bwrap there
    with pytest.raises(CstolibError, match="Nothing was run"):
        grade_all(book, key_path, workers=1)
    assert {row["status"] for row in rows_of(book)} == {None}


# Interruptions.
GRADE = (
    "import sys; from pathlib import Path; from cstolib.grading.batch import grade_all\n"
    "if __name__ == '__main__':\n"
    "    grade_all(Path(sys.argv[1]), Path(sys.argv[2]), workers=2, "
    "progress=lambda done, total: print(done, flush=True))\n"
)


def start(script: Path, *arguments: Path) -> subprocess.Popen[str]:
    """Start grading in a process group of its own, as a terminal does."""
    script.write_text(GRADE)
    return subprocess.Popen(
        [sys.executable, script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def group(leader: int) -> list[int]:
    """List the processes below one, before it is killed."""
    found = [leader]
    for task in Path("/proc").glob(f"{leader}/task/*/children"):
        for child in task.read_text().split():
            found += group(int(child))
    return found


def wait_until_gone(processes: list[int], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while left := [each for each in processes if alive(each)]:
        assert time.monotonic() < end, f"{len(left)} processes outlive the grader"
        time.sleep(0.05)


def alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_killed_at_any_moment_the_gradebook_is_whole_and_the_rest_is_graded_later(tmp_path, blank, key_path):
    count = 18
    book = file_all(tmp_path / "term.db", key_path, honest(blank, count))
    chance = random.Random(6)
    graded_before: dict[str, Any] = {}
    for _ in range(10):
        process = start(tmp_path / "grade.py", book, key_path)
        assert process.stdout
        for _ in range(chance.randint(1, 3)):  # it has begun, or graded one or two
            process.stdout.readline()
        time.sleep(chance.uniform(0, 0.5))
        below = group(process.pid)
        process.kill()
        process.communicate()
        wait_until_gone(below)
        graded = {row["learner"]: row for row in rows_of(book) if row["status"] is not None}
        assert graded_before.items() <= graded.items()  # neither lost nor graded again
        assert set(answers_of(book).values()) <= {len(POINTS)}
        assert sorted(answers_of(book)) == sorted(row["id"] for row in graded.values())
        graded_before = graded
    assert grade_all(book, key_path, workers=2) == (
        {"graded": count - len(graded_before)} if len(graded_before) < count else {}
    )
    assert points_of(book) == expected(count)
    assert len(rows_of(book)) == count


@pytest.mark.parametrize("everybody", [True, False])
def test_ctrl_c_ends_it_soon_and_keeps_what_was_graded(tmp_path, blank, key_path, everybody):
    """A terminal interrupts the whole group; a script that is interrupted has to end its workers itself."""
    slow = {f"t{n}": packed(attacked(blank, f"import time; time.sleep({8 + n / 100})")) for n in range(8)}
    book = file_all(tmp_path / "term.db", key_path, {**honest(blank, 2), **slow})
    process = start(tmp_path / "grade.py", book, key_path)
    assert process.stdout
    while process.stdout.readline().strip() != "2":
        assert process.poll() is None
    time.sleep(1)
    below = group(process.pid)
    began = time.monotonic()
    (os.killpg if everybody else os.kill)(process.pid, signal.SIGINT)
    process.communicate(timeout=40)
    assert time.monotonic() - began < 30  # not the sixty-four seconds of all that waited
    assert process.returncode
    wait_until_gone(below)
    rows = {row["learner"]: row["status"] for row in rows_of(book)}
    assert (rows["s00"], rows["s01"]) == ("graded", "graded")
    assert "crashed" not in rows.values()
    assert set(answers_of(book).values()) == {len(POINTS)}


# Workers that die.
def deadly(content: bytes, *rest: Any) -> Any:
    """Stand in for judging: one submission has its worker killed, the others are quick."""
    if b"deadly" in content:
        time.sleep(0.2)
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.05)
    return {"status": "graded", "questions": {"hw-e1": {"status": "right", "points": 3, "possible": 3}}}


def test_a_submission_that_kills_its_worker_is_found_and_the_others_are_graded(
    tmp_path, key_path, monkeypatch
):
    monkeypatch.setattr(batch, "_task", deadly)
    work = {f"s{n:02}": f"work {n}".encode() for n in range(20)} | {"s03": b"deadly", "s15": b"deadly too"}
    book = file_all(tmp_path / "term.db", key_path, work)
    calls = []
    counted = grade_all(book, key_path, workers=2, progress=lambda *each: calls.append(each))
    assert counted == {"graded": 18, "crashed": 2}
    assert {row["learner"]: row["status"] for row in rows_of(book)} == {
        who: "crashed" if b"deadly" in content else "graded" for who, content in work.items()
    }
    assert [row["note"] for row in rows_of(book) if row["status"] == "crashed"] == [batch.KILLED] * 2
    assert calls == [(n, 20) for n in range(21)]
    assert grade_all(book, key_path) == {}


def hungry(content: bytes, *rest: Any) -> Any:
    """Stand in for judging: one submission takes more memory than a worker may have."""
    return deadly(bytes(2 * batch.MEMORY) if b"hungry" in content else content)


def test_a_submission_that_fills_the_memory_of_a_worker_fails_alone(tmp_path, key_path, monkeypatch):
    monkeypatch.setattr(batch, "_task", hungry)
    book = file_all(tmp_path / "term.db", key_path, {"s01": b"work", "s02": b"hungry", "s03": b"work too"})
    assert grade_all(book, key_path, workers=1) == {"graded": 2, "crashed": 1}


@pytest.mark.parametrize("seen", ["the key", "the gradebook"])
def test_what_learners_code_could_read_is_refused(tmp_path, blank, key_path, monkeypatch, seen):
    book = file_all(tmp_path / "term.db", key_path, {"s01": packed(blank)})
    shown = key_path.parent if seen == "the key" else book.parent
    monkeypatch.setattr(jail, "_readable", lambda: [shown])
    with pytest.raises(CstolibError, match="can read"):
        grade_all(book, key_path)
    assert rows_of(book)[0]["status"] is None


def test_a_worker_that_is_killed_from_outside_costs_nobody_anything(tmp_path, blank, key_path):
    book = file_all(tmp_path / "term.db", key_path, honest(blank, 8))
    killed: list[int] = []

    def progress(done: int, total: int) -> None:
        if done == 2 and not killed:
            workers = [int(each) for each in group(os.getpid()) if "spawn_main" in command_of(each)]
            killed.append(workers[0])
            os.kill(workers[0], signal.SIGKILL)

    assert grade_all(book, key_path, workers=2, progress=progress) == {"graded": 8}
    assert killed
    assert points_of(book) == expected(8)
    assert set(answers_of(book).values()) == {len(POINTS)}


def command_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().decode()
    except OSError:
        return ""


class Broken(Executor):
    """A pool that breaks after a number of submissions, while more are handed to it."""

    def __init__(self, good: int) -> None:
        self.good = good

    def submit(self, call: Any, /, *arguments: Any, **options: Any) -> Future[Any]:
        self.good -= 1
        if self.good < 0:
            raise BrokenProcessPool("a worker died")
        future: Future[Any] = Future()
        future.set_result(call(*arguments))
        return future


def pools(monkeypatch: pytest.MonkeyPatch, *each: Executor) -> list[int]:
    """Let a batch use these pools in turn; tell with how many workers each was asked for."""
    waiting, asked = list(each), []

    @contextmanager
    def executor(workers: int, scheduler: str | None) -> Any:
        asked.append(workers)
        yield waiting.pop(0), workers

    monkeypatch.setattr(batch, "_executor", executor)
    monkeypatch.setattr(batch, "_task", deadly)
    return asked


def test_a_pool_that_breaks_while_it_is_filled_loses_nothing(tmp_path, key_path, monkeypatch):
    asked = pools(monkeypatch, Broken(3), Broken(99), Broken(99))
    book = file_all(tmp_path / "term.db", key_path, {f"s{n}": f"work {n}".encode() for n in range(12)})
    assert grade_all(book, key_path, workers=2) == {"graded": 12}
    assert asked[0] == 2


def test_after_the_suspects_all_workers_are_used_again(tmp_path, key_path, monkeypatch):
    asked = pools(monkeypatch, Broken(3), Broken(99), Broken(99))
    book = file_all(tmp_path / "term.db", key_path, {f"s{n}": f"work {n}".encode() for n in range(40)})
    assert grade_all(book, key_path, workers=3) == {"graded": 40}
    assert asked == [3, 1, 3]


def test_a_host_that_is_killed_is_replaced(tmp_path, blank, key, key_path):
    from cstolib.grading.grade import grade

    first = jail.host()
    first._process.kill()
    first._process.wait()
    assert grade(packed(answered(blank)), key)["status"] == "graded"
    with ended_soon():
        lost = grade(packed(answered(blank, hw_e5="import time; time.sleep(3); hw_e5 = 1")), key)
    assert lost["status"] == "crashed"
    assert lost["questions"]["hw-e1"]["status"] == "right"  # what was collected before stays
    assert grade(packed(answered(blank)), key)["status"] == "graded"


@contextmanager
def ended_soon() -> Any:
    timer = threading.Timer(2, jail.host()._process.kill)
    timer.start()
    yield
    timer.join()


# A cluster.
def test_a_cluster_that_loses_a_worker_grades_everything_once(tmp_path, blank, key_path):
    from distributed import LocalCluster

    count = 10
    book = file_all(tmp_path / "term.db", key_path, honest(blank, count))
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    calls: list[tuple[int, int]] = []
    with LocalCluster(host="127.0.0.1", **options) as cluster:
        workers = [nanny.process.pid for nanny in cluster.workers.values()]

        def progress(done: int, total: int) -> None:
            calls.append((done, total))
            if done == 3:
                os.kill(workers[0], signal.SIGKILL)

        counted = grade_all(book, key_path, scheduler=cluster.scheduler_address, progress=progress)
        assert counted == {"graded": count}
        assert calls == [(n, count) for n in range(count + 1)]
        assert points_of(book) == expected(count)
        assert set(answers_of(book).values()) == {len(POINTS)}
        assert grade_all(book, key_path, scheduler=cluster.scheduler_address) == {}


def test_a_submission_that_kills_workers_of_a_cluster_is_found(tmp_path, key_path, monkeypatch):
    import dask
    from distributed import LocalCluster

    monkeypatch.setattr(batch, "_task", deadly)
    work = {f"s{n}": f"work {n}".encode() for n in range(6)} | {"s2": b"deadly"}
    book = file_all(tmp_path / "term.db", key_path, work)
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    once = dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with once, LocalCluster(host="127.0.0.1", **options) as cluster:
        assert grade_all(book, key_path, scheduler=cluster.scheduler_address) == {"graded": 5, "crashed": 1}
    assert [row["status"] for row in rows_of(book)].index("crashed") == 2


def test_a_scheduler_that_is_not_there_is_told(tmp_path, blank, key_path):
    book = file_all(tmp_path / "term.db", key_path, honest(blank, 1))
    with pytest.raises(CstolibError, match=r"no Dask scheduler at 'tcp://127\.0\.0\.1:9'"):
        grade_all(book, key_path, scheduler="tcp://127.0.0.1:9")
    with pytest.raises(CstolibError, match="no Dask scheduler at 'nonsense'"):
        grade_all(book, key_path, scheduler="nonsense")
    assert rows_of(book)[0]["status"] is None


def test_a_grading_worker_loads_neither_pandas_nor_numpy():
    code = "import sys, cstolib.grading.batch; print(sorted({'pandas', 'numpy'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said == "[]\n"
