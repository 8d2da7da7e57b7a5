import pickle
import subprocess
import sys

import pandas as pd
import pytest

from cstolib import data
from cstolib.errors import CstolibError


@pytest.mark.usefixtures("tiny")
class TestLoad:
    def test_every_kind_of_column_gets_its_type(self):
        sources, states, membership = data.load("sources"), data.load("states"), data.load("membership")
        assert sources["title"].dtype == "str"
        assert sources["primary"].dtype == "boolean"
        assert states["cow"].dtype == "Int64"
        assert membership["date"].dtype == "datetime64[s]"

    def test_values_are_what_the_file_says(self):
        states = data.load("states").set_index("iso3")
        assert states.loc["ARM", "m49"] == "051"  # text: the zero stays
        assert states.loc["ARM", "cow"] == 371
        assert data.load("sources")["primary"].tolist() == [False, False, True]
        assert data.load("membership").loc[0, "date"] == pd.Timestamp("1992-05-15")

    def test_missing_codes_become_missing_values(self):
        assert data.load("states")["gw"].isna().tolist() == [False, False, True]
        assert data.load("instruments")["in_force"].isna().tolist() == [False, True]
        assert not data.load("sources").isin(["unknown", "not_applicable", "not_coded"]).any(axis=None)

    def test_each_call_gives_a_fresh_copy(self):
        table = data.load("states")
        table.loc[0, "name"] = "spoilt"
        assert data.load("states").loc[0, "name"] == "Armenia"

    def test_a_file_is_read_once(self, monkeypatch):
        data.load("states")
        monkeypatch.delattr(pd, "read_csv")
        assert len(data.load("states")) == 3

    def test_an_unknown_name_gets_the_nearest(self):
        with pytest.raises(CstolibError, match=r"no table 'membershp'. Did you mean 'membership'\?"):
            data.load("membershp")

    @pytest.mark.parametrize("name", ["", "Nothing like it", 3, None])
    def test_a_hopeless_name_gets_the_list(self, name):
        with pytest.raises(CstolibError, match="Allowed: aliases, disagreements"):
            data.load(name)


@pytest.mark.usefixtures("tiny")
class TestTable:
    def test_is_a_dataframe_whose_selections_say_where_they_come_from(self):
        table = data.load("states")
        assert isinstance(table, pd.DataFrame)
        for selection in (table.head(), table[table["iso3"] == "ARM"], table[["iso3"]].sort_values("iso3")):
            assert repr(selection).startswith(f"From: {table.caption}\n")
            assert f"<caption>From: {table.caption}</caption>" in selection._repr_html_()

    def test_warnings_stay_with_the_whole_table(self):
        table = data.load("membership")
        assert table.note_text
        assert table.head(1).note_text == ""

    def test_a_merge_is_a_result_of_no_one_table(self):
        table = data.load("states")
        assert repr(table.merge(table, on="iso3")).startswith("Result\n")

    def test_text_shows_caption_first_and_warnings_last(self):
        lines = repr(data.load("membership")).splitlines()
        assert lines[0] == "Steps in and out (membership)"
        assert lines[-1] == "Complete; facts as of 2026-11-21."
        assert any("Do not count states by signatures" in line for line in lines)

    def test_html_shows_caption_and_warnings(self):
        html = data.load("membership")._repr_html_()
        assert "<caption>Steps in and out (membership)</caption>" in html
        assert "<p>Do not count states by signatures" in html

    def test_help_describes_every_column(self):
        table = data.load("membership")
        assert all(f"\n{column} : " in table.__doc__ for column in table)
        assert "signatures, notices, decisions and statements never decide" in table.__doc__

    def test_survives_pickling(self):
        table = data.load("states")
        restored = pickle.loads(pickle.dumps(table))
        pd.testing.assert_frame_equal(restored, table)


@pytest.mark.usefixtures("tiny")
class TestMissingReasons:
    def test_tells_the_code_where_a_cell_is_missing(self):
        table, reasons = data.load("instruments"), data.missing_reasons("instruments")
        assert reasons.shape == table.shape
        assert (reasons.notna() == table.isna()).all(axis=None)
        assert reasons.loc[1, "in_force"] == "unknown"
        assert reasons.loc[0, "amends"] == "not_applicable"

    def test_an_unknown_name_gets_the_nearest(self):
        with pytest.raises(CstolibError, match="Did you mean 'states'"):
            data.missing_reasons("sattes")


@pytest.mark.usefixtures("tiny")
class TestDescribe:
    def test_lists_all_tables(self):
        overview = data.describe().set_index("table")
        assert list(overview.index) == data.tables()
        assert overview.loc["states", ["rows", "columns", "complete"]].tolist() == [3, 8, True]
        assert overview.loc["states", ["licence", "facts_as_of"]].tolist() == ["CC-BY-4.0", "2026-11-21"]

    def test_explains_every_column(self):
        dictionary = data.describe("membership")
        assert list(dictionary["column"]) == list(data.load("membership").columns)
        date = dictionary.set_index("column").loc["date"]
        assert (date["type"], date["unit"], date["key"], date["may_be_missing"]) == (
            "date",
            "calendar day",
            "",
            True,
        )

    def test_tells_what_a_column_may_hold(self):
        allowed = data.describe("membership").set_index("column")["allowed"]
        assert allowed["date_precision"] == "day, month, year"
        assert allowed["iso3"] == "iso3 of states"
        assert allowed["sources"] == "items: source_id of sources"
        assert data.describe("instruments").set_index("column").loc["amends", "allowed"] == (
            "instrument_id of instruments"
        )

    def test_tells_licence_and_completeness(self):
        text = repr(data.describe("membership"))
        assert "Licence: CC-BY-4.0." in text
        assert "Complete; facts as of 2026-11-21." in text


def test_help_of_load_lists_the_tables():
    assert all(f"\n{name}: " in data.load.__doc__ for name in data.tables())


def test_importing_brings_in_nothing_heavy():
    heavy = {"altair", "jsonschema", "frictionless", "ipywidgets", "IPython"}
    code = f"import sys, cstolib.data; print(sorted({heavy} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
