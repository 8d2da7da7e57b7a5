"""Generate what derives from exercise sources: ``python -m cstolib.authoring.build [--check] [LESSON ...]``.

From ``exercises/NN-name.ipynb`` come the bank (``cstolib/bank/NN.json``), the learner's exercises
(``cstolib/course/exercises/NN-name.ipynb``) and the exercise cells of the lesson (``notebooks/NN-*.ipynb``),
which is then executed. With ``--check`` nothing is written: what differs is named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from cstolib import journal
from cstolib.authoring import evaluate
from cstolib.authoring.source import Cell, Notebook, Source, SourceError, about, read, text_of
from cstolib.authoring.student import leaks, school_marks, student_cells, unimported
from cstolib.bank import unseal
from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg")
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}


def build(root: Path, lessons: Iterable[str] = (), *, execute: bool = True) -> dict[Path, str]:
    """Make every generated file, without writing any.

    Parameters
    ----------
    root : pathlib.Path
        The project folder.
    lessons : iterable of str, optional
        Numbers of the lessons to build, such as ``"01"``; all by default.
    execute : bool, optional
        Whether to run the lessons; otherwise they keep the outputs they have.

    Returns
    -------
    dict
        The text of each file by its path.

    Raises
    ------
    SourceError
        When a source or a lesson cannot be used; the message names file, exercise and what to do.
    """
    wanted = set(lessons)
    paths = _notebooks(root / "exercises", wanted)
    notebooks = _notebooks(root / "notebooks", wanted)
    if not paths and not notebooks:
        raise SourceError(
            f"There is nothing to build in {root} for {', '.join(sorted(wanted)) or 'any lesson'}."
        )
    made: dict[Path, str] = {}
    students: dict[str, tuple[Source, list[Cell]]] = {}
    with TemporaryDirectory(prefix="cstolib-bank-") as stage:
        for path in (root / "cstolib" / "bank").glob("*.json"):
            shutil.copy(path, stage)
        env = {"CSTOLIB_BANK": stage}
        for path in paths:
            source = read(path)
            made[path] = write_notebook(tidy_source(source, json.loads(path.read_text(encoding="utf-8"))))
            bank, student = derive(source, env)
            students[source.lesson] = source, student
            (Path(stage) / f"{source.lesson}.json").write_text(bank, encoding="utf-8")
            made[root / "cstolib" / "bank" / f"{source.lesson}.json"] = bank
            kept = [cell for cell in student if not journal.is_test_item(about(cell).get("exercise", ""))]
            if any("exercise" in about(cell) for cell in kept):
                made[root / "cstolib" / "course" / "exercises" / path.name] = write_notebook(
                    handout(source, kept)
                )
        for path in notebooks:
            lesson = json.loads(path.read_text(encoding="utf-8"))
            if path.name[:2] in students:
                lesson = sync(lesson, *students[path.name[:2]], path.name)
            lesson = normalise(lesson)
            try:
                made[path] = write_notebook(normalise(evaluate.run(lesson, env)) if execute else lesson)
            except SourceError as error:
                raise SourceError(f"{path.name}: {error}") from None
    return made


def _notebooks(folder: Path, lessons: set[str]) -> list[Path]:
    """Find the notebooks of these lessons by number, or by name where they have no number."""
    paths = sorted(folder.glob("*.ipynb"))
    return [path for path in paths if not lessons or lessons & {path.name[:2], path.stem}]


def derive(source: Source, env: Mapping[str, str]) -> tuple[str, list[Cell]]:
    """Derive the bank file and the learner's cells from a source, and refuse a source that is not sound."""
    student = student_cells(source)
    problems = unimported(student) + leaks(source, student)
    try:
        answers = evaluate.solved(source, env)
        for item in source.items.values():
            problems += [f"{item.id}: {text}" for text in evaluate.unsound(item, answers.get(item.id, {}))]
        problems += evaluate.blank(source, student, env)
    except SourceError as error:
        problems.append(str(error))
    if problems:
        raise SourceError("\n".join(f"{source.name}, {problem}." for problem in problems))
    entries = {name: evaluate.entry(item, answers.get(name, {})) for name, item in source.items.items()}
    bank = {"lesson": source.lesson, "title": source.title, "version": source.version, "exercises": entries}
    return json.dumps(bank, indent=1, ensure_ascii=False) + "\n", student


def sync(lesson: Notebook, source: Source, student: list[Cell], name: str) -> Notebook:
    """Put the learner's cells in the places that a lesson keeps for them.

    A place is a cell with the same exercise and part in its metadata. A quick question may instead be asked
    together with others, in a cell of the lesson's own that calls ``ask`` with its id.
    """
    own = {
        (about(cell)["exercise"], about(cell)["part"]): cell for cell in student if "exercise" in about(cell)
    }
    asked = {
        match
        for cell in lesson["cells"]
        if cell["cell_type"] == "code" and text_of(cell).lstrip().startswith("ask(")
        for match in re.findall(r"[\"']([\w-]+)[\"']", text_of(cell))
    }
    found, cells, strange = set(), [], []
    for cell in lesson["cells"]:
        place = about(cell).get("exercise", ""), about(cell).get("part", "")
        if place in own:
            found.add(place)
            cells.append(_merged(cell, own[place]))
        else:
            cells.append(cell)
            if place[0]:
                strange.append(
                    f"{place[0]}: there is no part {place[1]!r} in {source.name}; remove this cell"
                )
    missing = [
        f"{exercise}: the part {part!r} has no cell here; add one with the metadata "
        f'{{"cstolib": {{"exercise": "{exercise}", "part": "{part}"}}}}'
        for exercise, part in own
        if (exercise, part) not in found and not (source.items[exercise].widget and exercise in asked)
    ]
    if strange or missing:
        raise SourceError("\n".join(f"{name}, {problem}." for problem in strange + missing))
    return {**lesson, "cells": cells}


