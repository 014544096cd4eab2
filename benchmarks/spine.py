"""The spine's figures: what issue 2 promises, measured by the benchmarks of each subject."""

from __future__ import annotations

from benchmarks.figure import Measured, figure


@figure(
    "build-vs-handwritten",
    bound="<= 1.15",
    unit="x",
    topic="speed",
    en="Build of 60+ tags, CPU time against the best hand-written DuckDB plan, 10 M lines",
    zh="构建 60 余个标签的 CPU 时间，与最优手写 DuckDB 方案之比，1000 万行",
)
def measure_handwritten() -> Measured:
    """Processor time of the planner's build over that of the hand-written plan."""
    from benchmarks.build import versus_handwritten

    return versus_handwritten()
