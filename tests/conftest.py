"""Whoever starts the tests in the background ignores Ctrl-C for them; tests of Ctrl-C need it to mean what it does."""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
