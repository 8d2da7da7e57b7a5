"""One card per crisis, all of one design: no row of the tables is left out, and nothing missing is hidden."""

import re

import pytest

from cstolib import load
from cstolib.atlas.cards import crisis_card, facts_day, within
from cstolib.atlas.hours import AHEAD
from cstolib.atlas.parts import card_parts, sources_in_short
from cstolib.atlas.plain import plain
from cstolib.data import package
from cstolib.errors import CstolibError

CRISES = sorted(AHEAD)
TABLES = {
    "Steps": "timeline",
    "Requests": "requests",
    "Responses": "responses",
    "Positions, said and done": "positions",
    "Contributions": "contributions",
    "Casualties": "casualties",
}


@pytest.mark.parametrize("crisis", CRISES)
def test_every_card_has_the_same_headings_in_the_same_order(crisis):
    card, model = crisis_card(crisis), crisis_card("georgia-2008")
    assert [part.title for part in card.parts] == [part.title for part in model.parts]
    names = [name for name, _ in card.facts]
    assert names[:12] == [name for name, _ in model.facts][:12]
    assert names[12:] in ([], ["To know"])


@pytest.mark.parametrize("crisis", CRISES)
def test_no_row_of_any_table_is_left_out(crisis):
    card = crisis_card(crisis)
    for title, table in TABLES.items():
        assert len(card.part(title).rows) == (load(table)["crisis_id"] == crisis).sum(), title


def test_every_disagreement_about_a_crisis_is_on_a_card():
    shown = sum(len(crisis_card(crisis).part("Disagreements between sources").rows) for crisis in CRISES)
    tables = {"crises", "timeline", "requests", "responses", "positions", "contributions", "casualties"}
    rows = load("disagreements")
    of_crises = rows[rows["table"].isin(tables)]
    without = set(load("timeline").query("crisis_id.isna()")["event_id"])
    assert shown == (~of_crises["key"].isin(without)).sum()


@pytest.mark.parametrize("crisis", CRISES)
def test_a_heading_without_rows_says_what_that_means(crisis):
    for part in crisis_card(crisis).parts:
        assert part.empty.startswith("No ")
        if part.rows.empty:
            assert part.empty in crisis_card(crisis).text()


def test_no_request_is_told_apart_from_an_unknown_basis():
    assert "none was found" in crisis_card("georgia-2008").part("Requests").empty
    basis = crisis_card("osh-2010").part("Requests").rows["basis named"]
    assert set(basis) == {"unknown"}


@pytest.mark.parametrize("crisis", CRISES)
def test_no_cell_is_the_code_of_a_missing_value(crisis):
    codes = {"not_applicable", "not_coded", "nan", "<NA>"}
    for part in crisis_card(crisis).parts:
        assert not codes & set(part.rows.to_numpy().ravel()), part.title
    assert not codes & {value for _, value in crisis_card(crisis).facts}


def test_a_response_without_a_request_says_so():
    rows = crisis_card("kursk-2024").part("Responses").rows
    assert set(rows["answers"]) == {"no request recorded"}


def test_attribution_counts_every_act_once():
    for crisis in CRISES:
        card = crisis_card(crisis)
        acts = card.part("Attribution").rows
        counted = acts["acts"].astype(int).sum() if len(acts) else 0
        assert counted == len(card.part("Responses").rows)


def test_every_count_of_people_has_its_counter_and_says_when_or_that_it_is_unknown():
    for crisis in CRISES:
        rows = crisis_card(crisis).part("Casualties").rows
        if len(rows):
            assert (rows["counted by"].str.len() > 2).all()
            assert (rows["as of"].str.len() > 3).all()
            assert (rows["number"].str.len() > 0).all()


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("andijan-2005-killed-hrw", "no number"),
        ("armenia-azerbaijan-sept-2022-arm-killed-225", "225"),
    ],
)
def test_a_number_is_written_as_it_is_known(row, number):
    key = load("casualties").set_index("casualty_id").loc[row]
    shown = crisis_card(key["crisis_id"]).part("Casualties").rows
    assert number in set(shown.loc[shown["counted by"] == key["counter"], "number"])


def test_a_party_is_not_given_a_code():
    rows = crisis_card("kyrgyz-tajik-2021").part("Positions, said and done").rows
    own = rows[(rows["state"] == "Kyrgyzstan") & (rows["towards"] == "Kyrgyzstan")]
    assert own["said"].to_list() == ["party: not coded"]


