"""A customer's portrait as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.customers import Neighbours, neighbours
from portraits.app.portrait import PortraitView, TagValue, portrait
from portraits.app.timeline import KINDS
from portraits.vocabulary.errors import PortraitsError
from portraits.web.charts import charts
from portraits.web.frame import Frame
from portraits.web.moments import lines
from portraits.web.page import Page, address, customer_path

FIRST = 6  # tags of a group shown before one asks for more
ASIDE = ("behaviour", "interaction", "social", "credit", "risk")  # groups with room below the charts
SILENT = ("unknown", "none", "no", "0", "false")  # values that are known and tell nothing

# What is said of a customer beside the name, where it is known.
ABOUT = ("age_band", "income", "household_kind", "occupation", "education_level")
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


def routes(frame: Frame) -> APIRouter:
    """The portrait."""
    router = APIRouter()

    @router.get("/customers/{customer_id:path}")
    def shown(
        request: Request,
        customer_id: str,
        search: str = "",
        rule: str = "",
        sort: str = "",
        kind: str = "",
        at: str = "1",
    ) -> Response:
        page = frame.page(request)
        wanted = next((each for each in KINDS if each == kind), None)
        number = int(at) if at.isdecimal() and len(at) < 10 else 1
        view = portrait(frame.workspace, customer_id, kind=wanted, page=number, size=MOMENTS)
        drawn = charts(page, view)
        return frame.render(
            page,
            "portrait.html",
            view=view,
            about=list(_about(page, view)),
            groups=list(_groups(page, view)),
            known=sum(each.value is not None for tags in view.groups.values() for each in tags),
            total=sum(map(len, view.groups.values())),
            charts=drawn,
            specs={chart.id: chart.spec() for chart in drawn},
            moments=list(lines(page, view.timeline.moments)),
            beside=_beside(frame, customer_id, search, rule, sort),
            back=address("/customers", {"search": search, "rule": rule, "sort": sort}),
        )

    return router


def _beside(frame: Frame, customer_id: str, search: str, rule: str, sort: str) -> Neighbours:
    """The neighbours in the list one came from; none where that list cannot be read any more."""
    try:
        return neighbours(frame.workspace, customer_id, search, rule, sort)
    except PortraitsError:
        return Neighbours(None, None, None, 0)


def _about(page: Page, view: PortraitView) -> Iterator[str]:
    who = view.header
    if who.name:
        yield who.customer_id
    if who.kind == "company":
        yield page.t("kinds.company")
    if who.gender:
        yield page.known("genders", who.gender)
    if who.birth_date:
        yield page.t("portrait.born", year=who.birth_date[:4])
    known = {each.tag.name: each for tags in view.groups.values() for each in tags if _tells(each.value)}
    yield from (page.value(known[name].tag, known[name].value) for name in ABOUT if name in known)
    yield from filter(None, (who.region, who.city if who.city != who.region else "", who.phone, who.email))
    if who.since:
        yield page.t("portrait.since", day=who.since)
    if who.records > 1:
        yield page.t("portrait.records", n=who.records)


def _groups(page: Page, view: PortraitView) -> Iterator[TagGroup]:
    path = customer_path(view.header.customer_id, "why")
    for name, tags in view.groups.items():
        known = [each for each in tags if each.value is not None]
        first = [each for each in known if _tells(each.value)][:FIRST]
        if known:
            named = {each.tag.name for each in first}
            rest = [each for each in known if each.tag.name not in named]
            yield TagGroup(name, _lines(page, path, first), _lines(page, path, rest))


def _lines(page: Page, path: str, tags: Iterable[TagValue]) -> tuple[TagLine, ...]:
    return tuple(
        TagLine(f"{path}/{each.tag.name}", each.tag.method, page.text(each.tag.title), page.value(each.tag, each.value))
        for each in tags
    )


def _tells(value: Any) -> bool:
    return value is not None and value != 0 and str(value).lower() not in SILENT
