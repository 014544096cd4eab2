"""Canonical: the steps from landed rows to the canonical tables of a run.

Rows later than `as_of` are left out, so that a run at a past moment is the run that would have
been built then. A key that comes twice counts once: the latest batch wins. A row with a missing
part of its key is never taken for a double.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from portraits.engine.settings import Settings
from portraits.engine.warehouse import Step, literal, quote
from portraits.sources.mapping import FROM_ORDER, PROVENANCE, Layout, Mapped, read_mapping
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.rows import ROW, clock, landed_files, rows
from portraits.vocabulary.errors import DefinitionError, Fault
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import TABLES

_EVER = datetime(9999, 12, 31)
ORDERS, LINES = "orders", "order_lines"
MAPPED_ORDERS = "orders_as_mapped"
_SOLD = "status IS DISTINCT FROM 'returned' AND status IS DISTINCT FROM 'cancelled'"


@dataclass(frozen=True)
class Landed:
    """The landing file of one batch that counts."""

    path: Path
    source: str
    layout: Layout


def canonical_steps(
    mappings: Mapping[str, SourceMapping], landed: Sequence[Landed], settings: Settings, as_of: datetime
) -> list[Step]:
    """One temporary relation for each canonical table that something is mapped to.

    Args:
        mappings: by name; a DefinitionError names them as blocks `mappings.<name>`.
        landed: the landing files of all batches that count.
        settings: zone and currency of the workspace.
        as_of: naive, in the workspace's zone.
    """
    by_table = _by_table(mappings, landed)
    return list(_Canon(by_table, settings, as_of).steps())


def newest(mappings: Mapping[str, SourceMapping], landed: Sequence[Landed], settings: Settings) -> str:
    """A SELECT of the moment of the newest landed row, NULL where no row has one."""
    canon = _Canon(_by_table(mappings, landed), settings, _EVER)
    return f"SELECT max(moment) FROM ({' UNION ALL '.join(canon.moments()) or 'SELECT NULL::TIMESTAMP AS moment'})"


def left_out_sql(name: str, mapping: SourceMapping, landed: Sequence[Landed], settings: Settings) -> str:
    """A SELECT of the number of rows that a mapping chooses but that lack what its table needs."""
    readings = _by_table({name: mapping}, landed).get(mapping.table, [])
    canon = _Canon({mapping.table: readings}, settings, _EVER)
    return canon.left_out(mapping.table) if readings else "SELECT 0"


@dataclass(frozen=True)
class _Reading:
    """A mapping over those landing files that are laid out alike."""

    mapped: Mapped
    present: Layout
    files: tuple[Path, ...]


def _by_table(mappings: Mapping[str, SourceMapping], landed: Sequence[Landed]) -> dict[str, list[_Reading]]:
    found: dict[str, list[_Reading]] = {}
    faults: list[Fault] = []
    for name, mapping in mappings.items():
        own = [each for each in landed if each.source == mapping.source]
        try:
            if readings := list(_readings(mapping, own)):
                found.setdefault(mapping.table, []).extend(readings)
        except DefinitionError as error:
            faults += [Fault(f.what, block=f"mappings.{name}", field=f.field, hint=f.hint) for f in error.faults]
    if faults:
        raise DefinitionError(faults)
    return found


def _readings(mapping: SourceMapping, landed: Sequence[Landed]) -> Iterator[_Reading]:
    everything = {name: kind for each in landed for name, kind in each.layout.columns.items()}
    for alike in _alike(landed):
        present = alike[0].layout
        layout = replace(present, columns={**everything, **present.columns})
        yield _Reading(read_mapping(mapping, layout), present, tuple(each.path for each in alike))


def _alike(landed: Sequence[Landed]) -> Iterator[list[Landed]]:
    """Landing files with the same layout together."""
    found: list[list[Landed]] = []
    for each in landed:
        known = next((group for group in found if group[0].layout == each.layout), None)
        if known is None:
            found.append(known := [])
        known.append(each)
    yield from found


class _Canon:
    """The canonical tables of one run."""

    def __init__(self, readings: Mapping[str, list[_Reading]], settings: Settings, as_of: datetime) -> None:
        self._readings, self._settings, self._as_of = readings, settings, as_of

    def steps(self) -> Iterator[Step]:
        for name in TABLES:
            if name in self._readings and name not in (ORDERS, LINES):
                yield Step(name, self._table(name), temporary=True)
        yield from self._sales()

    def moments(self) -> Iterator[str]:
        for name in self._readings:
            if time := TABLES[name].time:
                yield f"SELECT max({quote(time)}) AS moment FROM ({self._union(name)})"

    def left_out(self, name: str) -> str:
        missing = [f"{quote(column.name)} IS NULL" for column in TABLES[name].columns if column.required]
        return f"SELECT count(*) FROM ({self._union(name)}) WHERE {' OR '.join(missing) or 'false'}"

    def _sales(self) -> Iterator[Step]:
        """Orders and their lines, which complete each other."""
        orders, lines = ORDERS in self._readings, LINES in self._readings
        if orders:
            yield Step(MAPPED_ORDERS if lines else ORDERS, self._table(ORDERS), temporary=True)
        if lines:
            yield Step(LINES, self._lines_of_orders() if orders else self._table(LINES), temporary=True)
            yield Step(ORDERS, self._completed_orders() if orders else self._orders_of_lines(), temporary=True)

    def _table(self, name: str) -> str:
        table = TABLES[name]
        return (
            f"SELECT {self._columns(table)} FROM ({self._union(name)}) t "
            f"WHERE {' AND '.join(self._wanted(table))}{self._once(table)}"
        )

    def _union(self, name: str) -> str:
        """All mapped rows of a table; every SELECT has the same columns in the same order."""
        return " UNION ALL ".join(
            rows(
                each.mapped,
                landed_files(each.files),
                each.present,
                clock(each.mapped, self._settings, self._as_of),
            )
            for each in self._readings[name]
        )

    def _columns(self, table: Table) -> str:
        defaults = self._defaults(table.name)
        return ", ".join(
            f"{defaults[column.name]} AS {quote(column.name)}" if column.name in defaults else f"t.{quote(column.name)}"
            for column in table.columns
        )

    def _defaults(self, name: str) -> dict[str, str]:
        """What a column holds where the source does not say it, or says what only came later."""
        if name == "people":
            return {"kind": f"coalesce(t.kind, '{'company' if self._settings.business == 'b2b' else 'person'}')"}
        if name == ORDERS:
            money = f"coalesce(t.currency, {literal(self._settings.currency)})"
            return {"currency": money, "status": self._status(ORDERS, "t.status", "t.amount < 0")}
        if name == LINES:
            return {"line": f"coalesce(t.line, t.{ROW})", "status": self._status(LINES, "t.status", _NEGATIVE)}
        if name == "deals":  # what was closed later was still open then
            later = f"CASE WHEN t.closed_at > {self._now} THEN"
            return {
                "status": f"{later} 'open' ELSE t.status END",
                "closed_at": f"{later} NULL ELSE t.closed_at END",
                "lost_reason": f"{later} NULL ELSE t.lost_reason END",
            }
        return {}

    @property
    def _now(self) -> str:
        return f"TIMESTAMP {literal(self._as_of.isoformat(sep=' '))}"

    def _wanted(self, table: Table) -> Iterator[str]:
        """Rows that have what the table needs, and are not later than as_of."""
        for column in table.columns:
            if column.required:
                yield f"t.{quote(column.name)} IS NOT NULL"
        if table.time:
            moment = "coalesce(t.updated_at, t.created_at)" if table.name == "people" else f"t.{quote(table.time)}"
            unknown = "" if table.column(table.time).required or table.name == LINES else f" OR {moment} IS NULL"
            yield f"({moment} <= {self._now}{unknown})"

    def _once(self, table: Table) -> str:
        if not set(table.key) <= self._mapped(table.name):
            return ""
        key = [f"t.{quote(name)}" for name in table.key]
        newest = f"row_number() OVER (PARTITION BY {', '.join(key)} ORDER BY t.batch DESC, t.{ROW} DESC) = 1"
        return f" QUALIFY {newest} OR {' OR '.join(f'{part} IS NULL' for part in key)}"

    def _mapped(self, name: str) -> set[str]:
        """The columns of a table that any mapping gives."""
        return {column for each in self._readings[name] for column in each.mapped.mapping.columns}

    def _status(self, name: str, status: str, negative: str) -> str:
        """Sold unless something says otherwise; what a source calls by no known word stays unknown."""
        if not all("status" in each.mapped.expressions for each in self._readings[name]):
            status = f"coalesce({status}, 'completed')"
        return f"CASE WHEN {negative} AND {status} IS DISTINCT FROM 'cancelled' THEN 'returned' ELSE {status} END"

    def _lines_of_orders(self) -> str:
        """Lines take from their order what they do not say; a cancelled order's lines are no sales."""
        table = TABLES[LINES]
        taken = {name: f"coalesce(l.{name}, o.{name})" for name in FROM_ORDER if name != "status"}
        own = self._status(LINES, "coalesce(l.status, o.status)", _NEGATIVE.replace("t.", "l."))
        taken["status"] = f"CASE WHEN o.status IN ('cancelled', 'returned') THEN o.status ELSE {own} END"
        taken["line"] = f"coalesce(l.line, l.{ROW})"
        columns = ", ".join(
            f"{taken.get(column.name, f'l.{quote(column.name)}')} AS {quote(column.name)}" for column in table.columns
        )
        joined = (
            f"SELECT {columns}, l.{ROW} FROM ({self._union(LINES)}) l "
            f"LEFT JOIN {MAPPED_ORDERS} o ON o.order_id = l.order_id"
        )
        wanted = " AND ".join(self._wanted(table))
        return f"SELECT t.* EXCLUDE ({ROW}) FROM ({joined}) t WHERE {wanted}{self._once(table)}"

    def _completed_orders(self) -> str:
        """Mapped orders, with what only their lines tell, and the orders that have nothing but lines."""
        table = TABLES[ORDERS]
        sums = {"discount": _MONEY, "cost": _MONEY, "lines": "BIGINT", "quantity": "DOUBLE"}
        columns = ", ".join(
            f"coalesce(o.{column.name}, CAST(l.{column.name} AS {sums[column.name]})) AS {column.name}"
            if column.name in sums
            else f"o.{quote(column.name)}"
            for column in table.columns
        )
        told = "sum(discount) AS discount, sum(cost) AS cost, count(*) AS lines, sum(quantity) AS quantity"
        of_lines = f"SELECT order_id, {told} FROM {LINES} WHERE status IS DISTINCT FROM 'returned' GROUP BY order_id"
        mapped = f"SELECT {columns} FROM {MAPPED_ORDERS} o LEFT JOIN ({of_lines}) l ON l.order_id = o.order_id"
        unmapped = self._orders_of_lines(f"ANTI JOIN {MAPPED_ORDERS} USING (order_id)")
        return f"{mapped} UNION ALL {unmapped}"

    def _orders_of_lines(self, chosen: str = "") -> str:
        """Orders where only lines exist; what all lines share is taken from the smallest."""
        given = self._mapped(LINES)
        made = {
            **{name: f"min({name})" if name in given else "NULL" for name in FROM_ORDER},
            **{name: f"CAST(sum({name}) FILTER (WHERE {_SOLD}) AS {_MONEY})" for name in ("discount", "cost")},
            "order_id": "order_id",
            "ordered_at": "min(ordered_at)",
            "amount": f"CAST(coalesce(sum(amount) FILTER (WHERE {_SOLD}), 0) AS {_MONEY})",
            "currency": literal(self._settings.currency),
            "status": _STATUS_OF_LINES,
            "lines": f"count(*) FILTER (WHERE {_SOLD})",
            "quantity": f"sum(quantity) FILTER (WHERE {_SOLD})",
            **{name: f"max({name})" for name in PROVENANCE},
        }
        columns = ", ".join(
            f"CAST({made[column.name]} AS {column.type.duckdb}) AS {quote(column.name)}"
            for column in TABLES[ORDERS].columns
        )
        return f"SELECT {columns} FROM {LINES} {chosen} GROUP BY order_id"


_MONEY = "DECIMAL(18,4)"
_NEGATIVE = "(t.quantity < 0 OR t.amount < 0)"
_STATUS_OF_LINES = f"""CASE
    WHEN count(*) FILTER (WHERE {_SOLD}) = 0
    THEN CASE WHEN bool_or(status = 'returned') THEN 'returned' ELSE 'cancelled' END
    WHEN bool_or(status = 'pending') THEN 'pending' ELSE 'completed' END"""
