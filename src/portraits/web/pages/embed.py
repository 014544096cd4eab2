"""The small portrait that another program shows in a frame: read-only, behind a signed link."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.embedding import ancestors, embedded
from portraits.vocabulary.errors import PortraitsError
from portraits.web.frame import Frame
from portraits.web.gate import policy
from portraits.web.moments import lines


def routes(frame: Frame) -> APIRouter:
    """The small portrait."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/embed/customers/{customer_id:path}")
    def shown(request: Request, customer_id: str, until: str = "", key: str = "") -> Response:
        page = frame.page(request)
        try:
            view = embedded(frame.workspace, customer_id, until, key, now=datetime.now(UTC))
        except PortraitsError as error:
            said = [page.told(error.what), page.told(error.hint)]
            answer = frame.render(page, "embed.html", HTTPStatus(error.status), view=None, said=said, moments=[])
        else:
            moments = list(lines(page, view.moments))
            answer = frame.render(page, "embed.html", view=view, said=[], moments=moments)
        answer.headers["Content-Security-Policy"] = policy(ancestors(frame.workspace))
        del answer.headers["set-cookie"]  # a page in a frame remembers nothing
        return answer

    return router
