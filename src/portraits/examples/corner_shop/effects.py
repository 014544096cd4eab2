"""Effects: what the campaigns truly changed, per campaign and segment; nobody in the shop can see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.campaigns import Contacts
from portraits.examples.corner_shop.chance import Flags, Ints
from portraits.examples.corner_shop.columns import money
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.orders import Orders, Sales
from portraits.examples.corner_shop.shop import Shop

if TYPE_CHECKING:
    import pyarrow as pa

MEASURES = ("treated", "holdout", "extra_orders", "extra_profit", "coupon_cost")


def count(shop: Shop, customers: Customers, contacts: Contacts, orders: Orders, sales: Sales) -> Ints:
    """Sums of the measures, by flight and segment; money in cents.

    The true lift of a campaign is (extra_profit - coupon_cost) / treated: the profit of the orders
    that would not have been made, less the coupons given on orders that would have been made anyway.
    """
    shape = (len(shop.flights), len(shop.world.segments))
    of_contacts = (contacts.flight, customers.segment[contacts.customer])
    of_orders = (orders.flight, customers.segment[orders.customer])
    done = (orders.status == 0) & ~orders.visits.anonymous & (orders.flight >= 0)
    extra, usual = done & orders.visits.extra, done & ~orders.visits.extra
    ones = np.ones(len(orders), dtype=np.int64)
    return np.stack(
        [
            _sum(shape, of_contacts, contacts.treated, np.ones_like(contacts.flight)),
            _sum(shape, of_contacts, ~contacts.treated, np.ones_like(contacts.flight)),
            _sum(shape, of_orders, extra, ones),
            _sum(shape, of_orders, extra, sales.amount - sales.cost),
            _sum(shape, of_orders, usual, sales.coupon),
        ],
        axis=2,
    )


def table(shop: Shop, sums: Ints) -> pa.Table:
    """The truth about every campaign, one row a segment."""
    import pyarrow as pa

    cells = [(run.id, segment.name) for run in shop.flights for segment in shop.world.segments]
    flat = sums.reshape(-1, len(MEASURES))
    return pa.table(
        {
            "campaign_id": [code for code, _ in cells],
            "segment": [segment for _, segment in cells],
            **{name: pa.array(flat[:, at]) for at, name in enumerate(MEASURES[:3])},
            **{name: money(np.ascontiguousarray(flat[:, at])) for at, name in enumerate(MEASURES) if at >= 3},
        }
    )


def _sum(shape: tuple[int, int], cells: tuple[Ints, Ints], rows: Flags, values: Ints) -> Ints:
    sums = np.zeros(shape, dtype=np.int64)
    np.add.at(sums, (cells[0][rows], cells[1][rows]), values[rows])
    return sums
