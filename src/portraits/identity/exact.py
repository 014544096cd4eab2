"""Exact identity: records with the same key are one customer, all others stand alone.

Whatever finds the links, the steps after `identity_links` stay the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from portraits.engine.warehouse import Step, quote
from portraits.identity.golden import NEWEST, Survival, customers_step
from portraits.vocabulary.table import Lookup, Table
from portraits.vocabulary.tables import TABLES


def identity_steps(present: Collection[str], key: str = "", survival: Survival = NEWEST) -> list[Step]:
    """Steps from canonical tables to `identity_links`, `customers` and tables sorted by customer.

    Args:
        present: names of the canonical tables that exist as relations.
        key: SQL over `people` whose equal, known values mean one customer; empty for one
            customer per record.
        survival: which value of a field counts.
    """
    links = Step("identity_links", _LINKS, order="customer, record_id")
    found = found_step(present, key)
    return [records_step(present), found, links, *settled_steps(present, survival)]


def records_step(present: Collection[str]) -> Step:
    """The step that makes `records`: every record that a table names, once."""
    # UNION alone leaves doubles where there is a single table.
    owned = [name for name in TABLES if name in present and TABLES[name].of_customers]
    each = [f"SELECT DISTINCT record_id FROM {quote(name)} WHERE record_id IS NOT NULL" for name in owned]
    nobody = "SELECT NULL::VARCHAR AS record_id WHERE false"
    return Step("records", " UNION ".join(each) or nobody, temporary=True)


def found_step(present: Collection[str], key: str = "") -> Step:
    """The step that makes `identity_found` (record_id, source, cluster, method); a cluster is its smallest record."""
    people = "people" in present
    keyed = f"SELECT record_id, source, CAST({key} AS VARCHAR) AS key FROM people" if key and people else ""
    sourced = "SELECT record_id, source, NULL::VARCHAR AS key FROM people"
    nobody = "SELECT NULL::VARCHAR AS record_id, NULL::VARCHAR AS source, NULL::VARCHAR AS key WHERE false"
    person = keyed or (sourced if people else nobody)
    sql = f"""
        WITH person AS ({person})
        SELECT r.record_id, p.source, CASE WHEN key IS NULL THEN 'record' ELSE 'exact key' END AS method,
            CASE WHEN p.key IS NULL THEN r.record_id
                 ELSE min(r.record_id) OVER (PARTITION BY p.key) END AS cluster
        FROM records r LEFT JOIN person p USING (record_id)"""
    return Step("identity_found", sql, temporary=True)


_LINKS = """
    SELECT record_id, CAST(dense_rank() OVER (ORDER BY cluster) - 1 AS INTEGER) AS customer,
        cluster AS customer_id, source, method
    FROM identity_found"""


def settled_steps(present: Collection[str], survival: Survival = NEWEST, repaired: Collection[str] = ()) -> list[Step]:
    """The steps from `identity_links` to tables sorted by customer and `customers`, that is made of them."""
    settled = [_settled(TABLES[name], present) for name in TABLES if name in present]
    return [*settled, customers_step(present, survival, repaired)]


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
