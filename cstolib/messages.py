"""What is said about an answer, and how it shows itself: as text and as HTML without script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from cstolib.answers import Status

# A sign and words: colour alone never carries the verdict.
WORDS: dict[Status | Literal["saved", "not saved", "read"], tuple[str, str]] = {
    "not attempted": ("\u25cb", "Not attempted"),
    "wrong": ("\u2717", "Not right yet"),
    "partly": ("\u25d0", "Partly right"),
    "right": ("\u2713", "Right"),
    "saved": ("\u2022", "Saved"),
    "not saved": ("\u2022", "Answered, but not saved"),
    "read": ("\u2022", "Your answer can be read"),
}


@dataclass(frozen=True)
class Feedback:
    """What is said about an answer; shows itself as text or HTML.

    ``status`` is ``"not attempted"``, ``"wrong"``, ``"partly"`` or ``"right"`` (in the course test
    ``"saved"`` or ``"not saved"``, in an assignment ``"read"``), ``share`` the part of the answer that is
    right (0 to 1), ``misconception`` the name of the recognised mistake, if any, ``given`` the answer that
    was judged, in short: a cell that was not run again may hold an older one.
    """

    id: str
    status: Status | Literal["saved", "not saved", "read"]
    share: float
    message: str
    points: float
    next: str
    misconception: str = ""
    readable: bool = True
    note: str = ""
    given: str = ""

    @property
    def heading(self) -> str:
        """The verdict in words, with its sign and the points."""
        sign, words = WORDS[self.status]
        earned = f"{round(self.share * self.points, 1):g} of {self.points:g}"
        unit = "point" if self.points == 1 else "points"
        return f"{sign} {words} \u00b7 {earned} {unit}" if self.points else f"{sign} {words}"

    def _paragraphs(self) -> list[str]:
        given = f"Your answer: {self.given}" if self.given else ""
        return [text for text in (given, self.message, self.next, self.note) if text]

    def __repr__(self) -> str:
        return "\n".join([self.heading, *self._paragraphs()])

    def _repr_html_(self) -> str:
        return box(self.heading, self._paragraphs(), label=f"Feedback on {self.id}", role="status")


@dataclass(frozen=True)
class Help:
    """A hint or a worked solution; shows itself as text or HTML."""

    heading: str
    paragraphs: tuple[str, ...]
    code: str = ""

    def __repr__(self) -> str:
        return "\n".join([self.heading, *([self.code] if self.code else []), *self.paragraphs])

    def _repr_html_(self) -> str:
        return box(self.heading, self.paragraphs, label=self.heading, code=self.code)


def box(heading: str, paragraphs: Any, label: str, role: str = "group", code: str = "") -> str:
    """Write a message as HTML in the colours of the page: a bar at its side, no script."""
    body = "".join(f'<p style="margin:0.3em 0">{inline(text)}</p>' for text in paragraphs)
    if code:
        body = f'<pre style="margin:0.3em 0;white-space:pre-wrap"><code>{escape(code)}</code></pre>{body}'
    return (
        f'<div role="{role}" aria-label="{escape(label)}" style="border-left:4px solid currentColor;'
        f'padding:0.2em 0 0.2em 0.8em;margin:0.4em 0;max-width:46em">'
        f'<p style="margin:0.3em 0"><strong>{escape(heading)}</strong></p>{body}</div>'
    )


def inline(text: str) -> str:
    """Write a sentence as HTML: what is bold, emphasised or code in it, and nothing else.

    Examples
    --------
    >>> inline("**No**: *Treaty* is not `spells()` < 2 * 3 * 4")
    '<strong>No</strong>: <em>Treaty</em> is not <code>spells()</code> &lt; 2 * 3 * 4'
    """
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(
        f"<code>{escape(part[1:-1])}</code>" if at % 2 else _stressed(part) for at, part in enumerate(parts)
    )


def _stressed(text: str) -> str:
    text = re.sub(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", r"<strong>\1</strong>", escape(text))
    return re.sub(r"\*(?=\S)([^*]+?)(?<=\S)\*", r"<em>\1</em>", text)
