"""The fence: a child process with limits of memory, processor and time around untrusted files."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from portraits.sources import nursery
from portraits.sources.frames import DONE, FAULT, HEAD, LONGEST, Frame
from portraits.sources.nursery import Child
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import phrase_of, say

_TOLD = 2000  # characters of the child's last words that are read


@dataclass(frozen=True)
class Limits:
    """What a child may use: bytes of memory, seconds, and how far a file may unpack.

    The seconds are for a small file; each megabyte allows some more.
    """

    memory: int = 2 << 30
    processor_seconds: float = 20
    processor_seconds_each_mb: float = 0.25
    silent_seconds: float = 25
    silent_seconds_each_mb: float = 0.5
    unpacked: int = 16 << 30
    ratio: int = 200
    always: int = 64 << 20  # what may be unpacked whatever the ratio

    def seconds(self, size: int) -> float:
        """How long the child may be silent over a file of that many bytes."""
        return self.silent_seconds + self.silent_seconds_each_mb * size / 1e6


def frames(job: dict[str, Any], limits: Limits) -> Generator[Frame]:
    """What a child says about a file; BadInput where it fails, is stopped or dies."""
    label = job["label"]
    told = Path(job["spool"]) / "told.txt"
    written = json.dumps({**job, "limits": asdict(limits)}).encode()
    with told.open("wb") as errors, nursery.child(written, errors) as child:
        for frame in _listen(child, label, limits.seconds(int(job["size"]))):
            if frame.kind == DONE:
                return
            yield frame
        raise _death(label, _code(child, label, limits), told, limits)


def _listen(child: Child, label: str, wait: float) -> Iterator[Frame]:
    while head := _take(child.pipe, HEAD.size, wait, label):
        kind, length = HEAD.unpack(head)
        if length > LONGEST:
            raise BadInput(say("{label} holds a row that is too long.", label=label))
        frame = Frame(kind, _take(child.pipe, length, wait, label))
        if kind == FAULT:
            raise BadInput(phrase_of(frame.facts["what"]), phrase_of(frame.facts["hint"]))
        yield frame


def _code(child: Child, label: str, limits: Limits) -> int:
    try:
        return child.ended(limits.silent_seconds)
    except TimeoutError:
        raise _silent(label) from None
    except EOFError:
        return -signal.SIGKILL  # with the process that bore it


def _take(pipe: IO[bytes], length: int, wait: float, label: str) -> bytearray:
    """Exactly so many bytes; none where the child has ended."""
    whole = bytearray(length)
    view, got = memoryview(whole), 0
    ready = select.poll()
    ready.register(pipe, select.POLLIN)
    until = time.monotonic() + wait
    while got < length:
        if not ready.poll(max(0.0, until - time.monotonic()) * 1000):
            raise _silent(label)
        read = os.readv(pipe.fileno(), [view[got:]])
        if not read:
            return bytearray()
        got += read
    return whole


def _silent(label: str) -> BadInput:
    return BadInput(
        say("{label} takes too long to read.", label=label), say("Save it as CSV or Parquet, or in smaller files.")
    )


def _death(label: str, code: int, told: Path, limits: Limits) -> BadInput:
    """What the way a child ended says about the file."""
    if -code in (signal.SIGXCPU, signal.SIGKILL):
        return _silent(label)
    words = told.read_text(errors="replace")[-_TOLD:]
    if -code == signal.SIGABRT or "memory" in words.lower():
        return BadInput(
            say("{label} needs more than {mb} MB of memory to be read.", label=label, mb=limits.memory >> 20),
            say("A workbook may have a cell far from the others: delete it, or save the sheet as CSV."),
        )
    return BadInput(say("{label} cannot be read: it is damaged, or not what it claims to be.", label=label))
