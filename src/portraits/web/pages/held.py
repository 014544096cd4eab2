"""All tags of a customer as a page: with evidence, method, conflicts, search; and manual tags put on it right there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.actor import actor
from portraits.api.paths import WholeRoute
from portraits.api.receiving import BoundedForm, text
from portraits.app.customers.held import held_tags
from portraits.app.customers.portrait import header
from portraits.app.tags.manual import BY_HAND, by_hand, put, take
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import BadInput, PortraitsError
from portraits.web.frame import Frame
from portraits.web.page import customer_path
from portraits.web.pages.data import see
from portraits.web.pages.person import head

TYPED = ("tag", "value", "source", "at")


def routes(frame: Frame) -> APIRouter:
    """The tags of a customer."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/tags")
    def shown(request: Request, customer_id: str, find: str = "", empty: str = "") -> Response:
        return _page(frame, request, customer_id, find=find, empty=empty)

    @router.post("/customers/{customer_id:path}/by-hand")
    def said(request: Request, customer_id: str, form: BoundedForm) -> Response:
        typed = {name: text(form, name).strip() for name in TYPED}
        try:
            _say(frame.workspace, customer_id, typed, text(form, "way"))
        except PortraitsError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                raise
            return _page(frame, request, customer_id, typed=typed, error=error)
        return see(f"{customer_path(customer_id, 'tags')}#by-hand")

    return router


def _page(
    frame: Frame,
    request: Request,
    customer_id: str,
    *,
    find: str = "",
    empty: str = "",
    typed: Mapping[str, str] | None = None,
    error: PortraitsError | None = None,
) -> Response:
    page = frame.page(request)
    view = held_tags(frame.workspace, customer_id, find, empty=bool(empty))
    return frame.render(
        page,
        "held.html",
        HTTPStatus(error.status) if error else HTTPStatus.OK,
        **head(frame, page, header(frame.workspace, customer_id), "tags"),
        view=view,
        find=find,
        empty=bool(empty),
        hand=by_hand(frame.workspace, customer_id),
        typed=typed or dict.fromkeys(TYPED, ""),
        error=error,
    )


def _say(workspace: Workspace, customer_id: str, typed: Mapping[str, str], way: str) -> None:
    """Put a value on the customer or take it off; BadInput where it was left out."""
    who: dict[str, Any] = {"source": typed["source"] or BY_HAND, "actor": actor(), "now": datetime.now(UTC)}
    if way == "take":
        done = take(workspace, typed["tag"], [customer_id], **who)
    else:
        done = put(workspace, typed["tag"], [customer_id], typed["value"], at=typed["at"], **who)
    for trouble in done.troubles:
        raise BadInput(trouble.what, trouble.hint)
