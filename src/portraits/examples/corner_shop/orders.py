"""Orders: when, where and how each purchase was made; what it was for is in its lines."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from portraits.examples.corner_shop.campaigns import Contacts, Extras, in_window
from portraits.examples.corner_shop.chance import Flags, Floats, Ints, pick, pick_rows
from portraits.examples.corner_shop.columns import moments, money, numbered, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.persons import Persons
from portraits.examples.corner_shop.places import STORES
from portraits.examples.corner_shop.purchases import Purchases
from portraits.examples.corner_shop.records import OF_CHANNEL, Records
from portraits.examples.corner_shop.shop import Shop
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
class Visits:
    """Visits that end in an order: whose habits it follows, and why it was made."""

    customer: Ints
    time: Floats
    flight: Ints  # the campaign the shop credits, -1 for none
    extra: Flags  # truly caused by that campaign
    anonymous: Flags  # nobody knows who it was

    def take(self, rows: Ints) -> Self:
        """Those visits, in that order."""
        return type(self)(*(getattr(self, column.name)[rows] for column in fields(self)))


@dataclass(frozen=True)
class Orders:
    """The orders of a chunk by time."""

    visits: Visits
    channel: Ints
    record: Ints  # -1 where unknown
    store: Ints  # -1 online
    status: Ints
    payment: Ints
    value: Floats  # yuan the customer meant to spend
    promotion: Floats  # share taken off the list price
    coupon: Floats  # share taken off by the campaign's coupon

    def __len__(self) -> int:
        return self.channel.size

    @property
    def customer(self) -> Ints:
        """Whose habits each order follows."""
        return self.visits.customer

    @property
    def time(self) -> Floats:
        """Days from the start."""
        return self.visits.time

    @property
    def flight(self) -> Ints:
        """The campaign the shop credits, -1 for none."""
        return self.visits.flight


@dataclass(frozen=True)
class Sales:
    """What the lines of each order add up to, in cents, and how much of the discount was the coupon's."""

    amount: Ints
    discount: Ints
    cost: Ints
    coupon: Ints
    lines: Ints
    quantity: Ints


def visits(shop: Shop, customers: Customers, purchases: Purchases, contacts: Contacts, caused: Extras) -> Visits:
    """The customers' own purchases, those that campaigns caused, and those of walk-ins nobody knows."""
    rng = shop.stream("visits", customers.chunk)
    natural = in_window(shop, contacts, purchases)
    used = rng.random(natural.size) < shop.world.redemption
    known = purchases.time.size + caused.time.size
    like = np.flatnonzero(rng.random(known) < shop.world.walk_ins)  # a walk-in buys like somebody known
    own = np.concatenate([purchases.customer, caused.customer])
    customer = np.concatenate([own, own[like]])
    time = np.concatenate([purchases.time, caused.time, rng.random(like.size) * DAYS])
    flight = np.concatenate([np.where(used, natural, -1), caused.flight, np.full(like.size, -1)])
    place = np.arange(customer.size)
    extra, anonymous = (place >= purchases.time.size) & (place < known), place >= known
    found = Visits(customer, _hours(rng, shop.world, customers.segment[customer], time), flight, extra, anonymous)
    return found.take(np.argsort(found.time, kind="stable"))


def draw(shop: Shop, customers: Customers, persons: Persons, records: Records, made: Visits) -> Orders:
    """Make orders of visits: channel, store, payment, what is to be spent and what is taken off."""
    rng, world = shop.stream("orders", customers.chunk), shop.world
    segment = customers.segment[made.customer]
    channel = pick_rows(rng, np.array([each.channels for each in world.segments]), segment)
    channel = np.where(made.anonymous, STORE, channel)
    record = records.of(made.customer, OF_CHANNEL[channel], made.time)
    coupons = np.array([*(flight.campaign.coupon for flight in shop.flights), 0.0])
    return Orders(
        visits=made,
        channel=channel,
        record=np.where(made.anonymous, -1, record),
        store=np.where(channel == STORE, _store(rng, persons, made.customer), -1),
        status=_status(rng, world, made.time),
        payment=pick_rows(rng, _PAID_BY, np.where(customers.company[made.customer], 3, channel)),
        value=rng.gamma(world.spend_shape, customers.spend[made.customer] / world.spend_shape),
        promotion=_promotion(rng, world, segment),
        coupon=coupons[made.flight],
    )


def table(shop: Shop, chunk: int, orders: Orders, sales: Sales, records: Records) -> pa.Table:
    """The orders, with what their lines add up to."""
    import pyarrow as pa

    return pa.table(
        {
            "order_id": numbered("A", chunk, len(orders)),
            "record_id": words(records.ids, orders.record),
            "ordered_at": moments(shop.days.moments(orders.time)),
            "channel": words(CHANNELS, orders.channel),
            "store": words(STORES, orders.store),
            "amount": money(sales.amount),
            "discount": money(sales.discount),
            "cost": money(sales.cost),
            "currency": words(("CNY",), np.zeros_like(orders.channel)),
            "status": words(STATUSES, orders.status),
            "payment": words(PAYMENTS, orders.payment),
            "campaign_id": words(shop.flight_ids, orders.flight),
            "lines": pa.array(sales.lines),
            "quantity": pa.array(sales.quantity.astype(np.float64)),
        }
    )


def _hours(rng: np.random.Generator, world: World, segment: Ints, time: Floats) -> Floats:
    hour = np.empty_like(time)
    for at, kind in enumerate(world.segments):
        mine = np.flatnonzero(segment == at)
        peak = pick(rng, [weight for *_, weight in kind.peaks], mine.size)
        middle, spread = (np.array([each[side] for each in kind.peaks])[peak] for side in (0, 1))
        hour[mine] = np.clip(rng.normal(middle, spread), 0.0, 23.99)
    return np.floor(time) + hour / 24


def _status(rng: np.random.Generator, world: World, time: Floats) -> Ints:
    kept = 1 - world.cancelled - world.returned
    status = pick(rng, (kept, world.cancelled, world.returned), time.size)
    return np.where((time > DAYS - 1.5) & (status == 0), STATUSES.index("pending"), status)


def _promotion(rng: np.random.Generator, world: World, segment: Ints) -> Floats:
    likely = np.array([each.promotion for each in world.segments])[segment]
    share = np.array(DISCOUNTS)[pick(rng, (0.35, 0.3, 0.25, 0.10), segment.size)]
    return np.where(rng.random(segment.size) < likely, share, 0.0)


def _store(rng: np.random.Generator, persons: Persons, customer: Ints) -> Ints:
    away = rng.random(customer.size) < 0.12
    return np.where(away, rng.integers(0, len(STORES), customer.size), persons.store[customer])
