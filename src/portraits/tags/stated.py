"""Stated: what people say of customers by hand, as a relation of the run and as columns of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from portraits.engine.warehouse import Step, literal, quote
from portraits.tags import piece
from portraits.tags.order import Entry

JOURNAL = "manual_journal"  # the statements as they were said: id, tag, customer_id, value, source, at, actor
RELATION = "manual_tags"


def stated(entries: Mapping[str, Entry]) -> list[Entry]:
    """The columns that people fill by hand."""
    return [entry for entry in entries.values() if isinstance(entry.piece, piece.Stated)]


def manual_step() -> Step:
    """`manual_tags`: each statement with the customer it is about now, and whether it is `chosen`.

    Customers are merged and parted, records stay: a statement follows the record whose id it names.
    """
    order = "m.at DESC, m.id DESC"
    newest = f"row_number() OVER (PARTITION BY m.tag, l.customer ORDER BY {order}) = 1"
    ids = "SELECT customer, record_id AS id FROM identity_links UNION SELECT customer, customer_id FROM identity_links"
    sql = (
        "SELECT l.customer, m.tag, m.value, m.source, m.actor, m.at, m.id, "
        f"{newest} AND m.value IS NOT NULL AS chosen FROM {JOURNAL} m JOIN ({ids}) l ON l.id = m.customer_id"
    )
    return Step(RELATION, sql, order='customer, tag, "at", id')


def chosen(entries: Iterable[Entry], ranged: str) -> str:
    """The SELECT of `customer` and the chosen value of each of these columns, as text."""
    columns = ", ".join(f"max(value) FILTER (WHERE tag = {literal(each.name)}) AS {_column(each)}" for each in entries)
    return f"SELECT customer, {columns} FROM {RELATION} WHERE chosen AND {ranged} GROUP BY customer"


def value(entry: Entry, tables: Collection[str]) -> str:
    """The value over the columns of `chosen`; missing where the run has no statements."""
    kind = entry.type.duckdb
    return f"TRY_CAST({_column(entry)} AS {kind})" if RELATION in tables else f"CAST(NULL AS {kind})"


def _column(entry: Entry) -> str:
    return quote(f"_stated_{entry.name}")
