"""The sources of any row, table, figure or document, as readable references and as CSL-JSON."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from cstolib.data import package
from cstolib.dates import as_known
from cstolib.errors import CstolibError, brief, known

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping

_ITEM = re.compile(r"(?P<id>[a-z0-9-]+)(?:@(?P<locator>[^\[\];@]*?)\s*(?:\[(?P<columns>[a-z0-9_, ]+)\])?)?")

CITING = ("sources", "source_id")  # the columns that name documents, the first one found decides
NOTHING = "There are no rows here, so there is nothing to cite."

_CSL_TYPES = {
    "treaty": "treaty",
    "official": "document",
    "news": "article-newspaper",
    "analysis": "report",
    "reference": "document",
    "dataset": "dataset",
}


@dataclass(frozen=True)
class Item:
    """One item of a `sources` cell: a document, the place in it, and the columns it covers."""

    source_id: str
    locator: str = ""
    columns: tuple[str, ...] = ()


def parse_sources(cell: str) -> list[Item]:
    """Read a `sources` cell.

    Parameters
    ----------
    cell : str
        Items separated by ``;``: a source id, optionally ``@`` and a locator, optionally columns in brackets.

    Returns
    -------
    list of Item
        In the order written.

    Examples
    --------
    >>> parse_sources("treaty-1992@art. 4;tass-2022@[date,low]")[1]
    Item(source_id='tass-2022', locator='', columns=('date', 'low'))
    """
    items = []
    for part in cell.split(";"):
        match = _ITEM.fullmatch(part.strip())
        if match is None:
            raise CstolibError(
                f"{part!r} is not a source: write a source id, optionally a locator and columns, "
                "such as 'treaty-1992', 'treaty-1992@art. 4' or 'tass-2022@[date,low]'."
            )
        columns = tuple(name.strip() for name in (match["columns"] or "").split(",") if name.strip())
        items.append(Item(match["id"], match["locator"] or "", columns))
    return items


def source_ids(*columns: Iterable[str]) -> tuple[str, ...]:
    """List the sources named in `sources` columns: column by column, those most often named first.

    Examples
    --------
    >>> source_ids(["a@p. 1;b", "b"], ["c;b"])
    ('b', 'a', 'c')
    """
    ids: list[str] = []
    for cells in columns:
        named = Counter(item.source_id for cell in cells for item in parse_sources(cell))
        ids += [source for source, _ in named.most_common()]
    return tuple(dict.fromkeys(ids))


@dataclass(frozen=True)
class Reference:
    """One document of the table `sources`, with the places in it that are cited."""

    source: Mapping[Hashable, str]
    items: tuple[Item, ...]

    def __str__(self) -> str:
        what = [self._title()] if self._who() else []
        if self.source.get("outlet") not in (None, self._who()):
            what.append(self.source["outlet"])
        what = [self._opening(), *(_sentence(text) for text in [*what, *self._remarks()])]
        if self.source.get("url"):
            what.append(f"{self.source['url']} (read {self.source['accessed']})")
        return " ".join(what)

    def short(self) -> str:
        """Name the document in a few words: who, and when."""
        families = [author.partition(", ")[0] for author in self._authors()]
        author = families[0] + (" and others" if len(families) > 1 else "") if families else ""
        outlet = self.source.get("outlet", "")
        who = {
            "treaty": self.source.get("title_en", self.source["title"]),  # not the site that holds a copy
            "official": outlet or author,
            "news": outlet or author,
        }.get(self.source["type"], author or outlet) or self.source["title"]
        date = self._date()
        return f"{who} ({date})" if date else who

    def csl(self) -> dict[str, Any]:
        """Describe the document as one CSL-JSON item."""
        source = self.source
        item: dict[str, Any] = {
            "id": source["source_id"],
            "type": _CSL_TYPES[source["type"]],
            "title": source["title"],
            "accessed": _date_parts(source["accessed"]),
        }
        if source.get("author"):
            item["author"] = [_name(author) for author in self._authors()]
        if self._date():
            item["issued"] = _date_parts(self._date())
        if source.get("outlet"):
            item["publisher" if item["type"] in ("report", "dataset") else "container-title"] = source[
                "outlet"
            ]
        for column, key in (("language", "language"), ("url", "URL")):
            if source.get(column):
                item[key] = source[column]
        if remarks := "; ".join(self._remarks()):
            item["note"] = remarks
        return item

    def _opening(self) -> str:
        return f"{self._who() or self._title()} ({self._date() or 'no date'})."

    def _who(self) -> str:
        """Give who answers for the document; a treaty is its parties' own, not that of who holds a copy."""
        holder = "" if self.source["type"] == "treaty" else self.source.get("outlet", "")
        return self.source.get("author") or holder

    def _authors(self) -> list[str]:
        return [author.strip() for author in self.source.get("author", "").split(";") if author.strip()]

    def _title(self) -> str:
        """Give the title as printed, and in English where it is not."""
        english = self.source.get("title_en")
        return f"{self.source['title']} [{english}]" if english else self.source["title"]

    def _date(self) -> str:
        """Give the date no more exactly than it is known."""
        return as_known(self.source.get("date", ""), self.source.get("date_precision", ""))

    def _remarks(self) -> list[str]:
        """List where in the document to look, and what a reader should know of it."""
        places = [
            " ".join(filter(None, [item.locator, f"(for {', '.join(item.columns)})" if item.columns else ""]))
            for item in self.items
        ]
        cited = "; ".join(dict.fromkeys(filter(None, places)))
        remarks = [f"Cited: {cited}"] if cited else []
        affiliation = {"yes": "State-affiliated outlet", "partly": "Partly state-affiliated outlet"}
        remarks.extend(filter(None, [affiliation.get(self.source.get("state_affiliated", ""))]))
        return remarks


