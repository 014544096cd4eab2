"""Lines: what is in each basket: categories by taste and month, products by what is to be spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import products
from portraits.examples.corner_shop.chance import Floats, Ints, pick_rows
from portraits.examples.corner_shop.columns import money, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.orders import Orders, Sales
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import CATEGORIES

if TYPE_CHECKING:
    import pyarrow as pa

MOST = 8  # lines of an order
_SUMMER = {"drinks": 2.2, "fruit": 1.5, "tea": 0.8}
_WINTER = {"tea": 1.3, "gifts": 1.6, "clothing": 1.3, "drinks": 0.6}
SPRING_TEA = 1.6  # April and May


@dataclass(frozen=True)
class Lines:
    """The lines of a chunk's orders, in their order; money in cents."""

    order: Ints
    number: Ints
    category: Ints
    product: Ints
    quantity: Ints
    amount: Ints
    discount: Ints
    coupon: Ints  # the part of the discount that the campaign's coupon took off
    cost: Ints


def draw(shop: Shop, customers: Customers, orders: Orders) -> Lines:
    """Fill the baskets so that each comes near to what its customer meant to spend."""
    rng, world = shop.stream("lines", customers.chunk), shop.world
    segment = customers.segment[orders.customer]
    more = rng.poisson(np.array([each.lines for each in world.segments])[segment])
    count = 1 + np.minimum(more, MOST - 1)
    order = np.repeat(np.arange(len(orders)), count)
    number = np.arange(order.size) - np.repeat(np.cumsum(count) - count, count) + 1
    category = _categories(rng, shop, customers, orders, order)
    share = rng.gamma(3.0, size=order.size)
    share /= np.bincount(order, share, len(orders))[order]
    off = 1 - (1 - orders.promotion) * (1 - orders.coupon)
    wanted = 100 * orders.value[order] * share / (1 - off[order])
    product, quantity = _products(rng, category, wanted)
    listed = quantity * products.prices()[category, product]
    promoted = np.round(listed * (1 - orders.promotion[order])).astype(np.int64)
    paid = np.round(promoted * (1 - orders.coupon[order])).astype(np.int64)
    cost = quantity * products.costs()[category, product]
    return Lines(order, number, category, product, quantity, paid, listed - paid, promoted - paid, cost)


def sales(lines: Lines, count: int) -> Sales:
    """What the lines of each of `count` orders add up to."""
    columns = (lines.amount, lines.discount, lines.cost, lines.coupon, np.ones_like(lines.order), lines.quantity)
    return Sales(*(np.bincount(lines.order, column, count).astype(np.int64) for column in columns))


def table(lines: Lines, orders: pa.Table) -> pa.Table:
    """The lines, with what their orders say of place and time."""
    import pyarrow as pa

    borrowed = ("ordered_at", "channel", "store", "payment", "campaign_id", "status")
    at = pa.array(lines.order)
    return pa.table(
        {
            "order_id": orders["order_id"].take(at),
            "line": pa.array(lines.number),
            "record_id": orders["record_id"].take(at),
            "product_id": words(products.all_codes(), lines.category * products.LADDER + lines.product),
            "quantity": pa.array(lines.quantity.astype(np.float64)),
            "unit": words(("piece",), np.zeros_like(lines.order)),
            "amount": money(lines.amount),
            "discount": money(lines.discount),
            "cost": money(lines.cost),
            **{name: orders[name].take(at) for name in borrowed},
        }
    )


def _categories(rng: np.random.Generator, shop: Shop, customers: Customers, orders: Orders, order: Ints) -> Ints:
    customer = orders.customer[order]
    month = shop.days.months(orders.time)[order]
    tastes = np.array([each.tastes for each in shop.world.segments])
    table = (tastes[:, None, :] * _seasons()[None, :, :]).reshape(-1, len(CATEGORIES))
    drawn = pick_rows(rng, table, customers.segment[customer] * 12 + month)
    own = rng.random(order.size) < shop.world.loyalty
    return np.where(own, customers.favourite[customer], drawn)


def _seasons() -> Floats:
    season = np.ones((12, len(CATEGORIES)))
    for months, factors in (((5, 6, 7, 8), _SUMMER), ((11, 0, 1), _WINTER), ((3, 4), {"tea": SPRING_TEA})):
        for name, factor in factors.items():
            season[list(months), CATEGORIES.index(name)] *= factor
    return season


def _products(rng: np.random.Generator, category: Ints, wanted: Floats) -> tuple[Ints, Ints]:
    prices = products.prices()
    low, high = np.log(prices[:, 0])[category], np.log(prices[:, -1])[category]
    step = (np.log(wanted) - low) / (high - low) * (products.LADDER - 1)
    product = np.clip(np.round(step + rng.normal(-0.8, 1.2, wanted.size)), 0, products.LADDER - 1).astype(np.int64)
    quantity = np.maximum(np.round(wanted / prices[category, product]), 1).astype(np.int64)
    return product, quantity
