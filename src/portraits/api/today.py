"""Today over HTTP: what is to be known first, and which run is published now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from portraits.api.jobs import JobAnswer
from portraits.app.home import outline, today, today_records
from portraits.engine.workspace import Workspace


class NowAnswer(BaseModel):
    """The published run; null before the first build."""

    run: int | None = Field(examples=[3])
    as_of: datetime | None


class TodayAnswer(NowAnswer):
    """The goal's metric, what changed since the run before, sources, jobs, audiences, next steps."""

    now: datetime
    customers: int
    metric: dict[str, Any] | None = Field(
        examples=[{"metric": "revenue", "days": 365, "value": 120000.5, "target": None, "history": []}]
    )
    changes: dict[str, Any] | None = Field(examples=[{"before": 2, "after": 3, "new": 12, "left": 0, "moved": 40}])
    sources: list[dict[str, Any]] = Field(examples=[[{"name": "till", "state": "loaded", "rows": 4711}]])
    jobs: list[JobAnswer] = Field(description="Work under way, and what failed lately.")
    audiences: list[dict[str, Any]] = Field(examples=[[{"name": "sleepers", "customers": 214}]])
    steps: list[dict[str, Any]] = Field(examples=[[{"key": "build", "state": "next", "n": 0}]])
    faults: list[str] = Field(description="Faults in the files of the workspace.")


def routes(workspace: Workspace) -> APIRouter:
    """The routes of the first page."""
    router = APIRouter()

    @router.get("/today", operation_id="today")
    def get_today() -> TodayAnswer:
        """What somebody who opens the workspace should know first."""
        return TodayAnswer(**today_records.today(today.today(workspace, now=datetime.now(UTC))))

    @router.get("/now", operation_id="now")
    def get_now() -> NowAnswer:
        """Which run is published: cheap enough to be asked often."""
        return NowAnswer(**today_records.now(outline.outline(workspace)))

    return router
