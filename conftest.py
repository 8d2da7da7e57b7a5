"""What holds for every test, and for the lessons that are run as tests: no network, no learner's files.

pytest-socket holds the test process to this machine (see pyproject.toml); tests/offline/sitecustomize.py does
so for every Python that a test starts, kernels and JupyterLab included.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

# Only notebooks/ holds lessons to run; others are made for learners, or to be broken by a test.
collect_ignore_glob = ["cstolib/*.ipynb", "tests/*.ipynb"]

OFFLINE = Path(__file__).parent / "tests" / "offline"
_progress = pytest.StashKey[TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Take the network from every Python that this process starts."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH", "")]))
    config.stash[_progress] = TemporaryDirectory(prefix="cstolib-progress-")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin each test module and each notebook as a new learner, with no progress."""
    folder = Path(item.config.stash[_progress].name)
    os.environ["CSTOLIB_PROGRESS"] = str(folder / f"{item.path.stem}.jsonl")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Forget what the tests answered."""
    config.stash[_progress].cleanup()
