"""Four decision rules on one set of positions, and the explorer around them."""

from __future__ import annotations

import pytest

from cstolib.data import load
from cstolib.errors import CstolibError
from cstolib.lessons.decisions import decision_rules, explore_decisions
from cstolib.lessons.voting import CASES, RULES, decide, positions
from cstolib.theme import MEMBERS

ALL = dict.fromkeys(MEMBERS, "for")


@pytest.mark.parametrize(
    ("changed", "adopted"),
    [
        ({}, {"consensus", "limited format", "majority", "Russia decides"}),
        ({"ARM": "against"}, {"majority", "Russia decides"}),
        ({"ARM": "aside"}, {"limited format", "majority", "Russia decides"}),
        ({"RUS": "against"}, {"majority"}),
        (dict.fromkeys(("ARM", "BLR", "RUS"), "aside"), {"limited format"}),
        (dict.fromkeys(("ARM", "KAZ", "KGZ", "TJK"), "against"), {"Russia decides"}),
        (dict.fromkeys(MEMBERS, "aside"), set()),
    ],
)
def test_each_rule_adopts_what_it_should(changed: dict[str, str], adopted: set[str]) -> None:
    assert {rule for rule in RULES if decide({**ALL, **changed}, rule).adopted} == adopted


def test_who_stands_aside_is_not_bound() -> None:
    assert "ARM" not in decide("bishkek-2025", "limited format").bound
    assert decide({**ALL, "ARM": "aside"}, "majority").bound == MEMBERS


def test_a_rejected_proposal_binds_nobody_and_says_why() -> None:
    outcome = decide("yerevan-2022", "consensus")
    assert outcome.bound == ()
    assert outcome.why == "not adopted: Armenia objects"


@pytest.mark.parametrize("case", CASES)
def test_cases_that_happened_name_a_row_and_others_say_that_they_are_invented(case: str) -> None:
    told = CASES[case].told
    if told is None:
        assert CASES[case].name.startswith("Invented")
    else:
        table, key = told
        assert key in set(load(table)["response_id"])
    assert tuple(positions(case)) == MEMBERS


@pytest.mark.parametrize(
    ("stands", "rule", "said"),
    [
        ("yerevan-2023", "consensus", "Did you mean 'yerevan-2022'"),
        (ALL, "consensus ", "Did you mean 'consensus'"),
        ({"RUS": "for"}, "majority", "for ARM, BLR, KAZ, KGZ, TJK too"),
        ({**ALL, "RUS": "yes"}, "majority", "no stand 'yes'"),
        ({**ALL, "UZB": "for"}, "majority", "no member 'UZB'"),
    ],
)
def test_positions_that_cannot_be_read_are_refused(
    stands: str | dict[str, str], rule: str, said: str
) -> None:
    with pytest.raises(CstolibError, match=said):
        decide(stands, rule)


def test_the_figure_tells_all_four_outcomes() -> None:
    figure = decision_rules("yerevan-2022")
    assert list(figure.table["rule"]) == list(RULES)
    assert "Consensus: not adopted: Armenia objects" in figure.alt
    assert "azatutyun-2022-11-23-zas-document" in figure.sources


def test_the_explorer_follows_a_case_and_then_ones_own_choice() -> None:
    explorer = explore_decisions()
    explorer.case.boxes["bishkek-2025"].value = True
    assert explorer.chosen() == positions("bishkek-2025")
    assert explorer.code() == ('decision_rules("bishkek-2025")',)
    explorer.stands["RUS"].boxes["against"].value = True
    assert explorer.case.boxes["own"].value
    assert explorer.chosen()["RUS"] == "against"
    assert eval(explorer.code()[0], {"decision_rules": decision_rules}).table.equals(explorer.figure().table)


def test_back_to_a_case_sets_every_member_again() -> None:
    explorer = explore_decisions()
    explorer.stands["KAZ"].boxes["aside"].value = True
    assert (
        dict(explorer.words().lists)["Not adopted under"][0]
        == "consensus (Armenia objects; Kazakhstan stands aside)"
    )
    explorer.case.boxes["kazakhstan-2022"].value = True
    assert set(explorer.chosen().values()) == {"for"}
