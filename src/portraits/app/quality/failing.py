"""Failing: the rows that a rule finds bad, looked at and written to a file by the very condition that counted them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portraits.app.audiences.audiences import Exported
from portraits.app.exports import format_of
from portraits.app.paging import pages, within
from portraits.app.quality.bad_rows import every, hand_out, order, shown, telling
from portraits.app.quality.judging import measured
from portraits.app.reading import Reading, defined, reading
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.insights.measures import Measure
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES

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
        columns = telling(table, measure.rule if measure else None)
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
        sql = measure.rows(every(of), source) if measure else f"SELECT {every(of)} FROM {_nothing(of)} t WHERE false"
        rows = run.run.warehouse.query(f"{sql} ORDER BY {order(of)}")
    detail = {"quality": name, "source": source, "run": number}
    return hand_out(workspace, rows, of, (path, kind), detail, actor=actor, now=now)


def _table(workspace: Workspace, name: str) -> Table:
    rules = defined(workspace).quality
    if name not in rules:
        raise NotFound(say("There is no rule of quality {name}.", name=name), nearest(name, rules))
    return rules[name].target


def _measure(workspace: Workspace, run: Reading, name: str) -> Measure | None:
    """The rule over the run; None where it judges no row of it."""
    found = measured(defined(workspace), [table for table in TABLES if table in run.columns], run.as_of)
    return next((each for group in found.values() for each in group if each.name == name), None)


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
    named = ", ".join(f"b.{quote(column.name)}" for column in columns)
    bad = f"{measure.rows(f'{whose}, {names}', source)} ORDER BY {order(table)} LIMIT ? OFFSET ?"
    sql = f"""SELECT c.customer_id, {named} FROM ({bad}) b LEFT JOIN customers c ON c.customer = b.customer
        ORDER BY {order(table, "b")}"""
    return [FailingRow(row[0], tuple(map(shown, columns, row[1:]))) for row in run.rows(sql, list(part))]


def _nothing(of: Table) -> str:
    """The columns of a table that is not there."""
    return f"(SELECT {', '.join(f'NULL::{each.type.duckdb} AS {quote(each.name)}' for each in of.columns)})"
