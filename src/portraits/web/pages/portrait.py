"""A customer's portrait as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.customers.portrait import PortraitView, TagValue, portrait
from portraits.app.customers.timeline import KINDS
from portraits.web.charts import charts
from portraits.web.frame import Frame
from portraits.web.moments import lines
from portraits.web.page import Page, customer_path
from portraits.web.pages.person import head, number, tells

FIRST = 6  # tags of a group shown before one asks for more
ASIDE = ("behaviour", "interaction", "social", "credit", "risk")  # groups with room below the charts
MOMENTS = 14


@dataclass(frozen=True)
class TagLine:
    """A tag's value as one line; there are hundreds, so all of it is ready to be written."""

    href: str
    method: str
    title: str
    value: str


@dataclass(frozen=True)
class TagGroup:
    """The known tags of a group: the first ones that tell something, and the rest to unfold."""

    name: str
    first: tuple[TagLine, ...]
    rest: tuple[TagLine, ...]

    @property
    def aside(self) -> bool:
        """Whether it stands below the charts."""
        return self.name in ASIDE


@dataclass(frozen=True)
class Against:
    """Customers whom one may be put beside: their name, the address, whether they are it now."""

    name: str
    href: str
    here: bool


def routes(frame: Frame) -> APIRouter:
    """The portrait."""
    router = APIRouter()

    @router.get("/customers/{customer_id:path}")
    def shown(request: Request, customer_id: str, kind: str = "", at: str = "1", against: str = "") -> Response:
        page = frame.page(request)
        wanted = next((each for each in KINDS if each == kind), None)
        view = portrait(frame.workspace, customer_id, kind=wanted, page=number(at), size=MOMENTS, against=against)
        drawn = charts(page, view)
        return frame.render(
            page,
            "portrait.html",
            view=view,
            **head(frame, page, view.header, "overview"),
            groups=list(_groups(page, view)),
            known=sum(each.value is not None for tags in view.groups.values() for each in tags),
            total=sum(map(len, view.groups.values())),
            charts=drawn,
            specs={chart.id: chart.spec() for chart in drawn},
            moments=list(lines(page, view.timeline.moments)),
            against=list(_against(page, view)),
        )

    return router


def _against(page: Page, view: PortraitView) -> Iterator[Against]:
    """Everybody, and those in the same segment and stage of life."""
    chosen = view.peers.tag.name if view.peers.tag else ""
    yield Against(page.t("portrait.everybody"), page.url(against=None), not chosen)
    for each in (view.header.segment, view.header.lifecycle):
        if each:
            name, value = each.tag.name, page.value(each.tag, each.value)
            yield Against(value, page.url(against=name), chosen == name)


def _groups(page: Page, view: PortraitView) -> Iterator[TagGroup]:
    path = customer_path(view.header.customer_id, "why")
    for name, tags in view.groups.items():
        known = [each for each in tags if each.value is not None]
        first = [each for each in known if tells(each.value)][:FIRST]
        if known:
            named = {each.tag.name for each in first}
            rest = [each for each in known if each.tag.name not in named]
            yield TagGroup(name, _lines(page, path, first), _lines(page, path, rest))


def _lines(page: Page, path: str, tags: Iterable[TagValue]) -> tuple[TagLine, ...]:
    return tuple(
        TagLine(f"{path}/{each.tag.name}", each.tag.method, page.text(each.tag.title), page.value(each.tag, each.value))
        for each in tags
    )
