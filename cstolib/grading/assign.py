"""Make an assignment from a solution-first source: what learners get, and the key that only teachers have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from cstolib.answers import compare
from cstolib.authoring import source as sources
from cstolib.authoring.build import handout, write_notebook
from cstolib.authoring.evaluate import entry, unsound
from cstolib.authoring.source import Cell, Item, Source, SourceError, about, text_of
from cstolib.authoring.student import leaks, student_cells, unimported
from cstolib.bank import seal
from cstolib.errors import CstolibError
from cstolib.grading.grade import FORMAT
from cstolib.grading.run import Limits, Run, run
from cstolib.grading.variants import every, name_of

LEARNERS, TEACHER = "learners", "teacher"
LIMITS = Limits(cell=60, total=300)
_YOURS = 'yours = variant("{name}", "WRITE YOUR ID HERE")'
_TEXTS = ("kind", "title", "prompt", "points", "minutes", "tolerance", "options", "rubric")


def assign(paths: Sequence[Path | str], to: Path, *, seed: str = "", isolated: bool = True) -> list[Path]:
    """Make assignments from exercise sources.

    Parameters
    ----------
    paths : sequence of path
        Exercise sources, in the format of ``exercises/README.md``; each becomes one assignment.
    to : pathlib.Path
        Folder for the assignments: what is in ``learners`` is to be handed out, what is in ``teacher`` not.
    seed : str, optional
        The course's seed, from which the parameters of each learner are drawn.
    isolated : bool, optional
        ``False`` runs the solutions without a jail.

    Returns
    -------
    list of pathlib.Path
        The files written: for each source the notebook, its exercises (options and hints, no answers), and
        the key.

    Raises
    ------
    CstolibError
        When a source cannot be used, its solution does not pass, the learner's version still holds anything
        of it, or a different assignment of that name is there already. Nothing is written then.
    """
    made: dict[Path, str] = {}
    for path in map(Path, paths):
        files = _files(sources.read(path), path.stem, to, seed, isolated)
        if files.keys() & made.keys():
            raise CstolibError(f"There are two sources with the name {path.stem}: rename one of them.")
        made |= files
    for path, text in made.items():
        if path.exists() and path.read_bytes() != text.encode():
            raise CstolibError(
                f"{path} exists and differs: it may have been handed out. Choose another folder with --to, "
                "or move that one away."
            )
    write_all(made)
    return list(made)


def write_all(files: Mapping[Path, str]) -> None:
    """Write files whole or not at all; the teacher's are nobody else's to read."""
    new = {path: path.with_name(f".{path.name}.new") for path in files}
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            new[path].unlink(missing_ok=True)
            new[path].touch(0o600 if path.parent.name == TEACHER else 0o644)
            new[path].write_text(text, encoding="utf-8", newline="\n")
        for path in files:
            new[path].replace(path)
    except OSError as error:
        for path in new.values():
            with suppress(OSError):
                path.unlink()
        raise CstolibError(f"{str(path)!r} cannot be written: {error.strerror}.") from None


def _files(source: Source, name: str, to: Path, seed: str, isolated: bool) -> dict[Path, str]:
    for item in source.items.values():
        if item.widget:  # answered in a cell, where it can be collected
            item.fields = {"points": 1, **item.fields, "widget": False}
    left_out = {each for each, item in source.items.items() if item.kind == "prediction"}
    source.items = {each: item for each, item in source.items.items() if each not in left_out}
    source.cells = [cell for cell in source.cells if about(cell).get("exercise") not in left_out]
    if not source.items:
        raise SourceError(f"{source.name}: there is no question that can be graded.")
    choices = _choices(source)
    if choices and not seed:
        raise CstolibError(
            f'{source.name} has variants: give the course a seed, such as --seed "spring-2027".'
        )

    student = [_for_learner(cell, name, choices) for cell in student_cells(source)]
    problems = unimported(student) + leaks(source, student)
    answers: dict[str, Any] = {}
    for place, chosen in enumerate(every(choices)):
        found = _solved(source, chosen, isolated)
        problems += [f"the solution fails: {text}" for text in found.failed]
        problems += [f"the solution does not run to its end: {found.ended}"] if found.ended else []
        reads = {each: _as_read(found, each) for each in source.items}
        for item in source.items.values():
            problems += [f"{item.id}: {text}" for text in _problems(item, reads[item.id], first=not place)]
        if problems:
            break
        answers[name_of(chosen)] = {
            each: _expected(item, reads[each])
            for each, item in source.items.items()
            if item.kind != "written"
        }
    problems += [] if problems else _left(source, student, isolated)
    if problems:
        raise SourceError("\n".join(f"{source.name}, {problem.rstrip('.')}." for problem in problems))
    variants = {"seed": seed, "choices": choices} if choices else {}
    public = _public(source, name, variants)
    key: dict[str, Any] = {
        "format": FORMAT,
        "assignment": name,
        "title": source.title,
        "version": source.version,
        "questions": {each: _question(item) for each, item in source.items.items()},
        "variants": variants,
        "answers": answers,
        "public_name": f"{name}.exercises.json",
        "public": public,
        "given": [text_of(cell).strip() for cell in student if cell["cell_type"] == "markdown"],
        "given_code": [
            text_of(cell).strip()
            for cell in student
            if cell["cell_type"] == "code" and "exercise" not in about(cell)
        ],
    }
    return {
        to / LEARNERS / f"{name}.ipynb": write_notebook(handout(source, student)),
        to / LEARNERS / key["public_name"]: _json(public),
        to / TEACHER / f"{name}.key.json": _json(key),
    }


def _choices(source: Source) -> dict[str, list[Any]]:
    """Read the parameters and their possible values."""
    cells = [about(cell)["variants"] for cell in source.cells if "variants" in about(cell)]
    if len(cells) > 1:
        raise SourceError(f"{source.name}: there is more than one cell with variants; put all in one.")
    choices: dict[str, list[Any]] = cells[0] if cells else {}
    if not isinstance(choices, dict) or any(
        not name.isidentifier() or not isinstance(values, list) or not values
        for name, values in choices.items()
    ):
        raise SourceError(
            f"{source.name}: variants need the name of each parameter and a list of values, such as "
            f'{{"year": [1994, 2003]}}, not {choices}.'
        )
    return choices


def _json(content: Any) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _for_learner(cell: Cell, name: str, choices: Mapping[str, Any]) -> Cell:
    if "variants" not in about(cell):
        return cell
    lines = ["from cstolib import variant", "", _YOURS.format(name=name)]
    lines += [f'{each} = yours["{each}"]' for each in choices]
    return {**cell, "source": "\n".join(lines), "metadata": {}}


def _solved(source: Source, chosen: Mapping[str, Any], isolated: bool) -> Run:
    """Run the source with its solutions and hidden tests, not its checks, for one choice of parameters."""
    code = []
    for cell in source.cells:
        item = source.items.get(about(cell).get("exercise", ""))
        if cell["cell_type"] != "code":
            continue
        if "variants" in about(cell):
            code.append("\n".join(f"{each} = {value!r}" for each, value in chosen.items()))
        else:
            code.append(item.hidden_tests if item and about(cell)["part"] == "check" else text_of(cell))
    return run(code, _questions(source, wrong=True), limits=LIMITS, isolated=isolated)


def _questions(source: Source, *, wrong: bool) -> dict[str, Any]:
    return {
        name: {
            "kind": item.kind,
            "variable": item.variable,
            "expression": item.fields.get("expression", ""),
            "wrong": [each["answer"] for each in item.fields.get("wrong_answers", ())] if wrong else [],
        }
        for name, item in source.items.items()
        if item.kind != "written"
    }


def _as_read(found: Run, name: str) -> dict[str, Any]:
    answer = dict(found.answers.get(name, {"value": None}))
    return {"wrong": answer.pop("wrong", []), "answer": answer}


def _problems(item: Item, read: Mapping[str, Any], *, first: bool) -> list[str]:
    if first or read["answer"].get("value") is None:
        return unsound(item, read)
    return []


def _expected(item: Item, read: Mapping[str, Any]) -> dict[str, Any]:
    """Give the right answer of one variant, and the wrong ones that are wrong there too."""
    right = read["answer"]["value"]
    values = [wrong.get("value") for wrong in read["wrong"]]
    told_apart = [
        value if value is not None and compare(item.kind, value, right).status != "right" else None
        for value in values
    ]
    return {"answer": right, "wrong": told_apart}


def _left(source: Source, student: list[Cell], isolated: bool) -> list[str]:
    """Run the learner's version untouched; name each answer that is not blank."""
    code = [
        text_of(cell)
        for cell in student
        if cell["cell_type"] == "code"
        and about(cell).get("part") != "check"
        and "variant(" not in text_of(cell)
    ]
    found = run(code, _questions(source, wrong=False), limits=LIMITS, isolated=isolated)
    return [
        f"{name}: the learner's version already holds an answer; assign it only between the solution markers"
        for name, answer in found.answers.items()
        if answer.get("value") is not None
    ]


