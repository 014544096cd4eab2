"""Jobs over HTTP: long work that waits, is under way or has ended."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.app import records
from portraits.app.jobs import jobs
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


class LogEntry(BaseModel):
    """What happened: a stage that began, or what was said of the end."""

    at: datetime
    stage: str | None = Field(examples=["portrait"])
    said: list[Text] = []


class JobAnswer(BaseModel):
    """One piece of long work; moments are in the workspace's time zone."""

    id: int
    kind: str = Field(examples=["build"])
    status: str = Field(description="queued, running, done, failed or stopped.", examples=["running"])
    stopping: bool = Field(description="Somebody asked for it to stop.")
    arguments: dict[str, Any]
    progress: dict[str, Any] = Field(
        examples=[{"stage": "orders", "done": 2, "total": 5, "share": 0.4}],
        description="The stage, what is done of it, its total where known, and the share of the whole.",
    )
    log: list[LogEntry]
    result: dict[str, Any] | None = Field(examples=[{"run": 3}])
    actor: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    retried_from: int | None


class JobsAnswer(BaseModel):
    """All jobs, newest first."""

    jobs: list[JobAnswer]


class NewJob(BaseModel):
    """Work to be done: build, load (with `sources`) or import (with `import`)."""

    kind: str = Field(max_length=40, examples=["build"])
    arguments: dict[str, Any] = Field({}, examples=[{}])


JOB = Annotated[int, Path(ge=1, description="The job's number.", examples=[1])]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of jobs."""
    router = APIRouter()

    @router.get("/jobs", operation_id="list_jobs")
    def list_jobs() -> JobsAnswer:
        """All jobs in their true states: work whose process is gone has failed."""
        return JobsAnswer(**records.jobs(jobs.jobs(workspace)))

    @router.post("/jobs", operation_id="start_job", status_code=HTTPStatus.ACCEPTED)
    def start_job(asked: NewJob) -> JobAnswer:
        """Put work in the queue; it is carried out in a process of its own."""
        return _answer(jobs.start(workspace, asked.kind, asked.arguments, actor=actor(), now=datetime.now(UTC)))

    @router.get("/jobs/{number}", operation_id="get_job")
    def get_job(number: JOB) -> JobAnswer:
        """One job, how far it is and how it ended."""
        return _answer(jobs.job(workspace, number))

    @router.post("/jobs/{number}/cancel", operation_id="cancel_job")
    def cancel_job(number: JOB) -> JobAnswer:
        """Stop work; what was published before stays as it was."""
        return _answer(jobs.cancel(workspace, number, actor=actor(), now=datetime.now(UTC)))

    @router.post("/jobs/{number}/retry", operation_id="retry_job", status_code=HTTPStatus.ACCEPTED)
    def retry_job(number: JOB) -> JobAnswer:
        """Do the work of an ended job again, as a new job."""
        return _answer(jobs.retry(workspace, number, actor=actor(), now=datetime.now(UTC)))

    return router


def _answer(job: jobs.Job) -> JobAnswer:
    return JobAnswer(**records.job(job))
