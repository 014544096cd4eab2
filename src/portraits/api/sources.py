"""Sources over HTTP: how they stand, their batches, rejected rows, taking back and mending."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.parameters import PAGE
from portraits.api.receiving import BoundedBody
from portraits.app.data import data_records, sources, standing
from portraits.engine.workspace import Workspace

NUMBER = Annotated[int, Path(ge=1, description="The batch's number.", examples=[1])]


class SourcesAnswer(BaseModel):
    """All sources: kind, state, mappings, rows that count, rejected rows that wait, the last batch."""

    sources: list[dict[str, Any]] = Field(examples=[[{"name": "till", "kind": "files", "state": "loaded"}]])


class SourceAnswer(BaseModel):
    """One source with its batches, newest first."""

    source: dict[str, Any]
    batches: list[dict[str, Any]]
    newest: datetime | None = Field(description="The newest moment that its rows tell of.")
    faults: list[dict[str, Any]]


class BatchesAnswer(BaseModel):
    """Batches, newest first."""

    batches: list[dict[str, Any]]


class BatchAnswer(BaseModel):
    """One batch, a page of its rejected rows that wait to be mended, and its replays."""

    batch: dict[str, Any]
    rejects: list[dict[str, Any]]
    replays: list[dict[str, Any]]
    page: int
    pages: int


def routes(workspace: Workspace) -> APIRouter:
    """The routes of sources."""
    router = APIRouter()
    _looking(router, workspace)
    _changing(router, workspace)
    return router


def _looking(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/sources", operation_id="list_sources")
    def list_sources() -> SourcesAnswer:
        """All sources and how they stand."""
        return SourcesAnswer(**data_records.sources(standing.standing(workspace, now=datetime.now(UTC))))

    @router.get("/sources/{name}", operation_id="get_source")
    def get_source(name: Annotated[str, Path(description="The source's name.")]) -> SourceAnswer:
        """One source with its batches."""
        return SourceAnswer(**data_records.source(standing.source(workspace, name, now=datetime.now(UTC))))

    @router.get("/batches", operation_id="list_batches")
    def list_batches(source: Annotated[str, Query(description="Of this source alone.")] = "") -> BatchesAnswer:
        """All batches, newest first."""
        return BatchesAnswer(**data_records.batches(standing.batch_lines(workspace, source)))

    @router.get("/batches/{number}", operation_id="get_batch")
    def get_batch(number: NUMBER, page: Annotated[int, PAGE] = 1) -> BatchAnswer:
        """One batch with a page of its rejected rows."""
        return BatchAnswer(**data_records.batch(standing.batch(workspace, number, page)))


def _changing(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/batches/{number}/undo", operation_id="undo_batch")
    def undo_batch(number: NUMBER) -> BatchAnswer:
        """Take a batch back with the rows mended from it; the next build does without it."""
        sources.undo(workspace, number, actor=actor(), now=datetime.now(UTC))
        return BatchAnswer(**data_records.batch(standing.batch(workspace, number)))

    @router.post("/batches/{number}/replay", operation_id="replay_batch", status_code=HTTPStatus.CREATED)
    def replay_batch(number: NUMBER, body: BoundedBody) -> BatchAnswer:
        """Load mended rows: the body is the CSV file of rejected rows, corrected."""
        with TemporaryDirectory() as folder:
            mended = File(folder) / "mended.csv"
            with mended.open("wb") as out:
                out.writelines(body)
            made = sources.replay(workspace, number, mended, actor=actor(), now=datetime.now(UTC))
        return BatchAnswer(**data_records.batch(standing.batch(workspace, made.id)))
