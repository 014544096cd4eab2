"""Profiles: what sets an audience apart from all customers, or from another audience.

Everything is said of those for whom a tag is known (a share of all would speak of gaps in the
data), with their number; tags that the rule reads, and their relatives, are left out: that those
who spent much have spent much is no news.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from portraits.app.audiences.chosen import EVERYBODY, Chosen, chosen, counted
from portraits.app.reading import Reading, TagColumn, reading
from portraits.engine.warehouse import literal, quote
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

LEAST = 30  # customers for whom a tag must be known before a share of them says anything
FEWEST = 5  # customers with a value, below which a share of it is nothing to divide by
CLEAR = 2.0  # standard errors that lie between two shares that differ
WORTH = 0.1  # relative difference below which nobody would act
MOST_TRAITS = 40
_FEW = 12  # values of a number that are looked at one by one; of more, bands
_MANY = 1000  # values of a text beyond which it is a name, not a class
_TOGETHER = 24  # tags in one statement
_BANDS = (0.2, 0.4, 0.6, 0.8)

Shares = Mapping[str, Mapping[str, int]]  # tag -> value as text -> customers
Edges = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Side:
    """Who is looked at: an audience or a rule by its name, and how many they are; "" is everybody."""

    audience: str
    title: Text | None
    rule: str
    n: int


@dataclass(frozen=True)
class Trait:
    """A value, or a band from `value` up to below `upto`, that one side has more often than the other.

    `n` of the `known` have it here, `other_n` of `other_known` there. An end of a band is None where
    it is open; `strength` is the distance of the shares in standard errors.
    """

    tag: TagColumn
    value: Any
    upto: float | None
    banded: bool
    n: int
    known: int
    other_n: int
    other_known: int

    @property
    def share(self) -> float:
        """The share of those known here."""
        return self.n / self.known

    @property
    def other_share(self) -> float:
        """The share of those known there."""
        return self.other_n / self.other_known

    @property
    def index(self) -> float | None:
        """TGI: 100 times the one share by the other; None where too few have the value there to divide by."""
        return 100 * self.share / self.other_share if self.other_n >= FEWEST else None

    @property
    def strength(self) -> float:
        """How many standard errors lie between the shares."""
        pooled = (self.n + self.other_n) / (self.known + self.other_known)
        error = math.sqrt(pooled * (1 - pooled) * (1 / self.known + 1 / self.other_known))
        return (self.share - self.other_share) / error if error else 0.0


@dataclass(frozen=True)
class Profile:
    """What sets one side apart from the other, the clearest first; none where either is too small."""

    side: Side
    other: Side
    traits: tuple[Trait, ...]
    left_out: tuple[TagColumn, ...]
    both: int  # who are on both sides
    least: int
    as_of: datetime
    run: int

    @property
    def small(self) -> bool:
        """Whether a side has too few customers to be told anything of."""
        return min(self.side.n, self.other.n) < self.least


def profile(workspace: Workspace, audience: str) -> Profile:
    """What sets an audience, by its name, or those of a rule apart from all customers."""
    return compare(workspace, audience, "")


def compare(workspace: Workspace, audience: str, other: str) -> Profile:
    """What sets one audience apart from another; "" stands for all customers."""
    with reading(workspace) as run:
        here, there = chosen(workspace, run, audience), chosen(workspace, run, other)
        sides = [Side(each.audience, each.title, each.rule, counted(run, each)) for each in (here, there)]
        related = _related(run, here.names | there.names)
        return Profile(
            side=sides[0],
            other=sides[1],
            traits=_traits(run, here, there, related) if min(each.n for each in sides) >= LEAST else (),
            left_out=tuple(tag for name, tag in run.tags.items() if name in related),
            both=_both(run, here, there),
            least=LEAST,
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _both(run: Reading, here: Chosen, there: Chosen) -> int:
    return int(run.rows(f"SELECT count(*) FROM portrait p WHERE {here.where} AND {there.where}")[0][0])


def _related(run: Reading, names: frozenset[str]) -> frozenset[str]:
    """Tags that a rule reads, those they are made of, and those made of any of them."""
    found = set(names)
    while more := {name for each in found if each in run.entries for name in run.entries[each].uses} - found:
        found |= more
    for name, entry in run.entries.items():  # each stands after those it needs
        if entry.uses & found:
            found.add(name)
    return frozenset(found)


def _traits(run: Reading, here: Chosen, there: Chosen, left_out: frozenset[str]) -> tuple[Trait, ...]:
    ours, theirs = _shares(run, here.where), _shares(run, there.where)
    telling = {name for name in ours if name not in left_out}
    found = [trait for name in telling for trait in _of_tag(run, run.tags[name], ours[name], theirs.get(name, {}))]
    ranked = sorted(found, key=lambda each: (-abs(each.strength), each.tag.name, str(each.value)))
    return tuple(ranked[:MOST_TRAITS])


def _of_tag(run: Reading, tag: TagColumn, ours: Mapping[str, int], theirs: Mapping[str, int]) -> Iterator[Trait]:
    """What stands out of a tag most: the value that is more frequent here, and the one that is less."""
    known, other_known = sum(ours.values()), sum(theirs.values())
    if min(known, other_known) < LEAST:
        return
    edges = _edges(run).get(tag.name)
    named = {value: (ours.get(value, 0), theirs.get(value, 0)) for value in sorted({**theirs, **ours})}
    traits = [
        Trait(tag, *_value(tag, value, edges), edges is not None, n, known, other, other_known)
        for value, (n, other) in named.items()
    ]
    clear = [each for each in traits if abs(each.strength) >= CLEAR and _is_worth(each)]
    more = max((each for each in clear if each.strength > 0), key=lambda each: each.strength, default=None)
    less = min((each for each in clear if each.strength < 0), key=lambda each: each.strength, default=None)
    if more is not None:
        yield more
    if less is not None and (more is None or len(traits) > 2):  # of two values, the other says the same
        yield less


def _is_worth(trait: Trait) -> bool:
    return abs(trait.share - trait.other_share) >= WORTH * max(trait.share, trait.other_share)


def _value(tag: TagColumn, written: str, edges: tuple[float, ...] | None) -> tuple[Any, float | None]:
    """A value as its tag has it, or the ends of its band."""
    if edges is not None:
        ends = (None, *edges, None)
        return ends[int(written)], ends[int(written) + 1]
    if tag.type == Type.BOOLEAN:
        return written == "true", None
    return (float(written) if "." in written else int(written)) if tag.numeric else written, None


def _shares(run: Reading, where: str) -> Shares:
    """Tag -> value -> how many of the chosen have it, those without a value left out."""
    return _of_everybody(run) if where == EVERYBODY else _counted(run, where)


@lru_cache(maxsize=8)
def _of_everybody(run: Reading) -> Shares:
    """A run never changes, so everybody's shares are counted once."""
    return _counted(run, EVERYBODY)


