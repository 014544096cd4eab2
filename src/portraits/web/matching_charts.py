"""Matching charts: what households buy, what cleaning did, what each comparison is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Generic, TypeVar

from portraits.app.identity.households import Households, OfSize
from portraits.app.identity.models import Compared, Learnt, LevelLearnt
from portraits.app.identity.repairs import Count, Repairs
from portraits.app.said import Quantity
from portraits.vocabulary.table import Column
from portraits.web.charts import Chart, Series
from portraits.web.identity_charts import odds, signed
from portraits.web.page import Page

R = TypeVar("R")
MOST_SIZES = 7  # households of more are drawn together
FEW = 0.01  # shares below this are said as one in so many
WIDTH = 100.0  # of the drawing of a bar


@dataclass(frozen=True)
class BarTable(Generic[R]):
    """A table with a bar in each row, drawn by the page itself; `title` states the finding, `lines` go into a file."""

    id: str
    title: str
    about: str
    rows: Sequence[R]
    lines: Sequence[Sequence[str]]

    def spec(self) -> dict[str, Any]:
        """The same as a table of texts, for a file."""
        return {"kind": "cells", "about": self.about, "table": [list(line) for line in self.lines]}


def homes_chart(page: Page, found: Households) -> Chart | None:
    """What a customer bought by how many live together, beside the mean of all; None where nobody bought anything."""
    sizes = [found.alone, *_classes(found.sizes)]
    people = [each.size * each.households for each in sizes[:-1]] + [_people(found, sizes[-1])]
    mean = _each(sizes, people)
    if not (found.total and mean):
        return None
    shown = [(each, n) for each, n in zip(sizes, people, strict=True) if n]
    bought = [_each([each], [n]) for each, n in shown]
    together, alone = _each(sizes[1:], people[1:]), _each(sizes[:1], people[:1])
    return Chart(
        id="household-sizes",
        kind="bars",
        title=page.t("matching.homes_finding", together=_money(together), alone=_money(alone)),
        about=page.t("matching.homes_about"),
        head=page.t("matching.size"),
        labels=[size_name(page, each) for each, _ in shown],
        series=[
            Series(page.t("identity.customers"), [n for _, n in shown], [page.write(n) for _, n in shown]),
            Series(page.t("matching.bought_each"), bought, [page.write(_money(each)) for each in bought]),
            Series(page.t("matching.mean"), [mean] * len(shown), [page.write(_money(mean))] * len(shown)),
        ],
    )


def home_sizes(page: Page, found: Households) -> list[tuple[str, int]]:
    """The sizes of households, and how many there are of each."""
    return [(size_name(page, each), each.households) for each in _classes(found.sizes)]


def _classes(sizes: Sequence[OfSize]) -> Iterator[OfSize]:
    """The sizes, those from the largest class on as one."""
    for size, several in groupby(sizes, key=lambda each: min(each.size, MOST_SIZES)):
        some = list(several)
        found, orders = sum(each.households for each in some), sum(each.orders for each in some)
        yield OfSize(size, found, orders, sum(each.amount for each in some))


def _people(found: Households, last: OfSize) -> int:
    """How many live in the households of the last class, some of which may be larger than it says."""
    return sum(each.size * each.households for each in found.sizes if each.size >= last.size)


def _each(sizes: Sequence[OfSize], people: Sequence[int]) -> float:
    """What one of them bought on average."""
    return float(sum(each.amount for each in sizes)) / (sum(people) or 1)


def _money(amount: float) -> Quantity:
    return Quantity(amount, "money")


def size_name(page: Page, each: OfSize) -> str:
    """How many live together, in words."""
    if each.size == 1:
        return page.t("matching.of_one")
    return page.t("matching.of_most" if each.size == MOST_SIZES else "matching.of_size", n=each.size)


def _share(page: Page, share: float | None) -> str:
    return page.write(None if share is None else Quantity(share, "share"))


@dataclass(frozen=True)
class Repair:
    """What was found in so many records: `width` is its share of all records, `lost` the part nothing came of."""

    count: Count
    share: str
    width: float
    lost: float


def repairs_chart(page: Page, found: Repairs) -> BarTable[tuple[Column, list[Repair]]]:
    """What cleaning did, field by field: how many records, and of how many values nothing was left."""
    fields = {name: list(each) for name, each in groupby(_by_field(found), key=lambda each: each.column.name)}
    rows = [(each[0].column, [_repair(page, one, found.records) for one in each]) for each in fields.values()]
    names = ("matching.field", "matching.done", "matching.kind", "matching.records", "matching.share", "matching.lost")
    return BarTable(
        id="repairs",
        title=repairs_finding(page, found),
        about=page.t("matching.repairs_about", n=found.records),
        rows=rows,
        lines=[[page.t(name) for name in names], *(_line(page, each) for _, several in rows for each in several)],
    )


def _by_field(found: Repairs) -> list[Count]:
    """The counts field by field, the fields with most of them first."""
    first = list(dict.fromkeys(each.column.name for each in found.counts))
    return sorted(found.counts, key=lambda each: first.index(each.column.name))


def _repair(page: Page, each: Count, records: int) -> Repair:
    width = WIDTH * each.records / records
    lost = WIDTH * each.unusable / records
    return Repair(each, _share(page, each.records / records), round(max(width, 0.4), 2), round(lost, 2))


def _line(page: Page, each: Repair) -> list[str]:
    count = each.count
    kind = page.t(f"matching.kinds.{count.note.kind}")
    numbers = (page.write(count.records), each.share, page.write(count.unusable))
    return [page.text(count.column.title), page.text(count.note.said), kind, *numbers]


def repairs_finding(page: Page, found: Repairs) -> str:
    """How many records were touched, and by what most of them."""
    if not found.counts:
        return page.t("matching.repairs_none", n=found.records)
    first = found.counts[0]
    said = {"field": page.text(first.column.title), "what": page.text(first.note.said)}
    return page.t("matching.repairs_finding", share=found.repaired / found.records, **said)


@dataclass(frozen=True)
class Worth:
    """One comparison: what speaks most for and most against, and the bars from even odds to either, in percent."""

    name: str
    best: str
    worst: str
    most: str
    least: str
    against: tuple[float, float]  # where the bar begins, and how wide it is
    speaks: tuple[float, float]
    ticks: tuple[float, ...]
    zero: float


def weights_chart(page: Page, model: Learnt) -> BarTable[Worth] | None:
    """What each comparison is worth at best and at worst, the strongest first; None where nothing could be compared."""
    compared = sorted(model.comparisons, key=lambda each: -max(level.weight for level in each.levels))
    if not compared:
        return None
    weights = [0.0, *(level.weight for each in compared for level in each.levels)]
    low, high = min(weights), max(weights)
    heads = ("compared", "level", "among_true", "among_strangers", "odds", "weight")
    return BarTable(
        id=f"weights-{model.kind}",
        title=weights_finding(page, compared),
        about=page.t("matching.weights_about"),
        rows=[_worth(page, each, low, WIDTH / ((high - low) or 1)) for each in compared],
        lines=[[page.t(f"matching.{head}") for head in heads], *_levels(page, compared)],
    )


def _worth(page: Page, each: Compared, low: float, scale: float) -> Worth:
    best, worst = _ends(each)
    places = [round((level.weight - low) * scale, 2) for level in each.levels]
    zero = round(-low * scale, 2)
    return Worth(
        name=page.text(each.title),
        best=page.text(best.title),
        worst=page.text(worst.title),
        most=signed(best.weight),
        least=signed(worst.weight),
        against=(min(*places, zero), round(max(zero - min(places), 0), 2)),
        speaks=(zero, round(max(max(places) - zero, 0), 2)),
        ticks=tuple(places),
        zero=zero,
    )


def _ends(each: Compared) -> tuple[LevelLearnt, LevelLearnt]:
    """What speaks most for one customer, and what most against."""
    ordered = sorted(each.levels, key=lambda level: level.weight)
    return ordered[-1], ordered[0]


def _levels(page: Page, compared: Sequence[Compared]) -> Iterator[list[str]]:
    for each in compared:
        for level in each.levels:
            *said, weight = level_line(page, level)
            yield [page.text(each.title), *said, weight.removeprefix("+")]


def level_line(page: Page, level: LevelLearnt) -> list[str]:
    """A degree of agreement, how often it is met among true pairs and among strangers, and what it is worth."""
    shares = [rate(page, share) for share in (level.among_true, level.among_strangers)]
    rare = page.t("matching.by_rarity") if level.by_rarity else ""
    return [page.text(level.title), *shares, odds(page, level.weight), signed(level.weight) + rare]


def rate(page: Page, share: float) -> str:
    """A share, a small one as one in so many."""
    if share >= FEW or share <= 0:
        return _share(page, share)
    return page.t("matching.one_in", n=round(1 / share) if share > 1 / 1000 else round(1 / share, -2))


def weights_finding(page: Page, compared: Sequence[Compared]) -> str:
    """What speaks most for one customer of all comparisons, and what most against."""
    best = max(compared, key=lambda each: _ends(each)[0].weight)
    worst = min(compared, key=lambda each: _ends(each)[1].weight)
    (most, _), (_, least) = _ends(best), _ends(worst)
    return page.t(
        "matching.weights_finding",
        **{"best": best.title, "agrees": most.title, "most": signed(most.weight)},
        **{"worst": worst.title, "differs": least.title, "least": signed(least.weight)},
    )