def test_a_code_is_told_with_its_meaning():
    rows = crisis_card("su24-2015").part("Positions, said and done").rows.set_index("state")
    assert rows.loc["Kyrgyzstan", "said"] == "2: names the adversary or declares solidarity"


@pytest.mark.parametrize("crisis", CRISES)
def test_every_document_of_every_row_is_among_the_sources(crisis):
    card = crisis_card(crisis)
    listed = {reference.source["source_id"] for reference in card.references}
    for table in TABLES.values():
        for cell in package().raw(table).query("crisis_id == @crisis")["sources"]:
            assert {item.partition("@")[0].strip() for item in cell.split(";")} <= listed


def test_who_was_bound_is_told_for_the_first_day():
    facts = dict(crisis_card("georgia-2008").facts)
    assert facts["Bound by the treaty on the first day"].count(",") == 6
    assert (
        "not yet in force"
        in dict(crisis_card("tajik-civil-war").facts)["Bound by the treaty on the first day"]
    )


def test_a_card_links_to_its_lesson_and_says_where_there_is_none():
    assert 'href="09-kazakhstan-january-2022.ipynb"' in crisis_card("kazakhstan-2022").html()
    assert dict(crisis_card("tavush-2020").facts)["Lesson"] == "none of its own"


def test_a_card_in_a_notebook_holds_tables_with_captions_and_no_script():
    html = crisis_card("osh-2010").bundle()["text/html"]
    assert "<caption>Responses</caption>" in html
    assert "<script" not in html


def test_the_words_of_a_card_are_those_of_its_rows():
    text = crisis_card("osh-2010").text()
    for detail in load("responses").query("crisis_id == 'osh-2010'")["detail"]:
        assert plain(detail) in text


def test_an_unknown_crisis_or_heading_is_refused_with_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean 'osh-2010'"):
        crisis_card("osh")
    with pytest.raises(CstolibError, match="Did you mean 'Requests'"):
        crisis_card("osh-2010").part("requests")


def test_parts_name_their_documents_in_short_only_where_they_are_shown():
    part = card_parts("osh-2010")[0]
    assert part.shown()["sources"].iloc[0] == sources_in_short(part.rows["sources"].iloc[0])


def test_days_are_given_where_hours_would_be_many():
    assert within(24, 48) == "24 to 48 hours"
    assert within(100, 300) == "100 to 300 hours (days 5 to 13)"


def test_the_day_of_the_facts_is_a_day():
    assert re.fullmatch(r"\d{1,2} \w+ \d{4}", facts_day())


def shown(crisis):
    """Give all that a card shows but its documents."""
    card = crisis_card(crisis)
    cells = [
        cell
        for part in card.parts
        for row in part.rows.drop(columns=["sources", "says"], errors="ignore").to_dict("records")
        for cell in row.values()
    ]
    return [card.summary, *(value for _, value in card.facts), *cells]


@pytest.mark.parametrize("crisis", CRISES)
def test_days_and_names_are_written_in_words(crisis):
    ids = set(CRISES) | set(load("requests")["request_id"]) | set(load("casualties")["casualty_id"])
    for text in shown(crisis):
        # What stands in brackets after the name of a document is its day, as in every reference.
        bare = re.sub(r"“[^”]*”|\([^()]*\)", "", text)
        assert not re.search(r"(?<![\w-])(?:\d{4}-)?(?:0\d|1[0-2])-[0-3]\d(?![\w-]| [A-Z])", bare), text
        assert not re.search(r"[a-z]_[a-z]", bare), text
        assert not ids & set(re.findall(r"[\w-]+", text)), text
        assert not re.search(r"\b(?:ARM|AZE|BLR|GEO|KAZ|KGZ|RUS|TJK|UZB)\b", bare), text


def test_a_disagreement_says_on_which_row_in_words():
    rows = crisis_card("armenia-azerbaijan-nov-2021").part("Disagreements between sources").rows
    assert "a request (Armenia to Russia, 16 November 2021): what was asked for" in set(rows["about"])


def test_a_quotation_stays_as_it_was_said():
    assert plain("On 01-05 “01-05”, RUS") == "On 5 January “01-05”, Russia"
    assert plain("2022-13-45 and 2014-15") == "2022-13-45 and 2014-15"
