"""The kernel host: one warmed, clean process that puts a kernel into each fresh jail.

Starting Python and importing pandas costs more than grading does. The host imports them once and then, for
each submission, lets bubblewrap make a new jail and forks itself into it. It never runs a learner's code
and is never given a key. It is started by :mod:`cstolib.grading.jail` and speaks JSON lines on its standard
input and output.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

HOME, RUN = "/home/learner", "/run/kernel"  # inside the jail
CONNECTION, STARTED = f"{RUN}/connection.json", f"{RUN}/started"
NOBODY = 65534
READY = b"ready\n"
_NAMESPACES = 0x10000000 | 0x00020000 | 0x20000000 | 0x40000000 | 0x08000000 | 0x04000000
# user, mount, process, network, communication and host name
_SET_NO_NEW_PRIVILEGES, _DROP_BOUNDING_CAPABILITY, _SET_DUMPABLE, _SET_FILTER = 38, 24, 4, 22
_SET_REAPER = 36
_CAPABILITY_VERSION = 0x20080522
# The number of an architecture, and of its system calls that take memory which no limit counts (semget,
# shmget, msgget, memfd_create, memfd_secret), that reach keys of the grader's session (add_key, request_key,
# keyctl), or deep into Linux (io_uring_setup, userfaultfd, bpf, perf_event_open).
_REFUSED = {
    "x86_64": (0xC000003E, (64, 29, 68, 319, 447, 248, 249, 250, 425, 323, 321, 298)),
    "aarch64": (0xC00000B7, (190, 194, 186, 279, 447, 217, 218, 219, 425, 282, 280, 241)),
}


class Jail:
    """One jail: its bubblewrap process, and the kernel that was forked into it."""

    def __init__(self, command: list[str], connection: dict[str, Any]) -> None:
        self.child = 0
        report, write = os.pipe()
        # The jail lasts as long as `cat` has an open input: until it is ended, or the host is gone.
        self.holder = subprocess.Popen(
            [*command[:1], "--info-fd", str(write), *command[1:], "/usr/bin/cat"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[write],
        )
        os.close(write)
        assert self.holder.stdin
        assert self.holder.stdout
        with os.fdopen(report, encoding="utf-8") as told:
            try:
                self.holder.stdin.write(READY)
                self.holder.stdin.flush()
                ready = self.holder.stdout.readline() == READY
            except BrokenPipeError:
                ready = False
            if not ready:
                _, complaint = self.holder.communicate()
                raise OSError(complaint.decode(errors="replace").strip() or "bubblewrap ended at once")
            self.pid = int(json.load(told)["child-pid"])
        self.child = os.fork()
        if not self.child:
            _enter(self.pid, connection)

    def poll(self) -> int | None:
        """Give the exit code of the kernel, or ``None`` while it runs."""
        if self.child:
            pid, status = os.waitpid(self.child, os.WNOHANG)
            if not pid:
                return None
            self.child = 0
            self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def end(self) -> None:
        """Kill everything in the jail; nothing in it can outlive its first process."""
        self.holder.kill()
        self.holder.communicate()
        if self.child:
            os.kill(self.child, signal.SIGKILL)
            os.waitpid(self.child, 0)
            self.child = 0
        with suppress(ChildProcessError):  # until nothing is left of it, but nobody waits for ever
            for _ in range(1_000):
                if not os.waitpid(-1, os.WNOHANG)[0]:
                    time.sleep(0.001)


def _enter(pid: int, connection: dict[str, Any]) -> NoReturn:
    """Join the jail, give up every right, and become its kernel."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        door = os.pidfd_open(pid)
        if libc.setns(door, _NAMESPACES):
            raise OSError(ctypes.get_errno(), "the kernel cannot enter its jail")
        kernel = os.fork()  # only a child of this process is inside the jail's process space
        if kernel:
            os._exit(os.waitstatus_to_exitcode(os.waitpid(kernel, 0)[1]) & 0xFF)
        _surrender(libc)
        os.chdir(HOME)
        Path(CONNECTION).write_text(json.dumps(connection), encoding="utf-8")
        _become_kernel()
    except BaseException:
        os._exit(1)


