"""Landing files for tests: rows written down, laid out as a source would lay them out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from portraits.engine.settings import Settings
from portraits.engine.warehouse import Warehouse
from portraits.sources.canonical import Landed, canonical_steps
from portraits.sources.mapping import Layout
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.source import type_of
from portraits.vocabulary.tables import TABLES

SETTINGS = Settings.read({"title": "Shop", "business": "retail", "time_zone": "Asia/Shanghai", "currency": "CNY"})
AS_OF = datetime(2026, 3, 1)


def land(folder: Path, number: int, rows: Sequence[Mapping[str, Any]], source: str = "till", **layout: Any) -> Landed:
    """A landing file of these rows, numbered from 1."""
    table = pa.Table.from_pylist([{"_row": n, **row} for n, row in enumerate(rows, 1)])
    path = folder / source / f"{number:06d}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    columns = {each.name: type_of(each.type) for each in table.schema if each.name != "_row"}
    return Landed(path, source, Layout(columns, **layout))


def mapping(
    table: str, source: str = "till", where: str = "", zone: str | None = None, **columns: str
) -> SourceMapping:
    """A mapping as a TOML block would say it."""
    return SourceMapping.read({"source": source, "table": table, "where": where, "time_zone": zone, "columns": columns})


def canon(
    mappings: Sequence[SourceMapping],
    landed: Sequence[Landed],
    as_of: datetime = AS_OF,
    settings: Settings = SETTINGS,
) -> dict[str, list[dict[str, Any]]]:
    """The canonical tables, each as its rows in order of their key."""
    named = {f"m{number}": each for number, each in enumerate(mappings)}
    with Warehouse.create() as warehouse:
        steps = canonical_steps(named, landed, settings, as_of)
        for step in steps:
            warehouse.execute(f"CREATE TABLE {step.name} AS {step.sql}")
        return {step.name: warehouse.query(_in_order(step.name)).to_pylist() for step in steps}


def _in_order(name: str) -> str:
    key = TABLES[name].key if name in TABLES else ("order_id",)
    return f"SELECT * FROM {name} ORDER BY {', '.join(key)}"
