"""Exploring membership: the words and the figure follow the controls, and stay when the controls are gone."""

import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell

from cstolib import bound_on, explore_membership, load
from cstolib.explorers import MembershipExplorer


@pytest.fixture
def explorer() -> MembershipExplorer:
    return explore_membership()


def lists(explorer: MembershipExplorer) -> dict[str, tuple[str, ...]]:
    return dict(explorer.words().lists)


def choose(explorer: MembershipExplorer, account: str) -> None:
    explorer.account.boxes[account].value = True


def test_every_account_of_membership_can_be_chosen(explorer: MembershipExplorer) -> None:
    others = set(load("membership_by_source")["source_id"])
    assert set(explorer.account.boxes) == {"treaty-record", *others}


def test_it_starts_with_the_treaty_record_today(explorer: MembershipExplorer) -> None:
    assert explorer.code()[0] == "membership_timeline()"
    assert list(lists(explorer)) == ["Bound by the treaty"]


@pytest.mark.parametrize("year", [1992, 1994, 1999, 2010, 2020])
def test_the_words_agree_with_the_rule_of_the_package(explorer: MembershipExplorer, year: int) -> None:
    explorer.year.value = year
    assert list(lists(explorer)["Bound by the treaty"]) == sorted(bound_on(f"{year}-12-31")["name"])


def test_it_finds_the_states_that_a_handbook_lists_by_mistake(explorer: MembershipExplorer) -> None:
    choose(explorer, "gibler-2009")
    explorer.year.value = 1998
    assert lists(explorer)["Listed by Gibler, 2009 but not bound"] == ("Moldova", "Turkmenistan", "Ukraine")
    assert lists(explorer)["Bound but not listed by Gibler, 2009"] == ()


def test_an_end_that_is_not_told_is_neither_listed_nor_missing(explorer: MembershipExplorer) -> None:
    choose(explorer, "britannica-csto")
    explorer.year.value = 1998
    assert (
        "Georgia"
        in lists(explorer)["Listed by The Editors of Encyclopaedia Britannica, which does not say until when"]
    )
    assert "Georgia" not in lists(explorer)["Bound but not listed by The Editors of Encyclopaedia Britannica"]


def test_the_line_of_code_gives_the_same(explorer: MembershipExplorer) -> None:
    choose(explorer, "gibler-2009")
    explorer.year.value = 1998
    assert explorer.code() == ('membership_timeline("gibler-2009")', 'bound_on("1998-12-31")')


def test_number_box_and_slider_are_one(explorer: MembershipExplorer) -> None:
    explorer.number.value = 1999
    assert explorer.year.value == 1999


def test_one_account_stays_ticked(explorer: MembershipExplorer) -> None:
    choose(explorer, "gibler-2009")
    explorer.account.boxes["gibler-2009"].value = False
    assert [name for name, box in explorer.account.boxes.items() if box.value] == ["gibler-2009"]
    assert explorer.code()[0] == 'membership_timeline("gibler-2009")'


def test_accounts_are_named_in_words_with_their_id_in_code(explorer: MembershipExplorer) -> None:
    boxes = explorer.account.boxes
    assert boxes["gibler-2009"].description == "Gibler, 2009 <code>gibler-2009</code>"
    assert boxes["latimes-1992-05-16"].description.startswith("Los Angeles Times, 1992 <code>")
    assert boxes["treaty-record"].description.startswith("The treaty record <code>")


def test_an_account_is_not_judged_on_days_after_it_was_written(explorer: MembershipExplorer) -> None:
    choose(explorer, "latimes-1992-05-16")
    words = explorer.words()
    assert list(dict(words.lists)) == ["Bound by the treaty"]
    assert (
        words.remark == "Los Angeles Times, 1992 was written by 16 May 1992: it says nothing about this day."
    )
    assert all(words.remark in text for text in words.bundle().values())
    choose(explorer, "gibler-2009")
    explorer.year.value = 2009  # known by its year only, which may have been at its end
    assert explorer.words().remark == ""
    explorer.year.value = 2010
    assert "written by 31 December 2009" in explorer.words().remark


def test_an_account_without_a_date_is_compared_to_the_end(explorer: MembershipExplorer) -> None:
    choose(explorer, "csto-basic-facts")
    assert explorer.words().remark == ""
    assert len(lists(explorer)) == 3


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    publisher = CapturingDisplayPublisher()
    monkeypatch.setattr(InteractiveShell.instance(), "display_pub", publisher)
    return publisher.outputs


def names(outputs: list[dict[str, object]]) -> list[str | None]:
    return [(output["transient"] or {}).get("display_id") for output in outputs]


def test_moving_through_the_years_redraws_the_words_only(
    explorer: MembershipExplorer, published: list[dict[str, object]]
) -> None:
    explorer._ipython_display_()
    shown = names(published)
    explorer.year.value = 1994
    (redrawn,) = published[len(shown) :]
    assert redrawn["update"]
    assert names([redrawn]) == shown[1:2]
    assert "On 31 December 1994" in redrawn["data"]["text/plain"]


def test_another_account_redraws_words_and_figure_in_their_places(
    explorer: MembershipExplorer, published: list[dict[str, object]]
) -> None:
    explorer._ipython_display_()
    shown = names(published)
    choose(explorer, "gibler-2009")
    redrawn = published[len(shown) :]
    assert all(output["update"] for output in redrawn)
    assert names(redrawn) == shown[1:]


def test_two_explorers_do_not_draw_into_each_other() -> None:
    assert explore_membership()._name != explore_membership()._name


def test_panels_pass_the_strict_notebook_test_with_and_without_their_views(tmp_path: Path) -> None:
    sources = (
        'from cstolib import *\nask("l01-q1")',
        "explore_membership()",
        'predict("l01-p1")',
        'ask("t01", "t02", sitting="before")',
    )
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells[:2]:
        assert cell.outputs[0].data.pop("application/vnd.jupyter.widget-view+json")
    assert len(notebook.cells[1].outputs) == 4, "controls, words, chart, caption"
    path = tmp_path / "panels.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", str(path)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
