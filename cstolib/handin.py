"""An assignment on the learner's side: your own parameters, and one file to hand in."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from cstolib import bank, journal
from cstolib.answers import KINDS
from cstolib.errors import CstolibError, known
from cstolib.exercises import Help
from cstolib.student import BLANK_TEXT


def variant(assignment: str, learner: str) -> dict[str, Any]:
    """Give the parameters of your own version of an assignment.

    Parameters
    ----------
    assignment : str
        Name of the assignment, as in its first cell.
    learner : str
        Your id in the course. Whoever grades uses the id under which you hand in.

    Returns
    -------
    dict
        A value for each parameter; the same each time.

    Raises
    ------
    CstolibError
        When the file of the assignment is not beside the notebook, or no id is given.

    Examples
    --------
    >>> variant("week-1", "s01")
    Traceback (most recent call last):
    cstolib.errors.CstolibError: The file week-1.exercises.json is missing. Put it beside this notebook.
    """
    from cstolib.grading.variants import draw

    files = {path.name.removesuffix(".exercises.json"): path for path in bank.assignments()}
    if not files:
        raise CstolibError(f"The file {assignment}.exercises.json is missing. Put it beside this notebook.")
    content = json.loads(files[known("assignment", assignment, files)].read_text(encoding="utf-8"))
    who = content.get("learner") or learner
    if not isinstance(who, str) or not who.strip() or who == "WRITE YOUR ID HERE":
        raise CstolibError('Write your id between the quotes of variant(..., "...") and run the cell again.')
    return draw(content["variants"], who)


def submit(notebook: str | None = None) -> Help:
    """Write one file to hand in.

    Parameters
    ----------
    notebook : str, optional
        The notebook's file name, where it cannot be found out (outside JupyterLab).

    Returns
    -------
    Help
        The name of the file, what is still blank, and what to do with it. The file is a copy of the saved
        notebook without outputs, with what you stated about your confidence; nothing else leaves your folder,
        and nothing is sent. An earlier file stays as it is.

    Raises
    ------
    CstolibError
        When the notebook cannot be found, or was changed since it was saved.

    Examples
    --------
    >>> submit("week-2.ipynb")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no notebook 'week-2.ipynb' here. Name it: submit("..."), ...
    """
    path = _notebook(notebook)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = content["cells"]
    except (OSError, ValueError, KeyError, TypeError):
        raise CstolibError(f"{path.name} cannot be read as a notebook. Save it and try again.") from None
    texts = ["".join(cell["source"]).strip() for cell in cells]
    if unsaved := [text for text in _last_run() if text.strip() not in texts]:
        first = unsaved[0].strip().splitlines()[0]
        raise CstolibError(
            f"The notebook has changes that are not saved (in {first!r}). Press Ctrl+S, then run this again."
        )
    ids: set[str] = {name for cell in cells if (name := _about(cell).get("exercise"))}
    for cell in cells:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    now = datetime.now().astimezone()
    record = [entry for entry in journal.read().entries if entry["id"] in ids]
    content["metadata"]["cstolib"] = {
        **content["metadata"].get("cstolib", {}),
        "handed_in": now.isoformat(timespec="seconds"),
        "record": record,
    }
    made = path.with_name(f"{path.stem}-handin-{now:%Y-%m-%d-%H%M%S}.ipynb")
    made.write_text(json.dumps(content, indent=1, ensure_ascii=False), encoding="utf-8")
    essays = {
        _about(cell)["exercise"]: text
        for cell, text in zip(cells, texts, strict=True)
        if cell["cell_type"] != "code" and _about(cell).get("part") == "written"
    }
    lines = (*_gaps(sorted(ids), texts, essays), "It lies beside this notebook; nothing was sent anywhere.")
    return Help(f"Hand in the file {made.name}", lines)


def _about(cell: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = cell.get("metadata", {}).get("cstolib", {})
    return about


def _notebook(name: str | None) -> Path:
    """Find the notebook; JupyterLab tells its kernels which one they belong to."""
    told = name or Path(os.environ.get("JPY_SESSION_NAME", "")).name
    path = Path.cwd() / told
    if not told or not path.is_file():
        here = sorted(each.name for each in Path.cwd().glob("*.ipynb"))
        what = f"There is no notebook {told!r} here" if told else "The notebook's name is not known"
        choice = f"one of {', '.join(here)}" if here else "from the folder in which it lies"
        raise CstolibError(f'{what}. Name it: submit("..."), {choice}.')
    return path


def _last_run() -> list[str]:
    """Give the text of the cells of this assignment that were run, the last text of each."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    ran = shell.user_ns.get("In", [])[1:] if shell else []
    answers: dict[str, str] = {}
    for text in ran:
        if found := re.search(r'check\("([\w-]+)"', text):
            answers[found[1]] = text
    return list(answers.values())


def _gaps(names: list[str], texts: list[str], essays: dict[str, str]) -> list[str]:
    """Say which questions have no answer that the grader would find."""
    from IPython.core.getipython import get_ipython

    exercises = {name: each for name, each in bank.exercises().items() if name in names}
    shell = get_ipython()
    blank, without = [], []
    for name, exercise in exercises.items():
        if exercise.kind == "written":
            if not essays.get(name, "").replace(BLANK_TEXT, "").strip():
                blank.append(name)
        elif exercise.kind in KINDS:
            if any(text.endswith(f"{exercise.variable} = ...") for text in texts):
                blank.append(name)
            elif shell and exercise.variable not in shell.user_ns:
                without.append(name)
    said = [f"Still blank: {', '.join(blank)}."] if blank else []
    if without:
        said.append(
            f"Without a value: {', '.join(without)}. Their cells were not run, or ended in an error. Choose "
            "Kernel, Restart Kernel and Run All Cells to see what the grader will see."
        )
    return said or ["Every question has an answer."]
