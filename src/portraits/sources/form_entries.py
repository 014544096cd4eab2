"""Form entries: a source of what people wrote into a form, kept one line each as it came."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from portraits.sources.child.content import names, schema_of
from portraits.sources.rejects import Reject, reject
from portraits.sources.source import Part, Place, Source
from portraits.vocabulary.name import PATTERN

FOLDER = Path("data") / "entries"
_MANY = 10_000


class FormEntries(Source, kind="form"):
    """The entries of a form of this workspace; those that are new are loaded each time."""

    form: str = Field(pattern=f"^{PATTERN}$")

    def parts(self, place: Place) -> Iterator[Part]:
        """One part: the entries that came since the last load; none where there are none."""
        path = entries_file(place.folder, self.form)
        before = int(place.cursor or 0)
        lines = list(_lines(path))[before:]
        if lines:
            yield _part(self.form, lines, before)


def entries_file(folder: Path, form: str) -> Path:
    """Where the entries of a form are."""
    return folder / FOLDER / f"{form}.jsonl"


def append(folder: Path, form: str, entry: Mapping[str, str]) -> None:
    """Add an entry so that it survives a power cut, whole or not at all."""
    path = entries_file(folder, form)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(dict(entry), ensure_ascii=False).encode() + b"\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def count(folder: Path, form: str) -> int:
    """How many entries there are."""
    return sum(1 for _ in _lines(entries_file(folder, form)))


def _lines(path: Path) -> Iterator[str]:
    """The whole lines of a file; one that was cut off by a power cut is no entry."""
    if path.is_file():
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (line for line in file if line.endswith("\n"))


def _part(form: str, lines: list[str], before: int) -> Part:
    """New entries, each as text; a line that is no entry is rejected."""
    found, wrong = _read(lines, before)
    columns = list(dict.fromkeys(name for _, entry in found for name in entry))
    schema = schema_of([(name, _string()) for name in names(columns)])
    reached = before + len(lines)
    part = Part(form, schema, iter(()), f"{form}:{before + 1}-{reached}", snapshot=False)
    part.rejects = wrong
    part.stream = _stream(part, found, columns, len(wrong), reached)
    return part


def _read(lines: list[str], before: int) -> tuple[list[tuple[int, dict[str, Any]]], list[Reject]]:
    found: list[tuple[int, dict[str, Any]]] = []
    wrong: list[Reject] = []
    for number, line in enumerate(lines, before + 1):
        try:
            entry = json.loads(line)
        except ValueError as error:
            wrong.append(reject(number, "json", line.rstrip("\n"), problem=str(error)))
            continue
        if isinstance(entry, dict):
            found.append((number, entry))
        else:
            wrong.append(reject(number, "json", line.rstrip("\n"), problem=type(entry).__name__))
    return found, wrong


def _stream(
    part: Part, found: list[tuple[int, dict[str, Any]]], columns: list[str], rejected: int, reached: int
) -> Iterator[Any]:
    import pyarrow as pa

    for start in range(0, len(found), _MANY):
        some = found[start : start + _MANY]
        arrays = [pa.array([_told(entry.get(name)) for _, entry in some], pa.string()) for name in columns]
        numbers = pa.array([number for number, _ in some], pa.int64())
        yield pa.RecordBatch.from_arrays([numbers, *arrays], schema=part.schema)
    part.rejected, part.cursor = rejected, str(reached)


def _told(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _string() -> Any:
    import pyarrow as pa

    return pa.string()
