"""The spine's figures: what issue 2 promises of rules, imports and builds, measured by their own benchmarks."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.figure import Measured, figure

SLOWEST_IMPORT_SECONDS, MOST_IMPORT_MEGABYTES = 30, 50


@figure(
    "hostile-imports",
    bound="= 0",
    unit="broken",
    topic="safety",
    en="Hostile files: deaths of the reading process, sums that do not close, more than 30 s or 50 MB",
    zh="恶意文件：读取进程崩溃、行数对不上、超过 30 秒或 50 MB 的次数",
)
def measure_hostile_imports() -> Measured:
    """How often a hostile file hurt the process that read it, or its rows did not add up."""
    from benchmarks.imports import hostile

    with tempfile.TemporaryDirectory() as folder:
        found = hostile(Path(folder))
    slow = found["slowest_seconds"] > SLOWEST_IMPORT_SECONDS
    large = found["rss_growth_mb"] > MOST_IMPORT_MEGABYTES
    return Measured(found["parent_deaths"] + found["arithmetic_breaks"] + slow + large, found)
