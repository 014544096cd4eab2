"""Frames: how the child that parses a file speaks to the parent: a kind, a length, a payload."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    import pyarrow as pa

HEAD = struct.Struct(">cQ")
# The child cuts its batches smaller than this; a longer frame is refused by the parent.
LONGEST = 64 << 20

PART, BATCH, END, FAULT, DONE = b"P", b"B", b"E", b"F", b"D"


@dataclass(frozen=True)
class Frame:
    """One message: a part begins, a batch of its rows, its end, a fault, or that all is done."""

    kind: bytes
    payload: Any  # bytes, or a pyarrow buffer

    @property
    def facts(self) -> dict[str, Any]:
        """The payload of an end or a fault."""
        found: dict[str, Any] = json.loads(bytes(self.payload))
        return found


def write(out: BinaryIO, kind: bytes, *payload: Any) -> None:
    """Write one frame."""
    out.write(HEAD.pack(kind, sum(len(each) for each in payload)))
    for each in payload:
        out.write(each)


def dumps(facts: dict[str, Any]) -> bytes:
    """Facts as the payload of a frame."""
    return json.dumps(facts, ensure_ascii=False, default=str).encode()


def part(facts: dict[str, Any], schema: pa.Schema) -> bytes:
    """The payload of a part's beginning: facts, a length, a schema."""
    head = dumps(facts)
    return struct.pack(">Q", len(head)) + head + bytes(schema.serialize())


def unpart(payload: Any) -> tuple[dict[str, Any], pa.Schema]:
    """The facts and the schema of a part's beginning."""
    import pyarrow as pa

    whole = bytes(payload)
    (length,) = struct.unpack(">Q", whole[:8])
    return json.loads(whole[8 : 8 + length]), pa.ipc.read_schema(pa.py_buffer(whole[8 + length :]))


def slices(batch: pa.RecordBatch, most: int = 8 << 20) -> Iterator[pa.RecordBatch]:
    """A batch cut into ones of about `most` bytes."""
    if batch.nbytes <= most or batch.num_rows <= 1:
        yield batch
        return
    half = batch.num_rows // 2
    yield from slices(batch.slice(0, half), most)
    yield from slices(batch.slice(half), most)
