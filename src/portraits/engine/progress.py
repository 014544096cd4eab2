"""Progress: how long work tells what it is doing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Whoever wants to see long work go on: a terminal, a job row, nobody."""

    def stage(self, name: str, total: int | None = None) -> None:
        """A new stage begins; `total` counts its parts where known."""

    def advance(self, parts: int = 1) -> None:
        """Some parts of the stage are done."""


class _Silent:
    """Progress that nobody watches."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Say nothing."""

    def advance(self, parts: int = 1) -> None:
        """Say nothing."""


SILENT: Progress = _Silent()
