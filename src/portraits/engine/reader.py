"""The reader: a handle on the current run that many threads share and that follows the pointer.

New requests see the run that is published now. An older one stays open until its last user has
left, so a build or a rollback never closes a run that another thread is reading.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from portraits.engine.runs import DATABASE, RunInfo, current, folder_of, held, run_info
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say

UNBUILT = say("Nothing is built yet.")

_TRIES = 5  # a pointer may move on, and its run be pruned, between reading and opening


@dataclass(frozen=True)
class OpenRun:
    """A run that is open for reading."""

    info: RunInfo
    warehouse: Warehouse


@dataclass
class _Handle:
    run: OpenRun
    closing: ExitStack
    users: int = 0


class RunReader:
    """Runs of one workspace, opened when asked for and closed when nobody uses them."""

    def __init__(self, workspace: Workspace, *, memory: str = "1GB", threads: int | None = None) -> None:
        self._workspace = workspace
        self._memory, self._threads = memory, threads
        self._guard = threading.Lock()
        self._handles: dict[int, _Handle] = {}
        self._newest: int | None = None

    @contextmanager
    def current(self) -> Iterator[OpenRun]:
        """The run that is published now; NotFound before the first build."""
        with self._using(None) as run:
            yield run

    @contextmanager
    def run(self, number: int) -> Iterator[OpenRun]:
        """A run by its number."""
        with self._using(number) as run:
            yield run

    def close(self) -> None:
        """Close what is open; runs still in use close with their last user."""
        with self._guard:
            self._newest = None
            self._close_unused()

    @contextmanager
    def _using(self, number: int | None) -> Iterator[OpenRun]:
        with self._guard:
            handle = self._handle(number)
            handle.users += 1
        try:
            yield handle.run
        finally:
            with self._guard:
                handle.users -= 1
                self._close_unused()

    def _handle(self, number: int | None) -> _Handle:
        if number is not None:
            return self._open(number)
        for _ in range(_TRIES):
            self._newest = current(self._workspace)
            if self._newest is None:
                break
            with suppress(NotFound):
                handle = self._open(self._newest)
                self._close_unused()
                return handle
        raise NotFound(UNBUILT, say("Run `portraits build` first."))

    def _open(self, number: int) -> _Handle:
        if number in self._handles:
            return self._handles[number]
        with ExitStack() as opening:
            opening.enter_context(held(self._workspace, number))
            path = folder_of(self._workspace, number) / DATABASE
            warehouse = Warehouse.read(path, memory=self._memory, threads=self._threads)
            opening.enter_context(warehouse)
            run = OpenRun(run_info(self._workspace, number), warehouse)
            self._handles[number] = _Handle(run, opening.pop_all())
        return self._handles[number]

    def _close_unused(self) -> None:
        for number, handle in list(self._handles.items()):
            if handle.users == 0 and number != self._newest:
                del self._handles[number]
                handle.closing.close()
