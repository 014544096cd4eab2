"""The built-in kinds of tags, and adding one."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.tags import piece
from portraits.tags.kinds import fact, latest, preference, rank, rule
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.name import NAME
from portraits.vocabulary.text import text
from portraits.vocabulary.window import Window

TITLE = {"en": "Title", "zh": "标题"}


def read(kind: str, **fields: Any) -> Tag:
    return Tag.read({"title": TITLE, "kind": kind, **fields})


def faults(kind: str, **fields: Any) -> str:
    with pytest.raises(DefinitionError) as caught:
        read(kind, **fields)
    return str(caught.value)


def test_the_five_built_in_kinds_are_known() -> None:
    assert {"fact", "rule", "rank", "latest", "preference"} <= set(Tag.kinds)


def test_a_fact_gives_one_aggregate() -> None:
    tag = read("fact", table="orders", value="count(*)", within="90 days", where="status = 'completed'", empty=0)
    assert isinstance(tag, fact.Fact)
    assert tag.pieces("orders_90d") == (
        piece.Fact("orders_90d", "orders", "count(*)", "status = 'completed'", Window(0, 90), 0),
    )


def test_a_rule_with_when_gives_a_condition() -> None:
    assert read("rule", when="orders > 1").pieces("x") == (piece.Condition("x", "orders > 1"),)


def test_a_rule_with_a_value_gives_a_derived_value() -> None:
    assert read("rule", value="spend / orders").pieces("x") == (piece.Derived("x", "spend / orders"),)


def test_a_rule_with_cases_gives_a_choice() -> None:
    tag = read("rule", cases=[{"when": "a > 1", "value": "new", "label": TITLE}], otherwise="lost")
    assert isinstance(tag, rule.Rule)
    assert tag.cases[0].label == text("Title", "标题")
    assert tag.pieces("stage") == (piece.Chosen("stage", (piece.Case("a > 1", "new"),), "lost"),)


def test_a_rule_says_exactly_one_thing() -> None:
    assert "exactly one of when, value and cases" in faults("rule")
    assert "exactly one of when, value and cases" in faults("rule", when="a", value="b")
    assert "otherwise goes with cases" in faults("rule", when="a", otherwise="b")


def test_a_rank_gives_a_score() -> None:
    tag = read("rank", of="spend", into=3, order="descending", where="spend > 0", cuts=[20, 10])
    assert isinstance(tag, rank.Rank)
    assert tag.pieces("s") == (piece.Ranked("s", "spend", 3, "descending", "spend > 0", (20.0, 10.0)),)


def test_cuts_must_fit_the_scores() -> None:
    assert "3 scores need 2 cuts, not 1" in faults("rank", of="spend", into=3, cuts=[1])
    assert "cuts go from score 2 upwards" in faults("rank", of="spend", into=3, cuts=[2, 1])
    assert "cuts go from score 2 upwards" in faults("rank", of="spend", into=3, cuts=[1, 2], order="descending")


def test_a_stated_value_is_trusted_less_than_an_observed_one() -> None:
    stated, observed = (read("latest", column="city", stated=each).pieces("city")[0] for each in (True, False))
    assert isinstance(stated, piece.Latest) and isinstance(observed, piece.Latest)
    assert stated.confidence == latest.STATED < latest.OBSERVED == observed.confidence


def test_a_preference_gives_favourite_share_and_variety() -> None:
    tag = read("preference", table="order_lines", of="category", by="amount", within="365 days")
    assert isinstance(tag, preference.Preference)
    pieces = [each for each in tag.pieces("category") if isinstance(each, piece.Favourite)]
    assert [each.tag for each in pieces] == ["category", "category_share", "category_entropy"]
    assert [each.measure for each in pieces] == ["value", "share", "entropy"]
    assert {(each.by, each.within) for each in pieces} == {("amount", Window(0, 365))}
    assert [each.title and each.title.zh for each in pieces] == [None, "标题占比", "标题分散度"]


def test_a_preference_by_count_weighs_every_row_the_same() -> None:
    first = read("preference", table="orders", of="channel").pieces("channel")[0]
    assert isinstance(first, piece.Favourite) and first.by == ""


def test_a_misspelt_key_says_the_right_one() -> None:
    assert "Did you mean value?" in faults("fact", table="orders", valu="count(*)")


def test_names_are_lower_case_words() -> None:
    assert NAME.fullmatch("orders_90d")
    assert not NAME.fullmatch("90d") and not NAME.fullmatch("Orders") and not NAME.fullmatch("a" * 64)


def test_a_plug_in_adds_a_kind_in_ten_lines() -> None:
    class Recency(Tag, kind="recency_of_test"):
        """Days since the last row of a table."""

        table: str
        time: str

        def pieces(self, name: str) -> tuple[piece.Piece, ...]:
            return (piece.Fact(name, self.table, f"as_of - max({self.time})"),)

    assert read("recency_of_test", table="orders", time="ordered_at").pieces("recency") == (
        piece.Fact("recency", "orders", "as_of - max(ordered_at)"),
    )
    del Tag.kinds["recency_of_test"]


def test_a_kind_that_makes_nothing_says_so() -> None:
    class Idle(Tag, kind="idle_of_test"):
        """Nothing."""

    with pytest.raises(TypeError, match="does not say how its value is made"):
        read("idle_of_test").pieces("x")
    del Tag.kinds["idle_of_test"]


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ({"kind": "fact", "table": "events", "value": "count(*)"}, "behaviour"),
        ({"kind": "latest", "column": "city"}, "natural"),
        ({"kind": "preference", "table": "order_lines", "of": "category"}, "interest"),
        ({"kind": "rule", "when": "x > 1"}, "value"),
        ({"kind": "rank", "of": "x"}, "value"),
        ({"kind": "rank", "of": "x", "group": "risk"}, "risk"),
    ],
)
def test_a_tag_that_names_no_group_is_in_that_of_its_kind(written: dict[str, str], group: str) -> None:
    assert Tag.read({"title": "x", **written}).group == group
