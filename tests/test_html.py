from html.parser import HTMLParser

import pandas as pd
import pytest

from cstolib.html import MISSING, OWN_KEYS, html_table

ROWS = pd.DataFrame(
    {
        "state": ["Armenia", "Belarus"],
        "since": pd.to_datetime(["1994-04-20", "1993-01-01"]).astype("datetime64[s]"),
        "since_precision": ["day", "year"],
        "count": pd.array([9, pd.NA], dtype="Int64"),
        "member": pd.array([True, False], dtype="boolean"),
    }
)


class Cells(HTMLParser):
    """Collects every cell as (tag, scope, text), and all other tags."""

    def __init__(self, html):
        super().__init__()
        self.cells, self.tags = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag in ("th", "td", "caption"):
            self.cells.append([tag, dict(attrs).get("scope"), ""])

    def handle_data(self, text):
        if self.tags and self.tags[-1] in ("th", "td", "caption"):
            self.cells[-1][2] += text.strip()


def texts(html, tag, scope=None):
    return [text for kind, of, text in Cells(html).cells if kind == tag and of == scope]


def test_every_header_has_a_scope():
    html = html_table(ROWS, "Members")
    assert texts(html, "caption") == ["Members"]
    assert texts(html, "th", "col") == list(ROWS.columns)
    assert texts(html, "th", "row") == ["Armenia", "Belarus"]
    assert texts(html, "th", None) == []


def test_a_named_index_heads_the_rows():
    html = html_table(ROWS.set_index("state")[["count"]], "Members")
    assert texts(html, "th", "row") == ["Armenia", "Belarus"]


def test_an_index_that_only_counts_is_left_out():
    html = html_table(ROWS[ROWS["count"].isna()], "Members")
    assert texts(html, "th", "col") == list(ROWS.columns)


def test_dates_are_no_more_exact_than_known():
    cells = texts(html_table(ROWS, "Members"), "td")
    assert cells[0] == "1994-04-20"
    assert cells[4] == "1993"


def test_values_read_as_words_and_missing_is_explained():
    html = html_table(ROWS, "Members")
    assert texts(html, "td")[2:4] == ["9", "yes"]
    assert texts(html, "td")[6] == MISSING
    assert "marks a missing value" in html
    assert "missing value" not in html_table(ROWS[["state"]], "Names")


def test_numbers_keep_their_meaning():
    html = html_table(pd.DataFrame({"of": ["a", "b"], "share": [1 / 3, 1234567.0]}), "Shares")
    assert texts(html, "td") == ["0.333", "1234567"]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "a & b"])
def test_text_is_text_wherever_it_stands(hostile):
    html = html_table(pd.DataFrame({hostile: [hostile]}), hostile, hostile)
    assert not {"script", "img"} & set(Cells(html).tags)
    assert texts(html, "caption") == texts(html, "th", "col") == texts(html, "th", "row") == [hostile]


def test_addresses_become_links():
    html = html_table(pd.DataFrame({"id": ["a"], "url": ["https://record.example/1?a=1&b=2"]}), "Sources")
    assert '<a href="https://record.example/1?a=1&amp;b=2">' in html


def test_names_in_backticks_are_shown_as_code():
    html = html_table(ROWS[["state"]], "Members", "Use `bound_on(<date>)`.")
    assert "<p>Use <code>bound_on(&lt;date&gt;)</code>.</p>" in html


def test_long_tables_are_cut_and_say_so():
    html = html_table(pd.DataFrame({"n": range(100)}), "Numbers")
    assert len(texts(html, "th", "row")) == 60
    assert texts(html, "caption") == ["Numbers (first 60 of 100 rows)"]


def test_an_empty_table_keeps_its_headers():
    html = html_table(ROWS.head(0), "Nobody")
    assert texts(html, "th", "col") == list(ROWS.columns)
    assert texts(html, "td") == []


def test_colours_come_from_the_page():
    style = html_table(ROWS, "Members").partition("</style>")[0]
    assert "#" not in style
    assert "rgb" not in style
    assert "var(--jp-content-font-color1,inherit)" in style


def test_the_scrolling_box_is_reachable_by_keyboard():
    assert f'<div class="cst-table" role="group" tabindex="0" {OWN_KEYS} aria-label="Members">' in html_table(
        ROWS, "Members"
    )


def test_dates_written_as_text_stay_on_one_line_too() -> None:
    html = html_table(pd.DataFrame({"state": ["Armenia", "Belarus"], "until": ["1999-04", ""]}), "Spells")
    assert '<td style="text-align:left;white-space:nowrap">1999-04</td>' in html
    assert "nowrap" not in html_table(pd.DataFrame({"state": ["a"], "when": ["in 1999"]}), "Spells")


def test_cells_stand_as_meant_without_the_style_sheet() -> None:
    html = html_table(ROWS, "Members").partition("</style>")[2]
    assert '<th scope="row" style="text-align:left">Armenia</th>' in html
    assert '<td style="text-align:left;white-space:nowrap">1994-04-20</td>' in html
    assert '<th scope="col" style="text-align:right">count</th>' in html
