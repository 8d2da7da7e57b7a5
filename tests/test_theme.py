"""The palette: each state is told by colour and by shape, also by colour-blind readers."""

import warnings
from itertools import combinations, product

import numpy as np
import pytest

from cstolib import theme
from cstolib.errors import CstolibError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it tells of optional parts that are not installed
    import colour
    from colour.blindness import matrix_cvd_Machado2009

SIGHTS = ("normal", "Deuteranomaly", "Protanomaly", "Tritanomaly")
pytestmark = pytest.mark.filterwarnings("ignore:.*Machado")  # tritanomaly is modelled less exactly

# CIEDE2000. About 1 is the least difference seen between large patches that touch; small marks that lie apart
# need several times that. States that are always compared (the six members) must differ at a glance; the
# others have direct labels as well, and shape helps everywhere.
AMONG_MEMBERS = 18
MEMBER_TO_FORMER = 12
ANY_TWO = 8


def linear(hexadecimal):
    return colour.cctf_decoding(colour.notation.HEX_to_RGB(hexadecimal), function="sRGB")


def seen(hexadecimal, sight):
    """The colour in CIE Lab as an eye of this kind sees it (Machado, Oliveira and Fernandes 2009)."""
    rgb = linear(hexadecimal)
    if sight != "normal":
        rgb = np.clip(matrix_cvd_Machado2009(sight, 1.0) @ rgb, 0, 1)
    return colour.XYZ_to_Lab(colour.RGB_to_XYZ(rgb, "sRGB"))


def difference(one, other, sight):
    a, b = (seen(theme.LOOKS[state].colour, sight) for state in (one, other))
    return float(colour.delta_E(a, b, method="CIE 2000"))


def contrast(one, other):
    """The contrast ratio of WCAG 2."""
    light, dark = sorted((float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize(
    ("pairs", "least"),
    [
        (tuple(combinations(theme.MEMBERS, 2)), AMONG_MEMBERS),
        (tuple(product(theme.MEMBERS, theme.FORMER)), MEMBER_TO_FORMER),
        (tuple(combinations(theme.FORMER, 2)), MEMBER_TO_FORMER),
        (tuple(combinations(theme.LOOKS, 2)), ANY_TWO),
    ],
    ids=["members", "members and former members", "former members", "all"],
)
def test_colours_differ_for_every_eye(pairs, least, sight):
    near = {pair: d for pair in pairs if (d := difference(*pair, sight)) < least}
    assert not near


def test_the_measure_can_fail():
    """Red and green of one lightness: far apart for most, near for a deuteranope."""
    red, green = "#b2633c", "#7f7c34"
    far, near = (
        float(colour.delta_E(seen(red, s), seen(green, s), method="CIE 2000"))
        for s in ("normal", "Deuteranomaly")
    )
    assert far > AMONG_MEMBERS > near


def test_no_two_states_share_a_shape():
    shapes = [look.shape for look in theme.LOOKS.values()]
    assert len(set(shapes)) == len(shapes) == 15


def test_the_fifteen_states_are_named_once_and_in_alphabetical_order():
    groups = (theme.MEMBERS, theme.FORMER, theme.OTHERS)
    assert [list(group) for group in groups] == [sorted(group) for group in groups]
    assert [state for group in groups for state in group] == list(theme.LOOKS)


@pytest.mark.parametrize("text", [theme.INK, theme.MUTED])
def test_text_can_be_read_on_the_paper(text):
    assert contrast(text, theme.PAPER) >= 4.5


@pytest.mark.parametrize("state", theme.LOOKS)
def test_marks_stand_out_from_the_paper(state):
    assert contrast(theme.look(state).colour, theme.PAPER) >= 3


def test_an_unknown_state_is_told_the_nearest():
    with pytest.raises(CstolibError, match="Did you mean 'KGZ'"):
        theme.look("KGS")


def test_the_theme_holds_inside_the_context_only():
    import altair as alt

    before = alt.theme.active
    with theme.enabled():
        assert alt.theme.active == theme.NAME
        assert alt.theme.get()()["config"]["background"] == theme.PAPER
    assert alt.theme.active == before
