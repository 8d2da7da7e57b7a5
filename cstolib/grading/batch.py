"""Grade all that waits in a gradebook, on the processors of this machine or of a Dask cluster."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from cstolib import __version__
from cstolib.errors import CstolibError
from cstolib.grading.grade import Result, grade, read_key, ungraded
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.jail import shows
from cstolib.grading.run import Limits

WAITING = 4  # submissions handed to each worker ahead of time: no more are in memory
STRIKES = 2  # a submission that was there each time a worker was killed is not tried for ever
KILLED = "The process that graded it was killed, more than once."
MEMORY = 2**31  # bytes of address space of a worker: a submission that wants more fails alone


def grade_all(
    gradebook: Path,
    key: Path,
    *,
    workers: int = 2,
    scheduler: str | None = None,
    limits: Limits | None = None,
    isolated: bool = True,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Counter[str]:
    """Grade every submission that counts and was not yet graded with this key and this version.

    Whatever was graded is kept: each submission is stored in one transaction, so that an interrupted run
    goes on where it stopped, and a second one finds nothing to do.

    Parameters
    ----------
    gradebook, key : pathlib.Path
        The gradebook, with submissions, and the teacher's key.
    workers : int, optional
        Processes on this machine.
    scheduler : str, optional
        Address of a Dask scheduler, in place of processes here; its workers need bubblewrap.
    limits : Limits, optional
        How long each submission may take.
    isolated : bool, optional
        ``False`` runs learners' code without any protection.
    progress : callable, optional
        Called with the number done and the number in all.

    Returns
    -------
    collections.Counter
        How many submissions have each status.

    Raises
    ------
    CstolibError
        When code cannot be isolated: nothing was run then.
    """
    content, digest = read_key(key)
    for path in (key, gradebook):
        if isolated and shows(path):
            raise CstolibError(
                f"{path} is in a folder that learners' code can read, with Python or the system. Nothing was "
                "run. Move it to a folder outside; do not keep a course in a virtual environment."
            )
    graded_with = f"cstolib {__version__}, key {digest[:16]}{'' if isolated else ', not isolated'}"
    counted: Counter[str] = Counter()
    with Gradebook(gradebook) as book:
        name = book.add_assignment(content, digest)
        waiting = book.pending(name, graded_with)
        total = len(waiting)
        progress(0, total)

        def begin(pool: Executor, id: int) -> Future[Result]:
            who = book.learner_of(id)
            return pool.submit(_task, book.content(id), who, text, limits or Limits(), isolated)

        text = json.dumps(content)
        with closing(_results(waiting, begin, workers, scheduler)) as results:
            for id, found in results:
                result = found or ungraded(content, "crashed", KILLED)
                book.record(id, result, graded_with)
                counted[result["status"]] += 1
                progress(counted.total(), total)
    return counted


def _results(
    waiting: list[int],
    begin: Callable[[Executor, int], Future[Result]],
    workers: int,
    scheduler: str | None,
) -> Generator[tuple[int, Result | None], None, None]:
    """Give each result as it comes; ``None`` for a submission that kills its worker."""
    strikes: Counter[int] = Counter()
    suspects: list[int] = []
    while waiting or suspects:
        # Suspects go one at a time, so that the one that does it is found, and only that one.
        queue, alone = (suspects, True) if suspects else (waiting, False)
        running: dict[Future[Result], int] = {}
        lost: list[int] = []
        with _executor(1 if alone else workers, scheduler) as (pool, size):
            ahead = 1 if alone else WAITING * size
            while running or (queue and not lost):
                while queue and not lost and len(running) < ahead:
                    id = queue.pop(0)
                    try:
                        running[begin(pool, id)] = id
                    except BrokenProcessPool:
                        lost.append(id)
                yield from _finished(running, lost)
        strikes.update(lost)
        yield from ((id, None) for id in lost if strikes[id] >= STRIKES)
        suspects += [id for id in lost if strikes[id] < STRIKES]


def _finished(running: dict[Future[Result], int], lost: list[int]) -> Iterator[tuple[int, Result]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        id = running.pop(future)
        try:
            result = future.result()
        except BrokenProcessPool:
            lost.append(id)
        except CancelledError:
            raise CstolibError(
                "The connection to the scheduler was lost. What was graded is kept; run this again."
            ) from None
        except CstolibError:
            raise
        except Exception as error:
            if not isinstance(error, MemoryError) and type(error).__name__ != "KilledWorker":  # Dask's word
                raise
            lost.append(id)
        else:
            yield id, result


@contextmanager
def _executor(workers: int, scheduler: str | None) -> Iterator[tuple[Executor, int]]:
    """Give a pool and how many it grades at a time."""
    if scheduler is None:
        method, others = multiprocessing.get_context("spawn"), set(multiprocessing.active_children())
        with ProcessPoolExecutor(workers, mp_context=method, initializer=_serve) as pool:
            try:
                yield pool, workers
            except BaseException:  # interrupted: nobody waits for what is still running
                pool.shutdown(wait=False, cancel_futures=True)
                for worker in set(multiprocessing.active_children()) - others:
                    worker.kill()
                raise
        return
    try:
        from distributed import Client
    except ImportError:
        raise CstolibError(
            "Grading on a cluster needs Dask: python -m pip install 'cstolib[grading]', here and there."
        ) from None
    try:
        client: Any = Client(scheduler, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise CstolibError(f"There is no Dask scheduler at {scheduler!r} ({error}).") from None
    with client:
        yield client.get_executor(pure=False), sum(client.nthreads().values()) or workers


def _serve() -> None:
    """Make a worker that the grader alone interrupts, that has limits, and that ends with the grader."""
    _limit(MEMORY)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    grader = multiprocessing.parent_process()
    assert grader

    def watch() -> None:
        grader.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _limit(memory: int) -> None:
    """Set how much memory this process may have; where that is not enough, no core of it is kept."""
    if sys.platform == "linux":
        import resource

        for limit, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
            _, allowed = resource.getrlimit(limit)
            most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
            resource.setrlimit(limit, (most, allowed))


@lru_cache(maxsize=2)
def _key(text: str) -> dict[str, Any]:
    key: dict[str, Any] = json.loads(text)
    return key


def _task(content: bytes, learner: str, key: str, limits: Limits, isolated: bool) -> Result:
    if not isolated:  # the kernel is a child of this process then, and shares its limits
        _limit(sys.maxsize)
    return grade(content, _key(key), learner=learner, limits=limits, isolated=isolated)
