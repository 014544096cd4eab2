"""History: the values of a customer's tags over the runs that are kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from portraits.app.customers.subject import shown, subject
from portraits.app.reading import TagColumn, reading
from portraits.engine import runs as engine
from portraits.engine.runs import RunInfo
from portraits.engine.warehouse import Warehouse, quote
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
        customer_id = subject(run, customer_id).customer_id
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
    newest = sorted(engine.generations(workspace)[:MOST_RUNS], key=lambda info: (info.as_of, info.number))
    with ExitStack() as reading_them:
        kept = [info for info in newest if _is_held(reading_them, workspace, info)]
        # All in one engine: opening one costs more than all that is asked of a run.
        places = {_place(info): engine.folder_of(workspace, info.number) / engine.DATABASE for info in kept}
        with Warehouse.side_by_side(places) as runs:
            yield from [_told(runs, info, customer_id) for info in kept]


def _is_held(stack: ExitStack, workspace: Workspace, info: RunInfo) -> bool:
    """Whether a run is there still, and stays so for as long as it is read; a build may have pruned it meanwhile."""
    with suppress(NotFound):
        stack.enter_context(engine.held(workspace, info.number))
        return True
    return False


def _place(info: RunInfo) -> str:
    return f"run_{info.number}"


def _told(runs: Warehouse, info: RunInfo, customer_id: str) -> _Then:
    place = quote(_place(info))
    # Two look-ups, as for a portrait: a join of hundreds of columns costs more.
    found = runs.rows(f"SELECT customer FROM {place}.customers WHERE customer_id = ?", [customer_id])
    rows = runs.records(f"SELECT * FROM {place}.portrait WHERE customer = ?", found[0]) if found else []
    means = dict(runs.rows(f"SELECT tag, mean FROM {place}.tag_statistics WHERE mean IS NOT NULL"))
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
