"""Statement: one SELECT that joins passes to the customers and computes tags level by level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from portraits.engine.expressions import sql, where
from portraits.engine.warehouse import RANGE, literal, quote
from portraits.tags import facts, kept, piece, stated
from portraits.tags.atoms import Atom
from portraits.tags.order import Entry
from portraits.tags.passes import passes
from portraits.tags.ranks import cut_columns, score
from portraits.tags.selects import select
from portraits.tags.source import Source
from portraits.tags.stated import RELATION


def settled(source: Source, atoms: Iterable[Atom]) -> str:
    """The SELECT of `customer` and these atoms, over one range of customers."""
    atoms = list(atoms)
    parts = _passes(source, atoms)
    columns = ", ".join(["customer", *(source.names[atom] for atom in atoms)])
    customers = f"(SELECT customer FROM customers WHERE {RANGE})"
    return f"WITH {_relations(parts)} SELECT {columns} FROM {customers} {_joined(parts)}"


def tagged(source: Source, entries: Mapping[str, Entry], *, ranged: str = RANGE) -> str:
    """A WITH whose last relation, `tagged`, has `customer`, `customer_id` and these columns."""
    atoms = dict.fromkeys(source.atoms(entries))
    parts = _passes(source, [atom for atom in atoms if atom not in source.held])
    if held := [source.names[atom] for atom in atoms if atom in source.held]:
        parts["held"] = f"SELECT customer, {', '.join(held)} FROM {source.settled} WHERE {ranged}"
    parts.update(_looked_up(source, entries, ranged))
    parts["recipes"] = _recipes(source, entries, parts, ranged)
    for number, level in enumerate(_levels(entries)):
        before = f"level_{number - 1}" if number else "recipes"
        columns = ", ".join(f"{_value(source, entry)} AS {quote(entry.name)}" for entry in level)
        parts[f"level_{number}"] = f"SELECT *, {columns} FROM {before}"
    last = list(parts)[-1]
    return f"WITH {_relations(parts)}, tagged AS (SELECT * FROM {last})"


def _passes(source: Source, atoms: Iterable[Atom]) -> dict[str, str]:
    found = passes(atoms)
    return {f"pass_{number}": select(each, source.names, source.as_of) for number, each in enumerate(found)}


def _looked_up(source: Source, entries: Mapping[str, Entry], ranged: str) -> Iterator[tuple[str, str]]:
    """What is read as it stands: statements made by hand, and columns that a run holds already."""
    if RELATION in source.tables and (said := stated.stated(entries)):
        yield "stated", stated.chosen(said, ranged)
    if held := kept.all_kept(entries):
        yield "kept", kept.values(held, ranged)


def _recipes(source: Source, entries: Mapping[str, Entry], parts: Mapping[str, str], ranged: str) -> str:
    """The customers of the range, what is joined to them, and the values of all recipes."""
    columns = ["c.customer", "c.customer_id"]
    for name, entry in entries.items():
        if made := source.made.get(name):
            found = made.columns.items()
            columns.extend(f"{made.recipe_sql(aggregate, source.names)} AS {column}" for aggregate, column in found)
        elif facts.of_customers(entry):
            columns.append(f"{facts.from_customers(entry, source.tables)} AS _{name}")
        elif isinstance(entry.piece, piece.Stated):
            columns.append(f"{stated.value(entry, source.tables)} AS _{name}")
        elif isinstance(entry.piece, piece.Kept):
            columns.append(f"{kept.value(entry)} AS _{name}")
    ranks = [entry for entry in entries.values() if isinstance(entry.piece, piece.Ranked)]
    cuts = f" CROSS JOIN ({_cuts(source, ranks)})" if ranks else ""
    columns.extend(["_cuts.*"] if ranks else [])
    customers = f"(SELECT * FROM customers WHERE {ranged}) c"
    return f"SELECT {', '.join(columns)} FROM {customers} {_joined(parts)}{cuts}{' _cuts' if ranks else ''}"


def _cuts(source: Source, ranks: Iterable[Entry]) -> str:
    rows = " UNION ALL ".join(f"SELECT tag, score, low FROM {relation}" for relation in source.cuts)
    return f"SELECT {', '.join(cut_columns(ranks))} FROM ({rows})"


def _joined(parts: Iterable[str]) -> str:
    return " ".join(f"LEFT JOIN {name} USING (customer)" for name in parts)


def _relations(parts: Mapping[str, str]) -> str:
    return ", ".join(f"{name} AS ({select})" for name, select in parts.items())


def _levels(entries: Mapping[str, Entry]) -> Iterator[list[Entry]]:
    """Columns by how deep they stand: each level needs only those before it."""
    depth: dict[str, int] = {}
    for name, entry in entries.items():
        depth[name] = 1 + max((depth[each] for each in entry.uses), default=-1)
    for level in range(max(depth.values(), default=-1) + 1):
        yield [entry for name, entry in entries.items() if depth[name] == level]


def _value(source: Source, entry: Entry) -> str:
    value = _raw(source, entry)
    filled = value if entry.empty is None else f"coalesce({value}, {literal(entry.empty)})"
    return f"CAST({filled} AS {entry.type.duckdb})"


def _raw(source: Source, entry: Entry) -> str:
    match entry.piece:
        case piece.Derived():
            return sql(entry.expressions["value"], as_of=source.as_of)
        case piece.Condition():
            return sql(entry.expressions["when"], as_of=source.as_of)
        case piece.Chosen():
            return _chosen(source, entry, entry.piece)
        case piece.Ranked():
            return score(entry, source.as_of)
        case _:
            made = source.made.get(entry.name)
            return made.sql(source.as_of) if made else f"_{entry.name}"


def _chosen(source: Source, entry: Entry, chosen: piece.Chosen) -> str:
    cases = " ".join(
        f"WHEN {where(entry.expressions[f'cases.{number}.when'], as_of=source.as_of)} THEN {literal(case.value)}"
        for number, case in enumerate(chosen.cases)
    )
    return f"CASE {cases} ELSE {literal(chosen.otherwise)} END"
