"""Differential: random rules choose the same rows in DuckDB, in explanations and in plain Python."""

from __future__ import annotations

from benchmarks.expressions import differential


def test_two_thousand_random_rules_choose_the_same_rows_as_a_plain_evaluator() -> None:
    found = differential(2_000, seed=1)
    assert found["trees"] == 2_000
    assert found["rows"] == 120_000
    assert found["differences"] == 0, found["examples"]
