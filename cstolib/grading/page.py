"""Pages that instructors and learners open: whatever stands in them is text, and cannot be anything else."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

MOST = 20_000  # characters of one text that are shown
_STYLE = """
:root{color-scheme:light dark;--ink:#1b1b1b;--soft:#515151;--paper:#fff;--line:#767676;--box:#f3f3f3}
@media (prefers-color-scheme:dark){
:root{--ink:#ececec;--soft:#bdbdbd;--paper:#161616;--line:#8f8f8f;--box:#242424}
}
*{box-sizing:border-box}
body{font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);
max-width:52rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin:1.6rem 0 .4rem}
.text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate;background:var(--box);
border-left:4px solid var(--line);padding:.5rem .8rem;margin:.4rem 0;font:inherit}
.name{unicode-bidi:isolate;overflow-wrap:anywhere}.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--line);
overflow-wrap:anywhere}th[scope=col]{overflow-wrap:normal}
td:last-child:not(.number){min-width:12rem}.wide{overflow-x:auto}
.number{text-align:right;font-variant-numeric:tabular-nums}
button,textarea,select{font:inherit;color:inherit;background:var(--box);border:1px solid var(--line);
border-radius:.3rem;padding:.3rem .6rem}textarea{width:100%}
fieldset{border:1px solid var(--line);border-radius:.3rem;margin:.6rem 0}
fieldset.turn{box-shadow:0 0 0 2px var(--ink)}legend{background:var(--paper);padding:0 .3rem}
[tabindex="-1"]{outline:none}
:focus-visible:not([tabindex="-1"]){outline:3px solid currentColor;outline-offset:2px}
.beside>.text{position:sticky;top:0;max-height:35vh;overflow:auto}
.beside [role=status]{position:sticky;bottom:0;margin:0;padding:.5rem 0;background:var(--paper)}
.beside input{scroll-margin:40vh 0 6rem}
@media (min-width:64rem){
body:has(.beside){max-width:84rem}
.beside{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem;align-items:start}
.beside>.text{max-height:65vh}.beside input{scroll-margin-top:0}
}
@media print{
body{max-width:none}.text{background:none}.wide{overflow:visible}
.beside{display:block}.beside>.text,.beside [role=status]{position:static;max-height:none}
}
"""


@dataclass(frozen=True)
class Section:
    """One table of a report, and what there is to know about it."""

    title: str
    heads: list[str]
    rows: list[list[Any]]
    note: str


def text(value: object) -> str:
    r"""Write anything as harmless text: no markup, and no control characters, seen or unseen.

    Examples
    --------
    >>> text("<b onclick=x>\u202egpj.exe")
    '&lt;b onclick=x&gt;[U+202E]gpj.exe'
    """
    return escape(clean(value))


def clean(value: object, most: int = MOST) -> str:
    """Show what is invisible by its number, and leave out the rest of what is very long."""
    written = "" if value is None else str(value)
    if len(written) > most:
        written = f"{written[:most]} [... {len(written) - most} more characters]"
    return "".join(map(_visible, written.replace("\r\n", "\n").replace("\r", "\n")))


def _visible(character: str) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cc", "Cs", "Cf", "Co", "Zl", "Zp") and character not in "\n\t\u200c\u200d\u00ad":
        return f"[U+{ord(character):04X}]"
    return character


def block(value: object) -> str:
    """Write a longer text as it was typed, in a box from which its direction cannot leak."""
    return f'<div class="text" dir="auto">{text(value)}</div>'


def name(value: object) -> str:
    """Write a name within a sentence."""
    return f'<bdi class="name">{text(value)}</bdi>'


def number(value: float | None, places: int = 2) -> str:
    r"""Write points, to so many decimal places at most, or a dash where there are none yet.

    Examples
    --------
    >>> number(2.50), number(None)
    ('2.5', '\u2013')
    """
    return "\u2013" if value is None else f"{value:.{places}f}".rstrip("0").rstrip(".")


def table(label: str, heads: list[str], rows: list[list[object]]) -> str:
    """Write a table with scoped headers; the first cell of a row heads it, numbers stand to the right.

    The label is for those who hear the page: a heading shows it to the others. In a narrow window the table
    scrolls by itself.
    """
    head = "".join(
        f'<th scope="col"{_aligned(row[at] for row in rows)}>{text(each)}</th>'
        for at, each in enumerate(heads)
    )
    body = "".join(f"<tr>{''.join(_cell(cell, at) for at, cell in enumerate(row))}</tr>" for row in rows)
    inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide" tabindex="0"><table aria-label="{text(label)}">{inner}</table></div>'


def _aligned(column: Iterable[object]) -> str:
    """Let a header stand where the numbers below it stand."""
    return ' class="number"' if any(isinstance(cell, int | float) for cell in column) else ""


def _cell(cell: object, at: int) -> str:
    if isinstance(cell, int | float):
        return f'<td class="number">{number(cell)}</td>'
    return f'<th scope="row">{text(cell)}</th>' if at == 0 else f"<td>{text(cell)}</td>"


def document(title: str, body: str, script: str = "", nonce: str = "") -> str:
    """Put a page together; without a script it may load and run nothing at all."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    if script:
        policy += f"; script-src 'nonce-{nonce}'; connect-src 'self'"
        script = f'<script nonce="{nonce}">{script}</script>'
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{text(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
</main>
{script}</body>
</html>
"""
