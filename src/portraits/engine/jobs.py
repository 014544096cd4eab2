"""Jobs: long work that waits, is under way or has ended, in the order in which it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from portraits.engine.processes import Process
from portraits.engine.schema import jobs as _jobs
from portraits.engine.store import Store, next_id
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say

Status = Literal["queued", "running", "done", "failed", "stopped"]
STATUSES: tuple[Status, ...] = get_args(Status)
OPEN: tuple[Status, ...] = ("queued", "running")


@dataclass(frozen=True)
class Job:
    """One piece of long work; moments are naive, in the workspace's time zone.

    `progress` holds the stage, what is done of it, its total where known, and the share of the
    whole; `log` an entry for each stage and for how it ended; `result` what came of it.
    """

    id: int
    kind: str
    status: Status
    created_at: datetime
    actor: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    progress: Mapping[str, Any] = field(default_factory=dict)
    log: Sequence[Mapping[str, Any]] = ()
    result: Mapping[str, Any] | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    pid: int = 0
    born: str = ""
    stopping: bool = False  # somebody asked for it to stop
    retried_from: int | None = None

    @property
    def open(self) -> bool:
        """Whether it waits or is under way."""
        return self.status in OPEN

    @property
    def process(self) -> Process:
        """The process that carries it out."""
        return Process(self.pid, self.born)


@dataclass(frozen=True)
class Ending:
    """How work ended."""

    status: Status
    at: datetime
    log: Sequence[Mapping[str, Any]] = ()
    result: Mapping[str, Any] | None = None


def enqueue(
    store: Store, kind: str, arguments: Mapping[str, Any], actor: str, now: datetime, retried_from: int | None = None
) -> Job:
    """Put work at the end of the queue."""
    with store.writing() as connection:
        number = next_id(connection, _jobs)
        job = Job(number, kind, "queued", now, actor, dict(arguments), retried_from=retried_from)
        connection.execute(sa.insert(_jobs).values(vars(job)))
    return job


def take(store: Store, process: Process, now: datetime) -> Job | None:
    """Let a process begin the work that has waited longest; None where none waits."""
    with store.writing() as connection:
        waiting = sa.select(_jobs.c.id).where(_jobs.c.status == "queued").order_by(_jobs.c.id).limit(1)
        number = connection.execute(waiting).scalar()
        if number is None:
            return None
        begun = {"status": "running", "started_at": now, "pid": process.pid, "born": process.born}
        connection.execute(sa.update(_jobs).where(_jobs.c.id == number).values(begun))
    return job(store, number)


def tell(store: Store, number: int, progress: Mapping[str, Any], log: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write down how far work is."""
    _change(store, _jobs.c.id == number, progress=dict(progress), log=list(log))


def end(store: Store, number: int, ending: Ending) -> None:
    """Write down how work ended."""
    values = {"status": ending.status, "ended_at": ending.at, "log": list(ending.log), "result": ending.result}
    _change(store, _jobs.c.id == number, **values)


def ask_to_stop(store: Store, number: int, now: datetime) -> Job:
    """Stop work that waits; of work under way, write down that it is to stop."""
    this = _jobs.c.id == number
    _change(store, sa.and_(this, _jobs.c.status == "queued"), status="stopped", ended_at=now, stopping=True)
    _change(store, sa.and_(this, _jobs.c.status == "running"), stopping=True)
    return job(store, number)


def give_up(store: Store, lost: Job, ending: Ending) -> None:
    """Write down how work ended whose process is gone, unless that has been written meanwhile."""
    still = sa.and_(_jobs.c.id == lost.id, _jobs.c.status == "running", _jobs.c.born == lost.born)
    _change(store, still, status=ending.status, ended_at=ending.at, log=list(ending.log))


def job(store: Store, number: int) -> Job:
    """The job of that number."""
    with store.reading() as connection:
        row = connection.execute(sa.select(_jobs).where(_jobs.c.id == number)).mappings().first()
    if row is None:
        raise NotFound(say("There is no job {number}.", number=number), say("`portraits jobs list` shows all."))
    return Job(**row)


def all_jobs(store: Store, *statuses: Status) -> list[Job]:
    """All jobs, or those in one of some states, newest first."""
    chosen = sa.select(_jobs).order_by(_jobs.c.id.desc())
    chosen = chosen.where(_jobs.c.status.in_(statuses)) if statuses else chosen
    with store.reading() as connection:
        return [Job(**row) for row in connection.execute(chosen).mappings()]


def _change(store: Store, which: sa.ColumnElement[bool], **values: Any) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(_jobs).where(which).values(values))
