"""Start JupyterLab on the learner's folder: for this machine only, always with a token."""

from __future__ import annotations

import errno
import os
import secrets
import socket
import webbrowser
from pathlib import Path

from cstolib import course
from cstolib.errors import CstolibError

HOST = "127.0.0.1"
FIRST_PORT = 8888
# Browsers that Python takes where there is no screen, and that would fill the terminal with nothing.
IN_A_TERMINAL = {"www-browser", "links", "elinks", "lynx", "w3m"}


def start(folder: str, port: int | None = None, *, browser: bool = True) -> None:
    """Prepare the learner's folder and run JupyterLab there until it is stopped.

    Parameters
    ----------
    folder : str
        The learner's folder.
    port : int, optional
        The port to listen on; by default the first free one from 8888.
    browser : bool
        Whether to open the welcome page in a browser.
    """
    outcome = course.prepare(folder)
    port = free_port(port)
    token = os.environ.get("JUPYTER_TOKEN") or secrets.token_hex(24)
    print(outcome)
    if browser and not has_browser():
        browser = False
        print("No browser was found here. Copy the address below into one on this machine.")
    if is_root():
        print("You are root (a container?), so JupyterLab is started with --allow-root.")
    print(f"JupyterLab: http://{HOST}:{port}/lab/tree/{course.WELCOME}?token={token}")
    print("Keep this window open while you work. To stop: save, press Ctrl+C here, then y.", flush=True)
    _add_defaults()
    from jupyterlab.labapp import LabApp

    try:
        LabApp.launch_instance(options(outcome.folder, port, token, browser=browser))  # type: ignore[no-untyped-call]
    except OSError as error:  # most often a home folder in which Jupyter may not write
        raise CstolibError(
            f"JupyterLab cannot run here: {error}. Your course folder is ready; to see what else is, "
            "give the command: cstolib doctor"
        ) from error


def options(folder: Path, port: int, token: str, *, browser: bool) -> list[str]:
    """List JupyterLab's options: this machine only, always with a token, no request to the outside.

    Examples
    --------
    >>> options(Path("csto-course"), 8888, "t", browser=False)[:2]
    ['--ServerApp.ip=127.0.0.1', '--ServerApp.port=8888']
    """
    import zmq

    return [
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--ServerApp.open_browser={browser}",
        f"--ServerApp.allow_root={is_root()}",
        f"--IdentityProvider.token={token}",
        f"--LabApp.default_url=/lab/tree/{course.WELCOME}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        # Kernels talk to the server encrypted, where the messaging library can: otherwise each one warns.
        f"--KernelManager.transport_encryption={'auto' if zmq.has('curve') else 'disabled'}",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
    ]


def free_port(port: int | None = None) -> int:
    """Check that a port of this machine can be listened on, or find one that can.

    Parameters
    ----------
    port : int, optional
        The port wanted; by default the first free one from 8888 is chosen.

    Returns
    -------
    int
        The port.

    Raises
    ------
    CstolibError
        If the port is taken or not allowed.
    """
    candidates = range(FIRST_PORT, FIRST_PORT + 100) if port is None else [port]
    reason = ""
    for candidate in candidates:
        reason = _refusal(candidate)
        if not reason:
            return candidate
    if port is None:
        raise CstolibError(f"No port from {FIRST_PORT} to {FIRST_PORT + 99} can be used here ({reason}).")
    raise CstolibError(
        f"Port {port} cannot be used here ({reason}). Leave --port away to use a free one, or give another."
    )


def has_browser() -> bool:
    """Tell whether a web browser that can show JupyterLab can be opened on this machine."""
    try:
        name = getattr(webbrowser.get(), "name", "")
    except webbrowser.Error:
        return False
    return Path(name).name not in IN_A_TERMINAL


def is_root() -> bool:
    """Tell whether this process has all rights, as in many containers."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _refusal(port: int) -> str:
    with socket.socket() as probe:
        if os.name == "posix":  # as the server does, so that a port is free as soon as its last user ends
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            return "it is in use" if error.errno == errno.EADDRINUSE else str(error.strerror)
    return ""


def _add_defaults() -> None:
    """Give JupyterLab our defaults (no questions at the start); the user's own settings win over them."""
    paths = [str(Path(__file__).parent / "course"), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, paths))
    os.environ.setdefault("JUPYTER_PREFER_ENV_PATH", "1")  # this environment's kernel before another's
