"""One version, wherever it is written."""

import json
import re
import tomllib
from pathlib import Path

import yaml

from cstolib import __version__

ROOT = Path(__file__).parents[1]


def test_the_project_the_citation_and_the_changes_name_the_version_of_the_package():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == __version__
    assert re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[0] == __version__


def test_the_documents_and_the_tables_name_it_too():
    for name in ("README.md", "LICENSE-CONTENT.md"):
        assert set(re.findall(r"[Vv]ersion (\d+\.\d+\.\d+)", (ROOT / name).read_text())) == {__version__}, (
            name
        )
    assert json.loads((ROOT / "cstolib/tables/datapackage.json").read_text())["version"] == __version__


def test_every_picture_and_file_that_the_readme_shows_is_there():
    for name in ("README.md", "CONTRIBUTING.md"):
        links = re.findall(r"\]\((?!https?://|#)([^)]+)\)", (ROOT / name).read_text())
        assert links
        assert [link for link in links if not (ROOT / link).exists()] == []
