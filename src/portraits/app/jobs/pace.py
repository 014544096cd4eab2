"""Pace: how far long work is, each stage counted as long as it took the last time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portraits.engine.warehouse import Timing

# What a stage weighs at least, in seconds: so that work moves on with stages that take no time, too.
_LEAST = 0.01


class Pace:
    """The weights of stages, and how much of their sum is done.

    Args:
        before: what the stages took the last time, where there was one.
    """

    def __init__(self, before: Sequence[Timing] = ()) -> None:
        self._before = before
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
        self.total = self._done + ahead if ahead else None

    def stage(self, name: str, total: int | None = None) -> None:
        """Finish the stage before, and begin one."""
        self._done += self._weight
        queue = self._weights.get(name)
        self._weight = queue.pop(0) if queue else 0.0
        self._parts, self._part = max(total or 1, 1), 0

    def advance(self, parts: int = 1) -> None:
        """Some parts of the stage are done."""
        self._part = min(self._part + parts, self._parts)

    @property
    def done(self) -> float:
        """How much of `total` is done."""
        return self._done + self._weight * self._part / self._parts

    @property
    def share(self) -> float | None:
        """The share of the whole that is done; None where nobody knows the whole."""
        return min(self.done / self.total, 1.0) if self.total else None


def _by_name(times: Iterable[tuple[str, float]]) -> dict[str, list[float]]:
    """Name -> the time of each stage of that name, in order; a table is made twice."""
    found: dict[str, list[float]] = {}
    for name, time in times:
        found.setdefault(name, []).append(time)
    return found
