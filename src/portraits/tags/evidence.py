"""Evidence: where a value comes from, how sure it is, and what else was said.

Values that compete are kept with the run; for all others the rows behind a value are found
again on demand from the definition. Confidence: what people stated about themselves (0.7) may
be wrong or wished for, what a system saw happen (0.9) is rarely so, and a value computed from
others is as sure as the least sure of them. The numbers keep that order; they are no odds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.engine.expressions import where
from portraits.engine.warehouse import Step, literal, quote
from portraits.tags import piece
from portraits.tags.order import Entry
from portraits.tags.recipes import Taken
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.tables import TABLES

OBSERVED = 0.9

NONE = (
    "SELECT CAST(NULL AS INTEGER) AS customer, CAST(NULL AS VARCHAR) AS tag, CAST(NULL AS VARCHAR) AS value, "
    "CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS record_id, CAST(NULL AS TIMESTAMP) AS at, "
    "CAST(NULL AS DOUBLE) AS confidence, CAST(NULL AS BOOLEAN) AS chosen WHERE false"
)


@dataclass(frozen=True)
class Rows:
    """The very rows behind a value: SELECT them by `sql` with the customer's number as `parameters`."""

    table: str
    sql: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Why:
    """Why a customer has a value: rows of a table, or other tags and the expressions over them."""

    entry: Entry
    confidence: float
    rows: Rows | None
    tags: tuple[str, ...]


def why(entries: Mapping[str, Entry], tag: str, customer: int, as_of: datetime) -> Why:
    """What one customer's value of a tag rests on; NotFound names the nearest tag.

    The rows come oldest first; a rule or rank has none and names the tags it is computed from.
    """
    if tag not in entries:
        raise NotFound(f"There is no tag {tag}.", nearest(tag, entries))
    entry = entries[tag]
    rows = _rows(entry, customer, as_of) if entry.table else None
    return Why(entry, confidence(entries, tag), rows, tuple(sorted(entry.uses)))


def confidence(entries: Mapping[str, Entry], tag: str) -> float:
    """How sure a value is, from 0 to 1: as sure as the least sure one below it."""
    entry = entries[tag]
    if isinstance(entry.piece, piece.Latest):
        return entry.piece.confidence
    return min((confidence(entries, each) for each in entry.uses), default=OBSERVED)


def _rows(entry: Entry, customer: int, as_of: datetime) -> Rows:
    table = TABLES[entry.table]
    conditions = ["customer = $customer", *_conditions(entry, as_of)]
    order = f" ORDER BY {_time(entry.table)}, {', '.join(map(quote, table.key))}" if table.time else ""
    sql = f"SELECT * FROM {quote(table.name)} WHERE {' AND '.join(conditions)}{order}"
    return Rows(table.name, sql, {"customer": customer})


def _conditions(entry: Entry, as_of: datetime) -> Iterator[str]:
    """The rows that count: in the window, where the condition holds, with the value known."""
    if isinstance(entry.piece, piece.Latest):
        yield f"{quote(entry.piece.column)} IS NOT NULL"
        return
    condition = entry.expressions.get("where")
    if condition:
        yield f"({where(condition, as_of=as_of)})"
    window = getattr(entry.piece, "within", None)
    if window:
        yield f"({Taken(entry.table, None, window, as_of).inside})"


def _time(table: str) -> str:
    """When a row was true; a person record that was never updated, when it was made."""
    return "coalesce(updated_at, created_at)" if table == "people" else quote(TABLES[table].time)


def evidence(entries: Mapping[str, Entry], tables: Collection[str]) -> Step:
    """The step that keeps the values of latest tags where a customer's records disagree."""
    latest = [entry for entry in entries.values() if isinstance(entry.piece, piece.Latest)]
    found = [_competing(entry, entry.piece) for entry in latest if entry.table in tables and not entry.tag.retired]
    selects = " UNION ALL ".join([NONE, *(f"SELECT * FROM ({each})" for each in found)])
    return Step("evidence", selects, order='customer, tag, chosen DESC, "at" DESC NULLS LAST, record_id')


def _competing(entry: Entry, latest: piece.Piece) -> str:
    """One row a record that knows the value, for customers with two different values or more."""
    assert isinstance(latest, piece.Latest)  # noqa: S101 (the caller chose them)
    column, time = quote(latest.column), _time(latest.table)
    newest = f"row_number() OVER (PARTITION BY customer ORDER BY {time} DESC NULLS LAST, record_id DESC)"
    several = (
        f"SELECT customer FROM {quote(latest.table)} WHERE customer IS NOT NULL "
        f"GROUP BY customer HAVING min({column}) <> max({column})"
    )
    return (
        f"SELECT customer, {literal(entry.name)} AS tag, CAST({column} AS VARCHAR) AS value, source, record_id, "
        f"CAST({time} AS TIMESTAMP) AS at, CAST({latest.confidence} AS DOUBLE) AS confidence, {newest} = 1 AS chosen "
        f"FROM {quote(latest.table)} JOIN ({several}) USING (customer) WHERE {column} IS NOT NULL"
    )
