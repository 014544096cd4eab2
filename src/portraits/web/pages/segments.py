"""Segments as pages: all of them, one with its grid and its parts, and two parts compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from portraits.app.said import Quantity
from portraits.app.segments.comparison import FEWEST, Comparison, Difference, Group, compare
from portraits.app.segments.segments import AGAINST, PartLine, SegmentView, grid, segment, segments
from portraits.web.cells import audience_path, customers_path
from portraits.web.frame import Frame
from portraits.web.page import Page
from portraits.web.segment_charts import called, hue, lattice, worth

LEGEND = 6  # parts named in the list of segments; the rest stand on the segment's page
STRONG = 1.2  # standard deviations that fill half of a difference's bar


@dataclass(frozen=True)
class Slice:
    """A part in a bar of all parts: where it begins and how wide it is, in percent."""

    title: str
    hue: int
    start: float
    width: float
    share: float


@dataclass(frozen=True)
class PartRow:
    """A part as a line of the value table."""

    part: PartLine
    title: str
    hue: int
    means: tuple[str, ...]
    money: str
    money_share: str
    customers: str
    audience: str


@dataclass(frozen=True)
class Apart:
    """A difference in words; `start` and `width` place its bar from the middle, in percent."""

    what: str
    first: str
    second: str
    index: str
    effect: str
    start: float
    width: float
    known: tuple[str, str]
    customers: str


def routes(frame: Frame) -> APIRouter:
    """The pages of segments."""
    router = APIRouter()

    @router.get("/segments")
    def listed(request: Request) -> Response:
        page = frame.page(request)
        found = [(line, list(_slices(page, segment(frame.workspace, line.name)))) for line in segments(frame.workspace)]
        return frame.render(page, "segments.html", found=found, legend=LEGEND)

    @router.get("/segments/{name}")
    def shown(request: Request, name: str, against: str = "f") -> Response:
        page = frame.page(request)
        return frame.render(page, "segment.html", **_one(frame, page, name, against if against in AGAINST else "f"))

    @router.get("/segments/{name}/compare")
    def compared(request: Request, name: str, part: str = "", other: str = "") -> Response:
        page = frame.page(request)
        view = segment(frame.workspace, name)
        peopled = [each for each in view.parts if each.customers]
        first = part or (peopled[0].value if peopled else "")
        found = compare(frame.workspace, name, first, other if other != first else "") if first else None
        return frame.render(page, "compare_parts.html", view=view, **_compared(page, view, found))

    return router


def _slices(page: Page, view: SegmentView) -> Iterator[Slice]:
    start = 0.0
    for part in view.parts:
        width = 100 * float(part.share)
        if part.customers:
            title = called(page, view.line.tag, part.value, part.title)
            yield Slice(
                title, hue(page, view.line.tag, part.value), round(start, 3), round(width, 3), float(part.share)
            )
        start += width


def _one(frame: Frame, page: Page, name: str, against: str) -> dict[str, Any]:
    view = segment(frame.workspace, name)
    drawn = worth(page, view)
    table = None
    if view.line.kind == "rfm":
        cells = grid(frame.workspace, name, against)
        table = lattice(page, cells) if any(cell.customers for cell in cells.cells) else None
    specs = {each.id: each.spec() for each in (drawn, table) if each}
    return {
        "view": view,
        "chart": drawn,
        "table": table,
        "against": against,
        "choices": AGAINST,
        "specs": specs,
        "rows": list(_rows(page, view)),
    }


def _rows(page: Page, view: SegmentView) -> Iterator[PartRow]:
    tag = view.line.tag
    for part in view.parts:
        means = zip(view.measures, part.means, strict=True)
        yield PartRow(
            part=part,
            title=called(page, tag, part.value, part.title),
            hue=hue(page, tag, part.value),
            means=tuple(page.value(measure, mean) for measure, mean in means),
            money=page.value(view.money, part.money) if view.money and part.customers else "–",
            money_share=page.write(Quantity(part.money_share, "share")) if part.money_share is not None else "–",
            customers=customers_path(part.rule),
            audience=audience_path(part.rule),
        )


def _compared(page: Page, view: SegmentView, found: Comparison | None) -> dict[str, Any]:
    if found is None:
        return {"found": None, "lines": [], "names": {}, "fewest": FEWEST, "small": False}
    tag = view.line.tag
    names = {part.value: called(page, tag, part.value, part.title) for part in view.parts}
    lines = list(_apart(page, found))
    return {
        "found": found,
        "names": names,
        "other_name": names[found.other.value] if found.other else page.t("versus.rest"),
        "hues": {part.value: hue(page, tag, part.value) for part in view.parts},
        "lines": lines,
        "small": min(found.customers, found.others) < FEWEST,
        "fewest": FEWEST,
        "title": page.t("versus.finding", what=lines[0].what) if lines else page.t("versus.none"),
    }


def _apart(page: Page, found: Comparison) -> Iterator[Apart]:
    for each in found.differences:
        title = page.text(each.tag.title)
        value = "" if each.value is None else page.value(each.tag, each.value)
        reach = min(abs(each.effect) / (2 * STRONG), 1.0) * 50
        yield Apart(
            what=page.t("versus.what", tag=title, value=value) if value else title,
            first=_figure(page, each, each.first),
            second=_figure(page, each, each.second),
            index="–" if each.index is None else page.write(round(each.index)),
            effect=page.write(round(each.effect, 1)),
            start=round(50 - reach if each.effect < 0 else 50, 2),
            width=round(reach, 2),
            known=(_known(page, each.first), _known(page, each.second)),
            customers=customers_path(" and ".join(filter(None, (found.part.rule, each.rule)))),
        )


def _figure(page: Page, each: Difference, group: Group) -> str:
    if each.value is None:
        return page.value(each.tag, group.figure)
    return page.write(Quantity(group.figure, "share"))


def _known(page: Page, group: Group) -> str:
    return page.t("versus.known_of", n=group.known, share=group.coverage)
