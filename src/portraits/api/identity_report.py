"""The report of identity over HTTP: what was merged too much or too little, many links at once, and matching tried."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.identities import ActAnswer, acted
from portraits.api.parameters import CUSTOMER, PAGE
from portraits.api.paths import WholeRoute
from portraits.app.identity import report, report_records, sweep, ties, trial
from portraits.app.identity.queue import Wanted
from portraits.engine.workspace import Workspace


class ReportAnswer(BaseModel):
    """What the customers are made of, and what is suspicious about it; `counts` of each part and key."""

    by: str
    records: int
    customers: int
    pairs: int = Field(description="Pairs that wait for somebody's eyes.")
    near: int = Field(description="Those of them that are just below the threshold.")
    waiting: int
    counts: list[dict[str, Any]] = Field(
        examples=[[{"part": "size", "key": "2", "n": 420, "records": 840, "before": 418}]]
    )
    as_of: datetime
    run: int


class RowsAnswer(BaseModel):
    """A page of what is behind a count: customers, or the values that they share; personal values are masked."""

    part: str
    key: str
    rows: list[dict[str, Any]]
    total: int
    page: int
    pages: int
    size: int
    as_of: datetime
    run: int


class TiesAnswer(BaseModel):
    """What holds a customer together: its records and the links between them, the strongest first."""

    customer: str
    records: list[dict[str, Any]]
    ties: list[dict[str, Any]]
    total: int
    as_of: datetime
    run: int


class Sweeping(BaseModel):
    """Which pairs are to be linked at once; `seen` is the mark of the preview."""

    least: float = Field(ge=0, le=1, description="From this probability on.", examples=[0.3])
    kind: str = Field("", max_length=20, examples=["person"])
    reason: str = Field("", max_length=20, examples=["unsure"])
    why: str = Field("", max_length=2000)
    seen: str = Field("", max_length=40)

    @property
    def wanted(self) -> Wanted:
        """The pairs."""
        return Wanted(self.kind, self.reason, self.least)


class SweepAnswer(BaseModel):
    """What linking many pairs at once would change: customers before and left, what they bring, the largest groups."""

    wanted: dict[str, Any]
    pairs: int
    held: int = Field(description="Pairs left out, because somebody keeps their customers apart.")
    customers: int
    left: int
    orders: int
    amount: float
    groups: list[dict[str, Any]]
    sample: list[dict[str, Any]] = Field(description="The least likely of the pairs.")
    mark: str
    as_of: datetime
    run: int


class TrialAnswer(BaseModel):
    """How many customers the records are now, and how many matching would find."""

    by: str
    records: int
    customers: int
    found: int
    pairs: int
    largest: int
    as_of: datetime
    run: int


class RecognisingAnswer(BaseModel):
    """The block of the settings that says how customers are found."""

    identity: dict[str, Any]


PART = Annotated[str, Path(max_length=20, description="size, source, conflict, weak, shared or guard.")]


def routes(workspace: Workspace) -> APIRouter:
    """The routes of the report."""
    router, whole = APIRouter(), APIRouter(route_class=WholeRoute)
    _reporting(router, workspace)
    _sweeping(router, workspace)
    _matching(router, workspace)

    @whole.get("/customers/{customer_id:path}/identity/ties", operation_id="customer_ties")
    def tied(customer_id: Annotated[str, CUSTOMER]) -> TiesAnswer:
        """What holds the records of a customer together; a former id will do."""
        return TiesAnswer(**report_records.ties(ties.ties(workspace, customer_id)))

    router.include_router(whole)
    return router


def _reporting(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/identity/report", operation_id="identity_report")
    def reported() -> ReportAnswer:
        """What was merged, and what is suspicious about it, in numbers."""
        return ReportAnswer(**report_records.report(report.report(workspace)))

    @router.get("/identity/report/{part}", operation_id="identity_report_rows")
    def behind(
        part: PART,
        key: Annotated[str, Query(max_length=400, description="Of the count; all of the part without.")] = "",
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=report.LARGEST_PAGE, description="Rows a page.")] = 20,
    ) -> RowsAnswer:
        """The customers or values behind a count of the report."""
        return RowsAnswer(**report_records.rows(report.report_rows(workspace, part, key, page, size)))


def _sweeping(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/identity/sweeps/preview", operation_id="preview_sweep")
    def preview(asked: Sweeping) -> SweepAnswer:
        """What linking all pairs from a probability on would change; nothing is decided."""
        return SweepAnswer(**report_records.sweep_preview(sweep.preview_sweep(workspace, asked.wanted)))

    @router.post("/identity/sweeps", operation_id="sweep", status_code=HTTPStatus.CREATED)
    def swept(asked: Sweeping) -> ActAnswer:
        """Link all pairs from a probability on as one act, which one undo takes back."""
        by: dict[str, Any] = {"actor": actor(), "now": datetime.now(UTC)}
        return acted(workspace, sweep.sweep(workspace, asked.wanted, why=asked.why, seen=asked.seen, **by))


def _matching(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/identity/trial", operation_id="try_matching")
    def tried() -> TrialAnswer:
        """What matching would find among the records of the published run; nothing is changed."""
        return TrialAnswer(**report_records.trial(trial.try_matching(workspace)))

    @router.post("/identity/matching", operation_id="use_matching")
    def used() -> RecognisingAnswer:
        """Write into the settings that customers are found by matching; the next build does it."""
        found = trial.use_matching(workspace, actor=actor(), now=datetime.now(UTC))
        return RecognisingAnswer(**report_records.recognising(found))
