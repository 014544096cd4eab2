"""The API: the use cases over HTTP, as JSON, with one shape of error."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.app import audiences, customers, evidence, portrait, records, runs, segments, tags
from portraits.app.customers import LARGEST_PAGE
from portraits.app.reading import TagColumn
from portraits.app.records import about, plain
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


class FaultAnswer(BaseModel):
    """One thing that is wrong: `field` says where, `hint` what would be right."""

    what: str
    field: str = ""
    hint: str = ""
    file: str = ""
    line: int = 0
    block: str = ""


class Problem(BaseModel):
    """What is wrong, and what would be right."""

    what: str = Field(examples=["'recncy_days' is not a tag."])
    hint: str = Field("", examples=["Did you mean recency_days?"])
    faults: list[FaultAnswer] = []


class ErrorAnswer(BaseModel):
    """The one shape of every error."""

    error: Problem


class CustomerItem(BaseModel):
    """A customer in a list; e-mail and phone are masked."""

    id: str = Field(examples=["2199"])
    name: str
    email: str = Field(examples=["s***@example.com"])
    phone: str = Field(examples=["138****5678"])
    tags: dict[str, Any] = Field(examples=[{"recency_days": 6, "spend_365d": 3119.2}])


class CustomersAnswer(BaseModel):
    """A page of customers: `total` are chosen, of `base`."""

    customers: list[CustomerItem]
    total: int
    base: int
    page: int
    pages: int
    size: int
    as_of: datetime
    run: int


class TagAnswer(BaseModel):
    """A tag: what it means and how its values are made."""

    name: str = Field(examples=["recency_days"])
    title: Text
    why: Text | None
    group: str = Field(examples=["consumption"])
    kind: str = Field(examples=["fact"])
    method: str = Field(examples=["fact"])
    type: str = Field(examples=["integer"])
    unit: str = Field(examples=["day"])
    owner: str


class CatalogueItem(TagAnswer):
    """A tag with the figures of its values; `distribution` holds at most 13 bars."""

    customers: int
    known: int
    coverage: float
    distinct: int
    low: float | None
    high: float | None
    mean: float | None
    distribution: list[dict[str, Any]] = Field(examples=[[{"value": 0, "upto": 30, "n": 1200}]])


class CatalogueAnswer(BaseModel):
    """All tags, those that tell most about the goal first."""

    tags: list[CatalogueItem]
    as_of: datetime
    run: int


class TagDetail(BaseModel):
    """One tag and its definition as written."""

    tag: CatalogueItem
    definition: dict[str, Any]
    as_of: datetime
    run: int


class ValueAnswer(TagAnswer):
    """A tag's value for one customer, and what that value is called."""

    value: Any = Field(description="Money is a number, exact to the cent.", examples=[6])
    label: Text | None


class PortraitAnswer(BaseModel):
    """A customer's portrait; personal fields are masked, sentences come as keys with values."""

    customer: dict[str, Any]
    figures: list[dict[str, Any]]
    tags: list[ValueAnswer]
    scores: list[dict[str, Any]]
    spending: dict[str, Any] | None
    taste: dict[str, Any] | None
    timeline: dict[str, Any]
    as_of: datetime
    run: int


class WhyAnswer(BaseModel):
    """Why a tag has its value: method, window, rows, verdicts, claims; `notes` are keys with values."""

    customer: str
    tag: TagAnswer
    value: Any
    evidence: dict[str, Any]
    notes: list[dict[str, Any]] = Field(examples=[[{"key": "why.changed", "values": {"run": 3}}]])
    as_of: datetime
    run: int


class Rule(BaseModel):
    """A condition over tags."""

    rule: str = Field(min_length=1, max_length=10_000, examples=["recency_days > 180 and spend_365d > 100"])


class CountAnswer(BaseModel):
    """How many customers a rule chooses, and the rule in words."""

    n: int
    base: int
    share: float
    sentence: Text
    as_of: datetime
    run: int


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


ERRORS: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorAnswer, "description": "There is no such thing."},
    422: {"model": ErrorAnswer, "description": "What was asked cannot be read; `faults` lists all that is wrong."},
}
CUSTOMER = Path(description="The customer's id.", examples=["2199"])
TAG = Path(description="The tag's name.", examples=["recency_days"])
PAGE = Query(ge=1, le=10_000_000, description="The page, from 1; one past the end gives the last.")


def api(workspace: Workspace) -> APIRouter:
    """The routes over one workspace."""
    router = APIRouter(prefix="/api", responses=ERRORS)
    _list_routes(router, workspace)
    _customer_routes(router, workspace)
    _tag_routes(router, workspace)
    _segment_routes(router, workspace)
    return router


def _list_routes(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers", operation_id="list_customers")
    def list_customers(
        search: Annotated[
            str, Query(max_length=200, description="Begin of an id; part of a name, e-mail, phone.")
        ] = "",
        rule: Annotated[str, Query(max_length=10_000, description="A condition over tags.")] = "",
        sort: Annotated[str, Query(max_length=80, description="A tag, with - before it for falling order.")] = "",
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Customers a page.")] = 50,
        columns: Annotated[list[str] | None, Query(description="Tags to show; the usual ones if left out.")] = None,
    ) -> CustomersAnswer:
        """Customers that a search and a rule leave, sorted by a tag, a page at a time."""
        found = customers.customers(workspace, search, rule, sort, page, size, columns or ())
        return CustomersAnswer(**records.customers(customers.sound(found)))


def _customer_routes(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers/{customer_id:path}/why/{tag}", operation_id="why")
    def explain_value(customer_id: Annotated[str, CUSTOMER], tag: Annotated[str, TAG]) -> WhyAnswer:
        """Why a customer has a value of a tag: the very rows, conditions and records."""
        view = evidence.why(workspace, customer_id, tag)
        return WhyAnswer(
            customer=customer_id,
            tag=_tag(view.tag),
            value=plain(view.value),
            evidence=plain(view.evidence),
            notes=plain(view.notes),
            as_of=view.as_of,
            run=view.run,
        )

    @router.get("/customers/{customer_id:path}", operation_id="get_portrait")
    def get_portrait(
        customer_id: Annotated[str, CUSTOMER],
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Moments of the timeline a page.")] = 20,
    ) -> PortraitAnswer:
        """A customer's portrait: header, figures, all tags, scores, spending, taste and timeline."""
        view = portrait.portrait(workspace, customer_id, page=page, size=size)
        return PortraitAnswer(**records.portrait(view))


def _tag_routes(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/tags", operation_id="list_tags")
    def list_tags() -> CatalogueAnswer:
        """All tags with coverage and distribution."""
        return CatalogueAnswer(**records.catalogue(tags.catalogue(workspace)))

    @router.get("/tags/{name}", operation_id="get_tag")
    def get_tag(name: Annotated[str, TAG]) -> TagDetail:
        """One tag with its definition."""
        return TagDetail(**records.tag(tags.tag(workspace, name)))

    @router.post("/audiences/count", operation_id="count_audience")
    def count_audience(asked: Rule) -> CountAnswer:
        """How many customers a rule chooses; the rule is checked, and put into words."""
        return CountAnswer(**records.count(audiences.count(workspace, asked.rule)))

    @router.get("/runs", operation_id="list_runs")
    def list_runs() -> RunsAnswer:
        """The builds that are kept, newest first."""
        return RunsAnswer(**records.runs(runs.runs(workspace)))


def _segment_routes(router: APIRouter, workspace: Workspace) -> None:
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


def _tag(tag: TagColumn) -> TagAnswer:
    return TagAnswer(**about(tag))
