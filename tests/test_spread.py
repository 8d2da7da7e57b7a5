"""The spread of a class: from files without names to one figure, whatever else lies in the folder."""

import json

import pytest

from cstolib.errors import CstolibError
from cstolib.spread import class_spread


def record(*guesses, revealed=False):
    lines = [{"event": "predict", "id": "l01-p1", "values": values} for values in guesses]
    lines += [{"event": "reveal", "id": "l01-p1"}] if revealed else []
    return "\n".join(json.dumps({"at": "2026-11-21T10:00:00+00:00", **line}) for line in lines) + "\n"


@pytest.fixture
def guess():
    from cstolib.bank import exercise

    items = exercise("l01-p1").items
    return lambda number: {item["key"]: number for item in items}


def test_each_file_counts_once_with_its_last_guess(tmp_path, guess):
    (tmp_path / "a.jsonl").write_text(record(guess(3), guess(9), revealed=True))
    (tmp_path / "b.jsonl").write_text("half a line {\n" + record(guess(9)))
    (tmp_path / "group").mkdir()
    (tmp_path / "group" / "c.jsonl").write_text(record(guess(6)))
    figure = class_spread("l01-p1", tmp_path)
    first = figure.table[figure.table["item"] == figure.table["item"].iloc[0]]
    assert first[["number", "guesses"]].values.tolist() == [[6, 1], [9, 2]]
    assert "guessed 6 (once), 9 (2 times); the truth is" in figure.alt
    assert figure.subtitle.startswith("Circles are guesses from 3 files")


def test_a_notebook_that_was_handed_in_holds_its_record(tmp_path, guess):
    entries = [json.loads(line) for line in record(guess(5)).splitlines()]
    notebook = {"cells": [], "metadata": {"cstolib": {"record": entries}}}
    (tmp_path / "handin.ipynb").write_text(json.dumps(notebook))
    assert set(class_spread("l01-p1", tmp_path).table["number"]) == {5}


def test_files_that_hold_nothing_of_it_are_passed_over(tmp_path, guess):
    for name, text in {"x.jsonl": "", "y.ipynb": "{}", "z.ipynb": "[", "notes.txt": record(guess(1))}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "odd.jsonl").write_text(record({"1066": 3}, guess("many")))
    with pytest.raises(CstolibError, match="holds a guess for l01-p1"):
        class_spread("l01-p1", tmp_path)


def test_only_predictions_have_a_spread(tmp_path):
    with pytest.raises(CstolibError, match="l01-e1 is not a prediction"):
        class_spread("l01-e1", tmp_path)
