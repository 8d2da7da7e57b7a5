"""A fresh jail for each submission: bubblewrap, behind Jupyter's own interface for starting kernels.

In the jail there is no network, no other process, and nothing to write to but small folders in memory; the
system, Python and this package can be read. Where that cannot be had, nothing is run.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path
from queue import Empty
from typing import Any

import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.provisioner_base import KernelProvisionerBase
from traitlets import Type

import cstolib
from cstolib.errors import CstolibError
from cstolib.grading.host import HOME, RUN, STARTED

MIB = 2**20
_SYSTEM = ("/bin", "/lib", "/lib32", "/lib64", "/sbin")  # beside /usr; today links into it, as a rule
FOLDERS = {HOME: 64 * MIB, "/tmp": 64 * MIB, "/dev/shm": 16 * MIB, RUN: 1 * MIB}  # in memory, with their size
LARGEST_MESSAGE, MESSAGES_AT_ONCE = 32 * MIB, 4  # a larger one ends the connection, more wait in the jail
MEND = (
    "Nothing was run. Grading needs Linux with bubblewrap and user namespaces: install it "
    "(apt-get install bubblewrap), or use WSL 2 or a container that allows them; the instructor's guide "
    "tells how."
)


def _package() -> Path:
    return Path(cstolib.__file__).parent.resolve()


def _readable() -> list[Path]:
    """List what the jail must read beside the system: Python, its environment, and this package."""
    paths = {Path(sys.prefix), Path(sys.base_prefix).resolve(), _package()}
    return sorted(
        path
        for path in paths
        if path != Path("/usr") and not any(other in path.parents for other in (*paths, Path("/usr")))
    )


def shows(path: Path) -> bool:
    """Say whether learners' code could read a path, because it is within what the jail has to show."""
    system = [Path(name).resolve() for name in ("/usr", *_SYSTEM)]
    return any(path.resolve().is_relative_to(each) for each in (*_readable(), *system))


@cache
def command(processes: bool = True) -> list[str]:
    """Write the bubblewrap command that makes a jail; a program to run in it is to be added.

    Parameters
    ----------
    processes : bool, optional
        Whether the jail shows its own processes in ``/proc``; some containers do not allow that.
    """
    words = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"]
    words += ["--new-session", "--clearenv", "--hostname", "jail"]
    # The first process has no limits. One right, which is worth nothing in a jail, keeps others out of it:
    # Linux lets nobody change the memory of a process that has a right which they lack.
    words += ["--as-pid-1", "--cap-drop", "ALL", "--cap-add", "CAP_SYS_TIME"]
    words += ["--uid", "1000", "--gid", "1000", "--ro-bind", "/usr", "/usr"]
    for name in _SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            words += ["--ro-bind", name, name]
    for name in ("/etc/ld.so.cache", "/etc/localtime", "/etc/alternatives"):
        words += ["--ro-bind-try", name, name]
    words += ["--proc", "/proc"] if processes else []
    words += ["--dev", "/dev"]
    for name, size in FOLDERS.items():
        words += ["--size", str(size), "--tmpfs", name]
    for path in _readable():  # last: a Python below one of these folders, as /tmp, is not to be hidden by it
        words += ["--ro-bind", str(path), str(path)]
    return [*words, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]


def _view() -> list[str]:
    """Write the command that shows root's files to an ordinary user, for grading that root starts.

    The host gives up being root, and may then no longer reach a Python below root's home. Such a folder is
    covered by an empty one that holds just what is needed. Nothing of a learner runs here.
    """
    words = ["bwrap", "--die-with-parent", "--dev-bind", "/", "/"]
    covered: list[Path] = []
    for path in _readable():
        closed = next((up for up in reversed(path.parents) if not up.stat().st_mode & 0o001), None)
        if closed is None:
            continue
        if closed not in covered:
            covered.append(closed)
            words += ["--perms", "0755", "--tmpfs", str(closed)]
        for folder in reversed(path.relative_to(closed).parents):
            if str(folder) != ".":
                words += ["--perms", "0755", "--dir", str(closed / folder)]
        words += ["--ro-bind", str(path), str(path)]
    return [*words, "--"]


