"""The sources of a customer as a page: its records, what was chosen of them, and where its rows come from."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.portrait import header
from portraits.app.customers.provenance import provenance
from portraits.vocabulary.tables import TABLES
from portraits.web.frame import Frame
from portraits.web.pages.person import head


def routes(frame: Frame) -> APIRouter:
    """The sources of a customer."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/sources")
    def shown(request: Request, customer_id: str) -> Response:
        page = frame.page(request)
        view = provenance(frame.workspace, customer_id)
        who = header(frame.workspace, customer_id)
        return frame.render(
            page,
            "provenance.html",
            **head(frame, page, who, "sources"),
            view=view,
            tables=TABLES,
        )

    return router
