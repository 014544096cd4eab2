"""Staging: an uploaded file read once for each way of reading it, so that its steps need not read it again.

What is staged is derived and may be deleted at any time; what is loaded in the end is read from
the file itself, by the ordinary way.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from portraits.app.data.loading import columns_of, layout_found
from portraits.app.data.uploads import file_of, path_of
from portraits.engine import durable
from portraits.engine.imports import Import
from portraits.engine.warehouse import Warehouse, literal, quote
from portraits.engine.workspace import Workspace
from portraits.sources import rejects as rejected
from portraits.sources.files import Files
from portraits.sources.mapping import Layout
from portraits.sources.rejects import Reject
from portraits.sources.source import ROW, Part, Place
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    import pyarrow as pa

ROWS, REJECTS, FACTS = "rows.parquet", "rejects.parquet", "staged.json"
_MANY = 10_000
_WORDS = ("encoding", "delimiter", "quote", "header", "skip", "decimal", "dates", "sheet", "inside")


@dataclass(frozen=True)
class Staged:
    """An uploaded table as read in one way: its rows as Parquet and what was found of it."""

    folder: Path
    label: str
    columns: Mapping[str, str]  # name -> type as batches keep it
    facts: Mapping[str, Any]
    landed: int
    rejected: int

    @property
    def rows(self) -> Path:
        """The Parquet file of the rows."""
        return self.folder / ROWS

    @cached_property
    def layout(self) -> Layout:
        """How the rows look."""
        return layout_found(self.columns, self.facts)

    def rejects(self) -> Iterator[Reject]:
        """The rows that are no rows of a table."""
        import pyarrow.parquet as pq

        path = self.folder / REJECTS
        if path.exists():
            with pq.ParquetFile(path) as file:
                yield from rejected.unpack(file.iter_batches())

    def sample(self, most: int = 2_000) -> pa.RecordBatch:
        """The first rows."""
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.rows) as file:
            found = next(file.iter_batches(most), None)
            return found if found is not None else _none(file.schema_arrow)

    def head(self, most: int) -> list[tuple[str | None, ...]]:
        """The first rows as text."""
        names = ", ".join(f"CAST({quote(name)} AS VARCHAR)" for name in self.columns)
        with Warehouse.create() as warehouse:
            read = f"read_parquet({literal(str(self.rows))})"
            return warehouse.rows(f"SELECT {names} FROM {read} ORDER BY {ROW} LIMIT {most}")


def source_block(each: Import) -> dict[str, Any]:
    """An import as a source is written: its file and what was chosen about reading it."""
    reading = {**each.choices.get("packed", {}), **each.choices.get("reading", {})}
    dates = {"dates": each.choices["dates"]} if each.choices.get("dates") else {}
    chosen = {name: value for name, value in reading.items() if name in _WORDS and value not in ("", None)}
    return {"kind": "files", "path": path_of(each), **chosen, **dates}


def staged(workspace: Workspace, each: Import) -> Staged:
    """The rows of an import, read by what was chosen so far; BadInput where they cannot be read so."""
    if not file_of(workspace, each).is_file():
        raise BadInput(say("The file {file} is not there any more.", file=each.file), say("Upload it again."))
    block = source_block(each)
    key = hashlib.sha256(json.dumps(block, sort_keys=True).encode()).hexdigest()[:12]
    folder = workspace.uploads / each.name / f"staged-{key}"
    if not (folder / FACTS).is_file():
        _stage(workspace, block, folder)
    found = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    return Staged(folder, **found)


def unstage(workspace: Workspace, each: Import) -> None:
    """Remove what was staged of an import that needs it no more."""
    for folder in (workspace.uploads / each.name).glob("staged-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _stage(workspace: Workspace, block: Mapping[str, Any], folder: Path) -> None:
    """Read the first table that the block names into a folder that takes its name when it is whole."""
    part = folder.with_name(f"{durable.TEMPORARY}{uuid.uuid4().hex}")
    part.mkdir(parents=True)
    try:
        with TemporaryDirectory(dir=part, prefix="spool-") as spool:
            facts = _read(Files.read(block), Place(workspace.folder, spool=Path(spool)), part)
        durable.write(part / FACTS, json.dumps(facts, ensure_ascii=False, default=str).encode())
        for older in folder.parent.glob("staged-*"):
            shutil.rmtree(older, ignore_errors=True)
        part.replace(folder)
    except OSError:
        if not (folder / FACTS).is_file():  # another request may have staged the same
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _read(source: Files, place: Place, folder: Path) -> dict[str, Any]:
    import pyarrow.parquet as pq

    for part in source.parts(place):
        rows = part.batches()
        first = next(rows, None)  # a part that cannot be read has no schema, and raises here
        with pq.ParquetWriter(folder / ROWS, part.schema, compression="zstd") as writer:
            if first is not None:
                writer.write_batch(first)
            for batch in rows:
                writer.write_batch(batch)
        _write_rejects(part, folder)
        return {
            "label": part.label,
            "columns": columns_of(part.schema),
            "facts": part.facts,
            "landed": part.landed,
            "rejected": part.rejected,
        }
    raise BadInput(say("{path} holds no rows.", path=source.path), say("Choose a file with rows in it."))


def _write_rejects(part: Part, folder: Path) -> None:
    import pyarrow.parquet as pq

    if not part.rejected:
        return
    with pq.ParquetWriter(folder / REJECTS, rejected.schema(), compression="zstd") as writer:
        waiting: list[Reject] = []
        for each in part.rejects:
            waiting.append(each)
            if len(waiting) >= _MANY:
                writer.write_batch(rejected.batch(waiting))
                waiting = []
        writer.write_batch(rejected.batch(waiting))


def _none(schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    return pa.RecordBatch.from_pylist([], schema=schema)
