"""Jobs: long work that was begun, how far it is, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from portraits.engine.store import Store, next_id
from portraits.engine.store import jobs as _jobs
from portraits.vocabulary.errors import NotFound

Status = Literal["running", "done", "failed", "stopped"]


@dataclass(frozen=True)
class Job:
    """One piece of long work."""

    id: int
    kind: str
    status: Status
    started_at: datetime
    pid: int
    progress: Mapping[str, Any] = field(default_factory=dict)
    ended_at: datetime | None = None
    log: str = ""


def begin(store: Store, kind: str, pid: int, now: datetime) -> Job:
    """Write down that work begins in a process."""
    with store.writing() as connection:
        job = Job(next_id(connection, _jobs), kind, "running", now, pid)
        connection.execute(sa.insert(_jobs).values(vars(job)))
    return job


def tell(store: Store, number: int, progress: Mapping[str, Any]) -> None:
    """Write down how far work is."""
    _change(store, number, progress=dict(progress))


def end(store: Store, number: int, status: Status, now: datetime, log: str = "") -> None:
    """Write down how work ended."""
    _change(store, number, status=status, ended_at=now, log=log)


def job(store: Store, number: int) -> Job:
    """The job of that number."""
    with store.reading() as connection:
        row = connection.execute(sa.select(_jobs).where(_jobs.c.id == number)).mappings().first()
    if row is None:
        raise NotFound(f"There is no job {number}.")
    return Job(**row)


def all_jobs(store: Store) -> list[Job]:
    """All jobs, newest first."""
    with store.reading() as connection:
        return [Job(**row) for row in connection.execute(sa.select(_jobs).order_by(_jobs.c.id.desc())).mappings()]


def _change(store: Store, number: int, **values: Any) -> None:
    with store.writing() as connection:
        connection.execute(sa.update(_jobs).where(_jobs.c.id == number).values(values))
