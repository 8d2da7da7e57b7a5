"""The command line: ``cstolib lab``, ``cstolib reset`` and ``cstolib doctor``."""

from __future__ import annotations

import argparse
import errno
import os
import secrets
import socket
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from cstolib import __version__, course
from cstolib.errors import CstolibError

HOST = "127.0.0.1"
FIRST_PORT = 8888


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        The words after ``cstolib``; by default those of this process.

    Returns
    -------
    int
        The exit code: 0 if all is well, 1 if the message on the screen needs attention.
    """
    args = _parser().parse_args(argv)
    try:
        if args.command == "lab":
            start_lab(args.folder, args.port, browser=args.browser)
        elif args.command == "reset":
            print(course.reset(args.lesson, args.folder))
        else:
            from cstolib import doctor

            return doctor.main(args.folder)
    except CstolibError as error:
        print(f"cstolib: {error}", file=sys.stderr)
        return 1
    return 0


def start_lab(folder: str, port: int | None = None, *, browser: bool = True) -> None:
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

    LabApp.launch_instance(lab_options(outcome.folder, port, token, browser=browser))  # type: ignore[no-untyped-call]


def lab_options(folder: Path, port: int, token: str, *, browser: bool) -> list[str]:
    """List JupyterLab's options: this machine only, always with a token, no request to the outside.

    Examples
    --------
    >>> lab_options(Path("csto-course"), 8888, "t", browser=False)[:2]
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
    """Tell whether a web browser can be opened on this machine."""
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


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


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port. Allowed: a whole number from 1 to 65535.")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cstolib", description="A course on the Collective Security Treaty Organization, in JupyterLab."
    )
    parser.add_argument("--version", action="version", version=f"cstolib {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="lab | reset | doctor")

    lab = commands.add_parser("lab", help="copy the course into a folder and open JupyterLab on it")
    lab.add_argument("folder", nargs="?", default=course.DEFAULT_FOLDER, help="default: %(default)s")
    lab.add_argument("--port", type=_port, help="default: the first free one from 8888")
    lab.add_argument("--no-browser", dest="browser", action="store_false", help="only print the address")

    reset = commands.add_parser("reset", help="put a lesson back as it was shipped; yours is kept beside it")
    reset.add_argument("lesson", help="1, 01 or a lesson's name; exercises/1 for its exercise set")
    reset.add_argument("--folder", help="the course folder; default: found from the current one")

    doctor = commands.add_parser("doctor", help="tell whether this machine is ready for the course")
    doctor.add_argument("folder", nargs="?", default=course.DEFAULT_FOLDER, help="default: %(default)s")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
