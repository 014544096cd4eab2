"""JSON lines: one object a line, each key a column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from portraits.sources.child import columns
from portraits.sources.child.content import BATCH_ROWS, MAX_COLUMNS, Content, RejectWriter, names, nothing, schema_of
from portraits.sources.child.encoding import Text
from portraits.sources.child.records import MAX_ROW
from portraits.sources.rejects import KEPT, Reject, reject
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    import pyarrow as pa


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def read(text: Text, out: RejectWriter, label: str) -> Content:
    """The rows of a text of JSON lines; it is read twice, first for the columns and their types."""
    kinds: dict[str, pa.DataType] = {}
    counted = 0
    for rows, total in _chunks(text, None):
        _merge(kinds, rows, label)
        counted = total
    if not counted:
        return nothing(text.encoding)
    if not kinds:
        raise BadInput(
            say("{label} holds no JSON object.", label=label), say('Each line must be an object: {"name": ...}.')
        )
    landed = [columns.plain(kind) for kind in kinds.values()]
    schema = schema_of(list(zip(names(list(kinds)), landed, strict=True)))
    return Content(schema, _batches(text, list(kinds), schema, out), lambda: counted, {"encoding": text.encoding})


def _merge(kinds: dict[str, pa.DataType], rows: list[tuple[int, dict[str, Any]]], label: str) -> None:
    """Widen the columns' types by those of some rows."""
    import pyarrow as pa

    for key in dict.fromkeys(key for _, row in rows for key in row):
        values = [row.get(key) for _, row in rows]
        if all(value is None for value in values):
            kinds.setdefault(key, pa.null())
            continue
        kinds[key] = _wider(kinds.get(key, pa.null()), columns.kind_of(values))
    if len(kinds) > MAX_COLUMNS:
        raise BadInput(say("{label} has more than {most} different keys.", label=label, most=MAX_COLUMNS))


def _wider(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    import pyarrow as pa

    if one in (other, pa.null()):
        return other
    return pa.float64() if {one, other} == {pa.int64(), pa.float64()} else pa.string()


def _chunks(text: Text, out: RejectWriter | None) -> Iterator[tuple[list[tuple[int, dict[str, Any]]], int]]:
    """Rows with their numbers, some thousands at a time, and how many lines were counted so far."""
    rows: list[tuple[int, dict[str, Any]]] = []
    number = 0
    for number, line in enumerate(_lines(text), 1):
        found = _parse(number, line)
        if isinstance(found, dict):
            rows.append((number, found))
        elif out is not None:
            out.add(found)
        if len(rows) == BATCH_ROWS:
            yield rows, number
            rows = []
    yield rows, number


def _lines(text: Text) -> Iterator[bytes]:
    """The lines that hold anything; one that is far too long comes cut."""
    with text.path.open("rb") as file:
        file.seek(text.start)
        while line := file.readline(MAX_ROW):
            rest = line
            while not rest.endswith(b"\n") and len(rest) == MAX_ROW:
                rest = file.readline(MAX_ROW)
            if line.strip():
                yield line


def _parse(number: int, line: bytes) -> dict[str, Any] | Reject:
    written = line.decode("utf-8", "replace").rstrip("\r\n")
    if len(line) >= MAX_ROW:
        return reject(number, "long_row", written[: KEPT + 1], found=len(line), limit=MAX_ROW)
    try:
        found = _DECODER.decode(written)
    except (ValueError, RecursionError) as error:
        return reject(number, "json", written, problem=str(error)[:200])
    if not isinstance(found, dict):
        return reject(number, "json", written, problem=type(found).__name__)
    return _unsound(number, written, found) or found


def _unsound(number: int, written: str, found: dict[str, Any]) -> Reject | None:
    """A reject where escapes make a NUL or half a letter."""
    if "\\u" not in written:
        return None
    plain = json.dumps(found, ensure_ascii=False)
    try:
        plain.encode()
    except UnicodeEncodeError as error:
        return reject(number, "json", written, problem=error.reason)
    return reject(number, "nul", written) if "\\u0000" in plain else None


def _batches(text: Text, keys: list[str], schema: pa.Schema, out: RejectWriter) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for rows, _ in _chunks(text, out):
        if rows:
            numbers = pa.array([number for number, _ in rows], pa.int64())
            arrays = [
                columns.array([row.get(key) for _, row in rows], kind)
                for key, kind in zip(keys, schema.types[1:], strict=True)
            ]
            yield pa.RecordBatch.from_arrays([numbers, *arrays], schema=schema)
