"""The instructor's commands: assign, grade, mark, export, feedback and report.

Only what reads the command line is loaded with this module, so that the learner's commands start no later.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cstolib.errors import CstolibError

if TYPE_CHECKING:
    from cstolib.grading.gradebook import Gradebook

_DUE = "such as 2026-10-01T12:00, local time as the learning system shows it; later is flagged"
NAMES = ("assign", "grade", "mark", "export", "feedback", "report")
UNSAFE = (
    "Learners' code runs without any protection: it can read and change what you can, this gradebook too."
)


def add_parsers(commands: Any) -> None:
    """Add the instructor's commands to those of ``cstolib``."""
    make = commands.add_parser(
        "assign",
        help="for instructors: make what learners get, and the key to it",
        description="Make what learners get (DIR/learners) and the key for grading (DIR/teacher) from "
        "exercise notebooks with solutions. The solutions are run and must pass their own tests.",
    )
    make.add_argument("sources", nargs="+", metavar="EXERCISE", help="exercise notebook with its solutions")
    make.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the assignment")
    make.add_argument(
        "--seed",
        default="",
        metavar="WORD",
        help="a word of your choice, from which variants are drawn; needed where an exercise has variants. "
        "Keep it: with the same word a learner has the same variant",
    )

    take = commands.add_parser(
        "grade",
        help="for instructors: collect what was handed in, and grade it",
        description="Take what was handed in into the gradebook, say what is late, missing or unreadable, "
        "and grade what is new. Give the command again as often as you like: each file is taken once.",
    )
    take.add_argument("submissions", type=Path, help="folder or archive, as the learning system delivers it")
    take.add_argument("--key", type=Path, required=True, help="the file NAME.key.json of the assignment")
    take.add_argument("--gradebook", type=Path, required=True, metavar="FILE", help="made if need be")
    take.add_argument("--roster", type=Path, metavar="CSV", help="list of learners and their ids")
    take.add_argument("--due", type=_time, metavar="TIME", help=_DUE)
    take.add_argument("--collect-only", action="store_true", help="tell what there is, and grade nothing")
    where = take.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_count, default=2, metavar="N", help="default: %(default)s")
    where.add_argument("--scheduler", metavar="ADDRESS", help="a Dask cluster in place of this machine")
    for parser in (make, take):
        parser.add_argument("--unsafe-no-jail", action="store_true", help=UNSAFE)

    mark = _on_gradebook(
        commands,
        "mark",
        "mark the written answers, in the browser",
        "Open a page on this machine that shows one written answer at a time, with its rubric. Each mark is "
        "stored at once; Ctrl+C ends it.",
    )
    mark.add_argument("--marker", default="", help="your name, kept with your marks")
    mark.add_argument("--names", action="store_true", help="show whose answer it is; default: hidden")
    mark.add_argument("--no-browser", dest="browser", action="store_false", help="only print the address")

    give = _on_gradebook(
        commands,
        "export",
        "write the grades into the learning system's own file",
        "Write the totals into the column of this assignment in the file that the learning system exported, "
        "or all points into a table (csv). Totals that you should look at first are held back and named.",
    )
    give.add_argument("--lms", required=True, choices=("canvas", "moodle", "blackboard", "csv"))
    give.add_argument("--into", type=Path, metavar="FILE", help="the file it exported; for csv: a new file")
    give.add_argument("--column", help="header, name or id of the column, if the title does not decide")
    give.add_argument("--all", action="store_true", help="also what a person should look at first")
    give.add_argument("--scale", action="store_true", help="convert to the points of the learning system")

    back = _on_gradebook(
        commands,
        "feedback",
        "write one page for each learner",
        "Write one page for each learner who handed in: verdicts, points, your marks and comments. Pages are "
        "named by the learner's id.",
    )
    back.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder for the pages")
    for parser in (give, back):
        parser.add_argument(
            "--late", default="flag", metavar="RULE", help="flag (default), zero or percent-per-day=N"
        )

    tell = _on_gradebook(
        commands,
        "report",
        "show how the class did, and how the questions did",
        "Show the scores, how hard each question was, the most common mistakes, and which notebooks to look "
        "at before you publish.",
    )
    tell.add_argument("--to", type=Path, metavar="FILE", help="write it as a page; default: on the screen")
    tell.add_argument(
        "--progress", type=Path, nargs="*", default=[], metavar="FILE", help="progress.jsonl handed in"
    )


def _on_gradebook(commands: Any, name: str, help: str, description: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=f"for instructors: {help}", description=description
    )
    parser.add_argument("gradebook", type=Path, help="the gradebook that `cstolib grade` made")
    parser.add_argument("--assignment", metavar="NAME", help="needed if there are several")
    return parser


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-10-01T12:00.") from None
    return time.astimezone().replace(tzinfo=None) if time.tzinfo else time


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers. Allowed: 1 to 256.")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run one of the commands and give the exit code."""
    import sqlite3

    if args.command == "assign":
        return _assign(args)
    try:
        if args.command == "grade":
            return _grade(args)
        from cstolib.grading.gradebook import Gradebook

        with Gradebook(args.gradebook, create=False) as book:
            _ON_GRADEBOOK[args.command](book, args)
        return 0
    except sqlite3.OperationalError as error:  # a full disk, or one that was taken away
        raise CstolibError(
            f"The gradebook {str(args.gradebook)!r} can no longer be used ({error}). What was stored in "
            "it is kept; mend that, and give the command again."
        ) from None


