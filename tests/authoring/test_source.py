import copy
from pathlib import Path
from typing import Any

import pytest
from example_source import EXAMPLE, Change, cell_of, fields, spoilt

from cstolib.authoring.source import SourceError, find_block, read


def test_the_example_is_read() -> None:
    source = read(EXAMPLE)
    assert (source.lesson, source.title, source.version) == ("99", "Every kind of exercise", "0.1.0")
    assert source.items["l99-e1"].solution == "l99_e1 = len(members)"
    assert source.items["l99-e1"].hidden_tests == "assert l99_e1 == 3"
    assert [source.items[name].kind for name in ("l99-e4", "l99-p1", "l99-w1")] == [
        "set",
        "prediction",
        "written",
    ]
    assert [name for name, item in source.items.items() if item.widget] == ["l99-q1", "t99"]


@pytest.mark.parametrize(
    "text", ["### BEGIN SOLUTION\nx\n### END SOLUTION", "<!-- BEGIN SOLUTION -->\nx\n<!-- END SOLUTION -->"]
)
def test_both_forms_of_markers_are_known(text: str) -> None:
    block = find_block(f"before\n{text}\nafter", "SOLUTION")
    assert block
    assert (block.before, block.inside, block.after) == (["before"], "x", ["after"])


@pytest.mark.parametrize(
    "text",
    [
        "### BEGIN SOLUTION\nx",
        "x\n### END SOLUTION",
        "### END SOLUTION\n### BEGIN SOLUTION",
        "### BEGIN SOLUTION\n" * 2 + "### END SOLUTION",
    ],
)
def test_an_open_block_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="exactly one BEGIN SOLUTION"):
        find_block(text, "SOLUTION")


def _wrong(**changes: Any) -> list[dict[str, Any]]:
    return [{"answer": "2", "misconception": "slug", "message": "Because.", **changes}]


def _text(exercise: str, part: str, source: str) -> Change:
    return lambda notebook: cell_of(notebook, exercise, part).update(source=source)


def _drop(exercise: str, part: str) -> Change:
    return lambda notebook: notebook["cells"].remove(cell_of(notebook, exercise, part))


def _again(exercise: str) -> Change:
    return lambda notebook: notebook["cells"].append(copy.deepcopy(cell_of(notebook, exercise)))


def _rename(old: str, new: str) -> Change:
    def change(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            if cell["metadata"].get("cstolib", {}).get("exercise") == old:
                cell["metadata"]["cstolib"]["exercise"] = new

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (fields("l99-e1", kind="numbr"), "l99-e1: the kind 'numbr' is unknown; use one of choice, date"),
        (
            fields("l99-e1", hints=["One."]),
            "l99-e1: give three hints, from a nudge to nearly the answer; there are 1",
        ),
        (fields("l99-q1", hints=["One."]), "l99-q1: give three hints"),
        (fields("l99-e1", explanation=" "), "l99-e1: give an explanation"),
        (fields("l99-e1", points=None), "l99-e1: give points as a number"),
        (fields("l99-e1", wrong_answers=[]), "l99-e1: foresee at least one wrong answer"),
        (
            fields("l99-e1", wrong_answers=_wrong(message="")),
            "l99-e1: the wrong answer '2' has no message; add one",
        ),
        (
            fields("l99-e1", wrong_answers=_wrong(misconception="")),
            "l99-e1: the wrong answer '2' has no misconception",
        ),
        (fields("l99-e7", options={"b": "Article 4"}), "l99-e7: give at least two options"),
        (fields("l99-e1", widget=True), "l99-e1: only a choice can be a widget"),
        (fields("l99-p1", margin=None), "l99-p1: give the margin as a number"),
        (fields("l99-p1", reason=""), "l99-p1: give reason: why the truth is what it is"),
        (fields("l99-p1", items=[{"key": "1993"}]), "l99-p1: give items, each with key, label, min and max"),
        (_text("l99-e1", "answer", "l99_e1 = 3"), "l99-e1: there is nothing between BEGIN SOLUTION and END"),
        (_text("l99-e1", "answer", "### BEGIN SOLUTION"), "l99-e1: write exactly one BEGIN SOLUTION"),
        (_drop("l99-e1", "check"), "l99-e1: the cell with part check is missing; add it"),
        (_drop("l99-w1", "prompt"), "l99-w1: the cell with part prompt is missing; add it"),
        (_again("l99-e1"), "l99-e1: this id is used twice"),
        (_rename("l99-e2", "l99-e1"), "l99-e1: this id is used twice"),
        (_rename("l99-e1", "l98-e1"), "l98-e1: this is not an id of lesson 99"),
        (_rename("l99-e1", "L99 e1"), "L99 e1: this is not an id of lesson 99"),
        (
            lambda notebook: notebook["metadata"]["cstolib"].update(lesson="98"),
            "file name must begin with the lesson, 98-",
        ),
        (lambda notebook: notebook["metadata"].clear(), "this is not an exercise source"),
    ],
)
def test_an_incomplete_source_is_refused_with_file_exercise_and_advice(
    change: Change, says: str, tmp_path: Path
) -> None:
    with pytest.raises(SourceError) as error:
        read(spoilt(tmp_path, change))
    assert says in str(error.value)
    assert str(error.value).startswith("99-every-kind.ipynb")


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    def change(notebook: dict[str, Any]) -> None:
        fields("l99-e1", hints=[], explanation="")(notebook)
        fields("l99-e2", kind="?")(notebook)

    with pytest.raises(SourceError) as error:
        read(spoilt(tmp_path, change))
    assert len(str(error.value).split("\n")) == 3


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "01-broken.ipynb").write_text("{")
    with pytest.raises(SourceError, match=r"01-broken\.ipynb: this is not an exercise source"):
        read(tmp_path / "01-broken.ipynb")


def test_the_rubric_has_four_levels(tmp_path: Path) -> None:
    def change(notebook: dict[str, Any]) -> None:
        cell_of(notebook, "l99-w1", "written")["metadata"]["cstolib"]["rubric"] = {"Claim": ["good", "bad"]}

    with pytest.raises(SourceError, match="l99-w1: give a rubric"):
        read(spoilt(tmp_path, change))
