"""Ours: the build of the portrait by the planner, from plain definitions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import portraits.tags.kinds  # noqa: F401 (names the kinds)
from benchmarks.build.data import AS_OF
from portraits.engine.warehouse import Step, Timing, Warehouse
from portraits.tags.plan import plan
from portraits.tags.tag import Tag


def tags(times: int = 1) -> dict[str, Tag]:
    """The tags of the benchmark; several times over, each time with slightly other windows."""
    written = tomllib.loads((Path(__file__).parent / "tags.toml").read_text(encoding="utf-8"))["tags"]
    return {name: Tag.read({"title": name, **block}) for name, block in _repeated(written, times)}


def steps(times: int = 1) -> list[Step]:
    """The steps of the build."""
    return plan(tags(times), as_of=AS_OF, tables={"order_lines"})


class _W(Warehouse):
    def _ranges(self, relation):
        from portraits.engine.warehouse import quote
        SAMPLED=10_000; RANGE_ROWS=1_000_000
        low, last = self._own(f"SELECT coalesce(min(customer), 0), coalesce(max(customer), -1) FROM {quote(relation)}")[0]
        found = "SELECT table_name FROM duckdb_columns() WHERE column_name = 'customer' AND database_name NOT IN ('temp','system') AND table_name IN ('customers','order_lines')"
        tables=[r[0] for r in self._own(found)]
        sampled = " UNION ALL ".join(
            f"SELECT customer FROM {quote(name)} WHERE rowid % {SAMPLED} = 0 AND customer > {low} AND customer <= {last}"
            for name in tables
        )
        every = f"row_number() OVER (ORDER BY customer) % {RANGE_ROWS // SAMPLED} = 0"
        bounds=[row[0] for row in self._own(f"SELECT customer FROM ({sampled}) QUALIFY {every} ORDER BY 1")]
        for high in (*bounds, last + 1):
            if low < high:
                yield low, high
                low = high

def build(database: Path, times: int = 1) -> list[Timing]:
    """Make `portrait` inside the file that holds the rows."""
    planned = steps(times)
    with _W.create(database, memory="1GB", threads=2) as warehouse:
        for step in planned:
            warehouse.execute(f"DROP TABLE IF EXISTS {step.name}")
        return warehouse.run(planned)


def _repeated(written: dict[str, Any], times: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from written.items()
    for turn in range(1, times):
        for name, block in written.items():
            if block["kind"] in ("fact", "preference"):
                yield f"{name}_x{turn}", _varied(block, turn)


def _varied(block: dict[str, Any], turn: int) -> dict[str, Any]:
    """The same value over other rows, as a company writes it for each channel: no atom is shared."""
    chosen = ("channel = 'web'", "channel = 'store'", "channel = 'app'")[turn - 1]
    where = f"{block['where']} and {chosen}" if "where" in block else chosen
    return {**block, "where": where}
