"""All tags of a customer as a page: with evidence, method, conflicts, search, and without the empty ones."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.held import held_tags
from portraits.app.customers.portrait import header
from portraits.web.frame import Frame
from portraits.web.pages.person import head


def routes(frame: Frame) -> APIRouter:
    """The tags of a customer."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/tags")
    def shown(request: Request, customer_id: str, find: str = "", empty: str = "") -> Response:
        page = frame.page(request)
        view = held_tags(frame.workspace, customer_id, find, empty=bool(empty))
        who = header(frame.workspace, customer_id)
        shared = head(frame, page, who, "tags")
        return frame.render(page, "held.html", **shared, view=view, find=find, empty=bool(empty))

    return router
