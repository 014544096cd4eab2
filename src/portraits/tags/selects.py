"""Selects: the SQL of each pass over one range of customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from portraits.engine.warehouse import RANGE, literal, quote
from portraits.tags.atoms import Atom, End, Keyed, Plain, Quantile, Rows
from portraits.tags.passes import Pass, reach
from portraits.vocabulary.tables import TABLES


def select(each: Pass, names: Mapping[Atom, str], as_of: datetime) -> str:
    """The SELECT of a pass: `customer` and a column for each atom, by the names given."""
    made = {"plain": _plain, "keyed": _keyed, "ends": _ends}[each.form]
    return made(_Slice(each, as_of), names)


@dataclass(frozen=True)
class _Slice:
    """The rows of a pass, and what each atom still has to leave out of them."""

    each: Pass
    as_of: datetime

    @property
    def table(self) -> str:
        return quote(self.each.table)

    @property
    def time(self) -> str:
        return quote(TABLES[self.each.table].time)

    @cached_property
    def shared(self) -> frozenset[str]:
        """The conditions that all atoms have in common, so that they are asked once a row."""
        each = [{atom.rows.where, atom.rows.also} for atom in self.each.atoms]
        return frozenset(set.intersection(*each) - {""})

    def where(self, *more: str) -> str:
        conditions = [RANGE]
        if self.each.days is not None:
            conditions.append(f"{self.time} > {self.ago(self.each.days)}")
        conditions.extend(f"({each})" for each in sorted(self.shared))
        return f"WHERE {' AND '.join([*conditions, *more])}"

    def holds(self, rows: Rows, *more: str) -> str:
        """The condition on a row of the pass to count for an atom; empty where every row does."""
        conditions = []
        if rows.window and rows.window.far != self.each.days:
            conditions.append(f"{self.time} > {self.ago(rows.window.far)}")
        if rows.window and rows.window.near:
            conditions.append(f"{self.time} <= {self.ago(rows.window.near)}")
        own = {rows.where, rows.also} - self.shared - {""}
        return " AND ".join([*conditions, *(f"({each})" for each in sorted(own)), *more])

    def ago(self, days: int) -> str:
        return f"TIMESTAMP {literal((self.as_of - timedelta(days=days)).isoformat(sep=' '))}"


def _aggregate(function: str, value: str, condition: str) -> str:
    """An aggregate of the values where a condition holds.

    Not by FILTER: DuckDB cuts all columns of a pass anew for each filter, which grows with the
    square of the atoms. All functions used here leave NULL out.
    """
    if not condition:
        return f"{function}({value})"
    return f"{function}(CASE WHEN {condition} THEN {'1' if value == '*' else value} END)"


def _plain(rows: _Slice, names: Mapping[Atom, str]) -> str:
    atoms = [atom for atom in rows.each.atoms if isinstance(atom, Plain)]
    columns = [f"{_aggregate(atom.function, atom.value, rows.holds(atom.rows))} AS {names[atom]}" for atom in atoms]
    columns.extend(_quantiles(rows, names))
    return f"SELECT customer, {', '.join(columns)} FROM {rows.table} {rows.where()} GROUP BY customer"


def _quantiles(rows: _Slice, names: Mapping[Atom, str]) -> Iterator[str]:
    """Quantiles of one value over the same rows sort them once."""
    together: dict[tuple[Rows, str], list[Quantile]] = {}
    for atom in rows.each.atoms:
        if isinstance(atom, Quantile):
            together.setdefault((atom.rows, atom.value), []).append(atom)
    for (of, value), atoms in together.items():
        condition, shares = rows.holds(of), ", ".join(str(atom.share) for atom in atoms)
        counted = f"CASE WHEN {condition} THEN {value} END" if condition else value
        found = f"quantile_cont({counted}, [{shares}])"
        yield from (f"({found})[{place}] AS {names[atom]}" for place, atom in enumerate(atoms, 1))


def _keyed(rows: _Slice, names: Mapping[Atom, str]) -> str:
    atoms = [atom for atom in rows.each.atoms if isinstance(atom, Keyed)]
    measures = {measure: f"m{number}" for number, measure in enumerate(_unique(_measure(rows, atom) for atom in atoms))}
    outer = ", ".join(f"{_told(rows, atom, measures[_measure(rows, atom)])} AS {names[atom]}" for atom in atoms)
    inner = ", ".join(f"{measure} AS {name}" for measure, name in measures.items())
    known = f"({rows.each.key}) IS NOT NULL"
    read = f"FROM {rows.table} {rows.where(known)}"
    grouped = f"SELECT customer, {rows.each.key} AS k, {inner} {read} GROUP BY customer, k"
    return f"SELECT customer, {outer} FROM ({grouped}) GROUP BY customer"


def _unique(measures: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(measures)


def _measure(rows: _Slice, atom: Keyed) -> str:
    """The aggregate over the rows of one key value that an atom is told from."""
    if _by_newest(rows, atom):
        return _aggregate("max", rows.time, rows.holds(replace(atom.rows, window=None)))
    return _aggregate("sum" if atom.weight else "count", atom.weight or "*", rows.holds(atom.rows))


def _by_newest(rows: _Slice, atom: Keyed) -> bool:
    """Whether the newest time of each key value answers: it does for all windows that end at as_of."""
    window = atom.rows.window
    return atom.of == "distinct" and window is not None and not window.near and window.far != rows.each.days


def _told(rows: _Slice, atom: Keyed, measure: str) -> str:
    if _by_newest(rows, atom):
        return _aggregate("count", "*", f"{measure} > {rows.ago(reach(atom))}")
    function, value = {
        "distinct": ("count", "*"),
        "favourite": ("min", f"struct_pack(w := -{measure}, k := k)"),
        "most": ("max", measure),
        "total": ("sum", measure),
        "spread": ("sum", f"{measure} * ln({measure})"),
    }[atom.of]
    # A value that was given back as often as bought, or whose window is empty, is no choice.
    always = not atom.weight and not rows.holds(atom.rows)
    return _aggregate(function, value, "" if always else f"{measure} > 0")


def _ends(rows: _Slice, names: Mapping[Atom, str]) -> str:
    """First and last values: find the moments, then look only at the rows of these moments.

    That costs half of one `arg_min` over (time, value) for each column.
    """
    atoms = [atom for atom in rows.each.atoms if isinstance(atom, End)]
    moments = {moment: f"t{number}" for number, moment in enumerate(_unique(_moment(rows, atom) for atom in atoms))}
    of = {atom: moments[_moment(rows, atom)] for atom in atoms}
    inner = ", ".join(f"{moment} AS {name}" for moment, name in moments.items())
    found = f"SELECT customer, {inner} FROM {rows.table} {rows.where()} GROUP BY customer"
    outer = ", ".join(f"{_at_moment(rows, atom, of[atom])} AS {names[atom]}" for atom in atoms)
    there = " OR ".join(f"{rows.time} = {name}" for name in moments.values())
    joined = f"{rows.table} JOIN ({found}) USING (customer)"
    return f"SELECT customer, {outer} FROM {joined} {rows.where(f'({there})')} GROUP BY customer"


def _moment(rows: _Slice, atom: End) -> str:
    side = "min" if atom.side == "first" else "max"
    return _aggregate(side, rows.time, rows.holds(atom.rows, f"({atom.value}) IS NOT NULL"))


def _at_moment(rows: _Slice, atom: End, moment: str) -> str:
    side = "min" if atom.side == "first" else "max"
    return _aggregate(side, atom.value, rows.holds(atom.rows, f"{rows.time} = {moment}"))
