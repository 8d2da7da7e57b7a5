"""Pages made from hostile hand-ins, in a browser: nothing of them runs, and the keyboard is enough."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from grading_pages import HOSTILE, hostile_gradebook
from playwright.sync_api import Page, expect

from cstolib.grading import mark
from cstolib.grading.feedback import write_feedback
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.report import as_page, report

LAST = len(HOSTILE) + 2


@pytest.fixture
def gradebook(tmp_path: Path) -> Path:
    return hostile_gradebook(tmp_path / "term.db")


@pytest.fixture
def address(gradebook: Path) -> Iterator[str]:
    server, address = mark.server(gradebook, "hw1", marker="me")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture
def asked(page: Page) -> list[str]:
    """Collect what a page does that it must not: dialogs, new windows, and loads of anything."""
    found: list[str] = []
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("popup", lambda popup: found.append(popup.url))
    page.on("request", lambda request: found.append(request.url))
    page.route("file://**", lambda route: route.continue_())
    return found


def poke(page: Page) -> None:
    """Touch everything that could hide a handler."""
    page.evaluate(
        """() => {
            for (const node of document.querySelectorAll("body *")) {
                for (const kind of ["mouseover", "focus", "click", "load", "error", "animationstart"]) {
                    if (!node.closest("button, input, select, label")) node.dispatchEvent(new Event(kind));
                }
            }
        }"""
    )


def clean(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    assert (
        page.evaluate("[...document.querySelectorAll('img, svg, iframe, a, base, object, link')].length") == 0
    )


def serious(page: Page) -> list[object]:
    found = Axe().run(page).response["violations"]
    return [each["id"] + str([node["html"] for node in each["nodes"]]) for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_feedback_runs_nothing_and_can_be_read_by_all(
    page: Page, gradebook: Path, tmp_path: Path, asked: list[str], refused: list[str], scheme: str
) -> None:
    with Gradebook(gradebook) as book:
        for score in book.scores("hw1"):
            levels = {"claim": 2, "evidence": 4}
            book.set_mark(score.submission, "hw1-w1", levels, str(score.learner["name"]))
        paths = write_feedback(tmp_path / "back", book.assignment(), book.scores("hw1"))
    page.emulate_media(color_scheme=scheme)
    assert len(paths) == LAST
    for path in paths:
        asked.clear()
        page.goto(path.as_uri())
        poke(page)
        clean(page)
        assert asked == [path.as_uri()]
        assert page.locator("h1").inner_text() == "Homework <1>"
    assert refused == []
    assert serious(page) == []


def test_the_report_runs_nothing_and_can_be_read_by_all(
    page: Page, gradebook: Path, asked: list[str]
) -> None:
    path = gradebook.with_name("report.html")
    with Gradebook(gradebook) as book:
        path.write_text(as_page(report(book, "hw1")), encoding="utf-8")
    page.goto(path.as_uri())
    poke(page)
    clean(page)
    assert asked == [path.as_uri()]
    assert serious(page) == []


def test_marking_runs_nothing_of_a_hand_in(
    page: Page, address: str, asked: list[str], refused: list[str]
) -> None:
    page.goto(address)
    seen = []
    for place in range(LAST):
        expect(page.locator("#which")).to_have_text(f"Answer {place + 1} of {LAST}")
        seen.append(page.locator("#written").inner_text())
        poke(page)
        clean(page)
        page.keyboard.press("n")
    assert any("<script>window.ran = 1; alert(1)</script>" in text for text in seen)
    assert any("[U+202E]gnp" in text for text in seen)
    assert {url.removeprefix(address) for url in asked} == {"", "data"}
    assert refused == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_marking_page(page: Page, address: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(address)
    expect(page.locator("#which")).to_contain_text("Answer 1")
    assert serious(page) == []


def test_an_answer_is_marked_by_keys_alone_and_is_there_after_a_reload(
    page: Page, address: str, gradebook: Path
) -> None:
    page.goto(address)
    expect(page.locator("#progress")).to_have_text(f"0 of {LAST} marked")
    page.keyboard.press("4")
    page.keyboard.press("2")
    expect(page.locator("#progress")).to_have_text(f"1 of {LAST} marked")
    page.keyboard.press("c")
    page.keyboard.type("Which source? 1 2 n p")
    page.keyboard.press("Escape")
    expect(page.locator("#status")).to_have_text("Saved")
    page.keyboard.press("n")
    page.keyboard.press("1")
    expect(page.locator("#status")).to_have_text("Saved")
    page.keyboard.press("p")
    page.reload()
    expect(page.locator("#which")).to_have_text(f"Answer 1 of {LAST}")
    expect(page.locator("#comment")).to_have_value("Which source? 1 2 n p")
    assert page.locator("input:checked[type=radio]").evaluate_all("all => all.map(each => each.value)") == [
        "4",
        "2",
    ]
    with Gradebook(gradebook) as book:
        marked = [row for row in book.to_mark("hw1", "hw1-w1") if row["marks"]]
    assert [row["marks"] for row in marked] == [{"claim": 4, "evidence": 2}, {"claim": 1}]
    page.goto("about:blank")
    page.goto(address)  # as after a restart: where there is something left to do
    expect(page.locator("#which")).to_have_text(f"Answer 2 of {LAST}")


def test_marks_by_mouse_and_a_comment_left_by_going_on_are_saved(
    page: Page, address: str, gradebook: Path
) -> None:
    page.goto(address)
    page.get_by_label("3: Mostly.").check()
    page.locator("#comment").fill("Good")
    page.get_by_role("button", name="Next", exact=True).click()
    expect(page.locator("#which")).to_have_text(f"Answer 2 of {LAST}")
    expect(page.locator("#comment")).to_have_value("")
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#comment")).to_have_value("Good")
    expect(page.get_by_label("3: Mostly.")).to_be_checked()
    with Gradebook(gradebook) as book:
        first = book.to_mark("hw1", "hw1-w1")[0]
    assert (first["marks"], first["comment"]) == ({"claim": 3}, "Good")


def test_what_cannot_be_saved_is_said_loudly(page: Page, address: str, gradebook: Path) -> None:
    page.goto(address)
    expect(page.locator("#which")).to_contain_text("Answer 1")
    page.route("**/mark", lambda route: route.abort())
    page.keyboard.press("3")
    expect(page.locator("#status")).to_contain_text("NOT SAVED")
    page.unroute("**/mark")
    page.keyboard.press("s")
    expect(page.locator("#status")).to_have_text("Saved")
