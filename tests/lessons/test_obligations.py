"""What the treaty obliges to: clauses and codes, doors, scenarios, and the explorer over them."""

import re

import pytest

from cstolib import load, theme
from cstolib.bank import exercises, open_key
from cstolib.citations import cite
from cstolib.errors import CstolibError
from cstolib.lessons.clauses import CLAUSES, RESTS_ON, clause_matrix
from cstolib.lessons.obligations import explore_obligations, obligations
from cstolib.lessons.promises import DOORS, atop_codes, open_doors, promises_compared
from cstolib.lessons.scenarios import ARTICLES, STATUSES, all_scenarios, engaged

FIGURES = {
    "matrix": clause_matrix,
    "matrix, another row": lambda: clause_matrix("other"),
    "doors": promises_compared,
    "doors of others": lambda: promises_compared("warsaw-pact", "eu-42-7"),
    "a state attacks": obligations,
    "a member attacks": lambda: obligations("member", "disputed"),
}


@pytest.fixture(scope="module", params=FIGURES.values(), ids=FIGURES)
def figure(request):
    return request.param()


def test_every_mark_that_can_be_pointed_at_tells_its_facts_and_its_source(figure):
    layers = [layer for layer in figure.spec()["layer"] if "tooltip" in layer["encoding"]]
    assert len(layers) == 1
    titles = [channel["title"] for channel in layers[0]["encoding"]["tooltip"]]
    assert "Source" in titles
    assert "description" in layers[0]["encoding"]


def test_marks_for_the_eye_only_are_silent_to_a_screen_reader(figure):
    for layer in figure.spec()["layer"]:
        assert ("tooltip" in layer["encoding"]) != (layer["mark"].get("aria") is False)


def test_the_picture_is_drawn_and_told_in_words(figure):
    assert figure.png().startswith(b"\x89PNG")
    assert len(figure.alt) > 80


def test_every_source_in_the_rows_is_a_source_of_the_figure(figure):
    assert {reference.source["source_id"] for reference in cite(figure.table)} == set(figure.sources)


# Clauses and codes.


def test_each_code_rests_on_the_articles_that_its_clause_column_names():
    coded = load("alliances").set_index(["alliance_id", "version"])
    for variable, by_version in RESTS_ON.items():
        for version, keys in by_version.items():
            clause = coded.loc[("cst", version), f"{variable}_clause"]
            inside = [CLAUSES[key][0] for key in keys.split() if key != "other"]
            for name in inside:
                number = re.search(r"\d+", name).group()
                said = re.search(rf"Arts?\. [^;]*\b{number}\b", clause)
                # The exit clause of 2010 names the Charter; its value adds the article of the treaty.
                assert said or number in coded.loc[("cst", version), variable], (variable, version)
            assert ("other" in keys) == bool(re.search("Charter|agreement|organisation|points", clause)), (
                clause
            )


def test_wording_that_nobody_could_read_is_marked_so():
    rows = clause_matrix().table.set_index(["clause", "code", "version"])["wording"]
    assert rows[("Art. 4, second paragraph", "defence", 2010)] == "wording not read"
    assert rows[("Art. 4, second paragraph", "defence", 1992)] == "wording read"


def test_the_chosen_row_is_the_one_that_is_told():
    (parameter,) = clause_matrix("2").spec()["params"]
    assert parameter["value"] == [{"row": "2"}]


def test_the_description_tells_which_codes_rest_on_which_clause():
    assert "Art. 6: in 1992 assistance, decision rule, geographic limit and in 2010 (assistance)" in (
        clause_matrix().alt
    )


def test_an_unknown_clause_is_an_error():
    with pytest.raises(CstolibError, match="There is no clause '5'"):
        clause_matrix("5")


# Alliances compared.


def test_the_five_yes_or_no_codes_of_atop_are_the_same_for_all_six_treaties():
    codes = atop_codes().pivot(index="alliance_id", columns="variable", values="atop")
    assert len(codes) == 6
    assert (codes[["defense", "offense", "neutral", "nonagg", "consul"]].nunique() == 1).all()


def test_atop_calls_conditional_exactly_the_treaties_that_name_a_region():
    codes = atop_codes().query("variable == 'conditio'").set_index("alliance_id")["atop"]
    coded = load("alliances").drop_duplicates("alliance_id").set_index("alliance_id")["geographic_limit"]
    for alliance in open_doors()["alliance_id"]:
        if alliance in codes.index:
            assert (codes[alliance] == 1) == (not coded[alliance].startswith("none"))


def test_a_difference_from_atop_is_recorded_as_a_disagreement():
    codes = atop_codes()
    differ = codes[codes["ours"].notna() & (codes["ours"] != codes["atop"])]
    recorded = load("disagreements").query("table == 'alliances' and source_id == 'atop-4-01-alliances'")
    assert list(differ["alliance_id"]) == ["arab-joint-defence"]
    assert "arab-joint-defence|1950" in set(recorded.query("field == 'nonaggression'")["key"])


