"""Every notebook, run from top to bottom in JupyterLab as a learner does, with no network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from .conftest import Lab, run_all
from .test_controls import KNOWN, tab_to

NAMES = sorted(path.name for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
LESSON = "01-from-one-army-to-a-treaty.ipynb"
TALL = 30_000  # JupyterLab draws only what is in sight


@pytest.fixture(scope="module", params=NAMES)
def ran(request: pytest.FixtureRequest, lab: Lab, browser: Browser) -> Iterator[tuple[str, Page, list[str]]]:
    """Open one notebook, run all of it, and note every address outside this machine that is asked for."""
    asked: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": TALL}, locale="en-GB")
    page = context.new_page()
    page.on(
        "request",
        lambda sent: (
            None if "127.0.0.1" in sent.url or sent.url[:5] in ("data:", "blob:") else asked.append(sent.url)
        ),
    )
    lab.open(page, request.param)
    run_all(page)
    yield request.param, page, asked
    context.close()


def outputs(page: Page) -> Locator:
    """Return the outputs of the notebook in front."""
    return page.locator(".jp-NotebookPanel:visible .jp-Cell-outputWrapper")


def answer_cell(page: Page, source: str) -> Locator:
    """Return the code cell that holds this text."""
    return page.locator(".jp-NotebookPanel:visible .jp-CodeCell").filter(
        has=page.locator(".jp-InputArea-editor", has_text=source)
    )


def test_it_runs_without_an_error(ran: tuple[str, Page, list[str]]) -> None:
    _, page, _ = ran
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert (
        page.locator(
            ".jp-NotebookPanel:visible .jp-mod-error, .jp-NotebookPanel:visible .jp-RenderedError"
        ).count()
        == 0
    )


def test_it_asks_for_nothing_outside_this_machine(ran: tuple[str, Page, list[str]]) -> None:
    _, _, asked = ran
    assert asked == []


def test_every_figure_is_drawn_with_words_for_its_marks(ran: tuple[str, Page, list[str]]) -> None:
    name, page, _ = ran
    if name != LESSON:
        pytest.skip("a page without figures")
    charts = outputs(page).locator(".jp-RenderedVegaLite [role='graphics-document']")
    expect(charts.first).to_be_visible()
    assert charts.count() == 3
    for number in range(charts.count()):
        assert len(charts.nth(number).get_attribute("aria-label") or "") > 80
        assert charts.nth(number).locator("[role='graphics-symbol']").count() > 4


def test_axe_finds_nothing_in_our_outputs(ran: tuple[str, Page, list[str]]) -> None:
    _, page, _ = ran
    found = Axe().run(page, context=".jp-NotebookPanel .jp-Cell-outputWrapper").response["violations"]
    ours = [
        (rule["id"], node["html"])
        for rule in found
        for node in rule["nodes"]
        if not any(rule["id"] == known[0] and known[1] in node["html"] for known in KNOWN)
    ]
    assert ours == []


@pytest.fixture
def lesson(lab: Lab, page: Page) -> Page:
    """Open lesson 1 in a page of its own, tall enough to draw all of it."""
    page.set_viewport_size({"width": 1280, "height": TALL})
    lab.open(page, LESSON)
    run_all(page)
    return page


def test_a_learner_predicts_and_sees_the_truth_beside_the_guess(lesson: Page) -> None:
    panel = answer_cell(lesson, 'predict("l01-p1")')
    boxes = panel.locator(".cstolib-panel input")
    for number in range(boxes.count()):
        boxes.nth(number).fill("60" if number == boxes.count() - 1 else "6")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".cstolib-panel")).to_contain_text("Your prediction is saved")
    reveal = answer_cell(lesson, 'reveal("l01-p1")')
    expect(reveal).to_contain_text("No prediction is saved")
    reveal.locator(".cm-content").click()
    lesson.keyboard.press("Shift+Enter")
    expect(reveal.locator("[role='graphics-document']")).to_be_visible()
    expect(reveal).to_contain_text("The line starts at zero")


def test_a_learner_answers_and_is_answered(lesson: Page) -> None:
    answer = answer_cell(lesson, "l01_e1 = ...")
    answer.locator(".cm-content").click()
    lesson.keyboard.press("Control+a")
    lesson.keyboard.insert_text('l01_e1 = ["b", "d", "c", "e", "f", "a"]')
    lesson.keyboard.press("Shift+Enter")
    lesson.keyboard.press("Shift+Enter")
    check = answer_cell(lesson, 'check("l01-e1", l01_e1)')
    expect(check.get_by_role("status")).to_contain_text("Signing comes first")


def test_the_table_under_a_figure_opens_by_keyboard(lesson: Page) -> None:
    figure = answer_cell(lesson, "members_over_time()")
    summary = figure.locator("summary")
    summary.scroll_into_view_if_needed()
    figure.locator(".cm-content").click()
    lesson.keyboard.press("Escape")
    tab_to(lesson, summary)
    lesson.keyboard.press("Enter")
    expect(figure.locator("details caption")).to_be_visible()
    expect(figure.get_by_role("link", name="Download these rows")).to_be_visible()
