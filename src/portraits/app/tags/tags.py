"""Tags: the catalogue of all tags of a workspace, and what their values look like."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.customers.goal import goal_first
from portraits.app.customers.personal import free
from portraits.app.customers.subject import shown
from portraits.app.reading import Reading, Row, TagColumn, defined, reading
from portraits.app.tags.lineage import Lineage, lineage_of
from portraits.engine.workspace import Workspace


@dataclass(frozen=True)
class Bar:
    """How many customers have a value, or one from `value` up to `upto`; no value: all the others."""

    value: Any
    n: int
    upto: float | None = None


@dataclass(frozen=True)
class CatalogueEntry:
    """A tag with the figures of its values in the published run."""

    tag: TagColumn
    customers: int
    known: int
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    bars: tuple[Bar, ...]

    @property
    def coverage(self) -> float:
        """The share of customers for whom the value is known."""
        return self.known / self.customers if self.customers else 0.0


@dataclass(frozen=True)
class Catalogue:
    """All tags: those that tell most about the goal, then the others in the order of their definitions."""

    entries: tuple[CatalogueEntry, ...]
    as_of: datetime
    run: int


@dataclass(frozen=True)
class TagView:
    """One tag, with how it is written, what it is made of and what is made of it."""

    entry: CatalogueEntry
    definition: Mapping[str, Any]
    lineage: Lineage
    as_of: datetime
    run: int


def catalogue(workspace: Workspace) -> Catalogue:
    """All tags of the published run."""
    with reading(workspace) as run:
        figures = {row[0]: row[1:] for row in run.rows(FIGURES)}
        entries = tuple(figures_of(tag, figures.get(tag.name)) for tag in goal_first(run))
        return Catalogue(entries, run.as_of, run.run.info.number)


def tag(workspace: Workspace, name: str) -> TagView:
    """One tag; NotFound names the nearest one."""
    with reading(workspace) as run:
        made_of = lineage_of(name, defined(workspace), run.entries)
        return TagView(entry(run, name), _written(run, name), made_of, run.as_of, run.run.info.number)


def entry(run: Reading, name: str) -> CatalogueEntry:
    """The figures of one tag."""
    found = run.rows(f"{FIGURES} WHERE tag = ?", [name])
    return figures_of(run.tag(name), found[0][1:] if found else None)


FIGURES = "SELECT tag, customers, known, distinct_values, low, high, mean, distribution FROM tag_statistics"


def figures_of(tag: TagColumn, row: Row | None) -> CatalogueEntry:
    """A tag with its row of `tag_statistics`, none where the run has none."""
    customers, known, distinct, low, high, mean, bars = row or (0, 0, 0, None, None, None, "[]")
    if tag.personal and tag.type.temporal:
        low = high = mean = None
    return CatalogueEntry(
        tag=tag,
        customers=customers,
        known=known,
        distinct=distinct,
        low=low,
        high=high,
        mean=mean,
        bars=bars_of(tag, bars),
    )


def bars_of(tag: TagColumn, distribution: str | None) -> tuple[Bar, ...]:
    """How often values are, of a distribution as a run keeps it."""
    return tuple(_bars(tag, json.loads(distribution or "[]")))


def _bars(tag: TagColumn, bars: Iterable[Mapping[str, Any]]) -> Iterator[Bar]:
    """Of personal values only what is left of free texts says anything."""
    if all(free(column) for column in tag.personal):
        for bar in bars:
            yield Bar(shown(tag, bar.get("value")), bar["n"], bar.get("upto"))


def _written(run: Reading, name: str) -> Mapping[str, Any]:
    """The definition as plain values; a companion (`<name>_share`) has its tag's."""
    for own, each in run.defined.items():
        if name in {piece.tag for piece in each.pieces(own)}:
            return each.model_dump(mode="json", exclude_defaults=True)
    return {}
