"""Duplicates as pages: pairs side by side to decide about, many at once after a preview, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from portraits.api.actor import actor
from portraits.app.customers.portrait import glance
from portraits.app.identity import identity as use
from portraits.app.identity import likeness, sweep, trial
from portraits.app.identity.likeness import Candidate, Candidates
from portraits.app.identity.queue import KINDS, REASONS, Wanted
from portraits.app.identity.touch_up import ask_touch_up, at_once
from portraits.app.reading import settings
from portraits.engine.deciding import Decision
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, PortraitsError
from portraits.web.frame import Frame
from portraits.web.identity_charts import likely, odds, waterfall
from portraits.web.page import Page, address
from portraits.web.pages.data import see
from portraits.web.pages.person import number

HOME = "/data/identity"
ASKED = ("kind", "reason", "least", "at")
SHOWN = 3  # pairs of an act
LATEST = 200  # acts of the list


@dataclass(frozen=True)
class ActLine:
    """What was decided at once: its first pairs, and how many there are."""

    act: int
    verdict: str
    pairs: tuple[Decision, ...]
    n: int
    stands: bool

    @property
    def first(self) -> Decision:
        """One of its decisions, for who, when and why."""
        return self.pairs[0]


def routes(frame: Frame) -> APIRouter:
    """The pages of duplicates."""
    router = APIRouter()
    _reviewing(router, frame)
    _deciding(router, frame)
    _sweeping(router, frame)
    _matching(router, frame)
    return router


def wanted_of(page: Page) -> Wanted:
    """Which pairs the address asks for; what it cannot mean is left out."""
    kind = page.asked("kind") if page.asked("kind") in KINDS else ""
    reason = page.asked("reason") if page.asked("reason") in REASONS else ""
    return Wanted(kind, reason, share_of(page.asked("least")))


def share_of(text: str) -> float:
    """A percentage as a form writes it, as a share."""
    try:
        return min(max(float(text) / 100, 0.0), 1.0)
    except ValueError:
        return 0.0


def state(workspace: Workspace) -> str:
    """Why there may be nothing to review: `match` where customers are found by matching."""
    return settings(workspace).one_customer_by


def _reviewing(router: APIRouter, frame: Frame) -> None:
    @router.get(HOME)
    def shown(request: Request, at: str = "1", done: str = "") -> Response:
        page = frame.page(request)
        found = _review(frame.workspace, wanted_of(page), number(at))
        pair = next(iter(found.pairs), None) if found else None
        return frame.render(
            page,
            "identity.html",
            **about(frame.workspace, found),
            pair=pair,
            sides=_sides(frame.workspace, pair) if pair else (),
            drawn=waterfall(page, pair) if pair else None,
            done=_told(frame.workspace, number(done)) if done else None,
            wanted=wanted_of(page),
            likely=likely,
            odds=odds,
        )

    @router.get(f"{HOME}/decisions")
    def decided(request: Request) -> Response:
        acts = list(_acts(use.decisions(frame.workspace)))
        found = _review(frame.workspace, Wanted(), 1)
        view = about(frame.workspace, found)
        return frame.render(frame.page(request), "identity_decisions.html", **view, acts=acts[:LATEST], total=len(acts))


def about(workspace: Workspace, found: Candidates | None) -> dict[str, Any]:
    """What every page of identity says above: how customers are found, and what waits."""
    return {"found": found, "by": state(workspace), "at_once": at_once(workspace)}


def _review(workspace: Workspace, wanted: Wanted, at: int) -> Candidates | None:
    """One pair and how many there are; None before the first build."""
    try:
        return likeness.review(workspace, at, 1, wanted)
    except NotFound:
        return None


def _sides(workspace: Workspace, pair: Candidate) -> tuple[Any, ...]:
    return tuple(glance(workspace, each) for each in (pair.left_customer, pair.right_customer))


def _told(workspace: Workspace, act: int) -> ActLine | None:
    return next((each for each in _acts(use.decisions(workspace)) if each.act == act), None)


def _acts(told: Iterable[Decision]) -> Iterator[ActLine]:
    """Acts, the newest first."""
    for act, each in groupby(told, key=lambda one: one.act):
        pairs = list(each)
        # What leaves is told first; that each side holds together goes without saying.
        pairs.sort(key=lambda one: one.verdict != "apart")
        verdict = "split" if len({one.verdict for one in pairs}) > 1 else pairs[0].verdict
        yield ActLine(act, verdict, tuple(pairs[:SHOWN]), len(pairs), any(one.stands for one in pairs))


def _deciding(router: APIRouter, frame: Frame) -> None:
    @router.post(f"{HOME}/decide")
    def decided(
        request: Request,
        left: Annotated[str, Form()],
        right: Annotated[str, Form()],
        verdict: Annotated[str, Form()],
        why: Annotated[str, Form()] = "",
    ) -> Response:
        decide = use.link if verdict == "link" else use.keep_apart
        done = decide(frame.workspace, left, right, why=why, actor=actor(), now=datetime.now(UTC))
        ask_touch_up(frame.workspace, actor=actor(), now=datetime.now(UTC))
        return _back(request, done.act)

    @router.post(f"{HOME}/undo")
    def undone(request: Request, act: Annotated[int, Form()], back: Annotated[str, Form()] = "") -> Response:
        use.undo(frame.workspace, act, actor=actor(), now=datetime.now(UTC))
        ask_touch_up(frame.workspace, actor=actor(), now=datetime.now(UTC))
        return see(f"{HOME}/decisions") if back == "decisions" else _back(request, act)


def _back(request: Request, act: int) -> Response:
    """To the pair that stands in the same place now."""
    kept = {name: request.query_params.get(name, "") for name in ASKED}
    return see(address(HOME, {**kept, "done": str(act)}))


def _sweeping(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/sweep")
    def previewed(request: Request) -> Response:
        return _preview(frame, request)

    @router.post(f"{HOME}/sweep")
    def swept(request: Request, seen: Annotated[str, Form()], why: Annotated[str, Form()] = "") -> Response:
        wanted = wanted_of(frame.page(request))
        try:
            done = sweep.sweep(frame.workspace, wanted, why=why, seen=seen, actor=actor(), now=datetime.now(UTC))
            ask_touch_up(frame.workspace, actor=actor(), now=datetime.now(UTC))
        except PortraitsError as error:
            return _preview(frame, request, error)
        return see(address(HOME, {"done": str(done.act)}))


def _preview(frame: Frame, request: Request, error: PortraitsError | None = None) -> Response:
    page = frame.page(request)
    view = sweep.preview_sweep(frame.workspace, wanted_of(page))
    status = error.status if error else 200
    return frame.render(
        page,
        "identity_sweep.html",
        status,
        view=view,
        error=error,
        likely=likely,
        by=state(frame.workspace),
        found=None,
    )


def _matching(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/trial")
    def tried(request: Request) -> Response:
        found, error = None, None
        try:
            found = trial.try_matching(frame.workspace)
        except PortraitsError as refused:
            error = refused
        by = state(frame.workspace)
        return frame.render(frame.page(request), "identity_trial.html", trial=found, error=error, by=by)

    @router.post(f"{HOME}/matching")
    def used() -> Response:
        trial.use_matching(frame.workspace, actor=actor(), now=datetime.now(UTC))
        return see(HOME)
