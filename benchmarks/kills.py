"""Kills: builds that are killed at random moments leave the published run as it was."""

from __future__ import annotations

import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.figure import Measured, Unmeasured, figure

Portraits = list[tuple[Any, ...]]

KILLS = 30
SEED = 20


@dataclass
class Killed:
    """What came of killed builds: the moments of the kills, and everything that was wrong after."""

    moments: list[float] = field(default_factory=list)
    finished: int = 0  # builds that were done before the kill reached them
    faults: list[str] = field(default_factory=list)


@figure(
    "kill-build-30",
    bound="= 0",
    unit="broken",
    topic="safety",
    en="30 builds killed (`kill -9`) at random moments: published runs damaged, or next builds that failed",
    zh="30 次构建在随机时刻被强行终止（kill -9）：已发布批次受损或随后构建失败的次数",
)
def measure_kills() -> Measured:
    """Faults found after thirty kills of builds of the corner shop."""
    from benchmarks.demo import demo_summary

    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "shop"
        demo_summary(workspace, "corner_shop")
        killed = kill_builds(workspace, KILLS, SEED)
    if killed.finished > KILLS // 3:
        raise Unmeasured(
            f"{killed.finished} of {KILLS} builds were done before the kill.", "Measure on a calmer machine."
        )
    moments = [round(moment, 2) for moment in sorted(killed.moments)]
    return Measured(len(killed.faults), {"seconds into the build": moments, "faults": killed.faults[:5]})


def kill_builds(workspace: Path, kills: int, seed: int) -> Killed:
    """Start builds of a workspace, kill each at a random moment, and look at what is published.

    All builds are of one moment, so whichever run is published must hold the same portraits.
    """
    chance, killed = random.Random(seed), Killed()
    whole, as_of = _published(workspace)
    usual = _seconds_of_a_build(workspace, as_of)
    for _ in range(kills):
        moment = chance.uniform(0, usual)
        killed.finished += _killed_after(workspace, as_of, moment)
        killed.moments.append(moment)
        wrong = [*_damage(workspace, whole), *_next_build(workspace, as_of), *_damage(workspace, whole)]
        killed.faults += [f"killed after {moment:.2f} s: {each}" for each in wrong]
    return killed


def _seconds_of_a_build(workspace: Path, as_of: str) -> float:
    started = time.perf_counter()
    if _building(workspace, as_of).wait():
        raise Unmeasured("The build fails even where nobody kills it.")
    return time.perf_counter() - started


def _building(workspace: Path, as_of: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "portraits", "build", "-w", str(workspace), "--as-of", as_of, "--json"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def _killed_after(workspace: Path, as_of: str, seconds: float) -> bool:
    """Start a build and kill it and its children; whether it was done before that."""
    process = _building(workspace, as_of)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
    return True


def _next_build(workspace: Path, as_of: str) -> list[str]:
    """What is wrong with the build after a kill, if anything."""
    if _building(workspace, as_of).wait():
        return ["the next build failed"]
    left = [path.name for path in (workspace / "data" / "runs").iterdir() if not (path / "run.json").is_file()]
    return [f"left {', '.join(left)}"] if left else []


def _damage(workspace: Path, whole: Portraits) -> list[str]:
    """What is wrong with the published run, if anything."""
    try:
        found, _ = _published(workspace)
    except Exception as error:
        return [f"the published run cannot be read: {error}"]
    return [] if _same(found, whole) else ["the published run holds other portraits"]


def _published(workspace: Path) -> tuple[Portraits, str]:
    """Every portrait of the published run, read as the pages read it, and its as_of."""
    from portraits.app.reading import reading
    from portraits.engine.workspace import Workspace

    with reading(Workspace(workspace)) as run:
        found = run.rows("SELECT * FROM portrait ORDER BY customer")
        return found, run.as_of.isoformat(timespec="seconds")


def _same(found: Portraits, whole: Portraits) -> bool:
    """Whether two runs hold the same portraits; sums of fractions may differ in their last bit."""
    if len(found) != len(whole):
        return False
    return all(_alike(a, b) for one, other in zip(found, whole, strict=True) for a, b in zip(one, other, strict=True))


def _alike(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(a) and math.isnan(b))
    return a == b
