"""Drift: how far a tag's values have moved between two runs.

The measure is the population stability index over the same bars in both runs,
PSI = sum((b - a) * ln(b / a)), a and b being shares of the customers, the unknown ones included.
Usual reading: below 0.1 stable, up to 0.25 moved, above that another population
(Siddiqi, Credit Risk Scorecards, 2006).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from portraits.engine.warehouse import literal, quote
from portraits.vocabulary.types import Type

Level = Literal["stable", "moved", "another population"]

_TENTHS = [tenth / 10 for tenth in range(1, 10)]
# A bar that was empty would make the index infinite: each bar counts half a customer more.
_HALF = 0.5


def stability_index(before: Sequence[float], after: Sequence[float]) -> float:
    """PSI of customers per bar before and after; 0 where nothing moved."""
    first, second = _shares(before), _shares(after)
    return sum((b - a) * math.log(b / a) for a, b in zip(first, second, strict=True))


def level(index: float) -> Level:
    """What the index says in a word."""
    if index < 0.1:
        return "stable"
    return "moved" if index <= 0.25 else "another population"


def edges_sql(types: Mapping[str, Type], portrait: str) -> str:
    """One row: for each number tag the deciles of its values, a list (NULL where nobody has it)."""
    each = [
        f"quantile_disc({_number(name, kind)}, {_TENTHS}) AS {quote(name)}"
        for name, kind in types.items()
        if _counted(kind)
    ]
    return f"SELECT {', '.join(each) or 'NULL'} FROM {portrait}"


def bars_sql(types: Mapping[str, Type], edges: Mapping[str, Sequence[float] | None], portrait: str) -> str:
    """One row: for each tag a map from bar (upper edge, or the value itself) to customers, and how many lack it."""
    each = []
    for name, kind in types.items():
        each.append(f"{_bars(name, kind, edges.get(name))} AS {quote(name)}")
        each.append(f"count(*) - count({quote(name)}) AS {quote(name + ' unknown')}")
    return f"SELECT {', '.join(each) or 'NULL'} FROM {portrait}"


def _bars(name: str, kind: Type, edges: Sequence[float] | None) -> str:
    if not _counted(kind):
        return f"histogram(CAST({quote(name)} AS VARCHAR))"
    limits = sorted(set(edges or ())) or [0.0]
    return f"histogram({_number(name, kind)}, [{', '.join(literal(float(edge)) for edge in limits)}])"


def _counted(kind: Type) -> bool:
    return kind.numeric or kind.temporal


def _number(name: str, kind: Type) -> str:
    return f"epoch({quote(name)}) / 86400" if kind.temporal else f"CAST({quote(name)} AS DOUBLE)"


def _shares(counts: Sequence[float]) -> list[float]:
    total = sum(counts) + _HALF * len(counts)
    return [(count + _HALF) / total for count in counts]
