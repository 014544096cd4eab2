"""Patience: Ctrl-C that neither breaks an import of compiled code nor is lost.

An interrupt that Python raises inside a C++ module's first lines ends the whole process
with an abort. Here it waits until the module stands, and is raised then. One that Python raises
while something is being cleared away, or where a library only tries an import, goes no further:
it is raised again where the work next asks.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType


def compiled(name: str) -> ModuleType:
    """The module of that name, imported whole even while Ctrl-C is pressed; raises KeyboardInterrupt after."""
    if name in sys.modules or threading.current_thread() is not threading.main_thread():
        return importlib.import_module(name)
    pressed: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: pressed.append(number))
    try:
        return importlib.import_module(name)
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def attentive() -> Iterator[Callable[[], None]]:
    """A stretch of work with a function to call now and then: it raises KeyboardInterrupt once Ctrl-C was pressed.

    Ctrl-C interrupts at once as ever. Where another handler is set, or in another thread, nothing is changed.
    """
    pressed: list[int] = []

    def press(number: int, _: object) -> None:
        pressed.append(number)
        raise KeyboardInterrupt

    def heed() -> None:
        if pressed:
            raise KeyboardInterrupt

    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield heed
        return
    signal.signal(signal.SIGINT, press)
    try:
        yield heed
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
