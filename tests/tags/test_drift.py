"""Drift of tags between two runs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.engine.warehouse import Step, Warehouse
from portraits.tags.drift import bars_sql, edges_sql, level, stability_index
from portraits.vocabulary.types import Type

_COUNTS = st.lists(st.integers(0, 10_000), min_size=2, max_size=12)


@given(_COUNTS)
def test_nothing_moved_is_zero(counts: list[int]) -> None:
    """The same customers in the same bars."""
    assert stability_index(counts, counts) == pytest.approx(0)


@given(_COUNTS, st.randoms())
def test_the_index_is_never_negative(counts: list[int], chance: object) -> None:
    """Each term is the product of two numbers of one sign."""
    assert stability_index(counts, counts[::-1]) >= 0


def test_the_index_is_the_published_formula() -> None:
    """Half against half becoming nine against one, by hand; the half customer hardly shows."""
    by_hand = (0.9 - 0.5) * math.log(0.9 / 0.5) + (0.1 - 0.5) * math.log(0.1 / 0.5)
    assert stability_index([500_000, 500_000], [900_000, 100_000]) == pytest.approx(by_hand, rel=1e-4)


def test_the_level_says_it_in_a_word() -> None:
    """The limits are the usual ones."""
    assert [level(index) for index in (0.0, 0.1, 0.25, 0.3)] == ["stable", "moved", "moved", "another population"]


def test_bars_of_the_older_run_are_laid_over_the_newer_one() -> None:
    """Deciles before; after, everybody spends more and falls beyond the last edge."""
    types = {"spend": Type.MONEY, "city": Type.TEXT, "born": Type.DATE}
    warehouse = Warehouse.create()
    warehouse.run(
        [
            Step(
                "older", "SELECT i * 1.0 AS spend, 'A' AS city, DATE '2000-01-01' + i::INT AS born FROM range(100) t(i)"
            ),
            Step("newer", "SELECT 1000.0 AS spend, NULL::VARCHAR AS city, NULL::DATE AS born FROM range(50)"),
        ]
    )
    edges = warehouse.query(edges_sql(types, "older")).to_pylist()[0]
    assert edges["spend"] == [9, 19, 29, 39, 49, 59, 69, 79, 89]
    before = warehouse.query(bars_sql(types, edges, "older")).to_pylist()[0]
    after = warehouse.query(bars_sql(types, edges, "newer")).to_pylist()[0]
    assert [count for _, count in before["spend"]] == [10] * 10
    assert dict(after["spend"])[math.inf] == 50
    assert (after["city unknown"], after["born unknown"], before["city unknown"]) == (50, 50, 0)
