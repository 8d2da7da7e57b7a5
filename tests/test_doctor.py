"""The doctor says what is well, what is not, and how to mend it."""

import errno
import tempfile
import webbrowser
from collections import namedtuple
from importlib import metadata

import pytest

from cstolib import doctor, lab
from cstolib.doctor import NotReadyError
from cstolib.errors import CstolibError


def test_a_ready_machine(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "has_browser", lambda: True)
    assert doctor.main(tmp_path / "csto-course") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "This machine is ready: cstolib lab"
    assert [line for line in lines[:-1] if not line.startswith("ok    ")] == []
    assert "A notebook's kernel starts and answers" in "\n".join(lines)


def test_one_problem_does_not_hide_the_others(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "has_browser", lambda: False)
    monkeypatch.setattr(doctor, "kernel", lambda: doctor.python((3, 9)))
    assert doctor.main(tmp_path) == 1
    said = capsys.readouterr().out
    assert "MEND  Python is 3.9, too old.\n    To mend it: install Python 3.11 or newer" in said
    assert "MEND  No web browser was found here." in said
    assert said.endswith("2 things to mend.\n")


def test_a_missing_package():
    with pytest.raises(NotReadyError, match=r"csto-no-such-package is missing.\n.*install the course again"):
        doctor.packages(["csto-no-such-package>=1"])


def test_a_package_out_of_bounds():
    with pytest.raises(NotReadyError, match=r"pandas is version .*; allowed: <1.0"):
        doctor.packages(["pandas<1.0"])


def test_the_bounds_are_those_of_the_project():
    assert "jupyterlab" in doctor.packages()
    assert "pytest" not in doctor.packages()  # an extra is no need of a learner's


def test_widgets_that_do_not_match(monkeypatch):
    monkeypatch.setattr(metadata, "version", lambda name: "1.1.11")
    with pytest.raises(NotReadyError, match=r"jupyterlab_widgets 1.1.11 does not match ipywidgets 8"):
        doctor.widgets()


def test_a_kernel_that_does_not_start():
    with pytest.raises(NotReadyError, match=r"No Python kernel starts here: .*no-such-kernel"):
        doctor.kernel("no-such-kernel")


def test_a_chart_that_cannot_be_drawn(monkeypatch):
    import vl_convert

    def fail(spec):
        raise ValueError("no fonts")

    monkeypatch.setattr(vl_convert, "vegalite_to_png", fail)
    with pytest.raises(NotReadyError, match="No chart can be drawn: no fonts"):
        doctor.chart()


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    def refuse(dir):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(NotReadyError, match=r"cannot be written \(Permission denied\)\.\n.*choose a folder"):
        doctor.disk(tmp_path)


def test_a_full_disk(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda place: usage(10**9, 10**9, 5_000_000))
    with pytest.raises(NotReadyError, match=r"Only 5 MB are free .*\n.*free at least 200 MB"):
        doctor.disk(tmp_path / "not" / "yet" / "there")


def test_no_port(monkeypatch):
    def none():
        raise CstolibError("No port from 8888 to 8987 can be used here (it is in use).")

    monkeypatch.setattr(lab, "free_port", none)
    with pytest.raises(NotReadyError, match="stop other Jupyter servers"):
        doctor.port()


def no_browser():
    raise webbrowser.Error


def only_in_a_terminal():
    return webbrowser.GenericBrowser("/usr/bin/w3m")


@pytest.mark.parametrize("found", [no_browser, only_in_a_terminal])
def test_no_browser(monkeypatch, found):
    monkeypatch.setattr(webbrowser, "get", found)
    with pytest.raises(NotReadyError, match="install Firefox"):
        doctor.browser()
