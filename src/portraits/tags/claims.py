"""Claims: what a customer's records say a value is, and which of them the portrait follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from portraits.engine.warehouse import Step, literal, quote
from portraits.tags import piece
from portraits.tags.order import Entry
from portraits.vocabulary.tables import TABLES

NONE = (
    "SELECT CAST(NULL AS INTEGER) AS customer, CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS VARCHAR) AS value, "
    "CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS batch, CAST(NULL AS VARCHAR) AS record_id, "
    "CAST(NULL AS TIMESTAMP) AS at, CAST(NULL AS DOUBLE) AS confidence, CAST(NULL AS BOOLEAN) AS chosen WHERE false"
)
ORDER = 'chosen DESC, "at" DESC NULLS LAST, record_id'


def evidence(entries: Mapping[str, Entry], tables: Collection[str]) -> Step:
    """The step that keeps the values of latest tags where a customer's records disagree."""
    latest = [entry for entry in entries.values() if isinstance(entry.piece, piece.Latest)]
    found = [_competing(entry) for entry in latest if entry.table in tables and not entry.tag.retired]
    selects = " UNION ALL ".join([NONE, *(f"SELECT * FROM ({each})" for each in found)])
    return Step("evidence", selects, order=f"customer, tag, {ORDER}")


def claims(entry: Entry, condition: str = "true") -> str:
    """The SELECT of what each record that knows the value says, for customers where a condition on `r` holds.

    The portrait says which value is right; the newest record that says the same is `chosen`.
    """
    latest = newest_of(entry)
    value, time = f"r.{quote(latest.column)}", moment(entry.table, "r.")
    agrees = f"p.{quote(entry.name)} IS NOT DISTINCT FROM {value}"
    order = f"{agrees} DESC, {time} DESC NULLS LAST, r.record_id DESC"
    newest = f"row_number() OVER (PARTITION BY r.customer ORDER BY {order})"
    return (
        f"SELECT r.customer, {literal(entry.name)} AS tag, CAST({value} AS VARCHAR) AS value, r.source, r.batch, "
        f"r.record_id, CAST({time} AS TIMESTAMP) AS at, CAST({latest.confidence} AS DOUBLE) AS confidence, "
        f"{newest} = 1 AND {agrees} AS chosen "
        f"FROM {quote(entry.table)} r JOIN portrait p USING (customer) WHERE {value} IS NOT NULL AND {condition}"
    )


def newest_of(entry: Entry) -> piece.Latest:
    """The newest value that an entry is."""
    if not isinstance(entry.piece, piece.Latest):
        raise TypeError(f"{entry.name} is no newest value.")
    return entry.piece


def moment(table: str, alias: str = "") -> str:
    """When a row was true; a person record that was never updated, when it was made."""
    if table == "people":
        return f"coalesce({alias}updated_at, {alias}created_at)"
    return f"{alias}{quote(TABLES[table].time)}" if TABLES[table].time else "CAST(NULL AS TIMESTAMP)"


def _competing(entry: Entry) -> str:
    """One row a record that knows the value, for customers with two different values or more."""
    column = quote(newest_of(entry).column)
    several = (
        f"SELECT customer FROM {quote(entry.table)} WHERE customer IS NOT NULL "
        f"GROUP BY customer HAVING min({column}) <> max({column})"
    )
    return claims(entry, f"r.customer IN ({several})")
