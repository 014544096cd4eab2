"""Customers: who truly is there, with the hidden rates that nobody in the shop knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Flags, Floats, Ints, pick, pick_rows
from portraits.examples.corner_shop.days import within
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import CATEGORIES, COMPANY, DAYS, World

if TYPE_CHECKING:
    import pyarrow as pa

ORIGINS = ("walk_in", "search_ads", "short_video", "social", "referral", "outdoor")
_ORIGIN_WEIGHTS = (0.32, 0.16, 0.18, 0.16, 0.12, 0.06)


@dataclass(frozen=True)
class Customers:
    """The customers of one chunk, column by column; `number` is their place in the whole."""

    chunk: int
    number: Ints
    company: Flags
    buys: Flags  # whether they ever bought; the others are prospects
    english: Flags
    segment: Ints
    favourite: Ints  # category
    origin: Ints
    rate: Floats  # purchases per day of process time
    drop: Floats  # chance to leave after a repeat purchase
    spend: Floats  # true mean order value
    joined: Floats  # days since start

    def __len__(self) -> int:
        return self.number.size

    def ids(self) -> list[str]:
        """The true ids, which appear nowhere but in the truth."""
        return [f"T{number:08d}" for number in self.number.tolist()]


def draw(shop: Shop, chunk: int, first: int, count: int) -> Customers:
    """Draw `count` customers, the first of them with the number `first`."""
    rng, world = shop.stream("customers", chunk), shop.world
    company = rng.random(count) < world.companies
    rate = rng.gamma(world.rate_shape, 1 / world.rate_scale, count) + 1e-9
    scale = rng.gamma(world.spend_q, 1 / world.spend_scale, count)
    spend = world.spend_shape / scale
    segment = np.where(company, COMPANY, _segments(world, rng, rate, spend))
    tastes = np.array([each.tastes for each in world.segments])
    return Customers(
        chunk=chunk,
        number=np.arange(first, first + count),
        company=company,
        buys=rng.random(count) >= world.prospects,
        english=rng.random(count) < world.english,
        segment=segment,
        favourite=pick_rows(rng, tastes, segment),
        origin=pick(rng, _ORIGIN_WEIGHTS, count),
        rate=rate,
        drop=rng.beta(world.drop_a, world.drop_b, count),
        spend=np.where(company, spend * world.company_factor, spend),
        joined=within(_joined(world, rng, count), 8, 21),
    )


def truth(shop: Shop, customers: Customers, left: Floats, households: Ints) -> pa.Table:
    """What is true of each customer; `left` is the time of leaving, infinite for those who stay."""
    import pyarrow as pa

    stays = np.isinf(left) | ~customers.buys
    columns = {
        "customer": pa.array(customers.ids()),
        "kind": _take(("person", "company"), customers.company.astype(np.int64)),
        "segment": _take([each.name for each in shop.world.segments], customers.segment),
        "favourite": _take(CATEGORIES, customers.favourite),
        "origin": _take(ORIGINS, customers.origin),
        "buys": pa.array(customers.buys),
        "rate": pa.array(customers.rate),
        "drop": pa.array(customers.drop),
        "spend": pa.array(customers.spend),
        "joined_day": pa.array(customers.joined),
        "left_day": pa.array(left, mask=stays),
        "alive": pa.array(stays, mask=~customers.buys),
        "household": pa.array([f"H{each:08d}" if each >= 0 else None for each in households.tolist()], pa.string()),
    }
    return pa.table(columns)


def _joined(world: World, rng: np.random.Generator, count: int) -> Floats:
    early, later = rng.random(count) * 60, rng.random(count) * (DAYS - 5)
    return np.where(rng.random(count) < world.early, early, later)


def _segments(world: World, rng: np.random.Generator, rate: Floats, spend: Floats) -> Ints:
    kinds = world.segments[:COMPANY]
    mean_rate = world.rate_shape / world.rate_scale
    mean_spend = world.spend_shape * world.spend_scale / (world.spend_q - 1)
    by_rate = np.clip(np.log(rate / mean_rate), -3, 3)[:, None] * [each.by_rate for each in kinds]
    by_spend = np.log(spend / mean_spend)[:, None] * [each.by_spend for each in kinds]
    weights = np.exp(np.array([each.base for each in kinds]) + by_rate + by_spend)
    return pick_rows(rng, weights, np.arange(rate.size))


def _take(values: tuple[str, ...] | list[str], positions: Ints) -> pa.Array:
    import pyarrow as pa

    return pa.array(list(values)).take(pa.array(positions))
