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


@figure(
    "expression-fuzz",
    bound="= 0",
    unit="wrong",
    topic="safety",
    en="40,000 strings against the expression language: crashes, foreign nodes in DuckDB's reading, failures",
    zh="向表达式语言投入 40,000 条字符串：崩溃、被 DuckDB 解析出白名单外节点、无法执行的次数",
)
def measure_fuzz() -> Measured:
    """Strings that the language should not have let through, or that broke it."""
    from benchmarks.expressions import fuzz

    found = fuzz(strings=40_000, seed=1)
    return Measured(found["crashes"] + found["nodes_outside"] + found["failures"], found)


@figure(
    "expression-differential",
    bound="= 0",
    unit="differences",
    topic="safety",
    en="2,000 random rules over random tables with NULLs: rules that choose other rows than a plain evaluator",
    zh="在含空值的随机表上运行 2,000 条随机规则：与朴素求值器选出的行不一致的规则数",
)
def measure_differential() -> Measured:
    """Random rules whose rows in DuckDB differ from those of the evaluator in the tests."""
    from benchmarks.expressions import differential

    found = differential(trees=2_000, seed=1)
    return Measured(found["differences"], found)
