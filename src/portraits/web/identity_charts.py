"""Identity charts: why two records may be one customer, as a waterfall, the records of a customer and their links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import cos, pi, sin
from typing import Any

from portraits.app.identity.likeness import Candidate, Share
from portraits.app.identity.report import Count, Report
from portraits.app.identity.ties import Tie, Ties
from portraits.app.said import Quantity
from portraits.web.charts import Chart, Series
from portraits.web.page import Page

CLEAR = 0.5  # a weight that says something
WIDTH = 100.0  # of the drawing of a bar
MOST_DRAWN = 14  # records in a picture
SIZE, ROUND, MARGIN = 320, 116, 44


@dataclass(frozen=True)
class Bar:
    """One row of a waterfall; `start` and `width` place its bar, `zero` the line of even odds, in percent."""

    name: str
    level: str
    weight: str
    odds: str
    start: float
    width: float
    kind: str  # base, for, against, sum


@dataclass(frozen=True)
class Waterfall:
    """What speaks for and against, step by step: `title` says the finding, `heads` what stands in its columns."""

    id: str
    title: str
    about: str
    heads: tuple[str, ...]
    bars: tuple[Bar, ...]
    zero: float

    def spec(self) -> dict[str, Any]:
        """The same as a table of texts, for a file."""
        rows = [[each.name, each.level, each.odds, each.weight.removeprefix("+")] for each in self.bars]
        return {"kind": "cells", "about": self.about, "table": [list(self.heads), *rows]}


def waterfall(page: Page, each: Candidate) -> Waterfall:
    """The weight of a pair: where any two begin, what each comparison adds, and where it ends."""
    steps = list(accumulate([0.0, each.start, *(share.weight for share in each.shares)]))
    low, high = min(steps), max(steps)
    scale = WIDTH / ((high - low) or 1)

    def bar(name: str, level: str, begin: float, end: float, kind: str) -> Bar:
        left, right = sorted((begin, end))
        return Bar(
            *(name, level, signed(end - begin), odds(page, end - begin)),
            start=round((left - low) * scale, 2),
            width=round(max((right - left) * scale, 0.6), 2),
            kind=kind,
        )

    bars = [bar(page.t("identity.any_two"), "", 0.0, each.start, "base")]
    for share, begin in zip(each.shares, steps[1:], strict=False):
        kind = "pro" if share.weight >= 0 else "contra"
        bars.append(bar(page.text(share.title), page.text(share.level_title), begin, begin + share.weight, kind))
    bars.append(
        bar(
            page.t("identity.together"),
            page.t("identity.likely", share=likely(page, each.probability)),
            0.0,
            each.weight,
            "sum",
        )
    )
    heads = tuple(page.t(f"identity.{name}") for name in ("compared", "agree", "odds", "weight"))
    about = page.t("identity.why_about")
    return Waterfall("why-pair", _finding(page, each), about, heads, tuple(bars), round(-low * scale, 2))


def signed(weight: float) -> str:
    """A weight with its sign; one that says nothing has none."""
    return "0.0" if abs(weight) < 0.05 else f"{weight:+.1f}".replace("-", "−")


def odds(page: Page, weight: float) -> str:
    """How many times likelier or unlikelier a weight makes it."""
    times = 2 ** min(abs(weight), 40)
    rounded = round(times) if times >= 10 else round(times, 1)
    if rounded == 1:
        return page.t("identity.as_likely")
    return page.t("identity.times" if weight > 0 else "identity.over", n=rounded)


def likely(page: Page, probability: float) -> str:
    """A probability, neither certain nor impossible by rounding."""
    if probability > 0.999:
        return "> 99.9%"
    return "< 0.1%" if probability < 0.001 else page.write(Quantity(probability, "share"))


def _finding(page: Page, each: Candidate) -> str:
    """What speaks most for one customer, what most against, and what comes of it."""
    weighed = [share for share in each.shares if abs(share.weight) >= CLEAR]
    best = max((share for share in weighed if share.weight > 0), key=lambda share: share.weight, default=None)
    worst = min((share for share in weighed if share.weight < 0), key=lambda share: share.weight, default=None)
    said = {"likely": likely(page, each.probability)}
    if best and worst:
        return page.t("identity.finding_both", best=_told(page, best), worst=_told(page, worst), **said)
    if best:
        return page.t("identity.finding_for", best=_told(page, best), **said)
    return (
        page.t("identity.finding_against", worst=_told(page, worst), **said)
        if worst
        else page.t("identity.finding_none", **said)
    )


def _told(page: Page, share: Share) -> str:
    """A comparison and its level, the name left out where the level names it too."""
    name, level = page.text(share.title), page.text(share.level_title)
    return level if name.lower() in level.lower() else page.t("identity.share", name=name, level=level)


@dataclass(frozen=True)
class Node:
    """A record in the picture."""

    record_id: str
    short: str
    x: float
    y: float
    anchor: str
    text_x: float
    text_y: float


@dataclass(frozen=True)
class Edge:
    """A link in the picture; `width` grows with its weight, `firm` where somebody or a key says so."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float
    firm: bool


