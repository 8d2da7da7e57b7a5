"""The matrix of positions: every code of the table is drawn once, and picture, words and table agree."""

import pandas as pd
import pytest

from cstolib import bound_on, describe, load, missing_reasons
from cstolib.atlas.matrix import DARK, NOT_BOUND, NOT_FOUND, OTHER, PARTY, SHADES, matrix_cells
from cstolib.atlas.positions import (
    SCALE,
    evidence,
    explore_positions,
    position_matrix,
    positions_long,
)
from cstolib.errors import CstolibError

SHOCKS = ["line-of-contact-2014-15", "su24-2015", "april-war-2016"]
EACH = pytest.mark.parametrize("codes", ["said", "did"])


def boxes(figure):
    """Give what is drawn: one record for each box."""
    spec = figure.spec()
    rows = [
        spec["datasets"][layer["data"]["name"]] for layer in spec["layer"] if layer["mark"]["type"] == "rect"
    ]
    return pd.DataFrame([record for records in rows for record in records])


# The rows.


@EACH
def test_every_position_is_a_row_with_the_code_of_the_table(codes):
    rows, table = positions_long(codes=codes), load("positions")
    keys = ["crisis_id", "iso3"]
    assert len(rows) == len(table)
    names = load("states").set_index("iso3")["name"]
    both = table.assign(towards=table["towards"].map(names)).merge(rows, on=[*keys, "towards"])
    pd.testing.assert_series_equal(both[codes], both["code"], check_names=False)


@EACH
def test_a_code_and_its_absence_have_words(codes):
    rows = positions_long(codes=codes)
    coded = rows.dropna(subset="code")
    assert coded["meaning"].to_list() == [SCALE[int(code)] for code in coded["code"]]
    assert set(rows.loc[rows["code"].isna(), "meaning"]) <= {PARTY, OTHER, NOT_FOUND}
    reasons = missing_reasons("positions")[codes].value_counts()
    assert (rows["meaning"] == NOT_FOUND).sum() == reasons["not_coded"]


def test_the_scale_is_that_of_the_table():
    text = " ".join(str(cell) for cell in describe("positions").to_numpy().ravel())
    assert all(f"{code} {meaning[:5]}" in text for code, meaning in SCALE.items())
    assert list(SCALE) == list(range(-3, 5)) == list(SHADES)


def test_words_and_deeds_are_taken_apart():
    said = positions_long("april-war-2016").set_index("iso3")
    did = positions_long("april-war-2016", "did").set_index("iso3")
    assert said.loc["KAZ", "what"].startswith("Serious concern")
    assert did.loc["KAZ", "what"].startswith("Prime Minister Masimov")
    assert said.loc["KAZ", "speaker"] == "Ministry of Foreign Affairs of Kazakhstan"
    assert did.loc["KAZ", "speaker"] == did.loc["KAZ", "date"] == ""


def test_crises_stand_in_the_order_of_time_whatever_the_order_asked():
    rows = positions_long(reversed(SHOCKS))
    assert list(rows["crisis_id"].unique()) == SHOCKS
    assert set(positions_long()["crisis_id"]) == set(load("positions")["crisis_id"])


@pytest.mark.parametrize(
    ("asked", "codes", "message"),
    [
        ("su24-2016", "said", "Did you mean 'su24-2015'"),
        (SHOCKS, "sayd", "Did you mean 'said'"),
        ([], "said", "at least one crisis"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(asked, codes, message):
    with pytest.raises(CstolibError, match=message):
        position_matrix(asked, codes)


# The boxes.


def test_a_state_without_a_row_is_the_party_or_was_not_bound():
    cells = matrix_cells(positions_long())
    starts = load("crises").set_index("crisis_id")["start"]
    coded = load("positions").groupby("crisis_id")["iso3"].apply(set)
    missing = [cell for cell in cells.to_dict("records") if cell["iso3"] not in coded[cell["crisis_id"]]]
    assert {cell["meaning"] for cell in missing} == {PARTY, NOT_BOUND}
    for cell in missing:
        assert cell["iso3"] not in set(bound_on(f"{starts[cell['crisis_id']]:%Y-%m-%d}")["iso3"])


@EACH
def test_there_is_one_box_for_each_state_and_row(codes):
    figure = position_matrix(codes=codes)
    drawn = boxes(figure)
    cells = matrix_cells(figure.table)
    assert sorted(drawn["says"]) == sorted(
        cells["crisis"] + ", towards " + cells["towards"] + ": " + cells["state"] + cells["spoken"]
    )
    assert not drawn.duplicated(["x", "y"]).any()


@EACH
def test_the_whole_matrix_fits_a_page(codes):
    assert position_matrix(codes=codes).spec()["width"] <= 806


def test_numbers_can_be_read_on_their_shade():
    def luminance(colour):
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for code, shade in SHADES.items():
        ink = "#ffffff" if code in DARK else "#1f2329"
        light, dark = sorted([luminance(shade), luminance(ink)], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, code


def test_low_confidence_is_an_outline_and_nothing_found_is_dashed():
    layers = [layer for layer in position_matrix(SHOCKS).spec()["layer"] if layer["mark"]["type"] == "rect"]
    data = position_matrix(SHOCKS).spec()["datasets"]

    def names(**look):
        some = [layer for layer in layers if look.items() <= layer["mark"].items()]
        return {record["says"] for layer in some for record in data[layer["data"]["name"]]}

    assert all("low confidence" in says for says in names(strokeWidth=3))
    assert len(names(strokeWidth=3)) == 3
    assert all("nothing found" in says for says in names(strokeDash=[4, 3]))
    assert len(names(strokeDash=[4, 3])) == 2


# The words.


@EACH
def test_every_code_is_in_the_description(codes):
    figure = position_matrix(SHOCKS, codes)
    for row in matrix_cells(figure.table).to_dict("records"):
        assert f"{row['state']}{row['spoken']}" in figure.alt
    low, high = (-2, 2) if codes == "said" else (-3, 4)
    assert all((meaning in figure.alt) == (low <= code <= high) for code, meaning in SCALE.items())


def test_absence_is_flagged():
    assert "Kyrgyzstan 0 (absent" in position_matrix("crimea-2014", "did").alt
    assert evidence("KGZ", "crimea-2014", "did").rows["code"].item().startswith("0, absent")


def test_the_evidence_of_a_state_is_shown_with_its_reason_and_sources():
    shown = evidence("BLR", SHOCKS)
    assert shown.rows["code"].to_list() == ["nothing found", "0, high confidence", "\u22121, high confidence"]
    text = shown.bundle()["text/plain"]
    assert "What they said: Belarus" in text
    assert "self-determination" in text
    assert "BelTA" in text


def test_an_unknown_state_is_refused_with_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean 'BLR'"):
        evidence("BLS", SHOCKS)


# The explorer.


def test_the_explorer_starts_with_words_and_switches_to_deeds():
    explorer = explore_positions(SHOCKS)
    assert explorer.figure().title.startswith("What they said")
    explorer.codes.boxes["did"].value = True
    assert explorer.figure().title.startswith("What they did")
    assert "did" in explorer.words().rows


def test_the_code_line_gives_what_is_shown():
    explorer = explore_positions(SHOCKS)
    explorer.state.boxes["KGZ"].value = True
    scope = {"evidence": evidence, "position_matrix": position_matrix}
    words, figure = (eval(call, scope) for call in explorer.code())
    assert words.bundle() == explorer.words().bundle()
    assert figure.alt == explorer.figure().alt


def test_every_state_of_the_matrix_can_be_read():
    assert list(explore_positions(SHOCKS).state.boxes) == ["ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"]
