"""Purchases: when each customer buys, and when each leaves for good (BG/NBD)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portraits.examples.corner_shop.chance import Floats, Ints
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import DAYS


@dataclass(frozen=True)
class Purchases:
    """The purchases of a chunk: the customer's place in the chunk and the time of each."""

    customer: Ints
    time: Floats
    left: Floats  # per customer, infinite for those who stay


def draw(shop: Shop, customers: Customers) -> Purchases:
    """Every customer's first purchase on joining, and the repeat purchases up to leaving."""
    rng, days = shop.stream("purchases", customers.chunk), shop.days
    now = days.process_time(customers.segment, customers.joined)
    end = days.process_time(customers.segment, np.full(len(customers), float(DAYS)))
    left = np.full(len(customers), np.inf)
    buying = np.flatnonzero(customers.buys)
    rounds = [(buying, now[buying])]
    while buying.size:
        now[buying] += rng.exponential(1 / customers.rate[buying])
        buying = buying[now[buying] < end[buying]]
        rounds.append((buying, now[buying]))
        leaving = rng.random(buying.size) < customers.drop[buying]
        left[buying[leaving]] = now[buying[leaving]]
        buying = buying[~leaving]
    customer = np.concatenate([who for who, _ in rounds])
    process = np.concatenate([when for _, when in rounds])
    gone = np.isfinite(left)
    left[gone] = days.calendar_time(customers.segment[gone], left[gone])
    return Purchases(customer, days.calendar_time(customers.segment[customer], process), left)
