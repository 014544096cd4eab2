"""Relative: which columns of a portrait depend on other customers, and a portrait made anew for a few of them.

A rank by quantiles, and whatever is computed from one, changes for everybody when one customer changes; all other
columns are the customer's own. So a few customers are made anew from their rows alone, and what is relative is then
computed for all from the columns that the portrait holds already, without reading the rows again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from portraits.engine.warehouse import Step, literal, quote
from portraits.tags import piece
from portraits.tags.kept import kept
from portraits.tags.order import Entry, catalogue
from portraits.tags.ranks import CUT_POINTS, cut_points, ranked, ranks
from portraits.tags.source import Source
from portraits.tags.statement import settled, tagged
from portraits.tags.tag import Tag

SETTLED, RELATIVE, REFITTED = "tags_ranked", "tags_relative", "cut_points_refitted"


@dataclass(frozen=True)
class Anew:
    """How a portrait follows a few customers that changed.

    `own` makes `portrait` of the customers there are, without the columns in `relative`. For all customers `cuts`
    then find the cut points, the last one all of them as `cut_points_refitted`, and `relative_step` makes
    `tags_relative` (customer and the relative columns); both are empty where nothing is relative.
    """

    own: Step
    relative: tuple[str, ...]
    cuts: tuple[Step, ...] = ()
    relative_step: Step | None = None


def relative(entries: Mapping[str, Entry]) -> frozenset[str]:
    """The columns that depend on other customers."""
    found: set[str] = set()
    for name, entry in entries.items():
        fitted = isinstance(entry.piece, piece.Ranked) and not entry.piece.cuts
        if fitted or entry.uses & found:
            found.add(name)
    return frozenset(found)


def anew(tags: Mapping[str, Tag], *, as_of: datetime, tables: Collection[str]) -> Anew:
    """The steps for a portrait some of whose customers changed.

    Args:
        tags: definitions by name, those that the portrait was made by.
        as_of: the moment the portrait is of.
        tables: names of the relations there are, as for `plan`.
    """
    entries = catalogue(tags)
    moving = relative(entries)
    shown = [name for name, entry in entries.items() if not entry.tag.retired]
    own = _own(Source(entries, as_of, frozenset(tables), cuts=("cut_points",)), [n for n in shown if n not in moving])
    told = tuple(name for name in shown if name in moving)
    if not moving:
        return Anew(own, told)
    held = {name: kept(entry) if name in shown and name not in moving else entry for name, entry in entries.items()}
    source, cuts = _refit(Source(held, as_of, frozenset(tables)), moving)
    return Anew(own, told, (*cuts, _refitted([rank.name for rank in ranks(held)], source.cuts)), _moving(source, told))


def _own(source: Source, names: Collection[str]) -> Step:
    columns = ", ".join(["customer", "customer_id", *map(quote, names)])
    sql = f"{tagged(source, source.closure(names))} SELECT {columns} FROM tagged"
    return Step("portrait", sql, ranges="customers")


def _refit(source: Source, moving: Collection[str]) -> tuple[Source, list[Step]]:
    """The steps to the cut points of each rank, and the source that knows them.

    A retired column is not in the portrait: where one is asked for, it is taken from all rows.
    """
    steps = []
    fitted = {name for rank in ranks(source.entries) for name in source.closure([rank.name])}
    if early := dict.fromkeys(source.atoms(source.closure({*moving, *fitted}))):
        steps.append(Step(SETTLED, settled(source, early), ranges="customers", temporary=True))
        source = replace(source, settled=SETTLED, held=frozenset(early))
    for rank in ranks(source.entries):
        below = tagged(source, source.closure(() if ranked(rank).cuts else rank.uses), ranged="true")
        steps.append(Step(f"cut_points_{rank.name}", cut_points(rank, below, source.as_of), temporary=True))
        source = replace(source, cuts=(*source.cuts, steps[-1].name))
    return source, steps


def _refitted(names: Collection[str], cuts: Collection[str]) -> Step:
    """All cut points: those that were found anew, and those of other ranks as they were."""
    again = ", ".join(map(literal, names))
    others = f"SELECT * FROM cut_points WHERE tag NOT IN ({again})"
    found = " UNION ALL ".join([CUT_POINTS, others, *(f"SELECT * FROM {each}" for each in cuts)])
    return Step(REFITTED, found, order="tag, score")


def _moving(source: Source, names: Collection[str]) -> Step | None:
    if not names:
        return None
    columns = ", ".join(["customer", *map(quote, names)])
    return Step(RELATIVE, f"{tagged(source, source.closure(names), ranged='true')} SELECT {columns} FROM tagged")
