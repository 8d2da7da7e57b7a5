"""Verdicts and help are words first; as HTML they bring no colours of their own and no scripts."""

from pathlib import Path

from example_source import judged

from cstolib.messages import Help


def test_the_verdict_stands_first_in_words(example: Path) -> None:
    headings = [
        str(judged("l99-e4", given)).split("\n")[0]
        for given in (..., {"GEO"}, {"ARM"}, {"ARM", "BLR", "KAZ"})
    ]
    assert headings == [
        "\u25cb Not attempted \u00b7 0 of 2 points",
        "\u2717 Not right yet \u00b7 0 of 2 points",
        "\u25d0 Partly right \u00b7 0.7 of 2 points",
        "\u2713 Right \u00b7 2 of 2 points",
    ]


def test_feedback_as_html_carries_words_escapes_and_brings_no_colours_or_scripts(example: Path) -> None:
    html = judged("l99-e7", "<script>alert(1)</script>")._repr_html_()
    assert html.startswith('<div role="status" aria-label="Feedback on l99-e7"')
    assert "Not right yet" in html
    assert "<script" not in html
    assert "background" not in html
    assert "color:" not in html.replace("currentColor", "").replace("border-color", "")


def test_emphasis_in_a_model_answer_is_shown_as_such(example: Path) -> None:
    shown = Help("A model answer", ("The *first* step; 2 * 3 * 4 < `a*b*c`; **never** this.",))._repr_html_()
    assert "The <em>first</em> step; 2 * 3 * 4 &lt; <code>a*b*c</code>; <strong>never</strong> this." in shown
