"""Pins are written once, in constraints.txt; everything else agrees with them."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
CONDA_NAMES: dict[str, str] = {}  # conda's name: the index's name, where they differ

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
LINES = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
PINS = [Requirement(line) for line in LINES]


def pin(name: str) -> str:
    """Return the version that holds on this Python."""
    for requirement in PINS:
        if requirement.name == canonicalize_name(name) and (
            requirement.marker is None or requirement.marker.evaluate()
        ):
            return str(requirement.specifier).removeprefix("==")
    raise LookupError(f"{name} has no pin in constraints.txt")


def base_names() -> set[str]:
    return {Requirement(text).name for text in PROJECT["dependencies"]}


def test_a_constraint_is_a_name_and_one_version_without_an_address() -> None:
    shape = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]*( ; python_full_version (<|>=) '[0-9.]+')?")
    assert [line for line in LINES if not shape.fullmatch(line)] == []


@pytest.mark.parametrize("extra", ["", *PROJECT["optional-dependencies"]])
def test_every_dependency_is_pinned_within_its_bounds(extra: str) -> None:
    texts = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    for requirement in map(Requirement, texts):
        assert Version(pin(requirement.name)) in requirement.specifier, requirement.name


def test_conda_installs_the_base_dependencies_at_the_same_versions() -> None:
    conda = {}
    for text in ENVIRONMENT["dependencies"]:
        if isinstance(text, dict):
            rest = text["pip"]
        elif "=" in text and not text.startswith("python>"):
            name, _, version = text.partition("=")
            conda[CONDA_NAMES.get(name, name)] = version
    through_pip = dict(text.split("==") for text in rest if "==" in text)
    found = conda | through_pip
    assert found == {name: pin(name) for name in base_names()}
    assert rest[-1] == "-e ."


def test_conda_gets_a_python_that_the_project_allows() -> None:
    python = Requirement(ENVIRONMENT["dependencies"][0])
    allowed = Requirement(f"python{PROJECT['requires-python']}").specifier
    named = [text.rpartition(" ")[2] for text in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", text)]
    assert named == ["3.11", "3.12", "3.13", "3.14"]
    assert all(version in python.specifier and version in allowed for version in named)
    assert "3.10" not in python.specifier
    assert "3.15" not in python.specifier


def test_no_set_up_file_names_a_host_of_packages() -> None:
    for name in (
        "Makefile",
        "constraints.txt",
        "pyproject.toml",
        ".pre-commit-config.yaml",
        "tests/tools.sh",
        ".ci/run",
    ):
        text = (ROOT / name).read_text()
        assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links", text), name
