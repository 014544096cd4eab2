"""The machine: what a measurement ran on, and how busy it was."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path


@dataclass(frozen=True)
class Machine:
    """Cores, memory, load over the last minute, and the versions that matter."""

    cores: int
    memory_gib: int
    load: float
    versions: str

    def __str__(self) -> str:
        return f"{self.cores} cores, {self.memory_gib} GiB, load {self.load:.2f}; {self.versions}"


def machine() -> Machine:
    """The machine this runs on, as it is now."""
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    names = ("duckdb", "polars", "pandas")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    python = f"Python {platform.python_version()}"
    return Machine(os.cpu_count() or 1, round(gib), os.getloadavg()[0], f"{python}, {versions}")


def peak_megabytes(process: int) -> int:
    """The most memory a process has held so far, from the kernel's own count."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes.split()[1]) // 1024
