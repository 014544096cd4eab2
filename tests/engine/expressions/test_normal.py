"""Normal form: equal rules are equal texts, and the text means the same."""

from __future__ import annotations

import random

import pytest

from portraits.engine.expressions import Scope, evaluate, normal, parse
from portraits.vocabulary.types import Type
from tests.engine.expressions import plain
from tests.engine.expressions.good import AGGREGATES, CONDITIONS, VALUES
from tests.engine.expressions.scopes import ORDERS, TAGS

KINDS = Scope({name: Type(kind) for name, kind in plain.KINDS.items()})


@pytest.mark.parametrize(
    ("first", "second", "form"),
    [
        ("vip and spend > 3", "spend > 3 and vip", "spend > 3 and vip"),
        ("vip and (spend > 3 and vip)", "spend > 3 and vip", "spend > 3 and vip"),
        ("3 < spend", "spend > 3.0", "spend > 3"),
        ("not spend <= 3", "spend > 3", "spend > 3"),
        ("not not vip", "vip", "vip"),
        ("vip = true", "vip <> false", "vip"),
        ("vip = false", "not vip", "not vip"),
        ("not (vip or spend > 3)", "not vip and spend <= 3", "not vip and spend <= 3"),
        ("not (vip and spend > 3)", "spend <= 3 or not vip", "not vip or spend <= 3"),
        ("score between 1 and 3", "score >= 1 and 3 >= score", "score <= 3 and score >= 1"),
        ("score not between 1 and 3", "score < 1 or score > 3", "score < 1 or score > 3"),
        ("city in ('b', 'a', 'b')", "city = 'a' or city = 'b'", "city in ('a', 'b')"),
        ("city in ('a')", "city = 'a'", "city = 'a'"),
        ("city not in ('a')", "city <> 'a'", "city <> 'a'"),
        ("not city in ('b', 'a')", "city <> 'a' and city <> 'b'", "city not in ('a', 'b')"),
        ("city in ('a', 'b') or city = 'c' or vip", "vip or city in ('c', 'b', 'a')", "city in ('a', 'b', 'c') or vip"),
        ("orders_90d in (10, 9, 2.0)", "orders_90d in (2, 9, 10)", "orders_90d in (2, 9, 10)"),
        ("city not like '%a'", "not city like '%a'", "city not like '%a'"),
        ("city like 'a'", "city = 'a'", "city = 'a'"),
        ("city is not null", "not city is null", "city is not null"),
        ("as_of - 12 weeks < last_order_at", "last_order_at > as_of - 84 days", "last_order_at > as_of - 84 days"),
        (
            "as_of - 1 day - 2 hours < last_order_at",
            "last_order_at > as_of - 26 hours",
            "last_order_at > as_of - 26 hours",
        ),
        ("last_order_at + 2 days - 2 days > as_of", "last_order_at > as_of", "last_order_at > as_of"),
        ("spend + score > 2", "score + spend > 2", "score + spend > 2"),
        ("'2024-01-31' < birth_date", "birth_date > date '2024-01-31'", "birth_date > date '2024-01-31'"),
        ("spend > orders_90d", "orders_90d < spend", "orders_90d < spend"),
        ("LOWER(city) = 'a'", "lower( city )='a'", "lower(city) = 'a'"),
        ("a1 > 2", "2 < a1", "a1 > 2"),
    ],
)
def test_rules_that_mean_the_same_are_the_same(first: str, second: str, form: str) -> None:
    scope = Scope({**TAGS.columns, "a1": Type.INTEGER})
    assert normal(parse(first, scope)) == normal(parse(second, scope)) == form


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("spend > 3", "spend >= 3"),
        ("city = 'a'", "city = 'A'"),
        ("vip and spend > 3", "vip or spend > 3"),
        ("score - spend > 2", "spend - score > 2"),
        ("city in ('a', 'b')", "city not in ('a', 'b')"),
        ("orders_90d > 5", "orders_90d > 5.5"),
    ],
)
def test_rules_that_mean_something_else_are_not_the_same(first: str, second: str) -> None:
    assert normal(parse(first, TAGS)) != normal(parse(second, TAGS))


@pytest.mark.parametrize("text", [*CONDITIONS, *(text for text, _ in VALUES)])
def test_the_normal_form_is_its_own_normal_form(text: str) -> None:
    form = normal(parse(text, TAGS))
    assert normal(parse(form, TAGS)) == form


@pytest.mark.parametrize("text", [text for text, _ in AGGREGATES])
def test_the_normal_form_of_a_fact_is_its_own_normal_form(text: str) -> None:
    form = normal(parse(text, ORDERS))
    assert normal(parse(form, ORDERS)) == form


@pytest.mark.parametrize("seed", range(12))
def test_random_rules_keep_their_meaning_and_their_form(seed: int) -> None:
    dice = random.Random(seed)
    table = plain.rows(dice, 12)
    for rule in (plain.rule(dice, 3) for _ in range(25)):
        expression = parse(plain.text(rule), KINDS, Type.BOOLEAN)
        form = normal(expression)
        again = parse(form, KINDS, Type.BOOLEAN)
        assert normal(again) == form
        for row in table:
            assert evaluate(again, row, plain.AS_OF) == evaluate(expression, row, plain.AS_OF), (plain.text(rule), form)


@pytest.mark.parametrize("seed", range(12))
def test_the_order_of_writing_makes_no_difference(seed: int) -> None:
    dice = random.Random(seed)
    for rule in (plain.rule(dice, 3) for _ in range(25)):
        shuffled = _shuffled(rule, dice)
        assert normal(parse(plain.text(rule), KINDS)) == normal(parse(plain.text(shuffled), KINDS))


def _shuffled(tree: plain.Tree, dice: random.Random) -> plain.Tree:
    if tree[0] not in ("and", "or"):
        return tree
    parts = [_shuffled(each, dice) for each in tree[1:]]
    dice.shuffle(parts)
    return (tree[0], *parts)
