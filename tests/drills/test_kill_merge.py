"""Drill: builds and touch-ups that are killed while they merge and part customers leave all of it or nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from portraits.app.identity.identity import decisions, link, split, undo
from portraits.app.identity.resolving import recall
from portraits.app.identity.touch_up import touch_up
from portraits.app.reading import reading
from portraits.app.store import store
from portraits.engine import runs
from portraits.engine.identities import replayed
from portraits.engine.workspace import Workspace
from tests.app.duplicates import NOW, customers, rows, stocked

# Says each moment of its work and waits to be told to go on: so it is killed just there.
WORKS = """
import sys, pathlib
from datetime import UTC, datetime
from portraits.app.identity import resolving, touch_up
from portraits.app.runs import builds
from portraits.engine import durable, runs
from portraits.engine.workspace import Workspace

def gate(name):
    print(name, flush=True)
    if sys.stdin.readline() != "on\\n":
        sys.exit(3)

def gated(module, name):
    does = getattr(module, name)
    def goes(*given, **named):
        gate(f"before {name}")
        done = does(*given, **named)
        gate(f"after {name}")
        return done
    setattr(module, name, goes)

class Gates:
    def stage(self, name, total=None):
        gate(name)
    def advance(self, parts=1):
        pass

gated(durable, "move")
gated(runs, "_point")
gated(resolving, "stage")
for module in (builds, touch_up):
    for name in ("publish", "published", "prune"):
        gated(module, name)
workspace, now = Workspace(pathlib.Path(sys.argv[1])), datetime(2024, 5, 1, 4, tzinfo=UTC)
if sys.argv[2] == "build":
    builds.build(workspace, progress=Gates(), now=now)
else:
    touch_up.touch_up(workspace, Gates(), now=now)
"""
BY: dict[str, Any] = {"actor": "drill", "now": NOW}
ORDERS = "SELECT count(*), sum(amount), count(DISTINCT order_id) FROM orders"


def killed_at(workspace: Workspace, work: str, gate: int) -> str:
    """The moment at which a process was killed: the so-manieth of its work; empty where it was done before."""
    command = [sys.executable, "-c", WORKS, str(workspace.folder), work]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        for _ in range(gate):
            if not name:
                break
            process.stdin.write("on\n")
            process.stdin.flush()
            name = process.stdout.readline().strip()
        if name:
            os.killpg(process.pid, signal.SIGKILL)
    return name


def gates_of(workspace: Workspace, work: str) -> int:
    """How many moments the work has, done to its end."""
    number = 0
    command = [sys.executable, "-c", WORKS, str(workspace.folder), work]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while process.stdout.readline().strip():
            number += 1
            process.stdin.write("on\n")
            process.stdin.flush()
    assert process.returncode == 0
    return number


def kill_merges(folder: Path, kills: int, seed: int) -> tuple[list[str], list[str]]:
    """Kill work that merges customers or parts them again: what was wrong after it, and when each was killed."""
    chance, wrong, moments = random.Random(seed), list[str](), list[str]()
    workspace = stocked(folder, settings="")
    totals, gates = rows(workspace, ORDERS), dict[str, int]()
    for kill in range(kills):
        work = "touch up" if kill % 3 else "build"
        _decide(workspace, chance)
        gates.setdefault(work, 0)
        if not gates[work]:
            gates[work] = gates_of(workspace, work)
            _decide(workspace, chance)
        before, number, told = customers(workspace), runs.current(workspace), decisions(workspace)
        moment = killed_at(workspace, work, _gate(chance, gates[work], kill))
        moments.append(f"{work}: {moment or 'done before'}")
        after, published = customers(workspace), runs.current(workspace) != number
        faults = {
            "half": not published and after != before,
            "orders": rows(workspace, ORDERS) != totals,
            "journal": _journalled(workspace) != after,
            "decisions": decisions(workspace) != told,
            "waiting": touch_up(workspace, now=NOW).how not in ("touched", "nothing"),
            "undecided": not _holds(workspace),
            "left over": any(path.name for path in workspace.runs.iterdir() if not path.name.isdigit()),
        }
        wrong += [f"kill {kill} at {moments[-1]}: {name}" for name, there in faults.items() if there]
    return wrong, moments


def _gate(chance: random.Random, gates: int, kill: int) -> int:
    """Every other kill is near the end, where the run, the pointer and the journal are written."""
    return chance.randrange(gates - 14, gates) if kill % 2 else chance.randrange(gates)


def _decide(workspace: Workspace, chance: random.Random) -> None:
    """Something to be done: a merge, a split of one, or the end of either."""
    standing = [each for each in decisions(workspace) if each.stands]
    merged = [record for record, customer in customers(workspace).items() if record != customer]
    if standing and chance.random() < 0.4:
        undo(workspace, standing[0].act, **BY)
    elif merged and chance.random() < 0.5:
        split(workspace, merged[0], [merged[0]], **BY)
    else:
        link(workspace, *chance.sample(sorted(set(customers(workspace).values())), 2), **BY)


def _journalled(workspace: Workspace) -> dict[str, str]:
    """Record -> customer as the journal tells it, once what a killed process left is settled."""
    recall(workspace)
    with store(workspace) as opened:
        told = replayed(opened)
    return {record: told.get(record, record) for record in customers(workspace)}


def _holds(workspace: Workspace) -> bool:
    """Whether what people decided is so."""
    now = customers(workspace)
    standing = [each for each in decisions(workspace) if each.stands]
    with reading(workspace) as run:
        known = len(run.rows("SELECT * FROM identity_decided")) if "identity_decided" in run.columns else 0
    one = all((now[each.left_record] == now[each.right_record]) == (each.verdict == "link") for each in standing)
    return one and known == len({each.pair for each in standing})


def test_a_killed_merge_is_whole_or_has_not_been(tmp_path: Path) -> None:
    wrong, moments = kill_merges(tmp_path / "shop", 4, 1)
    assert wrong == []
    assert len(moments) == 4
