import json
import shutil
from pathlib import Path

import pytest

from cstolib import data
from cstolib.checking.problems import later
from cstolib.checking.validate import main, validate

CRISES = Path(__file__).parents[1] / "tiny_crises"


@pytest.fixture
def crises_folder(tiny_folder):
    """Add a made-up crisis, with all that hangs on it, to the made-up tables."""
    shutil.copytree(CRISES, tiny_folder, dirs_exist_ok=True)
    package = json.loads((data.FOLDER / "datapackage.json").read_text(encoding="utf-8"))
    package["resources"] = [table for table in package["resources"] if (tiny_folder / table["path"]).exists()]
    (tiny_folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return tiny_folder


def spoil(folder, file, old, new):
    path = folder / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_good_tables_pass(tiny_folder, capsys):
    assert validate(tiny_folder) == []
    assert main([str(tiny_folder)]) == 0
    assert capsys.readouterr().out.endswith("9 tables, no problem found.\n")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("membership", "1994-04-20", "1994-04-31", "line 3, column date: '1994-04-31' - type is"),
        ("membership", "in_force,1994", "in_fore,1994", "Nearest valid value: 'in_force'"),
        ("membership", "1992-signed,ARM", "1992-signed,ARN", "column iso3: 'ARN' - for \"iso3\": values"),
        ("membership", "1992-signed,ARM", "1992-signed,ARN", "Nearest valid value: 'ARM'"),
        ("membership", "arm-1994-in-force", "arm-1992-signed", "event_id: 'arm-1992-signed' - the same as"),
        ("membership", ",record-1992@art. 11\n", ",not_applicable\n", "may not be missing"),
        ("membership", "record-1992;radio-2001", "record-1992;radio-2002", "Nearest valid value: 'radio-"),
        ("membership", "@[date]", "@[datum]", "not a column of membership. Nearest valid value: 'date'"),
        ("membership", "cst-1992,signed", ",signed", "an empty cell; write one of unknown, not"),
        ("membership", "A statement changes", "A statement  changes", "superfluous space"),
        ("membership", "A statement changes", "In the near abroad", "a word we do not use in our own"),
        ("membership", "1999-02-01,month", "1999-02-03,month", "Nearest valid value: '1999-02-01'"),
        ("membership", "1999-02-01,month", "1999-02-01,unknown", "both given or both missing"),
        ("membership", "uzb-2012-notified", "aaa-notified", "this one follows 'uzb-2012-left'"),
        ("instruments", "1994-04-20", "1991-04-20", "'1991-04-20' - earlier than signed 1992-05-15"),
        ("aliases", ",Georgia,", ",Gruzia,", "column canonical: 'Gruzia' - not a name in states"),
        ("glossary", "treaty binds.,signature", "treaty binds.,signing", "not a term of glossary"),
        ("disagreements", "membership,", "membershp,", "no such table. Nearest valid value: 'm"),
        ("disagreements", "geo-1993-acceded", "geo-1994-acceded", "no such row in membership"),
        ("disagreements", "acceded,date,", "acceded,dat,", "no such column in membership"),
        ("disagreements", "acceded,date,", "acceded,event,", "one value alone is no disagreement"),
        ("disagreements", "true", "false", "0 values chosen instead of one"),
        ("disagreements", "false", "true", "2 values chosen instead of one"),
        ("disagreements", "1993-12-09", "1993-12-08", "chosen, but membership has another value"),
    ],
)  # fmt: skip
def test_a_broken_cell_is_named(tiny_folder, file, old, new, told):
    spoil(tiny_folder, file, old, new)
    problems = [str(problem) for problem in validate(tiny_folder)]
    assert any(told in problem for problem in problems), problems
    assert all(problem.startswith(f"{problem.partition('.csv')[0]}.csv, line ") for problem in problems)


def test_a_source_that_nobody_cites_is_named(tiny_folder):
    path = tiny_folder / "sources.csv"
    line = path.read_text(encoding="utf-8").splitlines()[-1].replace("record-1992", "spare", 1)
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    assert [str(problem) for problem in validate(tiny_folder)] == [
        "sources.csv, line 5, column source_id: 'spare' - no row cites this source."
    ]


def test_a_missing_file_is_told_first(tiny_folder, capsys):
    (tiny_folder / "people.csv").unlink()
    assert main([str(tiny_folder)]) == 1
    assert capsys.readouterr().out.startswith("people.csv: ")


def test_a_missing_column_is_told_first(tiny_folder):
    spoil(tiny_folder, "people", "person_id,name", "person_id,nom")
    assert "people.csv" in str(validate(tiny_folder)[0])


