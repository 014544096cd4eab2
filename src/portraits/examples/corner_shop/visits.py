"""Visits: looking around without buying, on the web, in the mini program and in the stores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from portraits.examples.corner_shop import products
from portraits.examples.corner_shop.chance import Floats, Ints, pick
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.days import within
from portraits.examples.corner_shop.lists import lists
from portraits.examples.corner_shop.places import STORES
from portraits.examples.corner_shop.purchases import Purchases
from portraits.examples.corner_shop.records import OF_CHANNEL, Records
from portraits.examples.corner_shop.trace import MINI, MINUTE, STORE, Trace
from portraits.examples.corner_shop.world import CATEGORIES, DAYS

_SEARCHES: tuple[str, ...] = tuple(lists("products")["searched"])
_SCREENS = ("新品 New", "优惠 Offers", "门店活动 Events", "积分 Points", "茶饮推荐 Tea picks")
_MOST = 60  # visits of one customer


@dataclass(frozen=True)
class _Visits:
    customer: Ints
    record: Ints
    time: Floats
    channel: Ints

    def __getitem__(self, rows: Ints) -> _Visits:
        return _Visits(self.customer[rows], self.record[rows], self.time[rows], self.channel[rows])


def traces(rng: np.random.Generator, customers: Customers, purchases: Purchases, records: Records) -> list[Trace]:
    """Visits at a pace that follows the purchase rate and ends soon after leaving."""
    visits = _visits(rng, customers, purchases, records)
    stores = visits[np.flatnonzero(visits.channel == STORE)]
    online = visits[np.flatnonzero(visits.channel != STORE)]
    return [*_in_stores(rng, stores), *_online(rng, customers, online)]


def _visits(rng: np.random.Generator, customers: Customers, purchases: Purchases, records: Records) -> _Visits:
    until = np.minimum(np.minimum(purchases.left, DAYS) + 20, DAYS)
    span = np.maximum(until - customers.joined, 1.0)
    number = np.minimum(rng.poisson(0.4 + 0.3 * np.minimum(customers.rate, 0.2) * span), _MOST)
    customer = np.repeat(np.arange(len(customers)), number)
    time = within(customers.joined[customer] + rng.random(customer.size) * span[customer], 8, 23.5)
    channel = pick(rng, (0.2, 0.5, 0.3), customer.size)
    return _Visits(customer, records.of(customer, OF_CHANNEL[channel], time), time, channel)


def _in_stores(rng: np.random.Generator, visits: _Visits) -> list[Trace]:
    touched = visits[np.flatnonzero(rng.random(visits.time.size) < 0.3)]
    stores = rng.integers(0, len(STORES), visits.time.size)
    screens = rng.integers(0, len(_SCREENS), touched.time.size)
    stay = np.round(rng.gamma(3.0, 3.0, visits.time.size), 1)
    return [
        Trace("store_visit", visits.record, visits.time, visits.channel, (STORES, stores), stay),
        Trace("screen_touch", touched.record, touched.time + 3 * MINUTE, touched.channel, (_SCREENS, screens)),
    ]


def _online(rng: np.random.Generator, customers: Customers, visits: _Visits) -> list[Trace]:
    apps = visits[np.flatnonzero(visits.channel == MINI)]
    searched = visits[np.flatnonzero(rng.random(visits.time.size) < 0.2)]
    sought = rng.integers(0, len(_SEARCHES), searched.time.size)
    pages = visits[np.repeat(np.arange(visits.time.size), 1 + rng.poisson(0.8, visits.time.size))]
    later = pages.time + rng.random(pages.time.size) * 10 * MINUTE
    seen = _looked_at(rng, customers, pages.customer)
    stay = np.round(rng.gamma(2.0, 20.0, pages.time.size))
    clicked = np.flatnonzero(rng.random(pages.time.size) < 0.25)
    clicks, codes = pages[clicked], products.all_codes()
    return [
        Trace("app_use", apps.record, apps.time, apps.channel, value=np.round(rng.gamma(2.0, 2.5, apps.time.size), 1)),
        Trace("search", searched.record, searched.time, searched.channel, (_SEARCHES, sought)),
        Trace("page_view", pages.record, later, pages.channel, (codes, seen), stay),
        Trace("click", clicks.record, later[clicked] + MINUTE, clicks.channel, (codes, seen[clicked])),
    ]


def _looked_at(rng: np.random.Generator, customers: Customers, customer: Ints) -> Ints:
    anything = rng.integers(0, len(CATEGORIES), customer.size)
    category = np.where(rng.random(customer.size) < 0.6, customers.favourite[customer], anything)
    return np.asarray(category * products.LADDER + rng.integers(0, products.LADDER, customer.size))
