"""Phrases: English where they are raised, in another language where a list knows them."""

from __future__ import annotations

import copy
import json

import pytest

from portraits.vocabulary.errors import all_known, nearest
from portraits.vocabulary.phrase import (
    NOTHING,
    Phrase,
    Phrases,
    either,
    in_language,
    listed,
    parameters,
    phrase_of,
    say,
    verbatim,
)


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
    assert verbatim("the disk is full").in_("zh") == "the disk is full"


def test_several_phrases_stand_one_after_the_other() -> None:
    both = Phrases([say("Did you mean {word}?", word="a"), "", say("Did you mean {word}?", word="b")])
    assert both == "Did you mean a? Did you mean b?"
    assert both.in_("zh") == "您是不是要写 a？您是不是要写 b？"


def test_lists_are_joined_as_each_language_does() -> None:
    assert all_known(["vip", "new"]) == "Known: vip, new."
    assert all_known(["vip", "new"]).in_("zh") == "可用的有：vip、new。"
    assert (str(either([1, 2])), either([1, 2]).in_("zh")) == ("1 or 2", "1或2")
    assert (str(listed([])), listed([]).in_("zh")) == ("", "")


@pytest.mark.parametrize(
    ("name", "chinese"), [("C7", "没有客户 C7。"), ("张三", "没有客户张三。"), (say("the value"), "没有客户该值。")]
)
def test_chinese_stands_close_to_chinese_and_apart_from_latin(name: str, chinese: str) -> None:
    assert say("There is no customer {id}.", id=name).in_("zh") == chinese


def test_a_value_keeps_its_own_spaces() -> None:
    assert say("There is no customer {id}.", id="张 三").in_("zh") == "没有客户张 三。"


def test_braces_in_a_value_are_text() -> None:
    assert say("What of {it}?", it="{0.__class__}") == "What of {0.__class__}?"
    assert parameters("a {b} {{c}} {d}") == {"b", "d"}


def test_without_values_braces_stand_for_themselves() -> None:
    written = say('Write { name = "value" } or a block of its own.')
    assert written == 'Write { name = "value" } or a block of its own.'
    assert written.in_("zh") == '请写成 { name = "value" }，或单独写成一个块。'


def test_nothing_says_nothing() -> None:
    assert not NOTHING
    assert NOTHING.in_("zh") == ""
    assert nearest("xyz", ["recency"]) is NOTHING


@pytest.mark.parametrize(
    "phrase", [say("a {b}", b=1), listed(["x", say("the value")]), verbatim("plain"), Phrases([say("this")], "lines")]
)
def test_a_phrase_survives_a_copy_and_json(phrase: Phrase) -> None:
    for twin in (copy.copy(phrase), copy.deepcopy(phrase), phrase_of(json.loads(json.dumps(phrase.data)))):
        assert (type(twin), twin, twin.in_("zh")) == (type(phrase), phrase, phrase.in_("zh"))


def test_a_plain_text_that_was_kept_says_itself() -> None:
    assert phrase_of("It broke.").in_("zh") == "It broke."