def _public(source: Source, name: str, variants: Mapping[str, Any]) -> dict[str, Any]:
    """Write what the learner's machine may know of the exercises: no answer, no message, no model text."""
    exercises = {
        each: {
            **{field: value for field, value in _fields(item).items() if value not in (None, {}, "")},
            "digest": "",
            "sealed": seal({"answer": None, "hints": list(item.fields.get("hints", ()))}),
        }
        for each, item in source.items.items()
    }
    about_it = {"lesson": name, "title": source.title, "version": source.version}
    return {**about_it, "exercises": exercises, "variants": deepcopy(dict(variants))}


def _fields(item: Item) -> dict[str, Any]:
    shown = entry(
        item,
        {"answer": {"value": None}, "wrong": [{"value": None}] * len(item.fields.get("wrong_answers", ()))},
    )
    return {field: shown.get(field) for field in _TEXTS}


def _question(item: Item) -> dict[str, Any]:
    fields = item.fields
    return {
        **_fields(item),
        "options": fields.get("options", {}),
        "rubric": fields.get("rubric", {}),
        "variable": item.variable,
        "expression": fields.get("expression", ""),
        "explanation": fields.get("explanation", ""),
        "partly": fields.get("partly", ""),
        "wrong_answers": [
            {"misconception": wrong["misconception"], "message": wrong["message"]}
            for wrong in fields.get("wrong_answers", ())
        ],
    }
