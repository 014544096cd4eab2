"""Bad rows: what is shown of rows that a rule finds bad, in which order, and how they leave in a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.app.audiences.audiences import Exported
from portraits.app.customers.personal import masked
from portraits.app.exports import Format, note_export, write_table
from portraits.app.store import here, store
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.insights.quality import QualityRule
from portraits.vocabulary.table import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa


def telling(table: Table, rule: QualityRule | None) -> tuple[Column, ...]:
    """What tells a row apart, what the rule is about, and where the row is from."""
    about = rule.names("rule", "where") | rule.columns if rule else frozenset()
    named = dict.fromkeys((*table.key, *sorted(about), "record_id", table.time, "source", "batch"))
    return tuple(table.column(name) for name in named if name in table.types)


def every(table: Table) -> str:
    """All columns of a table `t`."""
    return ", ".join(f"t.{quote(column.name)}" for column in table.columns)


def order(table: Table, alias: str = "t") -> str:
    """By what its rows stand in order."""
    return ", ".join(f"{alias}.{quote(name)}" for name in (*table.key, "batch"))


def shown(column: Column, value: Any) -> Any:
    """A value as anybody may see it: a personal one is masked."""
    return masked(column.name, value) if column.personal and value is not None else value


def hand_out(
    workspace: Workspace,
    rows: pa.Table,
    of: Table,
    to: tuple[Path, Format],
    detail: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> Exported:
    """Write bad rows of a table to a file, personal columns masked, once the audit trail says who takes them."""
    path, kind = to
    table = _hidden(rows, of)
    with store(workspace) as opened:
        told = {**detail, "format": kind, "rows": table.num_rows}
        note_export(opened, path, told, actor=actor, at=here(workspace, now))
        write_table(table, path, kind)
    return Exported(path, kind, table.num_rows, table.num_columns)


def _hidden(table: pa.Table, of: Table) -> pa.Table:
    import pyarrow as pa

    for column in of.columns:
        if column.personal:
            values = [shown(column, value) for value in table[column.name].to_pylist()]
            table = table.set_column(table.column_names.index(column.name), column.name, pa.array(values, pa.string()))
    return table
