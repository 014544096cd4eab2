"""The customer list as a page: search, rule, columns, saved views, and what to do with whom it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from portraits.api.actor import actor
from portraits.app.customers.customers import CustomerList, customers
from portraits.app.customers.portrait import GROUPS
from portraits.app.customers.views import Asked, SavedView, remove_view, save_view, views
from portraits.app.reading import TagColumn
from portraits.vocabulary.errors import PortraitsError
from portraits.web.frame import Frame
from portraits.web.page import A_YEAR, address
from portraits.web.pages.person import number

SIZE = 25
SIZES = (25, 50, 100)
FEW = 8  # columns that a desk's width holds
USUAL = "-"  # asks for the usual columns again; no tag is called so


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
class ViewLink:
    """A saved view: its name, its address, whether the list shows it now."""

    name: str
    href: str
    here: bool


@dataclass(frozen=True)
class Refusal:
    """What is wrong with a view that somebody wanted to save, and the name that was typed."""

    error: PortraitsError
    name: str


def routes(frame: Frame) -> APIRouter:
    """The list and its views."""
    router = APIRouter()
    _listing(router, frame)
    _keeping(router, frame)
    return router


def _listing(router: APIRouter, frame: Frame) -> None:
    @router.get("/customers")
    def shown(
        request: Request,
        search: str = "",
        rule: str = "",
        sort: str = "",
        page: str = "1",
        size: str = "",
        columns: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        asked = Asked(search, rule, sort, tuple(columns or ()))
        return _list(frame, request, asked, number(page), _size(size))


def _keeping(router: APIRouter, frame: Frame) -> None:
    @router.post("/customers/views")
    def saved(
        request: Request,
        name: Annotated[str, Form()] = "",
        search: Annotated[str, Form()] = "",
        rule: Annotated[str, Form()] = "",
        sort: Annotated[str, Form()] = "",
        columns: Annotated[list[str] | None, Form()] = None,
    ) -> Response:
        asked = Asked(search, rule, sort, tuple(columns or ()))
        try:
            save_view(frame.workspace, name, asked, actor=actor(), now=datetime.now(UTC))
        except PortraitsError as error:
            return _list(frame, request, asked, 1, SIZE, Refusal(error, name))
        return RedirectResponse(_address(asked), HTTPStatus.SEE_OTHER)

    @router.post("/customers/views/remove")
    def removed(name: Annotated[str, Form()]) -> Response:
        remove_view(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        return RedirectResponse("/customers", HTTPStatus.SEE_OTHER)


def _list(
    frame: Frame, request: Request, asked: Asked, page: int, size: int, refusal: Refusal | None = None
) -> Response:
    found, kept = _found(frame, request, asked, page, size), asked.columns
    asked = Asked(asked.search, asked.rule, asked.sort, tuple(tag.name for tag in found.columns))
    answer = frame.render(
        frame.page(request),
        "customers.html",
        _status(found, refusal),
        list=found,
        asked=asked,
        kept=kept,
        groups=list(_groups(found)),
        contacts=any(row.person.phone or row.person.email for row in found.rows),
        examples=list(_examples(found)),
        views=_links(views(frame.workspace), asked),
        refusal=refusal,
        wide=len(found.columns) > FEW,
        sizes=SIZES,
    )
    _remember(request, answer, found)
    return answer


def _found(frame: Frame, request: Request, asked: Asked, page: int, size: int) -> CustomerList:
    """The list with the columns asked for, else those of last time as far as they are still there."""
    remembered = () if asked.columns else tuple(filter(None, request.cookies.get("columns", "").split(".")))
    columns = tuple(name for name in asked.columns or remembered if name != USUAL)
    asking: dict[str, Any] = {"search": asked.search, "rule": asked.rule, "sort": asked.sort, "page": page}
    found = customers(frame.workspace, **asking, size=size, columns=columns)
    if remembered and any(fault.field == "columns" for fault in found.faults):
        return customers(frame.workspace, **asking, size=size)
    return found


def _remember(request: Request, answer: Response, found: CustomerList) -> None:
    """Keep the columns that the address chose, for the next time it chooses none."""
    chosen = request.query_params.getlist("columns")
    if USUAL in chosen:
        answer.delete_cookie("columns", path="/customers")
    elif chosen and not found.faults:
        names = ".".join(tag.name for tag in found.columns)
        answer.set_cookie("columns", names, max_age=A_YEAR, samesite="lax", path="/customers")


def _status(found: CustomerList, refusal: Refusal | None) -> HTTPStatus:
    if refusal:
        return HTTPStatus(refusal.error.status)
    return HTTPStatus.UNPROCESSABLE_ENTITY if found.faults else HTTPStatus.OK


def _size(text: str) -> int:
    return next((size for size in SIZES if str(size) == text), SIZE)


def _links(saved: list[SavedView], asked: Asked) -> list[ViewLink]:
    return [ViewLink(each.name, _address(each.asked), each.asked == asked) for each in saved]


def _address(asked: Asked) -> str:
    return address("/customers", vars(asked))


def _examples(found: CustomerList) -> Iterator[Example]:
    known = {tag.name for tag in found.tags}
    return (example for example in EXAMPLES if known.issuperset(example.tags))


def _groups(found: CustomerList) -> Iterator[tuple[str, list[TagColumn]]]:
    """The tags that are not shown, by group."""
    hidden = [tag for tag in found.tags if tag not in found.columns]
    ordered = sorted(hidden, key=lambda tag: GROUPS.index(tag.group))
    return ((group, list(tags)) for group, tags in groupby(ordered, key=lambda tag: tag.group))