@dataclass(frozen=True)
class TiesPicture:
    """The records in a circle, and their links."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    width: int
    height: int


def ties_picture(found: Ties) -> TiesPicture | None:
    """The picture; None where it would say nothing, or too much."""
    if not 1 < found.total <= MOST_DRAWN:
        return None
    nodes = tuple(_nodes([each.record_id for each in found.records]))
    places = {each.record_id: (each.x, each.y) for each in nodes}
    return TiesPicture(nodes, tuple(_edges(found.ties, places)), SIZE + 2 * MARGIN + 120, SIZE)


def _nodes(records: Sequence[str]) -> Iterator[Node]:
    middle_x, middle_y = (SIZE + 2 * MARGIN + 120) / 2, SIZE / 2
    for place, record in enumerate(records):
        angle = 2 * pi * place / len(records) + (pi if len(records) == 2 else -pi / 2)
        x, y = round(middle_x + ROUND * cos(angle), 1), round(middle_y + ROUND * sin(angle), 1)
        side = "middle" if abs(cos(angle)) < 0.3 else "start" if cos(angle) > 0 else "end"
        away = 0 if side == "middle" else 14 if side == "start" else -14
        down = 4 if side != "middle" else 24 if sin(angle) > 0 else -16
        short = record if len(record) <= 18 else f"{record[:17]}…"
        yield Node(record, short, x, y, side, x + away, y + down)


def _edges(ties: Sequence[Tie], places: dict[str, tuple[float, float]]) -> Iterator[Edge]:
    for each in ties:
        if each.left_id in places and each.right_id in places:
            width = 3.0 if each.weight is None else min(6.0, max(1.0, each.weight / 5))
            yield Edge(*places[each.left_id], *places[each.right_id], round(width, 1), each.weight is None)


def sizes_chart(page: Page, found: Report) -> Chart | None:
    """Of how many records customers are made, beside the run before."""
    counts = found.of("size")
    if not counts:
        return None
    before = sum(each.before or 0 for each in counts)
    shares = [each.n / found.customers for each in counts]
    old = [(each.before or 0) / before if before and each.before is not None else None for each in counts]
    merged = sum(each.n for each in counts if each.key != "1")
    return Chart(
        id="record-sizes",
        kind="bars",
        title=page.t("identity.sizes_finding", share=merged / found.customers)
        if merged
        else page.t("identity.sizes_none"),
        about=page.t("identity.sizes_about"),
        head=page.t("identity.records"),
        labels=[size_name(page, each) for each in counts],
        series=[
            Series(page.t("identity.customers"), [each.n for each in counts], [page.write(each.n) for each in counts]),
            Series(page.t("identity.share_of"), shares, [page.write(Quantity(each, "share")) for each in shares]),
            Series(
                page.t("identity.before"),
                old,
                [page.write(None if each is None else Quantity(each, "share")) for each in old],
            ),
        ],
    )


def size_name(page: Page, each: Count) -> str:
    """How many records, in words."""
    return page.t("identity.of_records", n=int(each.key) if each.key.isdecimal() else each.key)
