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

from portraits.app.sources import batches
from portraits.engine.landing import rejects_file, rows_file
from portraits.engine.workspace import Workspace
from tests.app.company import shop
from tests.app.test_sources import amounts

FILES, ROWS = 5, 400
LOAD = """
import sys, pathlib
from datetime import datetime
from portraits.app.sources import load
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


def kill_loads(folder: Path, kills: int, seed: int) -> None:
    """Kill loads of one company, each a little later or earlier, then let one finish."""
    chance = random.Random(seed)
    workspace = company(folder)
    started = time.perf_counter()
    assert start(company(folder / "whole")).wait() == 0
    usual = time.perf_counter() - started
    acknowledged = 0
    for _ in range(kills):
        process = start(workspace)
        try:
            process.wait(chance.uniform(0.2, 0.6) * usual)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert damage(workspace) == []
        recorded = len(batches(workspace))
        assert recorded >= acknowledged
        acknowledged = recorded
    assert start(workspace).wait() == 0, (workspace.folder / "said.txt").read_text()
    assert damage(workspace) == left_over(workspace) == []
    assert [batch.label for batch in batches(workspace)] == [f"till/f{number}.csv" for number in range(FILES)]
    assert amounts(workspace) == amounts(Workspace(folder / "whole"))
    assert len(amounts(workspace)) == FILES * ROWS * 9 // 10


@pytest.mark.parametrize("seed", [1])
def test_a_load_that_is_killed_a_few_times_leaves_nothing_half(tmp_path: Path, seed: int) -> None:
    kill_loads(tmp_path, kills=4, seed=seed)


@pytest.mark.drill
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(10))
def test_thirty_killed_loads_leave_nothing_half(tmp_path: Path, seed: int) -> None:
    kill_loads(tmp_path, kills=3, seed=100 + seed)
