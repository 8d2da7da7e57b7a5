"""Work is tied to its learner by what the learning management system wrote; nothing harmful is unpacked."""

import io
import os
import tarfile
import unicodedata
import zipfile

import pytest

from cstolib.errors import CstolibError
from cstolib.grading import unpack
from cstolib.grading.collect import collect
from cstolib.grading.roster import read_roster

NOTEBOOK = '{"cells": []}'
ROSTER = """learner,name,canvas_id,moodle_id,blackboard_username,extra_minutes
a1,Ana Petrosyan,501,Participant 9001,ana,
b2,José Núñez,502,Participant 9002,jose_n,60
c3,José Núñez,503,Participant 9003,zarina,
"""


@pytest.fixture
def roster(tmp_path):
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    return read_roster(tmp_path / "roster.csv")


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def tied(submissions):
    return {each.file: each.learner for each in submissions}


def test_canvas_names(tmp_path, roster):
    names = {
        "petrosyanana_501_7001_hw1.ipynb": "a1",
        "nunezjose_LATE_502_7002_hw1-2.ipynb": "b2",
        "nobody_999_7003_hw1.ipynb": None,
    }
    found = collect(zipped(tmp_path / "submissions.zip", dict.fromkeys(names, NOTEBOOK)), roster)
    assert tied(found) == names
    assert [each.late for each in found] == [False, True, False]
    assert found[2].problem == "the roster has no canvas_id '999'"


def test_ids_that_a_spreadsheet_wrote_as_numbers_are_the_same_ids(tmp_path):
    roster = [{"learner": "a1", "name": "Ana", "canvas_id": "90001.0"}]
    files = {"ana_90001_7001_hw1.ipynb": NOTEBOOK}
    assert tied(collect(zipped(tmp_path / "submissions.zip", files), roster)) == dict.fromkeys(files, "a1")


def test_moodle_names_by_full_name_and_namesakes_by_the_number_on_the_worksheet(tmp_path, roster):
    roster += [{"learner": "d4", "name": "Siobhán O'Brien_Lee", "moodle_id": "77"}]
    decomposed = unicodedata.normalize("NFD", "José Núñez")
    names = {
        "Ana Petrosyan_9001_assignsubmission_file_/hw1.ipynb": "a1",
        f"{decomposed}_9002_assignsubmission_file/hw1.ipynb": "b2",
        "José Núñez_9003_assignsubmission_file_hw1.ipynb": "c3",
        "José Núñez_5_assignsubmission_file_/hw1.ipynb": None,
        "Participant_9001_assignsubmission_file_/again.ipynb": "a1",
        "Group B-José Núñez_9003_assignsubmission_file_/hw1.ipynb": "c3",
        "Teilnehmerin_9002_assignsubmission_file_/blind.ipynb": "b2",
        "Teilnehmerin_9004_assignsubmission_file_/blind.ipynb": None,
        "Somebody_77_assignsubmission_file_/hw1.ipynb": None,
        "Siobhán OBrien Lee_12_assignsubmission_file_/hw1.ipynb": "d4",
    }
    found = collect(zipped(tmp_path / "moodle.zip", dict.fromkeys(names, NOTEBOOK)), roster)
    assert tied(found) == names
    told = "'José Núñez' fits b2, c3; write 'Participant 5' as the moodle_id of the one whose it is"
    assert told in [each.problem for each in found]


def test_blackboard_names_with_times_and_receipts(tmp_path, roster):
    names = {
        "HW_1_ana_attempt_2026-10-01-09-30-00_hw1.ipynb": "a1",
        "HW_1_jose_n_attempt_2026-10-01-08-30-00_my_hw.ipynb": "b2",
        "HW_1_jose_n_attempt_2026-10-01-08-30-00.txt": "a receipt",
    }
    found = collect(zipped(tmp_path / "bb.zip", dict.fromkeys(names, NOTEBOOK)), roster)
    assert [(each.learner, each.received) for each in found] == [
        ("b2", "2026-10-01T08:30:00"),
        ("a1", "2026-10-01T09:30:00"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "petrosyanana_501_7001_nunez_502_7002_hw1.ipynb",
        "petrosyanana_501_7001_José Núñez_9002_assignsubmission_file_hw1.ipynb",
        "petrosyanana_501_7001_HW1_jose_n_attempt_2026-10-01-08-30-00_x.ipynb",
        "HW1_ana_attempt_2026-10-01-08-30-00_HW1_jose_n_attempt_2026-10-01-08-30-00_x.ipynb",
        "Ana Petrosyan_9001_assignsubmission_file_/José Núñez_9002_assignsubmission_file_/x.ipynb",
        "Ana Petrosyan_9001_assignsubmission_file_José Núñez_9002_assignsubmission_file_x.ipynb",
        "a1/nunez_502_7002_x.ipynb",
        "a1/b2.ipynb",
    ],
)
def test_a_learner_cannot_hand_in_under_another_name(tmp_path, roster, name):
    found = collect(zipped(tmp_path / "submissions.zip", {name: '{"learner": "b2"}'}), roster)
    assert tied(found) == {name: "a1"}


