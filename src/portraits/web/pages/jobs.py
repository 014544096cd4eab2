"""Jobs as pages: the queue, and one job with its log; work is begun, stopped and done again here."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from portraits.api.actor import actor
from portraits.app.jobs import jobs as use
from portraits.app.jobs.jobs import Job
from portraits.web.frame import Frame
from portraits.web.joblines import job_line, log_lines

SHOWN = 100


def routes(frame: Frame) -> APIRouter:
    """The pages of jobs."""
    router = APIRouter()
    _looking(router, frame)
    _doing(router, frame)
    return router


def _looking(router: APIRouter, frame: Frame) -> None:
    @router.get("/jobs")
    def listed(request: Request) -> Response:
        page, found = frame.page(request), use.jobs(frame.workspace)
        lines = [job_line(page, each) for each in found[:SHOWN]]
        live = any(each.open for each in found)
        return frame.render(page, "jobs.html", jobs=lines, total=len(found), live=live)

    @router.get("/jobs/{number}")
    def shown(request: Request, number: int) -> Response:
        page, found = frame.page(request), use.job(frame.workspace, number)
        return frame.render(page, "job.html", line=job_line(page, found), log=list(log_lines(page, found)))


def _doing(router: APIRouter, frame: Frame) -> None:
    @router.post("/jobs")
    def started(
        kind: Annotated[str, Form()],
        source: Annotated[list[str] | None, Form()] = None,
        accept_quality: Annotated[bool, Form()] = False,
    ) -> Response:
        arguments: dict[str, Any] = {"sources": source} if source else {}
        arguments |= {"accept_quality": True} if accept_quality else {}
        return _seen(use.start(frame.workspace, kind, arguments, actor=actor(), now=datetime.now(UTC)))

    @router.post("/jobs/{number}/cancel")
    def cancelled(number: int) -> Response:
        return _seen(use.cancel(frame.workspace, number, actor=actor(), now=datetime.now(UTC)))

    @router.post("/jobs/{number}/retry")
    def again(number: int) -> Response:
        return _seen(use.retry(frame.workspace, number, actor=actor(), now=datetime.now(UTC)))


def _seen(job: Job) -> Response:
    """To the page of the job, so that a reload asks for nothing twice."""
    return RedirectResponse(f"/jobs/{job.id}", HTTPStatus.SEE_OTHER)
