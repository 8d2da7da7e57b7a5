"""An assignment on the learner's side: your own parameters, and one file to hand in."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from cstolib import bank, journal
from cstolib.answers import BLANK_TEXT, KINDS
from cstolib.errors import CstolibError, known
from cstolib.messages import Help


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
    path = files[known("assignment", assignment, files)]
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        variants, who = content["variants"], content.get("learner") or learner
    except (OSError, ValueError, KeyError, TypeError):
        raise CstolibError(f"{path.name} is damaged. Copy the file that was handed out once more.") from None
    if not isinstance(who, str) or not who.strip() or who == "WRITE YOUR ID HERE":
        raise CstolibError('Write your id between the quotes of variant(..., "...") and run the cell again.')
    return draw(variants, who)


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
        saved = datetime.fromtimestamp(path.stat().st_mtime)
        cells, about = content["cells"], content["metadata"]
        texts = ["".join(cell["source"]).strip() for cell in cells]
        marks = [cell["metadata"].get("cstolib", {}) for cell in cells]
        for cell in cells:
            if cell["cell_type"] == "code":
                cell |= {"outputs": [], "execution_count": None}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise CstolibError(f"{path.name} cannot be read as a notebook. Save it and try again.") from None
    ids = {mark["exercise"] for mark in marks if "exercise" in mark}
    if unsaved := [text for text in _last_run(ids) if text.strip() not in texts]:
        first = unsaved[0].strip().splitlines()[0]
        raise CstolibError(
            f"The notebook has changes that are not saved (in {first!r}). Press Ctrl+S, then run this again. "
            "If you have removed that cell since, run first the one that counts."
        )
    now = datetime.now().astimezone()
    record = [entry for entry in journal.read().entries if entry["id"] in ids]
    about["cstolib"] = {
        **about.get("cstolib", {}),
        "handed_in": now.isoformat(timespec="seconds"),
        "record": record,
    }
    made = _write(path, f"{now:%Y-%m-%d-%H%M%S}", json.dumps(content, indent=1, ensure_ascii=False))
    essays = {
        mark["exercise"]: text.replace(BLANK_TEXT, "").strip()
        for mark, text in zip(marks, texts, strict=True)
        if mark.get("part") == "written"
    }
    blank = [name for name in sorted(ids) if _is_blank(name, texts, essays)]
    said = [f"Still blank: {', '.join(blank)}."] if blank else []
    if unset := _without_value(sorted(ids.difference(blank))):
        said.append(
            f"Without a value: {', '.join(unset)}. The cells were not run, or an error stopped them: mend "
            "it, choose Kernel, Restart Kernel and Run All Cells, save, and run this again."
        )
    said = said or ["Every question has an answer."]
    kept = f"It holds the notebook as it was saved at {saved:%H:%M}. Nothing was sent anywhere."
    return Help(f"Hand in the file {made.name}", (*said, f"It lies beside this notebook. {kept}"))


def _write(notebook: Path, when: str, text: str) -> Path:
    """Write the file under a name that is still free."""
    for number in count(1):
        path = notebook.with_name(f"{notebook.stem}-handin-{when}{f'-{number}' * (number > 1)}.ipynb")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
            return path
        except FileExistsError:
            continue
        except OSError as error:
            path.unlink(missing_ok=True)
            raise CstolibError(f"{path.name} cannot be written here: {error.strerror}.") from None
    raise AssertionError


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


def _assigns(name: str) -> re.Pattern[str]:
    """Find where the variable of an exercise gets a value other than the blank."""
    variable = re.escape(name.replace("-", "_"))
    blank = r"(?!\s*\.\.\.\s*$)"
    return re.compile(rf"\bdef {variable}\(|\b{variable}\s*(?::[^=\n]+)?[-+*/|&]*=(?!=){blank}", re.MULTILINE)


def _last_run(ids: set[str]) -> list[str]:
    """Give the cells that answered these exercises, the last text of each."""
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    ran = shell.history_manager.input_hist_raw if shell else []
    return list({name: text for text in ran for name in ids if _assigns(name).search(text)}.values())


def _without_value(names: list[str]) -> list[str]:
    """Name the exercises that were answered in the notebook, and have no answer in this kernel."""
    from IPython.core.getipython import get_ipython

    shell, exercises = get_ipython(), bank.exercises()
    if shell is None:
        return []
    answered = [name for name in names if name in exercises and exercises[name].kind in KINDS]
    return [name for name in answered if exercises[name].variable not in shell.user_ns]


def _is_blank(name: str, texts: list[str], essays: dict[str, str]) -> bool:
    exercises = bank.exercises()
    if name not in exercises or exercises[name].kind not in (*KINDS, "written"):
        return False
    if exercises[name].kind == "written":
        return not essays.get(name)
    return not any(_assigns(name).search(text) for text in texts)
