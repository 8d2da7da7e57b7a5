"""The commands answer in words: what was done, or the one thing to do."""

import errno
import os
import socket
import webbrowser
from pathlib import Path

import pytest

from cstolib import __version__, cli, course, lab
from cstolib.errors import CstolibError


@pytest.fixture
def launched(monkeypatch):
    """Note what JupyterLab would be started with, and do not start it."""
    from jupyterlab.labapp import LabApp

    calls = []
    monkeypatch.setattr(LabApp, "launch_instance", calls.append)
    monkeypatch.setattr(course, "shipped", lambda: {})
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "")
    return calls


@pytest.fixture
def taken():
    """Listen on a port, as another program would."""
    with socket.socket() as listener:
        listener.bind((lab.HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_lab_is_on_this_machine_only_with_a_new_token(tmp_path, monkeypatch, launched, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JUPYTER_TOKEN", raising=False)
    assert cli.main(["lab", "--no-browser"]) == 0
    assert cli.main(["lab", "--no-browser"]) == 0
    first, second = (set(options) for options in launched)
    assert {"--ServerApp.ip=127.0.0.1", "--LabApp.default_url=/lab/tree/00-welcome.ipynb"} <= first
    assert f"--ServerApp.root_dir={tmp_path / 'csto-course'}" in first
    tokens = [word for word in first ^ second if "token" in word]
    assert len(tokens) == 2
    assert all(len(token.partition("=")[2]) == 48 for token in tokens)
    assert f"token={tokens[0].partition('=')[2]}" in capsys.readouterr().out


def test_lab_asks_nothing_at_the_start(tmp_path, launched, monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/somewhere")
    cli.main(["lab", str(tmp_path / "mine"), "--no-browser"])
    assert "--LabApp.news_url=None" in launched[0]
    ours, theirs = os.environ["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert (Path(ours) / "labconfig" / "default_setting_overrides.json").is_file()
    assert theirs == "/somewhere"


def test_lab_as_root_says_so(tmp_path, launched, monkeypatch, capsys):
    for root, words in ((True, "--ServerApp.allow_root=True"), (False, "--ServerApp.allow_root=False")):
        monkeypatch.setattr(lab, "is_root", lambda root=root: root)
        cli.main(["lab", str(tmp_path / "mine"), "--no-browser"])
        assert words in launched[-1]
        assert ("--allow-root" in capsys.readouterr().out) == root


def test_lab_without_a_browser_gives_the_address(tmp_path, launched, monkeypatch, capsys):
    def none():
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", none)
    assert cli.main(["lab", str(tmp_path / "mine")]) == 0
    said = capsys.readouterr().out
    assert "No browser was found here" in said
    assert "http://127.0.0.1:" in said
    assert "--ServerApp.open_browser=False" in launched[0]


def test_a_port_in_use_is_one_message(tmp_path, launched, taken, capsys):
    assert cli.main(["lab", str(tmp_path / "mine"), "--port", str(taken)]) == 1
    assert capsys.readouterr().err == (
        f"cstolib: Port {taken} cannot be used here (it is in use). "
        "Leave --port away to use a free one, or give another.\n"
    )
    assert launched == []


def test_without_a_port_the_first_free_one_is_used(monkeypatch, taken):
    monkeypatch.setattr(lab, "FIRST_PORT", taken)
    assert taken < lab.free_port() < taken + 100


def test_a_port_that_needs_rights_is_one_message(monkeypatch):
    def refuse(self, address):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(CstolibError, match=r"Port 80 cannot be used here \(Permission denied\)"):
        lab.free_port(80)
    with pytest.raises(CstolibError, match="No port from 8888 to 8987"):
        lab.free_port()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "eight"])
def test_a_number_that_is_no_port_is_told_the_range(port, capsys):
    with pytest.raises(SystemExit):
        cli.main(["lab", f"--port={port}"])
    assert f"'{port}' is not a port. Allowed: a whole number from 1 to 65535." in capsys.readouterr().err


def test_a_folder_that_cannot_be_used_is_one_message(tmp_path, launched, capsys):
    (tmp_path / "letter").write_text("mine")
    assert cli.main(["lab", str(tmp_path / "letter")]) == 1
    assert capsys.readouterr().err.startswith(f"cstolib: '{tmp_path / 'letter'}' is in the way")
    assert launched == []


def test_reset_answers_and_unknown_lessons_are_one_message(tmp_path, capsys):
    course.prepare(tmp_path)
    assert cli.main(["reset", "1", "--folder", str(tmp_path)]) == 0
    assert "already as it was shipped" in capsys.readouterr().out
    assert cli.main(["reset", "00-welcom", "--folder", str(tmp_path)]) == 1
    assert "Did you mean '00-welcome'?" in capsys.readouterr().err


def test_when_jupyterlab_cannot_run_it_is_one_message(tmp_path, launched, monkeypatch, capsys):
    from jupyterlab.labapp import LabApp

    def refuse(options):
        raise PermissionError(errno.EACCES, "Permission denied", "/home/nobody")

    monkeypatch.setattr(LabApp, "launch_instance", refuse)
    assert cli.main(["lab", str(tmp_path / "mine"), "--no-browser"]) == 1
    said = capsys.readouterr().err
    assert said.startswith(
        "cstolib: JupyterLab cannot run here: [Errno 13] Permission denied: '/home/nobody'"
    )
    assert said.count("\n") == 1


def test_stopping_a_command_is_quiet(tmp_path, launched, monkeypatch, capsys):
    def stop(folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(course, "prepare", stop)
    assert cli.main(["lab", str(tmp_path / "mine")]) == 130
    assert capsys.readouterr() == ("", "")


def test_version(capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main(["--version"])
    assert capsys.readouterr().out == f"cstolib {__version__}\n"
