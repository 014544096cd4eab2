"""Landing: the immutable Parquet files that hold imported rows as the source said them.

A batch's files are written under temporary names, flushed and renamed before the store records
the batch: so what is recorded is always there, and a file that no record knows is left over from
a load that was killed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from portraits.engine import durable
from portraits.engine.workspace import Workspace

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

_ROWS = ".parquet"
_REJECTS = ".rejects.parquet"
_PACKED = "zstd"
_ROW = "_row"


def rows_file(workspace: Workspace, source: str, batch: str) -> Path:
    """Where the rows of a batch are; `batch` is its name."""
    return workspace.landing / source / f"{batch}{_ROWS}"


def rejects_file(workspace: Workspace, source: str, batch: str) -> Path:
    """Where the rejected rows of a batch are; there is no file where there are none."""
    return workspace.landing / source / f"{batch}{_REJECTS}"


class Landing:
    """The files of one batch while they are written."""

    def __init__(self, workspace: Workspace, source: str, batch: str) -> None:
        self._rows = rows_file(workspace, source, batch)
        self._rejects = rejects_file(workspace, source, batch)
        self._writers: dict[Path, pq.ParquetWriter] = {}

    @classmethod
    @contextmanager
    def open(cls, workspace: Workspace, source: str, batch: str) -> Iterator[Self]:
        """Write a batch's files; whatever is not kept by the end is removed."""
        landing = cls(workspace, source, batch)
        landing._rows.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield landing
        finally:
            landing._close()
            for path in (_part(landing._rows), _part(landing._rejects), _part(_part(landing._rows))):
                path.unlink(missing_ok=True)

    def add(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self._writer(self._rows, batch.schema).write_batch(batch)

    def reject(self, batch: pa.RecordBatch) -> None:
        """Add rejected rows."""
        self._writer(self._rejects, batch.schema).write_batch(batch)

    def written(self, schema: pa.Schema) -> Path:
        """The file of all rows added so far, closed, to be looked through before it is kept."""
        self._writer(self._rows, schema)
        self._close()
        return _part(self._rows)

    def take_out(self, numbers: Collection[int], taken: Callable[[pa.RecordBatch], object]) -> None:
        """Hand over the rows of these numbers and keep the others."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        bad = pa.array(sorted(numbers), pa.int64())
        whole, rest = _part(self._rows), _part(_part(self._rows))
        with pq.ParquetFile(whole) as file, pq.ParquetWriter(rest, file.schema_arrow, compression=_PACKED) as writer:
            for batch in file.iter_batches():
                wrong = pc.is_in(batch.column(_ROW), bad)
                taken(batch.filter(wrong))
                writer.write_batch(batch.filter(pc.invert(wrong)))
        rest.replace(whole)

    def keep(self) -> str:
        """Give the finished files their names, rejects first, and return the hash of the rows."""
        self._close()
        for path in (self._rejects, self._rows):
            if _part(path).exists():
                durable.flush(_part(path))
                durable.move(_part(path), path)
        return file_hash(self._rows)

    def _writer(self, path: Path, schema: pa.Schema) -> pq.ParquetWriter:
        import pyarrow.parquet as pq

        if path not in self._writers:
            self._writers[path] = pq.ParquetWriter(_part(path), schema, compression=_PACKED)
        return self._writers[path]

    def _close(self) -> None:
        for writer in self._writers.values():
            writer.close()  # closing twice is harmless


def sweep(workspace: Workspace, known: Collection[str]) -> list[Path]:
    """Remove what a killed load left: unfinished files, and files of batches that nobody recorded.

    Only for who holds the load lock. Returns what is gone.
    """
    left = [path for path in workspace.landing.glob("*/*") if _left_over(path, known)]
    for path in left:
        path.unlink()
    return left


def _left_over(path: Path, known: Collection[str]) -> bool:
    return path.name.startswith(durable.TEMPORARY) or path.name.partition(".")[0] not in known


def _part(path: Path) -> Path:
    return path.with_name(f"{durable.TEMPORARY}{path.name}")


def file_hash(path: Path) -> str:
    """The hash of what a file holds, as a batch keeps it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
