"""The wheel alone is enough for a learner: tables, lessons and exercises are in it, and nothing else.

It is installed into an environment of its own, outside the checkout. Its dependencies are those of the
environment that runs the tests, reached by a path; the checkout is not on that path.
"""

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
LESSONS = {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
ATLAS = "crisis-atlas.html"
EXERCISES = {path.name for path in (ROOT / "cstolib" / "course" / "exercises").glob("*.ipynb")}


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CSTOLIB")}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel once, without a network."""
    place = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", place, ROOT, cwd=place)
    return next(place.glob("*.whl"))


@pytest.fixture(scope="module")
def files(wheel):
    """Give each file of the wheel with its text, or None if it is not text."""
    with ZipFile(wheel) as archive:
        record = next(name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
        names = [line.rsplit(",", 2)[0].strip('"') for line in archive.read(record).decode().splitlines()]
        return {name: archive.read(name).decode() for name in names}


@pytest.fixture(scope="module")
def learner(wheel, tmp_path_factory):
    """Make a clean environment with the wheel in it, and a folder to work in."""
    place = tmp_path_factory.mktemp("learner")
    run(sys.executable, "-m", "venv", "--without-pip", place / "venv", cwd=place)
    bin_name = "Scripts" if os.name == "nt" else "bin"
    python = next((place / "venv" / bin_name).glob("python*"))
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=place).strip()
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index"]
    run(*pip, wheel, cwd=place)
    (Path(site) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "venv" / bin_name, place


def test_everything_a_learner_needs_is_in_the_wheel(files):
    tables = {f"cstolib/tables/{path.name}" for path in (ROOT / "cstolib" / "tables").iterdir()}
    banks = {f"cstolib/bank/{path.name}" for path in (ROOT / "cstolib" / "bank").glob("*.json")}
    lessons = {f"cstolib/course/notebooks/{name}" for name in LESSONS}
    exercises = {f"cstolib/course/exercises/{name}" for name in EXERCISES}
    needed = tables | banks | lessons | exercises | {"cstolib/py.typed", f"cstolib/course/{ATLAS}"}
    assert needed - files.keys() == set()
    assert "cstolib/tables/datapackage.json" in tables
    # The questions of the first are in the page itself, the atlas has none.
    assert LESSONS.difference(EXERCISES) == {"00-welcome.ipynb", "crisis-atlas.ipynb"}
    assert EXERCISES <= LESSONS
    assert "cstolib/course/labconfig/default_setting_overrides.json" in files


def test_nothing_else_is_in_the_wheel(files):
    tops = {name.split("/")[0] for name in files}
    info = next(top for top in tops if top.endswith(".dist-info"))
    assert tops == {"cstolib", info}
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/LICENSE-CONTENT.md"} <= files.keys()
    assert [name for name in files if "checkpoint" in name or "__pycache__" in name] == []


@pytest.mark.parametrize(
    "mark", ["BEGIN SOLUTION", "HIDDEN TESTS", "wrong_answers", '"misconception"', '"hints"']
)
def test_no_answer_is_in_the_wheel_in_clear(files, mark):
    notebooks = [name for name in files if name.endswith((".ipynb", ".json"))]
    assert [name for name in notebooks if mark in files[name]] == []


def test_a_table_loads_far_from_the_checkout(learner):
    programs, place = learner
    code = "import cstolib as c; print(c.__file__); print(len(c.load('states')), c.cite('membership'))"
    where, rest = run(programs / "python", "-c", code, cwd=place).split("\n", 1)
    assert Path(where).is_relative_to(place)
    assert int(rest.split()[0]) > 5


def test_the_course_is_copied_and_reset_from_the_wheel(learner):
    programs, place = learner
    folder = place / "csto-course"
    run(programs / "python", "-c", "from cstolib.course import prepare; prepare()", cwd=place)
    copied = {path.relative_to(folder).as_posix() for path in folder.rglob("*.ipynb")}
    assert copied == LESSONS | {f"exercises/{name}" for name in EXERCISES}
    assert json.loads((folder / ".cstolib" / "manifest.json").read_text())["files"].keys() == copied | {ATLAS}
    assert (folder / ATLAS).read_bytes() == (ROOT / "docs" / ATLAS).read_bytes()
    (folder / "00-welcome.ipynb").write_text("{}")
    assert "backup" in run(programs / "cstolib", "reset", "0", cwd=place)
