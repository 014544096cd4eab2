"""Aggregates: what they give over rows, with ties, gaps and missing values."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.engine.expressions import aggregates_in, parse
from portraits.engine.expressions.composed import basic
from portraits.vocabulary.window import Window
from tests.engine.expressions.scopes import AS_OF, ORDERS, over


def order(day: str, amount: str | None = None, channel: str | None = None, **rest: Any) -> dict[str, Any]:
    moment = datetime.fromisoformat(day)
    money = None if amount is None else Decimal(amount)
    return {"ordered_at": moment, "day": moment.date(), "amount": money, "channel": channel, **rest}


ROWS = [
    order("2024-05-04 10:00", "10.50", "web", items=1, weight=0.5, paid=True),
    order("2024-05-04 23:30", "20", "store", items=2, weight=1.5, paid=False),
    order("2024-05-14 09:00", None, "web", items=3, weight=None, paid=None),
    order("2024-04-01 12:00", "5", None, items=None, weight=2.0, paid=True),
    order("2024-05-14 09:00", "1", "app", items=4, weight=4.0, paid=True),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(*)", 5),
        ("count(amount)", 4),
        ("count(distinct channel)", 3),
        ("count(distinct day)", 3),
        ("count(*) filter (where paid)", 3),
        ("count(*) filter (where not paid)", 1),
        ("count(*) filter (where paid is null)", 1),
        ("sum(amount)", Decimal("36.5000")),
        ("sum(items)", 10),
        ("sum(weight)", 8.0),
        ("sum(items * amount)", Decimal("54.5000")),
        ("avg(amount)", 9.125),
        ("sum(amount) / count(*)", 7.3),
        ("min(channel)", "app"),
        ("max(amount)", Decimal("20.0000")),
        ("max(day)", datetime(2024, 5, 14).date()),
        ("median(amount)", 7.75),
        ("percentile(amount, 1)", 20.0),
        ("percentile(items, 0.5)", 2.5),
        ("stddev(items)", math.sqrt(5 / 3)),
        ("first(channel)", "web"),
        ("first(amount)", Decimal("5.0000")),
        ("last(channel)", "web"),
        ("last(amount)", Decimal("1.0000")),
        ("first(paid) filter (where not paid)", False),
        ("most_frequent(channel)", "web"),
        ("most_frequent(channel) filter (where paid)", "app"),
        ("share(paid)", 0.6),
        ("share(paid) filter (where amount > 5)", 0.5),
        ("share(not paid)", 0.2),
        ("top_share(channel)", 0.5),
        ("top_share(channel) filter (where paid)", 0.5),
        ("entropy(channel)", 1.5),
        ("entropy(channel) filter (where channel = 'web')", 0.0),
        ("mean_gap()", 21.5),
        ("mean_gap() filter (where channel = 'web')", 10.0),
        ("mean_gap() filter (where channel = 'app')", None),
        ("months_active()", 2),
        ("days_since(max(ordered_at))", 18),
        ("if(count(*) > 3, 'often', 'rarely')", "often"),
        ("count(*) > 5 or sum(amount) > 36", True),
        ("sum(amount) filter (where channel = 'none') > 3", False),
        ("coalesce(sum(amount) filter (where channel = 'none'), 0)", Decimal("0.0000")),
    ],
)
def test_an_aggregate_gives(text: str, expected: object) -> None:
    found = over(text, ROWS)
    assert found == pytest.approx(expected) if isinstance(expected, float) else found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count(*)", 0),
        ("sum(amount)", None),
        ("share(paid)", None),
        ("mean_gap()", None),
        ("most_frequent(channel)", None),
    ],
)
def test_over_no_rows(text: str, expected: object) -> None:
    assert over(text, []) == expected


def test_a_sum_that_no_longer_fits_is_missing() -> None:
    large = [order("2024-05-04", "99999999999999", items=2**62) for _ in range(4)]
    assert over("sum(amount)", large) is None
    assert over("sum(items)", large) is None


@pytest.mark.parametrize("seed", range(8))
def test_of_equally_frequent_values_the_smallest_is_the_favourite(seed: int) -> None:
    dice = random.Random(seed)
    channels = [channel for channel in "dbca" for _ in range(50)] + ["e"] * 49 + ["上"] * 50
    dice.shuffle(channels)
    assert over("most_frequent(channel)", [order("2024-05-04", channel=each) for each in channels]) == "a"


@pytest.mark.parametrize("seed", range(4))
def test_of_rows_at_the_same_moment_first_is_the_smallest_and_last_the_largest(seed: int) -> None:
    dice = random.Random(seed)
    rows = [order("2024-05-04", channel=each) for each in ("b", "c", "a", None)]
    dice.shuffle(rows)
    assert over("first(channel) || last(channel)", rows) == "ac"


def test_the_slope_is_that_of_least_squares_over_equal_parts_of_the_window() -> None:
    sums = [3.0, 1.0, 4.0, 1.5]
    rows = [
        order((AS_OF - timedelta(days=90 * (3 - place) + 45)).isoformat(sep=" "), str(amount))
        for place, amount in enumerate(sums)
    ]
    places = range(len(sums))
    middle, mean = sum(places) / 4, sum(sums) / 4
    expected = sum((x - middle) * (y - mean) for x, y in zip(places, sums, strict=True)) / sum(
        (x - middle) ** 2 for x in places
    )
    assert over("slope(amount, 4)", rows, "360 days") == pytest.approx(expected)
    outside = [order("2022-01-01", "1000"), order("2024-06-02", "1000")]
    assert over("slope(amount, 4)", rows + outside, "360 days") == pytest.approx(expected)
    shifted = [{**row, "ordered_at": row["ordered_at"] - timedelta(days=30)} for row in rows]
    assert over("slope(amount, 4)", shifted, "30 to 390 days") == pytest.approx(expected)


def test_a_flat_course_has_no_slope() -> None:
    rows = [order((AS_OF - timedelta(days=days)).isoformat(sep=" "), "7") for days in (10, 40, 70)]
    assert over("slope(amount, 3)", rows, "90 days") == pytest.approx(0.0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=20))
def test_the_mean_gap_is_the_mean_of_the_gaps(days: list[int]) -> None:
    rows = [order((AS_OF - timedelta(days=each)).isoformat(sep=" ")) for each in days]
    distinct = sorted(set(days))
    gaps = [late - early for early, late in pairwise(distinct)]
    expected = sum(gaps) / len(gaps) if gaps else None
    assert over("mean_gap()", rows) == (pytest.approx(expected) if gaps else None)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=20))
def test_variety_and_favourite_follow_their_formulas(channels: list[str | None]) -> None:
    known = [channel for channel in channels if channel is not None]
    shares = [known.count(each) / len(known) for each in sorted(set(known))]
    rows = [order("2024-05-04", channel=each) for each in channels]
    entropy = over("entropy(channel)", rows)
    assert (entropy or 0.0) == pytest.approx(-sum(share * math.log2(share) for share in shares), abs=1e-12)
    assert over("top_share(channel)", rows) == (pytest.approx(max(shares)) if shares else None)


def test_composed_aggregates_keep_their_rows() -> None:
    node = parse("share(paid) filter (where items > 1)", ORDERS).node
    above, below = aggregates_in(basic(node))
    assert above.where is not None
    assert below.where is not None
    assert above.where != below.where
    assert basic(below, Window(0, 30)) == below
