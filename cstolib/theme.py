"""How every figure looks: one colour and one shape for each state, and an Altair theme.

The palette needs nothing but the standard library; Altair is loaded by :func:`enabled` only.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from cstolib.errors import known

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "cstolib"
FONT = "Helvetica, Arial, Liberation Sans, sans-serif"
WIDTH = 600

INK = "#1f2329"
MUTED = "#565d66"
GREY = "#8b929b"
PALE = "#dfe2e6"
PAPER = "#ffffff"

_CROSSED = "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z"
_STAR = "M0,-1L.25,-.34L.95,-.31L.4,.13L.59,.81L0,.42L-.59,.81L-.4,.13L-.95,-.31L-.25,-.34Z"
_HEXAGON = "M0,-1L.87,-.5L.87,.5L0,1L-.87,.5L-.87,-.5Z"
_HOURGLASS = "M-.8,-1L.8,-1L.25,0L.8,1L-.8,1L-.25,0Z"
_BOW_TIE = "M-1,-.8L0,-.25L1,-.8L1,.8L0,.25L-1,.8Z"
_UPRIGHT = "M-.35,-1L.35,-1L.35,1L-.35,1Z"
_LYING = "M-1,-.35L1,-.35L1,.35L-1,.35Z"


class Look(NamedTuple):
    """The colour and the point shape by which a state is known in every figure."""

    colour: str
    shape: str


MEMBERS = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")
FORMER = ("AZE", "GEO", "UZB")
OTHERS = ("CHN", "MDA", "TKM", "TUR", "UKR", "USA")

LOOKS = {
    "ARM": Look("#919100", "circle"),
    "BLR": Look("#126d5b", "square"),
    "KAZ": Look("#3691ff", "diamond"),
    "KGZ": Look("#ec4891", "triangle-up"),
    "RUS": Look("#6d007f", "cross"),
    "TJK": Look("#7f0000", "triangle-down"),
    "AZE": Look("#00915b", "triangle-left"),
    "GEO": Look("#a34812", "triangle-right"),
    "UZB": Look("#7f48c8", _STAR),
    "CHN": Look("#553f55", _HEXAGON),
    "MDA": Look("#bf6abf", _CROSSED),
    "TKM": Look("#943f7f", _HOURGLASS),
    "TUR": Look("#6a7f7f", _BOW_TIE),
    "UKR": Look("#6a2a2a", _UPRIGHT),
    "USA": Look("#556a3f", _LYING),
}


def look(iso3: str) -> Look:
    """Give the colour and shape of a state.

    Parameters
    ----------
    iso3 : str
        ISO 3166-1 alpha-3 code of one of the fifteen states of the course.

    Returns
    -------
    Look
        ``colour`` (hexadecimal) and ``shape`` (a Vega symbol or path).

    Examples
    --------
    >>> look("ARM").shape
    'circle'
    >>> look("ARN")
    Traceback (most recent call last):
    cstolib.errors.CstolibError: There is no state 'ARN'. Did you mean 'ARM'? Allowed: ...
    """
    return LOOKS[known("state", iso3, LOOKS)]


def config() -> dict[str, Any]:
    """Give the Vega-Lite configuration that the theme sets.

    Examples
    --------
    >>> config()["background"]
    '#ffffff'
    """
    label = {"labelColor": INK, "labelFontSize": 12, "titleColor": MUTED, "titleFontSize": 12}
    return {
        "background": PAPER,  # its own paper: a dark JupyterLab keeps readable axes
        "font": FONT,
        "padding": 12,
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "color": INK,
            "fontSize": 17,
            "fontWeight": 600,
            "lineHeight": 21,
            "subtitleColor": MUTED,
            "subtitleFontSize": 13,
            "subtitleLineHeight": 17,
            "subtitlePadding": 6,
            "offset": 14,
        },
        "axis": {
            **label,
            "titleFontWeight": "normal",
            "grid": False,
            "domainColor": GREY,
            "tickColor": GREY,
            "labelPadding": 5,
            "titlePadding": 8,
        },
        "axisY": {"domain": False, "ticks": False},
        "legend": {**label, "titleFontWeight": "normal", "orient": "top", "symbolSize": 90},
        "header": {**label, "titleFontWeight": "normal"},
        "text": {"color": INK, "fontSize": 12},
        "range": {"category": [LOOKS[state].colour for state in (*MEMBERS, *FORMER)]},
    }


@contextmanager
def enabled() -> Iterator[None]:
    """Draw with the theme, and with every row written into the chart, for as long as the context lasts.

    The learner's own choice of Altair theme is left as it was.
    """
    import altair as alt

    if NAME not in alt.theme.names():
        alt.theme.register(NAME, enable=False)(_theme)
    with alt.theme.enable(NAME), alt.data_transformers.enable("default", max_rows=None):
        yield


def _theme() -> Any:  # what Altair calls a ThemeConfig
    return {"config": config()}
