"""Processes: which process this is, and whether a process that was written down still lives.

A number alone does not tell: the system gives it to another process some day. The moment of birth
beside it does.
"""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_DEAD = ("Z", "X")
_STARTED = 19  # place of the start time behind the name in /proc/<pid>/stat


@dataclass(frozen=True)
class Process:
    """A process by its number and the moment of its birth."""

    pid: int
    born: str


def this_process() -> Process:
    """The process that asks."""
    return Process(os.getpid(), _born(os.getpid()))


def lives(process: Process) -> bool:
    """Whether that very process is still there."""
    return bool(process.born) and _born(process.pid) == process.born


def ask_to_end(process: Process) -> None:
    """Ask that very process to end, as Ctrl-C does."""
    if lives(process):
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)


def _born(pid: int) -> str:
    """When a process began, in the system's own words; empty where there is none."""
    return _from_proc(pid) if (_PROC / "self" / "stat").exists() else _from_ps(pid)


def _from_proc(pid: int) -> str:
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
        # The name is in brackets and may hold anything, brackets too.
        fields = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
        if fields[0] not in _DEAD:
            return f"{fields[_STARTED]} {_boot()}"
    return ""


def _boot() -> str:
    """Which start of the machine this is: start times are counted from it."""
    with suppress(OSError):
        return (_PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    return ""


def _from_ps(pid: int) -> str:
    every = subprocess.run(["/bin/ps", "-A", "-o", "pid=,stat=,lstart="], check=False, capture_output=True, text=True)
    for line in every.stdout.splitlines():
        number, state, born = line.split(maxsplit=2)
        if int(number) == pid:
            return "" if state[0] in _DEAD else born
    return ""
