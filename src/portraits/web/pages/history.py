"""The history of a customer's tags as a page: a table of what changed, or one tag drawn over the runs."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.history import Point, TagHistory, history
from portraits.app.customers.portrait import GROUPS, header
from portraits.app.reading import TagColumn
from portraits.app.said import Quantity
from portraits.app.tags.tags import catalogue
from portraits.web.charts import Chart, Series
from portraits.web.frame import Frame
from portraits.web.page import Page
from portraits.web.pages.person import head
from portraits.web.writing import SIGNS

FEWEST = 2  # runs that make a history


def routes(frame: Frame) -> APIRouter:
    """The history."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/{customer_id:path}/history")
    def shown(request: Request, customer_id: str, tag: str = "") -> Response:
        page = frame.page(request)
        view = history(frame.workspace, customer_id, (tag,) if tag else ())
        drawn = [_chart(page, each) for each in view.tags if tag and each.tag.numeric and _drawable(each)]
        return frame.render(
            page,
            "history.html",
            **head(frame, page, header(frame.workspace, customer_id), "history"),
            view=view,
            chosen=tag,
            several=len(view.runs) >= FEWEST,
            groups=_choices(frame),
            charts=drawn,
            specs={chart.id: chart.spec() for chart in drawn},
            step=lambda told, at: _step(page, told, at),
        )

    return router


def _choices(frame: Frame) -> list[tuple[str, list[TagColumn]]]:
    """All tags by group, to choose one from."""
    tags = sorted((each.tag for each in catalogue(frame.workspace).entries), key=lambda tag: GROUPS.index(tag.group))
    return [(group, list(some)) for group, some in groupby(tags, key=lambda tag: tag.group)]


def _drawable(told: TagHistory) -> bool:
    return len([point for point in told.points if point.value is not None]) >= FEWEST


def _step(page: Page, told: TagHistory, at: int) -> str:
    """How far a number moved from the run before, with its sign; empty where that says nothing."""
    now, before = told.points[at].value, told.points[at - 1].value if at else None
    if not told.points[at].changed or not told.tag.numeric or now is None or before is None:
        return ""
    way, sign = ("▲", "+") if now > before else ("▼", "−")
    size = page.writing.quantity(Quantity(abs(now - before), told.tag.unit))
    return f"{way} {sign}{size}" if re.search("[1-9]", size) else way


def _chart(page: Page, told: TagHistory) -> Chart:
    unit = told.tag.unit
    points = told.points
    extra: dict[str, Any] = {}
    if unit == "money":
        extra["prefix"] = SIGNS.get(page.outline.currency, f"{page.outline.currency} ")
    return Chart(
        id="past",
        kind="columns",
        title=_finding(page, told),
        about=page.text(told.tag.title),
        head=page.t("past.run"),
        labels=[f"{page.write(point.as_of)} · {point.run}" for point in points],
        ticks=[page.write(point.as_of) for point in points],
        series=[
            _series(page, "chart.mine", [point.value for point in points], unit),
            _series(page, "chart.base", [point.mean for point in points], unit),
        ],
        extra=extra,
    )


def _series(page: Page, name: str, values: list[Any], unit: str) -> Series:
    texts = [page.write(None if value is None else Quantity(value, unit)) for value in values]
    return Series(page.t(name), [None if value is None else float(value) for value in values], texts)


def _finding(page: Page, told: TagHistory) -> str:
    """From the first known value to the last, in words."""
    known = [point for point in told.points if point.value is not None]
    first, last = known[0], known[-1]
    if last.value == first.value:
        return page.t("past.same", value=page.value(told.tag, last.value))
    key = "past.rose" if last.value > first.value else "past.fell"
    return page.t(key, since=first.as_of, **_ends(page, told, first, last))


def _ends(page: Page, told: TagHistory, first: Point, last: Point) -> dict[str, str]:
    return {"from": page.value(told.tag, first.value), "to": page.value(told.tag, last.value)}