class Host:
    """A running kernel host: one for each worker, and at most one jail at a time."""

    def __init__(self) -> None:
        if not shutil.which("bwrap") or not hasattr(os, "pidfd_open"):
            raise CstolibError(f"There is no bubblewrap (bwrap) on this machine. {MEND}")
        self._command = command()
        start = [sys.executable, "-I", "-m", "cstolib.grading.host"]
        self._process = subprocess.Popen(
            [*(_view() if os.geteuid() == 0 else []), *start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
            cwd="/",
        )
        atexit.register(self.close)
        self.warm = self._read()

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            self._process.kill()
            self._process.wait()
            raise CstolibError(f"The process that starts isolated kernels has ended. {MEND}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def start(self, connection: dict[str, Any]) -> int:
        """Make a jail with a kernel in it and give the id of the jail's first process."""
        answer = self.ask(do="start", command=self._command, connection=connection)
        if "error" in answer and "proc" in answer["error"] and "--proc" in self._command:
            self._command = command(processes=False)
            return self.start(connection)
        if "error" in answer:
            raise CstolibError(f"bubblewrap cannot isolate programs here ({answer['error']}). {MEND}")
        return int(answer["pid"])

    @property
    def ended(self) -> bool:
        """Whether somebody killed it."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End the host and what it holds."""
        atexit.unregister(self.close)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdout.close()
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


_mine = threading.local()


def host() -> Host:
    """Give the kernel host of this thread, started when first needed, and again if it was killed."""
    if hasattr(_mine, "host") and _mine.host.ended:
        _mine.host.close()
        del _mine.host
    if not hasattr(_mine, "host"):
        _mine.host = Host()
    started: Host = _mine.host
    return started


class JailProvisioner(KernelProvisionerBase):
    """Starts a kernel in a fresh jail; named in ``pyproject.toml`` for jupyter_client to find."""

    _running = False

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel."""
        return self._running

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the jail; its sockets are reached through the file system of its first process."""
        manager: Any = self.parent
        ports = {f"{name}_port": place for place, name in enumerate(_CHANNELS, 1)}
        inside = {
            **ports,
            "transport": "ipc",
            "ip": f"{RUN}/s",
            "key": manager.session.key.decode(),
            "signature_scheme": manager.session.signature_scheme,
        }
        pid = host().start(inside)
        self._running = True
        while not Path(f"/proc/{pid}/root{STARTED}").exists():
            if await self.poll() is not None:
                raise CstolibError(f"The kernel ended in its jail before it was ready. {MEND}")
            await asyncio.sleep(0.005)
        manager.transport, manager.ip = "ipc", f"/proc/{pid}/root{RUN}/s"
        for name, port in ports.items():
            setattr(manager, name, port)
        self.connection_info = manager.get_connection_info()
        return {"cmd": []}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Tell how to reach the kernel."""
        return self.connection_info

    async def poll(self) -> int | None:
        """Give the exit code, or ``None`` while the kernel runs."""
        if not self._running:
            return 0
        try:
            code: int | None = host().ask(do="poll")["exit"]
        except CstolibError:  # the host was killed, and its jail with it
            return 1
        return code

    async def wait(self) -> int | None:
        """Wait for the kernel, which is killed rather than waited for."""
        await self.kill()
        return 0

    async def send_signal(self, signum: int) -> None:
        """Kill the kernel; any other signal is a message instead."""
        if signum == signal.SIGKILL:
            await self.kill()

    async def kill(self, restart: bool = False) -> None:
        """Kill the jail and all that is in it."""
        if self._running:
            self._running = False
            with suppress(CstolibError):  # the host was killed, and its jail with it
                host().ask(do="end")

    async def terminate(self, restart: bool = False) -> None:
        """Kill the jail and all that is in it."""
        await self.kill()

    async def cleanup(self, restart: bool = False) -> None:
        """Kill the jail and all that is in it."""
        await self.kill()


_CHANNELS = ("shell", "iopub", "stdin", "control", "hb")


class _Channel(AsyncZMQSocketChannel):
    """A channel on which no flood of messages keeps the clock from striking."""

    async def get_msg(  # type: ignore[override] # as in the class it is made from
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        await asyncio.sleep(0)
        return await super().get_msg(timeout)


class JailClient(AsyncKernelClient):
    """A client that is ready once the kernel answers on both channels, without waiting for silence."""

    shell_channel_class = iopub_channel_class = control_channel_class = Type(_Channel)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers."""
        async with asyncio.timeout(timeout):
            while True:
                self.kernel_info()
                try:
                    await self.shell_channel.get_msg(timeout=1)
                    await self.iopub_channel.get_msg(timeout=0.2)
                    return
                except Empty:
                    manager: Any = self.parent
                    if not await manager.is_alive():
                        raise RuntimeError("the kernel ended before it was ready") from None


class JailedKernelManager(AsyncKernelManager):
    """A kernel manager for one submission: its kernel lives in a jail of its own."""

    def __init__(self) -> None:
        context = zmq.asyncio.Context()
        context.setsockopt(zmq.MAXMSGSIZE, LARGEST_MESSAGE)
        context.setsockopt(zmq.RCVHWM, MESSAGES_AT_ONCE)
        context.setsockopt(zmq.RECONNECT_IVL, -1)  # by then the learner may have put another socket there
        context.setsockopt(zmq.SNDTIMEO, 1_000)  # nobody waits for a kernel that no longer listens
        super().__init__(context=context, client_factory=JailClient)

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel: interrupted by message, since no signal crosses into a jail."""
        return KernelSpec(
            argv=[],
            display_name="jail",
            language="python",
            interrupt_mode="message",
            metadata={"kernel_provisioner": {"provisioner_name": "cstolib-jail"}},
        )

    async def _async_post_start_kernel(self, **kwargs: Any) -> None:
        await super()._async_post_start_kernel(**kwargs)
        self._connect_control_socket()  # now: later, the way there is in the learner's hands

    async def _async_shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """Kill the jail; its kernel is not asked."""
        if self.provisioner:
            await self.provisioner.kill()
        self.context.destroy(linger=0)

    shutdown_kernel = _async_shutdown_kernel
