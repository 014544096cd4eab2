"""Runs over HTTP: the builds that are kept, one in full, two compared, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.app import records
from portraits.app.runs import diff, run_records, runs
from portraits.engine.workspace import Workspace

RUN = Path(ge=1, description="The run's number.", examples=[1])
BEFORE = Query(alias="from", ge=1, description="The earlier run.", examples=[1])
AFTER = Query(alias="to", ge=1, description="The later run.", examples=[2])


class RunMoment(BaseModel):
    """A run and the moment it tells of, in the workspace's time zone."""

    number: int
    as_of: datetime
    created_at: datetime


class RunItem(RunMoment):
    """A run: what it tells of and how many rows it holds."""

    version: str
    rows: dict[str, int]
    current: bool


class RunsAnswer(BaseModel):
    """All runs, newest first."""

    runs: list[RunItem]


class RunReportAnswer(RunItem):
    """All about one run: its stages, the rows it left out, and what was defined anew."""

    seconds: float
    touch_up: dict[str, Any] | None = Field(
        description="Of a touch-up: the build it is of, the run it was made from, the acts that count or were undone."
    )
    before: int | None = Field(description="The run before it.")
    stages: list[dict[str, Any]] = Field(examples=[[{"name": "orders", "seconds": 1.2, "rows": 4711}]])
    left_out: dict[str, int] = Field(description="Landed rows that a mapping could not use, by mapping.")
    changes: dict[str, list[str]] | None = Field(
        examples=[{"added": ["tags.vip"], "changed": [], "removed": []}],
        description="Definitions against the run before; null where nobody noted them.",
    )


class RunDifferenceAnswer(BaseModel):
    """What changed between two runs; `stability` is the population stability index of a tag's values."""

    before: RunMoment
    after: RunMoment
    rows: dict[str, tuple[int, int]]
    new_customers: int
    gone_customers: int
    tags: list[dict[str, Any]] = Field(examples=[[{"tag": "recency_days", "stability": 0.31, "level": "moved"}]])
    added_tags: list[str]
    removed_tags: list[str]
    moves: list[dict[str, Any]] = Field(
        examples=[[{"segment": "rfm", "before": "loyal", "after": "at_risk", "customers": 12}]]
    )


class DriftAnswer(BaseModel):
    """One tag in two runs: customers in each of the same bars; a bar is a value or an upper limit."""

    change: dict[str, Any]
    kind: str = Field(examples=["integer"])
    bars: list[tuple[Any, int, int]] = Field(examples=[[[10, 120, 90], [20, 40, 77]]])


def routes(workspace: Workspace) -> APIRouter:
    """The routes of runs."""
    router = APIRouter()
    _compared(router, workspace)
    _single(router, workspace)
    return router


def _compared(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/runs", operation_id="list_runs")
    def list_runs() -> RunsAnswer:
        """The builds that are kept, newest first."""
        return RunsAnswer(**records.runs(runs.runs(workspace)))

    @router.get("/runs/compare", operation_id="compare_runs")
    def compare_runs(earlier: Annotated[int, BEFORE], later: Annotated[int, AFTER]) -> RunDifferenceAnswer:
        """What changed from one run to another: tables, customers, values of tags, moves between parts."""
        return RunDifferenceAnswer(**run_records.difference(diff.diff(workspace, earlier, later)))

    @router.get("/runs/compare/{tag}", operation_id="compare_tag_of_runs")
    def compare_tag(
        tag: Annotated[str, Path(description="The tag's name.", examples=["recency_days"])],
        earlier: Annotated[int, BEFORE],
        later: Annotated[int, AFTER],
    ) -> DriftAnswer:
        """How the values of one tag lie in two runs."""
        return DriftAnswer(**records.plain(diff.drift(workspace, tag, earlier, later)))


def _single(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/runs/{number}", operation_id="get_run")
    def get_run(number: Annotated[int, RUN]) -> RunReportAnswer:
        """All about one run."""
        return RunReportAnswer(**run_records.report(runs.report(workspace, number)))

    @router.post("/runs/{number}/rollback", operation_id="roll_back")
    def roll_back(number: Annotated[int, RUN]) -> RunMoment:
        """Publish that run; nothing is lost, and the audit trail notes it."""
        return RunMoment(**run_records.moment(runs.rollback(workspace, number, actor=actor(), now=datetime.now(UTC))))
