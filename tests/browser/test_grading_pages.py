"""Pages made from hostile hand-ins, in a browser: nothing of them runs, and the keyboard is enough."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from grading_pages import HOSTILE, hostile_gradebook, long_essay_gradebook
from playwright.sync_api import Page, expect

from cstolib.grading import mark
from cstolib.grading.feedback import write_feedback
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.report import as_page, report

LAST = len(HOSTILE) + 2


@pytest.fixture
def gradebook(tmp_path: Path) -> Path:
    return hostile_gradebook(tmp_path / "term.db")


@contextmanager
def served(gradebook: Path, assignment: str) -> Iterator[str]:
    server, address = mark.server(gradebook, assignment, marker="me")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


@pytest.fixture
def address(gradebook: Path) -> Iterator[str]:
    with served(gradebook, "hw1") as address:
        yield address


@pytest.fixture
def essay(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Give the address of a page with one long essay and four criteria, and its gradebook."""
    path = long_essay_gradebook(tmp_path / "essay.db")
    with served(path, "essay") as address:
        yield address, path


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
    with page.expect_response(lambda reply: "Good" in (reply.request.post_data or "")):  # it is stored then
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


def stored(path: Path) -> list[int]:
    with Gradebook(path) as book:
        (answer,) = book.to_mark("essay", "w1")
    return [answer["marks"].get(name) for name in ("Claim", "Evidence", "Sources", "Language")]


def test_a_digit_after_the_last_criterion_changes_nothing_and_is_told(
    page: Page, essay: tuple[str, Path]
) -> None:
    address, path = essay
    page.goto(address)
    expect(page.locator("#points")).to_have_text("Points: \u2013 of 20.")
    for digit in "43":
        page.keyboard.press(digit)
    expect(page.locator("#points")).to_have_text("Points: 16.67 of 20 so far, from 2 of 4 criteria.")
    for digit in "211":
        page.keyboard.press(digit)
    expect(page.locator("#last")).to_contain_text("That was the last criterion.")
    expect(page.locator("#points")).to_have_text("Points: 10 of 20.")
    expect(page.locator("#status")).to_have_text("Saved")
    assert page.locator("fieldset.turn").count() == 0
    assert stored(path) == [4, 3, 2, 1]
    assert serious(page) == []


def test_a_criterion_that_is_chosen_is_changed_by_a_digit(page: Page, essay: tuple[str, Path]) -> None:
    address, path = essay
    page.goto(address)
    expect(page.locator("#which")).to_contain_text("Answer 1")
    for digit in "43211":
        page.keyboard.press(digit)
    page.get_by_role("group", name="Language").locator("legend").click()
    page.keyboard.press("4")
    expect(page.locator("#points")).to_have_text("Points: 15 of 20.")
    page.locator("#written").focus()
    page.keyboard.press("Tab")  # to the first criterion
    expect(page.locator("fieldset.turn legend")).to_have_text("Claim")
    page.keyboard.press("1")
    expect(page.locator("#points")).to_have_text("Points: 10 of 20.")
    expect(page.locator("#last")).to_have_text("")
    assert stored(path) == [1, 3, 2, 4]


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (400, 800)])
def test_the_essay_stays_in_sight_while_every_criterion_is_set(
    page: Page, essay: tuple[str, Path], width: int, height: int
) -> None:
    address, _ = essay
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    expect(page.locator("#which")).to_contain_text("Answer 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for radio in page.get_by_role("radio").all():
        radio.focus()
        box, told = page.locator("#written").bounding_box(), page.locator("#points").bounding_box()
        assert box is not None
        assert told is not None
        assert told["y"] + told["height"] <= height
        seen = min(height, box["y"] + box["height"]) - max(0, box["y"])
        assert seen > 200
        assert radio.evaluate(
            """radio => {
                const box = radio.getBoundingClientRect();
                return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === radio;
            }"""
        )


def test_each_answer_is_shown_from_its_beginning(page: Page, essay: tuple[str, Path]) -> None:
    page.goto(essay[0])
    written = page.locator("#written")
    expect(page.locator("#which")).to_contain_text("Answer 1")
    assert written.evaluate("box => (box.scrollTop = 300, box.scrollTop)") == 300
    page.keyboard.press("n")  # the last one: it is shown again
    assert written.evaluate("box => box.scrollTop") == 0


def test_no_head_of_the_report_is_broken_inside_a_word(page: Page, gradebook: Path, asked: list[str]) -> None:
    path = gradebook.with_name("report.html")
    with Gradebook(gradebook) as book:
        path.write_text(as_page(report(book, "hw1")), encoding="utf-8")
    for width in (1280, 400):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path.as_uri())
        assert set(asked) == {path.as_uri()}
        broken = page.locator("th[scope=col]").evaluate_all(
            """heads => heads.flatMap(head => {
                const text = head.firstChild, range = document.createRange(), found = [];
                for (const word of text.data.matchAll(/\\S+/g)) {
                    range.setStart(text, word.index);
                    range.setEnd(text, word.index + word[0].length);
                    if (range.getClientRects().length > 1) found.push(word[0]);
                }
                return found;
            })"""
        )
        assert broken == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert serious(page) == []
