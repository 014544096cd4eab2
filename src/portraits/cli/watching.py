"""Watching: the progress of long work on a terminal, as one bar with what is being done and the time left."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from portraits.cli.screen import Screen
from portraits.cli.stages import stage
from portraits.engine.progress import SILENT, Progress

if TYPE_CHECKING:
    from rich import progress as rich

    from portraits.engine.warehouse import Timing

# What a step weighs at least, in seconds: so that the bar moves with steps that take no time, too.
_LEAST = 0.01


class _Bar:
    """Progress as one bar for all stages, each as long on it as it took the last time."""

    def __init__(self, bars: rich.Progress, screen: Screen, before: Sequence[Timing]) -> None:
        self._bars, self._screen = bars, screen
        self._before = before
        self._task = bars.add_task(screen.word("stages", "begins"), total=None)
        self._done = self._weight = 0.0
        self._parts, self._part = 1, 0
        self.plan(each.name for each in before)

    def plan(self, names: Iterable[str]) -> None:
        """The stages to come; those that nobody has timed weigh as much as the others do on average."""
        known = _by_name((each.name, max(each.seconds, _LEAST)) for each in self._before)
        times = [time for queue in known.values() for time in queue]
        usual = sum(times) / len(times) if times else 1.0
        self._weights = _by_name((name, known[name].pop(0) if known.get(name) else usual) for name in names)
        ahead = sum(time for queue in self._weights.values() for time in queue)
        self._bars.update(self._task, total=self._done + ahead if ahead else None)

    def stage(self, name: str, total: int | None = None) -> None:
        """Finish the stage before, and begin one."""
        self._done += self._weight
        queue = self._weights.get(name)
        self._weight = queue.pop(0) if queue else 0.0
        self._parts, self._part = max(total or 1, 1), 0
        self._bars.update(self._task, description=stage(self._screen, name), completed=self._done)

    def advance(self, parts: int = 1) -> None:
        """Move the bar within the present stage."""
        self._part = min(self._part + parts, self._parts)
        self._bars.update(self._task, completed=self._done + self._weight * self._part / self._parts)

    def finish(self) -> None:
        """Fill the bar."""
        total = self._bars.tasks[0].total or 1
        done = self._screen.word("stages", "ended")
        self._bars.update(self._task, description=done, total=total, completed=total)


def _by_name(times: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    """Name -> the time of each stage of that name, in order; a table is made twice."""
    found: dict[str, list[float]] = {}
    for name, time in times:
        found.setdefault(name, []).append(time)
    return found


@contextmanager
def watching(screen: Screen, before: Sequence[Timing] = ()) -> Iterator[Progress]:
    """Progress on standard error where a person is looking, silence where a program is.

    Args:
        screen: whose language is spoken.
        before: what the stages took the last time, where there was one.
    """
    if screen.as_json or not sys.stderr.isatty():
        yield SILENT
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    times = (TimeElapsedColumn(), TimeRemainingColumn())
    with Bars(*columns, *times, console=Console(stderr=True)) as bars:
        shown = _Bar(bars, screen, before)
        yield shown
        shown.finish()
