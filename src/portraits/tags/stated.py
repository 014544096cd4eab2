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


def manual_step(relations: Collection[str] = ()) -> Step:
    """`manual_tags`: each statement with the customer it is about now, and whether it is `chosen`.

    Customers are merged and parted, records stay: a statement follows the record whose id it names, else the customer
    that the id leads to. Of all that is said under one id the newest counts, also where it takes the value off; of the
    ids of one customer then the newest that has a value. So a merge loses none, and a split gives each its own back.

    Args:
        relations: there are; `customer_ids` knows the ids that customers had before.
    """
    order = "m.at DESC, m.id DESC"
    known = (
        "customer_ids"
        if "customer_ids" in relations
        else "(SELECT DISTINCT customer_id AS id, customer_id FROM identity_links)"
    )
    sql = f"""
        WITH ids AS (
            SELECT record_id AS id, customer FROM identity_links UNION ALL
            SELECT DISTINCT i.id, l.customer FROM {known} i JOIN identity_links l USING (customer_id)
            ANTI JOIN identity_links r ON r.record_id = i.id),
        told AS (
            SELECT i.customer, m.*, row_number() OVER (PARTITION BY m.tag, m.customer_id ORDER BY {order}) = 1
                AND m.value IS NOT NULL AS stands
            FROM {JOURNAL} m JOIN ids i ON i.id = m.customer_id)
        SELECT m.customer, m.tag, m.value, m.source, m.actor, m.at, m.id, m.stands
            AND row_number() OVER (PARTITION BY m.tag, m.customer, m.stands ORDER BY {order}) = 1 AS chosen
        FROM told m"""
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
