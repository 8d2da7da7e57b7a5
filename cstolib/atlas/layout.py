"""How the many columns of a card's headings are brought into few, on the page and in the notebook alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from cstolib.atlas.parts import Part

# Of each heading: what stands above a column, the column that leads, and those told below it by name.
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "Steps": {
        "When": ("on the spot",),
        "Hours since hour zero": ("hours since hour zero",),
        "Step": ("step",),
        "Sources": ("sources",),
    },
    "Requests": {
        "When": ("date",),
        "Who asked whom": ("who asked", "whom"),
        "Article": ("article", "basis named"),
        "For what": ("asked for", "to know"),
        "Sources": ("sources",),
    },
    "Responses": {
        "When": ("date",),
        "Who acted": ("who acted", "body of the treaty or the CSTO"),
        "What": ("form", "what was said or done", "to know"),
        "How": ("answers", "names an adversary", "decided by"),
        "Sources": ("sources",),
    },
    "Attribution": {"In the act": ("in the act",), "Acts": ("acts",), "Whose": ("whose",)},
    "Positions, said and done": {
        "State": ("state", "towards"),
        "Said": ("said",),
        "Did": ("did", "stayed away"),
        "Evidence": ("evidence", "when", "how sure", "to know"),
        "Sources": ("sources",),
    },
    "Contributions": {
        "Whose": ("whose",),
        "Soldiers": ("soldiers", "counted by", "as of"),
        "There": ("arrived", "left"),
        "To know": ("to know",),
        "Sources": ("sources",),
    },
    "Casualties": {
        "Whose": ("whose", "what", "of whom"),
        "Number": ("number",),
        "Counted by": ("counted by", "as of"),
        "To know": ("to know",),
        "Sources": ("sources",),
    },
    "Disagreements between sources": {
        "About": ("about",),
        "Value": ("value", "stands in the table"),
        "Who says so": ("says",),
        "Why, or why not": ("why, or why not",),
    },
}


def compact(part: Part) -> pd.DataFrame:
    """Bring the rows of one heading into its few columns, as texts.

    Examples
    --------
    >>> from cstolib.atlas.parts import card_parts
    >>> compact(card_parts("osh-2010")[1]).columns.to_list()
    ['When', 'Who asked whom', 'Article', 'For what', 'Sources']
    """
    rows = [
        {heading: _told(row, columns) for heading, columns in COLUMNS[part.title].items()}
        for row in part.shown().to_dict("records")
    ]
    return pd.DataFrame(rows)


def _told(row: dict[object, str], columns: tuple[str, ...]) -> str:
    """Write the leading column, and after it the others with their names.

    Examples
    --------
    >>> _told({"form": "mission", "to know": "One source."}, ("form", "to know"))
    'mission. To know: One source.'
    """
    parts = [
        row[columns[0]],
        *(f"{name[0].upper()}{name[1:]}: {row[name]}" for name in columns[1:] if row[name]),
    ]
    return " ".join(text if text.endswith(".") else f"{text}." for text in parts) if parts[1:] else parts[0]
