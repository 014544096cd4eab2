"""Receipts: what an order leaves behind: the e-receipt, points, coupons, the clothes tried on before."""

from __future__ import annotations

import numpy as np

from portraits.examples.corner_shop import products
from portraits.examples.corner_shop.lines import Lines
from portraits.examples.corner_shop.orders import STORE, Orders, Sales
from portraits.examples.corner_shop.places import STORES
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.trace import MINUTE, Trace
from portraits.examples.corner_shop.world import CATEGORIES

_CLOTHING = CATEGORIES.index("clothing")
_GIFTS = ("积分换购 Points gift", "满减券 Money-off coupon", "停车券 Parking voucher")


def traces(rng: np.random.Generator, shop: Shop, orders: Orders, lines: Lines, sales: Sales) -> list[Trace]:
    """The traces of a chunk's orders."""
    in_store = np.flatnonzero((orders.channel == STORE) & (orders.record >= 0))
    scanned = in_store[rng.random(in_store.size) < 0.6]
    before = orders.time[in_store] - (4 + 20 * rng.random(in_store.size)) * MINUTE
    return [
        Trace(
            "store_visit", orders.record[in_store], before, orders.channel[in_store], (STORES, orders.store[in_store])
        ),
        Trace(
            "receipt",
            orders.record[scanned],
            orders.time[scanned] + MINUTE,
            orders.channel[scanned],
            (STORES, orders.store[scanned]),
            sales.amount[scanned] / 100,
        ),
        *_points(rng, shop, orders, sales),
        _tried_on(rng, orders, lines),
    ]


def _points(rng: np.random.Generator, shop: Shop, orders: Orders, sales: Sales) -> list[Trace]:
    earned = np.flatnonzero((orders.record >= 0) & (orders.status == 0) & (sales.amount >= 1000))
    spent = earned[rng.random(earned.size) < 0.05]
    used = np.flatnonzero((orders.record >= 0) & (orders.coupon > 0))
    gifts = rng.integers(0, len(_GIFTS), spent.size)
    return [
        Trace(
            "points_earned",
            orders.record[earned],
            orders.time[earned] + MINUTE,
            orders.channel[earned],
            value=np.floor(sales.amount[earned] / 1000),
        ),
        Trace(
            "points_spent",
            orders.record[spent],
            orders.time[spent] + 2 * MINUTE,
            orders.channel[spent],
            (_GIFTS, gifts),
            20 * rng.integers(1, 6, spent.size).astype(np.float64),
        ),
        Trace(
            "coupon_redeemed",
            orders.record[used],
            orders.time[used],
            orders.channel[used],
            (shop.flight_ids, orders.flight[used]),
            sales.coupon[used] / 100,
        ),
    ]


def _tried_on(rng: np.random.Generator, orders: Orders, lines: Lines) -> Trace:
    """Each piece of clothing sold in a store, and some that were not; the tag often knows nobody."""
    worn = np.flatnonzero((lines.category == _CLOTHING) & (orders.channel[lines.order] == STORE))
    worn = np.repeat(worn, 1 + rng.poisson(0.7, worn.size))
    order = lines.order[worn]
    product = _CLOTHING * products.LADDER + (lines.product[worn] + rng.integers(-1, 2, worn.size)) % products.LADDER
    record = np.where(rng.random(worn.size) < 0.6, orders.record[order], -1)
    time = orders.time[order] - (2 + 15 * rng.random(worn.size)) * MINUTE
    return Trace("try_on", record, time, orders.channel[order], (products.all_codes(), product))