def test_a_plain_folder_and_one_folder_around_everything(tmp_path, roster):
    files = {
        "all/A1.ipynb": NOTEBOOK,
        "all/b2/deep/hw1.ipynb": NOTEBOOK,
        "all/.DS_Store": "",
        "all/c3/notes.pdf": "x",
    }
    found = collect(zipped(tmp_path / "all.zip", files), roster)
    assert tied(found) == {"A1.ipynb": "a1", "b2/deep/hw1.ipynb": "b2", "c3/notes.pdf": "c3"}
    assert [each.problem for each in found] == ["", "", "not a notebook (.ipynb)"]


def test_without_a_roster_learners_are_called_as_the_files_call_them(tmp_path):
    (tmp_path / "ana.ipynb").write_text(NOTEBOOK)
    assert tied(collect(tmp_path)) == tied(collect(tmp_path / "ana.ipynb")) == {"ana.ipynb": "ana"}


def test_names_that_macos_wrote_into_a_zip_are_read(tmp_path, roster):
    path = zipped(tmp_path / "mac.zip", {"XXX_9002_assignsubmission_file_/hw.ipynb": NOTEBOOK})
    name = "Ana Ł".encode()
    path.write_bytes(path.read_bytes().replace(b"XXX", name[:3]))
    roster[0]["name"] = "Ana"
    assert tied(collect(path, roster)) == {"Ana_9002_assignsubmission_file_/hw.ipynb": "a1"}
    info = zipfile.ZipInfo()
    info.orig_filename, info.flag_bits = "José".encode().decode("cp437"), 0
    assert unpack._name(info) == "José"


def test_what_an_archive_must_not_hold_is_refused_one_by_one(tmp_path, roster, monkeypatch):
    monkeypatch.setattr(unpack, "EACH", 1000)
    path = tmp_path / "submissions.zip"
    link = zipfile.ZipInfo("b2/link.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a1.ipynb", NOTEBOOK)
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../climb.ipynb", NOTEBOOK)
        archive.writestr("/absolute.ipynb", NOTEBOOK)
        archive.writestr("b2/bomb.ipynb", b"\0" * 5_000_000)
        archive.writestr("b2/large.ipynb", os.urandom(1001))
        archive.writestr("b2/inner.zip", "PK")
        archive.writestr("b2/empty.ipynb", "")
        archive.writestr("c3/broken.ipynb", "x" * 400)
        archive.writestr("c3/locked.ipynb", NOTEBOOK)
    data = path.read_bytes().replace(b"c3/broken.ipynb", b"c4/broken.ipynb", 1)  # two names for one file
    at = data.rindex(b"PK\x01\x02")
    path.write_bytes(data[: at + 8] + b"\x01" + data[at + 9 :])
    reasons = {each.file: each.problem for each in collect(path)}
    assert reasons.pop("a1.ipynb") == ""
    assert reasons.pop("c3/broken.ipynb").startswith("damaged (File name in directory")
    assert reasons == {
        "../../climb.ipynb": "its name leads out of the archive",
        "/absolute.ipynb": "its name leads out of the archive",
        "b2/bomb.ipynb": "unpacks to more than 200 times its size",
        "b2/large.ipynb": "larger than 0 MB",
        "b2/inner.zip": "an archive inside; grade it by itself, or ask for the notebook",
        "b2/empty.ipynb": "an empty file",
        "b2/link.ipynb": "a link or a device, not a file",
        "c3/locked.ipynb": "encrypted",
    }


def test_no_name_can_forge_a_line_of_what_is_told(tmp_path, roster):
    found = collect(zipped(tmp_path / "in.zip", {"a1/x\nLate: b2\u2028.ipynb": NOTEBOOK}), roster)
    assert tied(found) == {"a1/x?Late: b2?.ipynb": "a1"}


def test_a_file_refused_for_itself_has_that_reason_alone(tmp_path, roster):
    reasons = {
        "../climb.ipynb": "its name leads out of the archive",
        "zoe/inner.zip": "an archive inside; grade it by itself, or ask for the notebook",
        "zoe/notes.pdf": "not a notebook (.ipynb)",
        "zoe/empty.ipynb": "an empty file",
        "zoe/hw1.ipynb": "the roster has no learner 'zoe'",
    }
    files = {name: "" if "empty" in name else NOTEBOOK for name in reasons}
    found = collect(zipped(tmp_path / "in.zip", files), roster)
    assert {each.file: each.problem for each in found} == reasons
    assert {each.learner for each in found} == {None}
    assert [each.file for each in found if each.content] == ["zoe/hw1.ipynb"]


