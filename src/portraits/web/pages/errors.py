"""What people and programs see when something is wrong: pages for the one, JSON for the other."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from portraits.app.failures import failure, faults_of
from portraits.engine.reader import UNBUILT
from portraits.vocabulary.errors import Fault, PortraitsError
from portraits.vocabulary.faults import of_request
from portraits.vocabulary.phrase import NOTHING, Phrase, say, verbatim
from portraits.web.asked import language_asked
from portraits.web.frame import Frame
from portraits.web.gate import HEADERS

log = logging.getLogger("portraits.web")

_DETAILS = {404: say("Not Found"), 405: say("Method Not Allowed")}
KEYS = {400: "invalid", 403: "refused", 404: "missing", 405: "invalid", 409: "refused", 422: "invalid"}


def answer_errors(app: FastAPI, frame: Frame) -> None:
    """Give every error of the app its page or its JSON."""

    @app.exception_handler(PortraitsError)
    def acted_on(request: Request, error: PortraitsError) -> Response:
        key = "unbuilt" if error.what == UNBUILT else KEYS.get(error.status, "broken")
        return _answer(frame, request, error.status, key, error.what, error.hint, faults_of(error))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, error: RequestValidationError) -> Response:
        what, faults = say("The request could not be read."), of_request(error.errors())
        return _answer(frame, request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", what, NOTHING, faults)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        key = KEYS.get(error.status_code, "broken")
        detail = _DETAILS.get(error.status_code) or verbatim(error.detail)
        return _answer(frame, request, error.status_code, key, detail if _is_api(request) else NOTHING)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        # The address stays out of the log: it may hold a name or a number that somebody searched for.
        log.error("A request failed: %s", type(error).__name__, exc_info=error)
        what = say("Something went wrong on the server.") if _is_api(request) else NOTHING
        answer = _answer(frame, request, HTTPStatus.INTERNAL_SERVER_ERROR, "broken", what)
        answer.headers.update(HEADERS)  # this handler stands outside the gate
        return answer


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _answer(
    frame: Frame,
    request: Request,
    status: int,
    key: str,
    what: Phrase,
    hint: Phrase = NOTHING,
    faults: Iterable[Fault] = (),
) -> Response:
    faults = list(faults)
    if _is_api(request):
        return JSONResponse(failure(what, hint, faults, language_asked(request)), status_code=status)
    page = frame.page(request)
    shown = NOTHING if faults else what
    return frame.render(page, "error.html", status, key=key, code=int(status), what=shown, hint=hint, faults=faults)
