"""Watching: the progress of long work on a terminal, by stage and parts, with the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from portraits.cli.screen import Screen
from portraits.engine.progress import SILENT, Progress

if TYPE_CHECKING:
    from rich import progress as rich


class _Bars:
    """Progress as one bar a stage; the bars of finished stages stay."""

    def __init__(self, bars: rich.Progress, screen: Screen) -> None:
        self._bars, self._screen = bars, screen
        self._task: rich.TaskID | None = None

    def stage(self, name: str, total: int | None = None) -> None:
        """Finish the stage before, and begin one."""
        self.finish()
        self._task = self._bars.add_task(self._screen.word("stages", name), total=total)

    def advance(self, parts: int = 1) -> None:
        """Move the bar of the present stage."""
        if self._task is not None:
            self._bars.advance(self._task, parts)

    def finish(self) -> None:
        """Fill the bar of the present stage."""
        if self._task is not None:
            done = self._bars.tasks[self._task].completed or 1
            self._bars.update(self._task, total=done, completed=done)


@contextmanager
def watching(screen: Screen) -> Iterator[Progress]:
    """Progress on standard error where a person is looking, silence where a program is."""
    if screen.as_json or not sys.stderr.isatty():
        yield SILENT
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    with Bars(*columns, *times, console=Console(stderr=True)) as bars:
        shown = _Bars(bars, screen)
        yield shown
        shown.finish()
