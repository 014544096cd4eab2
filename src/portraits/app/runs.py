"""Runs: list them, compare two of them, go back to one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from portraits.engine import runs as engine
from portraits.engine.runs import RunInfo
from portraits.engine.warehouse import Warehouse, literal, quote
from portraits.engine.workspace import Workspace
from portraits.tags.drift import Level, bars_sql, edges_sql, level, stability_index
from portraits.vocabulary.errors import NotFound, PortraitsError
from portraits.vocabulary.types import Type

# Bars of a text with more values than this say nothing to a person, and cost much.
_MOST_WORDS = 1000


@dataclass(frozen=True)
class RunLine:
    """A run in the list, and whether it is the one that is published."""

    info: RunInfo
    current: bool


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


def runs(workspace: Workspace) -> list[RunLine]:
    """All runs, newest first."""
    published = engine.current(workspace)
    return [RunLine(info, info.number == published) for info in engine.infos(workspace)]


def run(workspace: Workspace, number: int | None = None) -> RunInfo:
    """One run by its number, the published one where none is given."""
    number = engine.current(workspace) if number is None else number
    if number is None:
        raise NotFound("Nothing is built yet.", "Run `portraits build` first.")
    return engine.run_info(workspace, number)


def rollback(workspace: Workspace, number: int) -> RunInfo:
    """Publish an earlier run again; nothing is lost, and the newer runs stay."""
    engine.roll_back(workspace, number)
    return engine.run_info(workspace, number)


def diff(workspace: Workspace, before: int, after: int) -> RunDifference:
    """Compare two runs: tables, customers, the distribution of every tag, moves between segments."""
    with _both(workspace, before, after) as both:
        return _difference(both, engine.run_info(workspace, before), engine.run_info(workspace, after))


@contextmanager
def _both(workspace: Workspace, before: int, after: int) -> Iterator[Warehouse]:
    """Two runs in one warehouse, as `before` and `after`."""
    if before == after:
        raise PortraitsError(f"Run {before} does not differ from itself.", "Name two runs.")
    with ExitStack() as opening:
        paths = {}
        for name, number in (("before", before), ("after", after)):
            opening.enter_context(engine.held(workspace, number))
            paths[name] = engine.folder_of(workspace, number) / engine.DATABASE
        yield opening.enter_context(Warehouse.side_by_side(paths))


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


def _members(name: str) -> str:
    """Who is in which part of which segment, by the id that outlives a run."""
    return f"""(SELECT segment, member, customer_id FROM {name}.segment_members
        JOIN {name}.customers USING (customer)) AS {quote(name)}"""


_SIDES = f"{_members('before')} FULL JOIN {_members('after')}"


def _moves(both: Warehouse) -> tuple[Move, ...]:
    sql = f"""
        SELECT segment, "before".member, "after".member, count(*) AS customers
        FROM {_SIDES} USING (segment, customer_id) GROUP BY ALL ORDER BY segment, customers DESC, 2, 3"""
    return tuple(Move(*row) for row in both.rows(sql))


def moved(workspace: Workspace, move: Move, before: int, after: int, limit: int = 1000) -> list[str]:
    """The ids of the customers behind one move."""
    sql = f"""
        SELECT customer_id FROM {_SIDES} USING (segment, customer_id)
        WHERE segment = {literal(move.segment)} AND "before".member IS NOT DISTINCT FROM {literal(move.before)}
            AND "after".member IS NOT DISTINCT FROM {literal(move.after)}
        ORDER BY customer_id LIMIT {int(limit)}"""
    with _both(workspace, before, after) as both:
        return [row[0] for row in both.rows(sql)]
