"""Validity: which landed rows cannot become what a mapping makes of them, and why.

A row without a value that its table needs is rejected. A value that a table can do without and
that cannot be read becomes a missing value, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from portraits.engine.expressions import sql
from portraits.engine.expressions.nodes import Convert, Name, Node, walk
from portraits.engine.settings import Settings
from portraits.engine.warehouse import literal, quote
from portraits.sources.mapping import Layout, Mapped
from portraits.sources.rows import BATCH, ROW, Clock, clock, condition, read, value
from portraits.vocabulary.table import Column
from portraits.vocabulary.types import Type


def rejects_sql(mapped: Sequence[Mapped], relation: str, present: Layout, settings: Settings, now: datetime) -> str:
    """A SELECT of `_row, field, type, value` of the rows to reject; the first fault of a row counts.

    `relation` is SQL that stands for the landed rows; `value` is NULL where nothing was said.
    """
    faults = [fault for each in mapped for fault in _faults(each, relation, present, clock(each, settings, now))]
    none = f"SELECT 0::BIGINT AS {ROW}, '' AS field, '' AS type, '' AS value, 0 AS rank WHERE false"
    every = " UNION ALL ".join(f"{fault}, {rank} AS rank{rest}" for rank, (fault, rest) in enumerate(faults)) or none
    chosen = f"row_number() OVER (PARTITION BY {ROW} ORDER BY rank) = 1"
    return f"SELECT {ROW}, field, type, value FROM ({every}) QUALIFY {chosen} ORDER BY {ROW}"


def _faults(mapped: Mapped, relation: str, present: Layout, clock: Clock) -> Iterator[tuple[str, str]]:
    rows = read(mapped, _numbered(relation), present, clock)
    for column in mapped.mapping.target.columns:
        expression = mapped.expressions.get(column.name)
        if column.name not in mapped.needed or expression is None:
            continue
        failures = _failures(expression.node, column, clock)
        said = [f"CASE WHEN {failed} THEN {raw} END" for raw, failed in failures]
        written = f"coalesce({', '.join(said)}, NULL)" if said else "CAST(NULL AS VARCHAR)"
        head = f"SELECT {ROW}, {literal(column.name)} AS field, '{column.type}' AS type, {written} AS value"
        missing = f"({value(expression, column, mapped.layout, clock)}) IS NULL"
        yield head, f" FROM {rows} WHERE {condition(mapped, clock)} AND {missing}"


def unreadable_sql(mapped: Sequence[Mapped], relation: str, present: Layout, settings: Settings, now: datetime) -> str:
    """A SELECT of `field, n, example` for every value that a table can do without; n may be 0."""
    each = [part for one in mapped for part in _counts(one, relation, present, clock(one, settings, now))]
    return " UNION ALL ".join(each) or "SELECT '' AS field, 0::BIGINT AS n, '' AS example WHERE false"


def _counts(mapped: Mapped, relation: str, present: Layout, clock: Clock) -> Iterator[str]:
    rows = read(mapped, _numbered(relation), present, clock)
    for column in mapped.mapping.target.columns:
        expression = mapped.expressions.get(column.name)
        if column.name in mapped.needed or expression is None:
            continue
        lost = f"({value(expression, column, mapped.layout, clock)}) IS NULL"
        for raw, some in _failures(expression.node, column, clock):
            failed = f"{some} AND {lost}"
            counted = f"count(*) FILTER (WHERE {failed}) AS n, min({raw}) FILTER (WHERE {failed}) AS example"
            field = literal(f"{mapped.mapping.table}.{column.name}")
            yield f"SELECT {field} AS field, {counted} FROM {rows} WHERE {condition(mapped, clock)}"


def _failures(node: Node, column: Column, clock: Clock) -> Iterator[tuple[str, str]]:
    """What was said, and the condition that it could not be read."""
    for part in walk(node):
        if isinstance(part, Convert) and isinstance(part.operand, Name) and part.operand.type is Type.RAW:
            raw = quote(part.operand.name)
            yield raw, f"{raw} IS NOT NULL AND ({sql(part, as_of=clock.as_of)}) IS NULL"
    if column.choices:
        written = sql(node, as_of=clock.as_of)
        options = ", ".join(literal(choice) for choice in column.choices)
        said = f"CAST({written} AS VARCHAR)"
        yield said, f"{said} IS NOT NULL AND lower({said}) NOT IN ({options})"


def _numbered(relation: str) -> str:
    return f"(SELECT *, '' AS {BATCH} FROM {relation})"
