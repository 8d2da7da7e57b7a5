"""Lesson 1 stays readable in the dark theme and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .conftest import Lab, run_all

LESSON = "01-from-one-army-to-a-treaty.ipynb"
TALL = 30_000  # JupyterLab draws only what is in sight
OUTPUTS = ".jp-NotebookPanel .jp-Cell-outputWrapper"
CONTRAST = {"runOnly": ["color-contrast"]}


@pytest.fixture(scope="module")
def lesson(lab: Lab, browser: Browser) -> Iterator[Page]:
    """Run lesson 1 from top to bottom."""
    context = browser.new_context(viewport={"width": 1280, "height": TALL}, locale="en-GB")
    page = context.new_page()
    lab.open(page, LESSON)
    run_all(page)
    page.locator(".jp-RenderedVegaLite svg").nth(2).wait_for()
    yield page
    context.close()


def faint(page: Page) -> list[str]:
    """List the texts of our outputs whose contrast is below 4.5 to 1."""
    found = Axe().run(page, context=OUTPUTS, options=CONTRAST).response["violations"]
    return [node["html"] for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_every_text_in_our_outputs_has_contrast(lesson: Page, theme: str) -> None:
    lesson.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    lesson.wait_for_function(
        "dark => (document.body.dataset.jpThemeLight === 'false') === dark", arg="Dark" in theme
    )
    assert faint(lesson) == []


def test_figures_bring_their_own_paper(lesson: Page) -> None:
    lesson.evaluate(
        "() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    lesson.wait_for_function("() => document.body.dataset.jpThemeLight === 'false'")
    chart = lesson.locator(".jp-RenderedVegaLite svg").first
    ground = chart.evaluate(
        "svg => svg.style.backgroundColor || svg.querySelector('rect,path').getAttribute('fill')"
    )
    assert ground in ("white", "#ffffff", "rgb(255, 255, 255)")


def test_nothing_of_a_figure_is_lost_on_paper(lesson: Page) -> None:
    lesson.emulate_media(media="print")
    try:
        assert faint(lesson) == []
        assert lesson.locator(".jp-RenderedVegaLite svg").first.is_visible()
        assert lesson.locator(".cstolib-caption").first.is_visible()
    finally:
        lesson.emulate_media(media="screen")
