"""Diff: what changed from one run to another: tables, customers, the values of tags, moves between parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from portraits.app.reading import reading
from portraits.app.runs.pair import MEMBERS, pair
from portraits.app.segments.bins import tabled
from portraits.engine import runs as engine
from portraits.engine.runs import RunInfo
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.tags.drift import Level, bars_sql, edges_sql, level, stability_index
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

# Bars of a text with more values than this say nothing to a person, and cost much.
_MOST_WORDS = 1000
_MOST_BARS = 12  # of a text that are shown; the rest is one bar


@dataclass(frozen=True)
class TagChange:
    """How one tag differs between two runs; `mean` of numbers, days since 1970 for dates."""

    tag: str
    coverage_before: float
    coverage_after: float
    mean_before: float | None
    mean_after: float | None
    stability: float | None
    level: Level | None


@dataclass(frozen=True)
class Move:
    """Customers who went from one part of a segment to another; None is in no part or no customer yet."""

    segment: str
    before: str | None
    after: str | None
    customers: int


@dataclass(frozen=True)
class Drift:
    """The values of one tag in two runs: customers in each of the same bars, and how far they drifted.

    Bars are values, or upper limits of a number (days since 1970 for dates); None are the values
    above all limits, or the rest of a text's values. A tag whose values point at persons has none.
    """

    change: TagChange
    kind: Type
    bars: tuple[tuple[Any, int, int], ...]


@dataclass(frozen=True)
class RunDifference:
    """What changed from one run to another, the largest drift first."""

    before: RunInfo
    after: RunInfo
    rows: Mapping[str, tuple[int, int]]
    new_customers: int
    gone_customers: int
    tags: tuple[TagChange, ...]
    added_tags: tuple[str, ...]
    removed_tags: tuple[str, ...]
    moves: tuple[Move, ...]


def diff(workspace: Workspace, before: int, after: int) -> RunDifference:
    """Compare two runs: tables, customers, the distribution of every tag, moves between segments."""
    built = tuple(engine.run_info(workspace, number).created_at for number in (before, after))
    return _diffed(workspace.folder.resolve(), (before, after), built)


@lru_cache(maxsize=8)
def _diffed(folder: Path, numbers: tuple[int, int], built: tuple[datetime, ...]) -> RunDifference:
    """Runs never change, so what sets two of them apart is worked out once."""
    workspace = Workspace(folder)
    with pair(workspace, *numbers) as both:
        return _difference(both, *(engine.run_info(workspace, number) for number in numbers))


def drift(workspace: Workspace, tag: str, before: int, after: int) -> Drift:
    """The distribution of one tag in two runs; NotFound where not both hold it as the same kind of value."""
    then, now = (_types(engine.run_info(workspace, number)) for number in (before, after))
    if tag not in now or then.get(tag) != now[tag]:
        shared = [name for name, kind in now.items() if then.get(name) == kind]
        raise NotFound(say("There is no tag {name} in both runs.", name=tag), nearest(tag, shared))
    with pair(workspace, before, after) as both:
        [change] = _changes(both, {tag: now[tag]})
        return Drift(change, now[tag], tuple(_bars(both, tag, now[tag])) if _shown(workspace, tag) else ())


def titles(workspace: Workspace) -> Mapping[str, Text]:
    """What the tags are called, by their names; those of the definitions and of the published run."""
    with reading(workspace) as run:
        return {name: tag.title for name, tag in {**run.tags, **run.defined_tags}.items()}


def _shown(workspace: Workspace, tag: str) -> bool:
    """Whether the values of a tag point at no person."""
    with reading(workspace) as run:
        return tag in {each.name for each in tabled(run) if not each.personal}


def _difference(both: Warehouse, before: RunInfo, after: RunInfo) -> RunDifference:
    then, now = _types(before), _types(after)
    shared = {name: kind for name, kind in now.items() if then.get(name) == kind}
    new, gone = (_missing(both, *names) for names in (("after", "before"), ("before", "after")))
    return RunDifference(
        before,
        after,
        {name: (before.rows.get(name, 0), after.rows.get(name, 0)) for name in {**before.rows, **after.rows}},
        new,
        gone,
        _changes(both, shared),
        tuple(sorted(now.keys() - then.keys())),
        tuple(sorted(then.keys() - now.keys())),
        _moves(both),
    )


def _types(info: RunInfo) -> dict[str, Type]:
    return {name: Type(kind) for name, kind in info.figures.get("tags", {}).items()}


def _missing(both: Warehouse, here: str, there: str) -> int:
    sql = f"SELECT count(*) FROM {here}.customers ANTI JOIN {there}.customers USING (customer_id)"
    return int(both.rows(sql)[0][0])


def _changes(both: Warehouse, types: Mapping[str, Type]) -> tuple[TagChange, ...]:
    then, now = (_statistics(both, name) for name in ("before", "after"))
    types = {name: kind for name, kind in types.items() if name in then and name in now}  # a retired tag has none
    few = {name: kind for name, kind in types.items() if _countable(kind, then[name], now[name])}
    edges = both.query(edges_sql(few, "before.portrait")).to_pylist()[0]
    bars = [both.query(bars_sql(few, edges, f"{name}.portrait")).to_pylist()[0] for name in ("before", "after")]
    changes = [_change(name, then[name], now[name], *_aligned(name, *bars)) for name in types]
    return tuple(sorted(changes, key=lambda change: (-(change.stability or 0), change.tag)))


def _statistics(both: Warehouse, name: str) -> dict[str, dict[str, Any]]:
    rows = both.query(f"SELECT * EXCLUDE distribution FROM {name}.tag_statistics").to_pylist()
    return {row["tag"]: row for row in rows}


def _countable(kind: Type, *statistics: Mapping[str, Any]) -> bool:
    return kind not in (Type.TEXT, Type.JSON) or all(s["distinct_values"] <= _MOST_WORDS for s in statistics)


def _aligned(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[list[float], list[float]]:
    """Customers per bar in both runs over the same bars, the customers without a value last."""
    if name not in before:
        return [], []
    first, second = dict(before[name] or ()), dict(after[name] or ())
    keys = list({**first, **second})
    unknown = f"{name} unknown"
    return (
        [*(first.get(key, 0) for key in keys), before[unknown]],
        [*(second.get(key, 0) for key in keys), after[unknown]],
    )


def _change(
    name: str, then: Mapping[str, Any], now: Mapping[str, Any], before: Sequence[float], after: Sequence[float]
) -> TagChange:
    index = stability_index(before, after) if before else None
    return TagChange(
        name, _coverage(then), _coverage(now), then["mean"], now["mean"], index, None if index is None else level(index)
    )


def _coverage(statistics: Mapping[str, Any]) -> float:
    return statistics["known"] / statistics["customers"] if statistics["customers"] else 0.0


def _bars(both: Warehouse, tag: str, kind: Type) -> Iterator[tuple[Any, int, int]]:
    """The bars of both runs side by side: limits rising, values by their number; unknown values left out."""
    edges = both.query(edges_sql({tag: kind}, "before.portrait")).to_pylist()[0]
    then, now = (
        dict(both.query(bars_sql({tag: kind}, edges, f"{name}.portrait")).to_pylist()[0][tag] or ())
        for name in ("before", "after")
    )
    if kind.numeric or kind.temporal:
        top = max(edges.get(tag) or [0.0])
        for key in sorted({*then, *now}):
            yield key if key <= top else None, then.get(key, 0), now.get(key, 0)
        return
    ordered = sorted({*then, *now}, key=lambda key: (-then.get(key, 0) - now.get(key, 0), key))
    for key in ordered[:_MOST_BARS]:
        yield key, then.get(key, 0), now.get(key, 0)
    rest = ordered[_MOST_BARS:]
    if rest:
        yield None, sum(then.get(key, 0) for key in rest), sum(now.get(key, 0) for key in rest)


def _moves(both: Warehouse) -> tuple[Move, ...]:
    sql = f"""
        SELECT segment, "before".member, "after".member, count(*) AS customers
        FROM {MEMBERS} USING (segment, customer_id) GROUP BY ALL ORDER BY segment, customers DESC, 2, 3"""
    return tuple(Move(*row) for row in both.rows(sql))
