"""Differential: random rules choose the same rows in DuckDB, in explanations and in plain Python."""

from __future__ import annotations

from benchmarks.expressions import differential


def test_six_hundred_random_rules_choose_the_same_rows_as_a_plain_evaluator() -> None:
    """The figure `expression-differential` asks for many more."""
    found = differential(600, seed=1)
    assert found["trees"] == 600
    assert found["rows"] == 36_000
    assert found["differences"] == 0, found["examples"]
