from types import SimpleNamespace

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from cstolib import data
from cstolib.citations import Item, cite, parse_sources
from cstolib.errors import CstolibError


def ids(references):
    return [reference.source["source_id"] for reference in references]


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("a-1", [Item("a-1")]),
        ("a-1@art. 4", [Item("a-1", "art. 4")]),
        ("a-1@[date,low]", [Item("a-1", "", ("date", "low"))]),
        ("a-1@p. 7, note 2 [date];b", [Item("a-1", "p. 7, note 2", ("date",)), Item("b")]),
    ],
)
def test_a_sources_cell_is_read(cell, items):
    assert parse_sources(cell) == items


@pytest.mark.parametrize("cell", ["", "A-1", "a-1;", "a-1@art. 4@art. 5", "a b"])
def test_a_malformed_sources_cell_is_told(cell):
    with pytest.raises(CstolibError, match="is not a source: write a source id"):
        parse_sources(cell)


@pytest.mark.usefixtures("tiny")
class TestWhatCanBeCited:
    def test_a_table(self):
        assert ids(cite("membership")) == ["radio-2001", "record-1992"]

    def test_the_table_of_sources_cites_itself(self):
        assert ids(cite("sources")) == ["handbook", "radio-2001", "record-1992"]

    def test_a_row_by_its_key(self):
        assert ids(cite("membership", "geo-1993-acceded")) == ["radio-2001", "record-1992"]
        assert ids(cite("membership_by_source", "handbook|ARM|1992-01-01")) == ["handbook"]

    def test_a_row_a_frame_and_a_figure(self):
        membership = data.load("membership")
        assert ids(cite(membership.iloc[0])) == ["record-1992"]
        assert ids(cite(membership[membership["iso3"] == "ARM"])) == ["radio-2001", "record-1992"]
        assert ids(cite(SimpleNamespace(sources=("handbook", "record-1992@art. 4")))) == [
            "handbook",
            "record-1992",
        ]

    def test_a_document(self):
        assert ids(cite("radio-2001")) == ["radio-2001"]
        assert ids(cite(["record-1992", "handbook@p. 7"])) == ["handbook", "record-1992"]

    def test_nothing_from_no_rows(self):
        references = cite(data.load("membership").head(0))
        assert len(references) == 0
        assert str(references) == "There are no rows here, so there is nothing to cite."
        assert references._repr_html_() == f"<p>{references}</p>"

    def test_the_column_of_sources(self):
        table = data.load("membership")
        assert ids(cite(table["sources"])) == ids(cite(table))


@pytest.mark.usefixtures("tiny")
class TestWhatCannotBeCited:
    def test_an_unknown_name_gets_the_nearest_table_or_source(self):
        with pytest.raises(CstolibError, match="Did you mean 'membership'"):
            cite("membershp")
        with pytest.raises(CstolibError, match="Did you mean 'record-1992'"):
            cite("record-1993")

    def test_an_unknown_key_gets_the_nearest(self):
        with pytest.raises(
            CstolibError, match=r"no row of membership 'arm-1992-sined'\. Did you mean 'arm-1992-signed'"
        ):
            cite("membership", "arm-1992-sined")

    def test_a_figure_with_an_unknown_source(self):
        with pytest.raises(CstolibError, match=r"no source 'handbok'\. Did you mean 'handbook'"):
            cite(SimpleNamespace(sources=("handbok",)))

    def test_rows_without_sources(self):
        with pytest.raises(
            CstolibError, match=r"no 'sources' column .*cite the table they were computed from"
        ):
            cite(data.load("states")[["iso3", "name"]])

    def test_anything_else(self):
        with pytest.raises(CstolibError, match="Nothing to cite in int"):
            cite(3)

    def test_a_key_without_a_table(self):
        with pytest.raises(CstolibError, match="A key goes with the name of a table"):
            cite(data.load("states"), "ARM")
        with pytest.raises(CstolibError, match=r"no table 'radio-2001'\. Allowed: aliases, "):
            cite("radio-2001", "ARM")


