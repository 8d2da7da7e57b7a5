"""A figure carries title, measure, sources, date, caveat, words and rows, and needs no network."""

import base64
import json
import re
import struct
import subprocess
import sys
from urllib.parse import unquote

import altair as alt
import pandas as pd
import pytest

from cstolib import figure as module
from cstolib.dates import date_in_words
from cstolib.errors import CstolibError
from cstolib.figure import MIME, Figure

pytestmark = pytest.mark.usefixtures("tiny")

ROWS = pd.DataFrame({"state": ["Armenia", "Türkiye <>&"], "votes": [3, 1]})


def make(**changes):
    parts = {
        "chart": alt.Chart(ROWS).mark_bar().encode(x="state:N", y="votes:Q"),
        "title": "Votes of two states",
        "subtitle": "Votes cast in one year.",
        "sources": ("record-1992", "radio-2001"),
        "as_of": "2026-11-21",
        "note": "Two of many.",
        "table": ROWS,
        "alt": "Bar chart. Armenia 3 & Türkiye 1.",
    }
    return Figure(**{**parts, **changes})


@pytest.fixture
def published(monkeypatch):
    """Collect what a figure sends to the notebook."""
    calls = []
    monkeypatch.setattr("IPython.display.publish_display_data", lambda **call: calls.append(call))
    return calls


@pytest.mark.parametrize("field", ["title", "subtitle", "alt"])
@pytest.mark.parametrize("value", ["", "  ", None])
def test_the_words_must_be_there(field, value):
    with pytest.raises(CstolibError, match=f"needs '{field}'"):
        make(**{field: value})


@pytest.mark.parametrize("sources", [(), "record-1992", None])
def test_sources_must_be_there(sources):
    with pytest.raises(CstolibError, match="needs 'sources'"):
        make(sources=sources)


def test_an_unknown_source_is_told_the_nearest():
    with pytest.raises(CstolibError, match=r"record-1993.*Did you mean 'record-1992'"):
        make(sources=("record-1993",))


@pytest.mark.parametrize("as_of", ["", None, "21 November 2026", "2026-13-01", "2026-02-30"])
def test_the_date_must_be_a_date(as_of):
    with pytest.raises(CstolibError, match="is not a date"):
        make(as_of=as_of)


def test_the_rows_must_be_there():
    with pytest.raises(CstolibError, match="needs 'table'"):
        make(table=ROWS.iloc[:0])


def test_dates_are_written_no_more_exactly_than_they_are_known():
    assert [date_in_words(d) for d in ("1992-05-15", "1992-05", "1992")] == [
        "15 May 1992",
        "May 1992",
        "1992",
    ]


def test_the_chart_carries_title_subtitle_and_description():
    spec = make(title="A title " * 20).spec()
    assert " ".join(spec["title"]["text"]) == ("A title " * 20).strip()
    assert len(spec["title"]["text"]) > 1  # Vega-Lite does not wrap lines
    assert spec["title"]["subtitle"] == ["Votes cast in one year."]
    assert spec["description"] == "Bar chart. Armenia 3 & Türkiye 1."
    assert spec["config"]["background"] == "#ffffff"


def test_the_chart_is_labelled_for_jupyterlab_and_needs_no_network():
    spec = make().spec()
    assert spec["$schema"].endswith("/vega-lite/v5.json")
    assert spec["usermeta"]["embedOptions"] == {"renderer": "svg", "actions": False}
    addresses = set(re.findall(r"https?://[^\s\"]+", json.dumps(spec)))
    assert addresses == {spec["$schema"]}  # a name, not fetched


def test_missing_values_do_not_reach_the_notebook_as_nan():
    rows = pd.DataFrame({"state": ["Armenia", None], "votes": [3.0, None]})
    spec = make(chart=alt.Chart(rows).mark_bar().encode(x="state:N", y="votes:Q"), table=rows).spec()
    assert json.dumps(spec, allow_nan=False)


def test_the_learners_own_theme_is_left_alone():
    before = alt.theme.active
    make().spec()
    assert alt.theme.active == before


def test_more_rows_than_altair_allows_are_drawn():
    rows = pd.DataFrame({"year": range(6000)})
    assert make(chart=alt.Chart(rows).mark_point().encode(x="year:Q"), table=rows).spec()


def test_the_picture_is_a_png_with_words_at_its_true_size():
    data, metadata = make().bundle()
    picture = base64.b64decode(data["image/png"])
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    shown = metadata["image/png"]
    size = (shown["width"] * module.PNG_SCALE, shown["height"] * module.PNG_SCALE)
    assert struct.unpack(">II", picture[16:24]) == size
    assert shown["alt"] == data["text/plain"] == "Bar chart. Armenia 3 & Türkiye 1."


