"""The tables themselves: each is as its description says, and the description says enough."""

import re
import time

import pytest

from cstolib import data
from cstolib.checking import style
from cstolib.checking.validate import validate
from cstolib.citations import cite

TABLES = data.tables()

# The crises that the course set out to cover.
CRISES = """
    tajik-civil-war batken-1999 batken-2000 andijan-2005 georgia-2008 kyrgyzstan-april-2010 osh-2010
    crimea-2014
    line-of-contact-2014-15 su24-2015 april-war-2016 tavush-2020 karabakh-2020 kyrgyz-tajik-2021 syunik-2021
    tajik-afghan-2021 armenia-azerbaijan-nov-2021 kazakhstan-2022 ukraine-2022 armenia-azerbaijan-sept-2022
    kyrgyz-tajik-sept-2022 yerevan-summit-2022 karabakh-2023 armenia-freeze-2024 kursk-2024 tajik-afghan-2025
""".split()


def test_every_table_is_as_described():
    problems = validate()
    assert problems == [], "\n".join(map(str, problems))


def test_files_and_descriptions_match():
    described = {resource["path"] for resource in data.package().resources.values()}
    assert described == {path.name for path in data.FOLDER.glob("*.csv")}


def test_every_crisis_of_the_course_is_there():
    assert set(CRISES) <= set(data.load("crises")["crisis_id"])


def test_every_title_in_another_script_is_given_in_english():
    sources = data.load("sources")
    other_script = sources["title"].str.contains("[\u0370-\u1fff\u3000-\uffdc]")
    assert other_script.sum() > 400
    assert list(sources.loc[other_script & sources["title_en"].isna(), "source_id"]) == []


def test_authors_are_persons_by_family_name_or_institutions_without_a_comma():
    authors = data.load("sources")["author"].dropna().str.split("; ?").explode()
    assert list(authors[authors.str.count(",") > 1]) == []
    assert list(authors[authors.str.contains(r" \(|^\s|\s$|,\S")]) == []


def test_a_quoted_phrase_is_short():
    for table, words in (("positions", 25), ("wordings", 12)):
        assert data.load(table)["phrase"].dropna().str.split().str.len().max() <= words


def test_all_tables_are_read_in_half_a_second():
    def seconds():
        fresh, start = data.Package(data.FOLDER), time.process_time()
        for name in TABLES:
            fresh.typed(name)
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 0.5


@pytest.mark.parametrize("name", TABLES)
class TestDescription:
    def test_tells_meaning_licence_version_and_date(self, name):
        resource = data.package().resource(name)
        assert resource["description"].startswith("One row is ")
        assert resource["licenses"][0]["name"] in {"CC-BY-4.0", "CC0-1.0", "other-pd"}
        assert resource["complete"] is ("Not complete:" not in resource["description"])
        assert re.fullmatch(r"\d+\.\d+\.\d+", resource["version"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", resource["factsAsOf"])

    def test_every_column_has_a_meaning_and_an_example_from_the_table(self, name):
        fields = data.package().fields(name)
        assert [field["name"] for field in fields] == list(data.package().raw(name).columns)
        for field in fields:
            assert field["description"].endswith(".")
            if not field.get("prose"):
                assert str(field["example"]) in set(data.package().raw(name)[field["name"]]), field["name"]

    def test_list_columns_are_named_in_words(self, name):
        resource = data.package().resource(name)
        for column in {**resource.get("listColumns", {}), **resource.get("nameColumns", {})}:
            assert f"`{column}`" in resource["description"]

    def test_uses_no_loaded_words(self, name):
        resource = data.package().resource(name)
        texts = [resource["title"], resource["description"], *resource["usageWarnings"]]
        assert style.avoided(" ".join(texts)) == []

    def test_file_is_plain_utf8_with_unix_lines(self, name):
        content = (data.FOLDER / data.package().resource(name)["path"]).read_bytes()
        assert content.decode("utf-8").endswith("\n")
        assert b"\r" not in content
        assert not content.startswith(b"\xef\xbb\xbf")

    def test_has_rows_and_every_row_can_be_cited(self, name):
        table = data.load(name)
        assert len(table) > 0
        if table.source_ids:
            assert len(cite(table.head(1))) == len(table.source_ids)
        else:
            assert all(len(cite(row)) > 0 for _, row in table.iterrows())