def _surrender(libc: Any) -> None:
    """Close what the host holds, set the limits, and drop all capabilities for good."""
    import resource  # not on Windows, where the commands are to say in words that there is no jail

    os.setsid()
    libc.prctl(_SET_DUMPABLE, 1, 0, 0, 0)  # or its own entry in /proc would not be its own
    killed_first = Path("/proc/self/oom_score_adj")
    if killed_first.exists():
        killed_first.write_text("1000", encoding="ascii")
    nowhere = os.open("/dev/null", os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for name, limit in LIMITS.items():
        resource.setrlimit(getattr(resource, name), (limit, limit))
    for capability in range(64):
        libc.prctl(_DROP_BOUNDING_CAPABILITY, capability, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    if libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.capset(header, (ctypes.c_uint32 * 6)()):
        raise OSError("the kernel cannot give up its rights")
    _refuse(libc)
    os.environ.clear()
    os.environ.update(ENVIRONMENT)


def _refuse(libc: Any) -> None:
    """Let Linux answer some system calls, and all of another architecture, as if it knew none."""
    if os.uname().machine not in _REFUSED:
        return
    architecture, calls = _REFUSED[os.uname().machine]
    load, equal, at_least, give, refusal = 0x20, 0x15, 0x35, 0x06, 5 + len(calls)
    steps = [
        (load, 0, 0, 4),
        (equal, 0, refusal - 2, architecture),
        (load, 0, 0, 0),
        (at_least, refusal - 4, 0, 0x40000000),  # the calls of x86_64 under other numbers
        *((equal, refusal - place - 1, 0, call) for place, call in enumerate(calls, 4)),
        (give, 0, 0, 0x7FFF0000),  # allowed
        (give, 0, 0, 0x00050000 | errno.ENOSYS),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    if libc.prctl(_SET_FILTER, 2, struct.pack("@HP", len(steps), ctypes.addressof(program)), 0, 0):
        raise OSError("the kernel's system calls cannot be limited")


MIB = 2**20
LIMITS = {
    "RLIMIT_AS": 2048 * MIB,
    "RLIMIT_FSIZE": 64 * MIB,
    "RLIMIT_NPROC": 48,
    "RLIMIT_NOFILE": 256,
    "RLIMIT_CORE": 0,
    "RLIMIT_CPU": 120,
}
ENVIRONMENT = {
    "HOME": HOME,
    "IPYTHONDIR": f"{HOME}/.ipython",
    "LANG": "C.UTF-8",
    "PATH": "/usr/bin:/bin",
    "TMPDIR": "/tmp",
    "OPENBLAS_NUM_THREADS": "1",
    "JPY_PARENT_PID": "0",
}


WARM = """
    pandas pandas.io.formats.html ipykernel.kernelapp ipykernel.ipkernel tornado.queues
    tornado.platform.asyncio IPython.core.completerlib IPython.core.debugger IPython.core.oinspect
    IPython.extensions.storemagic stack_data pure_eval executing pygments.lexers.python
    pygments.formatters.terminal256 pygments.styles.default cstolib.codings cstolib.finder
    cstolib.panels cstolib.predictions cstolib.probe
"""


def _become_kernel() -> NoReturn:
    import random

    import numpy
    from ipykernel.kernelapp import IPKernelApp

    random.seed()  # the host's state was copied
    numpy.random.seed()
    sys.argv = ["ipykernel"]
    app: Any = IPKernelApp.instance()
    options = ["--HistoryManager.enabled=False", "--InteractiveShell.xmode=Minimal", "--log-level=CRITICAL"]
    app.initialize(["-f", CONNECTION, *options])
    Path(STARTED).touch()
    app.start()
    os._exit(0)


def _warm() -> None:
    """Import what kernels and answers need, before any of them is there."""
    import gc
    import importlib

    sys.modules["debugpy"] = None  # type: ignore[assignment] # nobody debugs here, and it is slow to import
    for name in WARM.split():
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # memory that no kernel's collector touches stays shared between them


def main() -> None:
    """Serve requests, one jail at a time, until the input ends."""
    os.umask(0o077)
    ctypes.CDLL(None).prctl(_SET_REAPER, 1, 0, 0, 0)  # in a container nobody else may bury the dead
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    _warm()
    jail: Jail | None = None
    print(json.dumps({"warm": os.getpid()}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        answer: dict[str, Any] = {}
        if jail and request["do"] in ("start", "end"):
            jail.end()
            jail = None
        if request["do"] == "start":
            try:
                jail = Jail(request["command"], request["connection"])
                answer = {"pid": jail.pid}
            except OSError as error:
                answer = {"error": str(error)}
        elif request["do"] == "poll":
            answer = {"exit": jail.poll() if jail else 1}
        print(json.dumps(answer), flush=True)
    if jail:
        jail.end()


if __name__ == "__main__":
    main()
