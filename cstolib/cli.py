"""The command line: ``cstolib lab``, ``reset`` and ``doctor`` for learners, and the instructor's commands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from cstolib import __version__, course, doctor, lab
from cstolib.errors import CstolibError
from cstolib.grading import commands as grading


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
            lab.start(args.folder, args.port, browser=args.browser)
        elif args.command == "reset":
            print(course.reset(args.lesson, args.folder))
        elif args.command in grading.NAMES:
            return grading.run(args)
        else:
            return doctor.main(args.folder)
    except CstolibError as error:
        print(f"cstolib: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # Ctrl+C: whoever stops a command knows that it has stopped
        return 130
    return 0


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port. Allowed: a whole number from 1 to 65535.")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cstolib", description="A course on the Collective Security Treaty Organization, in JupyterLab."
    )
    parser.add_argument("--version", action="version", version=f"cstolib {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    start = commands.add_parser("lab", help="copy the course into a folder and open JupyterLab on it")
    start.add_argument("folder", nargs="?", default=course.DEFAULT_FOLDER, help="default: %(default)s")
    start.add_argument("--port", type=_port, help="default: the first free one from 8888")
    start.add_argument("--no-browser", dest="browser", action="store_false", help="only print the address")

    reset = commands.add_parser("reset", help="put a lesson back as it was shipped; yours is kept beside it")
    reset.add_argument("lesson", help="1, 01 or a lesson's name; exercises/1 for its exercise set")
    reset.add_argument("--folder", help="the course folder; default: found from the current one")

    ready = commands.add_parser("doctor", help="tell whether this machine is ready for the course")
    ready.add_argument("folder", nargs="?", default=course.DEFAULT_FOLDER, help="default: %(default)s")

    grading.add_parsers(commands)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
