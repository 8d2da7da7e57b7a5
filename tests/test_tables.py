"""The tables themselves: each is as its description says, and the description says enough."""

import re

import pytest

from cstolib import data, style
from cstolib.citations import cite
from cstolib.validate import validate

TABLES = data.tables()


def test_every_table_is_as_described():
    problems = validate()
    assert problems == [], "\n".join(map(str, problems))


def test_files_and_descriptions_match():
    described = {resource["path"] for resource in data.package().resources.values()}
    assert described == {path.name for path in data.FOLDER.glob("*.csv")}


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
        for column in resource.get("listColumns", {}):
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
