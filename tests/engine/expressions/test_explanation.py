"""Explanation: per comparison the value, the operator, the limit and what became of it."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from portraits.engine.expressions import Scope, Verdict, explain, parse
from portraits.vocabulary.types import Type
from tests.engine.expressions import plain
from tests.engine.expressions.plain_values import result
from tests.engine.expressions.scopes import AS_OF, TAGS

HOLDS, FAILS, UNKNOWN = Verdict.HOLDS, Verdict.FAILS, Verdict.UNKNOWN
ROW: dict[str, Any] = {"orders_90d": 5, "spend": Decimal(10), "city": "北京", "vip": False}


@pytest.mark.parametrize(
    ("text", "subject", "value", "operator", "limit", "verdict"),
    [
        ("orders_90d > 3", "orders_90d", 5, ">", 3, HOLDS),
        ("not orders_90d > 3", "orders_90d", 5, "<=", 3, FAILS),
        ("score > 3", "score", None, ">", 3, UNKNOWN),
        ("not score > 3", "score", None, "<=", 3, UNKNOWN),
        ("city in ('北京', '上海')", "city", "北京", "in", ("北京", "上海"), HOLDS),
        ("city not in ('北京')", "city", "北京", "not in", ("北京",), FAILS),
        ("spend between 5 and 8", "spend", Decimal("10.0000"), "between", (5, 8), FAILS),
        ("spend not between 5 and 8", "spend", Decimal("10.0000"), "not between", (5, 8), HOLDS),
        ("city like '北%'", "city", "北京", "like", "北%", HOLDS),
        ("city not like '北%'", "city", "北京", "not like", "北%", FAILS),
        ("contains(city, '京')", "city", "北京", "contains", "京", HOLDS),
        ("not starts_with(city, '京')", "city", "北京", "not starts_with", "京", HOLDS),
        ("score is null", "score", None, "is null", None, HOLDS),
        ("city is not null", "city", "北京", "is not null", None, HOLDS),
        ("vip", "vip", False, "is true", None, FAILS),
        ("not vip", "vip", False, "is false", None, HOLDS),
        ("vip = false", "vip", False, "=", False, HOLDS),
        ("spend / orders_90d > 1.5", "spend / orders_90d", 2.0, ">", 1.5, HOLDS),
        ("spend / 0 > 1.5", "spend / 0", None, ">", 1.5, UNKNOWN),
        ("last_order_at > as_of - 90 days", "last_order_at", None, ">", datetime(2024, 3, 3, 12), UNKNOWN),
        ("orders_90d > spend", "orders_90d", 5, ">", Decimal("10.0000"), FAILS),
        ("is_weekend(as_of)", "is_weekend(as_of)", True, "is true", None, HOLDS),
        ("if(vip, 1, 2) = 2", "case when vip then 1 else 2 end", 2, "=", 2, HOLDS),
    ],
)
def test_a_comparison_is_explained(
    text: str, subject: str, value: object, operator: str, limit: object, verdict: Verdict
) -> None:
    found = explain(parse(text, TAGS), ROW, AS_OF)
    assert (found.subject, found.value, found.operator, found.verdict) == (subject, value, operator, verdict)
    assert found.limit == limit
    assert found.leaves == (found,)
    assert found.holds == (verdict == HOLDS)


def test_a_rule_is_explained_part_by_part() -> None:
    found = explain(parse("orders_90d > 3 and (vip or score > 2) and not (city = 'x' or vip)", TAGS), ROW, AS_OF)
    assert (found.group, found.verdict) == ("all", UNKNOWN)
    first, either, none = found.parts
    assert (first.text, first.verdict) == ("orders_90d > 3", HOLDS)
    assert (either.group, either.verdict) == ("any", UNKNOWN)
    assert (none.group, none.verdict) == ("none", HOLDS)
    assert [leaf.text for leaf in found.leaves] == ["orders_90d > 3", "vip", "score > 2", "city = 'x'", "vip"]
    assert [leaf.verdict for leaf in found.leaves] == [HOLDS, FAILS, UNKNOWN, FAILS, FAILS]


def test_a_leaf_names_what_it_reads() -> None:
    assert explain(parse("spend / orders_90d > 2", TAGS), ROW, AS_OF).names == ("orders_90d", "spend")


def test_a_day_is_explained_as_a_day() -> None:
    found = explain(parse("birth_date < '2000-01-01'", TAGS), {"birth_date": date(1990, 5, 1)}, AS_OF)
    assert (found.value, found.limit, found.verdict) == (date(1990, 5, 1), date(2000, 1, 1), HOLDS)


@pytest.mark.parametrize("seed", range(6))
def test_the_verdict_is_that_of_the_rule(seed: int) -> None:
    dice = random.Random(seed)
    scope = Scope({name: Type(kind) for name, kind in plain.KINDS.items()})
    table = plain.rows(dice, 10)
    verdicts = {True: HOLDS, False: FAILS, None: UNKNOWN}
    for rule in (plain.rule(dice, 3) for _ in range(20)):
        expression = parse(plain.text(rule), scope, Type.BOOLEAN)
        for row in table:
            assert explain(expression, row, plain.AS_OF).verdict == verdicts[result(rule, row)]
