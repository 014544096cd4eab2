"""Passes: which atoms are computed together so that the whole costs least.

A pass reads a table once, or only its newest slice. Slices cost a further read of the time
column and a further grouping, but spare every aggregate in them the older rows: the cheapest
set of slices is chosen by the costs below. Values of a key (distinct counts, favourites) go
through one pre-aggregation by customer and key, first and last values through the moments at
which they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from portraits.tags.atoms import Atom, End, Keyed

# Milliseconds of CPU a million rows of the table, as measured (docs/why); only ratios matter.
READ = 20.0  # reading the time again, and joining one more relation to the customers
GROUP = {"plain": 20.0, "keyed": 60.0, "ends": 60.0}  # grouping once; twice; with a join between
ATOM = {"plain": 6.0, "keyed": 25.0, "ends": 15.0, "distinct": 5.0}  # one aggregate over the rows
FILTER = {"plain": 5.0, "keyed": 10.0, "ends": 5.0, "distinct": 3.0}  # deciding for each row whether it counts
HISTORY = 3 * 365  # days of history assumed: how much of a table a slice is
HOLDS = 0.5  # the part of the rows for which a condition is assumed to hold

ALWAYS = 1_000_000_000

Form = Literal["plain", "keyed", "ends"]


@dataclass(frozen=True)
class Pass:
    """Atoms taken together, over all rows of a table (`days` None) or its newest days."""

    table: str
    form: Form
    key: str
    days: int | None
    atoms: tuple[Atom, ...]


def passes(atoms: Iterable[Atom]) -> list[Pass]:
    """The cheapest passes for these atoms."""
    groups: dict[tuple[str, Form, str], dict[Atom, None]] = {}
    for atom in atoms:
        groups.setdefault(way(atom), {})[atom] = None
    return [
        each
        for group, inside in groups.items()
        for part in _by_condition(group[1], inside)
        for each in _sliced(*group, part)
    ]


def way(atom: Atom) -> tuple[str, Form, str]:
    """Table, form and key of the pass that an atom is taken in."""
    if isinstance(atom, Keyed):
        return atom.rows.table, "keyed", atom.key
    return atom.rows.table, "ends" if isinstance(atom, End) else "plain", ""


def reach(atom: Atom) -> int:
    """How many days before as_of the rows of an atom begin."""
    return atom.rows.window.far if atom.rows.window else ALWAYS


def _by_condition(form: Form, atoms: Iterable[Atom]) -> Iterator[tuple[Atom, ...]]:
    """Atoms of which many share a condition are better off by themselves: it is asked once a row."""
    groups: dict[str, list[Atom]] = {}
    for atom in atoms:
        groups.setdefault(atom.rows.where, []).append(atom)
    apart = {where for where, group in groups.items() if where and _is_apart(form, group)}
    together = tuple(atom for where, group in groups.items() if where not in apart for atom in group)
    yield from ((together,) if together else ())
    yield from (tuple(groups[where]) for where in groups if where in apart)


def _is_apart(form: Form, atoms: Iterable[Atom]) -> bool:
    each, filters = _costs(atoms)
    apart = READ + GROUP[form] * HOLDS + each * HOLDS
    return apart < each * (HOLDS if form == "plain" else 1) + filters


def _sliced(table: str, form: Form, key: str, atoms: tuple[Atom, ...]) -> Iterator[Pass]:
    reaches = sorted({reach(atom) for atom in atoms}, reverse=True)
    slices = _slices(form, tuple((each, *_costs(atom for atom in atoms if reach(atom) == each)) for each in reaches))
    for days, inner in zip(slices, (*slices[1:], 0), strict=True):
        inside = tuple(atom for atom in atoms if inner < reach(atom) <= days)
        yield Pass(table, form, key, None if days == ALWAYS else days, inside)


def _costs(atoms: Iterable[Atom]) -> tuple[float, float]:
    """What these atoms cost over all rows, themselves and their filters."""
    sorts = ["distinct" if isinstance(atom, Keyed) and atom.of == "distinct" else way(atom)[1] for atom in atoms]
    return sum(ATOM[each] for each in sorts), sum(FILTER[each] for each in sorts)


Reach = tuple[int, float, float]  # days, the cost of the atoms of this reach, that of their filters


def _slices(form: Form, reaches: tuple[Reach, ...]) -> tuple[int, ...]:
    """The cheapest slices for atoms of these reaches, given from the longest to the shortest."""

    @cache
    def best(start: int) -> tuple[float, tuple[int, ...]]:
        if start == len(reaches):
            return 0.0, ()
        options = []
        for end in range(start + 1, len(reaches) + 1):
            cost, rest = best(end)
            options.append((_cost(form, reaches[start:end]) + cost, (reaches[start][0], *rest)))
        return min(options)

    return best(0)[1]


def _cost(form: Form, reaches: tuple[Reach, ...]) -> float:
    """The cost of one pass over the slice of the first reach that serves all of them."""
    longest, part = reaches[0][0], _part(reaches[0][0])
    cost = READ + GROUP[form] * part
    for days, atoms, filters in reaches:
        # A key's values are grouped once for all windows, so a short one there saves nothing.
        cost += atoms * (_part(days) if form == "plain" else part)
        cost += filters * part * (days != longest)
    return cost


def _part(days: int) -> float:
    return min(1.0, days / HISTORY)
