"""The timeline shows the treaty record, and where another account of membership departs from it."""

import pandas as pd
import pytest

from cstolib import events, load, missing_reasons, spells, theme, timeline
from cstolib.errors import CstolibError
from cstolib.events import RECORD
from cstolib.timeline import membership_timeline

ACCOUNTS = sorted(set(load("membership_by_source")["source_id"]) - {RECORD})


@pytest.fixture(scope="module")
def record():
    return membership_timeline()


@pytest.fixture(scope="module", params=ACCOUNTS)
def account(request):
    return request.param, membership_timeline(request.param)


def spell(start, end=None, *, precision="day", told=True, kind="stated"):
    return {
        "iso3": "ARM",
        "date_type": kind,
        "start": pd.Timestamp(start),
        "start_precision": precision,
        "end": pd.NaT if end is None else pd.Timestamp(end),
        "end_precision": precision,
        "end_told": told,
    }


def verdict(told, true, until=pd.NaT):
    return events.verdict(pd.DataFrame(told), pd.DataFrame(true), until)


# The treaty record.


def test_members_come_first_and_each_group_is_in_alphabetical_order(record):
    words = record.alt
    names = load("states").set_index("iso3")["name"]
    places = [words.index(f"{names[iso3]}:") for iso3 in (*theme.MEMBERS, *theme.FORMER)]
    assert places == sorted(places)


def test_every_spell_and_every_dated_step_is_a_row_and_nothing_else(record):
    table = record.table
    steps = load("membership").dropna(subset="date")
    assert len(table) == len(spells()) + len(steps)
    assert (table["what"] == "bound").sum() == len(spells())


def test_no_two_marks_touch():
    as_of = pd.Timestamp("2026-11-21")
    steps = events.steps()
    steps["lane"] = timeline._lanes(steps, as_of)
    left, right = timeline._edges(as_of)
    for _, lane in steps.groupby(["iso3", "lane"]):
        pixels = (lane["date"] - left) / (right - left) * theme.WIDTH
        assert not (pixels.diff() < timeline.MARK).any()


def test_no_two_rows_overlap():
    as_of = pd.Timestamp("2026-11-21")
    record = events.record(as_of)
    marks = events.steps()
    rows = timeline._rows(record, record, marks.assign(lane=timeline._lanes(marks, as_of)))
    assert (rows["top"].iloc[1:].to_numpy() >= rows["bottom"].iloc[:-1].to_numpy()).all()


def test_every_kind_of_date_has_a_shape_of_its_own():
    kinds = set(load("membership")["date_type"])
    assert kinds <= set(events.KINDS)
    shapes = [shape for _, shape, _ in events.KINDS.values()]
    assert len(set(shapes)) == len(shapes)


def test_what_was_not_renewed_is_said_and_outlined(record):
    assert "Georgia: 20 April 1994 until" in record.alt
    assert "(not renewed)" in record.alt
    assert any(layer["mark"].get("strokeDash") == [2, 3] for layer in record.spec()["layer"])


def test_a_freeze_is_told_where_the_state_is_still_bound_and_says_so_itself(record):
    assert "Armenia: since 20 April 1994 (participation frozen, by its own statement of" in record.alt
    assert record.alt.count("still bound") == 1
    steps = load("membership").set_index("event_id")
    steps = steps[~steps["note"].str.contains("frozen", na=False)]
    assert events._aside({"iso3": "ARM", "end": pd.NaT}, steps) == ""
    left = {"iso3": "ARM", "end": pd.Timestamp("2026-01-01")}
    assert events._aside(left, load("membership").set_index("event_id")) == ""


def test_notes_stand_whole_in_the_table_and_shortened_at_the_marks(record):
    long = "Sources differ between 9 September and 9 December."
    (note,) = (note for note in record.table["note"] if note.startswith(long))
    shown = [row["remark"] for rows in record.spec()["datasets"].values() for row in rows if "remark" in row]
    (remark,) = (remark for remark in shown if remark.startswith(long))
    assert len(remark) <= events.REMARK < len(note)
    assert remark.endswith("\u2026")


def test_a_state_under_the_pointer_stands_out_without_a_kernel(record):
    spec = record.spec()
    assert [param["name"] for param in spec["params"]] == ["state"]


def test_a_state_that_is_asked_for_stands_out_in_the_picture_too():
    spec = membership_timeline(highlight="UZB").spec()
    conditions = [layer["encoding"].get("opacity") for layer in spec["layer"]]
    assert any("UZB" in str(condition) for condition in conditions)
    assert "params" not in spec


def test_states_keep_their_colours(record):
    scales = [layer["encoding"].get("color", {}).get("scale") for layer in record.spec()["layer"]]
    scales = [scale for scale in scales if scale]
    assert scales
    for scale in scales:
        assert scale["range"] == [theme.look(state).colour for state in scale["domain"]]


