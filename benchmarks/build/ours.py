"""Ours: the build of the portrait by the planner, from plain definitions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import portraits.tags.kinds  # noqa: F401 (names the kinds)
from benchmarks.build.data import AS_OF
from portraits.engine.warehouse import Step, Timing, Warehouse, quote
from portraits.tags.plan import plan
from portraits.tags.tag import Tag

MEMORY = "800MB"  # what DuckDB may hold; the process itself comes on top
MEMORY_LARGE = "2GB"
LARGE = 50_000_000
# What a company asks of every channel and window once it has begun to ask.
VALUES = {
    "lines": "count(*)",
    "spend": "sum(amount)",
    "discount": "sum(discount)",
    "margin": "sum(amount - cost)",
    "mean": "avg(amount)",
    "greatest": "max(amount)",
    "pieces": "sum(quantity)",
    "discounted": "share(discount > 0)",
    "orders": "count(distinct order_id)",
}
CHANNELS = ("store", "web", "app", "phone")
WINDOWS = (30, 90, 180, 365, 730)


def tags(*, more: bool = False) -> dict[str, Tag]:
    """The tags of `tags.toml`; with more, nine values of each of four channels in five windows besides."""
    written = tomllib.loads((Path(__file__).parent / "tags.toml").read_text(encoding="utf-8"))["tags"]
    blocks = written | dict(_more()) if more else written
    return {name: Tag.read({"title": name, **block}) for name, block in blocks.items()}


def _more() -> Iterator[tuple[str, dict[str, Any]]]:
    for (name, value), channel, days in product(VALUES.items(), CHANNELS, WINDOWS):
        rows = {"table": "order_lines", "where": f"channel = '{channel}'", "within": f"{days} days"}
        yield f"{name}_{channel}_{days}d", {"kind": "fact", "value": value, **rows}


def steps(*, more: bool = False) -> list[Step]:
    """The steps of the build."""
    return plan(tags(more=more), as_of=AS_OF, tables={"order_lines"})


def build(database: Path, *, more: bool = False, memory: str = MEMORY) -> list[Timing]:
    """Make `portrait` inside the file that holds the rows."""
    planned = steps(more=more)
    with Warehouse.create(database, memory=memory, threads=2) as warehouse:
        for step in planned:
            warehouse.execute(f"DROP TABLE IF EXISTS {quote(step.name)}")
        return warehouse.run(planned)
