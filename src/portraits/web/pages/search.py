"""The search as a page: what a text finds, for who has no scripts or wants to see all of it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.home.search import LONGEST, search
from portraits.web.frame import Frame
from portraits.web.page import address

SHOWN = 20


def routes(frame: Frame) -> APIRouter:
    """The page of the search."""
    router = APIRouter()

    @router.get("/search")
    def shown(request: Request, q: str = "") -> Response:
        found = search(frame.workspace, q[:LONGEST], SHOWN)
        everybody = address("/customers", {"search": found.text})
        return frame.render(frame.page(request), "search.html", found=found, everybody=everybody)

    return router
