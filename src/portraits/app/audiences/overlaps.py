"""Overlaps: how many customers several audiences share, two by two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations_with_replacement

from portraits.app.audiences.chosen import Chosen, all_customers, chosen, is_personal
from portraits.app.reading import reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text

MOST = 12


@dataclass(frozen=True)
class Set:
    """One of the audiences: its name, or the rule where it has none; a static one is a list."""

    audience: str
    title: Text | None
    rule: str
    n: int
    static: bool
    personal: bool


@dataclass(frozen=True)
class Overlap:
    """Several audiences: `cells[i][j]` customers are in both the i-th and the j-th."""

    sets: tuple[Set, ...]
    cells: tuple[tuple[int, ...], ...]
    base: int
    as_of: datetime
    run: int

    def share(self, row: int, column: int) -> float:
        """The share of the row's audience that is in the column's as well."""
        return self.cells[row][column] / self.cells[row][row] if self.cells[row][row] else 0.0


def overlap(workspace: Workspace, audiences: Sequence[str]) -> Overlap:
    """How many customers audiences, by their names, or rules share; all pairs in one question."""
    names = list(dict.fromkeys(audiences))
    if not 2 <= len(names) <= MOST:
        raise BadInput(say("An overlap is of 2 to {most} audiences, not of {n}.", most=MOST, n=len(names)))
    with reading(workspace) as run:
        who = [chosen(workspace, run, name) for name in names]
        pairs = list(combinations_with_replacement(range(len(who)), 2))
        counts = (
            f"SELECT {at} AS at, count(*) FROM portrait p WHERE {_both(who, *pair)}" for at, pair in enumerate(pairs)
        )
        found = {pairs[at]: int(n) for at, n in run.rows(" UNION ALL ".join(counts))}
        cells = tuple(tuple(found[min(i, j), max(i, j)] for j in range(len(who))) for i in range(len(who)))
        sets = (
            Set(
                each.audience, each.title, each.rule, cells[i][i], each.frozen is not None, is_personal(run, each.names)
            )
            for i, each in enumerate(who)
        )
        return Overlap(tuple(sets), cells, all_customers(run), run.as_of, run.run.info.number)


def _both(who: Sequence[Chosen], one: int, other: int) -> str:
    return who[one].where if one == other else f"{who[one].where} AND {who[other].where}"
