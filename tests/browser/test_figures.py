"""A figure in a real JupyterLab: drawn, told, opened by keyboard, downloaded; also where it was not run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from cstolib import membership_timeline
from cstolib.figure import Figure

from .conftest import Lab, run_all

RUN, STORED = "figures.ipynb", "stored.ipynb"
OUTPUTS = ".jp-NotebookPanel:visible .jp-OutputArea"


@pytest.fixture(scope="module")
def figure() -> Figure:
    return membership_timeline()


@pytest.fixture(scope="module")
def notebooks(lab: Lab, figure: Figure) -> Path:
    """Put two notebooks into the course folder: one to run, one with outputs that nobody here has run."""
    source = "from cstolib import *\nmembership_timeline()"
    lab.write(RUN, source)
    data, metadata = figure.bundle()
    stored = nbformat.v4.new_code_cell(source, execution_count=1)
    stored.outputs = [
        nbformat.v4.new_output("display_data", data, metadata=metadata),
        nbformat.v4.new_output("display_data", figure.caption()),
    ]
    lab.write(STORED, stored)
    return lab.folder


@pytest.fixture(scope="module")
def opened(lab: Lab, browser: Browser, notebooks: Path) -> Iterator[Page]:
    with lab.show(browser, RUN) as page:
        run_all(page)
        page.locator(f"{OUTPUTS} .vega-embed svg").wait_for()
        yield page


@pytest.fixture
def page(opened: Page) -> Page:
    """Show the figure with its data folded away."""
    opened.locator(f"{OUTPUTS} details").evaluate("element => { element.open = false }")
    return opened


@pytest.fixture(scope="module")
def untrusted(lab: Lab, browser: Browser, notebooks: Path) -> Iterator[Page]:
    with lab.show(browser, STORED) as page:
        page.locator(f"{OUTPUTS} summary").wait_for()
        yield page


def cells(page: Page) -> int:
    return page.locator(".jp-NotebookPanel:visible .jp-Cell").count()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_data_open_by_keyboard(page: Page, key: str) -> None:
    page.locator(f"{OUTPUTS} summary").focus()
    page.keyboard.press(key)
    expect(page.locator(f"{OUTPUTS} details")).to_have_js_property("open", True)
    expect(page.locator(f"{OUTPUTS} summary")).to_be_focused()


@pytest.mark.parametrize("keys", ["b", "a", "x", "dd", "j"])
def test_no_key_in_the_caption_is_taken_for_a_command(page: Page, keys: str) -> None:
    before = cells(page)
    page.locator(f"{OUTPUTS} summary").focus()
    for key in keys:
        page.keyboard.press(key)
    assert cells(page) == before
    expect(page.locator(f"{OUTPUTS} summary")).to_be_focused()


def test_the_rows_are_downloaded_by_keyboard(page: Page, figure: Figure) -> None:
    page.locator(f"{OUTPUTS} summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Download these rows").focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "who-was-bound-by-the-collective-security-treaty-and-when.csv"
    assert Path(download.value.path()).read_text(encoding="utf-8") == figure.csv()


def test_pointing_at_a_bar_tells_its_facts_and_lets_its_state_stand_out(page: Page) -> None:
    bars = page.locator(f"{OUTPUTS} svg path[aria-label*=': since']")
    bars.nth(2).hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("Source")
    opacities = [float(bar.get_attribute("opacity") or 1) for bar in bars.all()]
    assert [position for position, opacity in enumerate(opacities) if opacity == 1] == [2]


def test_the_chart_has_the_words_of_the_figure(page: Page, figure: Figure) -> None:
    expect(page.locator(f"{OUTPUTS} .vega-embed")).to_have_attribute("aria-label", figure.alt)


def test_axe_finds_nothing_in_the_outputs(page: Page) -> None:
    page.locator(f"{OUTPUTS} summary").focus()
    page.keyboard.press("Enter")
    found = Axe().run(page, context=".jp-OutputArea").response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []


def test_what_nobody_here_has_run_is_drawn_and_opens_all_the_same(untrusted: Page) -> None:
    expect(untrusted.locator(f"{OUTPUTS} .jp-mod-trusted")).to_have_count(0)
    expect(untrusted.locator(f"{OUTPUTS} .vega-embed svg")).to_be_visible()
    untrusted.locator(f"{OUTPUTS} summary").focus()
    untrusted.keyboard.press("Enter")
    expect(untrusted.locator(f"{OUTPUTS} table")).to_contain_text("Uzbekistan")
    # JupyterLab takes the address out of the link: the line says that the cell has to be run.
    expect(untrusted.locator(f"{OUTPUTS} details")).to_contain_text("once this cell has been run here")
