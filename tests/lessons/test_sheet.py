"""A chart laid out in pixels."""

from __future__ import annotations

from cstolib.lessons.sheet import Sheet


def test_a_layer_without_rows_is_left_out() -> None:
    sheet = Sheet(100, 100)
    sheet.words([])
    sheet.lines([], "#000000")
    sheet.words([(5, 5, "one"), (5, 40, "two\nlines")])
    assert len(sheet.chart().to_dict()["layer"]) == 2


def test_lines_of_one_text_are_set_around_its_place() -> None:
    sheet = Sheet(100, 100)
    sheet.words([(5, 40, "two\nlines")])
    (rows,) = sheet.chart().to_dict()["datasets"].values()
    assert rows == [{"x": 5, "y": 33.0, "text": "two\nlines"}]


def test_the_origin_is_the_upper_left_corner() -> None:
    sheet = Sheet(100, 80)
    sheet.words([(0, 0, "here")])
    (layer,) = sheet.chart().to_dict()["layer"]
    assert layer["encoding"]["y"]["scale"]["domain"] == [80, 0]
