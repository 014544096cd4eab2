"""Nursery: a process that holds the parsers' code, and forks a child of its own for each untrusted file.

Reading that code takes most of a second of processor time, reading a small file hardly any: so it
is read once for many files. Still each file has a process to itself, with limits of its own, that
has seen no other file.
"""

from __future__ import annotations

import atexit
import os
import signal
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

import portraits

LENGTH = struct.Struct(">Q")
PID = struct.Struct(">q")
CODE = struct.Struct(">i")
BURIED = b"."  # the answer to a code: until then the child's number is given to no other process

_PIPE_BYTES = 1 << 20
_BEGINS = 60.0  # seconds until the code is read
_ENDS = 10.0  # seconds until a killed process is gone
_KEPT = 2  # nurseries that are kept for the next file
_GONE = (EOFError, OSError)


class Child:
    """A process that reads one file and tells what it found on a pipe."""

    def __init__(self, pid: int, pipe: IO[bytes], line: socket.socket) -> None:
        self.pid, self.pipe, self._line = pid, pipe, line
        self._code: int | None = None

    def ended(self, seconds: float) -> int:
        """The code it ended with, negative for a signal; TimeoutError where it lives on."""
        if self._code is None:
            self._line.settimeout(seconds)
            (self._code,) = CODE.unpack(exactly(self._line, CODE.size))
        return self._code

    def bury(self) -> None:
        """End it if it lives, and let its number go."""
        self.pipe.close()
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)
        self.ended(_ENDS)
        self._line.sendall(BURIED)


class Nursery:
    """The process that children are forked from; it sees no environment but its paths."""

    def __init__(self, line: socket.socket, process: subprocess.Popen[bytes]) -> None:
        self._line, self._process = line, process

    @classmethod
    def begin(cls) -> Self:
        """Start one."""
        ours, theirs = socket.socketpair()
        with theirs:
            return cls(ours, start(theirs))

    def bear(self, job: bytes, errors: IO[bytes]) -> Child:
        """Fork a child for a job; OSError or EOFError where the process has ended."""
        told, tell = os.pipe()
        pipe = os.fdopen(told, "rb", buffering=0)
        try:
            self._line.settimeout(_BEGINS)
            socket.send_fds(self._line, [LENGTH.pack(len(job))], [tell, errors.fileno()])
            self._line.sendall(job)
            (pid,) = PID.unpack(exactly(self._line, PID.size))
        except BaseException:
            pipe.close()
            raise
        finally:
            os.close(tell)
        _widen(pipe)
        return Child(pid, pipe, self._line)

    def end(self) -> None:
        """End the process."""
        self._line.close()
        self._process.kill()
        self._process.wait()


def start(line: socket.socket) -> subprocess.Popen[bytes]:
    """Start the process at the other end of a line, which is its standard input."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "portraits.sources.child"],
        stdin=line.fileno(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    """Where the code is; passwords stay here."""
    root = str(Path(portraits.__file__).parents[1])
    return {"PYTHONPATH": root, "PATH": os.defpath, "ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONUTF8": "1"}


_kept: dict[int, list[Nursery]] = {}  # by process: a forked copy of this one must not speak on its lines


@contextmanager
def child(job: bytes, errors: IO[bytes]) -> Iterator[Child]:
    """A child for a job, killed at the end of the block; what it prints goes to `errors`."""
    nursery, born = _born(job, errors)
    try:
        yield born
    finally:
        try:
            born.bury()
        except _GONE:
            nursery.end()
        else:
            _keep(nursery)


def _born(job: bytes, errors: IO[bytes]) -> tuple[Nursery, Child]:
    kept = _kept.setdefault(os.getpid(), [])
    while kept:
        nursery = kept.pop()
        try:
            return nursery, nursery.bear(job, errors)
        except _GONE:  # it ends by itself when it was not needed for long
            nursery.end()
    nursery = Nursery.begin()
    try:
        return nursery, nursery.bear(job, errors)
    except BaseException:
        nursery.end()
        raise


def _keep(nursery: Nursery) -> None:
    kept = _kept.setdefault(os.getpid(), [])
    if len(kept) < _KEPT:
        kept.append(nursery)
    else:
        nursery.end()


@atexit.register
def forget() -> None:
    """End all that are kept."""
    for nursery in _kept.pop(os.getpid(), []):
        with suppress(OSError):
            nursery.end()


def exactly(line: socket.socket, length: int) -> bytes:
    """So many bytes from a line; EOFError where it ends before."""
    whole = bytearray()
    while len(whole) < length:
        some = line.recv(length - len(whole))
        if not some:
            raise EOFError
        whole += some
    return bytes(whole)


def _widen(pipe: IO[bytes]) -> None:
    """A wider pipe where the system has it: fewer switches between the two processes."""
    import fcntl

    try:
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    except (AttributeError, OSError):
        return
