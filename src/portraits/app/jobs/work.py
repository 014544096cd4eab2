"""Work: the process that carries out jobs, one at a time, until none waits.

`python -m portraits.app.jobs.work`, begun in the folder of a workspace, belongs to nobody: it goes on when
the server that began it ends. SIGTERM and SIGINT stop the job that is under way and leave what was published as it was.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from portraits.app.jobs.brake import Brake
from portraits.app.jobs.journal import Journal
from portraits.app.jobs.pace import Pace
from portraits.app.reading import settings
from portraits.app.store import store
from portraits.engine import jobs as engine
from portraits.engine import runs
from portraits.engine.jobs import Ending, Job
from portraits.engine.lock import locked
from portraits.engine.processes import this_process
from portraits.engine.progress import Heeded, Progress, foretell
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import Busy, PortraitsError, Stopped
from portraits.vocabulary.phrase import say

_REVIEWING = 1.0  # seconds in which who reviews pairs decides on the next one: one touch-up does for both
_GRACE = 0.3  # seconds in which a late wish to stop still arrives


@dataclass(frozen=True)
class Task:
    """What a piece of work needs to know."""

    workspace: Workspace
    arguments: Mapping[str, Any]
    progress: Progress
    actor: str
    now: datetime


def _build(task: Task) -> Mapping[str, Any]:
    from portraits.app.runs.builds import build

    as_of = task.arguments.get("as_of")
    accepted_by = task.actor if task.arguments.get("accept_quality") is True else ""
    moment = datetime.fromisoformat(as_of) if as_of else None
    made = build(task.workspace, moment, task.progress, now=task.now, accepted_by=accepted_by)
    return {"run": made.number, "as_of": made.as_of.isoformat(), "customers": made.rows.get("customers")}


def _load(task: Task) -> Mapping[str, Any]:
    from portraits.app.data.sources import load
    from portraits.app.definitions import definitions

    names = tuple(task.arguments.get("sources") or definitions(task.workspace).sources)
    foretell(task.progress, names)
    loaded = load(task.workspace, names, task.progress, actor=task.actor, now=task.now)
    return {
        "batches": [each.id for each in loaded],
        "rows_landed": sum(each.rows_landed for each in loaded),
        "rows_rejected": sum(each.rows_rejected for each in loaded),
    }


def _import(task: Task) -> Mapping[str, Any]:
    from portraits.app.data.importing import carry_out

    number = task.arguments["import"]
    carry_out(task.workspace, number, task.progress, actor=task.actor, now=task.now)
    return {"import": number}


def _touch_up(task: Task) -> Mapping[str, Any]:
    from portraits.app.identity.identity_records import touch_up as told
    from portraits.app.identity.touch_up import touch_up

    task.progress.stage("touched", None)
    time.sleep(_REVIEWING)
    done = touch_up(task.workspace, task.progress, now=datetime.now(UTC))
    while done.how == "busy":
        time.sleep(_REVIEWING)
        done = touch_up(task.workspace, task.progress, now=datetime.now(UTC))
    return told(done)


# Every kind of work, and what does it.
WORK: Mapping[str, Callable[[Task], Mapping[str, Any]]] = {
    "build": _build,
    "load": _load,
    "import": _import,
    "touch_up": _touch_up,
}


def main(folder: Path) -> None:
    """Work through the queue of a workspace; leave at once where another process does."""
    workspace = Workspace(folder)
    brake = Brake()
    while not brake.pressed and _waiting(workspace):
        try:
            with locked(workspace.work_lock, "working"):
                _work(workspace, brake)
        except Busy:
            return  # who holds the lock looks at the queue once more after giving it up


def _waiting(workspace: Workspace) -> bool:
    with store(workspace) as opened:
        return bool(engine.all_jobs(opened, "queued"))


def _work(workspace: Workspace, brake: Brake) -> None:
    clock = _clock(workspace)
    with store(workspace) as opened:
        while not brake.pressed and (job := engine.take(opened, this_process(), clock())):
            _carry_out(Workspace(workspace.folder), opened, job, brake, clock)


def _carry_out(workspace: Workspace, opened: Store, job: Job, brake: Brake, clock: Callable[[], datetime]) -> None:
    """Do one job and write down how it ended; a wish to stop that was meant for it goes no further."""
    journal = Journal(opened, job, _pace(workspace, job), clock)
    task = Task(workspace, job.arguments, Heeded(journal, brake.heed), job.actor, datetime.now(UTC))
    status, result = _done(task, job, journal, brake)
    engine.end(opened, job.id, Ending(status, clock(), journal.log, result))
    if engine.job(opened, job.id).stopping:
        time.sleep(_GRACE)
        brake.release()


def _done(task: Task, job: Job, journal: Journal, brake: Brake) -> tuple[engine.Status, Mapping[str, Any] | None]:
    try:
        with brake.on():
            return "done", WORK[job.kind](task)
    except (KeyboardInterrupt, Stopped):
        return "stopped", None
    except PortraitsError as error:
        journal.note({"said": [each.data for each in error.phrases]})
    except Exception as error:
        told = say("Something went wrong that should not ({what}). This is a fault of Portraits.", what=_short(error))
        journal.note({"said": [told.data], "trace": traceback.format_exc()})
    return "failed", None


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _pace(workspace: Workspace, job: Job) -> Pace:
    """What the stages took the last time; only builds keep that."""
    built = next((info for info in runs.infos(workspace) if runs.root(info) == info.number), None)
    return Pace(built.timings if built and job.kind == "build" else ())


def _clock(workspace: Workspace) -> Callable[[], datetime]:
    said = settings(workspace)
    return lambda: said.here(datetime.now(UTC))


if __name__ == "__main__":
    main(Path.cwd())
