"""Sides: two customers side by side, tag by tag, and what sets them apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.customers.history import differ
from portraits.app.customers.peers import Peers, peers
from portraits.app.customers.portrait import Axis, Figure, Header, axes, figures, groups, header_of
from portraits.app.customers.subject import Subject, shown, subject
from portraits.app.reading import Reading, TagColumn, reading
from portraits.engine.workspace import Workspace


@dataclass(frozen=True)
class Pair:
    """A tag and its values for the two; personal ones are masked after they were compared."""

    tag: TagColumn
    left: Any
    right: Any
    differs: bool


@dataclass(frozen=True)
class Side:
    """One of the two: who it is, its figures beside the mean of all, its scores."""

    header: Header
    figures: tuple[Figure, ...]
    axes: tuple[Axis, ...]


@dataclass(frozen=True)
class SideBySide:
    """Two customers; tags that neither has are left out."""

    left: Side
    right: Side
    groups: Mapping[str, tuple[Pair, ...]]
    as_of: datetime
    run: int

    @property
    def pairs(self) -> Iterator[Pair]:
        """All pairs of all groups."""
        return (pair for pairs in self.groups.values() for pair in pairs)

    @property
    def different(self) -> int:
        """How many tags set the two apart."""
        return sum(pair.differs for pair in self.pairs)

    @property
    def alike(self) -> int:
        """How many tags both have with the same value."""
        return sum(not pair.differs for pair in self.pairs)


def side_by_side(workspace: Workspace, left: str, right: str) -> SideBySide:
    """Two customers by their ids; NotFound names the one that there is not."""
    with reading(workspace) as run:
        one, other = subject(run, left), subject(run, right)
        everybody = peers(run, one.values, "", ())
        return SideBySide(
            left=_side(run, one, everybody),
            right=_side(run, other, everybody),
            groups={
                name: pairs
                for name, tags in groups(run, one.values).items()
                if (pairs := tuple(_pairs((each.tag for each in tags), one.values, other.values)))
            },
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _side(run: Reading, who: Subject, everybody: Peers) -> Side:
    return Side(
        header=header_of(run, who),
        figures=tuple(figures(run, who.values, everybody.means)),
        axes=axes(run, who.values, everybody.means),
    )


def _pairs(tags: Iterator[TagColumn], left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[Pair]:
    for tag in tags:
        one, other = left.get(tag.name), right.get(tag.name)
        if one is not None or other is not None:
            yield Pair(tag, shown(tag, one), shown(tag, other), differ(one, other))
