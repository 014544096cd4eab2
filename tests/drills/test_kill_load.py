"""Drill: loads that are killed at random moments lose nothing and leave nothing half."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from portraits.app.data.sources import batches
from portraits.engine.landing import rejects_file, rows_file
from portraits.engine.workspace import Workspace
from tests.app.company import shop
from tests.app.data.test_sources import amounts

FILES, ROWS = 5, 400
LOAD = """
import sys, pathlib
from datetime import datetime
from portraits.app.data.sources import load
from portraits.engine.workspace import Workspace
load(Workspace(pathlib.Path(sys.argv[1])), actor="drill", now=datetime(2026, 3, 1, 12))
"""


def company(folder: Path) -> Workspace:
    """Five files, each with one row in ten that cannot be used."""
    return shop(folder, **{f"f{number}": "".join(_row(number, row) for row in range(ROWS)) for number in range(FILES)})


def _row(number: int, row: int) -> str:
    price = "dear" if row % 10 == 0 else f"{row}.5"
    return f"{number}-{row},c{row % 7},milk,1,{price},2026-01-02 10:00:00,\n"


def start(workspace: Workspace) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", LOAD, str(workspace.folder)]
    with (workspace.folder / "said.txt").open("wb") as said:
        return subprocess.Popen(command, stderr=said, start_new_session=True)


def damage(workspace: Workspace) -> list[str]:
    """What is recorded but not whole, as a fresh process would find it."""
    wrong = []
    for batch in batches(workspace):
        path = rows_file(workspace, batch.source, batch.name)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != batch.hash:
            wrong.append(f"{path.name} is not what was recorded")
            continue
        rejected = pq.read_metadata(rejects_file(workspace, batch.source, batch.name)).num_rows
        if (pq.read_metadata(path).num_rows, rejected) != (batch.rows_landed, batch.rows_rejected):
            wrong.append(f"{path.name} does not hold the rows that were counted")
    return wrong


def left_over(workspace: Workspace) -> list[str]:
    """Files that no record knows."""
    known = {batch.name for batch in batches(workspace)}
    return [path.name for path in workspace.landing.glob("*/*") if path.name.partition(".")[0] not in known]


def kill_loads(folder: Path, kills: int, seed: int) -> list[str]:
    """Kill loads of one company, each a little later or earlier, then let one finish; what was lost or left half."""
    chance = random.Random(seed)
    workspace = company(folder)
    started = time.perf_counter()
    assert start(company(folder / "whole")).wait() == 0
    usual = time.perf_counter() - started
    wrong, acknowledged = list[str](), 0
    for kill in range(1, kills + 1):
        process = start(workspace)
        try:
            process.wait(chance.uniform(0.2, 0.6) * usual)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        wrong += [f"after kill {kill}: {each}" for each in damage(workspace)]
        recorded = len(batches(workspace))
        if recorded < acknowledged:
            wrong.append(f"after kill {kill}: {recorded} batches are left of {acknowledged}")
        acknowledged = recorded
    assert start(workspace).wait() == 0, (workspace.folder / "said.txt").read_text()
    return [*wrong, *damage(workspace), *(f"{name} is left over" for name in left_over(workspace))]


def loaded(folder: Path) -> tuple[list[str], list[float]]:
    """The labels of all batches, and all amounts that count."""
    workspace = Workspace(folder)
    return [batch.label for batch in batches(workspace)], amounts(workspace)


WHOLE = (
    [f"till/f{number}.csv" for number in range(FILES)],
    sorted([row + 0.5 for row in range(ROWS) if row % 10] * FILES),
)


@pytest.mark.parametrize("seed", [1])
def test_a_load_that_is_killed_a_few_times_leaves_nothing_half(tmp_path: Path, seed: int) -> None:
    assert kill_loads(tmp_path, kills=4, seed=seed) == []
    assert loaded(tmp_path) == WHOLE


@pytest.mark.drill
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(10))
def test_thirty_killed_loads_leave_nothing_half(tmp_path: Path, seed: int) -> None:
    assert kill_loads(tmp_path, kills=3, seed=100 + seed) == []
    assert loaded(tmp_path) == WHOLE
