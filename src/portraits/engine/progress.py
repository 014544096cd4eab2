"""Progress: how long work tells what it is doing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable


class Progress(Protocol):
    """Whoever wants to see long work go on: a terminal, a job row, nobody."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins; `total` counts its parts where known."""

    def advance(self, parts: int = 1) -> None:
        """Some parts of the stage are done."""


@runtime_checkable
class Planner(Protocol):
    """A watcher that can use the names of the stages to come."""

    def plan(self, names: Iterable[str]) -> None:
        """These stages are to come, in this order."""


@runtime_checkable
class Counter(Protocol):
    """A watcher that wants to know the rows that were made."""

    def made(self, rows: int) -> None:
        """The present stage has made so many rows."""


def made(progress: Progress, rows: int) -> None:
    """Tell a watcher how many rows the present stage has made, if it wants to know."""
    if isinstance(progress, Counter):
        progress.made(rows)


def foretell(progress: Progress, names: Iterable[str]) -> None:
    """Tell a watcher which stages are to come, if it wants to know."""
    if isinstance(progress, Planner):
        progress.plan(names)


class _Silent:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, parts: int = 1) -> None:
        """Say nothing."""


SILENT: Progress = _Silent()


class Heeded:
    """Progress of work that may be stopped: before each step and part it calls `heed`, which raises where it is."""

    def __init__(self, progress: Progress, heed: Callable[[], None]) -> None:
        self._progress, self._heed = progress, heed

    def plan(self, names: Iterable[str]) -> None:
        """These stages are to come."""
        foretell(self._progress, names)

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins, unless the work is to stop."""
        self._heed()
        self._progress.stage(name, total)

    def advance(self, parts: int = 1) -> None:
        """Some parts of the stage are done; here too it may stop."""
        self._heed()
        self._progress.advance(parts)

    def made(self, rows: int) -> None:
        """The present stage has made so many rows."""
        made(self._progress, rows)
