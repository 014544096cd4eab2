"""Tag charts: how the values of a tag are spread, now and in the run before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from portraits.app.reading import TagColumn
from portraits.app.said import Quantity
from portraits.app.tags.course import Course
from portraits.app.tags.tags import Bar, CatalogueEntry
from portraits.web.charts import Chart, Series
from portraits.web.page import Page

DAY = 86400


def bar_name(page: Page, tag: TagColumn, bar: Bar) -> str:
    """What a bar stands for: a value, a stretch of numbers, or all others."""
    if bar.value is None:
        return page.t("tag.others")
    if bar.upto is None:
        return page.value(tag, _told(tag, bar.value))
    return page.t("tag.stretch", low=_edge(page, tag, bar.value), high=_edge(page, tag, bar.upto))


def found(page: Page, entry: CatalogueEntry) -> str:
    """What the distribution says, in a sentence."""
    if not entry.known:
        return page.t("tag.found_none")
    if not entry.bars:
        return page.t("tag.found_hidden", share=entry.coverage)
    most = max(entry.bars, key=lambda bar: (bar.value is not None, bar.n))
    return page.t("tag.found_most", value=bar_name(page, entry.tag, most), share=most.n / entry.known)


def distribution(page: Page, entry: CatalogueEntry, course: Course | None = None) -> Chart | None:
    """Shares of the customers who have a value, beside those of the run before; None where there are none."""
    if not entry.bars:
        return None
    before = course.points[-2] if course and len(course.points) > 1 else None
    then = {(bar.value, bar.upto): bar.n for bar in before.bars} if before else {}
    known = before.known if before else 0
    shares = [bar.n / entry.known for bar in entry.bars]
    old = [then[key] / known if known and (key := (bar.value, bar.upto)) in then else None for bar in entry.bars]
    return Chart(
        id="distribution",
        kind="bars",
        title=found(page, entry),
        about=page.t("tag.distribution", n=entry.known),
        head=page.t("tag.value"),
        labels=[bar_name(page, entry.tag, bar) for bar in entry.bars],
        series=[
            Series(page.t("tag.customers"), [bar.n for bar in entry.bars], [page.write(bar.n) for bar in entry.bars]),
            Series(page.t("tag.share"), shares, _shares(page, shares)),
            Series(page.t("tag.before"), old, _shares(page, old)),
        ],
    )


def _shares(page: Page, shares: Sequence[float | None]) -> list[str]:
    return [page.write(None if share is None else Quantity(share, "share")) for share in shares]


def _told(tag: TagColumn, value: object) -> object:
    """The distribution of a yes-or-no tag is kept as texts."""
    return {"true": True, "false": False}.get(str(value), value) if tag.type == "boolean" else value


def _edge(page: Page, tag: TagColumn, value: float) -> str:
    if tag.type.temporal:
        return page.write(datetime.fromtimestamp(value * DAY, UTC).date())
    return page.value(tag, value)
