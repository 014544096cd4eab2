"""Content: what the child found in a file, as rows that stream."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from portraits.sources import rejects
from portraits.sources.rejects import Reject

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 65_536
MAX_COLUMNS = 4_096
_KEPT_BACK = 1_000


class RejectWriter:
    """Writes rejects to an Arrow stream file as they are met, and counts them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._waiting: list[Reject] = []
        self._bytes = 0
        self._writer: pa.RecordBatchStreamWriter | None = None

    def add(self, each: Reject) -> None:
        """Keep a rejected row."""
        self.count += 1
        self._waiting.append(each)
        self._bytes += len(each.raw)
        if len(self._waiting) >= _KEPT_BACK or self._bytes > rejects.KEPT:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        import pyarrow as pa

        if not self._waiting:
            return
        if self._writer is None:
            self._writer = pa.ipc.new_stream(str(self.path), rejects.schema())
        self._writer.write_batch(rejects.batch(self._waiting))
        self._waiting, self._bytes = [], 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.flush()
        if self._writer is not None:
            self._writer.close()


@dataclass(frozen=True)
class Content:
    """Rows of one table found in a file.

    `rows` are batches with `_row` first; it hands rejected rows to the writer it was made with.
    `read` counts the rows by another way than the parser's, and is called after the last batch.
    """

    schema: pa.Schema
    rows: Iterator[pa.RecordBatch]
    read: Callable[[], int]
    facts: dict[str, Any] = field(default_factory=dict)


def schema_of(columns: list[tuple[str, pa.DataType]]) -> pa.Schema:
    """The schema of those columns with the row number before them."""
    import pyarrow as pa

    return pa.schema([("_row", pa.int64()), *columns])


def nothing(encoding: str) -> Content:
    """What a text without a single row holds: no columns and no rows, and that is no fault."""
    return Content(schema_of([]), iter(()), lambda: 0, {"encoding": encoding})


def names(header: list[str]) -> list[str]:
    """Names of columns from a header: trimmed, none empty, no two alike in any engine.

    An empty one is named by its place, a second `city` becomes `city_2`; case makes no difference.
    """
    taken = {"_row"}
    found = []
    for place, written in enumerate(header, 1):
        name = " ".join(written.replace("\0", "").split()) or f"column_{place}"
        unique, number = name, 2
        while unique.casefold() in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique.casefold())
        found.append(unique)
    return found
