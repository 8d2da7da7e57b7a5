"""`cstolib lab` opens the course, asks nothing, and needs no other machine."""

import pytest
from playwright.sync_api import Error, Page

OUTSIDE = "http://example.org/"


def test_lab_opens_on_the_welcome_page(lab, page: Page) -> None:
    page.goto(lab.address)
    page.locator(".jp-NotebookPanel:visible h1").first.wait_for(timeout=60_000)
    assert (
        page.locator(".lm-TabBar-tab.jp-mod-current .lm-TabBar-tabLabel").first.inner_text()
        == "00-welcome.ipynb"
    )
    assert (lab.folder / "01-from-one-army-to-a-treaty.ipynb").exists()


def test_the_first_start_asks_nothing_and_reaches_for_nothing(lab, page: Page, refused: list[str]) -> None:
    lab.open(page, "00-welcome.ipynb")
    page.wait_for_timeout(3000)  # a question would come after the first paint
    assert page.locator(".Toastify__toast, .jp-Dialog").count() == 0
    assert refused == []


def test_a_stranger_without_the_token_is_kept_out(lab, page: Page) -> None:
    page.goto(lab.address.partition("?")[0])
    assert "/login" in page.url


def test_the_browser_reaches_this_machine_only(page: Page, refused: list[str]) -> None:
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(OUTSIDE)
    assert refused == [OUTSIDE]
