"""Quality: what judging the rows costs a build."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Measured, figure

STEPS = ("quality_", "source_reliability")


@figure(
    "quality-cost",
    bound="<= 3",
    unit="%",
    topic="speed",
    issue=4,
    en="Judging every row by the built-in rules of quality, as a share of the CPU time of a build of the journey data",
    zh="按内置质量规则检查全部数据行所用的 CPU 时间，占旅程数据一次构建的比例",
)
def measure_quality_cost() -> Measured:
    """The CPU time of the steps that count bad rows, of all steps of a build; the better of two builds."""
    from portraits.app.demo import demo
    from portraits.app.runs.builds import build
    from portraits.engine.workspace import Workspace

    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "journey"
        demo(home, "journey", 0, "en", now=datetime.now(UTC))
        runs = [build(Workspace(home), now=datetime.now(UTC)) for _ in range(2)]
    shares = []
    for run in runs:
        whole = sum(timing.cpu_seconds for timing in run.timings)
        own = sum(timing.cpu_seconds for timing in run.timings if timing.name.startswith(STEPS))
        shares.append((100 * own / whole, own, whole))
    share, own, whole = min(shares)
    results = runs[0].figures["quality"]["results"]
    judged = sum(each["rows"] for each in results)
    return Measured(share, {"cpu_seconds": own, "of": whole, "rules": len(results), "rows_judged": judged})
