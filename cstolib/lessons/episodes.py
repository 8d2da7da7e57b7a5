"""Five episodes of 1992 to 2000: who asked, who acted in whose name, and with what.

Which rows of the tables belong to which episode, and in whose name an act was done, is coded here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.controls import OneOf
from cstolib.data import Table, facts_as_of, load, package
from cstolib.dates import as_known
from cstolib.errors import known
from cstolib.explorers import Explorer, Words
from cstolib.figure import Figure
from cstolib.html import html_table


class Episode(NamedTuple):
    """A crisis, or some years of one, and whether the treaty was in force in them."""

    crisis: str
    when: str
    in_force: bool


EPISODES = {
    "tajik-1992": Episode("tajik-civil-war", "1992", in_force=False),
    "tajik-1993": Episode("tajik-civil-war", "1993", in_force=False),
    "tajik-1994": Episode("tajik-civil-war", "1994 to 1997", in_force=True),
    "batken-1999": Episode("batken-1999", "1999", in_force=True),
    "batken-2000": Episode("batken-2000", "2000", in_force=True),
}
# What goes into which box: table (if none, `responses`) and key, without the crisis with which it begins.
CODED = {
    ("tajik-1992", "CIS"): "requests:tjk-cis-1992 cis-1992-10-09",
    ("tajik-1992", "Russia"): "contributions:rus-1992",
    ("tajik-1992", "Uzbekistan"): "positions:UZB",
    ("tajik-1992", "others"): "four-states-1992-09-04 contributions:kaz-1992",
    ("tajik-1993", "CIS"): "cis-1993-01-22 cis-1993-09-24",
    ("tajik-1993", "Russia"): "positions:RUS",
    ("tajik-1993", "Uzbekistan"): "positions:UZB",
    ("tajik-1993", "others"): "requests:rus-1993-08-07 five-presidents-1993-08-07",
    ("tajik-1994", "CIS"): "requests:tjk-cis-1996-01-19 cis-1994-04-15 cis-1996-01-19",
    ("tajik-1994", "Russia"): "contributions:rus-1995 contributions:rus-1996",
    ("tajik-1994", "Uzbekistan"): "positions:UZB",
    ("batken-1999", "CIS"): "cis-defence-ministers",
    ("batken-1999", "treaty"): "cst-1999-10-02",
    ("batken-1999", "Russia"): "requests:kgz-rus-1999-08-31 rus-1999-08-31 materiel-1999-09",
    ("batken-1999", "Uzbekistan"): "requests:kgz-uzb-1999-08-15 materiel-1999-09 timeline:strike-tajikistan",
    ("batken-1999", "others"): "osh-headquarters materiel-1999-09",
    ("batken-2000", "treaty"): "csc-2000-10-11",
    ("batken-2000", "Russia"): "requests:uzb-rus-2000-08-28 requests:kgz-rus-2000-08-29 rus-2000-08-29",
    ("batken-2000", "others"): "bishkek-2000-08-20",
}
BOXES = ("CIS", "treaty", "Russia", "Uzbekistan", "others")  # in whose name
FORMS = {  # word, shape and colour of a mark, from asking to sending forces
    "request": ("asked", "triangle-right", theme.INK),
    "statement": ("statement", "circle", "#4f86ab"),
    "consultation": ("consultation", "diamond", "#2f6690"),
    "mission": ("mission", "cross", "#5d7f1e"),
    "materiel": ("materiel", "square", "#b5660b"),
    "deployment": ("forces", "triangle-up", "#7d2313"),
}
HEDGED = {"batken-1999-cst-1999-10-02"}  # told with reserve by the very reports that tell of it


def acts(episode: str | None = None) -> Table:
    """List what was asked and what was done in the five episodes.

    Parameters
    ----------
    episode : str, optional
        Such as ``"batken-1999"``; without it, all.

    Returns
    -------
    Table
        One row per request or act and box: `episode`, `box` (in whose name; of a request: who was asked),
        `form`, `hedged`, `date`, `what`, `row` (table and key) and `sources`.

    Examples
    --------
    >>> acts("batken-1999").query("box == 'treaty'")[["form", "hedged", "date"]].to_dict("records")
    [{'form': 'materiel', 'hedged': True, 'date': '1999-10-02'}]
    """
    rows = _acts()
    if episode is not None:
        rows = rows[rows["episode"] == known("episode", episode, EPISODES)]
    note = "The boxes are our coding, one coder. A delivery by several states stands in the box of each."
    return Table(rows, "Requests and acts of the episodes", note)


@lru_cache(maxsize=1)
def _acts() -> pd.DataFrame:
    items = [(*place, item) for place, items in CODED.items() for item in items.split()]
    return pd.DataFrame([_act(episode, box, *item.rpartition(":")[::2]) for episode, box, item in items])


def _act(episode: str, box: str, table: str, part: str) -> dict[str, Any]:
    crisis, table = EPISODES[episode].crisis, table or "responses"
    key = f"{crisis}|{part}|TJK" if table == "positions" else f"{crisis}-{part}"
    row = load(table).loc[(package().keys(table) == key).to_numpy()].iloc[0]
    date = {"timeline": "when", "contributions": "as_of"}.get(table, "date")
    dated = table != "positions" and not pd.isna(row[date])  # the date of a position is that of its words
    return {
        "episode": episode,
        "box": box,
        "form": {"responses": row.get("form"), "requests": "request"}.get(table, "deployment"),
        "hedged": key in HEDGED,
        "date": as_known(f"{row[date]:%Y-%m-%d}", row[f"{date}_precision"]) if dated else "",
        "what": _what(table, row),
        "row": f"{table}: {key}",
        "sources": row["sources"],
    }


def _what(table: str, row: pd.Series[Any]) -> str:
    """Say in words what a row tells, from the column of its table that does."""
    names = load("states").set_index("iso3")["name"]
    if table == "responses":
        return str(row["detail"])
    if table == "timeline":
        return f"{row['headline']}."
    if table == "positions":
        return str(row["paraphrase"]).partition("Did: ")[2]
    if table == "requests":
        basis = "not known" if pd.isna(row["basis"]) else str(row["basis"]).replace("none named", "none")
        caution = "" if pd.isna(row["note"]) else f" Note: {row['note']}"
        return f"{names[row['requester']]} asks: {row['asked_for']}. Basis named: {basis}.{caution}"
    more = " or more" if pd.isna(row["troops_high"]) else ""
    return f"{names[row['iso3']]}: {row['troops_low']:,} soldiers{more}. {row['note']}"


def _nothing(episode: str, box: str) -> str:
    return "none found" if box != "treaty" or EPISODES[episode].in_force else "not in force"


@lru_cache
def _name(episode: str) -> str:
    name = load("crises").set_index("crisis_id").loc[EPISODES[episode].crisis, "name"]
    return f"{str(name).removesuffix(EPISODES[episode].when).strip()}, {EPISODES[episode].when}"


def episodes_grid(episode: str | None = None) -> Figure:
    """Draw who acted in whose name in the five episodes, and with what.

    Parameters
    ----------
    episode : str, optional
        The episode to stand out, such as ``"batken-1999"``.

    Returns
    -------
    Figure
        One row per episode, one column per actor; a mark and a word for each form of act.

    Examples
    --------
    >>> episodes_grid().table["box"].nunique()
    5
    """
    episode = episode and known("episode", episode, EPISODES)
    table = acts()
    cells = _cells()
    said = [
        f"{_name(str(name))}: {'; '.join(row['box'] + ', ' + row['text'])}."
        for name, row in cells.groupby("episode", sort=False)
    ]
    return Figure(
        chart=_chart(cells, episode),
        title="Who acted in whose name, and with what",
        subtitle=(
            "Requests (hollow arrows, in the column of the one asked) and acts, by form; \u00d72: twice. "
            "Others: other states, or several together, outside both CIS and treaty."
        ),
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("responses"),
        note=(
            "Our coding, one coder. None found: in our sources, which is no proof that nothing was done. "
            "The materiel of the treaty is drawn hollow because its sources hedge it: one report writes that "
            "the decision “is purported to have” been made, the other that only Russia had agreed. "
            "Forces: air strikes too. In 2000 Uzbekistan was itself attacked."
        ),
        table=table,
        alt=f"Grid of five episodes and five actors. {' '.join(said)}",
    )


LEFT, WIDTH, HEAD, LINE, PAD = 112, 119, 30, 19, 12  # pixels


@lru_cache(maxsize=1)
def _cells() -> pd.DataFrame:
    """Gather the acts of one form in one cell into one mark; say where nothing was found."""
    table, rows = _acts(), list[dict[str, Any]]()
    for name in EPISODES:
        for box in BOXES:
            here = table[(table["episode"] == name) & (table["box"] == box)]
            forms = [form for form in FORMS if form in set(here["form"])]
            empty = {"episode": name, "box": box, "form": "", "line": 0, "hollow": False, "told": ""}
            rows += [] if forms else [{**empty, "text": _nothing(name, box), "source": ""}]
            for line, form in enumerate(forms):
                some = here[here["form"] == form]
                times = f" \u00d7{len(some)}" if len(some) > 1 else ""
                hedged = bool(some["hedged"].all())
                rows.append(
                    {"episode": name, "box": box, "form": form, "line": line, "source": cite(some).short()}
                    | {"text": FORMS[form][0] + times + (", hedged" if hedged else "")}
                    | {"told": " ".join(some["what"]), "hollow": hedged or form == "request"}
                )
    return pd.DataFrame(rows)


def _chart(cells: pd.DataFrame, episode: str | None) -> alt.LayerChart:
    heights = cells.groupby("episode", sort=False)["line"].max().clip(lower=1).add(1) * LINE + PAD
    tops = (heights.cumsum() - heights + HEAD).to_dict()
    width, height = LEFT + WIDTH * len(BOXES), HEAD + int(heights.sum())
    left = {box: LEFT + WIDTH * place for place, box in enumerate(BOXES)}
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    colour = cells["form"].map({form: look[2] for form, look in FORMS.items()})
    cells = cells.assign(
        label=cells["episode"].map(_name),
        x=cells["box"].map(left) + 14,
        y=cells["episode"].map(tops) + LINE * (cells["line"] + 0.5) + PAD / 2,
        faded=(cells["episode"] != episode) & (episode is not None),
        shape=cells["form"].map({form: look[1] for form, look in FORMS.items()}),
        stroke=colour,
        fill=colour.mask(cells["hollow"], theme.PAPER),
    )
    cells["says"] = cells["label"] + ", " + cells["box"] + ": " + cells["text"]
    opacity = alt.when(alt.datum.faded).then(alt.value(0.4)).otherwise(alt.value(1))
    band = pd.DataFrame([{"x": left["treaty"], "x2": left["Russia"], "y": 0, "y2": height}])
    rules = pd.DataFrame([{"x": 0, "x2": width, "y": top} for top in tops.values()])
    heads = pd.DataFrame([{"x": at + 6, "text": box[0].upper() + box[1:]} for box, at in left.items()])
    heads = heads.assign(y=HEAD / 2, faded=False)
    names = cells.drop_duplicates("episode").assign(x=0)
    names["text"] = names["label"].str.replace(", ", "\n")
    titles = {"label": "Episode", "box": "In whose name", "text": "Form", "told": "What", "source": "Source"}
    some, none = cells[cells["form"] != ""], cells[cells["form"] == ""]

    def words(rows: pd.DataFrame, **mark: Any) -> Any:  # what Altair's `encode` gives back
        text = alt.Chart(rows[["x", "y", "text", "faded"]])
        text = text.mark_text(align="left", lineBreak="\n", lineHeight=16, aria=False, **mark)
        return text.encode(x=x, y=y, text="text:N", opacity=opacity)

    marks = alt.Chart(some[["x", "y", "faded", "says", "shape", "stroke", "fill", *titles]])
    shape, stroke = alt.Shape("shape:N", scale=None), alt.Stroke("stroke:N", scale=None)
    fill = alt.Fill("fill:N", scale=None)
    tips = [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]
    marks = marks.mark_point(size=95, strokeWidth=1.6)
    return alt.LayerChart(
        layer=[
            alt.Chart(band).mark_rect(color="#f1f3f5", aria=False).encode(x=x, x2="x2:Q", y=y, y2="y2:Q"),
            alt.Chart(rules).mark_rule(color=theme.PALE, aria=False).encode(x=x, x2="x2:Q", y=y),
            words(heads, fontWeight=600, fontSize=13),
            words(names, fontWeight=600),
            words(some, dx=12),
            words(none, dx=-8, fontStyle="italic", color=theme.MUTED),
            marks.encode(shape, stroke, fill, x=x, y=y, opacity=opacity, description="says:N", tooltip=tips),
        ]
    ).properties(width=width, height=height)


@dataclass(frozen=True, eq=False)
class Card(Words):
    """One episode on one card: a row for each request and act, and for each box without one."""

    rows: pd.DataFrame = field(default_factory=pd.DataFrame)

    def bundle(self) -> dict[str, str]:
        """Give the card as MIME bundle."""
        lines = ["; ".join(filter(None, row)) for row in self.rows.to_numpy()]
        html = html_table(self.rows, self.heading)
        return {"text/html": html, "text/plain": "\n".join([self.heading, *lines])}

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.bundle()


def episode_card(episode: str) -> Card:
    """Put requests, legal basis, acts and sources of one episode on one card.

    Examples
    --------
    >>> episode_card("tajik-1993").rows.set_index("in whose name").loc["treaty", "form"]
    'not in force'
    """
    table = acts(episode)
    table["asked"] = table["form"] == "request"
    rows = [
        {
            "in whose name": ("request to " if some["asked"].all() else "") + ", ".join(some["box"]),
            "form": FORMS[some["form"].iloc[0]][0] + (", hedged" if some["hedged"].all() else ""),
            "date": some["date"].iloc[0],
            "what, and on what basis": some["what"].iloc[0],
            "sources": cite(some).short(),
        }
        for _, some in table.sort_values("asked", ascending=False, kind="stable").groupby("row", sort=False)
    ]
    acted = set(table.loc[~table["asked"], "box"])
    empty = {"date": "", "what, and on what basis": "", "sources": ""}
    rows += [
        {"in whose name": box, "form": _nothing(episode, box), **empty} for box in BOXES if box not in acted
    ]
    return Card(_name(episode), (), rows=pd.DataFrame(rows))


def explore_episodes() -> EpisodeExplorer:
    """Choose an episode: its card, and its row in the grid.

    Examples
    --------
    >>> explore_episodes().code()
    ('episode_card("batken-1999")', 'episodes_grid("batken-1999")')
    """
    return EpisodeExplorer()


class EpisodeExplorer(Explorer):
    """One episode at a time."""

    def __init__(self) -> None:
        super().__init__()
        names = {name: _name(name) for name in EPISODES}
        self.episode = OneOf(names, lambda: self.redraw(figure=True), value="batken-1999")
        self.arrange("Choose an episode", *self.episode.boxes.values())

    def code(self) -> tuple[str, ...]:
        """Write the calls that give what is shown."""
        return f'episode_card("{self._chosen()}")', f'episodes_grid("{self._chosen()}")'

    def words(self) -> Words:
        """Give the card of the chosen episode."""
        return episode_card(self._chosen())

    def figure(self) -> Figure:
        """Draw the grid with the chosen episode standing out."""
        return episodes_grid(self._chosen())

    def _chosen(self) -> str:
        return self.episode.value or "batken-1999"
