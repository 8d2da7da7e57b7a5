"""Run notebooks in a fresh kernel, have its answers read, and judge whether an exercise source is sound.

What comes out of a kernel is JSON: the normalised answers. Judging happens outside, on that JSON.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import TYPE_CHECKING, Any

from cstolib.answers import compare, digest
from cstolib.authoring.source import SourceError, about, text_of
from cstolib.bank import exercise_from, open_key, seal
from cstolib.citations import cite
from cstolib.errors import CstolibError
from cstolib.judging import judge
from cstolib.probe import ANSWERS, probe_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cstolib.authoring.source import Cell, Item, Notebook, Source

SECONDS_PER_CELL = 120
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def run(notebook: Notebook, env: Mapping[str, str]) -> Notebook:
    """Execute a notebook in a fresh kernel inside an empty folder, and give it back with its outputs.

    Parameters
    ----------
    notebook : dict
        The notebook; left as it is.
    env : mapping of str to str
        Environment variables to add for the kernel.

    Returns
    -------
    dict

    Raises
    ------
    SourceError
        When a cell fails; the message shows the cell and the error.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError

    node = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    package = str(Path(__file__).parents[2])
    with TemporaryDirectory(prefix="cstolib-") as folder:
        client = NotebookClient(
            node,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            coalesce_streams=True,
            record_timing=False,
            extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": folder}},
        )
        progress = str(Path(folder) / "progress.jsonl")
        paths = os.pathsep.join(text for text in (package, os.environ.get("PYTHONPATH")) if text)
        own = {"CSTOLIB_PROGRESS": progress, "PYTHONPATH": paths, "IPYTHONDIR": folder}
        try:
            client.execute(env={**os.environ, **own, **env})
        except (CellExecutionError, CellTimeoutError) as error:
            raise SourceError(f"a cell fails.\n{_ANSI.sub('', str(error)).strip()}") from None
    done: Notebook = json.loads(json.dumps(node))
    return done


