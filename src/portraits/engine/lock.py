"""The lock: one process at a time builds, and one loads, in a workspace.

It is the system's own lock on an open file, so it ends with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portraits.vocabulary.errors import Busy
from portraits.vocabulary.phrase import say

_PATIENCE = 20  # looks at a lock file whose holder has not yet written its number
_LOOKS = 200  # at a lock that its holder is about to let go
_PAUSE = 0.05  # seconds between them


@contextmanager
def locked(path: Path, doing: str) -> Iterator[None]:
    """Hold a lock file, or raise Busy naming the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not take(descriptor, fcntl.LOCK_EX):
            what = say("Another process (PID {pid}) is {doing} in this workspace.", pid=_holder(path), doing=doing)
            raise Busy(what, say("Wait until it ends."))
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


@contextmanager
def awaited(path: Path, doing: str) -> Iterator[None]:
    """Hold a lock file as soon as its holder lets go; Busy where that takes longer than a person waits."""
    with ExitStack() as held:
        for looks_left in reversed(range(_LOOKS)):
            try:
                held.enter_context(locked(path, doing))
                break
            except Busy:
                if not looks_left:
                    raise
                time.sleep(_PAUSE)
        yield


def take(descriptor: int, kind: int) -> bool:
    """Try to lock an open file, shared or alone, without waiting."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    for _ in range(_PATIENCE):
        if number := path.read_text(encoding="ascii"):
            return number
        time.sleep(0.01)
    return "unknown"
