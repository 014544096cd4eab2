"""Durable files: what is written here survives a kill and a power cut, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

TEMPORARY = ".part-"  # how the name of a file begins that is not finished


def flush(path: Path) -> None:
    """Make the disk hold what a closed file or a folder holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(path: Path, target: Path) -> None:
    """Give a finished, flushed file or folder its real name, for good."""
    path.replace(target)
    flush(target.parent)


def write(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old content or the new one, never a part."""
    produce(path, lambda part: part.write_bytes(content))


def produce(path: Path, make: Callable[[Path], object]) -> None:
    """Let `make` write a file under a temporary name, then flush it and give it its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{TEMPORARY}{path.name}")
    try:
        make(part)
        flush(part)
        move(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
