"""The journal: how a job tells its row how far it is, seldom enough to cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from portraits.app.jobs.pace import Pace
from portraits.engine.jobs import Job, tell
from portraits.engine.store import Store

_SELDOM = 0.4  # seconds between two writes
_MOST = 1000  # entries of a log


class Journal:
    """Progress as the row of a job.

    Args:
        store: where the row is.
        job: whose row.
        pace: what the stages weigh.
        clock: the present moment, in the workspace's time zone.
    """

    def __init__(self, store: Store, job: Job, pace: Pace, clock: Callable[[], datetime]) -> None:
        self._store, self._job = store, job
        self._pace, self._clock = pace, clock
        self._written = job.created_at
        self._progress: dict[str, Any] = {}
        self.log: list[dict[str, Any]] = list(map(dict, job.log))

    def plan(self, names: Iterable[str]) -> None:
        """The stages to come."""
        self._pace.plan(names)

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins."""
        self._pace.stage(name, total)
        self._progress = {"stage": name, "done": 0, "total": total}
        self.note({"stage": name})
        self._tell()

    def advance(self, parts: int = 1) -> None:
        """Some parts of the stage are done."""
        self._pace.advance(parts)
        self._progress["done"] = self._progress.get("done", 0) + parts
        self._tell()

    def note(self, entry: dict[str, Any]) -> None:
        """Add an entry to the log; it is written with the next step or the end."""
        if len(self.log) < _MOST:
            self.log.append({"at": self._clock().isoformat(timespec="seconds"), **entry})

    def _tell(self) -> None:
        now = self._clock()
        if (now - self._written).total_seconds() < _SELDOM:
            return
        self._written = now
        tell(self._store, self._job.id, {**self._progress, "share": self._pace.share}, self.log)