# Other accounts.


def test_an_account_is_drawn_whole_with_the_record_behind_it(account):
    source, figure = account
    told = load("membership_by_source")
    assert (figure.table["account"] == source).sum() == (told["source_id"] == source).sum()
    assert (figure.table["account"] == RECORD).sum() == len(spells())
    outlines = [layer for layer in figure.spec()["layer"] if layer["mark"].get("strokeDash") == [4, 2]]
    assert len(outlines) == 1


def test_the_account_itself_is_the_first_source(account):
    source, figure = account
    rows = load("membership_by_source")
    own = ";".join(rows.loc[rows["source_id"] == source, "sources"])
    assert figure.sources[0] in own


def test_a_title_is_told_once(account):
    source, figure = account
    title = load("sources").set_index("source_id")["title"][source]
    assert figure.subtitle.count(title) == 1


def test_a_source_known_by_its_title_alone_is_not_told_twice(monkeypatch):
    title = load("sources").set_index("source_id")["title"]["seed-001"]
    monkeypatch.setattr(events, "_short", lambda _: {"seed-001": f"{title} (2022)"})
    assert events.cited("seed-001") == f"{title} (2022)"


def test_states_that_were_never_bound_get_a_row_where_an_account_lists_them():
    assert "Ukraine: since 15 May 1992; never bound." in membership_timeline("gibler-2009").alt


def test_an_end_that_is_not_told_is_not_drawn_as_membership_today():
    unknown = load("membership_by_source")[missing_reasons("membership_by_source")["end"] == "unknown"]
    source = unknown["source_id"].iloc[0]
    figure = membership_timeline(source)
    assert "no end given" in figure.alt
    assert any("stroke" in layer["encoding"] for layer in figure.spec()["layer"])


def test_an_account_agrees_as_far_as_its_dates_are_exact():
    true = [spell("1994-04-20", "1999-04-21")]
    assert verdict([spell("1994-01-01", "1999-01-01", precision="year")], true) == "agrees"
    assert verdict([spell("1994-04-01", "1999-04-01", precision="month")], true) == "agrees"
    assert verdict([spell("1994-04-20", "1999-04-20")], true) == "ends earlier"
    assert verdict([spell("1992-01-01", "1999-01-01", precision="year")], true) == "starts earlier"


def test_what_differs_is_said():
    true = [spell("1994-04-20", "1999-04-21")]
    assert verdict([spell("1992-05-15", "1999-04-21", kind="signed")], true) == "counts from signature"
    assert verdict([spell("1995-05-15", "1999-04-21", kind="signed")], true) == "starts later"
    assert verdict([spell("1992-05-15", "2000-01-01")], true) == "starts earlier; ends later"


def test_an_open_spell_differs_from_a_closed_one_unless_the_end_is_not_told():
    true = [spell("1994-04-20", "1999-04-21")]
    assert verdict([spell("1994-04-20")], true) == "ends later"
    assert verdict([spell("1994-04-20", told=False)], true) == "agrees"
    assert verdict(true, [spell("1994-04-20")]) == "ends earlier"


def test_missing_and_added_spells_are_told():
    true = [spell("1994-04-20", "1999-04-21"), spell("2008-03-28")]
    assert verdict(true[:1], true) == "leaves out a spell"
    assert verdict(true[1:], true) == "leaves out a spell"
    assert verdict(true, true[:1]) == "adds a spell"
    assert verdict([], true) == "not listed"
    assert verdict(true, []) == "never bound"


def test_what_came_after_a_source_was_written_is_not_held_against_it():
    true = [spell("1994-04-20", "1999-04-21"), spell("2008-03-28", "2012-12-18")]
    assert verdict([spell("1994-04-20")], true, pd.Timestamp("1998-12-31")) == "agrees"
    assert verdict([*true[:1], spell("2008-03-28")], true, pd.Timestamp("2009-12-31")) == "agrees"
    assert verdict([spell("1992-05-15")], true, pd.Timestamp("1992-05-18")) == "never bound"


def test_a_source_knows_nothing_after_its_own_date():
    assert events.written("latimes-1992-05-16") == pd.Timestamp("1992-05-16")
    assert events.written("khovar-2016-09") == pd.Timestamp("2016-09-30")
    assert events.written("gibler-2009") == pd.Timestamp("2009-12-31")
    assert pd.isna(events.written("csto-basic-facts"))


# Mistakes.


def test_an_unknown_account_is_told_the_nearest():
    with pytest.raises(CstolibError, match=r"no account of membership 'gibler-2008'.*'gibler-2009'"):
        membership_timeline("gibler-2008")


def test_an_unknown_state_is_told_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean 'UZB'"):
        membership_timeline(highlight="UZE")
