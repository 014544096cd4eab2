"""Who is calling, as a page: what somebody says of themselves, the customers it fits, their portrait one step away."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.identity.identify import identify
from portraits.vocabulary.errors import BadInput, NotFound
from portraits.web.frame import Frame
from portraits.web.identity_charts import likely

FIELDS = ("phone", "email", "wechat", "name")
LONGEST = 400


def routes(frame: Frame) -> APIRouter:
    """The page."""
    router = APIRouter()

    @router.get("/identify")
    def shown(request: Request) -> Response:
        page = frame.page(request)
        asked = {name: page.asked(name).strip()[:LONGEST] for name in FIELDS}
        found, built = None, True
        try:
            found = identify(frame.workspace, **asked) if any(asked.values()) else None
        except BadInput:
            found = None
        except NotFound:
            built = False
        return frame.render(page, "identify.html", asked=asked, found=found, built=built, likely=likely)

    return router
