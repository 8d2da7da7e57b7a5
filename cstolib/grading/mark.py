"""The marking page: written answers, one question after the other, on this machine only.

The page is served to whoever knows its address, which holds a token that nobody can guess. Learners' texts
reach it as text and are shown as text; every mark is in the gradebook before the page says so.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import sys
import webbrowser
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from cstolib.errors import CstolibError
from cstolib.grading.gradebook import Gradebook
from cstolib.grading.page import clean, document, number
from cstolib.grading.scores import criteria, written_points

HOST = "127.0.0.1"
LARGEST = 200_000  # bytes of one mark with its comment
SCRIPT = Path(__file__).with_suffix(".js")
BODY = """
<h1 id="title">Marking</h1>
<p><label>Question <select id="question"></select></label></p>
<div id="prompt" class="text" dir="auto"></div>
<p><label for="done" id="progress"></label> <progress id="done" value="0"></progress></p>
<div id="answer" tabindex="-1">
<h2 id="which"></h2>
<p id="changed" hidden><strong>The text has changed since it was marked. Mark it again.</strong></p>
<div class="beside">
<div id="written" class="text" dir="auto" tabindex="0" role="region" aria-labelledby="which"></div>
<div>
<div id="rubric"></div>
<p role="status"><span id="points"></span> <span id="last"></span> <span id="status"></span></p>
<p><label for="comment">Comment for the learner</label><textarea id="comment" rows="3" maxlength="10000"
dir="auto"></textarea></p>
<p><button id="previous" type="button">Previous</button> <button id="next" type="button">Next</button>
<button id="unmarked" type="button">Next without a mark</button>
<button id="save" type="button">Save</button></p>
</div>
</div>
</div>
<p class="soft"><label><input type="checkbox" id="keys" checked> Keys:</label> 1 to 4 set the level of the
criterion in turn (4 is the best), n next, p previous, u next without a mark, c comment, Escape out of the
comment, s save.</p>
"""


def questions(book: Gradebook, assignment: str, *, names: bool = False) -> list[dict[str, Any]]:
    """Give all that is to be marked, by question; whose answer it is only if asked for."""
    found = []
    for name, asked in book.assignment(assignment)["questions"].items():
        if asked["kind"] != "written":
            continue
        answers = book.to_mark(assignment, name)
        for answer in answers:
            who = answer.pop("learner")
            answer |= {"written": clean(answer["written"]), "points": earned(asked, answer["marks"])}
            answer |= {"who": clean(who)} if names else {}
        found.append(
            {
                "id": name,
                "title": clean(asked.get("title") or name),
                "prompt": clean(asked.get("prompt")),
                "rubric": [[criterion, list(levels)] for criterion, levels in criteria(asked).items()],
                "answers": answers,
            }
        )
    return found


def earned(asked: Mapping[str, Any], levels: Mapping[str, int]) -> str:
    """Say what the levels give; until every criterion has one, what those that have one give.

    Examples
    --------
    >>> asked = {"points": 6, "rubric": {"claim": [], "evidence": []}}
    >>> earned(asked, {"claim": 4, "evidence": 2}), earned(asked, {"claim": 4})
    ('Points: 4 of 6.', 'Points: 6 of 6 so far, from 1 of 2 criteria.')
    """
    rubric = criteria(asked)
    chosen = {criterion: texts for criterion, texts in rubric.items() if criterion in levels}
    points = written_points({**asked, "rubric": chosen}, levels) if chosen else None
    partly = 0 < len(chosen) < len(rubric)
    so_far = f" so far, from {len(chosen)} of {len(rubric)} criteria" if partly else ""
    return f"Points: {number(points)} of {number(asked['points'])}{so_far}."


def server(path: Path, assignment: str, *, marker: str = "", names: bool = False) -> tuple[Any, str]:
    """Make the server of the page, on a free port of this machine, and give it with the page's address."""
    token = secrets.token_urlsafe(24)

    class Handler(_Handler):
        prefix = f"/{token}/"

        def data(self) -> Any:
            with Gradebook(path, create=False) as book:
                title = book.assignment(assignment)["title"] or assignment
                return {"title": clean(title), "questions": questions(book, assignment, names=names)}

        def store(self, mark: dict[str, Any]) -> str:
            with Gradebook(path, create=False) as book:
                asked = book.assignment(assignment)["questions"][mark["question"]]
                book.set_mark(mark["submission"], mark["question"], mark["levels"], mark["comment"], marker)
            return earned(asked, mark["levels"])

    made = _Server((HOST, 0), Handler)
    return made, f"http://{HOST}:{made.server_port}/{token}/"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Tell of everything but a browser that has gone."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    timeout = 30  # seconds for a request: nobody holds a thread for ever
    prefix: ClassVar[str]
    data: Callable[[], Any]
    store: Callable[[dict[str, Any]], str]

    def do_GET(self) -> None:
        if not self._allowed():
            return
        name = urlsplit(self.path).path.removeprefix(self.prefix)
        if name == "":
            nonce = secrets.token_urlsafe(16)
            page = document("Marking", BODY, SCRIPT.read_text(encoding="utf-8"), nonce)
            self._answer(200, "text/html; charset=utf-8", page)
        elif name == "data":
            self._answer(200, "application/json", json.dumps(self.data()))
        else:
            self._answer(404, "text/plain", "There is no such page.")

    def do_POST(self) -> None:
        if not self._allowed(f"http://{self.headers.get('Host')}"):
            return
        length = self.headers.get("Content-Length") or ""
        if not length.isdecimal() or int(length) > LARGEST:
            self._answer(413, "text/plain", "The comment is too long.")
            return
        try:
            mark = json.loads(self.rfile.read(int(length)))
            kinds = [type(mark[name]) for name in ("submission", "question", "levels", "comment")]
            if self.headers.get_content_type() != "application/json" or kinds != [int, str, dict, str]:
                raise ValueError("not a mark")
            points = self.store(mark)
        except (CstolibError, sqlite3.Error) as error:
            self._answer(400, "text/plain", str(error))
        except (ValueError, KeyError, TypeError, RecursionError):
            self._answer(400, "text/plain", "This is not a mark.")
        else:
            self._answer(200, "text/plain; charset=utf-8", points)

    def _allowed(self, origin: str = "") -> bool:
        """Let in only the page itself: by this machine's name, with the token, and from no other site."""
        port = self.connection.getsockname()[1]
        here = self.headers.get("Host") in (f"{HOST}:{port}", f"localhost:{port}")
        token = self.path.encode()[: len(self.prefix)]
        foreign = origin and self.headers.get("Origin") not in (None, origin)
        if here and not foreign and secrets.compare_digest(token, self.prefix.encode()):
            return True
        self._answer(403, "text/plain", "Use the address that `cstolib mark` printed.")
        return False

    def _answer(self, status: int, kind: str, text: str) -> None:
        content = text.encode("utf-8", "replace")
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            "Content-Security-Policy": "frame-ancestors 'none'",
            "Cache-Control": "no-store",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing: the address holds the token."""


def serve(
    path: Path, assignment: str, *, marker: str = "", names: bool = False, browser: bool = True
) -> None:
    """Serve the marking page until Ctrl+C; all marks are in the gradebook by then."""
    with Gradebook(path, create=False) as book:
        waiting = sum(len(question["answers"]) for question in questions(book, assignment))
    if not waiting:
        raise CstolibError(f"{assignment!r} has no written answers to mark. Grade the submissions first.")
    made, address = server(path, assignment, marker=marker, names=names)
    print(
        f"{waiting} written answers to mark at {address}\nEvery mark is saved at once; Ctrl+C ends.",
        flush=True,
    )
    if browser:
        webbrowser.open(address)
    with made:
        made.serve_forever()
