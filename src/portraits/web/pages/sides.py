"""Two customers side by side as a page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from portraits.api.paths import WholeRoute
from portraits.app.customers.sides import Side, SideBySide, side_by_side
from portraits.vocabulary.errors import NotFound
from portraits.web.charts import Chart, Series, short
from portraits.web.frame import Frame
from portraits.web.page import Page


def routes(frame: Frame) -> APIRouter:
    """The comparison of two customers."""
    router = APIRouter(route_class=WholeRoute)

    @router.get("/customers/compare")
    def shown(
        request: Request,
        a: str = "",
        b: str = "",
        every: str = "",
        customer: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        """Chosen as `a` and `b`, or as the first two that were marked in a list."""
        page = frame.page(request)
        marked = [each for each in (a.strip(), b.strip(), *(customer or ())) if each][:2]
        left, right = [*marked, "", ""][:2]
        view, fault = _found(frame, page, left, right)
        drawn = _charts(page, view) if view else []
        status = HTTPStatus.NOT_FOUND if fault else HTTPStatus.OK
        chosen: dict[str, Any] = {"left": left, "right": right, "fault": fault, "every": bool(every)}
        specs = {chart.id: chart.spec() for chart in drawn}
        return frame.render(page, "sides.html", status, view=view, charts=drawn, specs=specs, **chosen)

    return router


def _found(frame: Frame, page: Page, left: str, right: str) -> tuple[SideBySide | None, str]:
    """The two, or what is wrong with one of them; neither while only one is chosen."""
    if not (left and right):
        return None, ""
    try:
        return side_by_side(frame.workspace, left, right), ""
    except NotFound as error:
        return None, f"{page.told(error.what)} {page.told(error.hint)}"


def _charts(page: Page, view: SideBySide) -> list[Chart]:
    axes = view.left.axes
    if not axes:
        return []
    most = max(axis.most for axis in axes)
    return [
        Chart(
            id="radar",
            kind="radar",
            title=page.t("sides.scores", a=view.left.header.customer_id, b=view.right.header.customer_id),
            about=page.t("radar.about", most=most),
            head=page.t("radar.score"),
            labels=[short(page, axis) for axis in axes],
            series=[_series(page, side, most) for side in (view.left, view.right)],
            most=most,
        )
    ]


def _series(page: Page, side: Side, most: int) -> Series:
    values = [None if axis.value is None else axis.value * most / axis.most for axis in side.axes]
    return Series(side.header.customer_id, values, [page.write(value) for value in values])
