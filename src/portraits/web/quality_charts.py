"""Quality charts: sources by the sides of quality as a shaded table, and the course over the runs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portraits.app.quality.results import Score
from portraits.app.quality.scores import CoursePoint, QualityView, SourceScore
from portraits.web.charts import Chart, Series
from portraits.web.page import Page

# The share of good rows from which on a cell is that dark: the more bad rows, the darker.
STEPS = (1.0, 0.995, 0.99, 0.98, 0.95, 0.9, 0.8, 0.6)
ID = "quality"
FEW = 8  # sources that are shown where none has a bad row


@dataclass(frozen=True)
class Square:
    """What one source is worth in one dimension; `level` is its shade, `href` leads to the rules behind it."""

    text: str
    detail: str
    level: int
    href: str


Line = tuple[str, Sequence[Square | None], str]  # a source, its squares, its reliability


@dataclass(frozen=True)
class Squares:
    """Sources by dimensions: a line a source with bad rows, each with its squares and its reliability.

    `clean` are the sources without a bad row that have no line of their own.
    """

    title: str
    about: str
    heads: Sequence[str]
    corner: str
    lines: Sequence[Line]
    clean: Sequence[Line] = ()
    id: str = ID

    def spec(self) -> dict[str, Any]:
        """The same as a table of texts, for a file."""
        every = (*self.lines, *self.clean)
        lines = [[head, *(each.text if each else "" for each in row), end] for head, row, end in every]
        return {"kind": "cells", "about": self.about, "table": [[self.corner, *self.heads], *lines]}


def good(page: Page, share: float | None) -> str:
    """A share of good rows, never rounded up to all of them."""
    return page.write(None) if share is None else floored(share)


def floored(share: float) -> str:
    """A share as a percentage, what is less than a tenth of one left out."""
    return f"{math.floor(share * 1000 + 1e-9) / 10:g}%"


def bad_rows(page: Page, score: Score) -> str:
    """How many of the rows were bad."""
    return page.t("quality.bad_of", bad=score.bad, rows=score.rows)


def squares(page: Page, view: QualityView) -> Squares:
    """The sources by the sides of quality."""
    heads = [*(page.t(f"dimensions.{name}") for name in view.dimensions), page.t("quality.reliability")]
    order = sorted(view.sources, key=lambda each: (each.score.share or 0, each.source))
    shown = [each for each in order if each.score.bad] or order[:FEW]
    lines = [_source(page, view.dimensions, each) for each in shown]
    clean = [_source(page, view.dimensions, each) for each in order if each not in shown]
    return Squares(_finding(page, view), page.t("quality.squares"), heads, page.t("quality.source"), lines, clean)


def _source(page: Page, dimensions: Sequence[str], each: SourceScore) -> Line:
    cells = [_square(page, each.source, name, each.dimensions.get(name)) for name in dimensions]
    return each.source or page.t("quality.no_source"), cells, good(page, each.reliability)


def _square(page: Page, source: str, dimension: str, score: Score | None) -> Square | None:
    if score is None or score.share is None:
        return None
    level = sum(score.share < step for step in STEPS)
    href = page.url(source=source, dimension=dimension) + "#rules"
    detail = page.t("quality.bad_rows", n=score.bad) if score.bad else ""
    return Square(good(page, score.share), detail, level, href)


def _finding(page: Page, view: QualityView) -> str:
    """The weakest square, in a sentence."""
    found = [
        (score.share, each.source, name)
        for each in view.sources
        for name, score in each.dimensions.items()
        if score.share is not None
    ]
    share, source, name = min(found)
    if share == 1:
        return page.t("quality.found_clean")
    named = {"source": source or page.t("quality.no_source"), "dimension": page.t(f"dimensions.{name}")}
    return page.t("quality.found_weakest", **named, share=good(page, share))


def course(page: Page, points: Sequence[CoursePoint]) -> Chart | None:
    """Bad rows of a hundred judged over the runs, beside those of the first one; None for a single run."""
    if len(points) == 1 or not points:
        return None
    shares = list(_bad(points))
    return Chart(
        id="course",
        kind="columns",
        title=_course(page, points[0].run, shares[0], shares[-1]),
        about=page.t("quality.course"),
        head=page.t("quality.run"),
        labels=[f"{each.run} · {page.write(each.as_of)}" for each in points],
        ticks=[str(each.run) for each in points],
        notes=["" for _ in points],
        series=[
            Series(page.t("quality.bad_share"), shares, [_percent(each) for each in shares]),
            Series(
                page.t("quality.first", run=points[0].run),
                [shares[0]] * len(points),
                [_percent(shares[0])] * len(points),
            ),
        ],
        extra={"suffix": "%"},
    )


def _bad(points: Sequence[CoursePoint]) -> Iterator[float]:
    for each in points:
        yield 100 * each.score.bad / each.score.rows


def _course(page: Page, run: int, first: float, last: float) -> str:
    told = {"run": run, "before": _percent(first), "after": _percent(last)}
    if _percent(first) == _percent(last):
        return page.t("quality.course_same", **told)
    return page.t("quality.course_worse" if last > first else "quality.course_better", **told)


def _percent(share: float) -> str:
    return f"{share:.2g}%" if share < 1 else f"{share:.1f}%"
