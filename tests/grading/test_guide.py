"""The instructor's guide does what it says: its example, its commands, its options."""

import copy
import json
import re
import shlex
from pathlib import Path

import pytest

from cstolib import cli
from cstolib.grading.assign import assign
from cstolib.grading.grade import grade
from cstolib.grading.variants import draw, name_of

FOLDER = Path(__file__).parents[2] / "docs" / "instructor"
GUIDE = (FOLDER / "grading.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line.partition("  #")[0].strip()
    for block in BLOCKS
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("cstolib ")
]
SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*)\n### END SOLUTION", re.DOTALL)
ESSAY = "The promise is older than the name."


@pytest.fixture(scope="module")
def week1(tmp_path_factory):
    """The example, assigned as the guide says: the key and the learner's notebook."""
    folder = tmp_path_factory.mktemp("term")
    (folder / "week1.ipynb").write_bytes((FOLDER / "week1.ipynb").read_bytes())
    assign([folder / "week1.ipynb"], folder / "week1", seed="spring-2027")
    files = ("teacher/week1.key.json", "learners/week1.ipynb")
    return [json.loads((folder / "week1" / name).read_text(encoding="utf-8")) for name in files]


@pytest.fixture(scope="module")
def solutions():
    """The solution of each question, as it stands in the example."""
    source = json.loads((FOLDER / "week1.ipynb").read_text(encoding="utf-8"))
    found = {}
    for cell in source["cells"]:
        if match := SOLUTION.search("".join(cell["source"])):
            found[cell["metadata"]["cstolib"]["exercise"]] = match[1]
    return found


def handed_in(blank, answers, learner):
    notebook = copy.deepcopy(blank)
    for cell in notebook["cells"]:
        about = cell["metadata"].get("cstolib", {})
        text = "".join(cell["source"])
        if about.get("part") == "answer":
            text = answers[about["exercise"]]
        elif about.get("part") == "written":
            text = ESSAY
        cell["source"] = text.replace("WRITE YOUR ID HERE", learner)
    return json.dumps(notebook).encode()


@pytest.mark.parametrize("learner", ["s01", "s02"])
def test_an_honest_answer_to_the_example_gets_full_points(week1, solutions, learner):
    key, blank = week1
    result = grade(handed_in(blank, solutions, learner), key, learner=learner)
    assert result["status"] == "graded"
    essay = result["questions"].pop("week1-w1")
    assert (essay["status"], essay["written"]) == ("to mark", ESSAY)
    assert {each["status"] for each in result["questions"].values()} == {"right"}
    assert sum(each["points"] for each in result["questions"].values()) == 12


def test_answers_copied_as_values_from_other_parameters_are_wrong_and_tell_so(week1, solutions):
    key, blank = week1
    mine, theirs = (draw(key["variants"], learner) for learner in ("s02", "s04"))
    assert mine["day"] != theirs["day"]
    copied = key["answers"][name_of(theirs)]["week1-e1"]["answer"]
    answers = {**solutions, "week1-e1": f"week1_e1 = {copied}"}
    said = grade(handed_in(blank, answers, "s02"), key, learner="s02")["questions"]["week1-e1"]
    assert (said["status"], said["points"]) == ("wrong", 0)


def test_every_question_with_parameters_differs_between_learners(week1):
    key, _ = week1
    asked = ("week1-e1", "week1-e2", "week1-e3")
    assert all(len({str(each[name]["answer"]) for each in key["answers"].values()}) > 2 for name in asked)


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_of_the_guide_is_accepted(line):
    command, *rest = shlex.split(line)[1:]
    if rest == ["--help"]:
        with pytest.raises(SystemExit, match=r"^0$"):
            cli._parser().parse_args([command, *rest])
    else:
        assert cli._parser().parse_args([command, *rest]).command == command


def test_the_guide_leads_through_every_command():
    assert {shlex.split(line)[1] for line in COMMANDS} == {
        *("assign", "grade", "mark", "report", "export", "feedback")
    }


def test_every_option_that_the_guide_names_exists():
    parser = cli._parser()
    known = {
        option
        for action in parser._subparsers._group_actions
        for each in action.choices.values()
        for option in each._option_string_actions
    }
    named = set(re.findall(r"(?<=`)--[a-z-]+", re.sub(r"^```.*?^```", "", GUIDE, flags=re.M | re.S)))
    assert named <= known
    assert "--collect-only" in named
