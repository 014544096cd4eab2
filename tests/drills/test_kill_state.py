"""Drill: processes that are killed while they write the store or publish runs lose nothing told."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portraits.engine.audit import entries
from portraits.engine.reader import RunReader
from portraits.engine.runs import current, drafting, numbers, run_info
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace

NOTES = """
import sys, pathlib
from datetime import datetime
from portraits.engine.audit import Entry, note
from portraits.engine.store import Store

with Store.open(pathlib.Path(sys.argv[1]) / "store.sqlite") as store:
    for number in range(int(sys.argv[2]), 10**9):
        note(store, Entry(datetime(2026, 1, 1), "drill", "count", str(number), {"payload": "x" * 500}))
        print(number, flush=True)
"""
RUNS = """
import sys, pathlib
from datetime import datetime
from portraits.engine.runs import RunInfo, drafting, prune, publish
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace

workspace = Workspace(pathlib.Path(sys.argv[1]))
while True:
    with drafting(workspace) as draft:
        with Warehouse.create(draft.database) as warehouse:
            warehouse.execute(f"CREATE TABLE run AS SELECT {draft.number} AS number FROM range(20000)")
        moment = datetime(2026, 1, 1)
        publish(workspace, draft, RunInfo(draft.number, moment, moment, rows={"run": 20000}))
        print(draft.number, flush=True)
        prune(workspace, 2)
"""


@contextmanager
def killed(code: str, seconds: float, *arguments: str | Path) -> Iterator[list[int]]:
    """The numbers that a process told before it was killed, so long after its first one."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)
        rest = process.stdout.read().split(b"\n")[:-1]  # a line without its end was not told
    yield [int(line) for line in (first, *rest)]


def kill_notes(folder: Path, kills: int, seed: int) -> list[str]:
    """Kill writers of the trail; where what they told is not there, once, and in order."""
    chance, told, wrong = random.Random(seed), list[int](), list[str]()
    for kill in range(1, kills + 1):
        with killed(NOTES, chance.uniform(0, 0.4), folder, str(told[-1] + 1 if told else 0)) as numbers_told:
            told = numbers_told
        with Store.open(folder / "store.sqlite") as store:
            kept = [int(entry.subject) for entry in entries(store)]
        lost = sorted(set(told) - set(kept))
        untold = sorted(set(kept) - set(range(told[-1] + 1)))
        if kept != sorted(set(kept)):
            wrong.append(f"after kill {kill}: out of order or twice")
        if lost:
            wrong.append(f"after kill {kill}: lost {lost}")
        if len(untold) > 1:  # one may be done, but not told any more
            wrong.append(f"after kill {kill}: not told {untold}")
        told = kept
    return wrong


def kill_runs(folder: Path, kills: int, seed: int) -> list[str]:
    """Kill builders; where the published run is not whole, or not the newest that was told or the one after."""
    chance, workspace, wrong = random.Random(seed), Workspace(folder), list[str]()
    for kill in range(1, kills + 1):
        with killed(RUNS, chance.uniform(0, 0.5), folder) as told:
            pass
        published = current(workspace)
        if published not in (told[-1], told[-1] + 1):
            wrong.append(f"after kill {kill}: published {published}, told {told[-1]}")
        if (found := rows_of_run(workspace)) != (20_000, published, published):
            wrong.append(f"after kill {kill}: run {published} holds {found}")
        half = [number for number in numbers(workspace) if run_info(workspace, number).rows != {"run": 20_000}]
        wrong += [f"after kill {kill}: run {number} is half" for number in half]
    return wrong


def rows_of_run(workspace: Workspace) -> tuple[object, ...]:
    """How many rows the published run holds, and the lowest and highest number in them."""
    reader = RunReader(workspace)
    with reader.current() as run:
        [found] = run.warehouse.rows("SELECT count(*), min(number), max(number) FROM run")
    reader.close()
    return found


def left_over(workspace: Workspace) -> list[str]:
    """What stands beside the runs while a new one is begun, apart from its own draft."""
    with drafting(workspace) as draft:
        return [path.name for path in workspace.runs.iterdir() if not path.name.isdigit() and path != draft.folder]


def test_what_the_store_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    assert kill_notes(tmp_path, kills=3, seed=1) == []


def test_the_published_run_survives_a_kill_of_its_successor(tmp_path: Path) -> None:
    assert kill_runs(tmp_path, kills=3, seed=1) == []
    assert left_over(Workspace(tmp_path)) == []


@pytest.mark.drill
@pytest.mark.timeout(1200)
def test_a_hundred_kills_lose_no_acknowledged_entry(tmp_path: Path) -> None:
    assert kill_notes(tmp_path, kills=100, seed=2) == []


@pytest.mark.drill
@pytest.mark.timeout(1200)
def test_fifty_kills_damage_no_published_run(tmp_path: Path) -> None:
    assert kill_runs(tmp_path, kills=50, seed=2) == []
    assert left_over(Workspace(tmp_path)) == []
