import pytest

from cstolib.validate import main, validate


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
