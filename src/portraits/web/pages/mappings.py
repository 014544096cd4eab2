"""A mapping as a page: its expressions beside what they give, tried while somebody types, saved with comments kept."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, prefixed, text
from portraits.app.data import mappings
from portraits.vocabulary.errors import DefinitionError, PortraitsError
from portraits.web.frame import Frame
from portraits.web.pages.data import see


def routes(frame: Frame) -> APIRouter:
    """The page of a mapping."""
    router = APIRouter()

    @router.get("/data/mappings/{name}")
    def shown(request: Request, name: str, saved: str = "") -> Response:
        view = mappings.mapping_view(frame.workspace, name, now=datetime.now(UTC))
        return _page(frame, request, view, {}, view.where, view.mark, saved=saved)

    @router.post("/data/mappings/{name}")
    def saved(request: Request, name: str, form: BoundedForm) -> Response:
        now, typed, where = datetime.now(UTC), prefixed(form, "expression."), text(form, "where")
        mark = text(form, "mark")
        try:
            mappings.save_mapping(frame.workspace, name, typed, where, mark=mark or None, actor=actor(), now=now)
        except PortraitsError as error:
            trial = mappings.try_mapping(frame.workspace, name, typed, where, now=now)
            view = mappings.mapping_view(frame.workspace, name, now=now).with_trial(trial)
            told = None if isinstance(error, DefinitionError) and trial.faults else error
            return _page(frame, request, view, typed, where, view.mark, error=told, status=error.status)
        return see(f"/data/mappings/{name}?saved=1")

    return router


def _page(
    frame: Frame,
    request: Request,
    view: mappings.MappingView,
    typed: dict[str, str],
    where: str,
    mark: str,
    *,
    status: int = HTTPStatus.OK,
    **values: Any,
) -> Response:
    told = {"saved": "", "error": None, **values}
    page = frame.page(request)
    return frame.render(
        page, "mapping.html", HTTPStatus(status), view=view, typed=typed, where=where, mark=mark, **told
    )
