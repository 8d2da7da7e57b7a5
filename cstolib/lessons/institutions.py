"""What each member votes, is charged and could bring: shares in common decisions, costs and capabilities."""

from __future__ import annotations

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.canvas import tooltip
from cstolib.citations import cite, source_ids
from cstolib.data import Table, facts_as_of, load, package
from cstolib.errors import CstolibError, known
from cstolib.figure import Figure
from cstolib.membership import bound_on

__all__ = ["burden_panels", "shares"]

# What is measured: unit, and the years for which the tables can answer, the default last.
MEASURES = {
    "votes": ("voices", range(2003, 2025)),
    "budget": ("per cent", (2025, 2024)),
    "GDP": ("million dollars of 2015", range(1994, 2025)),
    "armed forces": ("active personnel", range(1994, 2021)),
}
_COLUMNS = {"GDP": "gdp_musd2015", "armed forces": "armed_forces"}
_NO_BUDGET = (
    "No source gives the budget of {year} by member: shares are documented for 2024 and 2025 only, and must "
    "not be projected back. The rows of 2006 are a draft for one command, not for the organisation."
)


def shares(measure: str, year: int | None = None) -> Table:
    """Give each member's share of one measure in one year.

    Parameters
    ----------
    measure : {"votes", "budget", "GDP", "armed forces"}
        Votes are equal by our reading of the rule: each member can stop a decision. The budget is the scale
        of contributions that officials named, not what was paid.
    year : int, optional
        A year that the tables know; by default 2024, and 2020 for the armed forces.

    Returns
    -------
    Table
        One row per state bound at the end of the year: `iso3`, `state`, `measure`, `year`, `value`, `unit`,
        `share_pct`, `sources`.

    Examples
    --------
    >>> shares("budget").query("iso3 == 'RUS'")["share_pct"].to_list()
    [50.0]
    >>> shares("budget", 2010)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    cstolib.errors.CstolibError: No source gives the budget of 2010 by member: shares ...
    """
    unit, years = MEASURES[known("measure", measure, MEASURES)]
    year = years[-1] if year is None else year
    if year not in years:
        if measure == "budget":
            raise CstolibError(_NO_BUDGET.format(year=year))
        raise CstolibError(
            f"The tables do not give {measure} for {year}: choose a year from {min(years)} to {max(years)}."
        )
    table = pd.DataFrame(bound_on(f"{year}-12-31")[["iso3", "name"]]).rename(columns={"name": "state"})
    if measure == "votes":
        rules = load("provisions").query("obligation == 'decision-rule' and version == 2010")
        own = rules[rules["instrument_id"] == "csto-charter-2002"]
        table = table.assign(value=1.0, sources=own["sources"].iloc[0])
    elif measure == "budget":
        own = load("budget").query("year == @year")[["iso3", "share_pct", "sources"]]
        table = table.merge(own.rename(columns={"share_pct": "value"}), on="iso3")
    else:
        own = load("capabilities").query("year == @year")[["iso3", _COLUMNS[measure]]]
        table = table.merge(own.rename(columns={_COLUMNS[measure]: "value"}), on="iso3")
        table = table.assign(sources=";".join(package().resource("capabilities")["sourceIds"]))
    value = table["value"].astype(float)
    share = (100 * value / value.sum()).round(1)
    table = table.assign(measure=measure, year=year, value=value, unit=unit, share_pct=share)
    columns = ["iso3", "state", "measure", "year", "value", "unit", "share_pct", "sources"]
    return Table(table[columns], f"Shares of {measure}, {year}, states bound at the end of the year")


