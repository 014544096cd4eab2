"""What the child answers to a job, run in this process and without limits."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from portraits.sources import frames
from portraits.sources.child import __main__ as child
from portraits.sources.fence import Limits
from portraits.sources.frames import BATCH, END, HEAD, PART, Frame

LIMITS: dict[str, Any] = vars(Limits()).copy()


def job_of(folder: Path, content: bytes, name: str = "a.csv", **options: Any) -> dict[str, Any]:
    """A file written into a folder, and the job to read it."""
    (folder / name).write_bytes(content)
    job = {"path": str(folder / name), "label": name, "identity": "i", "size": len(content), "spool": str(folder)}
    return {**job, "options": options, "landed": [], "cursor": ""}


def answered(job: dict[str, Any]) -> list[Frame]:
    """The frames of the answer."""
    out = io.BytesIO()
    child._answer(child.Job.read(json.dumps({**job, "limits": LIMITS}).encode()), out)
    out.seek(0)
    return list(frames_in(out))


def lived(job: dict[str, Any]) -> list[Frame]:
    """All the child says from its start to its end."""
    out = io.BytesIO()
    child.live(json.dumps({**job, "limits": LIMITS}).encode(), out)
    out.seek(0)
    return list(frames_in(out))


def frames_in(out: io.BytesIO) -> Iterator[Frame]:
    """The frames that were written."""
    while head := out.read(HEAD.size):
        kind, length = HEAD.unpack(head)
        yield Frame(kind, out.read(length))


def told(job: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The rows of all tables of the answer, and its last end."""
    import pyarrow as pa

    rows: list[dict[str, Any]] = []
    schema, end = None, {}
    for frame in answered(job):
        if frame.kind == PART:
            schema = frames.unpart(frame.payload)[1]
        if frame.kind == BATCH:
            rows += pa.ipc.read_record_batch(pa.py_buffer(frame.payload), schema).to_pylist()
        if frame.kind == END:
            end = frame.facts
    return rows, end
