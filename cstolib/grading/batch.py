"""Grade all that waits in a gradebook, on the processors of this machine or of a Dask cluster."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from cstolib import __version__
from cstolib.errors import CstolibError
from cstolib.grading.assign import FORMAT
from cstolib.grading.grade import Result, grade, ungraded
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.run import Limits

WAITING = 4  # submissions handed to each worker ahead of time: no more are in memory
STRIKES = 2  # a submission that was there each time a worker was killed is not tried for ever
KILLED = "The process that graded it was killed, more than once."


def read_key(path: Path) -> tuple[dict[str, Any], str]:
    """Read a teacher's key, and give its fingerprint with it.

    Parameters
    ----------
    path : pathlib.Path
        The file ``NAME.key.json``.

    Returns
    -------
    tuple of dict and str

    Raises
    ------
    CstolibError
        When it is no key, or one of another version.
    """
    try:
        content = path.read_bytes()
        key = json.loads(content)
        if key["format"] == FORMAT and key["questions"]:
            return key, hashlib.sha256(content).hexdigest()
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise CstolibError(
        f"{path} is not a key of this version. A key is the file NAME.key.json that cstolib assign wrote "
        "into the folder teacher."
    )


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
        for id, result in _results(waiting, begin, workers, scheduler):
            book.record(id, result or ungraded(content, "crashed", KILLED), graded_with)
            counted[result["status"] if result else "crashed"] += 1
            progress(counted.total(), total)
    return counted


def _results(
    waiting: list[int],
    begin: Callable[[Executor, int], Future[Result]],
    workers: int,
    scheduler: str | None,
) -> Iterator[tuple[int, Result | None]]:
    """Give each result as it comes; ``None`` for a submission that kills its worker."""
    strikes: Counter[int] = Counter()
    ahead = WAITING * workers
    while waiting:
        running: dict[Future[Result], int] = {}
        lost: list[int] = []
        with _executor(workers, scheduler) as pool:
            while running or (waiting and not lost):
                while waiting and not lost and len(running) < ahead:
                    id = waiting.pop(0)
                    running[begin(pool, id)] = id
                yield from _finished(running, lost)
        strikes.update(lost)
        yield from ((id, None) for id in lost if strikes[id] >= STRIKES)
        waiting[:0] = [id for id in lost if strikes[id] < STRIKES]
        if lost:
            workers = ahead = 1  # one at a time, so that the one that does it is found, and only that one


def _finished(running: dict[Future[Result], int], lost: list[int]) -> Iterator[tuple[int, Result]]:
    for future in wait(running, return_when=FIRST_COMPLETED).done:
        id = running.pop(future)
        try:
            yield id, future.result()
        except BrokenProcessPool:
            lost.append(id)
        except CancelledError:
            raise CstolibError(
                "The connection to the scheduler was lost. What was graded is kept; run this again."
            ) from None
        except CstolibError:
            for other in running:
                other.cancel()
            raise
        except Exception as error:
            if type(error).__name__ != "KilledWorker":  # Dask's word for it
                raise
            lost.append(id)


@contextmanager
def _executor(workers: int, scheduler: str | None) -> Iterator[Executor]:
    if scheduler is None:
        method = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=method) as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ImportError:
        raise CstolibError(
            "Grading on a cluster needs Dask: python -m pip install 'cstolib[grading]', here and there."
        ) from None
    try:
        connect: Any = Client
        client = connect(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError) as error:
        raise CstolibError(f"There is no Dask scheduler at {scheduler!r} ({error}).") from None
    with client:
        yield client.get_executor(pure=False)


@lru_cache(maxsize=2)
def _key(text: str) -> dict[str, Any]:
    key: dict[str, Any] = json.loads(text)
    return key


def _task(content: bytes, learner: str, key: str, limits: Limits, isolated: bool) -> Result:
    return grade(content, _key(key), learner=learner, limits=limits, isolated=isolated)
