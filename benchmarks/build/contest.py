"""Contest: builds of the same portrait side by side, each in a process of its own, by turns.

`python -m benchmarks.build.contest CONTESTANT LINES` runs one build and prints what it took.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.build import data
from benchmarks.figure import Unmeasured
from benchmarks.machine import peak_megabytes


def took(contestant: str, lines: int) -> dict[str, float]:
    """CPU seconds, wall seconds and peak megabytes of one build in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.build.contest", contestant, str(lines)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Unmeasured(f"{contestant} failed: {done.stderr.strip()[-400:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def by_turns(contestants: Sequence[tuple[str, int]], rounds: int) -> list[list[dict[str, float]]]:
    """Runs of each contestant (name and lines), a round at a time so that all meet the same machine."""
    for _, lines in contestants:
        data.prepared(lines)
    runs: list[list[dict[str, float]]] = [[] for _ in contestants]
    for turn in range(rounds):
        order = range(len(contestants)) if turn % 2 == 0 else reversed(range(len(contestants)))
        for place in order:
            runs[place].append(took(*contestants[place]))
    return runs


def ratio(above: Sequence[dict[str, float]], below: Sequence[dict[str, float]]) -> float:
    """The median over the rounds of one contestant's CPU seconds by another's."""
    return round(median(a["cpu"] / b["cpu"] for a, b in zip(above, below, strict=True)), 3)


def peak(runs: Sequence[dict[str, float]]) -> float:
    """The most megabytes that a run held."""
    return max(run["megabytes"] for run in runs)


def cpu(runs: Sequence[dict[str, float]]) -> float:
    """The median CPU seconds."""
    return round(median(run["cpu"] for run in runs), 2)


def _ours(lines: int) -> Callable[[], Any]:
    from benchmarks.build import ours

    memory = ours.MEMORY_LARGE if lines >= ours.LARGE else ours.MEMORY
    return lambda: ours.build(data.database(lines), memory=memory)


def _ours_with_more(lines: int) -> Callable[[], Any]:
    from benchmarks.build import ours

    return lambda: ours.build(data.database(lines), more=True)


def _handwritten(lines: int) -> Callable[[], Any]:
    import duckdb  # noqa: F401 (its import is no part of the build)

    from benchmarks.build import handwritten

    return lambda: handwritten.build(data.database(lines))


def _polars(lines: int) -> Callable[[], Any]:
    import polars  # noqa: F401 (its import is no part of the build)

    from benchmarks.build import in_polars

    return lambda: in_polars.build(data.parquet(lines), data.parquet(lines, "customers")).write_parquet(_result(lines))


def _pandas(lines: int) -> Callable[[], Any]:
    import pandas  # noqa: F401 (its import is no part of the build)

    from benchmarks.build import in_pandas

    return lambda: in_pandas.build(data.parquet(lines), data.parquet(lines, "customers")).to_parquet(_result(lines))


def _result(lines: int) -> Path:
    return data.parquet(lines).with_suffix(".portrait.parquet")


CONTESTANTS = {
    "ours": _ours,
    "ours with more tags": _ours_with_more,
    "handwritten": _handwritten,
    "polars": _polars,
    "pandas": _pandas,
}


def main(contestant: str, lines: str) -> None:
    """Run one build and print one line of JSON."""
    build = CONTESTANTS[contestant](int(lines))
    started, wall = time.process_time(), time.perf_counter()
    build()
    measured = {
        "cpu": time.process_time() - started,
        "wall": time.perf_counter() - wall,
        "megabytes": peak_megabytes(os.getpid()),
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main(*sys.argv[1:])
