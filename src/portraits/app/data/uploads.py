"""Uploads: files that somebody sends to be imported, kept whole or not at all."""

from __future__ import annotations

import hashlib
import re
import shutil
import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath

from portraits.app.store import here, store
from portraits.engine import durable
from portraits.engine.audit import Entry
from portraits.engine.imports import Import, begin
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

LARGEST = 512 << 20  # bytes
_LONGEST = 100  # characters of a name
_CHUNK = 1 << 20
_UNSAFE = re.compile(r"[^\w.()+-]+")


def upload(workspace: Workspace, name: str, chunks: Iterable[bytes], *, actor: str, now: datetime) -> Import:
    """Keep an uploaded file and begin its import; BadInput where it is empty or too large.

    Args:
        workspace: where.
        name: what its owner calls it; of this only a plain file name is kept.
        chunks: its bytes.
        actor: who sends it.
        now: the present moment, with its zone.
    """
    workspace.uploads.mkdir(parents=True, exist_ok=True)
    part = workspace.uploads / f"{durable.TEMPORARY}{uuid.uuid4().hex}"
    try:
        size, digest = _received(chunks, part)
        kept = plain_name(name)
        with store(workspace) as opened:
            entry = Entry(here(workspace, now), actor, "upload", kept, {"size": size, "hash": digest})
            begun = begin(opened, kept, size, digest, entry)
        target = file_of(workspace, begun)
        target.parent.mkdir(parents=True, exist_ok=True)
        durable.flush(part)
        durable.move(part, target)
    finally:
        part.unlink(missing_ok=True)
    return begun


def chunks_of(file: Path) -> Iterable[bytes]:
    """The bytes of a file on this machine, to be uploaded like any other."""
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk


def file_of(workspace: Workspace, each: Import) -> Path:
    """Where the file of an import is."""
    return workspace.uploads / each.name / each.file


def path_of(each: Import) -> str:
    """The file of an import as a source's `path` writes it."""
    return f"data/uploads/{each.name}/{each.file}"


def discard(workspace: Workspace, each: Import) -> None:
    """Remove the file of an import and all that was read from it."""
    shutil.rmtree(workspace.uploads / each.name, ignore_errors=True)


def plain_name(name: str) -> str:
    """A file name that means nothing to any system: no path, no hidden file, no pattern."""
    last = PurePosixPath(name.replace("\\", "/")).name
    stem, dot, ending = _UNSAFE.sub("_", last).strip("._ ").rpartition(".")
    short = f"{stem[: _LONGEST - len(ending)]}{dot}{ending[:_LONGEST]}"
    return short or "file"


def _received(chunks: Iterable[bytes], part: Path) -> tuple[int, str]:
    """Write the bytes as they come; their number and their hash."""
    size, digest = 0, hashlib.sha256()
    with part.open("wb") as file:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                raise too_large()
            digest.update(chunk)
            file.write(chunk)
    if not size:
        raise BadInput(say("The file is empty."), say("Choose a file with rows in it."))
    return size, digest.hexdigest()


def too_large() -> BadInput:
    """What is said of a file that is larger than may be uploaded."""
    what = say("The file is larger than {most} MB.", most=LARGEST >> 20)
    return BadInput(what, say("Put it into the workspace's folder and write a source for it."))
