"""Matching as pages: who lives together, what cleaning repaired, what was learnt, and learning it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.actor import actor
from portraits.app.identity.households import Member, households
from portraits.app.identity.models import models, retrain
from portraits.app.identity.repairs import note_of, repaired_values, repairs
from portraits.vocabulary.errors import NotFound, PortraitsError
from portraits.web.charts import Chart
from portraits.web.frame import Frame
from portraits.web.identity_charts import likely, signed
from portraits.web.matching_charts import (
    BarTable,
    home_sizes,
    homes_chart,
    level_line,
    rate,
    repairs_chart,
    repairs_finding,
    weights_chart,
)
from portraits.web.page import Page
from portraits.web.pages.data import see
from portraits.web.pages.identity import HOME, state
from portraits.web.pages.identity_report import FIELDS
from portraits.web.pages.person import number

T = TypeVar("T")
SIZE = 20  # households a page


def routes(frame: Frame) -> APIRouter:
    """The pages of cleaning and matching."""
    router = APIRouter()
    _households(router, frame)
    _repairs(router, frame)
    _models(router, frame)
    return router


def _found(look: Callable[[], T]) -> T | None:
    """What a run tells; None before the first build, and where its records were not matched."""
    try:
        return look()
    except NotFound:
        return None


def _view(frame: Frame, found: object, drawn: Chart | BarTable[Any] | None) -> dict[str, Any]:
    return {"found": found, "drawn": drawn, "specs": _specs([drawn]), "by": state(frame.workspace)}


def _specs(drawn: Iterable[Chart | BarTable[Any] | None]) -> dict[str, Any]:
    return {each.id: each.spec() for each in drawn if each}


def _households(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/households")
    def shown(request: Request, at: str = "1") -> Response:
        page = frame.page(request)
        found = _found(lambda: households(frame.workspace, number(at), SIZE))
        drawn = homes_chart(page, found) if found else None
        sizes = home_sizes(page, found) if found else []
        view = _view(frame, found, drawn)
        return frame.render(page, "households.html", **view, shared=shared, sizes=sizes)


def shared(page: Page, member: Member) -> str:
    """What somebody of a household shares with others of it."""
    return page.t("matching.and").join(page.t(f"matching.shares.{each}") for each in member.shared)


def _repairs(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/repairs")
    def counted(request: Request) -> Response:
        page = frame.page(request)
        found = _found(lambda: repairs(frame.workspace))
        drawn = repairs_chart(page, found) if found and found.counts else None
        finding = repairs_finding(page, found) if found else ""
        return frame.render(page, "repairs.html", **_view(frame, found, drawn), finding=finding)

    @router.get(f"{HOME}/repairs/{{field}}/{{note}}")
    def behind(request: Request, field: str, note: str) -> Response:
        found = _found(lambda: repaired_values(frame.workspace, field, note))
        if found is None:
            return see(f"{HOME}/repairs")  # which says why there are none
        page = frame.page(request)
        title = page.t("matching.repaired", field=FIELDS[field], what=note_of(note).said)
        return frame.render(page, "repaired.html", found=found, title=title)


def _models(router: APIRouter, frame: Frame) -> None:
    @router.get(f"{HOME}/models")
    def shown(request: Request) -> Response:
        return _learnt(frame, request)

    @router.post(f"{HOME}/models/retrain")
    def anew(request: Request) -> Response:
        try:
            retrain(frame.workspace, actor=actor(), now=datetime.now(UTC))
        except PortraitsError as error:
            return _learnt(frame, request, error)
        return see(f"{HOME}/models")


def _learnt(frame: Frame, request: Request, error: PortraitsError | None = None) -> Response:
    page = frame.page(request)
    found = _found(lambda: models(frame.workspace))
    drawn = {each.kind: weights_chart(page, each) for each in found.models} if found else {}
    return frame.render(
        page,
        "models.html",
        error.status if error else 200,
        found=found,
        drawn=drawn,
        specs=_specs(drawn.values()),
        by=state(frame.workspace),
        error=error,
        block_of=lambda columns: block_name(page, columns),
        column_of=lambda name: column_name(page, name),
        chance=lambda weight: likely(page, chance(weight)),
        signed=signed,
        rate=rate,
        level_line=level_line,
    )


def chance(weight: float) -> float:
    """The probability that a weight means."""
    return 1 - 1 / (1 + 2**weight)


def block_name(page: Page, columns: Iterable[str]) -> str:
    """The columns in which records of a block are equal."""
    return page.t("matching.and").join(column_name(page, each) for each in columns)


def column_name(page: Page, name: str) -> str:
    """A column of cleaned records, by its name in the table where it has no words."""
    return page.known("matching.columns", name)
