"""Segments over HTTP: all of them, and one with its parts and its grid."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from portraits.app import records, segments
from portraits.engine.workspace import Workspace


class SegmentsAnswer(BaseModel):
    """All segments: the tag that holds the parts, how many parts there are and customers in them."""

    segments: list[dict[str, Any]] = Field(
        examples=[[{"name": "rfm", "tag": "rfm_segment", "parts": 11, "customers": 114, "base": 147}]]
    )


class SegmentAnswer(BaseModel):
    """A segment: its parts with customers and money, and of an RFM segment the cells of its grid."""

    segment: dict[str, Any]
    money: str | None = Field(examples=["rfm_money"])
    parts: list[dict[str, Any]]
    grid: list[dict[str, Any]]
    as_of: datetime
    run: int


def routes(workspace: Workspace) -> APIRouter:
    """The routes of segments."""
    router = APIRouter()

    @router.get("/segments", operation_id="list_segments")
    def list_segments() -> SegmentsAnswer:
        """The segments that the published run holds."""
        return SegmentsAnswer(**records.segments(segments.segments(workspace)))

    @router.get("/segments/{name}", operation_id="get_segment")
    def get_segment(
        name: Annotated[str, Path(description="The segment's name.", examples=["rfm"])],
    ) -> SegmentAnswer:
        """One segment: what each part means, what to do with it, its customers and money."""
        found = segments.segment(workspace, name)
        cells = segments.grid(workspace, name).cells if found.line.kind == "rfm" else ()
        return SegmentAnswer(**records.segment(found, cells))

    return router
