"""Segments over HTTP: all of them, one with its parts and its grid, what moved, and what tells parts apart."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.api.parameters import PAGE
from portraits.api.runs import AFTER, BEFORE, RunMoment
from portraits.app import records
from portraits.app.customers.customers import LARGEST_PAGE
from portraits.app.segments import comparison, moves, segment_records, segments
from portraits.app.segments import crosstab as tables
from portraits.engine.workspace import Workspace

NAME = Path(description="The segment's name.", examples=["rfm"])


class SegmentsAnswer(BaseModel):
    """All segments: the tag that holds the parts, how many parts there are and customers in them."""

    segments: list[dict[str, Any]] = Field(
        examples=[[{"name": "rfm", "tag": "rfm_segment", "parts": 11, "customers": 114, "base": 147}]]
    )


class SegmentAnswer(BaseModel):
    """A segment: its parts with customers and money, and of an RFM segment the cells of its grid."""

    segment: dict[str, Any]
    money: str | None = Field(examples=["rfm_money"])
    measures: list[str] = Field(
        examples=[["rfm_recency", "rfm_frequency", "rfm_money"]], description="The tags of which `means` are."
    )
    parts: list[dict[str, Any]]
    grid: list[dict[str, Any]]
    as_of: datetime
    run: int


class MovesAnswer(BaseModel):
    """Who went from which part to which between two runs; null is in no part, or no customer then."""

    segment: str
    tag: str
    before: RunMoment
    after: RunMoment
    stayed: int
    moved: int
    parts: list[dict[str, Any]]
    flows: list[dict[str, Any]] = Field(
        examples=[[{"before": "loyal", "after": "at_risk", "customers": 12, "share": 0.2}]]
    )


class MoversAnswer(BaseModel):
    """A page of the customers behind one flow; contacts are masked, `known` says who is still a customer."""

    segment: str
    before: str | None
    after: str | None
    customers: list[dict[str, Any]]
    total: int
    page: int
    pages: int


class ComparisonAnswer(BaseModel):
    """Two parts side by side: differences beyond chance over known values, the clearest first."""

    segment: str
    part: str
    other: str | None = Field(description="null for all others of the segment.")
    customers: int
    others: int
    differences: list[dict[str, Any]]
    as_of: datetime
    run: int


class CrosstabAnswer(BaseModel):
    """Two tags against each other; every cell has the rule that chooses its customers."""

    rows: dict[str, Any]
    columns: dict[str, Any]
    metric: str | None
    cells: list[list[dict[str, Any]]]
    total: dict[str, Any]
    base: int
    coverage: float
    as_of: datetime
    run: int


def routes(workspace: Workspace) -> APIRouter:
    """The routes of segments."""
    router = APIRouter()
    _parts(router, workspace)
    _moves(router, workspace)
    _tables(router, workspace)
    return router


def _parts(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/segments", operation_id="list_segments")
    def list_segments() -> SegmentsAnswer:
        """The segments that the published run holds."""
        return SegmentsAnswer(**records.segments(segments.segments(workspace)))

    @router.get("/segments/{name}", operation_id="get_segment")
    def get_segment(
        name: Annotated[str, NAME],
        against: Annotated[str, Query(description="The score recency stands against: f, m or fm.")] = "fm",
    ) -> SegmentAnswer:
        """One segment: what each part means, what to do with it, its customers and money."""
        found = segments.segment(workspace, name)
        cells = segments.grid(workspace, name, against).cells if found.line.kind == "rfm" else ()
        return SegmentAnswer(**records.segment(found, cells))


def _moves(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/segments/{name}/moves", operation_id="get_moves")
    def get_moves(
        name: Annotated[str, NAME], before: Annotated[int, BEFORE], after: Annotated[int, AFTER]
    ) -> MovesAnswer:
        """Who went from which part to which between two runs."""
        return MovesAnswer(**segment_records.moves(moves.moves(workspace, name, before, after)))

    @router.get("/segments/{name}/moves/customers", operation_id="list_movers")
    def list_movers(
        name: Annotated[str, NAME],
        before: Annotated[int, BEFORE],
        after: Annotated[int, AFTER],
        leaving: Annotated[str | None, Query(description="The part before; left out: none.")] = None,
        reaching: Annotated[str | None, Query(description="The part after; left out: none.")] = None,
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Customers a page.")] = 50,
    ) -> MoversAnswer:
        """The customers who went from one part to another."""
        found = moves.movers(workspace, name, before, after, leaving, reaching, page, size)
        return MoversAnswer(**segment_records.movers(found))


def _tables(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/segments/{name}/compare", operation_id="compare_parts")
    def compare_parts(
        name: Annotated[str, NAME],
        part: Annotated[str, Query(description="The part's value.", examples=["champions"])],
        other: Annotated[str, Query(description="The other part; left out: all others.")] = "",
    ) -> ComparisonAnswer:
        """What tells one part of a segment from another, or from all others."""
        return ComparisonAnswer(**segment_records.comparison(comparison.compare(workspace, name, part, other)))

    @router.get("/crosstab", operation_id="crosstab")
    def cross(
        rows: Annotated[str, Query(description="The tag down the side.", examples=["rfm_segment"])],
        columns: Annotated[str, Query(description="The tag across.", examples=["age_band"])],
        metric: Annotated[str, Query(description="A number whose mean stands in each cell.")] = "",
    ) -> CrosstabAnswer:
        """Customers by two tags at once: counts, shares, a mean, and the rule of each cell."""
        return CrosstabAnswer(**segment_records.crosstab(tables.crosstab(workspace, rows, columns, metric)))