def _merged(cell: Cell, made: Cell) -> Cell:
    metadata = {**cell["metadata"], **made["metadata"]}
    metadata["cstolib"] = {**about(cell), **about(made)}
    same = cell["cell_type"] == "code" and text_of(cell) == text_of(made)
    outputs = {name: cell[name] for name in ("outputs", "execution_count")} if same else {}
    return {**copy.deepcopy(made), **outputs, "metadata": metadata}


def tidy_source(source: Source, notebook: Notebook) -> Notebook:
    """Give a source stable cell ids, the metadata that nbgrader reads, and no outputs."""
    for cell in notebook["cells"]:
        name, part = about(cell).get("exercise"), about(cell).get("part", "")
        if name:
            cell["id"] = f"{name}-{part}"
            marks = school_marks(source.items[name], part)
            cell["metadata"] = {**cell["metadata"], **({"nbgrader": marks} if marks else {})}
    return _notebook(notebook["cells"], notebook["metadata"])


def handout(source: Source, cells: list[Cell]) -> Notebook:
    """Make a notebook of the learner's cells."""
    about_it = {"lesson": source.lesson, "title": source.title, "version": source.version}
    return _notebook(cells, {"cstolib": about_it})


def _notebook(cells: list[Cell], metadata: dict[str, Any]) -> Notebook:
    """Make a notebook without outputs."""
    bare = normalise({"cells": copy.deepcopy(cells), "metadata": metadata})
    for cell in bare["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
    return bare


def normalise(notebook: Notebook) -> Notebook:
    """Keep of a notebook what belongs under version control, the same on every machine.

    Widget views and states go, since they are dead without their kernel; the text beside them stays.
    """
    cells, used, count = [], set(), 0
    for cell in notebook["cells"]:
        kept: Cell = {"cell_type": cell["cell_type"], "metadata": dict(cell.get("metadata", {}))}
        kept["source"] = text_of(cell)
        kept["metadata"].pop("execution", None)
        kept["metadata"].pop("trusted", None)
        wanted = cell.get("id") or "c" + hashlib.sha256(kept["source"].encode()).hexdigest()[:8]
        kept["id"] = next(
            name for name in (wanted, *(f"{wanted}-{n}" for n in range(2, 999))) if name not in used
        )
        used.add(kept["id"])
        if kept["cell_type"] == "code":
            count += 1
            outputs = (_output(output, count) for output in cell.get("outputs", []))
            kept |= {"execution_count": count, "outputs": [output for output in outputs if output]}
        cells.append(kept)
    own = {key: value for key, value in notebook["metadata"].items() if key not in ("widgets", *KERNEL)}
    return {"cells": cells, "metadata": {**own, **KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def _output(output: dict[str, Any], count: int) -> dict[str, Any] | None:
    kept = dict(output)
    if "data" in kept:
        kept["data"] = {mime: value for mime, value in kept["data"].items() if mime != WIDGET_VIEW}
        if not kept["data"]:
            return None
    if kept["output_type"] == "execute_result":
        kept["execution_count"] = count
    return kept


def write_notebook(notebook: Notebook) -> str:
    """Write a notebook as the text of its file."""
    import nbformat

    node = nbformat.from_dict(notebook)  # type: ignore[no-untyped-call]
    nbformat.validate(node)
    text: str = nbformat.writes(node)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def differs(path: Path, text: str) -> bool:
    """Say whether a file is missing or says something else; how a picture was drawn does not matter."""
    if not path.is_file():
        return True
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return True
    return bool(_meaning(stored) != _meaning(json.loads(text)))


def _meaning(content: dict[str, Any]) -> dict[str, Any]:
    for exercise in content.get("exercises", {}).values():
        exercise["sealed"] = unseal(exercise["sealed"])  # compressed bytes vary between versions of zlib
    for cell in content.get("cells", []):
        for output in cell.get("outputs", []):
            for mime in PICTURES:
                output.get("data", {}).pop(mime, None)
    return content


def main(arguments: list[str] | None = None) -> int:
    """Build, or with ``--check`` say what is not as the sources make it."""
    parser = argparse.ArgumentParser(prog="python -m cstolib.authoring.build", description=__doc__)
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="number, such as 01, or crisis-atlas; default: all"
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file differs")
    parser.add_argument(
        "--root", type=Path, default=Path.cwd(), help="the project folder; default: this folder"
    )
    options = parser.parse_args(arguments)
    try:
        made = build(options.root, options.lessons)
    except CstolibError as error:
        print(error, file=sys.stderr)
        return 1
    changed = [path for path, text in made.items() if differs(path, text)]
    for path in changed:
        print(f"{'differs' if options.check else 'written'}: {path.relative_to(options.root)}")
    if options.check:
        if changed:
            print("Run python -m cstolib.authoring.build and commit what it writes.", file=sys.stderr)
        return int(bool(changed))
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made[path], encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
