"""Watching: the progress of long work on a terminal, as one bar with what is being done and the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from portraits.cli.screen import Screen
from portraits.cli.stages import stage
from portraits.engine.patience import attentive
from portraits.engine.progress import SILENT, Heeded, Progress

if TYPE_CHECKING:
    from rich import progress as rich

    from portraits.engine.warehouse import Timing


class _Bar:
    """Progress as one bar for all stages, each as long on it as it took the last time."""

    def __init__(self, bars: rich.Progress, screen: Screen, before: Sequence[Timing]) -> None:
        from portraits.app.jobs.pace import Pace

        self._bars, self._screen, self._pace = bars, screen, Pace(before)
        self._task = bars.add_task(screen.word("stages", "begins"), total=self._pace.total, made="")
        self._name, self._rows = "", 0
        self._counted = False

    def plan(self, names: Iterable[str]) -> None:
        """The stages to come."""
        self._pace.plan(names)
        self._bars.update(self._task, total=self._pace.total)

    def stage(self, name: str, total: int | None = None) -> None:
        """Finish the stage before, and begin one; where nobody knows its parts, they are rows."""
        self._pace.stage(name, total)
        self._name, self._rows, self._counted = stage(self._screen, name), 0, total is None
        self._bars.update(self._task, description=self._name, completed=self._pace.done)

    def advance(self, parts: int = 1) -> None:
        """Move the bar within the present stage."""
        self._pace.advance(parts)
        self._bars.update(self._task, completed=self._pace.done)
        if self._counted:
            self.made(self._rows + parts)

    def made(self, rows: int) -> None:
        """Say how many rows the present stage has made; it stays to be read until the next one has."""
        self._rows = rows
        self._bars.update(self._task, made=self._screen.words("stages", "made", stage=self._name, n=rows))

    def finish(self) -> None:
        """Fill the bar."""
        total = self._bars.tasks[0].total or 1
        done = self._screen.word("stages", "ended")
        self._bars.update(self._task, description=done, total=total, completed=total)


@contextmanager
def watching(screen: Screen, before: Sequence[Timing] = ()) -> Iterator[Progress]:
    """Progress on standard error where a person is looking, silence where a program is.

    Args:
        screen: whose language is spoken.
        before: what the stages took the last time, where there was one.
    """
    shown = nullcontext(SILENT) if screen.as_json or not sys.stderr.isatty() else _bar(screen, before)
    with attentive() as heed, shown as progress:
        yield Heeded(progress, heed)


@contextmanager
def _bar(screen: Screen, before: Sequence[Timing]) -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("{task.fields[made]}"))
    with Bars(*columns, *times, console=Console(stderr=True)) as bars:
        shown = _Bar(bars, screen, before)
        yield shown
        shown.finish()
