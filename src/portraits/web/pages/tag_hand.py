"""Manual tags on a page: put on customers by id, by rule or from a list, taken off again, with their history."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, sent, text
from portraits.app.tags.handlist import LARGEST
from portraits.app.tags.manual import Put, history, put, put_by_rule, put_list, take
from portraits.app.tags.tagpage import tag_page
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import PortraitsError
from portraits.web.frame import Frame

SHOWN = 60


def routes(frame: Frame) -> APIRouter:
    """The page of a manual tag's values, and what it does."""
    router = APIRouter()

    @router.get("/tags/{name}/hand")
    def opened(
        request: Request, name: str, customer: Annotated[list[str] | None, Query()] = None, rule: str = ""
    ) -> Response:
        """With customers that were marked in a list, or the rule that chose it, written in already."""
        said = {"ids": "\n".join(customer or ()), "rule": rule}
        return _page(frame, request, name, said, way="rule" if rule else "")

    @router.post("/tags/{name}/hand")
    def done(request: Request, name: str, form: BoundedForm) -> Response:
        way = text(form, "way")
        said = {key: text(form, key) for key in ("ids", "rule", "value", "source", "at")}
        try:
            made = _DO.get(way, _by_ids)(frame.workspace, name, form)
        except PortraitsError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                raise
            return _page(frame, request, name, said, way=way, error=error)
        return _page(frame, request, name, {}, way=way, made=made)

    return router


def _page(
    frame: Frame,
    request: Request,
    name: str,
    said: dict[str, str],
    *,
    way: str = "",
    made: Put | None = None,
    error: PortraitsError | None = None,
) -> Response:
    found = history(frame.workspace, name, most=SHOWN)
    view = tag_page(frame.workspace, name)
    empty = dict.fromkeys(("ids", "rule", "value", "source", "at"), "")
    return frame.render(
        frame.page(request),
        "tag_hand.html",
        HTTPStatus(error.status) if error else HTTPStatus.OK,
        name=name,
        tag=view.tag,
        labels=view.tag.labels,
        history=found,
        said={**empty, **said},
        way=way,
        made=made,
        error=error,
        most=LARGEST >> 20,
    )


def _who() -> dict[str, Any]:
    return {"actor": actor(), "now": datetime.now(UTC)}


def _beside(form: FormData) -> dict[str, Any]:
    return {"source": text(form, "source"), "at": text(form, "at"), **_who()}


def _ids(form: FormData) -> list[str]:
    """Ids as they are pasted: one a line, or with commas between."""
    return re.split(r"[,，;；\s]+", text(form, "ids"))


def _by_ids(workspace: Workspace, name: str, form: FormData) -> Put:
    return put(workspace, name, _ids(form), text(form, "value"), **_beside(form))


def _by_rule(workspace: Workspace, name: str, form: FormData) -> Put:
    return put_by_rule(workspace, name, text(form, "rule"), text(form, "value"), **_beside(form))


def _from_list(workspace: Workspace, name: str, form: FormData) -> Put:
    file: UploadFile = sent(form)
    beside = _beside(form)
    beside["source"] = beside["source"] or file.filename or ""
    return put_list(workspace, name, file.file.read(LARGEST + 1), **beside)


def _taken(workspace: Workspace, name: str, form: FormData) -> Put:
    return take(workspace, name, [each for each in _ids(form) if each.strip()], **_who())


_DO: dict[str, Callable[[Workspace, str, FormData], Put]] = {
    "ids": _by_ids,
    "rule": _by_rule,
    "list": _from_list,
    "take": _taken,
}
