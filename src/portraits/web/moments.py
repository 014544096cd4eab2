"""Moments: lines of a timeline in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from portraits.app.customers.timeline import Kind, Moment
from portraits.app.said import Quantity
from portraits.web.page import Page

FULL_MARKS = 5.0


@dataclass(frozen=True)
class Line:
    """One line: `month` is set where a new month begins."""

    at: datetime
    kind: Kind
    month: str
    day: str
    title: str
    detail: str
    text: str


def lines(page: Page, moments: Iterable[Moment]) -> Iterator[Line]:
    """The lines of a page of moments, newest first."""
    before = ""
    for moment in moments:
        month = moment.at.strftime("%Y-%m")
        yield Line(
            at=moment.at,
            kind=moment.kind,
            month=month if month != before else "",
            day=moment.at.strftime("%m-%d"),
            title=_TITLES[moment.kind](page, moment),
            detail=_detail(page, moment),
            text=moment.text,
        )
        before = month


def _order(page: Page, moment: Moment) -> str:
    amount = page.write(Quantity(moment.number or 0, "money"), "cents")
    if moment.what in ("cancelled", "returned", "pending"):
        return page.t(f"said.order_{moment.what}", amount=amount)
    if not moment.quantity or moment.quantity % 1:  # weights and volumes are not pieces
        return page.t("said.order", amount=amount)
    return page.t("said.order_pieces", amount=amount, pieces=Quantity(moment.quantity, "piece"))


def _event(page: Page, moment: Moment) -> str:
    what = page.known("events", moment.what)
    return page.t("said.event_object", what=what, name=moment.name) if moment.name else what


def _touch(page: Page, moment: Moment) -> str:
    name = moment.name or moment.place
    if not name:
        return page.t("said.touch_unnamed")
    return page.t("said.touch_holdout" if moment.what == "holdout" else "said.touch", name=name)


def _response(page: Page, moment: Moment) -> str:
    name = moment.name or moment.place
    if not name:
        return page.known("events", moment.what) if moment.what else page.t("said.response_unnamed")
    if not moment.what:
        return page.t("said.response", name=name)
    return page.t("said.response_kind", what=page.known("events", moment.what), name=name)


def _feedback(page: Page, moment: Moment) -> str:
    if moment.number is None:
        return page.t("said.feedback_plain")
    return page.t("said.feedback", rating=moment.number, scale=moment.scale or FULL_MARKS)


def _deal(page: Page, moment: Moment) -> str:
    if moment.number is None:
        return page.t("said.deal_plain")
    return page.t("said.deal", amount=page.write(Quantity(moment.number, "money"), "cents"))


_TITLES = {
    "order": _order,
    "event": _event,
    "touch": _touch,
    "response": _response,
    "feedback": _feedback,
    "deal": _deal,
}


def _detail(page: Page, moment: Moment) -> str:
    in_store = moment.kind == "order" and bool(moment.place)
    parts = [
        page.known("channels", moment.channel)
        if moment.channel and not (in_store and moment.channel == "store")
        else ""
    ]
    if in_store:
        parts.append(page.t("said.store", name=moment.place))
    if moment.kind in ("touch", "response") and moment.place and moment.place != moment.name and moment.name:
        parts.append(page.t("said.campaign", name=moment.place))
    if moment.kind == "feedback" and moment.what:
        parts.append(page.known("about", moment.what))
    if moment.kind == "deal":
        parts += [page.known("deals", moment.what), moment.name]
    return " · ".join(part for part in parts if part)
