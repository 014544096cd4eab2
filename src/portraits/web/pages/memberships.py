"""The audiences of a customer as a page: in which it is, in which not, and why."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.audiences.audiences import Membership, memberships
from portraits.app.audiences.rule import Told, told
from portraits.app.customers.portrait import header
from portraits.web.frame import Frame
from portraits.web.pages.person import head


def routes(frame: Frame) -> APIRouter:
    """The audiences of a customer."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/audiences")
    def shown(request: Request, customer_id: str) -> Response:
        page = frame.page(request)
        found = memberships(frame.workspace, customer_id)
        return frame.render(
            page,
            "memberships.html",
            **head(frame, page, header(frame.workspace, customer_id), "audiences"),
            inside=[(each, _words(frame, each)) for each in found if each.inside],
            outside=[(each, _words(frame, each)) for each in found if not each.inside],
        )

    return router


def _words(frame: Frame, each: Membership) -> dict[str, Told]:
    """Every condition of the rule in words."""
    return told(frame.workspace, each.explanation) if each.explanation else {}
