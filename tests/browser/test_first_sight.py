"""What a learner sees before anything is run, and panels that fit their boxes."""

from __future__ import annotations

import nbformat
import pandas as pd
from playwright.sync_api import Browser, Page

from cstolib.html import html_table

from .conftest import Lab, run_all

LESSON = "01-from-one-army-to-a-treaty.ipynb"
TALL = 12_000  # JupyterLab draws only what is in sight
FRONT = ".jp-NotebookPanel:visible"

CLIPPED = """() => [...document.querySelectorAll('.cstolib-panel, .cstolib-panel *')]
    .filter(box => ['auto', 'scroll'].includes(getComputedStyle(box).overflowX) && box.clientWidth)
    .filter(box => box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight)
    .map(box => `${box.className}: ${box.scrollWidth} in ${box.clientWidth}`)"""


def test_a_lesson_opens_trusted(lab: Lab, browser: Browser) -> None:
    with lab.show(browser, LESSON, height=TALL) as page:
        page.locator(f"{FRONT} .cst-table").first.wait_for()
        assert page.locator(f"{FRONT} style + .cst-table").count() > 0
        link = page.get_by_role("link", name="Download these rows", include_hidden=True).first
        assert (link.get_attribute("href") or "").startswith("data:text/csv")


def test_a_table_is_readable_in_a_notebook_that_is_not_trusted(lab: Lab, page: Page) -> None:
    rows = pd.DataFrame({"state": ["Armenia"], "since": ["1994-04-20"], "events": [15]})
    output = nbformat.v4.new_output("display_data", {"text/html": html_table(rows, "Members")})
    lab.write("unsigned.ipynb", nbformat.v4.new_code_cell("rows", outputs=[output]))
    lab.open(page, "unsigned.ipynb")
    cells = page.locator(f"{FRONT} .cst-table tbody tr").first.locator("th, td")
    looks = [
        cell.evaluate("cell => getComputedStyle(cell)[cell.cellIndex == 1 ? 'whiteSpace' : 'textAlign']")
        for cell in cells.all()
    ]
    assert page.locator(f"{FRONT} style + .cst-table").count() == 0, (
        "the style sheet should be taken out here"
    )
    assert looks == ["left", "nowrap", "right"]


def test_no_panel_needs_a_scrollbar(lab: Lab, browser: Browser) -> None:
    lab.write(
        "panels.ipynb",
        'from cstolib import *\nask("l01-q1")',
        'predict("l01-p1")',
        "explore_membership()",
        'ask("t01", "t02", sitting="before")',
    )
    with lab.show(browser, "panels.ipynb") as page:
        run_all(page)
        page.locator(".cstolib-panel").nth(3).wait_for()
        page.get_by_label("a. ", exact=False).first.click()
        page.get_by_role("button", name="Check").first.click()
        page.get_by_role("status").first.wait_for()
        assert page.evaluate(CLIPPED) == []
