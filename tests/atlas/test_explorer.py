"""The explorer of the atlas: filters, one card, two side by side."""

import ipywidgets as w
import pytest

from cstolib.atlas.explorer import compare_crises, explore_atlas
from cstolib.atlas.overview import find_crises
from cstolib.errors import CstolibError


@pytest.fixture
def explorer():
    return explore_atlas()


def shown(explorer):
    return [crisis for crisis, box in explorer.crises.items() if box.layout.display != "none"]


def test_without_a_filter_every_crisis_is_offered(explorer):
    assert shown(explorer) == find_crises()
    assert "All 26 crises pass" in explorer.count.value


def test_filters_leave_what_passes_and_say_so(explorer):
    explorer.filters["article"]["2"].value = True
    assert explorer.found() == find_crises(article="2")
    assert set(shown(explorer)) == {*find_crises(article="2"), "kazakhstan-2022"}
    assert "1 of 26 crises pass" in explorer.count.value
    assert "Still ticked: Kazakhstan" in explorer.count.value


def test_filters_can_be_combined_and_cleared(explorer):
    explorer.filters["asked"]["ARM"].value = True
    explorer.filters["kind"]["external-attack"].value = True
    assert explorer.found() == find_crises(asked="ARM", kind="external-attack")
    explorer.clear.click()
    assert explorer.found() == find_crises()


def test_whose_acts_count_is_a_tick(explorer):
    explorer.filters["done"]["deployment"].value = True
    explorer.only_csto.value = True
    assert explorer.code()[0] == 'find_crises(done=["deployment"], by="csto")'
    assert explorer.found() == find_crises(done="deployment", by="csto")


def test_the_numbers_beside_the_filters_are_those_of_the_crises(explorer):
    for name in ("asked", "article", "kind"):
        for key, box in explorer.filters[name].items():
            assert box.description.endswith(f"({len(find_crises(**{name: key}))})")


def test_a_tick_shows_one_card_and_a_second_the_comparison(explorer):
    explorer.crises["tavush-2020"].value = True
    assert explorer.chosen == ["kazakhstan-2022", "tavush-2020"]
    assert explorer.code()[0] == 'compare_crises("kazakhstan-2022", "tavush-2020")'
    assert "Side by side" in explorer.words().bundle()["text/html"]
    explorer.crises["kazakhstan-2022"].value = False
    assert explorer.code() == ('crisis_card("tavush-2020")', 'aligned_timelines("tavush-2020")')
    assert "Tavush" in explorer.words().bundle()["text/plain"]


def test_a_third_tick_takes_the_place_of_the_first(explorer):
    explorer.choose("tavush-2020", "osh-2010")
    explorer.crises["syunik-2021"].value = True
    assert explorer.chosen == ["osh-2010", "syunik-2021"]
    assert [key for key, box in explorer.crises.items() if box.value] == ["osh-2010", "syunik-2021"]


def test_one_crisis_stays_ticked(explorer):
    explorer.crises["kazakhstan-2022"].value = False
    assert explorer.crises["kazakhstan-2022"].value
    assert explorer.chosen == ["kazakhstan-2022"]


def test_the_figure_has_the_steps_of_what_is_ticked(explorer):
    explorer.choose("tavush-2020", "osh-2010")
    assert set(explorer.figure().table["crisis"]) == {"Tavush and Tovuz 2020", "Osh 2010"}


def test_only_controls_that_work_by_keyboard_are_used(explorer):
    def kinds(widget):
        inside = [kind for child in getattr(widget, "children", ()) for kind in kinds(child)]
        return [type(widget), *inside]

    assert set(kinds(explorer.panel.controls)) <= {w.VBox, w.HBox, w.HTML, w.Checkbox, w.Button}


def test_more_than_two_and_unknown_ones_are_refused(explorer):
    with pytest.raises(CstolibError, match="one crisis or 2, not 3"):
        explorer.choose("tavush-2020", "osh-2010", "syunik-2021")
    with pytest.raises(CstolibError, match="Did you mean 'osh-2010'"):
        explorer.choose("osh")


# Side by side.


def test_two_crises_stand_in_two_columns_under_the_same_headings():
    rows = compare_crises("osh-2010", "kazakhstan-2022").rows.set_index("heading")
    assert list(rows.columns) == ["Osh 2010", "Kazakhstan, January 2022"]
    assert rows.index.is_unique
    assert rows.loc["Requests", "Osh 2010"].startswith(
        "12 June 2010: Kyrgyzstan asked Russia (no article named)"
    )


def test_a_heading_without_rows_is_said():
    rows = compare_crises("georgia-2008", "kazakhstan-2022").rows.set_index("heading")
    assert rows.loc["Requests", "Georgia 2008"].startswith("No request is recorded")


def test_a_crisis_is_not_compared_with_itself():
    with pytest.raises(CstolibError, match="two different crises"):
        compare_crises("osh-2010", "osh-2010")
