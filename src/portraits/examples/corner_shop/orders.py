"""Orders: when, where and how each purchase was made; what it was for is in its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.campaigns import Contacts, Extras, Flight, in_window
from portraits.examples.corner_shop.chance import Flags, Floats, Ints, pick, pick_rows, stream
from portraits.examples.corner_shop.columns import moments, money, numbered, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.days import Days
from portraits.examples.corner_shop.persons import Persons
from portraits.examples.corner_shop.places import STORES
from portraits.examples.corner_shop.purchases import Purchases
from portraits.examples.corner_shop.records import OF_CHANNEL, Records
from portraits.examples.corner_shop.world import CHANNELS, DAYS, DISCOUNTS, World

if TYPE_CHECKING:
    import pyarrow as pa

STATUSES = ("completed", "cancelled", "returned", "pending")
PAYMENTS = ("mobile", "card", "cash", "stored_value", "bank_transfer")
_PAID_BY = np.array(  # weights by channel: store, web, mini program; companies last
    [(0.62, 0.18, 0.12, 0.08, 0.0), (0.70, 0.25, 0.0, 0.05, 0.0), (0.92, 0.0, 0.0, 0.08, 0.0), (0, 0.1, 0, 0, 0.9)]
)
STORE = CHANNELS.index("store")


@dataclass(frozen=True)
class Orders:
    """The orders of a chunk by time; `customer` is whose habits it follows, `record` -1 where unknown."""

    customer: Ints
    time: Floats
    anonymous: Flags
    channel: Ints
    record: Ints
    store: Ints  # -1 online
    status: Ints
    payment: Ints
    value: Floats  # money the customer meant to spend
    promotion: Floats  # share taken off the list price
    flight: Ints  # the campaign the shop credits, -1 for none
    extra: Flags  # truly caused by the campaign
    coupon: Floats  # share taken off by the campaign's coupon

    def __len__(self) -> int:
        return self.customer.size


@dataclass(frozen=True)
class Sales:
    """What the lines of each order add up to, in cents, and how much of the discount was the coupon's."""

    amount: Ints
    discount: Ints
    cost: Ints
    coupon: Ints
    lines: Ints
    quantity: Ints


def draw(
    world: World,
    seed: int,
    customers: Customers,
    persons: Persons,
    records: Records,
    days: Days,
    purchases: Purchases,
    contacts: Contacts,
    caused: Extras,
    runs: list[Flight],
) -> Orders:
    """Make orders of the customers' own purchases, of those that campaigns caused, and of walk-ins."""
    rng = stream(seed, "orders", customers.chunk)
    natural = in_window(contacts, runs, purchases.customer, purchases.time, len(customers))
    customer = np.concatenate([purchases.customer, caused.customer])
    time = np.concatenate([purchases.time, caused.time])
    flight = np.concatenate([natural, caused.flight])
    extra = np.arange(customer.size) >= purchases.customer.size
    known = customer.size
    donors = np.flatnonzero(rng.random(known) < world.walk_ins)
    customer, time, extra = (np.concatenate([each, each[donors]]) for each in (customer, time, extra))
    flight = np.concatenate([flight, np.full(donors.size, -1)])
    anonymous = np.arange(customer.size) >= known
    extra &= ~anonymous
    time = _hours(world, rng, customers, customer, np.where(anonymous, rng.random(time.size) * DAYS, time))
    used = extra | ((flight >= 0) & (rng.random(time.size) < world.redemption))
    flight = np.where(used, flight, -1)
    rows = np.argsort(time, kind="stable")
    customer, time, flight, extra, anonymous = (each[rows] for each in (customer, time, flight, extra, anonymous))
    segment = customers.segment[customer]
    channel = pick_rows(rng, np.array([each.channels for each in world.segments]), segment)
    channel = np.where(anonymous, STORE, channel)
    record = records.of(customer, OF_CHANNEL[channel], time)
    return Orders(
        customer=customer,
        time=time,
        anonymous=anonymous,
        channel=channel,
        record=np.where(anonymous, -1, record),
        store=np.where(channel == STORE, _store(rng, persons, customer), -1),
        status=_status(world, rng, time),
        payment=pick_rows(rng, _PAID_BY, np.where(customers.company[customer], 3, channel)),
        value=rng.gamma(world.spend_shape, customers.spend[customer] / world.spend_shape),
        promotion=_promotion(world, rng, segment),
        flight=flight,
        extra=extra,
        coupon=np.where(flight >= 0, np.array([run.campaign.coupon for run in runs] + [0.0])[flight], 0.0),
    )


def table(
    orders: Orders, sales: Sales, customers: Customers, records: Records, days: Days, runs: list[Flight]
) -> pa.Table:
    """The orders, with what their lines add up to."""
    import pyarrow as pa

    return pa.table(
        {
            "order_id": ids(customers, orders),
            "record_id": words(records.ids, orders.record),
            "ordered_at": moments(days.moments(orders.time)),
            "channel": words(CHANNELS, orders.channel),
            "store": words(STORES, orders.store),
            "amount": money(sales.amount),
            "discount": money(sales.discount),
            "cost": money(sales.cost),
            "currency": words(("CNY",), np.zeros_like(orders.channel)),
            "status": words(STATUSES, orders.status),
            "payment": words(PAYMENTS, orders.payment),
            "campaign_id": words([run.id for run in runs], orders.flight),
            "lines": pa.array(sales.lines),
            "quantity": pa.array(sales.quantity.astype(np.float64)),
        }
    )


def ids(customers: Customers, orders: Orders) -> pa.Array:
    """The numbers of a chunk's orders, by time."""
    return numbered("A", customers.chunk, len(orders))


def _hours(world: World, rng: np.random.Generator, customers: Customers, customer: Ints, time: Floats) -> Floats:
    segment = customers.segment[customer]
    hour = np.empty_like(time)
    for at, kind in enumerate(world.segments):
        mine = np.flatnonzero(segment == at)
        peak = pick(rng, [weight for *_, weight in kind.peaks], mine.size)
        middle, spread = (np.array([each[side] for each in kind.peaks])[peak] for side in (0, 1))
        hour[mine] = np.clip(rng.normal(middle, spread), 0.0, 23.99)
    return np.floor(time) + hour / 24


def _status(world: World, rng: np.random.Generator, time: Floats) -> Ints:
    kept = 1 - world.cancelled - world.returned
    status = pick(rng, (kept, world.cancelled, world.returned), time.size)
    return np.where((time > DAYS - 1.5) & (status == 0), STATUSES.index("pending"), status)


def _promotion(world: World, rng: np.random.Generator, segment: Ints) -> Floats:
    likely = np.array([each.promotion for each in world.segments])[segment]
    share = np.array(DISCOUNTS)[pick(rng, (0.35, 0.3, 0.25, 0.10), segment.size)]
    return np.where(rng.random(segment.size) < likely, share, 0.0)


def _store(rng: np.random.Generator, persons: Persons, customer: Ints) -> Ints:
    away = rng.random(customer.size) < 0.12
    return np.where(away, rng.integers(0, len(STORES), customer.size), persons.store[customer])
