"""Moves as pages: the streams between the parts of a segment, and the customers behind one of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from portraits.app.runs.runs import runs
from portraits.app.segments.moves import Flow, Moves, asked_pair, movers, moves
from portraits.app.segments.segments import segment
from portraits.web.frame import Frame
from portraits.web.page import Page, address
from portraits.web.pages.person import number as number_of
from portraits.web.segment_charts import called, flow_path, hue, streams

SIZE = 25
MOST = 20  # flows shown before one asks for the rest

Before = Annotated[int, Query(alias="from")]
After = Annotated[int, Query(alias="to")]


@dataclass(frozen=True)
class FlowRow:
    """A flow as a line of the table; `stayed` where nobody changed the part."""

    flow: Flow
    before: str
    after: str
    hues: tuple[int, int]
    stayed: bool
    href: str


def routes(frame: Frame) -> APIRouter:
    """The pages of moves."""
    router = APIRouter()

    @router.get("/segments/{name}/moves")
    def shown(request: Request, name: str, before: Before = 0, after: After = 0) -> Response:
        page = frame.page(request)
        line, known = segment(frame.workspace, name).line, runs(frame.workspace)
        ends = asked_pair(frame.workspace, before, after)
        found = moves(frame.workspace, name, *ends) if ends[0] != ends[1] else None
        view = _streams(page, found) if found else {"specs": {}, "chart": None}
        return frame.render(page, "moves.html", line=line, known=known, ends=ends, found=found, **view)

    _behind(router, frame)
    return router


def _behind(router: APIRouter, frame: Frame) -> None:
    @router.get("/segments/{name}/moves/customers")
    def behind(
        request: Request,
        name: str,
        before: Before,
        after: After,
        leaving: str | None = None,
        reaching: str | None = None,
        at: Annotated[str, Query(alias="page")] = "1",
    ) -> Response:
        page = frame.page(request)
        number = number_of(at)
        found = movers(frame.workspace, name, before, after, leaving, reaching, number, SIZE)
        names = {stop.value: called(page, found.moves.tag, stop.value, stop.title) for stop in found.moves.stops}
        ends = {"before": names[found.flow.before], "after": names[found.flow.after]}
        stayed = found.flow.before == found.flow.after
        return frame.render(
            page,
            "movers.html",
            found=found,
            title=page.t("moves.list_stayed", part=ends["after"]) if stayed else page.t("moves.list_title", **ends),
            back=address(f"/segments/{name}/moves", {"from": before, "to": after}),
        )


def _streams(page: Page, found: Moves) -> dict[str, Any]:
    drawn = streams(page, found)
    return {
        "chart": drawn,
        "specs": {drawn.id: drawn.spec()},
        "most": MOST,
        "rows": sorted(_rows(page, found), key=lambda row: row.stayed),
        "joined": sum(flow.customers for flow in found.flows if flow.before is None),
        "left": sum(flow.customers for flow in found.flows if flow.after is None),
    }


def _rows(page: Page, found: Moves) -> Iterator[FlowRow]:
    names = {stop.value: called(page, found.tag, stop.value, stop.title) for stop in found.stops}
    for flow in found.flows:
        yield FlowRow(
            flow=flow,
            before=names[flow.before],
            after=names[flow.after],
            hues=(hue(page, found.tag, flow.before), hue(page, found.tag, flow.after)),
            stayed=flow.before == flow.after,
            href=flow_path(found, flow),
        )
