"""The brake: a wish to stop, which interrupts work and waits while none is under way."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


class Brake:
    """SIGINT and SIGTERM of this process, turned into one KeyboardInterrupt of the work under way."""

    def __init__(self) -> None:
        self.pressed = False
        self._on = False
        signal.signal(signal.SIGINT, self._press)
        # By way of SIGINT, which the import of compiled code holds back: see engine/patience.py.
        signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))

    @contextmanager
    def on(self) -> Iterator[None]:
        """A stretch of work that may be interrupted."""
        self._on = True
        try:
            yield
        finally:
            self._on = False

    def heed(self) -> None:
        """Interrupt the work under way where something swallowed the interrupt."""
        if self.pressed:
            raise KeyboardInterrupt

    def release(self) -> None:
        """Forget a wish that has been granted."""
        self.pressed = False

    def _press(self, number: int, frame: object) -> None:
        self.pressed = True
        if self._on:
            self._on = False  # once: what is done about it is not interrupted again
            raise KeyboardInterrupt
