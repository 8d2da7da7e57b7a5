"""The jail: what can be seen from inside, what limits hold there, and that nothing of it stays."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from cstolib.errors import CstolibError
from cstolib.grading import jail
from cstolib.grading.run import Limits, run

ASKED = {"out": {"kind": "set", "variable": "out", "expression": "", "wrong": []}}
QUICK = Limits(cell=10, total=30)


def inside(code: str) -> set[str]:
    """Run code in a fresh jail, which leaves texts in ``out``."""
    done = run([f"out = []\n{code}\nout = [str(each) for each in out] + ['done']"], ASKED, limits=QUICK)
    assert done.failed == []
    found: dict[str, Any] = done.answers["out"]
    return set(found["value"]) - {"done"}


def test_the_learner_is_nobody_without_rights():
    code = (
        "import os\nstatus = dict(l.split(':', 1) for l in open('/proc/self/status').read().splitlines())\n"
        "out = [os.getuid(), os.geteuid(), status['CapEff'].strip(), status['CapBnd'].strip(), "
        "'new rights ' + status['NoNewPrivs'].strip(), os.uname().nodename]"
    )
    assert inside(code) == {"1000", "0000000000000000", "new rights 1", "jail"}


def test_only_its_own_processes_are_there():
    assert len(inside("import os\nout = [p for p in os.listdir('/proc') if p.isdecimal()]")) < 12


def test_files_of_the_grader_are_not_there(tmp_path: Path):
    (tmp_path / "hw.key.json").write_text("secret")
    code = (
        f"import os\nout = [p for p in ('/etc/passwd', '/etc/group', {str(tmp_path)!r}) if os.path.exists(p)]"
    )
    assert inside(code) == set()


def test_nothing_can_be_written_but_in_small_folders_in_memory(tmp_path: Path):
    code = (
        "import os, sys, cstolib\nplaces = ['/', '/usr', '/etc', '/dev', '/proc', sys.prefix, "
        "os.path.dirname(cstolib.__file__), '/home/learner', '/tmp', '/dev/shm', '/run/kernel']\n"
        "for place in places:\n    try:\n        open(place + '/x', 'w').close(); out.append(place)\n"
        "    except OSError: pass"
    )
    assert inside(code) == {"/home/learner", "/tmp", "/dev/shm", "/run/kernel"}


@pytest.mark.parametrize("place", ["/home/learner", "/tmp", "/dev/shm", "/run/kernel"])
def test_a_folder_in_memory_has_a_size(place: str):
    size = jail.FOLDERS[place] // 2**20
    code = (
        f"n = 0\ntry:\n    for part in range(40):\n        with open(f'{place}/{{part}}', 'wb') as f:\n"
        "            for _ in range(4): f.write(bytes(2**20)); n += 1\n"
        "except OSError as e: out = [e.strerror]\n"
        f"assert n <= {size}"
    )
    assert inside(code) == {"no space left on device"}


def test_there_is_no_network():
    code = (
        "import socket\nout = [n for _, n in socket.if_nameindex()]\n"
        "for family, where in ((socket.AF_INET, ('1.1.1.1', 53)), (socket.AF_INET6, ('::1', 22))):\n"
        "    try: socket.socket(family, socket.SOCK_DGRAM).connect(where); out.append('reached')\n"
        "    except OSError: pass"
    )
    assert inside(code) <= {"lo", "reached"}
    assert "reached" not in inside(code.replace("('::1', 22)", "('2606:4700::1111', 53)"))


def test_nothing_of_the_grader_is_in_the_environment_or_open(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("A_SECRET", "of the grader")
    assert (
        inside("import os\nout = [k for k in os.environ if 'SECRET' in k or k in ('USER', 'SSH')]") == set()
    )
    code = (
        "import os\nfor n in os.listdir('/proc/self/fd'):\n"
        "    try: out.append(os.readlink('/proc/self/fd/' + n))\n    except OSError: pass\n"
        "own = ('/dev/', '/home/learner', '/proc', '/run/kernel')\n"
        "out = [each for each in out if each.startswith('/') and not each.startswith(own)]"
    )
    assert inside(code) == set()


def test_new_namespaces_cannot_be_made():
    code = (
        "import ctypes\nlibc = ctypes.CDLL(None)\n"
        "out = [flag for flag in (0x10000000, 0x00020000, 0x40000000) if not libc.unshare(flag)]"
    )
    assert inside(code) == set()


def test_limits_hold():
    code = (
        "import resource as r\nout = [f'{n} {r.getrlimit(getattr(r, n))}' for n in "
        "('RLIMIT_AS', 'RLIMIT_NPROC', 'RLIMIT_FSIZE', 'RLIMIT_CORE')]"
    )
    assert inside(code) == {
        f"{name.lower()} ({limit}, {limit})"
        for name, limit in (
            ("RLIMIT_AS", 2**31),
            ("RLIMIT_NPROC", 48),
            ("RLIMIT_FSIZE", 2**26),
            ("RLIMIT_CORE", 0),
        )
    }


def processes() -> set[int]:
    """List what runs below this process."""

    def below(process: int) -> set[int]:
        found = {process}
        for path in Path("/proc").glob(f"{process}/task/*/children"):
            try:
                found |= {each for child in path.read_text().split() for each in below(int(child))}
            except OSError:
                continue
        return found

    return below(os.getpid())


def test_nothing_outlives_a_run():
    inside("")  # the host is there
    before = processes()
    inside(
        "import os, subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], start_new_session=True)\n"
        "if not os.fork():\n    import time; os.setsid(); time.sleep(600)"
    )
    end = time.monotonic() + 5
    while processes() - before and time.monotonic() < end:
        time.sleep(0.05)
    assert processes() - before == set()


def test_each_thread_has_a_host_of_its_own():
    hosts = [jail.host()]
    thread = threading.Thread(target=lambda: hosts.append(jail.host()))
    thread.start()
    thread.join()
    assert hosts[0] is not hosts[1]
    assert jail.host() is hosts[0]
    hosts[1].close()
    assert hosts[1].ended
    assert not hosts[0].ended


def test_a_machine_without_bubblewrap_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jail.shutil, "which", lambda name: None)
    with pytest.raises(CstolibError, match=r"no bubblewrap .*apt-get install bubblewrap"):
        jail.Host()


def test_where_proc_cannot_be_shown_the_kernel_runs_without_it(monkeypatch: pytest.MonkeyPatch):
    host = jail.Host()
    ask = host.ask
    asked: list[list[str]] = []

    def no_proc(**request: Any) -> dict[str, Any]:
        asked.append(request["command"])
        if "--proc" in request["command"]:
            return {"error": "bwrap: Can't mount proc on /newroot/proc: Operation not permitted"}
        return {"pid": 1}

    monkeypatch.setattr(host, "ask", no_proc)
    assert host.start({}) == 1
    assert ["--proc" in each for each in asked] == [True, False]
    monkeypatch.setattr(host, "ask", ask)
    host.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="without root, every other test here is this one")
def test_an_ordinary_user_can_make_the_same_jail():
    code = (
        "import os\nos.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)\n"
        "from cstolib.grading.run import run\n"
        "done = run(['out = 5'], {'q': {'kind': 'number', 'variable': 'out', 'wrong': []}})\n"
        "print(os.geteuid(), done.answers['q']['value'], done.ended)"
    )
    view = jail._view()  # or that user could not reach a Python below root's home
    done = subprocess.run([*view, sys.executable, "-c", code], capture_output=True, text=True, cwd="/")
    assert done.stdout.split() == ["65534", "5"], done.stderr


def test_what_lies_in_a_closed_folder_can_be_read_in_the_view_of_root(tmp_path: Path, monkeypatch):
    closed = tmp_path / "closed"
    needed = closed / "inner" / "needed"
    needed.mkdir(parents=True)
    (needed / "file").write_text("seen\n")
    (closed / "secret").write_text("unseen")
    closed.chmod(0o700)
    monkeypatch.setattr(jail, "_readable", lambda: [needed])
    done = subprocess.run(
        [*jail._view(), "sh", "-c", f"stat -c %a {closed}; cat {needed}/file; ls {closed}"],
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["755", "seen", "inner"]


def test_a_python_below_tmp_is_not_hidden_by_the_jails_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").write_text("seen")
    monkeypatch.setattr(jail, "_readable", lambda: [tmp_path])
    monkeypatch.setattr(jail, "FOLDERS", {str(tmp_path.parent): 1024, **jail.FOLDERS})
    words = jail.command.__wrapped__()
    done = subprocess.run([*words, "cat", f"{tmp_path}/file"], capture_output=True, text=True)
    assert done.stdout == "seen", done.stderr
