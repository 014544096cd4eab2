"""Ours: the build of the portrait by the planner, from plain definitions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import portraits.tags.kinds  # noqa: F401 (names the kinds)
from benchmarks.build.data import AS_OF
from portraits.engine.warehouse import RANGE_ROWS, Step, Timing, Warehouse, quote
from portraits.tags.plan import plan
from portraits.tags.tag import Tag
from portraits.vocabulary.window import Window

MEMORY = "600MB"  # what DuckDB may hold; the process itself comes on top
SAMPLED = 10_000


class Ranged(Warehouse):
    """A warehouse whose customer ranges are cut by the rows of all tables, not by customers."""

    def _ranges(self, relation: str) -> Iterator[tuple[int, int]]:
        ends = f"SELECT coalesce(min(customer), 0), coalesce(max(customer), -1) FROM {quote(relation)}"
        low, last = self._own(ends)[0]
        for high in (*self._full(), last + 1):
            if low < high:
                yield low, high
                low = high

    def _full(self) -> list[int]:
        """Customers at which a range is full: every so-manieth row stands for those before it."""
        sampled = f"SELECT customer FROM order_lines WHERE rowid % {SAMPLED} = 0 AND customer IS NOT NULL"
        every = f"row_number() OVER (ORDER BY customer) % {RANGE_ROWS // SAMPLED} = 0"
        return [row[0] for row in self._own(f"SELECT customer FROM ({sampled}) QUALIFY {every} ORDER BY 1")]


def tags(times: int = 1) -> dict[str, Tag]:
    """The tags of the benchmark, several times over for other windows."""
    written = tomllib.loads((Path(__file__).parent / "tags.toml").read_text(encoding="utf-8"))["tags"]
    return {name: Tag.read({"title": name, **block}) for name, block in _repeated(written, times)}


def steps(times: int = 1) -> list[Step]:
    """The steps of the build."""
    return plan(tags(times), as_of=AS_OF, tables={"order_lines"})


def build(database: Path, times: int = 1) -> list[Timing]:
    """Make `portrait` inside the file that holds the rows."""
    planned = steps(times)
    with Ranged.create(database, memory=MEMORY, threads=2) as warehouse:
        for step in planned:
            warehouse.execute(f"DROP TABLE IF EXISTS {quote(step.name)}")
        return warehouse.run(planned)


def _repeated(written: dict[str, Any], times: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from written.items()
    for turn in range(1, times):
        for name, block in written.items():
            if block["kind"] in ("fact", "preference"):
                yield f"{name}_x{turn}", {**block, "within": _other_window(block.get("within"), turn)}


def _other_window(within: str | None, turn: int) -> str:
    """A window of its own, as a company asks the same thing for a quarter, a season, a year."""
    if within is None:
        return ("730 days", "270 days", "60 days")[turn - 1]
    window = Window.parse(within)
    near, far = (days * (4 - turn) // 5 for days in (window.near, window.far))
    return f"{near} to {far} days"
