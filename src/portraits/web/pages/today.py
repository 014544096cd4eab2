"""Today as a page: what somebody who opens the workspace should know first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.actor import actor
from portraits.api.receiving import BoundedForm, text
from portraits.app.data.standing import SourceLine
from portraits.app.home.metric import Kpi
from portraits.app.home.target import drop_target, set_target
from portraits.app.home.today import Step, Today, today
from portraits.app.runs.changes import Changes
from portraits.app.said import Quantity
from portraits.engine.settings import METRICS
from portraits.vocabulary.errors import DefinitionError
from portraits.web.frame import Frame
from portraits.web.joblines import job_line
from portraits.web.page import Page
from portraits.web.pages.data import see

# The one button of each step: its address, and the kind of work where it begins some.
BUTTONS = {
    "load": ("/data/import", ""),
    "map": ("/data", ""),
    "build": ("", "build"),
    "audience": ("/audiences/new", ""),
}
SHOWN = 8  # sources: those that want something first
WIDE = 100  # of the longest bar


@dataclass(frozen=True)
class Guide:
    """A step of a newcomer in words, with its button."""

    step: Step
    text: str
    href: str
    work: str


@dataclass(frozen=True)
class Bar:
    """The metric in one run, as a row of a table and the length of a bar."""

    day: str
    run: int
    text: str
    length: float


@dataclass(frozen=True)
class Freshness:
    """A source in words: its name, how old its newest batch is, how many rows count."""

    line: SourceLine
    name: str
    age: str
    rows: str
    waiting: bool  # for the next build


def routes(frame: Frame) -> APIRouter:
    """The first page."""
    router = APIRouter()

    @router.get("/")
    def shown(request: Request) -> Response:
        return _page(frame, request)

    @router.post("/target")
    def aimed(request: Request, form: BoundedForm) -> Response:
        typed = {name: text(form, name).strip() for name in ("metric", "amount", "by")}
        amount = re.sub(r"[\s,，_]", "", typed["amount"])  # 120,000 is how people write it
        try:
            set_target(frame.workspace, amount, typed["by"], typed["metric"], actor=actor(), now=datetime.now(UTC))
        except DefinitionError as error:
            return _page(frame, request, typed, error)
        return see("/")

    @router.post("/target/drop")
    def dropped() -> Response:
        drop_target(frame.workspace, actor=actor(), now=datetime.now(UTC))
        return see("/")

    return router


def _page(
    frame: Frame, request: Request, typed: Mapping[str, str] | None = None, error: DefinitionError | None = None
) -> Response:
    """The first page; with a target that cannot be, as it was typed and what is wrong with it."""
    page = frame.page(request)
    view = today(frame.workspace, now=datetime.now(UTC))
    return frame.render(
        page,
        "today.html",
        HTTPStatus(error.status) if error else HTTPStatus.OK,
        view=view,
        aim=typed or (_aim(view.kpi) if view.kpi else {}),
        wrong={
            "amount": "",
            "by": "",
            **{each.field.rpartition(".")[2]: each.told for each in (error.faults if error else ())},
        },
        metrics=METRICS,
        guides=list(_guides(page, view)),
        bars=list(_bars(page, view.kpi)) if view.kpi else [],
        sources=[_freshness(page, view, each) for each in sorted(view.sources, key=_calm)[:SHOWN]],
        jobs=[job_line(page, each) for each in (*view.open_jobs, *view.failed_jobs)],
        live=bool(view.open_jobs),
        moves=list(_moves(page, view.changes)) if view.changes else [],
        hero=page.write(Quantity(view.kpi.value, view.kpi.unit)) if view.kpi and view.kpi.value is not None else "",
    )


def _aim(kpi: Kpi) -> Mapping[str, str]:
    """The target as a form shows it; where none is set, what can be measured is proposed."""
    if kpi.aimed is None:
        return {"metric": kpi.metric, "amount": "", "by": ""}
    amount = f"{kpi.aimed.amount:.2f}".removesuffix(".00")
    return {"metric": kpi.wanted, "amount": amount, "by": kpi.aimed.by.isoformat()}


def _guides(page: Page, view: Today) -> Iterator[Guide]:
    for step in view.steps:
        href, work = BUTTONS[step.key]
        if step.key == "load" and view.sources and not any(each.rows for each in view.sources):
            href, work = "", "load"  # the sources are written down already
        state = "stale" if step.key == "build" and step.n else step.state
        yield Guide(step, page.t(f"today.{step.key}.{state}", n=step.n), href, work)


def _bars(page: Page, kpi: Kpi) -> Iterator[Bar]:
    most = max((point.value for point in kpi.history), default=0)
    for point in kpi.history:
        length = max(0.0, point.value / most * WIDE) if most > 0 else 0.0
        yield Bar(page.write(point.as_of), point.run, page.write(Quantity(point.value, kpi.unit)), round(length, 1))


def _freshness(page: Page, view: Today, line: SourceLine) -> Freshness:
    name = page.text(line.title) if line.title else line.name
    waiting = bool(line.last and view.built and line.last.loaded_at > view.built.created_at)
    age = "" if line.days is None else _age(page, line.days)
    return Freshness(line, name, age, page.t("today.rows", n=line.rows), waiting)


def _calm(line: SourceLine) -> bool:
    """Whether a source wants nothing from anybody."""
    return line.state == "loaded" and not line.rejected


def _age(page: Page, days: int) -> str:
    key = {0: "today.age.today", 1: "today.age.yesterday"}.get(days, "today.age.days")
    return page.t(key, n=days)


def _moves(page: Page, changes: Changes) -> Iterator[tuple[str, str]]:
    """Moves in words, each with the segment it belongs to."""
    for each in changes.moves:
        ends = {
            "before": page.text(each.before) if each.before else "–",
            "after": page.text(each.after) if each.after else "–",
        }
        yield page.t("today.move", n=each.customers, **ends), page.text(each.title)
