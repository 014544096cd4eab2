"""Comparison: what tells two groups of customers apart, ranked, over known values only."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from portraits.app.customers.choice import condition
from portraits.app.customers.subject import shown
from portraits.app.reading import Reading, TagColumn, reading
from portraits.app.segments.bins import equals, tabled
from portraits.app.segments.segments import PartLine, SegmentView, parts_of
from portraits.engine.expressions import where
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.tags.origins import above, origins
from portraits.vocabulary.errors import BadInput, NotFound, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type

FEWEST = 10  # customers of a group with a known value; below that a mean says nothing
BEYOND_CHANCE = 3.0  # standard errors
UNKNOWN = "unknown"  # a value that says that there is none
MOST = 24  # differences that are shown
_MANY = 200  # more than this many values of a text are names, not kinds
_TOGETHER = 24  # tags in one statement: planning one of hundreds takes longer than running it


@dataclass(frozen=True)
class Group:
    """A side of the comparison: how many customers, and for how many of them the value is known."""

    known: int
    customers: int
    figure: float  # the mean of a number, the share of a value among the known ones

    @property
    def coverage(self) -> float:
        """The share of the group whose value is known."""
        return self.known / self.customers if self.customers else 0.0


@dataclass(frozen=True)
class Difference:
    """One thing that tells the groups apart: the mean of a number, or the share of one value.

    `effect` is the difference in standard deviations: Cohen's d of means, h of shares (Cohen,
    Statistical Power Analysis, 1988). `rule` chooses who has the value, empty for a number.
    """

    tag: TagColumn
    value: Any
    first: Group
    second: Group
    effect: float
    rule: str = ""

    @property
    def index(self) -> float | None:
        """TGI: the first figure in percent of the second; None where that is 0 or below."""
        return 100 * self.first.figure / self.second.figure if self.second.figure > 0 else None


@dataclass(frozen=True)
class Comparison:
    """Two parts of a segment side by side; `other` is None for everybody else in it."""

    segment: SegmentView
    part: PartLine
    other: PartLine | None
    customers: int
    others: int
    differences: tuple[Difference, ...]
    as_of: datetime
    run: int


def compare(workspace: Workspace, segment: str, part: str, other: str = "") -> Comparison:
    """What tells one part of a segment from another, or from all others where none is named.

    The tags that the segment is made of, and those of the same columns, are left out: they differ by definition.
    """
    with reading(workspace) as run:
        view = parts_of(workspace, run, segment)
        first = _part(view, part)
        second = _part(view, other) if other else None
        if second == first:
            raise BadInput(say("A part does not differ from itself."), say("Choose two parts."))
        rest = f"{quote(view.line.tag.name)} IS NOT NULL"
        sides = (_sql(run, first.rule), _sql(run, second.rule) if second else rest)
        return Comparison(
            segment=view,
            part=first,
            other=second,
            customers=first.customers,
            others=second.customers if second else view.line.customers - first.customers,
            differences=differences(run, *sides, without=_made_of(run, view))[:MOST],
            as_of=run.as_of,
            run=run.run.info.number,
        )


def differences(run: Reading, first: str, second: str, without: Collection[str] = ()) -> tuple[Difference, ...]:
    """What tells two groups apart beyond chance, the clearest first, one line a tag.

    Args:
        run: the open run.
        first: SQL over the portrait that chooses the first group.
        second: SQL that chooses the second one; who is in both counts as of the first.
        without: tags to leave out, as those by which the groups were chosen.
    """
    return _differences(run, first, second, frozenset(without))


@lru_cache(maxsize=32)
def _differences(run: Reading, first: str, second: str, without: frozenset[str]) -> tuple[Difference, ...]:
    """A reading is equal to itself alone, and a run never changes: worked out once."""
    table = f"(SELECT CASE WHEN {first} THEN 1 WHEN {second} THEN 2 END AS _side, * FROM portrait)"
    sizes: dict[int, int] = dict(run.rows(f"SELECT _side, count(*) FROM {table} WHERE _side IS NOT NULL GROUP BY 1"))
    tags = [tag for tag in tabled(run) if tag.name not in without and not tag.type.temporal]
    found = [*_means(run, table, tags, sizes), *_shares(run, table, tags, sizes)]
    return tuple(sorted(filter(_clear, found), key=lambda each: (-abs(each.effect), each.tag.name)))


def _part(view: SegmentView, name: str) -> PartLine:
    known = {part.value: part for part in view.parts}
    if name not in known:
        what = say("The segment {segment} has no part {part}.", segment=view.line.name, part=name)
        raise NotFound(what, nearest(name, known) or all_known(known))
    return known[name]


def _sql(run: Reading, rule: str) -> str:
    return f"({where(condition(run, rule), as_of=run.as_of)})"


def _made_of(run: Reading, view: SegmentView) -> set[str]:
    """What says the same as the segment: all it is computed from, and tags of nothing but the same columns."""
    own = [name for name in (view.line.tag.name, *view.own) if name in run.entries]
    columns = {column for name in own for column in origins(name, run.entries)}
    again = {name for name in run.entries if (found := origins(name, run.entries)) and found <= columns}
    return again.union(own, *(above(name, run.entries) for name in own))


def _means(run: Reading, table: str, tags: Iterable[TagColumn], sizes: Mapping[int, int]) -> Iterator[Difference]:
    for some in _batches([tag for tag in tags if tag.numeric]):
        each = ", ".join(f"count({x}), avg({x}), var_pop({x})" for x in map(_number, some))
        rows = {row[0]: row[1:] for row in run.rows(f"SELECT _side, {each} FROM {table} WHERE _side > 0 GROUP BY 1")}
        for place, tag in enumerate(some):
            first, second = (_moments(rows.get(side), place) for side in (1, 2))
            yield Difference(
                tag=tag,
                value=None,
                first=Group(first.known, sizes.get(1, 0), first.mean),
                second=Group(second.known, sizes.get(2, 0), second.mean),
                effect=_standardised(first, second),
            )


def _batches(tags: Iterable[TagColumn]) -> Iterator[list[TagColumn]]:
    left = iter(tags)
    while some := list(islice(left, _TOGETHER)):
        yield some


def _number(tag: TagColumn) -> str:
    return f"CAST({quote(tag.name)} AS DOUBLE)"


@dataclass(frozen=True)
class _Moments:
    known: int
    mean: float
    variance: float


def _moments(row: Sequence[Any] | None, place: int) -> _Moments:
    known, mean, variance = row[3 * place : 3 * place + 3] if row else (0, None, None)
    return _Moments(known, mean or 0.0, variance or 0.0)


def _standardised(first: _Moments, second: _Moments) -> float:
    spread = math.sqrt((first.variance + second.variance) / 2)
    return (first.mean - second.mean) / spread if spread > 0 else 0.0


def _shares(run: Reading, table: str, tags: Iterable[TagColumn], sizes: Mapping[int, int]) -> Iterator[Difference]:
    kinds = _kinds(run)
    for some in _batches([tag for tag in tags if not tag.numeric and tag.name in kinds]):
        each = ", ".join(f"histogram(CAST({quote(tag.name)} AS VARCHAR))" for tag in some)
        rows = {row[0]: row[1:] for row in run.rows(f"SELECT _side, {each} FROM {table} WHERE _side > 0 GROUP BY 1")}
        for place, tag in enumerate(some):
            counts = [_counts(rows[side][place]) if side in rows else {} for side in (1, 2)]
            found = [_share(tag, value, counts, sizes) for value in _values(tag, counts)]
            yield from sorted(found, key=lambda each: -abs(each.effect))[:1]


def _counts(histogram: Any) -> dict[str, int]:
    """Value -> customers, without those of whom somebody wrote that it is not known."""
    return {value: customers for value, customers in dict(histogram or {}).items() if value != UNKNOWN}


def _kinds(run: Reading) -> set[str]:
    """Tags with few enough values to be kinds of customers."""
    rows = run.rows("SELECT tag FROM tag_statistics WHERE distinct_values <= ?", [_MANY])
    return {name for (name,) in rows}


def _values(tag: TagColumn, counts: Sequence[Mapping[str, int]]) -> list[str]:
    """The values that enough customers have; of yes and no the yes alone, and none that is masked."""
    found = [value for value in {**counts[0], **counts[1]} if sum(each.get(value, 0) for each in counts) >= FEWEST]
    if set(found) <= {"true", "false"}:
        found = [value for value in found if value == "true"]
    return [value for value in found if shown(tag, value) == value]


def _share(tag: TagColumn, value: str, counts: Sequence[Mapping[str, int]], sizes: Mapping[int, int]) -> Difference:
    first, second = (_group(value, each, sizes.get(side, 0)) for side, each in enumerate(counts, 1))
    angles = [2 * math.asin(math.sqrt(group.figure)) for group in (first, second)]
    plain = value == "true" if tag.type == Type.BOOLEAN else value
    return Difference(tag, plain, first, second, angles[0] - angles[1], equals(tag, plain))


def _group(value: str, counts: Mapping[str, int], customers: int) -> Group:
    known = sum(counts.values())
    return Group(known, customers, counts.get(value, 0) / known if known else 0.0)


def _clear(found: Difference) -> bool:
    """Whether enough is known on both sides, and chance alone would hardly make such a difference."""
    first, second = found.first.known, found.second.known
    if min(first, second) < FEWEST:
        return False
    return abs(found.effect) >= BEYOND_CHANCE * math.sqrt(1 / first + 1 / second)
