"""Rewriting: one block says something else, and every byte around it is what it was."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.engine.rewriting import fresh, text_of, with_block, without_block
from portraits.vocabulary.errors import BadInput

TEXT = """# The tags of the shop.
# Written by hand.

[settings]
title = "Shop"   # shown on every page

# How often they come.
[tags.orders]   # do not rename
title = { en = "Orders", zh = "订单数" }  # short
kind  = "fact"
# only what was paid
where = "status <> 'cancelled'"
value = "count(*)"

# ---- stages ----
[tags.stage]
kind = "rule"
cases = [
  # the good ones
  { when = "orders >= 3", value = "loyal" },   # three is a habit
  { when = "orders >= 1", value = "new" },
]
otherwise = "nobody"

  # indented remark
[tags.last]
kind = 'latest'
"""
ORDERS = tomllib.loads(TEXT)["tags"]["orders"]
STAGE = tomllib.loads(TEXT)["tags"]["stage"]


def around(text: str, header: str, after: str) -> tuple[str, str]:
    return text[: text.index(header)], text[text.index(after) :]


def test_what_does_not_change_changes_no_byte() -> None:
    assert with_block(TEXT, "tags", "orders", ORDERS) == TEXT
    assert with_block(TEXT, "tags", "stage", STAGE) == TEXT


def test_one_value_changes_and_all_comments_stay() -> None:
    changed = with_block(TEXT, "tags", "orders", {**ORDERS, "value": "count(distinct store)"})
    assert changed == TEXT.replace('value = "count(*)"', 'value = "count(distinct store)"')


def test_a_new_key_goes_into_its_block_and_not_below_the_remark_on_the_next_one() -> None:
    changed = with_block(TEXT, "tags", "orders", {**ORDERS, "empty": 0})
    assert changed == TEXT.replace('value = "count(*)"\n', 'value = "count(*)"\nempty = 0\n')


def test_a_key_that_is_gone_takes_only_its_own_line() -> None:
    changed = with_block(TEXT, "tags", "orders", {key: value for key, value in ORDERS.items() if key != "where"})
    assert changed == TEXT.replace("where = \"status <> 'cancelled'\"\n", "")


def test_a_case_is_changed_and_one_added_between_the_comments() -> None:
    cases = [{**STAGE["cases"][0], "when": "orders >= 5"}, STAGE["cases"][1], {"when": "orders = 0", "value": "none"}]
    changed = with_block(TEXT, "tags", "stage", {**STAGE, "cases": cases})
    assert "# the good ones\n" in changed
    assert "# three is a habit" in changed
    assert '{ when = "orders >= 1", value = "new" },' in changed
    assert tomllib.loads(changed)["tags"]["stage"]["cases"] == cases
    assert around(changed, "[tags.stage]", "  # indented remark") == around(TEXT, "[tags.stage]", "  # indented remark")


def test_a_block_that_is_new_goes_to_the_end() -> None:
    values = {"title": {"en": "New", "zh": "新"}, "cases": [{"when": "a = 1", "value": True}], "empty": 0, "why": None}
    changed = with_block(TEXT, "tags", "fresh", values)
    assert changed.startswith(TEXT + "\n[tags.fresh]\n")
    assert 'title = { en = "New", zh = "新" }' in changed
    assert tomllib.loads(changed)["tags"]["fresh"] == {key: value for key, value in values.items() if value is not None}


def test_the_first_block_of_an_empty_file() -> None:
    assert with_block("", "tags", "a", {"kind": "fact"}) == '[tags.a]\nkind = "fact"\n'
    assert with_block("# mine", "tags", "a", {"kind": "fact"}) == '# mine\n\n[tags.a]\nkind = "fact"\n'


def test_line_ends_of_windows_stay() -> None:
    text = TEXT.replace("\n", "\r\n")
    changed = with_block(text, "tags", "orders", {**ORDERS, "value": "sum(amount)", "empty": 0})
    assert "\n" not in changed.replace("\r\n", "")
    assert changed.replace("\r\n", "\n") == with_block(TEXT, "tags", "orders", tomllib.loads(changed)["tags"]["orders"])


def test_true_is_not_one_and_one_is_not_a_fraction() -> None:
    text = '[tags.a]\nkind = "fact"\nempty = 1\n'
    assert "empty = true" in with_block(text, "tags", "a", {"kind": "fact", "empty": True})
    assert "empty = 1.0" in with_block(text, "tags", "a", {"kind": "fact", "empty": 1.0})


def lines(*each: str) -> str:
    return "".join(f"{line}\n" for line in each)


TITLE = 'title = { en = "A", zh = "甲" }'
WAYS = {
    "tables of its own": lines(
        '[tags.a]\nkind = "fact"', '[tags.a.title]\nen = "A"  # yes\nzh = "甲"', '# end\n[tags.b]\nkind = "x"'
    ),
    "apart": lines('[tags.a]\nkind = "fact"', '[tags.b]\nkind = "x"  # b', '[tags.a.title]\nen = "A"\nzh = "甲"'),
    "on one line": lines('tags.b = { kind = "x" } # b', f'tags.a = {{ kind = "fact", {TITLE} }}'),
    "dotted": lines("[tags]", 'a.kind = "fact"', f"a.{TITLE}", 'b.kind = "x" # b'),
    "list of tables": lines(
        '[tags.a]\nkind = "fact"', TITLE, '[[tags.a.cases]]\nwhen = "x" # why', '[tags.b]\nkind = "x"'
    ),
    "strings of many lines": lines(
        "[tags.a]\nkind = 'fact'", "why = '''\n[tags.b]\n# no comment'''", TITLE, "[tags.b]\nkind = 'x'"
    ),
    "quoted": lines('["tags"."a"]\nkind = "fact"', TITLE, '# end\n[tags.b]\nkind = "x"'),
}


@pytest.mark.parametrize("text", WAYS.values(), ids=WAYS)
def test_however_it_is_written_it_says_what_is_wanted_and_the_others_what_they_said(text: str) -> None:
    before = tomllib.loads(text)["tags"]
    wanted = {**before["a"], "title": {"en": "B", "zh": "甲"}, "empty": 0}
    changed = with_block(text, "tags", "a", wanted)
    assert tomllib.loads(changed)["tags"] == {**before, "a": wanted}
    for remark in ("# yes", "# b", "# end", "# why"):
        assert (remark in changed) == (remark in text)
    gone = without_block(text, "tags", "a")
    assert tomllib.loads(gone)["tags"] == {"b": before["b"]}


def test_a_block_that_is_removed_leaves_the_remarks_above_it() -> None:
    gone = without_block(TEXT, "tags", "stage")
    assert "# ---- stages ----\n" in gone
    assert list(tomllib.loads(gone)["tags"]) == ["orders", "last"]
    assert without_block(TEXT, "tags", "nobody") == TEXT


def test_settings_are_a_block_without_a_name() -> None:
    changed = with_block(TEXT, "settings", "", {"title": "Boutique", "rfm": {"into": 4}})
    assert 'title = "Boutique"   # shown on every page\nrfm = { into = 4 }\n' in changed


def test_the_lines_of_a_block_are_shown_with_their_comments() -> None:
    assert text_of(TEXT, "tags", "orders") == TEXT[TEXT.index("[tags.orders]") : TEXT.index("\n# ---- stages")]
    assert text_of(TEXT, "tags", "nobody") == ""
    assert fresh("tags", "a", {"kind": "fact", "empty": 0}) == '[tags.a]\nkind = "fact"\nempty = 0\n'


def test_half_a_character_cannot_be_written() -> None:
    with pytest.raises(BadInput, match=r"\[tags.a\] cannot be written"):
        with_block(TEXT, "tags", "a", {"kind": "\ud800"})


texts = st.text(st.characters(codec="utf-8"), max_size=30)
scalars = st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.dictionaries(
    st.sampled_from(["kind", "where", "value", "empty", "new", "labels", "cases"]),
    scalars
    | st.dictionaries(texts.filter(bool), scalars, max_size=3)
    | st.lists(st.dictionaries(st.sampled_from(["when", "value"]), scalars, min_size=1), max_size=3),
)


@settings(max_examples=60)
@given(values=values, name=st.sampled_from(["orders", "stage", "last", "another"]))
def test_whatever_is_written_is_read_again_and_the_rest_stays(values: dict[str, Any], name: str) -> None:
    changed = with_block(TEXT, "tags", name, values)
    expected = tomllib.loads(TEXT)
    expected["tags"][name] = values
    assert tomllib.loads(changed) == expected
    for remark in ("# The tags of the shop.", "# How often they come.", "# ---- stages ----", "  # indented remark"):
        assert remark in changed
