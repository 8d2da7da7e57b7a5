"""The static page: what the tables say, in HTML that needs nothing else."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cstolib import load
from cstolib.atlas.page import page
from cstolib.atlas.plain import plain
from cstolib.atlas.words import NAMES, READING
from cstolib.checking.style import avoided
from cstolib.course import shipped
from cstolib.data import package
from cstolib.dates import date_in_words

PRINTED = Path(__file__).parents[2] / "docs" / "crisis-atlas.html"
VOID = {"meta", "link", "br", "img", "input", "hr"}


class Outline(HTMLParser):
    """Gathers what the tests ask of the page."""

    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.links, self.levels, self.open, self.crossed = [], [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if "href" in given else []
        self.levels += [int(tag[1])] if re.fullmatch(r"h\d", tag) else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.crossed.append(tag)


@pytest.fixture(scope="module")
def html():
    return page()


@pytest.fixture(scope="module")
def outline(html):
    parser = Outline()
    parser.feed(html)
    return parser


def test_the_page_in_docs_is_up_to_date(html):
    assert PRINTED.read_text(encoding="utf-8") == html, (
        "run: python -m cstolib.atlas > docs/crisis-atlas.html"
    )


def test_every_tag_is_closed_in_order(outline):
    assert outline.crossed == []
    assert outline.open == []


def test_every_crisis_has_an_article_with_its_heading(outline, html):
    crises = set(load("crises")["crisis_id"])
    assert outline.tags.count("article") == len(crises)
    assert crises <= set(outline.ids)
    for name in load("crises")["name"]:
        assert f">{name.replace('&', '&amp;')}</h2>" in html


def test_headings_descend_without_a_gap(outline):
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    pairs = zip(outline.levels, outline.levels[1:], strict=False)
    assert all(after <= before + 1 for before, after in pairs)


def test_every_link_within_the_page_has_its_target(outline):
    assert len(outline.ids) == len(set(outline.ids))
    inside = {link[1:] for link in outline.links if link.startswith("#")}
    assert inside - set(outline.ids) == set()


def test_every_link_to_a_notebook_leads_to_one_that_is_shipped(outline):
    notebooks = {link for link in outline.links if link.endswith(".ipynb")}
    assert notebooks
    assert notebooks <= set(shipped())


def test_it_holds_no_script_and_asks_for_no_resource(outline, html):
    assert not {"script", "link", "img", "iframe", "object"} & set(outline.tags)
    assert not re.search(r"url\(|@import|\bsrc=|\bon\w+=", html)


def test_it_is_small_enough(html):
    assert len(html.encode()) < 2_000_000


def test_it_says_its_day_its_version_and_how_to_contest_a_word(html):
    assert f"<strong>Facts as of</strong> {date_in_words(package().description['factsAsOf'])}" in html
    assert "page of corrections" in html


def test_no_code_of_a_missing_value_is_shown(html):
    assert not re.search(r"[>:]\s*(not_applicable|not_coded|nan|&lt;NA&gt;)\s*<", html)


def test_its_own_words_are_those_of_the_style_guide():
    assert [word for text in (*READING, *NAMES) for word in avoided(text)] == []


def test_the_day_named_in_the_note_on_names_is_that_of_the_table():
    (day,) = load("crises").query("crisis_id == 'ukraine-2022'")["start"]
    assert any(date_in_words(f"{day:%Y-%m-%d}") in text for text in NAMES)


def test_every_row_of_every_table_of_the_crises_is_on_the_page(html):
    from html import escape

    for table, column in (("responses", "detail"), ("requests", "asked_for"), ("timeline", "headline")):
        rows = load(table)
        for text in rows.loc[rows["crisis_id"].notna(), column]:
            assert escape(plain(text)) in html
