"""What tests of sources share: a workspace folder, and reading a source to its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from portraits.sources.kinds import Files
from portraits.sources.rejects import Reject
from portraits.sources.source import Part, Place, Source


@dataclass(frozen=True)
class Loaded:
    """A part read to its end, with its rows as dictionaries."""

    part: Part
    rows: list[dict[str, Any]]
    rejects: list[Reject]

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]


def read_all(source: Source, place: Place) -> list[Loaded]:
    """Every part of a source, read to its end."""
    loaded = []
    for part in source.parts(place):
        rows = [row for batch in part.batches() for row in batch.to_pylist()]
        loaded.append(Loaded(part, rows, list(part.rejects)))
    return loaded


Reader = Callable[..., Loaded]


@pytest.fixture
def load(tmp_path: Path) -> Reader:
    """Writes a file into the workspace and reads it: `load("a.csv", b"...", delimiter=";")`."""

    def one(name: str, content: bytes, **options: Any) -> Loaded:
        (tmp_path / name).write_bytes(content)
        source = Files.read({"kind": "files", "path": name, **options})
        (loaded,) = read_all(source, Place(tmp_path))
        return loaded

    return one


@pytest.fixture(autouse=True)
def _no_limits_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's limits would stay with the process of the tests, and end it once they are used up."""
    monkeypatch.setattr("portraits.sources.child.__main__._limit", lambda limits, size: None)
