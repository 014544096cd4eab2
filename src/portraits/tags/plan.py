"""The plan: named SQL steps that turn tags into the portrait, every table read as few times as pays.

What ranks are taken from is settled first (`tags_ranked`), then the cut points of all ranks are
found, then the portrait is made in one statement that holds all other passes. The large steps
are taken in ranges of customers, so that memory does not grow with the data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from portraits.engine.warehouse import Step, quote
from portraits.tags.atoms import Atom
from portraits.tags.evidence import evidence
from portraits.tags.order import Entry, catalogue
from portraits.tags.passes import way
from portraits.tags.ranks import CUT_POINTS, cut_points, ranked, ranks
from portraits.tags.source import Source
from portraits.tags.statement import settled, tagged
from portraits.tags.tag import Tag

SETTLED = "tags_ranked"


def plan(tags: Mapping[str, Tag], *, as_of: datetime, tables: Collection[str]) -> list[Step]:
    """Steps that make `cut_points`, `portrait` and `evidence` as of a moment.

    Args:
        tags: definitions by name; retired ones get no column.
        as_of: the moment the portraits are of; the tables hold no row after it.
        tables: names of the canonical tables that exist, each stored in order of `customer`
            and time. `customers` always exists.

    Raises:
        DefinitionError: all faults of the tags at once.
    """
    source = Source(catalogue(tags), as_of, frozenset(tables))
    early = dict.fromkeys(_early(source))
    steps = []
    if early:
        steps.append(_ranged(SETTLED, settled(source, early), early, temporary=True))
        source = replace(source, settled=SETTLED, held=frozenset(early))
    for rank in ranks(source.entries):
        steps.append(_cut_points(source, rank))
        source = replace(source, cuts=(*source.cuts, steps[-1].name))
    found = " UNION ALL ".join([CUT_POINTS, *(f"SELECT * FROM {relation}" for relation in source.cuts)])
    steps.append(Step("cut_points", found, order="tag, score"))
    steps.append(_portrait(source))
    steps.append(evidence(source.entries, tables))
    return steps


def _early(source: Source) -> Iterator[Atom]:
    """The atoms that ranks by quantiles are taken from, with those that come in the same two-fold passes."""
    fitted = [each.name for each in ranks(source.entries) if not ranked(each).cuts]
    found = dict.fromkeys(source.atoms(source.closure(fitted)))
    yield from found
    shared = {way(atom) for atom in found if way(atom)[1] != "plain"}
    yield from (atom for atom in source.names if way(atom) in shared)


def _cut_points(source: Source, rank: Entry) -> Step:
    """The cut points of one rank: one at a time, for a quantile holds a value of every customer."""
    below = tagged(source, source.closure(() if ranked(rank).cuts else rank.uses), ranged="true")
    return Step(f"cut_points_{rank.name}", cut_points(rank, below, source.as_of), temporary=True)


def _portrait(source: Source) -> Step:
    shown = [name for name, entry in source.entries.items() if not entry.tag.retired]
    with_all = tagged(source, source.closure(shown))
    columns = ", ".join(["customer", "customer_id", *map(quote, shown)])
    step = _ranged("portrait", f"{with_all} SELECT {columns} FROM tagged", source.names)
    return replace(step, index="customer")


def _ranged(name: str, sql: str, atoms: Iterable[Atom], *, temporary: bool = False) -> Step:
    """A step in ranges of customers, each with so many rows of the tables it reads together."""
    weighed = ("customers", *sorted({atom.rows.table for atom in atoms}))
    return Step(name, sql, ranges="customers", weighed=weighed, temporary=temporary)
