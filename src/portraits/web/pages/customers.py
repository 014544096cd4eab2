"""The customer list as a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from portraits.app.customers import CustomerList, customers
from portraits.app.portrait import GROUPS
from portraits.app.reading import TagColumn
from portraits.web.frame import Frame

SIZE = 25


@dataclass(frozen=True)
class Example:
    """A rule to start from: its words, and the tags it needs."""

    key: str
    rule: str
    tags: tuple[str, ...]


EXAMPLES = (
    Example("sleeping", "recency_days > 180", ("recency_days",)),
    Example("loyal", "orders_90d >= 5", ("orders_90d",)),
    Example("large", "basket_value > 100 and orders_365d >= 3", ("basket_value", "orders_365d")),
    Example("cooling", "lifecycle = 'cooling'", ("lifecycle",)),
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for, kept as it was written."""

    search: str
    rule: str
    sort: str
    columns: tuple[str, ...]

    def __getitem__(self, name: str) -> object:
        return getattr(self, name)


def routes(frame: Frame) -> APIRouter:
    """The list, and the way to it from the root."""
    router = APIRouter()

    @router.get("/")
    def home() -> Response:
        return RedirectResponse("/customers", HTTPStatus.TEMPORARY_REDIRECT)

    @router.get("/customers")
    def shown(
        request: Request,
        search: str = "",
        rule: str = "",
        sort: str = "",
        page: str = "1",
        columns: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        asked = Asked(search, rule, sort, tuple(columns or ()))
        return _list(frame, request, asked, int(page) if page.isdecimal() and len(page) < 10 else 1)

    return router


def _list(frame: Frame, request: Request, asked: Asked, page: int) -> Response:
    found = customers(frame.workspace, asked.search, asked.rule, asked.sort, page, SIZE, asked.columns)
    return frame.render(
        frame.page(request),
        "customers.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if found.faults else HTTPStatus.OK,
        list=found,
        asked=asked,
        groups=list(_groups(found)),
        contacts=any(row.person.phone or row.person.email for row in found.rows),
        examples=list(_examples(found)),
    )


def _examples(found: CustomerList) -> Iterator[Example]:
    known = {tag.name for tag in found.tags}
    return (example for example in EXAMPLES if known.issuperset(example.tags))


def _groups(found: CustomerList) -> Iterator[tuple[str, list[TagColumn]]]:
    ordered = sorted(found.tags, key=lambda tag: GROUPS.index(tag.group))
    return ((group, list(tags)) for group, tags in groupby(ordered, key=lambda tag: tag.group))
