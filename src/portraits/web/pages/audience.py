"""One audience as a page: its rule to edit, what it chooses, kept under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from portraits.api.actor import actor
from portraits.app.audiences import drafts, keeping, trees
from portraits.app.audiences.audiences import rule_of
from portraits.app.audiences.desk import desk
from portraits.app.audiences.trees import TreeCount
from portraits.vocabulary.errors import DefinitionError, Fault, PortraitsError
from portraits.web.audience_form import Keep, block, faulty, filled, read
from portraits.web.audience_island import island
from portraits.web.frame import Frame

NEW = "new"


@dataclass(frozen=True)
class Asked:
    """Which rule the address asks for: that of an audience, another one tried on it, or a draft."""

    name: str  # of the defined audience; empty for a new one
    rule: str  # what is tried, empty where nothing is
    draft: str = ""
    content: Mapping[str, Any] | None = None

    @property
    def audience(self) -> str:
        """What use cases take: the rule that is tried, else the name."""
        return self.rule or self.name

    @property
    def query(self) -> dict[str, str]:
        """What the address carries on to the other views."""
        return {"draft": self.draft} if self.draft else {"rule": self.rule}

    @property
    def path(self) -> str:
        """The page of the rule."""
        return f"/audiences/{self.name or NEW}"


def asked(frame: Frame, name: str, rule: str = "", draft: str = "") -> Asked:
    """Read an address; NotFound where there is no such audience or draft."""
    known = "" if name == NEW else name
    if known:
        rule_of(frame.workspace, known)
    if draft and not rule:
        content = drafts.draft(frame.workspace, draft).content
        return Asked(known, str(content.get("text") or ""), draft, content)
    return Asked(known, rule)


def routes(frame: Frame) -> APIRouter:
    """The page of an audience."""
    router = APIRouter()
    _looking(router, frame)
    _keeping(router, frame)
    return router


def _looking(router: APIRouter, frame: Frame) -> None:
    @router.get("/audiences/{name}")
    def shown(
        request: Request,
        name: str,
        rule: str = "",
        draft: str = "",
        saved: str = "",
        both: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        tried = " and ".join(f"({rule_of(frame.workspace, each)})" for each in both or ()) or rule
        which = asked(frame, name, tried, draft)
        return _page(frame, request, which, None, saved=saved)


def _keeping(router: APIRouter, frame: Frame) -> None:
    @router.post("/audiences/{name}")
    def saved(request: Request, name: str, given: Annotated[dict[str, str], Depends(_filled_in)]) -> Response:
        known = "" if name == NEW else name
        rule, draft, keep = given.get("rule", ""), given.get("draft", ""), read(known, given)
        try:
            _save(frame, known, keep, rule)
        except PortraitsError as error:
            return _page(frame, request, Asked(known, rule), faulty(keep, error), HTTPStatus.UNPROCESSABLE_ENTITY)
        if draft:
            drafts.drop_draft(frame.workspace, draft)
        return RedirectResponse(f"/audiences/{keep.name}?saved=yes", HTTPStatus.SEE_OTHER)

    @router.post("/audiences/{name}/freeze")
    def frozen_again(name: str) -> Response:
        keeping.freeze(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
        return RedirectResponse(f"/audiences/{name}", HTTPStatus.SEE_OTHER)

    @router.post("/audiences/{name}/remove")
    def removed(name: str, sure: Annotated[str, Form()] = "") -> Response:
        if sure == "yes":
            keeping.remove(frame.workspace, name, actor=actor(), now=datetime.now(UTC))
            return RedirectResponse("/audiences", HTTPStatus.SEE_OTHER)
        return RedirectResponse(f"/audiences/{name}", HTTPStatus.SEE_OTHER)


async def _filled_in(request: Request) -> dict[str, str]:
    """The fields of a form."""
    return {key: str(value) for key, value in (await request.form()).items()}


def _save(frame: Frame, known: str, keep: Keep, rule: str) -> None:
    now, values = datetime.now(UTC), block(keep, rule)
    if known:
        keeping.save(frame.workspace, known, values, actor=actor(), now=now, seen=keep.seen or None)
    else:
        keeping.save_new(frame.workspace, keep.name, values, actor=actor(), now=now)


def _page(
    frame: Frame, request: Request, which: Asked, keep: Keep | None, status: int = HTTPStatus.OK, saved: str = ""
) -> Response:
    page, table = frame.page(request), desk(frame.workspace, which.name)
    text = which.rule or table.rule
    found, faults = _counted(frame, text)
    content = _content(which, text)
    given = island(page, table, audience=which.name, draft=which.draft, content=content, found=found, faults=faults)
    return frame.render(
        page,
        "audience.html",
        status,
        asked=which,
        title=page.text(table.titles[which.name]) if which.name else "",
        text=text,
        found=found,
        faults=faults,
        keep=keep or filled(which.name, table),
        island=given,
        static=table.static,
        frozen=table.frozen,
        saved=saved,
    )


def _content(which: Asked, text: str) -> Mapping[str, Any]:
    """What the script begins with: a draft with all that was typed, else the text."""
    return which.content if which.content is not None else {"text": text}


def _counted(frame: Frame, text: str) -> tuple[TreeCount | None, tuple[Fault, ...]]:
    try:
        return trees.count_text(frame.workspace, text), ()
    except DefinitionError as error:
        return None, error.faults
