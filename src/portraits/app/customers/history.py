"""History: the values of a customer's tags over the runs that are kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from portraits.app.customers.subject import shown, subject
from portraits.app.reading import TagColumn, kept_run, reading
from portraits.engine import runs as engine
from portraits.engine.runs import RunInfo
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound

MOST_RUNS = 12  # the newest; what is older than a dozen builds is a matter for a report


@dataclass(frozen=True)
class Point:
    """A tag's value in one run, and the mean of all customers then.

    `held` is false where that run has no such tag or no such customer; `changed` where the value
    is another one than in the run before.
    """

    run: int
    as_of: datetime
    value: Any
    mean: float | None
    held: bool
    changed: bool


@dataclass(frozen=True)
class TagHistory:
    """The points of one tag, oldest first."""

    tag: TagColumn
    points: tuple[Point, ...]

    @property
    def changes(self) -> int:
        """How often the value changed."""
        return sum(point.changed for point in self.points)


@dataclass(frozen=True)
class History:
    """The tags asked for, or all that changed, the most changing first; `runs` are oldest first."""

    customer_id: str
    runs: tuple[RunInfo, ...]
    tags: tuple[TagHistory, ...]
    as_of: datetime
    run: int


@dataclass(frozen=True)
class _Then:
    """What one run knew of the customer; `values` is empty where it did not know it."""

    info: RunInfo
    values: Mapping[str, Any] = field(repr=False)
    means: Mapping[str, float] = field(repr=False)


def history(workspace: Workspace, customer_id: str, tags: Sequence[str] = ()) -> History:
    """The values of tags over the runs that are kept; NotFound where there is no such customer or tag.

    Args:
        workspace: where to look.
        customer_id: the customer, who must be in the published run.
        tags: which tags; where none is named, all those that changed.
    """
    with reading(workspace) as run:
        subject(run, customer_id)
        wanted = [run.tag(name) for name in tags] or list(run.tags.values())
        then = list(_then(workspace, customer_id))
        told = [TagHistory(tag, tuple(_points(tag, then))) for tag in wanted]
        if not tags:
            told = sorted((each for each in told if each.changes), key=lambda each: -each.changes)
        return History(
            customer_id=customer_id,
            runs=tuple(each.info for each in then),
            tags=tuple(told),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _then(workspace: Workspace, customer_id: str) -> Iterator[_Then]:
    newest = engine.infos(workspace)[:MOST_RUNS]
    for info in sorted(newest, key=lambda info: (info.as_of, info.number)):
        with suppress(NotFound):  # a build may have pruned it meanwhile
            yield _told(workspace, info, customer_id)


def _told(workspace: Workspace, info: RunInfo, customer_id: str) -> _Then:
    with kept_run(workspace, info.number) as run:
        # Two look-ups, as for a portrait: a join of hundreds of columns costs more.
        found = run.warehouse.rows("SELECT customer FROM customers WHERE customer_id = ?", [customer_id])
        rows = run.warehouse.query("SELECT * FROM portrait WHERE customer = ?", found[0]).to_pylist() if found else []
        means = dict(run.warehouse.rows("SELECT tag, mean FROM tag_statistics WHERE mean IS NOT NULL"))
    return _Then(info, rows[0] if rows else {}, means)


def _points(tag: TagColumn, then: Sequence[_Then]) -> Iterator[Point]:
    """The points of one tag; personal values are compared as they are and shown masked."""
    held = [tag.name in each.values for each in then]
    values = [each.values.get(tag.name) for each in then]
    both = [before and after for before, after in pairwise(held)]
    moved = [known and differ(*pair) for known, pair in zip(both, pairwise(values), strict=True)]
    for each, known, value, changed in zip(then, held, values, [False, *moved], strict=True):
        mean = each.means.get(tag.name) if tag.numeric else None
        yield Point(each.info.number, each.info.as_of, shown(tag, value), mean, known, changed)


def differ(one: Any, other: Any) -> bool:
    """Whether two values of a tag are not the same; sums of one set of numbers differ in their last digits."""
    if isinstance(one, float) and isinstance(other, float):
        return not math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return bool(one != other)
