"""Portraits over HTTP: the parts of one customer, two customers side by side, and signed links."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from portraits.api.actor import actor
from portraits.api.parameters import CUSTOMER, PAGE
from portraits.api.paths import WholeRoute
from portraits.api.tags import TagAnswer
from portraits.app import records
from portraits.app.audiences import audiences
from portraits.app.customers import customer_records, embedding, held, history, provenance, sides, timeline
from portraits.app.customers.timeline import LARGEST_PAGE, Kind
from portraits.app.tags import manual, tag_records
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


class WhenAnswer(BaseModel):
    """The moment an answer tells of, and the run that it comes from."""

    as_of: datetime
    run: int


class TimelineAnswer(WhenAnswer):
    """A page of what happened, newest first; `counts` are by kind."""

    customer: str
    timeline: dict[str, Any]


class HeldTagAnswer(TagAnswer):
    """A customer's tag; `claims` counts the different values of its records, 0 where none disagrees."""

    value: Any = Field(examples=[6])
    label: Text | None
    mean: float | None
    coverage: float
    confidence: float | None
    claims: int


class HeldTagsAnswer(WhenAnswer):
    """The tags of a customer; `known` of `total` have a value, `conflicts` are disputed."""

    customer: str
    tags: list[HeldTagAnswer]
    known: int
    total: int
    conflicts: int


class TagHistoryAnswer(TagAnswer):
    """A tag over runs, oldest first."""

    changes: int
    points: list[dict[str, Any]] = Field(examples=[[{"run": 1, "value": 6, "mean": 21.4, "changed": False}]])


class HistoryAnswer(WhenAnswer):
    """The tags asked for, or all that changed."""

    customer: str
    runs: list[dict[str, Any]]
    tags: list[TagHistoryAnswer]


class ByHandAnswer(BaseModel):
    """Every manual tag as it stands for a customer; `waiting` says that the next build will change it."""

    customer: str
    tags: list[dict[str, Any]] = Field(
        examples=[[{"tag": "vip", "value": "gold", "source": "phone call", "actor": "ann", "waiting": False}]]
    )


class MembershipsAnswer(BaseModel):
    """Every defined audience: whether the customer is in it, and why."""

    customer: str
    audiences: list[dict[str, Any]]


class ProvenanceAnswer(WhenAnswer):
    """The person records behind a customer, and its rows by batch."""

    customer: str
    records: list[dict[str, Any]]
    total: int
    rows: list[dict[str, Any]]


class PairAnswer(TagAnswer):
    """A tag and its values for two customers."""

    left: Any
    right: Any
    differs: bool


class SidesAnswer(WhenAnswer):
    """Two customers, and the tags that at least one of them has."""

    left: dict[str, Any]
    right: dict[str, Any]
    different: int
    alike: int
    tags: list[PairAnswer]


class Wanted(BaseModel):
    """How long a link is to last."""

    days: int = Field(30, ge=1, le=embedding.MOST_DAYS)


class EmbedAnswer(BaseModel):
    """A signed link: its path on this server, and when it ends in the workspace's time zone."""

    customer: str
    path: str
    until: datetime


def routes(workspace: Workspace) -> APIRouter:
    """The routes of one customer's parts."""
    router = APIRouter(route_class=WholeRoute)
    _pair_route(router, workspace)
    _told_routes(router, workspace)
    _part_routes(router, workspace)
    _link_route(router, workspace)
    return router


def _pair_route(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers/compare", operation_id="compare_customers")
    def compare_customers(
        a: Annotated[str, Query(description="The id of one customer.", examples=["2199"])],
        b: Annotated[str, Query(description="The id of the other.", examples=["1031"])],
    ) -> SidesAnswer:
        """Two customers side by side, tag by tag, with what sets them apart."""
        return SidesAnswer(**customer_records.side_by_side(sides.side_by_side(workspace, a, b)))


def _told_routes(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers/{customer_id:path}/timeline", operation_id="get_timeline")
    def get_timeline(
        customer_id: Annotated[str, CUSTOMER],
        kind: Annotated[Kind | None, Query(description="The kind of moments; all if left out.")] = None,
        search: Annotated[str, Query(max_length=200, description="A text that a moment holds.")] = "",
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Moments a page.")] = 50,
    ) -> TimelineAnswer:
        """What happened with a customer, newest first."""
        found = timeline.moments(workspace, customer_id, kind, search, page, size)
        return TimelineAnswer(**customer_records.timeline(found))

    @router.get("/customers/{customer_id:path}/history", operation_id="get_history")
    def get_history(
        customer_id: Annotated[str, CUSTOMER],
        tag: Annotated[list[str] | None, Query(description="Tags; if left out, all that changed.")] = None,
    ) -> HistoryAnswer:
        """The values of tags over the runs that are kept, with every change."""
        return HistoryAnswer(**customer_records.history(history.history(workspace, customer_id, tag or ())))


def _part_routes(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers/{customer_id:path}/tags", operation_id="get_customer_tags")
    def get_customer_tags(
        customer_id: Annotated[str, CUSTOMER],
        search: Annotated[str, Query(max_length=200, description="A part of a tag's name or title.")] = "",
    ) -> HeldTagsAnswer:
        """All tags of a customer with how sure they are and what contradicts them."""
        return HeldTagsAnswer(**customer_records.held_tags(held.held_tags(workspace, customer_id, search)))

    @router.get("/customers/{customer_id:path}/by-hand", operation_id="get_by_hand")
    def get_by_hand(customer_id: Annotated[str, CUSTOMER]) -> ByHandAnswer:
        """The manual tags that can be put on a customer, each with what was said of it last."""
        found = tag_records.by_hand(manual.by_hand(workspace, customer_id))
        return ByHandAnswer(customer=customer_id, tags=found)

    @router.get("/customers/{customer_id:path}/audiences", operation_id="get_memberships")
    def get_memberships(customer_id: Annotated[str, CUSTOMER]) -> MembershipsAnswer:
        """Why a customer is in, or not in, every audience that the workspace defines."""
        found = audiences.memberships(workspace, customer_id)
        return MembershipsAnswer(customer=customer_id, audiences=records.plain(found))

    @router.get("/customers/{customer_id:path}/sources", operation_id="get_provenance")
    def get_provenance(customer_id: Annotated[str, CUSTOMER]) -> ProvenanceAnswer:
        """The records behind a customer: source, batch, row, and what was chosen for each field."""
        return ProvenanceAnswer(**customer_records.provenance(provenance.provenance(workspace, customer_id)))


def _link_route(router: APIRouter, workspace: Workspace) -> None:
    @router.post("/customers/{customer_id:path}/embed", operation_id="make_embed_link")
    def make_embed_link(customer_id: Annotated[str, CUSTOMER], wanted: Wanted) -> EmbedAnswer:
        """A signed link to a small portrait for the frame of another program; noted in the audit trail."""
        link = embedding.embed_link(workspace, customer_id, wanted.days, actor=actor(), now=datetime.now(UTC))
        return EmbedAnswer(**customer_records.embed_link(link))
