"""Drill: builds that are killed while they merge and part customers leave all of a merge or nothing of it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from portraits.app.identity.identity import decisions, link, undo
from portraits.app.identity.resolving import recall
from portraits.app.store import store
from portraits.engine import runs
from portraits.engine.identities import replayed
from portraits.engine.workspace import Workspace
from tests.app.duplicates import NOW, built, customers, rows, shop

BUILDS = """
import sys, pathlib
from datetime import UTC, datetime
from portraits.app.runs.builds import build
from portraits.engine.workspace import Workspace

print("ready", flush=True)
build(Workspace(pathlib.Path(sys.argv[1])), now=datetime(2024, 5, 1, 4, tzinfo=UTC))
"""
BY: dict[str, Any] = {"actor": "drill", "now": NOW}
ORDERS = "SELECT count(*), sum(amount), count(DISTINCT order_id) FROM orders"


def _killed(workspace: Workspace, seconds: float) -> None:
    """A build in a process of its own, killed so long after it has begun."""
    with subprocess.Popen(
        [sys.executable, "-c", BUILDS, str(workspace.folder)], stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGKILL)


def _journalled(workspace: Workspace) -> dict[str, str]:
    """Record -> customer as the journal tells it, once what a killed build left is settled."""
    recall(workspace)
    with store(workspace) as opened:
        told = replayed(opened)
    return {record: told.get(record, record) for record in customers(workspace)}


def kill_merges(folder: Path, kills: int, seed: int) -> int:
    """Kill builds that merge two customers or part them again; how many had been published."""
    chance, whole = random.Random(seed), 0
    workspace = shop(folder, settings="")
    built(workspace)
    totals = rows(workspace, ORDERS)
    for _ in range(kills):
        standing = [each for each in decisions(workspace) if each.stands]
        if standing:
            undo(workspace, standing[0].act, **BY)
        else:
            link(workspace, *chance.sample(["c1", "c2", "c3", "c4", "c5"], 2), **BY)
        before, number = customers(workspace), runs.current(workspace)
        _killed(workspace, chance.uniform(0, 4))
        after = customers(workspace)
        published = runs.current(workspace) != number
        whole += published
        assert published or after == before
        assert rows(workspace, ORDERS) == totals
        assert _journalled(workspace) == after
    return whole


@pytest.mark.parametrize("seed", [1])
def test_a_killed_merge_is_whole_or_has_not_been(seed: int, tmp_path: Path) -> None:
    kill_merges(tmp_path, 4, seed)
    built(Workspace(tmp_path))
    told = _journalled(Workspace(tmp_path))
    assert told == customers(Workspace(tmp_path))
