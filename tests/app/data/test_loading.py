"""Loading from every kind of source: types, cursors, states and layouts are kept per batch."""

from __future__ import annotations

import gzip
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portraits.app.data.loading import layout_of
from portraits.app.data.sources import batches, load, undo
from portraits.app.definitions import definitions
from portraits.engine.batches import Batch
from portraits.engine.landing import rows_file
from portraits.engine.workspace import Workspace
from portraits.vocabulary.types import Type
from tests.app.company import NOW
from tests.app.data.test_sources import amounts

SETTINGS = '[settings]\ntitle = "Shop"\nbusiness = "retail"\ntime_zone = "Asia/Shanghai"\n'
MAPPING = """
[mappings.lines]
source = "till"
table = "order_lines"
[mappings.lines.columns]
order_id = "no"
product_id = "sku"
amount = "paid"
ordered_at = "at"
"""
ROWS: list[dict[str, Any]] = [
    {"no": 1, "sku": "milk", "paid": 2.5, "at": datetime(2026, 1, 1, 8)},
    {"no": 2, "sku": "bread", "paid": 4.0, "at": datetime(2026, 1, 2, 8)},
]


def shop(folder: Path, source: str) -> Workspace:
    (folder / "portraits.toml").write_text(f"{SETTINGS}\n[sources.till]\n{source}\n{MAPPING}")
    return Workspace(folder)


def loaded(workspace: Workspace) -> list[Batch]:
    return load(workspace, actor="ann", now=NOW)


def test_a_parquet_file_keeps_its_types_and_zones(tmp_path: Path) -> None:
    rows = [{**row, "at": row["at"].replace(tzinfo=UTC), "day": row["at"].date(), "ok": True} for row in ROWS]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "till.parquet")
    workspace = shop(tmp_path, 'kind = "files"\npath = "till.parquet"')
    [batch] = loaded(workspace)
    assert batch.columns == {
        "no": "integer",
        "sku": "raw",
        "paid": "number",
        "at": "time utc",
        "day": "date",
        "ok": "boolean",
    }
    layout = layout_of(batch, definitions(workspace))
    assert layout.columns["at"] is Type.TIME
    assert layout.zoned == {"at"}
    assert amounts(workspace) == [2.5, 4]
    landed = pq.read_table(rows_file(workspace, "till", batch.name))
    assert landed.column_names == ["_row", *rows[0]]
    assert landed.column("_row").to_pylist() == [1, 2]


def test_lines_of_json_and_packed_files_are_batches_too(tmp_path: Path) -> None:
    text = "".join(json.dumps({**row, "at": row["at"].isoformat()}) + "\n" for row in ROWS)
    (tmp_path / "till").mkdir()
    (tmp_path / "till" / "a.jsonl").write_text(text)
    (tmp_path / "till" / "b.jsonl.gz").write_bytes(gzip.compress(text.replace("milk", "eggs").encode()))
    workspace = shop(tmp_path, 'kind = "files"\npath = "till"')
    assert [batch.label for batch in loaded(workspace)] == ["till/a.jsonl", "till/b.jsonl.gz"]
    assert amounts(workspace) == [2.5, 2.5, 4, 4]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A till's database with two sales."""
    path = tmp_path / "till.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table sales (no integer, sku text, paid real, at timestamp)")
        _sell(connection, *ROWS)
    return path


def _sell(connection: sqlite3.Connection, *rows: dict[str, Any]) -> None:
    for row in rows:
        values = (row["no"], row["sku"], row["paid"], row["at"].isoformat(sep=" "))
        connection.execute("insert into sales values (?, ?, ?, ?)", values)


def test_a_table_with_a_cursor_is_loaded_row_by_row_as_it_grows(tmp_path: Path, database: Path) -> None:
    source = 'kind = "database"\nurl = "sqlite:///till.db"\ntable = "sales"\ncursor = "no"'
    workspace = shop(tmp_path, source)
    assert [(batch.rows_read, batch.cursor) for batch in loaded(workspace)] == [(2, "2")]
    assert loaded(workspace) == []
    with closing(sqlite3.connect(database)) as connection, connection:
        _sell(connection, {**ROWS[0], "no": 3, "paid": 9})
    [second] = loaded(workspace)
    assert (second.rows_read, second.rows_landed, second.cursor) == (1, 1, "3")
    assert amounts(workspace) == [2.5, 4, 9]
    undo(workspace, second.id, actor="ann", now=NOW)
    assert [(batch.rows_read, batch.cursor) for batch in loaded(workspace)] == [(1, "3")]
    assert amounts(workspace) == [2.5, 4, 9]


def test_a_table_without_a_cursor_is_loaded_whole_when_it_has_changed(tmp_path: Path, database: Path) -> None:
    workspace = shop(tmp_path, 'kind = "database"\nurl = "sqlite:///till.db"\ntable = "sales"')
    assert len(loaded(workspace)) == 1
    assert loaded(workspace) == []
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update sales set paid = 3 where no = 1")
    assert len(loaded(workspace)) == 1
    assert amounts(workspace) == [3, 4]
    assert [batch.counts for batch in batches(workspace)] == [False, True]


def test_sources_are_loaded_apart_and_only_those_that_are_named(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(f"no,sku,paid,at\n{name},milk,1,2026-01-01\n")
    first = 'kind = "files"\npath = "a.csv"\n[sources.other]\nkind = "files"\npath = "b.csv"'
    workspace = shop(tmp_path, first)
    assert [batch.source for batch in load(workspace, ["other"], actor="ann", now=NOW)] == ["other"]
    assert [batch.source for batch in loaded(workspace)] == ["till"]
    assert [batch.name for batch in batches(workspace)] == ["000001", "000002"]
    assert amounts(workspace) == [1]  # nothing is mapped from the other source


def test_rows_of_a_source_that_nothing_is_mapped_from_are_landed_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("x\n\n1\n")
    (tmp_path / "portraits.toml").write_text(f'{SETTINGS}\n[sources.a]\nkind = "files"\npath = "a.csv"\n')
    [batch] = loaded(Workspace(tmp_path))
    assert (batch.rows_rejected, batch.mappings, batch.facts["absent"]) == (0, [], [])


def test_what_was_found_about_the_text_of_a_file_is_kept_with_its_batch(tmp_path: Path) -> None:
    rows = "no;sku;paid;at\n1;Käse;1.234,50;31.01.2026\n2;Brot;2,50;28.02.2026\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8-sig")
    workspace = shop(tmp_path, 'kind = "files"\npath = "a.csv"')
    [batch] = loaded(workspace)
    layout = layout_of(batch, definitions(workspace))
    assert (layout.decimal, layout.dates) == (",", {"at": "%d.%m.%Y"})
    assert amounts(workspace) == [2.5, 1234.5]
