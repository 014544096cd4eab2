"""Parquet files: columns of their own types, streamed batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from portraits.sources.child import columns
from portraits.sources.child.content import BATCH_ROWS, MAX_COLUMNS, Content
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet

_AGAIN = say("Make or download it again.")


def read(path: Path, label: str) -> Content:
    """The rows of a Parquet file; BadInput where it is damaged, perhaps only when a batch is read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(str(path), page_checksum_verification=True, memory_map=True)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadInput(say("{label} is not a whole Parquet file: {error}.", label=label, error=error), _AGAIN) from None
    if not 0 < len(file.schema_arrow) <= MAX_COLUMNS:
        raise BadInput(
            say(
                "{label} has {n} columns; it must have 1 to {most}.",
                label=label,
                n=len(file.schema_arrow),
                most=MAX_COLUMNS,
            )
        )
    schema = columns.plain_schema(file.schema_arrow)
    return Content(schema, columns.numbered(_batches(file, label), schema), lambda: int(file.metadata.num_rows))


def _batches(file: pyarrow.parquet.ParquetFile, label: str) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    try:
        for batch in file.iter_batches(BATCH_ROWS, use_threads=False):
            batch.validate(full=True)
            yield batch
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadInput(say("{label} is damaged: {error}.", label=label, error=error), _AGAIN) from None
