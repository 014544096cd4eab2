"""Course: how the values of one tag went over the runs that are kept, and whether they drift."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.reading import TagColumn, kept_run, reading, type_of
from portraits.app.tags.tags import Bar, bars_of
from portraits.engine import runs as engine
from portraits.engine.reader import OpenRun
from portraits.engine.runs import RunInfo
from portraits.engine.workspace import Workspace
from portraits.tags.drift import Level, bars_sql, edges_sql, level, stability_index
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.types import Type

MOST_RUNS = 12  # the newest
MOST_WORDS = 1000  # different values of a text; more of them tell of persons, not of a population


@dataclass(frozen=True)
class Point:
    """A tag in one run; `stability` is its index against the run before, None where nothing can be compared.

    `mean` is of numbers; `redefined` where the run was built by another definition than the one before.
    """

    run: int
    as_of: datetime
    customers: int
    known: int
    mean: float | None
    stability: float | None
    level: Level | None
    redefined: bool
    bars: tuple[Bar, ...] = ()

    @property
    def coverage(self) -> float:
        """The share of customers for whom the value is known."""
        return self.known / self.customers if self.customers else 0.0


@dataclass(frozen=True)
class Course:
    """The points of one tag, oldest first; `level` is that of the newest."""

    tag: str
    points: tuple[Point, ...]

    @property
    def level(self) -> Level | None:
        """How far the values have moved since the run before the newest."""
        return self.points[-1].level if self.points else None


@dataclass(frozen=True)
class _Then:
    """What one run knew of the tag; `bars` are customers by value, or by upper limit."""

    info: RunInfo
    customers: int
    known: int
    mean: float | None
    bars: Mapping[Any, float] | None
    shown: tuple[Bar, ...]
    definition: str | None


def course(workspace: Workspace, name: str) -> Course:
    """The tag over the runs that are kept; NotFound where the published run does not hold it."""
    with reading(workspace) as run:
        tag = run.tag(name)
        owner = next((own for own, each in run.defined.items() if name in {one.tag for one in each.pieces(own)}), name)
    infos = sorted(engine.generations(workspace)[:MOST_RUNS], key=lambda info: (info.as_of, info.number))
    then: list[_Then] = []
    edges: Sequence[float] | None = None
    for info in infos:
        with suppress(NotFound), kept_run(workspace, info.number) as held:  # a build may have pruned it meanwhile
            kind = _type(held, name)
            if kind is None or _family(kind) != _family(tag.type):
                continue
            if edges is None and _family(kind) == "number":
                edges = _edges(held, name, kind)
            then.append(_told(held, tag, kind, edges, info.figures.get("definitions", {}).get(f"tags.{owner}")))
    return Course(name, tuple(_points(then)))


def _type(run: OpenRun, name: str) -> Type | None:
    sql = "SELECT data_type FROM information_schema.columns WHERE table_name = 'portrait' AND column_name = ?"
    found = run.warehouse.rows(sql, [name])
    return type_of(found[0][0]) if found else None


def _family(kind: Type) -> str:
    """What can be compared: numbers with numbers, days with moments."""
    return "number" if kind.numeric or kind.temporal else str(kind)


def _edges(run: OpenRun, name: str, kind: Type) -> Sequence[float]:
    """The limits of the bars, by the oldest run: drift is seen from where one came."""
    return run.warehouse.rows(edges_sql({name: kind}, "portrait"))[0][0] or []


def _told(run: OpenRun, tag: TagColumn, kind: Type, edges: Sequence[float] | None, definition: str | None) -> _Then:
    name = tag.name
    sql = "SELECT customers, known, distinct_values, mean, distribution FROM tag_statistics WHERE tag = ?"
    rows = run.warehouse.rows(sql, [name])
    customers, known, distinct, mean, shown = rows[0] if rows else (0, 0, 0, None, None)
    bars: Mapping[Any, float] | None = None
    if customers and (_family(kind) == "number" or distinct <= MOST_WORDS):
        found, unknown = run.warehouse.rows(bars_sql({name: kind}, {name: edges}, "portrait"))[0]
        bars = {**dict(found or {}), None: unknown}
    return _Then(run.info, customers, known, mean if kind.numeric else None, bars, bars_of(tag, shown), definition)


def _points(then: Sequence[_Then]) -> Iterator[Point]:
    before: list[_Then | None] = [None, *then[:-1]]
    for old, new in zip(before, then, strict=True):
        index = _index(old, new)
        yield Point(
            new.info.number,
            new.info.as_of,
            new.customers,
            new.known,
            new.mean,
            index,
            None if index is None else level(index),
            old is not None and None not in (old.definition, new.definition) and old.definition != new.definition,
            new.shown,
        )


def _index(old: _Then | None, new: _Then) -> float | None:
    if old is None or old.bars is None or new.bars is None:
        return None
    keys = list({**old.bars, **new.bars})
    return stability_index([old.bars.get(key, 0) for key in keys], [new.bars.get(key, 0) for key in keys])
