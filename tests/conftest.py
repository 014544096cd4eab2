"""What holds for every test: Ctrl-C means what it does, and what was imported is not looked through for garbage.

Whoever starts the tests in the background ignores Ctrl-C for them; tests of Ctrl-C need it.
"""

from __future__ import annotations

import gc
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)

SELDOM = (20_000, 20, 100)  # a tenth of the time of small tests went into looking for garbage among what lives on


def pytest_collection_finish() -> None:
    """Leave what all tests share alone."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def pytest_sessionfinish() -> None:
    """Let everything go."""
    gc.unfreeze()
