"""Customers over HTTP: lists, portraits, and why a value is what it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from portraits.api.parameters import CUSTOMER, PAGE, TAG
from portraits.api.paths import WholeRoute
from portraits.api.tags import TagAnswer
from portraits.app import records
from portraits.app.customers import customers, evidence, portrait
from portraits.app.customers.customers import LARGEST_PAGE
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text


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


class ValueAnswer(TagAnswer):
    """A tag's value for one customer, and what that value is called."""

    value: Any = Field(description="Money is a number, exact to the cent.", examples=[6])
    label: Text | None


class PortraitAnswer(BaseModel):
    """A customer's portrait; personal fields are masked, sentences come as keys with values."""

    customer: dict[str, Any]
    against: dict[str, Any] = Field(description="Who figures and scores stand beside; no tag: all customers.")
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


AGAINST = "A tag: figures stand beside the mean of customers with the same value of it."


def routes(workspace: Workspace) -> APIRouter:
    """The routes of customers."""
    router, whole = APIRouter(), APIRouter(route_class=WholeRoute)
    _list_routes(router, workspace)
    _why_route(whole, workspace)
    router.include_router(whole)
    _portrait_route(router, workspace)
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


def _why_route(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers/{customer_id:path}/why/{tag}", operation_id="why")
    def explain_value(customer_id: Annotated[str, CUSTOMER], tag: Annotated[str, TAG]) -> WhyAnswer:
        """Why a customer has a value of a tag: the very rows, conditions and records."""
        view = evidence.why(workspace, customer_id, tag)
        return WhyAnswer(**records.why(view))


def _portrait_route(router: APIRouter, workspace: Workspace) -> None:
    @router.get("/customers/{customer_id:path}", operation_id="get_portrait")
    def get_portrait(
        customer_id: Annotated[str, CUSTOMER],
        page: Annotated[int, PAGE] = 1,
        size: Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Moments of the timeline a page.")] = 20,
        against: Annotated[str, Query(max_length=80, description=AGAINST)] = "",
    ) -> PortraitAnswer:
        """A customer's portrait: header, figures, all tags, scores, spending, taste and timeline."""
        view = portrait.portrait(workspace, customer_id, page=page, size=size, against=against)
        return PortraitAnswer(**records.portrait(view))
