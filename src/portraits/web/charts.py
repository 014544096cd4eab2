"""Charts: figures ready to draw: a sentence for a title, numbers, and the same numbers as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal

from portraits.app.customers.portrait import Axis, PortraitView
from portraits.app.customers.spending import Spending
from portraits.app.customers.taste import REST, Taste
from portraits.app.said import Quantity
from portraits.web.page import Page
from portraits.web.writing import SIGNS

Kind = Literal["columns", "radar", "treemap", "bars", "sankey"]

LONG_TAIL = 1 / 3  # a rest that large would be the largest tile, and say nothing


@dataclass(frozen=True)
class Series:
    """One line of numbers, and the same as a person reads them."""

    name: str
    values: Sequence[float | None]
    texts: Sequence[str]


@dataclass(frozen=True)
class Chart:
    """A chart: `title` states the finding, `about` says what is shown and in which unit."""

    id: str
    kind: Kind
    title: str
    about: str
    labels: Sequence[str]
    series: Sequence[Series]
    head: str  # of the labels, in the table
    ticks: Sequence[str] = ()
    notes: Sequence[str] = ()  # a remark for each label: why a period is drawn hatched
    most: float | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def tall(self) -> bool:
        """Whether it needs more height."""
        return self.kind in ("treemap", "bars")

    @property
    def table(self) -> list[list[str]]:
        """The head and the rows of the data table."""
        return [[self.head, *(each.name for each in self.series)], *self._rows()]

    def _rows(self) -> Iterator[list[str]]:
        notes = self.notes or [""] * len(self.labels)
        for number, (label, note) in enumerate(zip(self.labels, notes, strict=True)):
            yield [f"{label} {note}".strip(), *(each.texts[number] for each in self.series)]

    def spec(self) -> dict[str, Any]:
        """What the browser needs to draw it: numbers and texts, never colours or markup."""
        return {
            "kind": self.kind,
            "about": self.about,
            "labels": self.labels,
            "ticks": self.ticks or self.labels,
            "notes": self.notes,
            "series": [vars(each) for each in self.series],
            "table": self.table,
            "most": self.most,
            **self.extra,
        }


def charts(page: Page, view: PortraitView) -> list[Chart]:
    """The charts of a portrait; those without data are left out."""
    made = [
        _spending(page, view.spending) if view.spending else None,
        _taste(page, view.taste) if view.taste else None,
        _radar(page, view) if view.axes else None,
    ]
    return [chart for chart in made if chart]


def _series(page: Page, name: str, values: Sequence[float | None], unit: str) -> Series:
    texts = [page.write(None if value is None else Quantity(value, unit)) for value in values]
    return Series(page.t(name), values, texts)


def _spending(page: Page, spending: Spending) -> Chart:
    periods = spending.periods
    return Chart(
        id="spending",
        kind="columns",
        title=page.said(spending.finding),
        about=page.t(f"spend.per_{spending.step}"),
        head=page.t(f"spend.{spending.step}"),
        labels=[_period_name(spending.step, period.start) for period in periods],
        ticks=list(_ticks(page, [period.start for period in periods])),
        notes=[page.t("spend.part") if period.part else "" for period in periods],
        series=[
            _series(page, "chart.mine", [period.spent for period in periods], "money"),
            _series(page, "spend.base", [period.base for period in periods], "money"),
        ],
        extra={"prefix": SIGNS.get(page.outline.currency, f"{page.outline.currency} ")},
    )


def _period_name(step: str, start: date) -> str:
    return start.strftime("%Y-%m" if step == "month" else "%Y-%m-%d")


def _ticks(page: Page, starts: Sequence[date]) -> Iterator[str]:
    """A mark where a month begins; a year begins with its number."""
    before: date | None = None
    for start in starts:
        if before and before.month == start.month and before.year == start.year:
            yield ""
        elif before is None or before.year != start.year:
            yield f"{page.t(f'months.{start.month}')}\n{start.year}"
        else:
            yield page.t(f"months.{start.month}")
        before = start


def _taste(page: Page, taste: Taste) -> Chart:
    parts = taste.parts
    rest = parts[-1].share if parts[-1].name == REST else 0
    scattered = rest > LONG_TAIL
    return Chart(
        id="taste",
        kind="bars" if scattered else "treemap",
        title=page.said(taste.finding),
        about=page.t("mix.about_rest", share=rest) if scattered else page.t("mix.about"),
        head=page.t("mix.category"),
        labels=[category(page, part.name) for part in parts],
        series=[
            _series(page, "mix.amount", [part.amount for part in parts], "money"),
            _series(page, "mix.share", [part.share for part in parts], "share"),
            _series(page, "mix.base", [part.base for part in parts], "share"),
        ],
        extra={"short": page.t("mix.short"), "left_out": int(scattered)},
    )


def category(page: Page, name: str) -> str:
    """A category as written; what has none, and what is left over, by their words."""
    return {"": page.t("mix.rest"), "?": page.t("mix.unnamed")}.get(name, name)


def _radar(page: Page, view: PortraitView) -> Chart:
    axes = view.axes
    most = max(axis.most for axis in axes)
    mine = [None if axis.value is None else axis.value * most / axis.most for axis in axes]
    base = [None if axis.base is None else round(axis.base * most / axis.most, 2) for axis in axes]
    return Chart(
        id="radar",
        kind="radar",
        title=_strengths(page, axes),
        about=page.t("radar.about", most=most),
        head=page.t("radar.score"),
        labels=[short(page, axis) for axis in axes],
        series=[
            _series(page, "chart.mine", mine, ""),
            replace(_series(page, "chart.base", base, ""), name=_peers(page, view)),
        ],
        most=most,
    )


def _peers(page: Page, view: PortraitView) -> str:
    """Whose mean a portrait stands beside."""
    tag = view.peers.tag
    return page.t("portrait.peers", value=page.value(tag, view.peers.value)) if tag else page.t("chart.base")


def short(page: Page, axis: Axis) -> str:
    """A score's name without what the chart already says: that it goes from 1 to 5."""
    title = page.text(axis.tag.title)
    return title.partition(",")[0].partition("，")[0].partition("（")[0].removesuffix("评分").removesuffix(" score")


def _strengths(page: Page, axes: Sequence[Axis]) -> str:
    """The score furthest above the mean, and the one furthest below."""
    far = [
        (axis.value - axis.base, re.split("[:：] *", short(page, axis))[-1])
        for axis in axes
        if axis.value is not None and axis.base
    ]
    if not far:
        return page.t("radar.unknown")
    (low, weak), (high, strong) = min(far), max(far)
    if high < CLEAR and low > -CLEAR:
        return page.t("radar.even")
    if high < CLEAR:
        return page.t("radar.weak", weak=weak)
    return page.t("radar.strong", strong=strong) if low > -CLEAR else page.t("radar.both", strong=strong, weak=weak)


CLEAR = 0.5  # of a score
