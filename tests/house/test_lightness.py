"""Lightness: `portraits --help` answers at once."""

from __future__ import annotations

from benchmarks.lightness import HEAVY, help_cpu_seconds, help_modules


def test_help_imports_nothing_heavy() -> None:
    assert sorted(HEAVY & help_modules()) == []


def test_help_takes_under_six_tenths_of_a_second() -> None:
    assert min(help_cpu_seconds() for _ in range(3)) < 0.6
