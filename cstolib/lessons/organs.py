"""The organs and forces of the organisation as one diagram, composed from the tables."""

from __future__ import annotations

from textwrap import wrap
from typing import NamedTuple

import altair as alt
import pandas as pd

from cstolib import theme
from cstolib.citations import cite, source_ids
from cstolib.data import facts_as_of, load
from cstolib.figure import Figure

__all__ = ["organs_and_forces"]


class Box(NamedTuple):
    """One box: its tier, its left edge and width in pixels, its label and role, and its rows.

    ``rows`` are keys of the table `bodies`, or names of the table `forces`. The label is a short form of the
    name there, the role of what stands there in full.
    """

    tier: int
    left: int
    width: int
    label: str
    role: str
    rows: tuple[str, ...]


# The heading of each tier, and where its boxes begin and end, in pixels from the top.
TIERS = (
    ("Decides, by consensus", 18, 76),
    ("Advise and carry out", 118, 180),
    ("Administer and plan", 222, 302),
    ("Units kept ready: no standing army", 354, 452),
    ("Stands beside", 18, 76),
)
HOME = 3
ORGANS = (
    Box(0, 0, 447, "Collective Security Council",
        "heads of the member states; how to help an attacked member", ("collective-security-council",)),
    Box(4, 458, 142, "Parliamentary Assembly", "common legal texts", ("parliamentary-assembly",)),
    Box(1, 0, 142, "Permanent Council", "envoys, between sessions", ("permanent-council",)),
    Box(1, 153, 142, "Council of Foreign Ministers", "foreign policy", ("council-of-foreign-ministers",)),
    Box(1, 305, 142, "Council of Defence Ministers", "forces and arms", ("council-of-defence-ministers",)),
    Box(1, 458, 142, "Committee of Secretaries", "security councils", ("committee-of-secretaries",)),
    Box(2, 0, 112, "Secretary General", "top official, answers to the Council", ("secretary-general",)),
    Box(2, 122, 112, "Secretariat", "prepares the draft budget", ("secretariat",)),
    Box(2, 244, 112, "Joint Staff", "plans the use of forces", ("joint-staff",)),
    Box(2, 366, 112, "Military Committee", "chiefs of general staffs", ("military-committee",)),
    Box(2, 488, 112, "Coordination", "drugs, disasters, migration, arms industry",
        ("coordination-council-drugs", "coordination-council-emergencies", "coordination-council-migration",
         "interstate-commission-military-economic")),
)  # fmt: skip
_TREATY_FORCE = "Collective Rapid Deployment Forces of the Central Asian region"
FORCES = (
    Box(3, 0, 112, "Rapid Reaction", "", ("CSTO Collective Rapid Reaction Forces",)),
    Box(3, 122, 112, "Rapid Deployment, Central Asia", "",
        (f"{_TREATY_FORCE} (under the Collective Security Treaty)", f"CSTO {_TREATY_FORCE}")),
    Box(3, 244, 112, "Peacekeeping", "", ("CSTO Peacekeeping Forces",)),
    Box(3, 366, 112, "Aviation", "", ("CSTO Collective Aviation Forces",)),
    Box(3, 488, 112, "Bilateral groups", "Russia with Armenia; Russia with Belarus",
        ("Joint Group of Forces of Armenia and Russia", "Regional Group of Forces of Belarus and Russia")),
)  # fmt: skip
# Who answers to whom: left, top, right, bottom in pixels.
LINES = (
    (134, 76, 134, 118),
    (224, 76, 224, 118),
    (376, 76, 376, 118),
    (430, 97, 529, 97),
    (430, 76, 430, 97),
    (529, 97, 529, 118),
    (-14, 47, 0, 47),
    (-14, 47, -14, 403),
    (-14, 261, 0, 261),
    (-14, 403, -6, 403),
    (112, 261, 122, 261),
    (330, 180, 330, 222),
    (422, 180, 422, 222),
    (300, 302, 300, 346),
)


def organs_and_forces() -> Figure:
    """Draw the organs of the organisation and the forces behind them, tier by tier.

    Returns
    -------
    Figure
        Boxes from the rows of `bodies` and `forces`; lines show who answers to whom.

    Examples
    --------
    >>> organs_and_forces().table["tier"].nunique()
    5
    """
    bodies = load("bodies").set_index("body_id")
    forces = load("forces")
    rows = []
    for box in (*ORGANS, *FORCES):
        mine = bodies.loc[list(box.rows)] if box.tier != HOME else forces[forces["name"].isin(box.rows)]
        created = mine["created"].drop_duplicates()
        role = box.role or _size(mine)
        rows.append(
            {
                "tier": TIERS[box.tier][0],
                "box": box.label,
                "stands_for": "; ".join(dict.fromkeys(mine["name"])),
                "since": f"{created.iloc[0]:%Y}" if len(created) == 1 and created.notna().all() else "",
                "role": role,
                "in_full": " ".join(dict.fromkeys(mine["decides" if box.tier != HOME else "note"].dropna())),
                "sources": ";".join(dict.fromkeys(";".join(mine["sources"]).split(";"))),
            }
        )
    table = pd.DataFrame(rows)
    says = [f"{row['box']}: {row['role']}" for row in rows]
    tiers = [
        f"{name}: {'; '.join(text for text, row in zip(says, rows, strict=True) if row['tier'] == name)}"
        for name, _, _ in TIERS
    ]
    return Figure(
        chart=_chart(table.assign(says=says)),
        title="Who decides, who advises, who plans, and whose soldiers they are",
        subtitle="Organs of the CSTO by what they may do, and the forces that members keep for it.",
        sources=source_ids(table["sources"]),
        as_of=facts_as_of("bodies"),
        note=(
            "Lines: the Council directs the four bodies of the second tier, names the Secretary General and "
            "decides on the forces; the ministers of defence have the Joint Staff and the Military Committee "
            "below them. Sizes are announcements of different years and must not be added up."
        ),
        table=table,
        alt=f"Diagram in tiers, from the top. {'. '.join(tiers)}.",
    )


