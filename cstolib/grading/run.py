"""Run a learner's cells in a fresh jail and bring out the answers: size-limited JSON, and nothing else."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

from cstolib.errors import CstolibError
from cstolib.grading.jail import JailedKernelManager, host
from cstolib.probe import ANSWERS, probe_code

LARGEST_ANSWER = 64 * 1024  # characters of JSON
MOST_ITEMS = 2_000
_SILENT = logging.getLogger("cstolib.grading.silent")  # what a kernel says never reaches the grader's log
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


@dataclass(frozen=True)
class Limits:
    """Seconds that one cell, and all of a submission, may take."""

    cell: float = 10
    total: float = 60


@dataclass
class Run:
    """What came out: answers and errors by id, all errors of cells, and how it ended: ``""`` if well."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    ended: str = ""


class _Reader(NotebookClient):
    """Executes cells and keeps nothing of their output but published answers."""

    found: Any = None
    slow = False

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> None:
        """Look for the end of a cell, and for answers."""
        content = msg["content"] if isinstance(msg["content"], dict) else {}
        if msg["msg_type"] == "status":
            super().process_message(msg, cell, cell_index)
        elif msg["msg_type"] == "display_data" and ANSWERS in content.get("data", ()):
            self.found = content["data"][ANSWERS]

    async def _async_handle_timeout(self, timeout: int, cell: Any = None) -> Any:
        self.slow = True
        return await super()._async_handle_timeout(timeout, cell)

    async def perform(self, code: str) -> tuple[str, Any]:
        """Run one cell: its error, if any, and the answers it published."""
        self.found = None
        cell = nbformat.v4.new_code_cell(code)  # type: ignore[no-untyped-call]
        replies: list[dict[str, Any]] = []
        self.on_cell_executed = lambda execute_reply, **_: replies.append(execute_reply)
        await self.async_execute_cell(cell, 0)
        content = replies[-1]["content"] if replies else {"status": "ok"}  # an empty cell is not run
        well = content.get("status") == "ok"
        return "" if well else f"{content.get('ename')}: {content.get('evalue')}", self.found


def run(
    code: Sequence[str],
    questions: Mapping[str, Mapping[str, Any]],
    *,
    files: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    isolated: bool = True,
) -> Run:
    """Run cells in order in a fresh jail, and read the answers to `questions`.

    Answers are read after each cell that names their variable and again at the end; the last one that is
    not blank counts, so that neither a copied blank cell nor a kernel that dies later takes it away. Cells
    that lacked a name are run once more at the end when an answer is missing: they may have been moved.

    Parameters
    ----------
    code : sequence of str
        The cells.
    questions : mapping
        As for :func:`cstolib.probe.probe`.
    files : mapping of str to str, optional
        Small text files to lay beside the notebook.
    limits : Limits, optional
        How long it may take.
    isolated : bool, optional
        ``False`` runs the cells on this machine without any protection.

    Returns
    -------
    Run

    Raises
    ------
    CstolibError
        When no jail can be made here; nothing has been run then.
    """
    if isolated:
        host()  # warming it is not on the learner's time
    with TemporaryDirectory(prefix="cstolib-") as folder:  # where what is not isolated runs
        place = "" if isolated else folder
        return asyncio.run(_run(code, questions, dict(files or {}), limits or Limits(), place))


async def _run(
    code: Sequence[str],
    questions: Mapping[str, Mapping[str, Any]],
    files: dict[str, str],
    limits: Limits,
    place: str,
) -> Run:
    manager: Any = AsyncKernelManager() if place else JailedKernelManager()
    manager.log = _SILENT
    done, client, clock = Run(), None, asyncio.timeout(limits.total)
    try:
        async with clock:
            await manager.start_kernel(**({"cwd": place} if place else {}))
            client = manager.client()
            client.start_channels(stdin=False, hb=False)
            await client.wait_for_ready(timeout=limits.total)
            client.allow_stdin = False
            options = {"timeout": limits.cell, "interrupt_on_timeout": True, "allow_errors": True}
            notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
            notebook.cells = [None]  # each cell in turn takes this place
            reader = _Reader(notebook, km=manager, log=_SILENT, **options)
            reader.kc = client
            for name, text in files.items():
                await reader.perform(f"__import__('pathlib').Path({name!r}).write_text({text!r}, 'utf-8')")
            await _perform(reader, code, questions, done)
            done.ended = "timed-out" if reader.slow else ""
    except CstolibError:
        raise
    except Exception:  # a kernel that died, or a hostile one that sent anything at all: it fails alone
        done.ended = "timed-out" if clock.expired() else "crashed"
    finally:
        if client:
            client.stop_channels()
        await manager.shutdown_kernel(now=True)
    return done


async def _perform(
    reader: _Reader, code: Sequence[str], questions: Mapping[str, Mapping[str, Any]], done: Run
) -> None:
    async def read(names: Mapping[str, Mapping[str, Any]]) -> None:
        _, found = await reader.perform(probe_code(names))
        for name, answer in _accepted(found, names).items():
            if answer.get("value") is not None or "error" in answer or name not in done.answers:
                done.answers[name] = answer

    failed = []
    for text in code:
        error, _ = await reader.perform(text)
        if error:
            failed += [text] if error.startswith("NameError") else []
            done.failed.append(clean(error)[:300])
        if named := {
            name: ask for name, ask in questions.items() if re.search(rf"\b{ask['variable']}\b", text)
        }:
            if error:  # the first is the cause, those after it are its effects
                done.errors = {**dict.fromkeys(named, done.failed[-1]), **done.errors}
            await read(named)
    await read(questions)
    if failed and any(done.answers.get(name, {}).get("value") is None for name in questions):
        for text in failed:
            await reader.perform(text)
        await read(questions)


def _accepted(found: Any, names: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Keep of what a kernel published only what has the form and the size of answers."""
    accepted = {}
    for name in names:
        answer = found.get(name) if isinstance(found, dict) else None
        value = answer.get("answer") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(value, dict) or not {"value", "error"} & set(value):
            continue
        if len(json.dumps(value)) > LARGEST_ANSWER or _items(value.get("value")) > MOST_ITEMS:
            accepted[name] = {"error": "The answer is too large to be one."}
        elif "error" in value:
            accepted[name] = {"error": clean(str(value["error"]))[:300]}
        else:
            accepted[name] = {"value": value["value"], "wrong": answer.get("wrong", [])}
    return accepted


def _items(value: Any) -> int:
    if isinstance(value, dict):
        return sum(_items(each) for each in value.values())
    return sum(1 + _items(each) for each in value) if isinstance(value, list) else 0


def clean(text: str) -> str:
    r"""Replace what is no character, so that text can be stored and shown.

    Examples
    --------
    >>> clean("caf\xe9 \ud800\x00")
    'café ??'
    """
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "?")