def _assign(args: argparse.Namespace) -> int:
    from cstolib.grading.assign import assign

    _warn(args)
    for path in assign(args.sources, args.to, seed=args.seed, isolated=not args.unsafe_no_jail):
        print(path)
    return 0


def _grade(args: argparse.Namespace) -> int:
    from cstolib.grading.batch import grade_all
    from cstolib.grading.collect import collect
    from cstolib.grading.grade import read_key
    from cstolib.grading.gradebook import Gradebook
    from cstolib.grading.roster import read_roster

    key, digest = read_key(args.key)
    roster = []
    if args.roster:
        roster = read_roster(args.roster)
    elif args.gradebook.exists():
        with Gradebook(args.gradebook, create=False) as book:
            roster = book.roster()
    submissions = collect(args.submissions, roster)
    with Gradebook(args.gradebook) as book:
        name = book.add_assignment(key, digest)
        book.add_learners(roster)
        _say(book.add_submissions(name, submissions, args.due))
        new = book.ungraded(name)
    if not roster and key.get("variants"):
        print(
            "There is no roster: learners are named as the files name them, and parameters are drawn for "
            "these names. If the learners' ids differ, give --roster."
        )
    if args.collect_only:
        return 0
    _warn(args)

    def progress(done: int, total: int) -> None:
        if done == 0 and total > new:
            were, are = ("was", "is") if total - new == 1 else ("were", "are")
            why = f"{were} graded before with another key or version, and {are} graded again"
            print(f"{total - new} {why}; marks stay.")
        _progress(done, total)

    try:
        counts = grade_all(
            args.gradebook,
            args.key,
            workers=args.workers,
            scheduler=args.scheduler,
            isolated=not args.unsafe_no_jail,
            progress=progress,
        )
    except KeyboardInterrupt:
        print("\nStopped. What is graded is kept; the same command goes on.", file=sys.stderr)
        raise
    print(
        "; ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "Nothing new to grade."
    )
    with Gradebook(args.gradebook) as book:
        if held_back := book.held_back(name):
            _say(f"Look at these; their scores are held back: {', '.join(held_back)}.")
    return 0


def _say(what: object) -> None:
    from cstolib.grading.page import clean

    print(clean(what, most=10**7))  # names of files may hold what would steer the terminal


def _warn(args: argparse.Namespace) -> None:
    if args.unsafe_no_jail:
        print(f"cstolib: {UNSAFE}", file=sys.stderr)


def _progress(done: int, total: int) -> None:
    if total and sys.stderr.isatty():
        bar = "#" * (30 * done // total)
        end = "\n" if done == total else ""
        print(f"\r[{bar:30}] {done} of {total} graded", end=end, file=sys.stderr, flush=True)


def _mark(book: Gradebook, args: argparse.Namespace) -> None:
    from cstolib.grading.mark import serve

    name = book.assignment(args.assignment)["assignment"]
    serve(args.gradebook, name, marker=args.marker, names=args.names, browser=args.browser)


def _export(book: Gradebook, args: argparse.Namespace) -> None:
    from cstolib.grading.lms import fill, tidy, write_tidy

    assignment = book.assignment(args.assignment)
    name = assignment["assignment"]
    scores = book.scores(name, args.late)
    if args.lms == "csv":
        if args.into:
            _say(write_tidy(args.into, name, scores, everything=args.all))
        else:
            print(tidy(name, scores, everything=args.all), end="")
        return
    if args.into is None:
        raise CstolibError(f"Export the grades from {args.lms} first, and give that file with --into.")
    titles = [assignment["title"], name]
    options = {"column": args.column, "everything": args.all, "scale": args.scale}
    _say(fill(args.lms, args.into, scores, titles, **options))


def _feedback(book: Gradebook, args: argparse.Namespace) -> None:
    from cstolib.grading.feedback import write_feedback

    assignment = book.assignment(args.assignment)
    paths = write_feedback(args.to, assignment, book.scores(assignment["assignment"], args.late))
    print(f"{len(paths)} pages in {args.to}.")


def _report(book: Gradebook, args: argparse.Namespace) -> None:
    from cstolib.grading.cells import replace
    from cstolib.grading.report import as_page, as_text, report

    sections = report(book, book.assignment(args.assignment)["assignment"], args.progress)
    if args.to:
        replace(args.to, as_page(sections).encode())
    else:
        _say(as_text(sections))


_ON_GRADEBOOK: dict[str, Callable[[Gradebook, argparse.Namespace], None]] = {
    "mark": _mark,
    "export": _export,
    "feedback": _feedback,
    "report": _report,
}