def burden_panels() -> Figure:
    """Draw what each member has in votes, is charged of the budget and could bring along.

    Returns
    -------
    Figure
        Three panels on one scale: votes, budget of 2024, capability (economy of 2024, forces of 2020).

    Examples
    --------
    >>> burden_panels().table["measure"].unique().tolist()
    ['votes', 'budget', 'GDP', 'armed forces']
    """
    table = pd.concat([pd.DataFrame(shares(measure)) for measure in MEASURES], ignore_index=True)
    row = {iso3: place for place, iso3 in enumerate(dict.fromkeys(table["iso3"]))}
    offset = {"GDP": (3, 18), "armed forces": (22, 37)}
    drawn = table.assign(
        top=[row[r["iso3"]] * 46 + offset.get(r["measure"], (9, 31))[0] for r in table.to_dict("records")],
        bottom=[row[r["iso3"]] * 46 + offset.get(r["measure"], (9, 31))[1] for r in table.to_dict("records")],
        text=table["share_pct"].map("{:.1f}".format).str.removesuffix(".0") + " %",
        tag=table["measure"].map({"GDP": "  GDP", "armed forces": "  forces"}).fillna(""),
        what=table["measure"] + table["year"].map(" {}".format).where(table["measure"] != "votes", ""),
        zero=0,
        source=[cite(table.iloc[[place]]).short() for place in range(len(table))],
    )
    drawn = drawn.assign(
        says=drawn["state"] + ", " + drawn["what"] + ": " + drawn["text"],
        label=drawn["text"] + drawn["tag"],
        middle=drawn[["top", "bottom"]].mean(axis=1),
    )
    panels = [
        _panel(drawn[drawn["measure"] == "votes"], "Votes", "equal: each can say no", labels=True),
        _panel(drawn[drawn["measure"] == "budget"], "Budget 2024", "as charged, not as paid"),
        _panel(drawn[drawn["measure"].isin(offset)], "Capability", "GDP 2024 filled; forces 2020 hollow"),
    ]
    lines = [
        f"{what}: {', '.join(part['state'] + ' ' + part['text'])}"
        for what, part in drawn.groupby("what", sort=False)
    ]
    return Figure(
        chart=alt.hconcat(*panels, spacing=14),
        title="What each member votes, is charged and could bring",
        subtitle=(
            "Share of the six members' total, in per cent, on one scale. Capability: gross domestic product "
            "in dollars of 2015, and active armed forces including paramilitary ones."
        ),
        sources=source_ids(table["sources"]),
        as_of=_as_of("budget"),
        note=(
            "Budget shares are documented for 2024 and 2025 only and must not be projected back. Armed "
            "forces are not in the data after 2020. Equal votes are our reading of the consensus rule; "
            "a member long in debt can lose its vote."
        ),
        table=table,
        alt=f"Bars for six members in three panels, as shares of the total. {'. '.join(lines)}.",
    )


def _panel(rows: pd.DataFrame, title: str, subtitle: str, *, labels: bool = False) -> alt.LayerChart:
    """Draw one column of bars; the first also names the rows."""
    height = 46 * rows["iso3"].nunique()
    height_scale = alt.Scale(domain=[height, 0], nice=False)
    y = alt.Y("top:Q", axis=None, scale=height_scale)
    width_scale = alt.Scale(domain=[0, 128], nice=False)
    x = alt.X("share_pct:Q", axis=None, scale=width_scale)
    states = list(dict.fromkeys(rows["iso3"]))
    palette = alt.Scale(domain=states, range=[theme.look(iso3).colour for iso3 in states])
    layers = []
    for hollow in (False, True):
        some = rows[(rows["measure"] == "armed forces") == hollow]
        if some.empty:
            continue
        mark = alt.Chart(some).mark_rect(strokeWidth=1.4, fillOpacity=0 if hollow else 1)
        layers.append(
            mark.encode(
                y=y,
                y2="bottom:Q",
                x=alt.X("zero:Q", axis=None, scale=width_scale),
                x2="share_pct:Q",
                color=alt.Color("iso3:N", scale=palette, legend=None),
                stroke=alt.Stroke("iso3:N", scale=palette, legend=None),
                description="says:N",
                tooltip=tooltip(state="State", what="Measure", text="Share", source="Source"),
            )
        )
        text = alt.Chart(some).mark_text(align="left", dx=5, aria=False)
        layers.append(text.encode(x=x, y=alt.Y("middle:Q", axis=None, scale=height_scale), text="label:N"))
    if labels:
        names = alt.Chart(rows).mark_text(align="right", dx=-8, fontSize=13, aria=False)
        layers.append(
            names.encode(
                x=alt.X("zero:Q", axis=None, scale=width_scale),
                y=alt.Y("middle:Q", axis=None, scale=height_scale),
                text="state:N",
            )
        )
    heading = alt.TitleParams(
        title, subtitle=subtitle, fontSize=14, subtitleFontSize=11, frame="group", offset=6
    )
    return alt.LayerChart(layer=layers).properties(width=176, height=height, title=heading)


def _as_of(table: str) -> str:
    return facts_as_of(table)
