"""The atlas as one page that needs no program but a browser: ``python -m cstolib.atlas``.

What it tells of crises comes from the tables; a test keeps the page in ``docs`` equal to them. It holds no
script and asks for nothing: what a reader opens is what was shipped.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from cstolib import __version__
from cstolib.atlas.cards import CrisisCard, crisis_card, facts_day, within
from cstolib.atlas.cells import state_names
from cstolib.atlas.layout import COLUMNS
from cstolib.atlas.overview import ARTICLES, DONE, KINDS, crisis_overview, find_crises, lesson_of
from cstolib.atlas.parts import CITING, Part, sources_in_short
from cstolib.atlas.style import STYLE
from cstolib.atlas.words import NAMES, READING
from cstolib.citations import cite, parse_sources
from cstolib.dates import as_known, date_in_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def page() -> str:
    """Write the page.

    Returns
    -------
    str
        An HTML document.

    Examples
    --------
    >>> page().startswith("<!doctype html>")
    True
    """
    cards = [crisis_card(crisis) for crisis in crisis_overview()["crisis_id"]]
    title = "Crisis atlas of the Collective Security Treaty"
    body = [
        f"<header><h1>{title}</h1>",
        f"<p>{len(cards)} crises from 1992 on, each on one card of the same design: what happened, who asked "
        "whom and by which article, what was done, who was blamed, where each member stood in words and in "
        "acts, what was sent, who was counted, and where sources differ.</p>",
        f"<p><strong>Facts as of</strong> {facts_day()} · <strong>version</strong> {escape(__version__)} · "
        "<strong>licence</strong> CC BY 4.0 · made from the tables of the course; the notebook "
        "<code>crisis-atlas.ipynb</code> has filters, figures and comparisons.</p></header>",
        *_contents(cards),
        '<main id="main">',
        *_prose("How to read a card", "reading", READING),
        *_prose("Names and words", "names", NAMES),
        *_registers(),
        *_comparison(),
        *(line for card in cards for line in _article(card)),
        *_bibliography(cards),
        "</main>",
    ]
    head = (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the crises</a>\n'
    )
    return head + "\n".join(body) + "\n</body>\n</html>\n"


def _contents(cards: Iterable[CrisisCard]) -> Iterator[str]:
    fixed = {
        "reading": "How to read a card",
        "names": "Names and words",
        "find": "Find a crisis",
        "compare": "All crises compared",
    }
    entries = fixed | {card.crisis_id: card.heading for card in cards} | {"sources": "Sources"}
    yield '<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ul>'
    yield from (f'<li><a href="#{key}">{escape(name)}</a></li>' for key, name in entries.items())
    yield "</ul></nav>"


def _prose(title: str, key: str, paragraphs: Iterable[str]) -> Iterator[str]:
    yield f'<section aria-labelledby="{key}"><h2 id="{key}">{title}</h2>'
    yield from (f"<p>{escape(text)}</p>" for text in paragraphs)
    yield "</section>"


def _registers() -> Iterator[str]:
    """List the crises by what the notebook filters by."""
    names = state_names()
    askers = sorted({state for cell in crisis_overview()["requesters"] for state in cell.split(";") if state})
    registers: dict[str, dict[str, list[str]]] = {
        "Who asked": {
            **{names[state]: find_crises(asked=state) for state in askers},
            "no request is recorded": find_crises(asked="nobody"),
        },
        "Which article was named": {
            **{words: find_crises(article=key) for key, words in ARTICLES.items()},
            "no request is recorded": find_crises(article="no request"),
        },
        "Of which kind": {words: find_crises(kind=key) for key, words in KINDS.items()},
        "What was done by bodies of the treaty or the CSTO, at most": {
            words: find_crises(done=key, by="csto") for key, words in DONE.items()
        },
    }
    titles = crisis_overview().set_index("crisis_id")["crisis"]
    yield '<section aria-labelledby="find"><h2 id="find">Find a crisis</h2>'
    for register, groups in registers.items():
        yield f"<h3>{register}</h3><dl>"
        for words, crises in groups.items():
            links = "; ".join(f'<a href="#{crisis}">{escape(titles[crisis])}</a>' for crisis in crises)
            yield f"<dt>{escape(words)} ({len(crises)})</dt><dd>{links or 'none'}</dd>"
        yield "</dl>"
    yield "</section>"


def _comparison() -> Iterator[str]:
    records: list[dict[Any, Any]] = crisis_overview().to_dict("records")
    rows = [
        {
            "Crisis": f'<a href="#{row["crisis_id"]}">{escape(row["crisis"])}</a>',
            "Begins": date_in_words(as_known(f"{row['start']:%Y-%m-%d}", row["start_precision"])),
            "Kind": escape(KINDS[row["kind"]].partition(":")[0]),
            "Asked": escape(row["asked"]),
            "CSTO": DONE[row["csto"]],
            "Anybody": DONE[row["anybody"]],
            "Names an adversary": row["adversary"],
            "First act of the CSTO": within(row["hours_from"], row["hours_to"]),
        }
        for row in records
    ]
    yield '<section aria-labelledby="compare"><h2 id="compare">All crises compared</h2>'
    yield (
        "<p>CSTO: the strongest act of a body of the treaty or its organisation; anybody: that of any state "
        "or organisation. Names an adversary: whether such a body did. First act: after hour zero, refusals "
        "left out. The order of the forms says how much was done, not how well. One form is hedged by its "
        "own sources: the materiel for Batken in 1999.</p>"
    )
    yield _table("The crises in order of time", list(rows[0]), [list(row.values()) for row in rows])
    yield "</section>"


def _article(card: CrisisCard) -> Iterator[str]:
    """Write one card."""
    key = card.crisis_id
    yield f'<article aria-labelledby="{key}"><h2 id="{key}">{escape(card.heading)}</h2>'
    yield f"<h3>What happened</h3><p>{escape(card.summary)}</p><dl>"
    for name, value in card.facts:
        yield f"<dt>{escape(name)}</dt><dd>{_lesson(key) if name == 'Lesson' else escape(value)}</dd>"
    yield "</dl>"
    for part in card.parts:
        yield f"<h3>{escape(part.title)}</h3>"
        if part.rows.empty:
            yield f"<p>{escape(part.empty)}</p>"
        else:
            yield _part(card, part)
        if part.remark:
            yield f"<p>{escape(part.remark)}</p>"
    ids = [reference.source["source_id"] for reference in card.references]
    yield f"<h3>Sources</h3><p>{len(ids)} documents: {_links(';'.join(ids))}.</p>"
    yield '<p><a href="#contents">Back to the contents</a></p></article>'


def _lesson(crisis_id: str) -> str:
    lesson = lesson_of(crisis_id)
    if lesson is None:
        return "none of its own"
    return f'<a href="{escape(lesson[0])}">{escape(lesson[1])}</a> (a notebook: open it in JupyterLab)'


def _part(card: CrisisCard, part: Part) -> str:
    columns = COLUMNS[part.title]
    rows = [[_cell(columns[heading], row) for heading in columns] for row in part.rows.to_dict("records")]
    return _table(f"{part.title}: {card.heading}", list(columns), rows)


def _cell(columns: tuple[str, ...], row: dict[Any, str]) -> str:
    """Write the leading column, and below it the others with their names."""
    lead = columns[0]
    first = _links(row[lead]) if lead in CITING else escape(row[lead])
    more = "".join(
        f"<span><b>{escape(name)}:</b> {escape(row[name])}</span>" for name in columns[1:] if row[name]
    )
    return f"{first}{more}"


def _table(caption: str, headings: list[str], rows: list[list[str]]) -> str:
    """Write a table; its roles are named since a narrow screen lays it out as blocks."""
    head = "".join(f'<th role="columnheader" scope="col">{escape(name)}</th>' for name in headings)
    body = "\n".join(
        '<tr role="row">'
        + "".join(
            f'<th role="rowheader" scope="row">{cell}</th>'
            if not place
            else f'<td role="cell" data-label="{escape(headings[place])}">{cell}</td>'
            for place, cell in enumerate(row)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<table role="table"><caption>{escape(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody></table>'
    )


def _links(cell: str) -> str:
    ids = dict.fromkeys(item.source_id for item in parse_sources(cell))
    return "; ".join(f'<a href="#s-{source}">{escape(sources_in_short(source))}</a>' for source in ids)


def _bibliography(cards: Iterable[CrisisCard]) -> Iterator[str]:
    cited = {reference.source["source_id"] for card in cards for reference in card.references}
    cited |= {
        source for card in cards for source in card.part("Disagreements between sources").rows.get("says", ())
    }
    yield '<section aria-labelledby="sources"><h2 id="sources">Sources</h2>'
    yield f"<p>{len(cited)} documents, by their ids in the table of sources.</p><ul>"
    for reference in cite(sorted(cited)):
        url = reference.source.get("url")
        text = escape(str(reference))
        if url:
            text = text.replace(escape(url), f'<a href="{escape(url)}">{escape(url)}</a>')
        yield f'<li id="s-{reference.source["source_id"]}">{text}</li>'
    yield "</ul></section>"