@pytest.mark.usefixtures("tiny")
class TestReadable:
    def test_names_who_when_what_and_where(self):
        assert str(cite("membership", "arm-1992-signed")) == (
            "[record-1992] The treaty & its record (1992-05-15). Treaty Series. Cited: art. 11. "
            "https://record.example/1 (read 2026-11-21)"
        )

    def test_dates_are_no_more_exact_than_known_and_titles_keep_their_mark(self):
        assert str(cite("handbook")) == "[handbook] Smith, Ann; Jones, Bo (2009). Who was in what? Old Press."
        assert "Radio One (2001-05)." in str(cite("radio-2001"))

    def test_state_affiliation_and_columns_are_told(self):
        text = str(cite("membership", "geo-1993-acceded"))
        assert "Cited: (for date). State-affiliated outlet." in text

    @pytest.mark.parametrize("kind", ["treaty", "official", "news", "analysis", "reference", "dataset"])
    @pytest.mark.parametrize(
        ("code", "words"), [("yes", " State-affil"), ("partly", " Partly state-affil"), ("no", "")]
    )
    def test_state_affiliation_is_told_of_every_kind_of_document(self, tiny, kind, code, words):
        path = tiny / "sources.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("radio-2001,news", f"radio-2001,{kind}").replace("RUS,yes", f"RUS,{code}")
        )
        said = str(cite("radio-2001"))
        assert words in said
        assert ("affil" in said) == bool(words)

    def test_a_treaty_starts_with_its_title_in_both_languages_not_with_who_holds_a_copy(self, tiny):
        path = tiny / "sources.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("its record,not_applicable", "its record,The record"), encoding="utf-8")
        start = "[record-1992] The treaty & its record [The record] (1992-05-15). Treaty Series. "
        assert str(cite("record-1992")).startswith(start)

    def test_a_document_without_author_and_outlet_starts_with_its_title(self, tiny):
        path = tiny / "sources.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace('"Smith, Ann; Jones, Bo",Old Press', "unknown,unknown"), encoding="utf-8"
        )
        assert str(cite("handbook")) == "[handbook] Who was in what? (2009)."

    def test_each_place_cited_is_named_once(self):
        assert str(cite("membership")).count("art. 11") == 1

    def test_html_links_and_escapes(self):
        html = cite("record-1992")._repr_html_()
        assert '<a href="https://record.example/1">' in html
        assert "The treaty &amp; its record" in html

    def test_short_line_for_figures(self):
        assert (
            cite("sources").short()
            == "Smith and others (2009); Radio One (2001-05); The treaty & its record (1992-05-15)"
        )


def format_all(items):
    """Format CSL-JSON as a reference manager would."""
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
    for item in items:
        bibliography.register(Citation([CitationItem(item["id"])]))
    return [str(entry) for entry in bibliography.bibliography()]


@pytest.mark.usefixtures("tiny")
class TestCsl:
    def test_an_item_has_what_a_reference_manager_needs(self):
        assert cite("handbook").csl() == [
            {
                "id": "handbook",
                "type": "document",
                "title": "Who was in what?",
                "accessed": {"date-parts": [[2026, 11, 21]]},
                "author": [{"family": "Smith", "given": "Ann"}, {"family": "Jones", "given": "Bo"}],
                "issued": {"date-parts": [[2009]]},
                "container-title": "Old Press",
                "language": "en",
            }
        ]

    def test_locators_are_kept(self):
        assert cite("membership", "arm-1992-signed").csl()[0]["note"] == "Cited: art. 11"

    def test_a_csl_processor_formats_them(self):
        entries = format_all(cite("sources").csl())
        assert any(entry.startswith("Smith, A. and Jones, B. (2009)") for entry in entries), entries
        assert any("https://radio.example/1" in entry for entry in entries), entries


def test_a_csl_processor_formats_every_real_source():
    items = cite("sources").csl()
    entries = format_all(items)
    assert len(entries) == len(items) > 0
    for item, entry in zip(items, entries, strict=True):
        assert item["title"].split()[0] in entry