def test_doors_are_counted_and_ranked():
    doors = open_doors()
    assert (doors[list(DOORS)].sum(axis=1) == doors["doors"]).all()
    assert doors["rank"].is_monotonic_increasing
    assert (~(doors["own choice"] & doors["joint decision"])).all()


def test_an_alliance_without_a_coded_promise_cannot_be_compared():
    with pytest.raises(CstolibError, match="sco-charter"):
        promises_compared("sco-charter")


# Scenarios.


def test_every_reading_has_a_status_a_reason_and_a_source():
    for row in all_scenarios().to_dict("records"):
        found = engaged(row["attacker"], row["where"], asks=row["asks"], both_sides=row["both_sides"])
        assert set(found["status"]) <= set(STATUSES)
        assert (found["why"].str.len() > 20).all()
        assert list(found.query("version == 1992")["article"]) == list(ARTICLES[:4])
        assert list(found.query("version == 2010")["article"]) == list(ARTICLES)
        assert len(cite(found)) > 3


def test_the_text_of_1992_does_not_wait_for_a_request_and_that_of_2010_does():
    told = all_scenarios().query("not asks")
    assert (told["art_4_1992"] == "engaged").any()
    assert (told["art_4_2010"] == "not engaged").all()


def test_an_armed_group_is_outside_article_4_in_1992_and_arguable_in_2010():
    alone = all_scenarios().query("attacker == 'group' and asks and not both_sides")
    assert set(alone["art_4_1992"]) == {"not engaged"}
    assert set(alone["art_4_2010"]) == {"left open"}


def test_a_member_that_attacks_breaks_article_1_in_both_texts():
    found = engaged("member").query("article == 'Article 1'")
    assert set(found["status"]) == {"engaged"}
    assert engaged("member").equals(engaged("member", both_sides=True))


@pytest.mark.parametrize(("arguments", "message"), [(("army",), "attacker"), (("state", "sea"), "place")])
def test_an_unknown_choice_is_an_error(arguments, message):
    with pytest.raises(CstolibError, match=f"There is no {message}"):
        engaged(*arguments)


# The explorer.


@pytest.fixture
def explorer():
    return explore_obligations()


def test_it_starts_with_the_plain_case(explorer):
    assert explorer.code() == ('obligations("state", "home", asks=True)',)
    assert "asks for help" in explorer.words().heading


def test_words_and_figure_follow_the_controls(explorer):
    explorer.attacker.boxes["group"].value = True
    explorer.both_sides.value = True
    explorer.asks.value = False
    assert explorer.code() == ('obligations("group", "home", asks=False, both_sides=True)',)
    assert explorer.figure().subtitle == explorer.words().heading
    assert "does not ask" in explorer.words().heading


def test_the_code_gives_the_same_figure(explorer):
    explorer.where.boxes["disputed"].value = True
    made = eval(explorer.code()[0], {"obligations": obligations})
    assert made.table.equals(explorer.figure().table)


def test_without_a_tick_it_shows_the_first_choice(explorer):
    explorer.attacker.boxes["state"].value = False
    assert explorer.scenario().attacker == "state"


def test_a_member_that_attacks_is_on_the_other_side_whatever_the_box_says(explorer):
    explorer.attacker.boxes["member"].value = True
    assert explorer.both_sides.disabled
    explorer.attacker.boxes["group"].value = True
    assert not explorer.both_sides.disabled


def test_the_joint_decision_is_said_of_forces_only_in_both_texts(explorer):
    steps = [items[0] for name, items in explorer.words().lists if name.startswith("Next step")]
    assert all(re.search(r"All others owe help; .*forces", step) for step in steps)


def test_the_words_tell_the_step_and_the_room_of_both_texts(explorer):
    text = explorer.words().bundle()["text/plain"]
    for version in (1992, 2010):
        assert f"Next step by the text of {version}: " in text
        assert f"Where the text of {version} leaves room: Article 2:" in text


def test_articles_have_one_colour_scheme_with_the_theme():
    fills = obligations().spec()["layer"][-1]["encoding"]["fill"]["scale"]["range"]
    assert fills == [theme.INK, theme.PAPER, theme.PALE]


# The exercises of the lesson.


def test_each_misconception_of_the_plan_is_answered_somewhere():
    keys = [open_key(exercise) for exercise in exercises("02").values()]
    answered = {wrong["misconception"] for key in keys for wrong in key.wrong_answers}
    assert {"attack-on-one-is-automatic-war", "article-2-is-article-4", "copied-from-nato"} <= answered


def test_the_ranks_of_the_prediction_are_those_of_the_figure():
    key = open_key(exercises("02")["l02-p1"])
    shown = promises_compared().table.query("not (alliance_id == 'cst' and version == 1992)")
    ranks = shown.set_index("alliance_id")["doors"].rank(method="min")
    assert {name.split("-")[0]: rank for name, rank in ranks.items()} == key.answer
