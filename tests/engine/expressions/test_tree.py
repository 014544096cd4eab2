"""Tree: a condition as groups of rules and back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portraits.engine.expressions import Scope, from_tree, normal, parse, to_tree
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.types import Type
from tests.engine.expressions import plain
from tests.engine.expressions.good import CONDITIONS
from tests.engine.expressions.scopes import TAGS


@pytest.mark.parametrize(
    ("written", "rule"),
    [
        ("orders_90d > 3", {"name": "orders_90d", "operator": ">", "value": 3}),
        ("3 < orders_90d", {"name": "orders_90d", "operator": ">", "value": 3}),
        ("spend >= 99.5", {"name": "spend", "operator": ">=", "value": 99.5}),
        ("spend = 100", {"name": "spend", "operator": "=", "value": 100}),
        ("orders_90d > 2.5", {"name": "orders_90d", "operator": ">", "value": 2.5}),
        ("city = 'O''Brien'", {"name": "city", "operator": "=", "value": "O'Brien"}),
        ("not city = 'a'", {"name": "city", "operator": "<>", "value": "a"}),
        ("city in ('a', 'b')", {"name": "city", "operator": "in", "value": ["a", "b"]}),
        ("city not in ('a')", {"name": "city", "operator": "not in", "value": ["a"]}),
        ("score between 1 and 2", {"name": "score", "operator": "between", "value": [1, 2]}),
        ("score not between 1 and 2", {"name": "score", "operator": "not between", "value": [1, 2]}),
        ("city like 'a%'", {"name": "city", "operator": "like", "value": "a%"}),
        ("city not like 'a%'", {"name": "city", "operator": "not like", "value": "a%"}),
        ("contains(city, 'a')", {"name": "city", "operator": "contains", "value": "a"}),
        ("not ends_with(city, 'a')", {"name": "city", "operator": "not ends_with", "value": "a"}),
        ("city is null", {"name": "city", "operator": "is null"}),
        ("city is not null", {"name": "city", "operator": "is not null"}),
        ("vip", {"name": "vip", "operator": "is true"}),
        ("not vip", {"name": "vip", "operator": "is false"}),
        ("vip = false", {"name": "vip", "operator": "=", "value": False}),
        ("birth_date < '2000-01-31'", {"name": "birth_date", "operator": "<", "value": "2000-01-31"}),
        (
            "last_order_at < '2000-01-31 18:00'",
            {"name": "last_order_at", "operator": "<", "value": "2000-01-31 18:00:00"},
        ),
        (
            "last_order_at > as_of - 12 weeks",
            {"name": "last_order_at", "operator": ">", "value": {"ago": "84 days"}},
        ),
        ("lower(city) = 'a'", {"text": "lower(city) = 'a'"}),
        ("spend > orders_90d", {"text": "spend > orders_90d"}),
        ("last_order_at < as_of", {"text": "last_order_at < as_of"}),
        ("is_weekend(last_order_at)", {"text": "is_weekend(last_order_at)"}),
    ],
)
def test_a_comparison_is_a_rule(written: str, rule: dict[str, Any]) -> None:
    tree = to_tree(parse(written, TAGS))
    assert tree == {"group": "all", "rules": [rule]}
    assert normal(parse(from_tree(tree, TAGS), TAGS)) == normal(parse(written, TAGS))


def test_groups_are_nested() -> None:
    tree = to_tree(parse("vip and (spend > 3 or city = 'a') and not (spend > 9 or vip)", TAGS))
    assert tree == {
        "group": "all",
        "rules": [
            {"name": "vip", "operator": "is true"},
            {
                "group": "any",
                "rules": [
                    {"name": "spend", "operator": ">", "value": 3},
                    {"name": "city", "operator": "=", "value": "a"},
                ],
            },
            {
                "group": "none",
                "rules": [{"name": "spend", "operator": ">", "value": 9}, {"name": "vip", "operator": "is true"}],
            },
        ],
    }
    assert from_tree(tree, TAGS) == "vip and (spend > 3 or city = 'a') and not (spend > 9 or vip)"


@pytest.mark.parametrize("written", CONDITIONS)
def test_every_condition_survives_the_round_trip(written: str) -> None:
    tree = json.loads(json.dumps(to_tree(parse(written, TAGS))))
    assert normal(parse(from_tree(tree, TAGS), TAGS)) == normal(parse(written, TAGS))


def test_random_rules_survive_the_round_trip() -> None:
    scope = Scope({name: Type(kind) for name, kind in plain.KINDS.items()})
    for rule in plain.rules(5, 120):
        expression = parse(plain.text(rule), scope, Type.BOOLEAN)
        tree = json.loads(json.dumps(to_tree(expression)))
        assert normal(parse(from_tree(tree, scope), scope)) == normal(expression)


def test_names_of_a_source_are_quoted() -> None:
    scope = Scope({"Order ID": Type.TEXT})
    tree = to_tree(parse("\"Order ID\" = 'x'", scope))
    assert from_tree(tree, scope) == "\"Order ID\" = 'x'"


def rules(*rules: object) -> dict[str, Any]:
    return {"group": "all", "rules": list(rules)}


@pytest.mark.parametrize(
    ("tree", "what"),
    [
        ({"group": "al", "rules": []}, "'al' is not a group. Did you mean all?"),
        ({"group": "xyz", "rules": []}, "'xyz' is not a group. Known: all, any, none."),
        ({"group": "all", "rules": []}, "a group holds at least one rule."),
        ({"group": "all", "rules": "vip"}, "a group holds at least one rule."),
        ({"group": "all"}, "a group holds at least one rule."),
        (rules("vip"), "this is not a tree of rules."),
        (rules({"name": "spend", "operator": "=>", "value": 3}), "'=>' is not an operator."),
        (rules({"name": "spend"}), "'' is not an operator."),
        (rules({"name": "spend", "operator": ">"}), "a rule needs a value."),
        (rules({"name": "spend", "operator": ">", "value": None}), "a rule needs a value."),
        (rules({"name": "spend", "operator": ">", "value": [1]}), "a rule needs a value."),
        (rules({"name": "city", "operator": "in", "value": "a"}), "'in' needs a list of values."),
        (rules({"name": "city", "operator": "in", "value": []}), "'in' needs a list of values."),
        (rules({"name": "spend", "operator": "between", "value": [1]}), "'between' needs a list of values."),
        (rules({"name": "spend", "operator": "between", "value": [1, 2, 3]}), "'between' needs a list of values."),
        (rules({"name": "cty", "operator": "=", "value": "a"}), "'cty' is not a name of tags. Did you mean city?"),
        (rules({"name": "city", "operator": "=", "value": 5}), "city is text, but 5 is integer."),
        (rules({"name": "spend", "operator": ">", "value": float("inf")}), "'inf' is not a name of tags."),
        (
            rules({"name": "last_order_at", "operator": ">", "value": {"ago": "90 days or vip"}}),
            "a rule needs a value.",
        ),
        (rules({"name": "last_order_at", "operator": ">", "value": {}}), "a rule needs a value."),
        (rules({"text": "vip) or (true"}), "')' is not expected here."),
        (rules({"text": "spend"}), "spend is money, but boolean is needed here."),
        (rules({"name": "city\" = 'a' or true --", "operator": "is null"}), "is not a name of tags."),
    ],
)
def test_a_tree_that_is_wrong_says_why(tree: dict[str, Any], what: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        from_tree(tree, TAGS)
    assert what in str(caught.value)


def test_a_tree_is_not_endless() -> None:
    tree: dict[str, Any] = {"name": "vip", "operator": "is true"}
    for _ in range(10):
        tree = {"group": "none", "rules": [tree]}
    with pytest.raises(ExpressionError, match="at most 8 levels"):
        from_tree(tree, TAGS)