def test_packing_the_picture_changes_no_pixel():
    import zlib

    import vl_convert

    def chunk(png, kind):
        at, found = 8, b""
        while at < len(png):
            (length,) = struct.unpack(">I", png[at : at + 4])
            content = png[at + 8 : at + 8 + length]
            (checksum,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
            assert checksum == zlib.crc32(png[at + 4 : at + 8] + content)
            found += content if png[at + 4 : at + 8] == kind else b""
            at += 12 + length
        return found

    drawn = make()
    packed, plain = drawn.png(), vl_convert.vegalite_to_png(drawn.spec(), scale=module.PNG_SCALE)
    assert zlib.decompress(chunk(packed, b"IDAT")) == zlib.decompress(chunk(plain, b"IDAT"))
    assert chunk(packed, b"IHDR") == chunk(plain, b"IHDR")
    assert len(packed) < len(plain) / 2


def test_the_caption_says_where_from_as_of_when_and_what_to_beware():
    text = make().caption_text()
    assert text.splitlines() == [
        "Sources: The treaty & its record (1992-05-15); Radio One (2001-05)",
        "Facts as of: 21 November 2026",
        "Note: Two of many.",
    ]
    assert "Note" not in make(note="").caption_text()


def test_many_sources_are_named_in_part_and_listed_in_full(monkeypatch):
    monkeypatch.setattr(module, "SOURCES_NAMED", 2)
    drawn = make(sources=("record-1992", "radio-2001", "handbook"))
    assert "The treaty & its record (1992-05-15); and 2 more, listed below" in drawn.caption_text()
    assert "Who was in what?" in drawn.caption_html()


def test_the_caption_is_html_without_script_and_escapes_what_it_shows():
    html = make(title="<b>Bold</b>", note="a < b").caption_html()
    assert "<script" not in html
    assert not re.search(r"\son\w+=", html)
    assert "<b>" not in html
    assert "a &lt; b" in html
    assert "Türkiye &lt;&gt;&amp;" in html


def test_the_caption_holds_all_rows_however_many():
    rows = pd.DataFrame({"year": range(200)})
    html = make(table=rows).caption_html()
    assert "(200 rows)" in html
    assert '<th scope="row"' in html
    assert "199" in html


def test_what_takes_the_focus_keeps_jupyterlab_from_reading_its_keys():
    html = make().caption_html()
    openers = re.findall(r"<(?:summary|a download=|a data-lm)[^>]*>", html)
    assert len(openers) == 2
    assert all('data-lm-suppress-shortcuts="true"' in opener for opener in openers)


def test_the_download_is_exactly_the_rows_and_needs_no_network():
    html = make().caption_html()
    name, csv = re.search(r'download="([^"]+)" href="data:text/csv;charset=utf-8,([^"]*)"', html).groups()
    assert name == "votes-of-two-states.csv"
    assert unquote(csv) == "\ufeffstate,votes\nArmenia,3\nTürkiye <>&,1\n"


def test_two_outputs_are_shown_the_chart_and_then_the_caption(published):
    make()._ipython_display_()
    chart, caption = published
    assert set(chart["data"]) == {MIME, "image/png", "text/plain"}  # HTML would hide the chart
    assert set(caption["data"]) == {"text/html", "text/plain"}
    assert chart["transient"] == caption["transient"] == {}


def test_an_update_redraws_the_same_two_outputs_and_skips_the_picture(published):
    make().show("votes")
    make(note="").update("votes")
    names = [(call["transient"]["display_id"], call["update"]) for call in published]
    assert names == [
        ("votes-chart", False),
        ("votes-caption", False),
        ("votes-chart", True),
        ("votes-caption", True),
    ]
    assert "image/png" in published[0]["data"]
    assert set(published[2]["data"]) == {MIME, "text/plain"}


def test_a_figure_comes_out_the_same_each_time():
    one, other = make(), make()
    assert one.bundle() == other.bundle()
    assert one.caption() == other.caption()


def test_it_is_cited_by_its_sources():
    assert [item["id"] for item in make().cite().csl()] == ["radio-2001", "record-1992"]


def test_it_names_itself_in_a_line():
    assert repr(make()) == "<Figure 'Votes of two states', 2 rows, as of 21 November 2026>"


def test_altair_is_not_loaded_before_something_is_drawn():
    code = (
        "import sys; from cstolib import Figure; print('altair' in sys.modules, 'vl_convert' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