def _counted(run: Reading, where: str) -> Shares:
    found: dict[str, dict[str, int]] = {}
    for names in _batched(_telling(run)):
        sql = " UNION ALL ".join(_one(name, _edges(run).get(name), where) for name in names)
        for name, value, n in run.rows(sql):
            found.setdefault(name, {})[value] = n
    return found


def _one(name: str, edges: tuple[float, ...] | None, where: str) -> str:
    column = f"p.{quote(name)}"
    above = (f"CAST({column} >= {edge!r} AS INTEGER)" for edge in edges or ())
    value = column if edges is None else " + ".join(above)
    return (
        f"SELECT {literal(name)} AS tag, CAST({value} AS VARCHAR) AS value, count(*) AS n FROM portrait p "
        f"WHERE {where} AND {column} IS NOT NULL GROUP BY 2"
    )


@lru_cache(maxsize=8)
def _telling(run: Reading) -> tuple[str, ...]:
    """Tags that a share can be told of: classes and numbers, nothing personal."""
    distinct = _distinct(run)
    words = [tag.name for tag in run.tags.values() if tag.type in (Type.TEXT, Type.BOOLEAN) and not tag.personal]
    few = [name for name in words if distinct.get(name, 0) <= _MANY]
    return (*few, *(tag.name for tag in run.tags.values() if tag.numeric and not tag.personal))


@lru_cache(maxsize=8)
def _edges(run: Reading) -> Edges:
    """Where the bands of numbers with many values begin: about a fifth of the customers each, at round numbers."""
    distinct = _distinct(run)
    names = [tag.name for tag in run.tags.values() if tag.numeric and distinct.get(tag.name, 0) > _FEW]
    found: dict[str, tuple[float, ...]] = {}
    for some in _batched(names):
        columns = ", ".join(f"approx_quantile(CAST({quote(name)} AS DOUBLE), {list(_BANDS)})" for name in some)
        for name, cuts in zip(some, run.rows(f"SELECT {columns} FROM portrait")[0], strict=True):
            whole = run.tags[name].type == Type.INTEGER
            found[name] = tuple(sorted({_round(math.ceil(cut) if whole else cut) for cut in cuts or ()}))
    return {name: edges for name, edges in found.items() if edges}


def _distinct(run: Reading) -> dict[str, int]:
    return dict(run.rows("SELECT tag, distinct_values FROM tag_statistics"))


def _round(number: float) -> float:
    """A number to its first two digits."""
    return float(f"{number:.2g}")


def _batched(names: Iterable[str]) -> Iterator[list[str]]:
    left = iter(names)
    while some := list(islice(left, _TOGETHER)):
        yield some
