"""Three shocks of 2014 to 2016: what explanations expect of the members, and what their codes say.

Codes come from the table `positions`, groups from `stances` and `votes`; which explanation expects what is
said here, and is ours.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from cstolib import theme
from cstolib.atlas.matrix import PARTY
from cstolib.atlas.positions import CODES, positions_long
from cstolib.data import Table, load
from cstolib.errors import known

ARMENIAN = ("line-of-contact-2014-15", "april-war-2016")
SHOCKS = ("line-of-contact-2014-15", "su24-2015", "april-war-2016")


class Idea(NamedTuple):
    """An explanation: the group it makes, where it speaks, and whether the group should lean up or down."""

    label: str
    group: str
    others: str
    shocks: tuple[str, ...]
    higher: bool
    expects: str


IDEAS = {
    "kinship": Idea(
        "Kinship of language",
        "In the Turkic Council",
        "Not in it",
        SHOCKS,
        higher=False,
        expects="Members of the Turkic Council back the one in trouble less, as the adversary is in it too.",
    ),
    "faith": Idea(
        "Community of faith",
        "In the Islamic organisation",
        "Not in it",
        SHOCKS,
        higher=False,
        expects=(
            "Members of the Organisation of Islamic Cooperation back the one in trouble less, as the "
            "adversary is in it too."
        ),
    ),
    "bases": Idea(
        "Dependence on Russia",
        "Host a Russian base",
        "Host none",
        ("su24-2015",),
        higher=True,
        expects="Who hosts Russian troops needs Russia most, fears to be left by it, and backs it more.",
    ),
    "vote": Idea(
        "An old choice",
        "Voted no in 2008",
        "Abstained or absent",
        ARMENIAN,
        higher=True,
        expects="Who voted beside Armenia on resolution 62/243 backs it more later.",
    ),
}


def idea_group(idea: str) -> list[str]:
    """List the members that an explanation puts into its group, read from the tables.

    Parameters
    ----------
    idea : str
        ``"kinship"``, ``"faith"``, ``"bases"`` or ``"vote"``.

    Returns
    -------
    list of str
        ISO codes, in alphabetical order of the names.

    Examples
    --------
    >>> idea_group("kinship")
    ['KAZ', 'KGZ']
    """
    rows = group_rows(idea)
    return [iso3 for iso3 in theme.MEMBERS if iso3 in set(rows["iso3"])]


def group_rows(idea: str) -> pd.DataFrame:
    """Give the rows of the tables on which a group rests."""
    known("explanation", idea, IDEAS)
    if idea == "vote":
        votes: pd.DataFrame = load("votes").query("resolution == 'A/RES/62/243' and vote == 'no'")
        return votes.assign(sources="un-digital-library-roll-calls@62/243")
    about, value = {
        "kinship": ("Turkic Council, with", "yes"),
        "faith": ("Organisation of Islamic Cooperation", "yes"),
        "bases": ("Russian forces on its territory", "base with troops"),
    }[idea]
    table = load("stances")
    rows: pd.DataFrame = table[table["about"].str.startswith(about) & (table["value"] == value)]
    return rows[rows["crisis_id"].isin(SHOCKS)]


def support_rows(idea: str = "kinship", codes: str = "said") -> Table:
    """List the codes of the shocks for which an explanation speaks, by its groups.

    Parameters
    ----------
    idea : str, optional
        One of the explanations, such as ``"kinship"``.
    codes : str, optional
        ``"said"`` for words, ``"did"`` for deeds.

    Returns
    -------
    Table
        `crisis_id`, `crisis`, `group`, `state`, `iso3`, `code` (missing where nothing was found), `meaning`,
        `confidence` and `sources`; the party itself is left out.

    Examples
    --------
    >>> support_rows("bases")["code"].to_list()
    [2, 0, 1, 2, 0]
    """
    known("explanation", idea, IDEAS)
    group = idea_group(idea)
    rows = positions_long(IDEAS[idea].shocks, codes)
    rows = rows[rows["meaning"] != PARTY]
    inside = rows["iso3"].isin(group)
    named = inside.map({True: IDEAS[idea].group, False: IDEAS[idea].others})
    rows = rows.assign(group=named).reset_index(drop=True)
    columns = ["crisis_id", "crisis", "group", "state", "iso3", "code", "meaning", "confidence", "sources"]
    note = "A missing code means that nothing was found: it is neither silence nor zero."
    return Table(rows[columns], f"{CODES[codes]}: {IDEAS[idea].label}", note)


def group_means(idea: str = "kinship", codes: str = "said") -> Table:
    """Compute the mean code of each group in each shock.

    Parameters
    ----------
    idea : str, optional
        One of the explanations, such as ``"kinship"``.
    codes : str, optional
        ``"said"`` for words, ``"did"`` for deeds.

    Returns
    -------
    Table
        `crisis_id`, `crisis`, `group`, `n` codes, `mean` (missing without a code) and `not_found`: states
        for which nothing was found.

    Examples
    --------
    >>> group_means("kinship").query("crisis_id == 'su24-2015'")["mean"].round(2).to_list()
    [1.5, 0.67]
    """
    rows, names = support_rows(idea, codes), IDEAS[known("explanation", idea, IDEAS)]
    table = [
        {
            "crisis_id": crisis,
            "crisis": some["crisis"].iloc[0],
            "group": group,
            "n": int(here["code"].count()),
            "mean": float(here["code"].astype("Float64").mean()) if here["code"].count() else pd.NA,
            "not_found": ", ".join(here.loc[here["code"].isna(), "state"]),
        }
        for crisis, some in rows.groupby("crisis_id", sort=False)
        for group in (names.group, names.others)
        for here in [some[some["group"] == group]]
    ]
    note = "A mean of so few codes is a summary, not an estimate: look at the codes behind it."
    frame = pd.DataFrame(table).astype({"mean": "Float64"})
    return Table(frame, f"{CODES[codes]}, mean by group: {names.label}", note)


def verdicts(idea: str, codes: str = "said") -> list[tuple[str, str]]:
    """Say for each shock whether the two means lie as the explanation expects.

    Examples
    --------
    >>> verdicts("kinship")[1]
    ('Su-24 shot down, 2015', 'the other way round')
    """
    result = []
    for crisis, some in group_means(idea, codes).groupby("crisis", sort=False):
        inside, others = some["mean"]
        if pd.isna(inside) or pd.isna(others):
            word = "cannot be said"
        elif inside == others:
            word = "no difference"
        else:
            word = "as expected" if (inside > others) == IDEAS[idea].higher else "the other way round"
        result.append((str(crisis), word))
    return result
