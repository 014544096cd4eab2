"""Runs over HTTP: the builds that are kept."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel

from portraits.app import records, runs
from portraits.engine.workspace import Workspace


class RunItem(BaseModel):
    """A run: what it tells of and how many rows it holds."""

    number: int
    as_of: datetime
    created_at: datetime
    version: str
    rows: dict[str, int]
    current: bool


class RunsAnswer(BaseModel):
    """All runs, newest first."""

    runs: list[RunItem]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of runs."""
    router = APIRouter()

    @router.get("/runs", operation_id="list_runs")
    def list_runs() -> RunsAnswer:
        """The builds that are kept, newest first."""
        return RunsAnswer(**records.runs(runs.runs(workspace)))

    return router
