"""Brake: a wish to stop that is not lost."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import suppress

import pytest

from portraits.app.jobs.brake import Brake
from portraits.engine.progress import SILENT, Heeded


@pytest.fixture
def brake() -> Iterator[Brake]:
    before = [(each, signal.getsignal(each)) for each in (signal.SIGINT, signal.SIGTERM)]
    yield Brake()
    for number, handler in before:
        signal.signal(number, handler)


def test_work_whose_interrupt_was_swallowed_stops_at_its_next_step(brake: Brake) -> None:
    progress = Heeded(SILENT, brake.heed)
    with brake.on():
        progress.stage("orders", 2)
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            progress.advance()
        with pytest.raises(KeyboardInterrupt):
            progress.stage("portrait")


def test_a_wish_that_was_granted_stops_nothing_more(brake: Brake) -> None:
    progress = Heeded(SILENT, brake.heed)
    with suppress(KeyboardInterrupt), brake.on():
        signal.raise_signal(signal.SIGINT)
    assert brake.pressed
    brake.release()
    progress.stage("orders")
    assert not brake.pressed