@dataclass(frozen=True)
class References:
    """Documents, each once, by their ids in alphabetical order. Print it, or hand `csl()` to Zotero."""

    references: tuple[Reference, ...]

    def __len__(self) -> int:
        return len(self.references)

    def __iter__(self) -> Iterator[Reference]:
        return iter(self.references)

    def __str__(self) -> str:
        return "\n".join(f"[{reference.source['source_id']}] {reference}" for reference in self) or NOTHING

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        items = "".join(
            f"<li>{_link(str(reference), reference.source.get('url'))}</li>" for reference in self
        )
        return f"<ul>{items}</ul>" if items else f"<p>{NOTHING}</p>"

    def short(self) -> str:
        """Name the documents on one line, as under a figure."""
        return "; ".join(dict.fromkeys(reference.short() for reference in self))

    def csl(self) -> list[dict[str, Any]]:
        """Describe the documents as CSL-JSON, for Zotero and other reference managers."""
        return [reference.csl() for reference in self]


def cite(what: object, key: str | None = None) -> References:
    """Give the sources of a table, a row, some rows, a figure, or one document.

    Parameters
    ----------
    what : str, list of str, pandas.Series, pandas.DataFrame or Figure
        The name of a table, one or several ids of sources, rows with a `sources` column, that column itself,
        or a figure.
    key : str, optional
        With the name of a table: the primary key of one row; parts of a composite key joined by ``|``.

    Returns
    -------
    documents : References
        Readable when printed; `csl()` gives CSL-JSON.

    Examples
    --------
    >>> references = cite("membership", "uzb-1992-signed")
    >>> len(references) >= 1
    True
    >>> cite("membership", "uzb-1992-sined")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: ... Did you mean 'uzb-1992-signed'? ...
    """
    if key is not None and not isinstance(what, str):
        raise CstolibError(
            "A key goes with the name of a table, such as cite('membership', 'uzb-1992-signed')."
        )
    if isinstance(what, str):
        return _resolve(_cells_by_name(what, key))
    if isinstance(what, pd.DataFrame):
        return _resolve(getattr(what, "source_ids", ()) or _cells(what))
    if isinstance(what, pd.Series):
        rows = what.to_frame()  # a column of a table, otherwise one of its rows
        return _resolve(_cells(rows if what.name in CITING else rows.T))
    sources = what if isinstance(what, (list, tuple)) else getattr(what, "sources", None)
    if not isinstance(sources, (tuple, list)):
        raise CstolibError(
            f"Nothing to cite in {type(what).__name__}: give the name of a table, the id of a source, "
            "rows with a 'sources' column, or a figure."
        )
    return _resolve(map(str, sources))


def _cells_by_name(name: str, key: str | None) -> Iterable[str]:
    """List the `sources` cells of a table, of one of its rows, or the id of a source itself."""
    source = package()
    if key is None and name not in source.resources:
        return [known("table or source", name, {*source.resources, *source.raw("sources")["source_id"]})]
    resource, rows = source.resource(name), source.raw(name)
    if key is not None:
        keys = source.keys(name)
        rows = rows[keys == known(f"row of {name}", key, keys)]
    if "sourceIds" in resource:  # open data: one origin for all rows
        return cast("list[str]", resource["sourceIds"])
    return _cells(rows)


def _cells(rows: pd.DataFrame) -> Iterable[str]:
    for column in CITING:
        if column in rows.columns:
            return [str(cell) for cell in rows[column].dropna()]
    raise CstolibError(
        f"These rows have no 'sources' column (they have: {brief(list(rows.columns))}): "
        "cite the table they were computed from, by its name."
    )


def _resolve(cells: Iterable[str]) -> References:
    """Look up every item once, and keep the places cited."""
    source = package()
    raw = source.raw("sources").mask(source.missing("sources")).set_index("source_id", drop=False)
    items: dict[str, list[Item]] = {}
    for cell in cells:
        for item in parse_sources(cell):
            items.setdefault(known("source", item.source_id, raw.index), []).append(item)
    documents = {
        str(row["source_id"]): row.dropna().to_dict() for _, row in raw.loc[sorted(items)].iterrows()
    }
    return References(
        tuple(Reference(documents[source_id], tuple(items[source_id])) for source_id in documents)
    )


def _date_parts(date: str) -> dict[str, list[list[int]]]:
    return {"date-parts": [[int(part) for part in date.split("-")]]}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _name(author: str) -> dict[str, str]:
    """Split ``Family, Given``; anything else is an institution."""
    family, comma, given = author.partition(", ")
    return {"family": family, "given": given} if comma else {"literal": author}


def _link(text: str, url: str | None) -> str:
    html = escape(text)
    return html.replace(escape(url), f'<a href="{escape(url)}">{escape(url)}</a>') if url else html
