"""Audiences as pages: the list with drafts, and the overlap of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from portraits.app.audiences import drafts, overlaps, sizes
from portraits.app.audiences.audiences import AudienceLine, audiences
from portraits.app.audiences.overlaps import Overlap
from portraits.app.audiences.sizes import History
from portraits.engine.audiences import Draft
from portraits.web.frame import Frame
from portraits.web.page import Page, address

HEATS = 6  # shades of a cell of the overlap
WIDTH, HEIGHT = 72, 20  # of the line of sizes over runs


@dataclass(frozen=True)
class Trend:
    """The sizes over runs as a line, and what changed since the run before."""

    points: str
    key: str
    n: int = 0
    run: int = 0


def routes(frame: Frame) -> APIRouter:
    """The list and the overlap."""
    router = APIRouter()
    _listing(router, frame)
    _overlapping(router, frame)
    return router


def _listing(router: APIRouter, frame: Frame) -> None:
    @router.get("/audiences")
    def listed(request: Request) -> Response:
        page = frame.page(request)
        found, past = audiences(frame.workspace), sizes.histories(frame.workspace)
        titles = {each.name: page.text(each.title) for each in found}
        return frame.render(
            page,
            "audiences.html",
            audiences=[(each, _trend(past.get(each.name))) for each in found],
            drafts=[(each, _goal(each), titles.get(each.audience, "")) for each in drafts.drafts(frame.workspace)],
        )

    @router.post("/audiences/drafts/{number}/discard")
    def discarded(number: str) -> Response:
        drafts.drop_draft(frame.workspace, number)
        return RedirectResponse("/audiences", HTTPStatus.SEE_OTHER)


def _overlapping(router: APIRouter, frame: Frame) -> None:
    @router.get("/audiences/overlap")
    def held_together(request: Request, of: Annotated[list[str] | None, Query()] = None) -> Response:
        page, known = frame.page(request), audiences(frame.workspace)
        names = [each.name for each in known]
        chosen = [name for name in of or () if name in names]
        found = overlaps.overlap(frame.workspace, chosen) if len(set(chosen)) > 1 else None
        return frame.render(
            page, "overlap.html", known=known, chosen=chosen, found=found, cell=_cells(page, found, known)
        )


def _goal(draft: Draft) -> str:
    """Where a draft is gone on with."""
    return address(f"/audiences/{draft.audience or 'new'}", {"draft": draft.id})


def _trend(history: History | None) -> Trend | None:
    if history is None:
        return None
    known = [each.n for each in history.sizes if each.n is not None]
    points = _points(known)
    if history.change is None:
        return Trend(points, "first")
    run, n = history.change
    return Trend(points, "rose" if n > 0 else "fell" if n < 0 else "same", abs(n), run)


def _points(sizes: Sequence[int]) -> str:
    """A line from 0 up, left to right."""
    if len(sizes) < 2:
        return ""
    most, step = max(*sizes, 1), WIDTH / (len(sizes) - 1)
    return " ".join(f"{at * step:.1f},{HEIGHT - 1 - (HEIGHT - 2) * n / most:.1f}" for at, n in enumerate(sizes))


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix: its number, the share of the row's audience, its shade, and the audience behind it."""

    n: int
    share: float
    heat: int
    href: str
    label: str


def _cells(page: Page, found: Overlap | None, known: Sequence[AudienceLine]) -> list[list[Cell]]:
    if found is None:
        return []
    titles = {each.name: page.text(each.title) for each in known}
    names = [each.audience for each in found.sets]
    return [[_cell(page, found, names, titles, row, at) for at in range(len(names))] for row in range(len(names))]


def _cell(page: Page, found: Overlap, names: Sequence[str], titles: dict[str, str], row: int, at: int) -> Cell:
    n, share = found.cells[row][at], found.share(row, at)
    one, other = found.sets[row], found.sets[at]
    label = page.t("overlap.cell", n=n, one=titles[names[row]], other=titles[names[at]])
    if row == at:
        return Cell(n, share, 0, f"/audiences/{names[row]}", titles[names[row]])
    href = "" if one.static or other.static else address("/audiences/new", {"both": [names[row], names[at]]})
    return Cell(n, share, round(share * HEATS), href, label)
