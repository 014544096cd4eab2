"""Views of an audience as pages: profile, comparison, members with exports, history."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from portraits.api.actor import actor
from portraits.app.audiences import audiences as use
from portraits.app.audiences import profiles, sizes
from portraits.app.audiences.audiences import Verdict
from portraits.app.audiences.desk import desk
from portraits.app.audiences.profiles import Profile
from portraits.app.audiences.rule import told
from portraits.app.exports import FORMATS, format_of
from portraits.engine.expressions import Explanation
from portraits.vocabulary.errors import NotFound
from portraits.web.audience_charts import FEW, history_chart, trait_name, trait_value, traits_chart
from portraits.web.frame import Frame
from portraits.web.page import Page, address
from portraits.web.pages.audience import Asked, asked
from portraits.web.pages.person import number as number_of

SIZE = 25


@dataclass(frozen=True)
class Line:
    """A condition of a verdict: how deep it stands, its words, the customer's value, and what became of it."""

    depth: int
    said: str
    value: str
    verdict: str


def routes(frame: Frame) -> APIRouter:
    """The views of an audience."""
    router = APIRouter()
    _traits(router, frame)
    _members(router, frame)
    _exports(router, frame)
    _history(router, frame)
    return router


def _traits(router: APIRouter, frame: Frame) -> None:
    @router.get("/audiences/{name}/profile")
    def profiled(request: Request, name: str, rule: str = "", draft: str = "") -> Response:
        which = asked(frame, name, rule, draft)
        return _compared(frame, request, which, "", "profile")

    @router.get("/audiences/{name}/compare")
    def compared(request: Request, name: str, rule: str = "", draft: str = "", other: str = "") -> Response:
        which = asked(frame, name, rule, draft)
        return _compared(frame, request, which, other, "compare")


def _compared(frame: Frame, request: Request, which: Asked, other: str, tab: str) -> Response:
    page = frame.page(request)
    found = profiles.compare(frame.workspace, which.audience, other)
    name = page.text(found.other.title) if found.other.title else other or page.t("traits.everybody")
    chart = traits_chart(page, found, name) if len(found.traits) >= FEW else None
    return frame.render(
        page,
        "audience_traits.html",
        **_head(frame, page, which, tab),
        found=found,
        other=other,
        other_name=name,
        others=_others(frame, page, which),
        rows=[(trait_name(page, each), trait_value(page, each), each) for each in found.traits],
        left_out=_left_out(page, found),
        charts=[chart] if chart else [],
        specs={chart.id: chart.spec()} if chart else {},
    )


def _left_out(page: Page, found: Profile) -> list[str]:
    return [page.text(tag.title) for tag in found.left_out]


def _others(frame: Frame, page: Page, which: Asked) -> list[tuple[str, str]]:
    """What it can be compared with."""
    titles = desk(frame.workspace).titles
    rest = [(name, page.text(title)) for name, title in titles.items() if name != which.audience]
    return [("", page.t("traits.everybody")), *rest]


def _members(router: APIRouter, frame: Frame) -> None:
    @router.get("/audiences/{name}/members")
    def listed(
        request: Request, name: str, rule: str = "", draft: str = "", page: str = "1", customer: str = ""
    ) -> Response:
        which = asked(frame, name, rule, draft)
        number = number_of(page)
        this = frame.page(request)
        found = use.members(frame.workspace, which.audience, number, SIZE)
        why = _why(frame, this, which, customer.strip()) if customer.strip() else None
        status = HTTPStatus.NOT_FOUND if why and why["missing"] else HTTPStatus.OK
        head = _head(frame, this, which, "members")
        view = {"list": found, "why": why, "customer": customer, "formats": FORMATS, "href": _customers(frame, which)}
        return frame.render(this, "audience_members.html", status, **head, **view)


def _exports(router: APIRouter, frame: Frame) -> None:
    @router.post("/audiences/{name}/export")
    def exported(
        name: str,
        format: Annotated[str, Form()] = "csv",
        rule: Annotated[str, Form()] = "",
        draft: Annotated[str, Form()] = "",
    ) -> Response:
        which, kind = asked(frame, name, rule, draft), format_of(Path(f"x.{format}"))
        folder = Path(tempfile.mkdtemp(prefix="portraits-export-"))
        path = folder / f"{which.name or 'audience'}.{kind}"
        try:
            use.export(frame.workspace, which.audience, path, kind, actor=actor(), now=datetime.now(UTC))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return FileResponse(
            path, filename=path.name, background=BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
        )


def _customers(frame: Frame, which: Asked) -> str:
    """The list of customers by the same rule; empty where its address would be too telling, or a list decides."""
    if which.rule:
        return "" if which.draft else address("/customers", {"rule": which.rule})
    table = desk(frame.workspace, which.name)
    return "" if table.static or table.personal else address("/customers", {"rule": table.rule})


def _why(frame: Frame, page: Page, which: Asked, customer: str) -> dict[str, Any]:
    """Why a customer is in the audience or not, a line for each condition."""
    if not which.audience:
        return {"missing": False, "verdict": None, "lines": []}
    try:
        found = use.explain(frame.workspace, which.audience, customer)
    except NotFound:
        return {"missing": True, "verdict": None, "lines": []}
    return {"missing": False, "verdict": found, "lines": list(_lines(frame, page, found))}


def _lines(frame: Frame, page: Page, found: Verdict) -> Iterator[Line]:
    words = told(frame.workspace, found.explanation)

    def lines(each: Explanation, depth: int) -> Iterator[Line]:
        said = words[each.text]
        value = "" if each.group else page.value(said.tag, each.value) if said.tag else page.write(each.value)
        yield Line(depth, page.text(said.sentence), value, str(each.verdict))
        for part in each.parts:
            yield from lines(part, depth + 1)

    return lines(found.explanation, 0)


def _history(router: APIRouter, frame: Frame) -> None:
    @router.get("/audiences/{name}/history")
    def grown(request: Request, name: str, rule: str = "", draft: str = "") -> Response:
        page, which = frame.page(request), asked(frame, name, rule, draft)
        found = sizes.history(frame.workspace, which.audience)
        chart = history_chart(page, found)
        lines = [(each, before) for before, each in zip((None, *found.sizes), found.sizes, strict=False)]
        return frame.render(
            page,
            "audience_history.html",
            **_head(frame, page, which, "history"),
            found=found,
            lines=lines[::-1],
            charts=[chart] if chart else [],
            specs={chart.id: chart.spec()} if chart else {},
        )


def _head(frame: Frame, page: Page, which: Asked, tab: str) -> dict[str, Any]:
    """What all views begin with."""
    titles = desk(frame.workspace).titles
    title = page.text(titles[which.name]) if which.name else page.t("audiences.of_rule")
    return {"asked": which, "title": title, "tab": tab}
