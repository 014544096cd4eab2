"""A customer's timeline as a page: kinds, search, pages."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.portrait import header
from portraits.app.customers.timeline import KINDS, moments
from portraits.web import words
from portraits.web.frame import Frame
from portraits.web.moments import lines
from portraits.web.page import Page
from portraits.web.pages.person import head, number

SIZE = 50
# Words of the pages for kinds, states and channels as sources name them.
NAMING = ("moments.", "events.", "channels.", "statuses.", "deals.", "about.")


def routes(frame: Frame) -> APIRouter:
    """The timeline."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/timeline")
    def shown(request: Request, customer_id: str, kind: str = "", find: str = "", at: str = "1") -> Response:
        page = frame.page(request)
        wanted = next((each for each in KINDS if each == kind), None)
        view = moments(frame.workspace, customer_id, wanted, find, number(at), SIZE, tuple(_spoken(page, find)))
        who = header(frame.workspace, customer_id)
        return frame.render(
            page,
            "moments.html",
            **head(frame, page, who, "timeline"),
            timeline=view.timeline,
            moments=list(lines(page, view.timeline.moments)),
            find=find,
        )

    return router


def _spoken(page: Page, find: str) -> Iterator[str]:
    """What this page calls by the text that is looked for, as the data names it."""
    text = find.strip().lower()
    for key, word in words.words(page.language).items() if text else ():
        prefix, _, name = key.rpartition(".")
        if f"{prefix}." in NAMING and text in word.lower():
            yield name
