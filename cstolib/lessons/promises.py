"""How much the texts of several alliances promise: our codes beside ATOP's, and the doors they leave open."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import Table, facts_as_of, load
from cstolib.errors import known
from cstolib.figure import Figure

# Codes of ATOP 4.01, only those compared here. Its codebook was not read; the names are the file's.
ATOP = {
    "variable": "defense offense neutral nonagg consul conditio length renounce".split(),
    "rio": (1, 0, 0, 1, 1, 1, 0, 1),
    "nato": (1, 0, 0, 1, 1, 1, 240, 0),
    "arab-joint-defence": (1, 0, 0, 1, 1, 0, 120, 0),
    "warsaw-pact": (1, 0, 0, 1, 1, 1, 240, 0),
    "cst": (1, 0, 0, 1, 1, 0, 60, 1),
    "cis-charter": (1, 0, 0, 1, 1, 0, 0, 1),
}
OURS = dict(
    zip(ATOP["variable"], "defence offence neutrality nonaggression consultation".split(), strict=False)
)

DOORS = {
    "own choice": "each ally chooses its help",
    "joint decision": "help or force waits for a decision of all or most",
    "place": "only attacks in a named region count",
    "opt-out": "some may keep out",
}
# The door that no single column holds, with the clause behind it, as `alliances` gives it.
_OPT_OUT = {
    ("cst", 2010): "Charter: a member that does not object may stand aside",
    ("rio", 1947): "Art. 20: no state need use armed force against its will",
    ("eu-42-7", 2009): "Art. 42(7): the policies of certain members are kept",
}


def atop_codes() -> Table:
    """Set our codes beside those of ATOP 4.01 for the six treaties that both have.

    Returns
    -------
    Table
        One row per treaty and ATOP variable: `atop`, and `ours` where we code the same question.

    Examples
    --------
    >>> codes = atop_codes()
    >>> codes.query("ours.notna() and ours != atop")["alliance_id"].to_list()
    ['arab-joint-defence']
    """
    ours = load("alliances").drop_duplicates("alliance_id").set_index("alliance_id")
    rows = [
        {
            "alliance_id": alliance,
            "variable": variable,
            "atop": code,
            "ours": ours.loc[alliance, OURS[variable]] if variable in OURS else None,
        }
        for alliance in sorted(set(ATOP) - {"variable"})
        for variable, code in zip(ATOP["variable"], ATOP[alliance], strict=True)
    ]
    table = pd.DataFrame(rows).astype({"atop": "Int64", "ours": "Int64"})
    note = (
        "Length in months. ATOP's codebook was not read: what a level means is taken from use, not from it."
    )
    sources = tuple(source_ids(load("alliances")["sources"], ["atop-4-01-alliances"]))
    return Table(
        table, "Codes of ATOP 4.01 and ours (version of each treaty first coded)", note, None, sources
    )


def atop_side_by_side() -> Table:
    """Set ATOP's codes of the six treaties beside each other.

    Returns
    -------
    Table
        One row per ATOP variable, one column per treaty.

    Examples
    --------
    >>> atop_side_by_side().set_index("variable").loc["conditio", ["cst", "nato"]].to_list()
    [0, 1]
    """
    codes = atop_codes()
    wide = codes.pivot(index="variable", columns="alliance_id", values="atop").loc[list(ATOP["variable"])]
    rows = pd.DataFrame(wide.rename_axis(columns=None).reset_index())
    return Table(rows, "Codes of ATOP 4.01 for six treaties", codes.note_text, None, ("atop-4-01-alliances",))


def open_doors() -> Table:
    """Count the doors that each treaty's text leaves to an ally that would rather not help.

    Returns
    -------
    Table
        One row per treaty and version with a defence clause that is fully coded: four doors (see `DOORS`),
        their number, and the rank, 1 for the fewest.

    Examples
    --------
    >>> int(open_doors().set_index(["alliance_id", "version"]).loc[("nato", 1949), "doors"])
    2
    """
    coded = load("alliances").dropna(subset="assistance")
    keys = list(zip(coded["alliance_id"], coded["version"], strict=True))
    table = pd.DataFrame(coded[["alliance_id", "version", "name", "sources"]])
    table["own choice"] = coded["assistance"] == "each-decides"
    table["joint decision"] = coded["assistance"] == "collective-decision"
    table["place"] = ~coded["geographic_limit"].str.startswith("none")
    table["opt-out"] = [key in _OPT_OUT for key in keys]
    table["doors"] = table[list(DOORS)].sum(axis=1)
    table["rank"] = table["doors"].rank(method="min").astype(int)
    order = ["alliance_id", "version", "name", *DOORS, "doors", "rank", "sources"]
    table = table[order].sort_values(["doors", "name"], ignore_index=True)
    return Table(
        table, "Doors that each text leaves open", "Our count, one coder; every door weighs the same."
    )


def promises_compared(*alliances: str) -> Figure:
    """Draw which doors the texts of some alliances leave open.

    Parameters
    ----------
    *alliances : str
        Ids of the table `alliances`, such as ``"warsaw-pact"``; without any, four of them.

    Returns
    -------
    Figure
        One row per treaty and version, the fewest doors first.

    Examples
    --------
    >>> promises_compared("cst").table["doors"].to_list()
    [1, 2]
    """
    table = open_doors()
    for name in alliances:
        known("alliance with a coded promise of help", name, set(table["alliance_id"]))
    chosen = alliances or ("arab-joint-defence", "cst", "nato", "rio")
    rows = pd.DataFrame(table[table["alliance_id"].isin(chosen)]).reset_index(drop=True)
    says = [
        f"{row['label']}: {row['doors']} ({', '.join(door for door in DOORS if row[door]) or 'none'})"
        for row in rows.assign(label=_labels(rows)).to_dict("records")
    ]
    return Figure(
        chart=_doors_chart(rows),
        title="How many doors the promise of help leaves open",
        subtitle=(
            "A door: a point at which the text lets an ally hold back. "
            + "; ".join(f"{door}: {meaning}" for door, meaning in DOORS.items())
            + "."
        ),
        sources=source_ids(rows["sources"]),
        as_of=facts_as_of("alliances"),
        note=(
            "Our count from the clauses that could be read, one coder, every door with the same weight. Of "
            "the Arab treaty the articles on councils were not read. Whether the attacked state must ask is "
            "coded for one treaty only, and so not counted. Words, not deeds."
        ),
        table=rows,
        alt=f"Dot table of treaties and four doors. Doors open: {'; '.join(says)}.",
    )


def _labels(rows: pd.DataFrame) -> list[str]:
    short = {
        "arab-joint-defence": "Arab joint defence",
        "cst": "Collective Security Treaty",
        "eu-42-7": "EU, Article 42(7)",
        "nato": "North Atlantic Treaty",
        "rio": "Rio treaty",
        "warsaw-pact": "Warsaw Pact",
    }
    return [f"{short[row['alliance_id']]}, {row['version']}" for row in rows.to_dict("records")]


def _doors_chart(rows: pd.DataFrame) -> alt.LayerChart:
    labels = _labels(rows)
    clause = load("alliances").set_index(["alliance_id", "version"])
    cells = []
    for label, row in zip(labels, rows.to_dict("records"), strict=True):
        key = (row["alliance_id"], row["version"])
        why = {
            "own choice": clause.loc[key, "assistance_clause"],
            "joint decision": clause.loc[key, "assistance_clause"],
            "place": clause.loc[key, "geographic_limit"],
            "opt-out": _OPT_OUT.get(key, "no such clause seen"),
        }
        source = cite(pd.DataFrame([row])).short()
        for door in DOORS:
            state = "open" if row[door] else "no such door"
            cells.append(
                {"label": label, "door": door, "state": state, "why": why[door], "source": source}
                | {"description": f"{label}, {door}: {state}"}
            )
    totals = pd.DataFrame(
        {"label": labels, "text": [f"{number} of {len(DOORS)}" for number in rows["doors"]]}
    )
    y = alt.Y("label:N", title=None, sort=labels, axis=alt.Axis(labelLimit=260, labelFontSize=13))
    x = alt.X("door:N", title=None, sort=list(DOORS), axis=alt.Axis(orient="top", labelAngle=0))
    states = ["open", "no such door"]

    def by_state(channel: Any, looks: list[Any]) -> Any:
        return channel("state:N", title=None, scale=alt.Scale(domain=states, range=looks))

    points = alt.Chart(pd.DataFrame(cells)).mark_point(strokeWidth=1.5, opacity=1)
    points = points.encode(
        by_state(alt.Shape, ["square", "circle"]),
        by_state(alt.Fill, [theme.INK, theme.PAPER]),
        by_state(alt.Stroke, [theme.INK, theme.GREY]),
        by_state(alt.Size, [190, 50]),
        x=x,
        y=y,
        description="description:N",
        tooltip=[
            alt.Tooltip(f"{column}:N", title=title)
            for column, title in {
                "label": "Treaty",
                "door": "Door",
                "state": "Is it there?",
                "why": "Clause",
                "source": "Source",
            }.items()
        ],
    )
    count = alt.Chart(totals).mark_text(align="left", fontWeight=600, aria=False)
    width = 440
    return alt.LayerChart(
        layer=[points, count.encode(x=alt.value(width + 12), y=y, text="text:N")]
    ).properties(width=width, height=44 * len(rows))