def _size(counts: pd.DataFrame) -> str:
    """Say how large a force was reported to be: the latest dated count, and from where to where all go."""
    counts = counts.assign(number=counts["size_low"].fillna(counts["size_high"]))
    dated = counts.dropna(subset=["number", "as_of"]).sort_values("as_of")
    if dated.empty:
        return "strength not published"
    low, high = counts["number"].min(), counts["size_high"].fillna(counts["number"]).max()
    last = dated.iloc[-1]
    over = "over " if pd.isna(last["size_high"]) else ""
    return f"{over}{last['number']:,} in {last['as_of']:%Y}; counts from {low:,} to {high:,}"


def _chart(table: pd.DataFrame) -> alt.LayerChart:
    boxes = pd.DataFrame([*ORGANS, *FORCES])
    drawn = table.assign(
        left=boxes["left"],
        right=boxes["left"] + boxes["width"],
        middle=boxes["left"] + boxes["width"] / 2,
        top=[TIERS[tier][1] for tier in boxes["tier"]],
        bottom=[TIERS[tier][2] for tier in boxes["tier"]],
        label=[
            "\n".join(wrap(text, width // 7))
            for text, width in zip(table["box"], boxes["width"], strict=True)
        ],
        short=[
            "\n".join(wrap(text, width // 6))
            for text, width in zip(table["role"], boxes["width"], strict=True)
        ],
        source=[cite(table.iloc[[place]]).short() for place in range(len(table))],
    )
    drawn["role_top"] = drawn["top"] + 11 + 14 * (drawn["label"].str.count("\n") + 1)
    x, y = alt.Scale(domain=[-16, 608], nice=False), alt.Scale(domain=[462, 0], nice=False)
    at_y = alt.Y("top:Q", axis=None, scale=y)
    lines = pd.DataFrame(LINES, columns=["left", "top", "right", "bottom"])
    heads = pd.DataFrame(
        [
            {"words": name, "left": 458 if at == 4 else 0, "top": top - (17 if at == HOME else 9)}
            for at, (name, top, _) in enumerate(TIERS)
        ]
    )
    home = pd.DataFrame([{"left": -6, "right": 606, "top": TIERS[HOME][1] - 8, "bottom": TIERS[HOME][2] + 6}])
    layers = [
        alt.Chart(home)
        .mark_rect(fill="#f7f8fa", stroke=theme.GREY, aria=False)
        .encode(x=alt.X("left:Q", axis=None, scale=x), x2="right:Q", y=at_y, y2="bottom:Q"),
        alt.Chart(lines)
        .mark_rule(color=theme.GREY, strokeWidth=1.5, aria=False)
        .encode(x=alt.X("left:Q", axis=None, scale=x), x2="right:Q", y=at_y, y2="bottom:Q"),
    ]
    for force in (False, True):
        some = drawn[(drawn["tier"] == TIERS[HOME][0]) == force]
        mark = alt.Chart(some).mark_rect(
            fill=theme.PAPER if force else "#eef1f5",
            stroke=theme.INK,
            strokeWidth=1.2,
            cornerRadius=3,
            strokeDash=[4, 3] if force else [1, 0],
        )
        layers.append(
            mark.encode(
                x=alt.X("left:Q", axis=None, scale=x),
                x2="right:Q",
                y=at_y,
                y2="bottom:Q",
                description="says:N",
                tooltip=[
                    alt.Tooltip(f"{column}:N", title=title)
                    for column, title in {
                        "stands_for": "What", "since": "Since", "in_full": "In full", "source": "Source"
                    }.items()
                ],
            )
        )  # fmt: skip
    text = alt.Chart(drawn).encode(x=alt.X("middle:Q", axis=None, scale=x))
    layers += [
        text.mark_text(
            lineBreak="\n", baseline="top", dy=7, fontWeight=600, lineHeight=14, aria=False
        ).encode(y=at_y, text="label:N"),
        text.mark_text(lineBreak="\n", baseline="top", fontSize=11, lineHeight=13, aria=False).encode(
            y=alt.Y("role_top:Q", axis=None, scale=y), text="short:N"
        ),
        alt.Chart(heads)
        .mark_text(align="left", color=theme.MUTED, fontWeight=600, aria=False)
        .encode(x=alt.X("left:Q", axis=None, scale=x), y=at_y, text="words:N"),
    ]
    return alt.LayerChart(layer=layers).properties(width=624, height=462)
