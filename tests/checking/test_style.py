import pytest

from cstolib.checking.style import AVOIDED, avoided, reviewed


@pytest.mark.parametrize("word", AVOIDED)
def test_every_avoided_word_is_found_in_any_case(word):
    assert avoided(f"They said {word.upper()}, then left.") == [word.upper()]


@pytest.mark.parametrize(
    "text", ['The "near abroad" speech', "a “zombie” in quotes", "«puppet»", "Turkeys", "Türkiye"]
)
def test_quotations_and_parts_of_words_are_exempt(text):
    assert avoided(text) == []


def test_words_to_review_do_not_include_the_full_name():
    assert reviewed("Nagorno-Karabakh") == []
    assert reviewed("Karabakh and Artsakh; the Ukraine crisis") == ["Karabakh", "Artsakh", "Ukraine crisis"]