def test_a_file_that_is_no_notebook_is_told_before_anything_is_graded(tmp_path, roster):
    files = {"a1.ipynb": "PK a document", "b2.ipynb": '{"exercises": {}}', "c3.ipynb": NOTEBOOK}
    assert [each.problem for each in collect(zipped(tmp_path / "in.zip", files), roster)] == [
        "The file is a zip archive or an office document, not a notebook (.ipynb)",
        "The file is not a notebook, or only a part of one",
        "",
    ]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_tar_links_and_devices_are_refused(tmp_path, roster, mode):
    path = tmp_path / "submissions.tar"
    with tarfile.open(path, mode) as archive:
        for name, kind in (("a1", tarfile.REGTYPE), ("b2", tarfile.SYMTYPE), ("c3", tarfile.CHRTYPE)):
            info = tarfile.TarInfo(f"{name}.ipynb")
            info.type, info.linkname = kind, "/etc/passwd"
            info.size = len(NOTEBOOK) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(NOTEBOOK.encode()))
        hard = tarfile.TarInfo("hard.ipynb")
        hard.type, hard.linkname = tarfile.LNKTYPE, "a1.ipynb"
        archive.addfile(hard)
    found = collect(path, roster)
    assert [(each.learner, each.content) for each in found if not each.problem] == [("a1", NOTEBOOK.encode())]
    assert sum("a link or a device" in each.problem for each in found) == 3


def test_links_in_a_folder_are_not_followed(tmp_path, roster):
    (tmp_path / "secret.ipynb").write_text("secret")
    top = tmp_path / "top"
    (top / "a1").mkdir(parents=True)
    (top / "a1" / "hw.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (top / "b2").symlink_to(tmp_path, target_is_directory=True)
    found = collect(top, roster)
    assert {each.problem for each in found} == {"a link or a device, not a file"}
    assert not any(each.content for each in found)


def test_a_bomb_of_a_tar_stops(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "ALL", 2**20)
    path = tmp_path / "bomb.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("a1.ipynb")
        info.size = 2**21
        archive.addfile(info, io.BytesIO(b"\0" * 2**21))
    with pytest.raises(CstolibError, match="unpacks to more than"):
        collect(path)


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_no_damage_to_a_zip_is_more_than_a_message(tmp_path, method):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("s01.ipynb", NOTEBOOK * 20)
        archive.writestr("s02.ipynb", NOTEBOOK)
    whole, source = file.getvalue(), tmp_path / "work.zip"
    told = 0
    for place in range(len(whole)):
        source.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            told += any(each.problem for each in collect(source))
        except CstolibError:
            told += 1
    assert told > 50


def test_too_many_files_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(unpack, "MOST", 3)
    files = {f"{number}.ipynb": NOTEBOOK for number in range(4)}
    with pytest.raises(CstolibError, match="divide it"):
        collect(zipped(tmp_path / "many.zip", files))


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b broken", b"PK\x05\x06 broken"])
def test_what_is_no_archive_is_one_message(tmp_path, content):
    path = tmp_path / "what.zip"
    path.write_bytes(content)
    with pytest.raises(CstolibError, match=r"no archive that can be read|holds no files"):
        collect(path)
    with pytest.raises(CstolibError, match="There is no folder"):
        collect(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8-sig", ","), ("latin-1", ";"), ("utf-16", "\t"), ("utf-8", ";")]
)
def test_rosters_as_spreadsheets_save_them(tmp_path, encoding, delimiter):
    text = (
        f"Learner{delimiter} NAME {delimiter}extra_minutes\r\na1{delimiter}José  Núñez{delimiter}30\r\n\r\n"
    )
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    assert read_roster(tmp_path / "roster.csv") == [
        {"learner": "a1", "name": "José Núñez", "extra_minutes": 30.0}
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name\nAna\n", "needs one column 'learner'"),
        ("learner,name,emial\n", "Did you mean 'email'"),
        ("learner,name\na,Ana\nA,Bob\n", "Rows 2 and 3 of the roster have the same learner 'A'"),
        ("learner,name,email\na,Ana,x@y\nb,Bob,X@y\n", "the same email"),
        ("learner,name\na\n", "Row 2 of the roster"),
        ("learner,name\n,Ana\n", "Row 2 of the roster"),
        ("learner,name,extra_minutes\na,Ana,soon\n", "extra_minutes in row 2 is no number: 'soon'"),
        ("learner,name,extra_minutes\na,Ana,nan\n", "extra_minutes in row 2"),
    ],
)
def test_a_roster_that_cannot_be_used_is_told_with_its_row(tmp_path, text, words):
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(CstolibError, match=words):
        read_roster(tmp_path / "roster.csv")


def test_a_roster_that_is_not_there_is_one_message(tmp_path):
    with pytest.raises(CstolibError, match=r"There is no roster '.*none.csv'. Give the path of its file"):
        read_roster(tmp_path / "none.csv")
