"""The API: the use cases over HTTP, as JSON, with one shape of error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from portraits.app import audiences, customers, evidence, portrait, runs, segments, tags
from portraits.app.portrait import PortraitView, TagValue
from portraits.app.reading import TagColumn
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

    value: Any = Field(examples=[6])
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
        size: Annotated[int, Query(ge=1, le=500, description="Customers a page.")] = 50,
        columns: Annotated[list[str] | None, Query(description="Tags to show; the usual ones if left out.")] = None,
    ) -> CustomersAnswer:
        """Customers that a search and a rule leave, sorted by a tag, a page at a time."""
        found = customers.customers(workspace, search, rule, sort, page, size, columns or ())
        return _customers(customers.sound(found))


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
        size: Annotated[int, Query(ge=1, le=500, description="Moments of the timeline a page.")] = 20,
    ) -> PortraitAnswer:
        """A customer's portrait: header, figures, all tags, scores, spending, taste and timeline."""
        return _portrait(portrait.portrait(workspace, customer_id, page=page, size=size))


def _tag_routes(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/tags", operation_id="list_tags")
    def list_tags() -> CatalogueAnswer:
        """All tags with coverage and distribution."""
        found = tags.catalogue(workspace)
        return CatalogueAnswer(tags=[_entry(each) for each in found.entries], as_of=found.as_of, run=found.run)

    @router.get("/tags/{name}", operation_id="get_tag")
    def get_tag(name: Annotated[str, TAG]) -> TagDetail:
        """One tag with its definition."""
        view = tags.tag(workspace, name)
        return TagDetail(tag=_entry(view.entry), definition=plain(view.definition), as_of=view.as_of, run=view.run)

    @router.post("/audiences/count", operation_id="count_audience")
    def count_audience(asked: Rule) -> CountAnswer:
        """How many customers a rule chooses; the rule is checked, and put into words."""
        found = audiences.count(workspace, asked.rule)
        return CountAnswer(share=found.share, **vars(found))

    @router.get("/runs", operation_id="list_runs")
    def list_runs() -> RunsAnswer:
        """The builds that are kept, newest first."""
        found = runs.runs(workspace)
        shown = ("number", "as_of", "created_at", "version", "rows")
        return RunsAnswer(
            runs=[RunItem(current=line.current, **{name: getattr(line.info, name) for name in shown}) for line in found]
        )


def _segment_routes(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/segments", operation_id="list_segments")
    def list_segments() -> SegmentsAnswer:
        """The segments that the published run holds."""
        return SegmentsAnswer(segments=[plain(line) for line in segments.segments(workspace)])

    @router.get("/segments/{name}", operation_id="get_segment")
    def get_segment(
        name: Annotated[str, Path(description="The segment's name.", examples=["rfm"])],
    ) -> SegmentAnswer:
        """One segment: what each part means, what to do with it, its customers and money."""
        found = segments.segment(workspace, name)
        return SegmentAnswer(
            segment=plain(found.line),
            money=found.money.name if found.money else None,
            parts=plain(found.parts),
            grid=plain(segments.grid(workspace, name).cells) if found.line.kind == "rfm" else [],
            as_of=found.as_of,
            run=found.run,
        )


def plain(value: Any) -> Any:
    """A view's value as JSON values: no decimals, no classes, no definitions."""
    if value is None or isinstance(value, str | int | float | bool | date | datetime):
        return value
    for kind, written in _PLAIN.items():
        if isinstance(value, kind):
            return written(value)
    return {name: plain(each) for name, each in vars(value).items() if not name.startswith("_")}


_PLAIN: dict[Any, Callable[[Any], Any]] = {
    Decimal: float,
    TagColumn: lambda tag: tag.name,
    Text: lambda text: text.model_dump(),
    Mapping: lambda values: {str(key): plain(each) for key, each in values.items()},
    (list, tuple, frozenset): lambda values: [plain(each) for each in values],
}


def _customers(found: customers.CustomerList) -> CustomersAnswer:
    names = [tag.name for tag in found.columns]
    return CustomersAnswer(
        customers=[
            CustomerItem(
                id=row.person.customer_id,
                name=row.person.name,
                email=row.person.email,
                phone=row.person.phone,
                tags=dict(zip(names, plain(row.values), strict=True)),
            )
            for row in found.rows
        ],
        **{name: getattr(found, name) for name in ("total", "base", "page", "pages", "size", "as_of", "run")},
    )


def _tag(tag: TagColumn) -> TagAnswer:
    return TagAnswer(**_about(tag))


def _about(tag: TagColumn) -> dict[str, Any]:
    return {name: getattr(tag, name) for name in TagAnswer.model_fields}


def _entry(entry: tags.CatalogueEntry) -> CatalogueItem:
    figures = ("customers", "known", "coverage", "distinct", "low", "high", "mean")
    return CatalogueItem(
        **_about(entry.tag),
        **{name: getattr(entry, name) for name in figures},
        distribution=[plain(bar) for bar in entry.bars],
    )


def _portrait(view: PortraitView) -> PortraitAnswer:
    return PortraitAnswer(
        customer=plain(view.header),
        figures=[{**plain(each), "distance": each.distance} for each in view.figures],
        tags=[_value(each) for group in view.groups.values() for each in group],
        scores=plain(view.axes),
        spending=plain(view.spending),
        taste=plain(view.taste),
        timeline={**plain(view.timeline), "pages": view.timeline.pages, "total": view.timeline.total},
        as_of=view.as_of,
        run=view.run,
    )


def _value(each: TagValue) -> ValueAnswer:
    return ValueAnswer(**_about(each.tag), value=plain(each.value), label=each.tag.label(each.value))
