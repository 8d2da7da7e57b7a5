"""The static page of the atlas, opened as a file: readable on every screen, and asking for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PAGE = (Path(__file__).parents[2] / "docs" / "crisis-atlas.html").as_uri()
# All cards are of one design, and axe takes minutes for all of them: it looks at these, and at some sources.
LOOKED_AT = ("georgia-2008", "kazakhstan-2022", "kyrgyz-tajik-2021")
SHORTEN = """kept => {
    for (const card of document.querySelectorAll("article"))
        if (!kept.some(name => card.querySelector("#" + name))) card.remove();
    for (const item of [...document.querySelectorAll("li[id^='s-']")].slice(20)) item.remove();
}"""
LOOKS = {"light": (1200, "light"), "dark": (1200, "dark"), "narrow": (320, "dark")}


@pytest.fixture(scope="module", params=LOOKS)
def opened(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, list[str]]]:
    """Open the page at one width and in one theme, without scripts, and note what it asks for."""
    width, theme = LOOKS[request.param]
    asked: list[str] = []
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    page.on("request", lambda sent: asked.append(sent.url))
    page.goto(PAGE)
    yield page, asked
    context.close()


def test_it_asks_for_nothing_but_itself(opened: tuple[Page, list[str]]) -> None:
    page, asked = opened
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert asked == [PAGE]


def test_it_is_never_wider_than_the_screen(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_contents_lead_to_a_card(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.locator("nav").get_by_role("link", name="Osh 2010").click()
    assert page.evaluate("document.getElementById('osh-2010').getBoundingClientRect().top") < 100


def test_the_first_stop_of_the_keyboard_skips_the_contents(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.goto(PAGE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the crises"


def test_a_table_stays_a_table_for_a_screen_reader(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    table = page.locator("article:has(#osh-2010)").get_by_role("table", name="Requests: Osh 2010")
    assert table.get_by_role("row").count() == 3
    assert table.get_by_role("columnheader").count() == 5
    assert table.get_by_role("rowheader").count() == 2


def test_on_paper_it_is_black_on_white_and_each_crisis_begins_a_page(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.emulate_media(media="print")
    style = "getComputedStyle(document.{}).{}"
    assert page.evaluate(style.format("body", "color")) == "rgb(0, 0, 0)"
    assert page.evaluate(style.format("body", "backgroundColor")) == "rgb(255, 255, 255)"
    assert page.evaluate(style.format("querySelector('article')", "breakBefore")) == "page"
    page.emulate_media(media="screen")


def test_axe_finds_nothing(opened: tuple[Page, list[str]]) -> None:
    page, _ = opened
    page.evaluate(SHORTEN, list(LOOKED_AT))
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]] == []
