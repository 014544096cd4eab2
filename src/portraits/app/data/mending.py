"""Mending: rejected rows as a table that people can correct and load again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from portraits.app.data.loading import Load, land
from portraits.app.exports import inert, note_export, restored
from portraits.app.reading import settings
from portraits.app.store import here, store
from portraits.engine import durable
from portraits.engine.batches import Batch, all_batches
from portraits.engine.batches import batch as batch_of
from portraits.engine.landing import rejects_file, rows_file
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.sources.files import Files
from portraits.sources.rejects import Reject, unpack
from portraits.sources.source import ROW, Part, Place
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Language

if TYPE_CHECKING:
    import pyarrow as pa

_NUL = "\N{SYMBOL FOR NULL}"  # no file that is to be read again holds the character itself
FIELD, REASON, RAW = "_field", "_reason", "_raw"
_MARKS = (ROW, FIELD, REASON, RAW)

Row = Mapping[str, str | None]


def open_rejects(workspace: Workspace, opened: Store, batch: Batch) -> Iterator[Reject]:
    """The rejected rows of a batch that no replay has landed since."""
    import pyarrow.parquet as pq

    path = rejects_file(workspace, batch.source, batch.name)
    if not path.exists():
        return
    mended = _mended(workspace, opened, batch)
    with pq.ParquetFile(path) as file:
        yield from (each for each in unpack(file.iter_batches()) if each.row not in mended)


def export_rejects(workspace: Workspace, number: int, path: Path, *, actor: str, now: datetime) -> int:
    """Write the rejected rows of a batch as CSV, to be mended and replayed; how many there are.

    Args:
        workspace: where to look.
        number: of the batch.
        path: the file to write.
        actor: who asks; written into the audit trail with the batch and the number of rows.
        now: the present moment, with its zone, for the audit trail.
    """
    with store(workspace) as opened:
        rejected = batch_of(opened, number)
        found = list(open_rejects(workspace, opened, rejected))
        detail = {"batch": number, "format": "csv", "rows": len(found)}
        note_export(opened, path, detail, actor=actor, at=here(workspace, now))
        return write_rejects(found, rejected, path, settings(workspace).language)


def write_rejects(rejects: Iterable[Reject], batch: Batch, path: Path, language: Language) -> int:
    """Write rejected rows of a batch as CSV, to be mended and replayed; how many there are."""
    return write_rows(rejects, batch.columns, path, language)


def write_rows(rejects: Iterable[Reject], columns: Iterable[str], path: Path, language: Language) -> int:
    """Write rejected rows as CSV, inert in spreadsheets, and say how many.

    Besides their columns they have `_row`, `_field`, `_reason`, and `_raw` where the row could
    not be taken apart. A NUL character is written as the sign for it.
    """
    out = io.StringIO()
    names = [*columns, *_MARKS]
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(map(inert, names))
    written = 0
    for each in rejects:
        written += 1
        cells = {**_cells(each), ROW: each.row, FIELD: each.field, REASON: each.text.in_(language)}
        writer.writerow(_inert(cells.get(name)) for name in names)
    durable.write(path, out.getvalue().encode("utf-8-sig"))  # with a mark, so that spreadsheets read Chinese
    return written


def mend(load: Load, batch: Batch, file: Path) -> Batch:
    """Land mended rows as a batch of their own; what is still wrong stays rejected."""
    load.workspace.spool.mkdir(parents=True, exist_ok=True)
    identity, rows = read_mended(file, load.workspace.spool)
    still = {each.row for each in open_rejects(load.workspace, load.store, batch)}
    _check(rows, still, batch, file)
    landed = land(load, batch.source, _part(load, batch, rows, identity), batch)
    if landed is None:
        what = say("{name} holds no row that is not loaded.", name=file.name)
        raise BadInput(what, say("Export the rejected rows again."))
    return landed


def read_mended(file: Path, spool: Path) -> tuple[str, list[Row]]:
    """The identity of a mended file and its rows by column, read by a fenced child as any file is."""
    written = {"kind": "files", "path": file.name, "format": "csv", "quote": '"', "header": False, "skip": 0}
    parts = Files.read(written).parts(Place(file.resolve().parent, spool=spool))
    with closing(cast("Generator[Part]", parts)):
        part = next(parts)
        cells = [list(row.values())[1:] for batch in part.batches() for row in batch.to_pylist()]
        for each in part.rejects:
            error = say("line {n}: {what}", n=each.row, what=each.phrase)
            what = say("{name} cannot be read as CSV: {error}.", name=file.name, error=error)
            raise BadInput(what, say("Export the rejected rows again."))
    names = [restored(name or "") for name in cells[0]] if cells else []
    return part.identity, [dict(zip(names, map(_alive, row), strict=True)) for row in cells[1:]]


def _mended(workspace: Workspace, opened: Store, batch: Batch) -> set[int]:
    import pyarrow.parquet as pq

    replays = [each for each in all_batches(opened, batch.source) if each.parent == batch.id and each.counts]
    files = (rows_file(workspace, each.source, each.name) for each in replays)
    return {row for file in files for row in pq.read_table(file, columns=[ROW]).column(ROW).to_pylist()}


def _cells(each: Reject) -> dict[str, Any]:
    """The columns of a rejected row; a row that is no record is kept as written."""
    try:
        found = json.loads(each.raw)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {RAW: each.raw}


def _inert(value: Any) -> Any:
    return inert(value).replace("\0", _NUL) if isinstance(value, str) else value


def _alive(cell: str | None) -> str | None:
    return restored(cell or "") or None


def _check(rows: Sequence[Row], still: set[int], batch: Batch, file: Path) -> None:
    """Refuse a file that is not the mended rows of this very batch."""
    hint = say("Mend a file that `portraits rejects {id} --to FILE` wrote.", id=batch.id)
    if not rows or not {ROW, *batch.columns} <= rows[0].keys():
        raise BadInput(
            say("{name} does not have the columns of batch {id} and {row}.", name=file.name, id=batch.id, row=ROW), hint
        )
    seen: set[str | None] = set()
    for row in rows:
        number = row[ROW]
        if number in seen or number is None or not number.isdecimal() or int(number) not in still:
            raise BadInput(
                say(
                    "{name}: row {number} is not a rejected row of batch {id}.",
                    name=file.name,
                    number=number,
                    id=batch.id,
                ),
                hint,
            )
        seen.add(number)


def _part(load: Load, batch: Batch, rows: Sequence[Row], identity: str) -> Part:
    """Mended rows as a part that looks like the batch they come from."""
    import pyarrow.parquet as pq

    schema = pq.read_schema(rows_file(load.workspace, batch.source, batch.name))
    part = Part(batch.label, schema, iter(()), identity, snapshot=False, facts=dict(batch.facts))
    bad: list[Reject] = []
    part.rejects = bad
    part.stream = _batches(part, rows, bad)
    return part


def _batches(part: Part, rows: Sequence[Row], bad: list[Reject]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    good = []
    for row in rows:
        values, wrong = _typed(row, part.schema)
        if wrong:
            bad.append(_refused(row, wrong, part.schema))
        else:
            good.append(values)
    part.rejected = len(bad)
    yield pa.RecordBatch.from_pylist(good, schema=part.schema)


def _typed(row: Row, schema: pa.Schema) -> tuple[dict[str, Any], str]:
    """The cells as the types they had in the source, and the first one that cannot be."""
    import pyarrow as pa

    values: dict[str, Any] = {}
    for column in schema:
        try:
            values[column.name] = pa.scalar(row[column.name], pa.string()).cast(column.type).as_py()
        except pa.ArrowInvalid:
            return values, column.name
    return values, ""


def _refused(row: Row, column: str, schema: pa.Schema) -> Reject:
    raw = json.dumps({name: row[name] for name in schema.names if name != ROW}, ensure_ascii=False)
    value, kind = row[column] or "", str(schema.field(column).type)
    return Reject(int(row[ROW] or 0), column, "value", raw, {"value": value, "type": kind})
