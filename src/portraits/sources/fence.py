"""The fence: a child process with limits of memory, processor and time around untrusted files."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import portraits
from portraits.sources.frames import DONE, FAULT, HEAD, LONGEST, Frame
from portraits.vocabulary.errors import BadInput

_PIPE_BYTES = 1 << 20
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


def frames(job: dict[str, Any], limits: Limits) -> Iterator[Frame]:
    """What a child says about a file; BadInput where it fails, is stopped or dies.

    The child sees no environment but its paths: passwords stay here.
    """
    told = Path(job["spool"]) / "told.txt"
    with told.open("wb") as errors, _start(errors) as child:
        try:
            for frame in _listen(child, job, limits):
                if frame.kind == DONE:
                    return
                yield frame
            raise _death(job["label"], child.wait(limits.silent_seconds), told, limits)
        except subprocess.TimeoutExpired:
            raise _silent(job["label"]) from None
        finally:
            child.kill()


def _start(errors: IO[bytes]) -> subprocess.Popen[bytes]:
    root = str(Path(portraits.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "portraits.sources.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        bufsize=0,
        env={"PYTHONPATH": root, "PATH": os.defpath, "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONUTF8": "1"},
    )


def _listen(child: subprocess.Popen[bytes], job: dict[str, Any], limits: Limits) -> Iterator[Frame]:
    if child.stdin is None or child.stdout is None:
        return
    _widen(child.stdout)
    wait = limits.seconds(int(job["size"]))
    try:
        child.stdin.write(json.dumps({**job, "limits": asdict(limits)}).encode())
        child.stdin.close()
    except BrokenPipeError:
        return
    while head := _take(child.stdout, HEAD.size, wait, job["label"]):
        kind, length = HEAD.unpack(head)
        if length > LONGEST:
            raise BadInput(f"{job['label']} holds a row that is too long.")
        frame = Frame(kind, _take(child.stdout, length, wait, job["label"]))
        if kind == FAULT:
            raise BadInput(frame.facts["what"], frame.facts["hint"])
        yield frame


def _widen(pipe: IO[bytes]) -> None:
    """A wider pipe where the system has it: fewer switches between the two processes."""
    import fcntl

    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (AttributeError, OSError):
        return


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
    return BadInput(f"{label} takes too long to read.", "Save it as CSV or Parquet, or in smaller files.")


def _death(label: str, code: int, told: Path, limits: Limits) -> BadInput:
    """What the way a child ended says about the file."""
    if -code in (signal.SIGXCPU, signal.SIGKILL):
        return _silent(label)
    words = told.read_text(errors="replace")[-_TOLD:]
    if -code == signal.SIGABRT or "memory" in words.lower():
        return BadInput(
            f"{label} needs more than {limits.memory >> 20} MB of memory to be read.",
            "A workbook may have a cell far from the others: delete it, or save the sheet as CSV.",
        )
    return BadInput(f"{label} cannot be read: it is damaged, or not what it claims to be.")
