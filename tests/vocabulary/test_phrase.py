"""Phrases: English where they are raised, in another language where a list knows them."""

from __future__ import annotations

import copy
import pickle

from portraits.vocabulary.errors import nearest
from portraits.vocabulary.phrase import Phrase, Phrases, in_language, parameters, say


def test_a_phrase_is_its_english_text() -> None:
    assert say("There is no customer {id}.", id="C7") == "There is no customer C7."
    assert f"{say('a {b}', b=1)}" == "a 1"


def test_a_phrase_is_said_in_chinese_with_its_parameters() -> None:
    found = nearest("recncy", ["recency"])
    assert found == "Did you mean recency?"
    assert in_language(found, "zh") == "您是不是要写 recency？"


def test_a_phrase_inside_a_phrase_is_translated_too() -> None:
    whole = say("{first}", first=say("Did you mean {word}?", word="x"))
    assert whole.in_("zh") == "您是不是要写 x？"


def test_what_no_list_knows_stays_english() -> None:
    assert say("Surely nobody wrote {this}.", this=1).in_("zh") == "Surely nobody wrote 1."
    assert in_language("plain", "zh") == "plain"


def test_several_phrases_stand_one_after_the_other() -> None:
    both = Phrases([say("Did you mean {word}?", word="a"), "", say("Did you mean {word}?", word="b")])
    assert both == "Did you mean a? Did you mean b?"
    assert both.in_("zh") == "您是不是要写 a？您是不是要写 b？"


def test_braces_in_a_value_are_text() -> None:
    assert say("What of {it}?", it="{0.__class__}") == "What of {0.__class__}?"
    assert parameters("a {b} {{c}} {d}") == {"b", "d"}


def test_a_phrase_survives_a_copy_and_a_pickle() -> None:
    phrase = say("a {b}", b=1)
    for twin in (copy.copy(phrase), copy.deepcopy(phrase), pickle.loads(pickle.dumps(phrase))):  # noqa: S301
        assert isinstance(twin, Phrase) and twin.template == "a {b}" and twin == "a 1"
