"""A form as anybody sees it who has its address: no navigation, no data, one page to fill in."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.receiving import Answers
from portraits.app.data import forms
from portraits.app.data.forms import FormLine
from portraits.vocabulary.errors import DefinitionError
from portraits.web.frame import Frame
from portraits.web.pages.data import see
from portraits.web.turnstile import Turnstile

TRAP = "website"  # a field that no person sees, and that programs fill in
MINUTE = 60.0
EACH, ALL = 10, 200  # entries a minute from one address, and of one form


def routes(frame: Frame) -> APIRouter:
    """The pages of a form."""
    router = APIRouter()
    each, every = Turnstile(EACH, MINUTE), Turnstile(ALL, MINUTE)

    @router.get("/f/{token}")
    def shown(request: Request, token: str) -> Response:
        return _page(frame, request, forms.shared_form(frame.workspace, token))

    @router.post("/f/{token}")
    def answered(request: Request, token: str, said: Answers) -> Response:
        line = forms.shared_form(frame.workspace, token)
        who, now = request.client.host if request.client else "", time.monotonic()
        if not (each.passes(who, now) and every.passes(token, now)):
            return _page(frame, request, line, said, busy=True, status=HTTPStatus.TOO_MANY_REQUESTS)
        return _kept(frame, request, line, said)

    @router.get("/f/{token}/thanks")
    def thanked(request: Request, token: str) -> Response:
        line = forms.shared_form(frame.workspace, token)
        return frame.render(frame.page(request), "form_thanks.html", line=line)

    return router


def _kept(frame: Frame, request: Request, line: FormLine, said: dict[str, str]) -> Response:
    """Keep the answers; a program that fell into the trap is thanked as well, so that it learns nothing."""
    page = frame.page(request)
    if not said.get(TRAP):
        try:
            token, now = line.form.token, datetime.now(UTC)
            forms.submit(frame.workspace, token, said, language=page.language, now=now)
        except DefinitionError as error:
            faults = {fault.field: page.told(fault.what) for fault in error.faults}
            return _page(frame, request, line, said, faults=faults, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return see(f"/f/{line.form.token}/thanks")


def _page(
    frame: Frame,
    request: Request,
    line: FormLine,
    said: dict[str, str] | None = None,
    *,
    status: HTTPStatus = HTTPStatus.OK,
    **values: Any,
) -> Response:
    told = {"faults": {}, "busy": False, **values}
    asked = forms.asked(line.form)
    return frame.render(
        frame.page(request), "form_page.html", status, line=line, asked=asked, said=said or {}, trap=TRAP, **told
    )