def test_good_crises_pass(crises_folder):
    assert validate(crises_folder) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("crises", "ARM;The Band", "ARM;The Bend", "column parties: 'The Bend' - not a name of states.iso3,"),
        ("crises", "ARM;The Band", "ARM;The Bend", "Nearest valid value: 'The Band'"),
        ("crises", "1995-06-05,day", "1995-05-05,day", "'1995-05-05' - earlier than start 1995-06-01"),
        ("crises", ",seed-000,", ",seed-001,", "not a source_id of sources. Nearest valid value: 'seed-000'"),
        ("crises", "border-1995,Border", "border-1996,Border", "crisis_id: 'border-1995' - for \"crisis_id"),
        ("responses", "President of Georgia", "President of Gruzia", "column body: 'President of Gruzia' -"),
        ("responses", "1995-06-01,month", "1995-06-01,day", "before its request, border-1995-arm, of 1995-0"),
        ("responses", "border-1995-arm,The", "border-1995-geo,The", "Nearest valid value: 'border-1995-arm'"),
        ("positions", "false,President of G", "false,President of X", "column speaker: 'President of Xeorgi"),
        ("positions", "GEO,ARM,2", "UZB,ARM,2", "crises.csv, line 2, column crisis_id: 'border-1995|GEO|ARM"),
        ("positions", "ARM,2,4", "ARM,3,4", "column said: '3' - constraint \"maximum\" is"),
        ("positions", "with you,en", "with" + " you" * 25 + ",en", "column phrase"),
        ("codings", "GEO,ARM,did,b", "GEO,ARM,did,c", "column did: 'border-1995|GEO|ARM|did' - no code by c"),
        ("codings", "ARM,ARM,did,a", "ARM,GEO,did,a", "Nearest valid value: 'border-1995|ARM|ARM'"),
        ("casualties", ",1,2,3,", ",1,4,3,", "column high: '3' - less than best, 4"),
        ("casualties", ",5,unknown,9,", ",9,unknown,5,", "column high: '5' - less than low, 9"),
        ("casualties", "The page has no date.", "unknown", "column as_of: 'unknown' - a count without a day"),
        ("casualties", "Old Press,1995", "unknown,1995", "column counter: 'unknown' - this value may not be"),
        ("casualties", ",The Band,", ",GEO;ARM,", "column side: 'GEO;ARM' - constraint \"pattern\""),
        ("casualties", ",The Band,", ",The Gang,", "column side: 'The Gang' - not a name of states.iso3, "),
        ("contributions", "100,120", "100,90", "column troops_high: '90' - less than troops_low, 100"),
        ("contributions", "1995-07-01", "1995-05-01", "column left: '1995-05-01' - earlier than arrived"),
        ("timeline", "04:30,+04:00", "not_applicable,+04:00", "required for a precision of minute"),
        ("timeline", "minute,04:30", "day,04:30", "column time: '04:30' - too exact for a precision of day"),
        ("timeline", "The Band;ARM", "The Band;ARN", "column actors: 'ARN' - not a name of"),
        ("timeline", "the-pass", "the-past", "Nearest valid value: 'the-pass'"),
        ("aliases", "Council,The Council", "Council,The Counsel", "not a name in bodies.name, organ. Neares"),
        ("claims", "crises:border-1995", "crises:border-1996", "column evidence: 'border-1996' - no such ro"),
        ("claims", "crises:border-1995", "crisis:border-1995", "no such table. Nearest valid value: 'crises"),
        ("claims", "record-1992@", "record-1993@", "not a source_id of sources. Nearest valid value: 'recor"),
        ("claims", "01,seed-000", "01,seed-001", "column seed: 'seed-001' - for \"seed\""),
        ("seed_stances", "seed-000,sup", "handbook,sup", "no stance of seed-000 in seed_stances"),
    ],
)  # fmt: skip
def test_a_broken_link_in_the_evidence_is_named(crises_folder, file, old, new, told):
    spoil(crises_folder, file, old, new)
    problems = [str(problem) for problem in validate(crises_folder)]
    assert any(told in problem for problem in problems), problems


def test_a_crisis_without_any_position_is_named(crises_folder):
    for name in ("positions", "codings"):
        path = crises_folder / f"{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert any("no row of positions, though" in str(problem) for problem in validate(crises_folder))


def test_what_is_chosen_may_be_as_exact_as_it_is_known_and_prose_is_summed_up(crises_folder):
    path = crises_folder / "disagreements.csv"
    rows = [
        "crises,border-1995,summary,handbook,men crossed,true,It says so.,handbook",
        "crises,border-1995,summary,radio-2001,nobody crossed,false,It denies.,radio-2001",
        "contributions,border-1995-geo,left,handbook,1995-07,true,It says so.,handbook",
        "contributions,border-1995-geo,left,radio-2001,1995-08,false,It says so.,radio-2001",
        "timeline,border-1995-end,time,handbook,in the evening,true,It says so.,handbook",
        "timeline,border-1995-end,time,radio-2001,at noon,false,It says so.,radio-2001",
    ]
    head, *old = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *sorted(old + rows)]) + "\n", encoding="utf-8")
    assert validate(crises_folder) == []


@pytest.mark.parametrize(
    ("first", "second", "surely"),
    [
        ("2010-06-12", "2010-06-11", True),
        ("2010-06-12", "2010-06", False),
        ("2010-07-01", "2010-06", True),
        ("2011", "2010-12-31", True),
        ("2010", "2010-01-01", False),
    ],
)
def test_a_date_is_later_only_if_what_is_known_of_it_says_so(first, second, surely):
    assert later(first, second) is surely
