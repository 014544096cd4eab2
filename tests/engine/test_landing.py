"""Landing: files that are there whole once they are kept, and gone otherwise."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portraits.engine.landing import Landing, rejects_file, rows_file, sweep
from portraits.engine.workspace import Workspace

ROWS = pa.RecordBatch.from_pylist([{"_row": n, "x": f"v{n}"} for n in range(1, 6)])
REJECTS = pa.RecordBatch.from_pylist([{"_row": 9, "reason": "broken"}])


def files(workspace: Workspace) -> list[str]:
    return sorted(path.relative_to(workspace.landing).as_posix() for path in workspace.landing.rglob("*.parquet"))


def test_what_is_kept_is_there_with_its_rejects_and_its_hash(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with Landing.open(workspace, "till", "000001") as landing:
        landing.add(ROWS)
        landing.add(ROWS)
        landing.reject(REJECTS)
        assert files(workspace) == ["till/.part-000001.parquet", "till/.part-000001.rejects.parquet"]
        first = landing.keep()
    assert files(workspace) == ["till/000001.parquet", "till/000001.rejects.parquet"]
    assert pq.read_table(rows_file(workspace, "till", "000001")).num_rows == 10
    assert pq.read_table(rejects_file(workspace, "till", "000001")).to_pylist() == REJECTS.to_pylist()
    with Landing.open(workspace, "till", "000002") as landing:
        landing.add(ROWS)
        assert landing.keep() != first


def test_rows_can_be_taken_out_before_they_are_kept(tmp_path: Path) -> None:
    workspace, taken = Workspace(tmp_path), []
    with Landing.open(workspace, "till", "000001") as landing:
        landing.add(ROWS)
        assert pq.read_table(landing.written(ROWS.schema)).num_rows == 5
        landing.take_out({2, 5}, lambda rows: taken.extend(rows.to_pylist()))
        landing.keep()
    kept = pq.read_table(rows_file(workspace, "till", "000001")).column("_row").to_pylist()
    assert (kept, [row["_row"] for row in taken]) == ([1, 3, 4], [2, 5])
    assert files(workspace) == ["till/000001.parquet"]


def test_a_batch_without_rows_has_a_file_with_its_columns(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with Landing.open(workspace, "till", "000001") as landing:
        landing.written(ROWS.schema)
        landing.keep()
    found = pq.read_table(rows_file(workspace, "till", "000001"))
    assert (found.num_rows, found.column_names) == (0, ["_row", "x"])


def test_what_fails_leaves_no_file(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    def fail() -> None:
        with Landing.open(workspace, "till", "000001") as landing:
            landing.add(ROWS)
            landing.reject(REJECTS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert files(workspace) == []


def test_files_that_no_record_knows_are_removed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    folder = workspace.landing / "till"
    folder.mkdir(parents=True)
    for name in ("000001.parquet", "000001.rejects.parquet", "000002.parquet", "000002.rejects.parquet", ".part-x"):
        (folder / name).touch()
    assert len(sweep(workspace, {"000001"})) == 3
    assert files(workspace) == ["till/000001.parquet", "till/000001.rejects.parquet"]
    assert sweep(Workspace(tmp_path / "new"), set()) == []
