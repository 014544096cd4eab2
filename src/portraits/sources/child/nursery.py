"""Nursery, from within: waits for jobs and forks a child for each, which lives for that job alone."""

from __future__ import annotations

import os
import signal
import socket
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from portraits.sources.nursery import BURIED, CODE, LENGTH, PID, exactly

Life = Callable[[bytes, BinaryIO], None]

_IDLE = 60.0  # seconds without a job after which nobody needs it any more
_DESCRIPTORS = 2  # where the child tells what it found, and where it prints


def serve(line: socket.socket, life: Life, idle: float = _IDLE) -> None:
    """Fork children until the line is closed or silent for long.

    A job is its length, sent with the two descriptors, and its text. The answers are the child's
    number and, when it has ended, its code; then its number is kept until the parent has let it go.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides who is stopped
    with suppress(EOFError, OSError):
        while True:
            line.settimeout(idle)
            head, descriptors, _, _ = socket.recv_fds(line, LENGTH.size, _DESCRIPTORS)
            if len(head) < LENGTH.size or len(descriptors) < _DESCRIPTORS:
                return
            (length,) = LENGTH.unpack(head)
            _serve(line, exactly(line, length), descriptors, life)


def _serve(line: socket.socket, job: bytes, descriptors: list[int], life: Life) -> None:
    pid = os.fork()
    if not pid:
        line.close()
        _live(job, descriptors, life)
    for each in descriptors:
        os.close(each)
    line.sendall(PID.pack(pid))
    line.sendall(CODE.pack(_code(pid)))
    line.settimeout(None)
    exactly(line, len(BURIED))
    os.waitpid(pid, 0)


def _live(job: bytes, descriptors: list[int], life: Life) -> None:
    """The child's whole life; whatever a library prints is not an answer."""
    (tell, printed), code = descriptors, 1
    try:
        os.dup2(printed, 1)
        os.dup2(printed, 2)
        with suppress(BrokenPipeError), os.fdopen(tell, "wb") as out:
            life(job, out)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)  # all is told: libraries need not take themselves apart


def _code(pid: int) -> int:
    """The code a child ended with, negative for a signal; its number stays its own until it is buried."""
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    if ended is None:
        return 1
    return ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
