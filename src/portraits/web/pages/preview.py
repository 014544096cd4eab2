"""The card of a customer, a fragment that lists show beside a name."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.portrait import glance
from portraits.web.frame import Frame
from portraits.web.moments import lines


def routes(frame: Frame) -> APIRouter:
    """The card."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/preview")
    def shown(request: Request, customer_id: str) -> Response:
        page, view = frame.page(request), glance(frame.workspace, customer_id)
        return frame.render(
            page, "preview.html", who=view.header, figures=view.figures, moments=list(lines(page, view.moments))
        )

    return router
