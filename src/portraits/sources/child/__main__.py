"""The child: take a job, set limits, read one file, tell its rows, end."""

from __future__ import annotations

import json
import resource
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from portraits.sources import frames
from portraits.sources.child import delimited, formats, jsonl, nursery, parquet, unpack, workbook
from portraits.sources.child.content import Content, RejectWriter
from portraits.sources.child.cursor import Cursor
from portraits.sources.child.encoding import utf8
from portraits.sources.fence import Limits
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

_HARD_SECONDS = 6 * 3600
_FILES = 64
_WORKBOOK_GROWS = 10  # times a workbook is larger when unpacked, about


@dataclass(frozen=True)
class Job:
    """What the parent asks: one file, how its source says it is written, and what is known of it."""

    path: Path
    label: str
    identity: str
    size: int
    spool: Path
    options: dict[str, Any]
    landed: frozenset[str]
    cursor: str
    limits: Limits

    @classmethod
    def read(cls, written: bytes) -> Job:
        """The job as the parent wrote it."""
        found = json.loads(written)
        paths = {key: Path(found[key]) for key in ("path", "spool")}
        limits, landed = Limits(**found["limits"]), frozenset(found["landed"])
        return cls(**{**found, **paths, "limits": limits, "landed": landed})


# What reads files, and takes long to be read itself: once, before any child is born.
_PARSERS = ("pyarrow.csv", "pyarrow.parquet", "python_calamine")


def main() -> None:
    """Serve the parent on the line that is the standard input."""
    for each in _PARSERS:
        import_module(each)
    nursery.serve(socket.socket(fileno=sys.stdin.fileno()), live)


def live(written: bytes, out: BinaryIO) -> None:
    """Answer a job: its tables, then that all is done, or what is wrong."""
    job = Job.read(written)
    try:
        _limit(job.limits, job.size)
        _answer(job, out)
        frames.write(out, frames.DONE)
    except BadInput as error:
        frames.write(out, frames.FAULT, frames.dumps({"what": error.what.data, "hint": error.hint.data}))
    out.flush()


def _limit(limits: Limits, size: int) -> None:
    """Bound memory, processor seconds and open files from here on."""
    seconds = int(limits.processor_seconds + limits.processor_seconds_each_mb * size / 1e6)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.unpacked, limits.unpacked))
    resource.setrlimit(resource.RLIMIT_CPU, (min(seconds, _HARD_SECONDS), _HARD_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory + size, resource.RLIM_INFINITY))


def _answer(job: Job, out: BinaryIO) -> None:
    for number, found in enumerate(_found(job, job.path, job.label, job.label)):
        if found.identity not in job.landed:
            _tell(job, found, job.spool / f"rejects-{number}", out)


@dataclass(frozen=True)
class _Found:
    """A table in the file, not opened yet."""

    label: str
    identity: str
    open: Callable[[RejectWriter], Content]
    facts: dict[str, Any] = field(default_factory=dict)


def _found(job: Job, path: Path, name: str, label: str) -> Iterator[_Found]:
    """The tables in a file, those of files packed inside it too."""
    form = formats.of_file(path, name, job.options.get("format", ""), label)
    identity = job.identity + label.removeprefix(job.label)
    _limit(job.limits, path.stat().st_size * (_WORKBOOK_GROWS if form == "excel" else 1))
    if form in formats.PACKED:
        yield from _packed(job, path, name, label, form)
    elif form == "excel":
        yield from _sheets(job, path, label, identity)
    elif form == "parquet":
        yield _Found(label, identity, lambda rejects: parquet.read(path, label))
    else:
        yield _Found(label, identity, lambda rejects: _text(job, path, form, label, rejects))


def _packed(job: Job, path: Path, name: str, label: str, form: str) -> Iterator[_Found]:
    if path != job.path:
        raise BadInput(say("{label} is packed in a packed file.", label=label), say("Unpack it once."))
    if form == "gz":
        yield from _found(job, unpack.gunzip(path, job.spool, label, job.limits), formats.inner(name), label)
        return
    for member in unpack.members(path, job.spool, label, job.limits, job.options.get("inside", "")):
        for found in _found(job, member.path, member.name, f"{label}/{member.name}"):
            yield replace(found, facts={"inside": member.name, "members": member.beside})


def _sheets(job: Job, path: Path, label: str, identity: str) -> Iterator[_Found]:
    named = bool(job.options.get("sheet"))
    for sheet, book in workbook.sheets(path, job.options, label, job.limits):
        mark = f"#{sheet}" if named else ""
        yield _Found(label + mark, identity + mark, partial(workbook.read, book, sheet, job.options, label=label))


def _text(job: Job, path: Path, form: str, label: str, rejects: RejectWriter) -> Content:
    text = utf8(path, job.spool, label, job.options.get("encoding", ""))
    _limit(job.limits, path.stat().st_size + text.path.stat().st_size)
    if form == "jsonl":
        return jsonl.read(text, rejects, label)
    return delimited.read(text, job.spool, job.options, rejects, label)


def _tell(job: Job, found: _Found, rejected: Path, out: BinaryIO) -> None:
    """Tell one table: its beginning, its batches, its end."""
    cursor = Cursor(job.options.get("cursor", ""), job.cursor)
    with RejectWriter(rejected) as rejects:
        content = found.open(rejects)
        cursor.check(content.schema, found.label)
        facts = {"label": found.label, "identity": found.identity, "facts": content.facts | found.facts}
        frames.write(out, frames.PART, frames.part(facts, content.schema))
        left = unpack.allowed(job.size, job.limits)
        for batch in content.rows:
            for piece in frames.slices(cursor.above(batch)):
                left -= piece.nbytes
                if left < 0:
                    raise BadInput(
                        say("{label} unpacks to far more than it should.", label=found.label),
                        say("Check what it holds."),
                    )
                frames.write(out, frames.BATCH, piece.serialize())
    end = {"read": content.read(), "rejected": rejects.count, "skipped": cursor.skipped, "cursor": cursor.reached}
    frames.write(out, frames.END, frames.dumps(end | {"rejects": str(rejected)}))


if __name__ == "__main__":
    main()
