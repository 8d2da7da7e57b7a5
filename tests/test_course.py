"""The learner's folder: copied, updated safely, reset with a backup; the learner's work is never lost."""

import errno
import json
from datetime import datetime
from pathlib import Path

import pytest

from cstolib import course
from cstolib.errors import CstolibError

LESSON = "01-from-one-army.ipynb"
EXERCISE = "exercises/01-from-one-army.ipynb"


@pytest.fixture
def release(tmp_path):
    """Give a function that makes the files of a release, each with its version in it."""

    def make(version, *names):
        files = {}
        for name in names or (LESSON, EXERCISE):
            path = tmp_path / "releases" / version / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name} as shipped in {version}")
            files[name] = path
        return {"files": files, "version": version}

    return make


@pytest.fixture
def install(release, monkeypatch):
    """Give a function that makes a release the installed one."""

    def use(version):
        monkeypatch.setattr(course, "shipped", lambda: release(version)["files"])
        monkeypatch.setattr(course, "__version__", version)

    return use


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "my course"


def notebooks(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.ipynb"))}


def test_the_first_copy_is_complete_and_recorded(folder, release):
    outcome = course.prepare(folder, **release("1.0"))
    assert outcome.copied == (LESSON, EXERCISE)
    assert "Copied: 1 notebook and 1 exercise set." in str(outcome)
    assert set(notebooks(folder)) == {LESSON, EXERCISE}
    record = json.loads((folder / ".cstolib" / "manifest.json").read_text())
    assert record["version"] == "1.0"
    assert set(record["files"]) == {LESSON, EXERCISE}


def test_the_page_of_the_atlas_comes_beside_the_notebooks(folder, release):
    outcome = course.prepare(folder, **release("1.0", LESSON, course.ATLAS, EXERCISE))
    assert (folder / course.ATLAS).is_file()
    assert "Copied: 1 notebook, 1 page and 1 exercise set." in str(outcome)


def test_a_name_means_the_notebook_and_a_full_name_the_page():
    files = {name: Path() for name in ("crisis-atlas.ipynb", course.ATLAS)}
    assert course.find_lesson("crisis-atlas", files) == "crisis-atlas.ipynb"
    assert course.find_lesson(course.ATLAS, files) == course.ATLAS


def test_a_second_start_changes_nothing_and_says_nothing(folder, release):
    course.prepare(folder, **release("1.0"))
    outcome = course.prepare(folder, **release("1.0"))
    assert str(outcome) == f"Course folder: {folder} (version 1.0)"


def test_an_unchanged_file_is_brought_up_to_date(folder, release):
    course.prepare(folder, **release("1.0"))
    outcome = course.prepare(folder, **release("1.1"))
    assert outcome.updated == (LESSON, EXERCISE)
    assert notebooks(folder)[LESSON].endswith("1.1")


def test_a_changed_file_is_kept_and_the_new_version_lands_beside_it(folder, release):
    course.prepare(folder, **release("1.0"))
    (folder / LESSON).write_text("my answers")
    outcome = course.prepare(folder, **release("1.1"))
    found = notebooks(folder)
    assert found[LESSON] == "my answers"
    assert found["01-from-one-army (new in 1.1).ipynb"].endswith("1.1")
    assert "You changed 01-from-one-army.ipynb" in str(outcome)
    assert "01-from-one-army (new in 1.1).ipynb" in str(outcome)


def test_a_version_declined_once_is_not_offered_again(folder, release):
    course.prepare(folder, **release("1.0"))
    (folder / LESSON).write_text("my answers")
    course.prepare(folder, **release("1.1"))
    (folder / "01-from-one-army (new in 1.1).ipynb").unlink()
    assert not course.prepare(folder, **release("1.1")).beside
    assert set(notebooks(folder)) == {LESSON, EXERCISE}


def test_a_changed_new_version_is_not_overwritten_either(folder, release):
    course.prepare(folder, **release("1.0"))
    (folder / LESSON).write_text("my answers")
    (folder / "01-from-one-army (new in 1.1).ipynb").write_text("more of my answers")
    outcome = course.prepare(folder, **release("1.1"))
    assert outcome.beside == {LESSON: "01-from-one-army (new in 1.1, 2).ipynb"}
    assert notebooks(folder)["01-from-one-army (new in 1.1).ipynb"] == "more of my answers"


def test_a_half_copied_folder_is_completed(folder, release):
    folder.mkdir()
    (folder / LESSON).write_bytes(release("1.0")["files"][LESSON].read_bytes())
    assert course.prepare(folder, **release("1.0")).copied == (EXERCISE,)


def test_a_deleted_lesson_comes_back(folder, release):
    course.prepare(folder, **release("1.0"))
    (folder / LESSON).unlink()
    assert course.prepare(folder, **release("1.0")).copied == (LESSON,)


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": "1.0"}', '{"version": "new", "files": {}}'])
def test_with_a_damaged_record_every_file_counts_as_changed(folder, release, damage):
    course.prepare(folder, **release("1.0"))
    (folder / ".cstolib" / "manifest.json").write_text(damage)
    course.prepare(folder, **release("1.1"))
    found = notebooks(folder)
    assert found[LESSON].endswith("1.0")
    assert found["01-from-one-army (new in 1.1).ipynb"].endswith("1.1")


def test_a_newer_folder_is_left_alone(folder, release):
    course.prepare(folder, **release("2.0"))
    outcome = course.prepare(folder, **release("1.9"))
    assert notebooks(folder)[LESSON].endswith("2.0")
    assert "version 2.0 of the course, newer" in str(outcome)
    assert "Install the newer version" in str(outcome)


def test_a_newer_lesson_is_not_reset_to_an_older_one(folder, release, install):
    course.prepare(folder, **release("2.0"))
    install("1.9")
    with pytest.raises(CstolibError, match=r"version 2.0 of the course, newer .* Nothing was changed"):
        course.reset("1", folder)
    assert notebooks(folder)[LESSON].endswith("2.0")


def test_other_files_of_the_learner_stay(folder, release):
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    course.prepare(folder, **release("1.0"))
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_file_where_the_folder_should_be_is_told_and_kept(folder, release):
    folder.write_text("a letter")
    for wanted in (folder, folder / "deeper"):
        with pytest.raises(CstolibError, match=r"is in the way: the course needs a folder there") as error:
            course.prepare(wanted, **release("1.0"))
        assert str(error.value).endswith("or choose another folder: cstolib lab my-csto-course")
    assert folder.read_text() == "a letter"


@pytest.mark.parametrize("name", ["exercises", ".cstolib"])
def test_a_file_in_place_of_an_inner_folder_is_named_and_kept(folder, release, name):
    folder.mkdir()
    (folder / name).write_text("mine")
    with pytest.raises(CstolibError, match=f"{name}' is in the way: the course needs a folder"):
        course.prepare(folder, **release("1.0"))
    assert (folder / name).read_text() == "mine"


@pytest.mark.parametrize("name", [LESSON, ".cstolib/manifest.json"])
def test_a_folder_in_place_of_a_file_is_named(folder, release, install, name):
    install("1.0")
    course.prepare(folder, **release("1.0"))
    (folder / name).unlink()
    (folder / name).mkdir()
    for act in (lambda: course.prepare(folder, **release("1.0")), lambda: course.reset("1", folder)):
        with pytest.raises(CstolibError, match=f"{name}' is in the way: the course needs a file there"):
            act()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EACCES, "cannot be read and written"),
        (errno.EROFS, "cannot be read and written"),
        (errno.ENOSPC, "There is no space left"),
        (errno.EDQUOT, "There is no space left"),
        (errno.EIO, "could not be prepared"),
    ],
)
def test_a_folder_that_refuses_is_one_message_and_nothing_is_lost(folder, release, monkeypatch, code, words):
    course.prepare(folder, **release("1.0"))
    (folder / EXERCISE).write_text("my answers")
    before = notebooks(folder)
    write = Path.write_bytes

    def refuse(path: Path, data: bytes) -> int:
        write(path, data[:3])  # as when the disk fills up in the middle of a file
        raise OSError(code, "refused", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", refuse)
        with pytest.raises(CstolibError, match=words):
            course.prepare(folder, **release("1.1"))
    assert notebooks(folder) == before
    assert [path.name for path in folder.rglob("*.part")] == []
    assert course.prepare(folder, **release("1.1")).updated == (LESSON,)  # goes on where it stopped


def test_a_complete_folder_that_has_become_read_only_is_told_before_work_begins(folder, release, monkeypatch):
    course.prepare(folder, **release("1.0"))

    def refuse(path: Path, data: bytes) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(CstolibError, match="Choose a folder of your own"):
        course.prepare(folder, **release("1.0"))


def test_a_lesson_has_many_names():
    files = {name: Path() for name in ("00-welcome.ipynb", LESSON, EXERCISE)}
    for name in ("1", "01", "from-one-army", "01-from-one-army", "01-From-One-Army.ipynb", " 1 "):
        assert course.find_lesson(name, files) == LESSON
    assert course.find_lesson("0", files) == "00-welcome.ipynb"
    assert course.find_lesson("exercises/1", files) == EXERCISE


def test_an_unknown_lesson_gets_the_nearest_name():
    with pytest.raises(CstolibError, match=r"no lesson '01-from-one-arm'. Did you mean '01-from-one-army'"):
        course.find_lesson("01-from-one-arm", {LESSON: Path()})


def test_reset_restores_the_lesson_and_keeps_a_dated_backup(folder, release, install):
    course.prepare(folder, **release("1.0"))
    install("1.0")
    (folder / LESSON).write_text("my answers")
    words = course.reset("1", folder, now=datetime(2026, 11, 21, 9, 5, 7))
    found = notebooks(folder)
    assert found[LESSON].endswith("as shipped in 1.0")
    assert found["01-from-one-army (backup 2026-11-21 09.05.07).ipynb"] == "my answers"
    assert "backup 2026-11-21" in words
    assert "nothing was done" in course.reset("1", folder)


def test_after_a_reset_updates_go_on(folder, release, install):
    course.prepare(folder, **release("1.0"))
    install("1.1")
    course.reset("1", folder)
    assert course.prepare(folder, **release("1.2")).updated == (LESSON, EXERCISE)


def test_a_reset_without_space_changes_nothing(folder, release, install, monkeypatch):
    course.prepare(folder, **release("1.0"))
    (folder / LESSON).write_text("my answers")
    before = notebooks(folder)

    def refuse(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    install("1.0")
    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(CstolibError, match="no space left"):
        course.reset("1", folder)
    assert notebooks(folder) == before


def test_reset_outside_a_course_folder_says_so(tmp_path, install, monkeypatch):
    install("1.0")
    with pytest.raises(CstolibError, match="is not a course folder"):
        course.reset("1", tmp_path)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CstolibError, match="no course folder in"):
        course.reset("1")


def test_the_folder_is_found_from_inside_and_from_beside(tmp_path, release):
    folder = tmp_path / "csto-course"
    course.prepare(folder, **release("1.0"))
    assert course.find_folder(folder / "exercises") == folder
    assert course.find_folder(tmp_path) == folder


def test_this_installation_ships_lessons_and_their_exercises():
    files = course.shipped()
    assert course.WELCOME in files
    assert "exercises/01-from-one-army-to-a-treaty.ipynb" in files
    assert course.ATLAS in files
    assert all(path.is_file() for path in files.values())


def test_an_installation_without_lessons_says_how_to_mend_it(tmp_path):
    with pytest.raises(CstolibError, match="Install the course again"):
        course.shipped(tmp_path / "cstolib")
