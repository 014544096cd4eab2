"""Stopwatch: what each stage of work took that makes no steps of its own, such as matching."""

from __future__ import annotations

import time

from portraits.engine.progress import Progress, made
from portraits.engine.warehouse import Timing


class Stopwatch:
    """Progress that tells whoever watches, and measures the stages; one of the same name goes on."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._spent: dict[str, Timing] = {}
        self._name = ""
        self._since = self._clocks()

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins."""
        self._stop()
        self._name = name
        self._progress.stage(name, total)

    def advance(self, parts: int = 1) -> None:
        """Some parts of the stage are done."""
        self._progress.advance(parts)

    def made(self, rows: int) -> None:
        """The present stage has made so many rows."""
        self._stop(rows)
        made(self._progress, rows)

    def timings(self) -> list[Timing]:
        """What the stages took until now, in the order in which they began."""
        self._stop()
        return list(self._spent.values())

    def _stop(self, rows: int | None = None) -> None:
        """Count the time since the last look for the present stage."""
        (wall, cpu), self._since = self._since, self._clocks()
        if self._name:
            spent = self._spent.get(self._name, Timing(self._name, 0.0, 0.0, 0))
            seconds, cpu_seconds = self._since[0] - wall, self._since[1] - cpu
            told = spent.rows if rows is None else rows
            self._spent[self._name] = Timing(self._name, spent.seconds + seconds, spent.cpu_seconds + cpu_seconds, told)

    @staticmethod
    def _clocks() -> tuple[float, float]:
        return time.perf_counter(), time.process_time()
