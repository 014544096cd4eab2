"""Deals: sales to companies, stage by stage; those not yet closed at `as_of` are open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import products
from portraits.examples.corner_shop.chance import Flags, Floats, Ints, pick
from portraits.examples.corner_shop.columns import moments, money, numbered, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.days import within
from portraits.examples.corner_shop.records import OWNERS, Records
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import DAYS, DWELL_SPREAD, World

if TYPE_CHECKING:
    import pyarrow as pa

ORIGINS = ("referral", "web_form", "trade_fair", "cold_call", "wechat")
_ORIGIN_WEIGHTS = (0.2, 0.3, 0.15, 0.2, 0.15)
ORIGIN_LIFT = (0.12, 0.0, 0.03, -0.12, 0.04)  # added to the chance to pass each stage
REASONS = ("price", "timing", "competitor", "no_budget", "no_answer")


@dataclass(frozen=True)
class Deals:
    """The deals of a chunk; `entered` has one column a stage and one for closing, infinite where never."""

    customer: Ints
    created: Floats
    origin: Ints
    amount: Ints
    entered: Floats
    won: Flags
    closed: Floats


def draw(shop: Shop, customers: Customers) -> Deals:
    """Deals of companies, from the first talk to the close."""
    rng, world = shop.stream("deals", customers.chunk), shop.world
    firms = np.flatnonzero(customers.company)
    customer = np.repeat(firms, rng.poisson(world.deals, firms.size))
    joined = customers.joined[customer]
    created = within(joined + rng.random(customer.size) * (DAYS - joined), 9, 18)
    origin = pick(rng, _ORIGIN_WEIGHTS, customer.size)
    amount = np.round(rng.lognormal(9.6, 0.9, customer.size) / 100).astype(np.int64) * 10_000
    entered, won, closed = _walk(rng, world, created, origin)
    return Deals(customer, created, origin, amount, entered, won, closed)


def table(shop: Shop, customers: Customers, deals: Deals, records: Records) -> pa.Table:
    """The deals as they stand at `as_of`."""
    import pyarrow as pa

    rng = shop.stream("deal rows", customers.chunk)
    size = deals.customer.size
    done = deals.closed < DAYS
    status = np.where(done, np.where(deals.won, 1, 2), 0)
    category = pick(rng, (4, 3, 1, 1, 1, 1, 1, 0, 0, 4), size)
    return pa.table(
        {
            "deal_id": numbered("D", customers.chunk, size),
            "record_id": words(records.ids, records.first[deals.customer]),
            "owner": words(OWNERS, rng.integers(0, len(OWNERS), size)),
            "product_id": words(products.all_codes(), category * products.LADDER + products.LADDER - 1),
            "amount": money(deals.amount),
            "origin": words(ORIGINS, deals.origin),
            "created_at": moments(shop.days.moments(deals.created)),
            "closed_at": moments(shop.days.moments(np.where(done, deals.closed, 0.0)), empty=~done),
            "status": words(("open", "won", "lost"), status),
            "lost_reason": words(REASONS, np.where(status == 2, rng.integers(0, len(REASONS), size), -1)),
        }
    )


def stages(shop: Shop, customers: Customers, deals: Deals) -> pa.Table:
    """The stages that each deal has entered by `as_of`."""
    import pyarrow as pa

    deal, stage = np.nonzero(deals.entered < DAYS)
    numbers = numbered("D", customers.chunk, deals.customer.size)
    return pa.table(
        {
            "deal_id": numbers.take(pa.array(deal)),
            "stage": words([each.name for each in shop.world.stages], stage),
            "entered_at": moments(shop.days.moments(deals.entered[deal, stage])),
        }
    )


def _walk(rng: np.random.Generator, world: World, created: Floats, origin: Ints) -> tuple[Floats, Flags, Floats]:
    entered = np.full((created.size, len(world.stages)), np.inf)
    closed, alive, now = np.full(created.size, np.inf), np.ones(created.size, dtype=bool), created.copy()
    for at, stage in enumerate(world.stages):
        entered[alive, at] = now[alive]
        now = within(now + rng.lognormal(np.log(stage.median), DWELL_SPREAD, created.size), 9, 18)
        passes = rng.random(created.size) < np.array(ORIGIN_LIFT)[origin] + stage.passes
        closed[alive & ~passes] = now[alive & ~passes]
        alive &= passes
    closed[alive] = now[alive]
    return entered, alive, closed
