"""Exact identity: records with the same key are one customer, all others stand alone.

The seam for probabilistic matching: whatever finds the links, the steps after `identity_links`
stay the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from portraits.engine.warehouse import Step, quote
from portraits.vocabulary.table import Lookup, Table
from portraits.vocabulary.tables import TABLES


def identity_steps(present: Collection[str], key: str = "") -> list[Step]:
    """Steps from canonical tables to `identity_links`, `customers` and tables sorted by customer.

    Args:
        present: names of the canonical tables that exist as relations.
        key: SQL over `people` whose equal, known values mean one customer; empty for one
            customer per record.
    """
    tables = [TABLES[name] for name in TABLES if name in present]
    owned = [table for table in tables if table.of_customers]
    return [
        _records(owned),
        _links("people" in present, key),
        _customers("people" in present),
        *(_settled(table, present) for table in tables),
    ]


def _records(tables: list[Table]) -> Step:
    """Every record once: UNION alone leaves doubles where there is a single table."""
    each = [f"SELECT DISTINCT record_id FROM {quote(table.name)} WHERE record_id IS NOT NULL" for table in tables]
    nobody = "SELECT NULL::VARCHAR AS record_id WHERE false"
    return Step("records", " UNION ".join(each) or nobody, temporary=True)


def _links(people: bool, key: str) -> Step:
    keyed = f"SELECT record_id, source, CAST({key} AS VARCHAR) AS key FROM people" if key and people else ""
    sourced = "SELECT record_id, source, NULL::VARCHAR AS key FROM people"
    nobody = "SELECT NULL::VARCHAR AS record_id, NULL::VARCHAR AS source, NULL::VARCHAR AS key WHERE false"
    person = keyed or (sourced if people else nobody)
    sql = f"""
        WITH person AS ({person}),
        linked AS (
            SELECT r.record_id, p.source, p.key,
                CASE WHEN p.key IS NULL THEN r.record_id
                     ELSE min(r.record_id) OVER (PARTITION BY p.key) END AS customer_id
            FROM records r LEFT JOIN person p USING (record_id))
        SELECT record_id, CAST(dense_rank() OVER (ORDER BY customer_id) - 1 AS INTEGER) AS customer,
            customer_id, source, CASE WHEN key IS NULL THEN 'record' ELSE 'exact key' END AS method
        FROM linked"""
    return Step("identity_links", sql, order="customer, record_id")


def _customers(people: bool) -> Step:
    """The golden record: for each field the newest known value among the customer's records."""
    if not people:
        return Step("customers", "SELECT DISTINCT customer, customer_id FROM identity_links", order="customer")
    fields = [column.name for column in TABLES["people"].columns if column.name not in _NOT_GOLDEN]
    newest = ", ".join(f"arg_max({quote(name)}, age) AS {quote(name)}" for name in fields)
    sql = f"""
        WITH aged AS (
            SELECT *, row_number() OVER (ORDER BY coalesce(updated_at, created_at) NULLS FIRST, record_id) AS age
            FROM people)
        SELECT l.customer, l.customer_id, {newest}, count(a.record_id) AS records
        FROM identity_links l LEFT JOIN aged a USING (record_id)
        GROUP BY l.customer, l.customer_id"""
    return Step("customers", sql, order="customer")


_NOT_GOLDEN = ("record_id", "source", "batch")


def _settled(table: Table, present: Collection[str]) -> Step:
    """The table with its customer and its borrowed columns, in order of customer and time."""
    lookups = [lookup for lookup in table.lookups if lookup.table.name in present]
    columns = ["l.customer"] if table.of_customers else []
    columns += ["t.*", *_borrowed(table, lookups)]
    joins = ["LEFT JOIN identity_links l USING (record_id)"] if table.of_customers else []
    joins += [_join(number, lookup) for number, lookup in enumerate(lookups)]
    sql = f"SELECT {', '.join(columns)} FROM {quote(table.name)} t {' '.join(joins)}"
    return Step(table.name, sql, order=_order(table))


def _borrowed(table: Table, lookups: list[Lookup]) -> Iterator[str]:
    found = {here: (number, there) for number, lookup in enumerate(lookups) for here, there in lookup.columns}
    for name, kind in table.scope.items():
        if name in table.types:
            continue
        value = f"lookup_{found[name][0]}.{quote(found[name][1])}" if name in found else "NULL"
        yield f"CAST({value} AS {kind.duckdb}) AS {quote(name)}"


def _join(number: int, lookup: Lookup) -> str:
    there = f"lookup_{number}"
    return f"LEFT JOIN {quote(lookup.table.name)} {there} ON {there}.{quote(lookup.key)} = t.{quote(lookup.key)}"


def _order(table: Table) -> str:
    if not table.of_customers:
        return ", ".join(quote(name) for name in table.key)
    return f"customer, {quote(table.time)}" if table.time else "customer"
