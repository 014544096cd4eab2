"""Feedback: opinions after orders, with a rating that agrees with the words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import products, talk
from portraits.examples.corner_shop.chance import Flags, Floats, Ints, pick, pick_rows
from portraits.examples.corner_shop.columns import moments, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.days import within
from portraits.examples.corner_shop.lines import Lines
from portraits.examples.corner_shop.orders import STORE, Orders
from portraits.examples.corner_shop.purchases import Purchases
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.trace import CHANNELS
from portraits.examples.corner_shop.world import CATEGORIES, DAYS

if TYPE_CHECKING:
    import pyarrow as pa

_RATINGS = np.array([(5, 6, 12, 37, 40), (36, 28, 20, 10, 6)], dtype=np.float64)  # as usual; on the last order
_QUESTIONS = ("您对这次购物满意吗？", "How satisfied are you with this purchase?")
_GOODS = [CATEGORIES.index(name) for name in talk.GOODS]


def table(
    shop: Shop, customers: Customers, purchases: Purchases, orders: Orders, lines: Lines, records: Records
) -> pa.Table:
    """The opinions of a chunk, by time."""
    import pyarrow as pa

    rng = shop.stream("feedback", customers.chunk)
    order, time = _chosen(rng, shop, orders)
    customer = orders.customer[order]
    subject, item = _subject(rng, orders, lines, order)
    rating = 1 + pick_rows(rng, _RATINGS, (orders.time[order] >= purchases.left[customer] - 1).astype(np.int64))
    language = customers.english[customer].astype(np.int64)
    mood = np.array([0, 0, 1, 2, 2])[rating - 1]
    written = rng.random(order.size) < 0.85
    text = talk.opinions(rng, language, subject, mood, item)
    return pa.table(
        {
            "record_id": words(records.ids, orders.record[order]),
            "at": moments(shop.days.moments(time)),
            "channel": words(CHANNELS, orders.channel[order]),
            "about": words(("product", "product", "service", "store"), subject),
            "rating": pa.array(rating.astype(np.float64)),
            "scale": pa.array(np.full(order.size, 5.0)),
            "text": _where(written, text),
            "language": words(talk.LANGUAGES, language),
            "question": words(_QUESTIONS, language),
        }
    )


def _chosen(rng: np.random.Generator, shop: Shop, orders: Orders) -> tuple[Ints, Floats]:
    """Orders that are spoken of, and when, by time."""
    known = (orders.record >= 0) & (orders.status != 1)
    order = np.flatnonzero(known & (rng.random(len(orders)) < shop.world.feedback))
    later = within(orders.time[order] + rng.exponential(1.5, order.size), 8, 23)
    time = np.maximum(orders.time[order] + 0.02, later)
    rows = np.argsort(time, kind="stable")
    rows = rows[time[rows] < DAYS]
    return order[rows], time[rows]


def _subject(rng: np.random.Generator, orders: Orders, lines: Lines, order: Ints) -> tuple[Ints, Ints]:
    first = np.searchsorted(lines.order, order)  # lines are in the order of the orders
    category = lines.category[first]
    on_product = np.isin(category, _GOODS).astype(np.int64)
    kind = pick(rng, (0.6, 0.25, 0.15), order.size)
    elsewhere = np.where((kind == 2) & (orders.channel[order] == STORE), 3, 2)
    return np.where(kind == 0, on_product, elsewhere), category * products.LADDER + lines.product[first]


def _where(kept: Flags, text: pa.Array) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(kept), text, pa.scalar(None, pa.string()))
