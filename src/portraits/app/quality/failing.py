"""Failing: the rows that a rule finds bad, looked at and written to a file by the very condition that counted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.app.audiences.audiences import Exported
from portraits.app.customers.personal import masked
from portraits.app.exports import format_of, note_export, write_table
from portraits.app.paging import pages, within
from portraits.app.quality.judging import measured
from portraits.app.reading import Reading, defined, reading
from portraits.app.store import here, store
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.insights.measures import Measure
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

SIZE = 25
LARGEST_PAGE = 500


@dataclass(frozen=True)
class FailingRow:
    """A bad row; `customer_id` is None where it is nobody's. Personal values are masked."""

    customer_id: str | None
    values: tuple[Any, ...]


@dataclass(frozen=True)
class FailingRows:
    """A page of the bad rows of a rule in the published run, of one source where it is named."""

    rule: str
    source: str
    columns: tuple[Column, ...]
    rows: tuple[FailingRow, ...]
    total: int
    page: int
    pages: int
    as_of: datetime
    run: int


def failing(workspace: Workspace, name: str, source: str = "", page: int = 1, size: int = SIZE) -> FailingRows:
    """A page of the rows that a rule, as it is written now, finds bad in the published run.

    Args:
        workspace: where to look.
        name: of the rule; NotFound names the nearest one.
        source: whose rows; empty for those of all sources.
        page: from 1; one past the end gives the last.
        size: rows a page, at most 500.
    """
    table = _table(workspace, name)
    with reading(workspace) as run:
        measure = _measure(workspace, run, name)
        columns = _columns(table, measure)
        total = run.rows(measure.rows("count(*)", source))[0][0] if measure else 0
        size = min(max(1, size), LARGEST_PAGE)
        page = within(page, total, size)
        rows = _rows(run, table, measure, columns, source, (size, (page - 1) * size)) if measure and total else ()
        return FailingRows(
            name, source, columns, tuple(rows), total, page, pages(total, size), run.as_of, run.run.info.number
        )


def export_failing(
    workspace: Workspace, name: str, path: Path, format: str = "", source: str = "", *, actor: str, now: datetime
) -> Exported:
    """Write the rows that a rule finds bad, with all their columns, to a file; personal columns are masked.

    Args:
        workspace: where to look.
        name: of the rule.
        path: the file to write.
        format: csv, xlsx or parquet; by the file's name where empty.
        source: whose rows; empty for those of all sources.
        actor: who asks; written into the audit trail with the rule and the number of rows.
        now: the present moment, for the audit trail.
    """
    kind, of = format_of(path, format), _table(workspace, name)
    with reading(workspace) as run:
        measure, number = _measure(workspace, run, name), run.run.info.number
        every = ", ".join(f"t.{quote(column.name)}" for column in of.columns)
        sql = measure.rows(every, source) if measure else f"SELECT {every} FROM {_nothing(of)} t WHERE false"
        table = _hidden(run.run.warehouse.query(f"{sql} ORDER BY {_order(of)}"), of)
    with store(workspace) as opened:
        detail = {"quality": name, "source": source, "format": kind, "rows": table.num_rows, "run": number}
        note_export(opened, path, detail, actor=actor, at=here(workspace, now))
        write_table(table, path, kind)
    return Exported(path, kind, table.num_rows, table.num_columns)


def _table(workspace: Workspace, name: str) -> Table:
    rules = defined(workspace).quality
    if name not in rules:
        raise NotFound(say("There is no rule of quality {name}.", name=name), nearest(name, rules))
    return rules[name].target


def _measure(workspace: Workspace, run: Reading, name: str) -> Measure | None:
    """The rule over the run; None where it judges no row of it."""
    found = measured(defined(workspace), [table for table in TABLES if table in run.columns], run.as_of)
    return next((each for group in found.values() for each in group if each.name == name), None)


def _columns(table: Table, measure: Measure | None) -> tuple[Column, ...]:
    """What tells a row apart, what the rule is about, and where the row is from."""
    about = measure.rule.names("rule", "where") | measure.rule.columns if measure else frozenset()
    named = dict.fromkeys((*table.key, *sorted(about), "record_id", table.time, "source", "batch"))
    return tuple(table.column(name) for name in named if name in table.types)


def _rows(
    run: Reading,
    table: Table,
    measure: Measure,
    columns: Sequence[Column],
    source: str,
    part: tuple[int, int],
) -> list[FailingRow]:
    whose = "t.customer" if table.of_customers else "NULL AS customer"
    names = ", ".join(f"t.{quote(column.name)}" for column in columns)
    shown = ", ".join(f"b.{quote(column.name)}" for column in columns)
    bad = f"{measure.rows(f'{whose}, {names}', source)} ORDER BY {_order(table)} LIMIT ? OFFSET ?"
    sql = f"""SELECT c.customer_id, {shown} FROM ({bad}) b LEFT JOIN customers c ON c.customer = b.customer
        ORDER BY {_order(table, "b")}"""
    return [FailingRow(row[0], tuple(map(_open, columns, row[1:]))) for row in run.rows(sql, list(part))]


def _order(table: Table, alias: str = "t") -> str:
    return ", ".join(f"{alias}.{quote(name)}" for name in (*table.key, "batch"))


def _open(column: Column, value: Any) -> Any:
    return masked(column.name, value) if column.personal and value is not None else value


def _hidden(table: pa.Table, of: Table) -> pa.Table:
    import pyarrow as pa

    for column in of.columns:
        if column.personal:
            values = [_open(column, value) for value in table[column.name].to_pylist()]
            table = table.set_column(table.column_names.index(column.name), column.name, pa.array(values, pa.string()))
    return table


def _nothing(of: Table) -> str:
    """The columns of a table that is not there."""
    return f"(SELECT {', '.join(f'NULL::{each.type.duckdb} AS {quote(each.name)}' for each in of.columns)})"
