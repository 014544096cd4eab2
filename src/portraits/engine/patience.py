"""Patience: an import of compiled code that Ctrl-C may not break, only follow.

An interrupt that Python raises inside a C++ module's first lines ends the whole process
with an abort. Here it waits until the module stands, and is raised then.
"""

from __future__ import annotations

import importlib
import signal
import sys
import threading
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