def answers_of(code: list[str], items: Mapping[str, Item], env: Mapping[str, str]) -> dict[str, Any]:
    """Run cells of code in a fresh kernel and :func:`probe` it for the answers to `items`."""
    questions = {
        name: {
            "kind": item.kind,
            "variable": item.variable,
            "expression": item.fields.get("expression", ""),
            "wrong": [wrong["answer"] for wrong in item.fields.get("wrong_answers", [])],
        }
        for name, item in items.items()
        if item.kind != "written"
    }
    cells: list[Cell] = [
        {
            "cell_type": "code",
            "id": f"c{place}",
            "source": text,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for place, text in enumerate([*code, probe_code(questions)])
    ]
    done = run({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, env)
    found: dict[str, Any] = done["cells"][-1]["outputs"][-1]["data"][ANSWERS]
    return found


def solved(source: Source, env: Mapping[str, str]) -> dict[str, Any]:
    """Run a source with its solutions and hidden tests (not its checks), and read the answers."""
    code = []
    for cell in source.cells:
        item = source.items.get(about(cell).get("exercise", ""))
        if cell["cell_type"] == "code":
            code.append(item.hidden_tests if item and about(cell)["part"] == "check" else text_of(cell))
    return answers_of(code, source.items, env)


def blank(source: Source, student: list[Cell], env: Mapping[str, str]) -> list[str]:
    """Run the learner's version untouched (not its checks and panels); name each answer that is not blank."""
    code = [
        text_of(cell)
        for cell in student
        if cell["cell_type"] == "code"
        and not text_of(cell).startswith(("ask(", "predict(", "reveal("))
        and about(cell).get("part") != "check"
    ]
    found = answers_of(code, source.items, env)
    return [
        f"{name}: the learner's version does not answer 'not attempted'; "
        f"assign {source.items[name].variable} only between the solution markers"
        for name, read in found.items()
        if read["answer"] != {"value": None}
    ]


def entry(item: Item, read: Mapping[str, Any]) -> dict[str, Any]:
    """Make the bank's entry for one exercise from its source and the answers read for it."""
    fields = item.fields
    prompt = text_of(item.cells["prompt"]).strip()
    first, _, rest = prompt.partition("\n")
    if first.startswith("#") or not fields.get("title"):  # the first line is the title
        prompt = rest.strip()
    answer = read.get("answer", {}).get("value")
    key: dict[str, Any] = {"answer": answer, "solution": dedent(item.solution).strip("\n")}
    key |= {name: fields[name] for name in ("explanation", "partly", "hints", "reason") if fields.get(name)}
    key["wrong_answers"] = [
        {"answer": value["value"], "misconception": wrong["misconception"], "message": wrong["message"]}
        for wrong, value in zip(fields.get("wrong_answers", []), read.get("wrong", []), strict=True)
    ]
    optional = ("options", "tolerance", "items", "unit", "margin", "sources", "as_of", "rubric", "widget")
    return {
        "kind": item.kind,
        "title": fields.get("title") or first.strip("#* "),
        "prompt": prompt,
        "points": fields.get("points", 1 if item.widget else 0),
        "minutes": fields.get("minutes", 1),
        **{name: fields[name] for name in optional if fields.get(name) is not None},
        "digest": digest(item.kind, answer),
        "sealed": seal(key),
    }


def unsound(item: Item, read: Mapping[str, Any]) -> list[str]:
    """Say why an exercise cannot be used: its solution is not right, or a wrong answer is not told apart."""
    if item.kind == "written":
        return []
    answer = read["answer"]
    if answer.get("value") is None:
        why = answer.get("error", f"{item.variable} holds no answer")
        return [f"the solution gives no answer ({why}); assign {item.variable} in it"]
    if item.kind == "prediction":
        return _unsound_prediction(item, answer["value"])
    written = [wrong["answer"] for wrong in item.fields["wrong_answers"]]
    found = [
        f"the wrong answer {text!r} cannot be read: {value['error']}"
        for text, value in zip(written, read["wrong"], strict=True)
        if "error" in value
    ]
    return found or _unsound_judgement(item, read, written)


def _unsound_judgement(item: Item, read: Mapping[str, Any], written: list[str]) -> list[str]:
    exercise = exercise_from(item.id, "", entry(item, read))
    key = open_key(exercise)
    verdict = judge(exercise, key, key.answer)
    if verdict.status != "right":
        return [f"the solution is not right ({verdict.message}); mend the solution or the options"]
    found = []
    values = [wrong["answer"] for wrong in key.wrong_answers]
    for place, (text, value) in enumerate(zip(written, values, strict=True)):
        verdict = judge(exercise, key, value)
        if verdict.status in ("right", "not attempted"):
            found.append(f"the wrong answer {text!r} is judged {verdict.status!r}; change or drop it")
        elif not verdict.readable:
            found.append(f"the wrong answer {text!r} is no answer here: {verdict.message}")
        found += [
            f"the wrong answers {earlier!r} and {text!r} are the same answer; drop one"
            for earlier, other in zip(written[:place], values[:place], strict=True)
            if compare(item.kind, other, value).status == "right"
        ]
    for name in exercise.options if item.kind == "choice" else ():
        if name != key.answer and name not in values:
            found.append(f"option {name!r} has no message; foresee it among the wrong answers")
    return found


def _unsound_prediction(item: Item, truth: dict[str, float]) -> list[str]:
    limits = {each["key"]: each for each in item.fields["items"]}
    if set(truth) != set(limits):
        return [f"the solution must give exactly the items {', '.join(limits)}"]
    found = [
        f"the truth for {name}, {value}, is not between min and max; widen them"
        for name, value in truth.items()
        if not limits[name]["min"] <= value <= limits[name]["max"]
    ]
    found += [
        f"the truth for {name}, {value}, is not a whole number; leave whole out"
        for name, value in truth.items()
        if limits[name].get("whole") and value % 1
    ]
    for source in item.fields["sources"]:
        try:
            cite(source)
        except CstolibError as error:
            found.append(str(error).rstrip("."))
    return found
