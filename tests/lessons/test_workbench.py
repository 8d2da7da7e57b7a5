"""The workbench: judge first, then see our verdict and its evidence."""

from __future__ import annotations

import pytest

from cstolib import load
from cstolib.errors import CstolibError
from cstolib.lessons.workbench import (
    KINDS,
    VERDICTS,
    compare_verdicts,
    deck,
    evidence,
    explore_quotations,
    workbench,
)


def test_claims_are_three_of_each_article_and_call_for_every_verdict() -> None:
    items = deck("claims").items
    assert items["id"].str[:8].value_counts().to_list() == [3] * 5
    assert set(items["ours"]) == set(VERDICTS)


def test_wordings_call_for_every_kind_and_do_not_name_their_article() -> None:
    items = deck("wordings").items
    assert set(items["ours"]) == set(KINDS)
    assert not items["text"].str.contains("seed-").any()


def test_an_article_as_a_deck_has_all_its_claims() -> None:
    assert len(deck("seed-003").items) == (load("claims")["seed"] == "seed-003").sum()


def test_options_are_the_values_of_the_tables() -> None:
    assert set(VERDICTS) == set(load("claims")["verdict"])
    assert set(KINDS) == set(load("wordings")["kind"])


def test_our_verdict_is_shown_only_where_the_learner_has_judged() -> None:
    table = compare_verdicts({"seed-001-15": "imprecise"}).table.set_index("id")
    assert table.loc["seed-001-15", ["yours", "ours", "verdicts"]].to_list() == [
        "imprecise",
        "contradicted",
        "differ",
    ]
    assert set(table.drop("seed-001-15")["ours"]) == {""}


def test_the_alt_text_counts_what_is_judged_and_gives_nothing_away() -> None:
    figure = compare_verdicts({"seed-004-04": "confirmed"})
    assert "1 judged so far, 1 of them alike" in figure.alt
    assert "seed-001-15: not judged yet" in figure.alt


@pytest.mark.parametrize(
    ("yours", "message"),
    [({"seed-001-51": "opinion"}, "no item of this deck"), ({"seed-001-15": "wrong"}, "no verdict 'wrong'")],
)
def test_what_is_not_in_the_deck_is_refused(yours: dict[str, str], message: str) -> None:
    with pytest.raises(CstolibError, match=message):
        compare_verdicts(yours)


def test_evidence_names_verdict_reason_documents_and_rows() -> None:
    told = repr(evidence("seed-001-15"))
    assert "contradicted: no request went to the CSTO" in told
    assert "requests, row karabakh-2020-arm-rus-2020-10-31" in told
    assert "Documents:" in told


@pytest.mark.parametrize("table", ["claims", "wordings"])
def test_evidence_can_be_shown_for_every_row(table: str) -> None:
    for id in load(table).iloc[:, 0]:
        assert len(evidence(id).paragraphs[0]) > 10


def test_evidence_for_an_unknown_row_is_refused() -> None:
    with pytest.raises(CstolibError, match="Did you mean"):
        evidence("seed-009-01")


def test_a_claim_says_where_to_look_and_no_name_of_a_row_gives_its_verdict_away() -> None:
    bench = workbench("seed-001")
    bench.go(14)
    assert bench.deck.items.at[14, "look_up"] == (
        'To look up: cite("claims", "seed-001-15"), load("requests"), load("responses")'
    )
    assert "csto-none" not in bench.item.value


def test_the_code_opens_the_evidence_only_after_a_verdict() -> None:
    bench = workbench("wordings")
    assert bench.code() == ('compare_verdicts({}, "wordings")',)
    bench.choice.boxes["shared"].value = True
    bench.compare()
    assert bench.code()[1] == 'evidence("w05")'
    bench.go(1)
    assert len(bench.code()) == 1


def test_comparing_needs_a_verdict_first() -> None:
    bench = workbench()
    bench.compare()
    assert "Tick your verdict first" in bench.said.value
    assert bench.yours == {}


def test_a_verdict_is_kept_and_the_evidence_appears() -> None:
    bench = workbench()
    bench.choice.boxes["confirmed"].value = True
    bench.buttons["Compare"].click()
    assert bench.yours == {"seed-004-04": "confirmed"}
    assert "Our verdict: confirmed" in bench.said.value
    assert bench.words().lists[0] == ("As we do", ("seed-004-04",))


def test_going_on_clears_the_bench_and_going_back_brings_the_verdict_back() -> None:
    bench = workbench("wordings")
    bench.choice.boxes["spun"].value = True
    bench.buttons["Compare"].click()
    bench.buttons["Next"].click()
    assert bench.choice.value is None
    assert bench.said.value == ""
    bench.buttons["Back"].click()
    assert bench.choice.value == "spun"
    assert bench.said.value != ""


def test_the_code_gives_the_same_figure() -> None:
    bench = workbench("wordings")
    bench.choice.boxes["spun"].value = True
    bench.compare()
    assert bench.code()[0] == 'compare_verdicts({"w05": "spun"}, "wordings")'
    assert bench.figure().table.equals(compare_verdicts({"w05": "spun"}, "wordings").table)


def test_another_quotation_is_drawn_when_it_is_ticked() -> None:
    explorer = explore_quotations()
    explorer.quotation.boxes["pashinyan-2022"].value = True
    assert explorer.code() == ('trace_quotation("pashinyan-2022")',)
    assert "enormous damage" in " ".join(explorer.words().lists[0][1])
