"""Jobs: long work that goes on in a process of its own, whoever asked for it has gone or not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import portraits
from portraits.app.store import here, store
from portraits.engine import jobs as engine
from portraits.engine.audit import Entry, note
from portraits.engine.jobs import Ending, Job
from portraits.engine.processes import ask_to_end, lives
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, Refused, nearest
from portraits.vocabulary.phrase import say

__all__ = ["KINDS", "Job", "cancel", "job", "jobs", "retry", "start", "wake"]

# What a person may ask for by name; `portraits.app.jobs.work` knows how each is done.
KINDS = ("build", "load", "import", "touch_up")
# A queue that nobody has touched for so long has lost its worker.
_PATIENCE = timedelta(seconds=5)
ENDED_WITHOUT_A_WORD = say("The process that worked on it ended without a word.")

# Workers that this process has begun, until they end: so that none is left as a dead entry.
_workers: list[subprocess.Popen[bytes]] = []


def start(workspace: Workspace, kind: str, arguments: Mapping[str, Any], *, actor: str, now: datetime) -> Job:
    """Put long work in the queue and see to it that somebody works; returns at once.

    Args:
        workspace: where.
        kind: build, load or import.
        arguments: of the kind: build takes `as_of` and `accept_quality`, load `sources`, import `import`.
        actor: who asks.
        now: the present moment, with its zone.
    """
    if kind not in KINDS:
        raise NotFound(say("There is no work called {kind}.", kind=kind), nearest(kind, KINDS))
    with store(workspace) as opened:
        queued = engine.enqueue(opened, kind, arguments, actor, here(workspace, now))
    wake(workspace)
    return queued


def jobs(workspace: Workspace) -> list[Job]:
    """All jobs, newest first, in their true states: work whose process is gone has failed."""
    with store(workspace) as opened:
        _settle(workspace, opened)
        return engine.all_jobs(opened)


def job(workspace: Workspace, number: int) -> Job:
    """One job by its number, in its true state."""
    with store(workspace) as opened:
        _settle(workspace, opened)
        return engine.job(opened, number)


def cancel(workspace: Workspace, number: int, *, actor: str, now: datetime) -> Job:
    """Stop work: what waits is taken out, what is under way ends soon; what was published stays."""
    with store(workspace) as opened:
        found, at = engine.job(opened, number), here(workspace, now)
        if not found.open:
            raise Refused(say("Job {number} has ended already.", number=number), say("It can be done again."))
        stopping = engine.ask_to_stop(opened, number, at)
        note(opened, Entry(at, actor, "cancel", f"job {number}", {"kind": found.kind}))
    if stopping.status == "running":
        ask_to_end(stopping.process)
    return stopping


def retry(workspace: Workspace, number: int, *, actor: str, now: datetime) -> Job:
    """Do the work of an ended job again, as a new job."""
    with store(workspace) as opened:
        found = engine.job(opened, number)
        if found.open:
            raise Refused(say("Job {number} has not ended yet.", number=number), say("Wait for it, or cancel it."))
        again = engine.enqueue(opened, found.kind, found.arguments, actor, here(workspace, now), found.id)
    wake(workspace)
    return again


def wake(workspace: Workspace) -> None:
    """Begin a process that works through the queue; it ends at once where another one does that."""
    _workers[:] = [each for each in _workers if each.poll() is None]
    paths = (str(Path(portraits.__file__).parents[1]), os.environ.get("PYTHONPATH", ""))
    begun = subprocess.Popen(
        [sys.executable, "-P", "-m", "portraits.app.jobs.work"],
        cwd=workspace.folder.resolve(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        start_new_session=True,  # what ends the server does not end the work
    )
    _workers.append(begun)


def _settle(workspace: Workspace, opened: Store) -> None:
    """Write down the end of work whose process is gone, and begin again what waits for nobody."""
    now = here(workspace, datetime.now(UTC))
    found = engine.all_jobs(opened, *engine.OPEN)
    lost = [each for each in found if each.status == "running" and not lives(each.process)]
    for each in lost:
        engine.give_up(opened, each, _lost(each, now))
    waiting = [each.created_at for each in found if each.status == "queued"]
    idle = len(lost) + len(waiting) == len(found)
    if waiting and idle and (lost or min(waiting) < now - _PATIENCE):
        wake(workspace)


def _lost(job: Job, now: datetime) -> Ending:
    """How work has ended whose process is gone."""
    if job.stopping:
        return Ending("stopped", now, job.log)
    told = {"at": now.isoformat(timespec="seconds"), "said": [ENDED_WITHOUT_A_WORD.data]}
    return Ending("failed", now, [*job.log, told])
