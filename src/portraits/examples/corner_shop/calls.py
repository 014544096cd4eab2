"""Calls: chats, calls, complaints and sales talks, and the e-mails that were opened."""

from __future__ import annotations

import numpy as np

from portraits.examples.corner_shop import talk
from portraits.examples.corner_shop.campaigns import Contacts
from portraits.examples.corner_shop.chance import Ints, pick
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.days import within
from portraits.examples.corner_shop.purchases import Purchases
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.trace import EMAIL, MINI, PHONE, WEB, Trace
from portraits.examples.corner_shop.world import DAYS


def traces(
    rng: np.random.Generator, shop: Shop, customers: Customers, purchases: Purchases, records: Records
) -> list[Trace]:
    """What the service desk and the sales people have on record."""
    everyone = np.arange(len(customers))
    firms = np.flatnonzero(customers.company)
    return [
        _talks(rng, "chat", "chat", customers, records, everyone, 0.35, (0, 0.4, 0.6)),
        _talks(rng, "call", "chat", customers, records, everyone, 0.10, (0, 0, 0, 1)),
        _talks(rng, "consultation", "note", customers, records, firms, 3.0, (0.2, 0, 0, 0.8)),
        _complaints(rng, shop, customers, purchases, records),
    ]


def _talks(
    rng: np.random.Generator, kind: str, about: str, customers: Customers, records: Records,
    who: Ints, mean: float, channels: tuple[float, ...],
) -> Trace:  # fmt: skip
    customer = np.repeat(who, rng.poisson(mean, who.size))
    joined = customers.joined[customer]
    time = within(joined + rng.random(customer.size) * (DAYS - joined), 9, 20)
    text = talk.said(rng, about, customers.english[customer].astype(np.int64))
    minutes = np.round(rng.gamma(2.0, 3.0, customer.size), 1)
    return Trace(kind, records.first[customer], time, pick(rng, channels, customer.size), value=minutes, text=text)


def _complaints(
    rng: np.random.Generator, shop: Shop, customers: Customers, purchases: Purchases, records: Records
) -> Trace:
    """Some complain at any time; many of those who leave complain just after their last purchase."""
    count = len(customers)
    tells = rng.random(count) < shop.world.complaint_before_leaving
    leaving = np.flatnonzero(np.isfinite(purchases.left) & tells)
    others = np.flatnonzero(customers.buys & (rng.random(count) < 0.04))
    soon = purchases.left[leaving] + 1 + 9 * rng.random(leaving.size)
    joined = customers.joined[others]
    time = np.concatenate([soon, joined + (DAYS - joined) * rng.random(others.size)])
    customer = np.concatenate([leaving, others])
    text = talk.said(rng, "complaint", customers.english[customer].astype(np.int64))
    channel = np.array([WEB, MINI, PHONE])[pick(rng, (0.2, 0.4, 0.4), customer.size)]
    return Trace("complaint", records.first[customer], within(time, 9, 21), channel, text=text)


def opened(rng: np.random.Generator, shop: Shop, contacts: Contacts, records: Records) -> Trace:
    """The e-mails of campaigns that were opened."""
    by_mail = np.array([flight.campaign.channel == "email" for flight in shop.flights])
    sent = np.flatnonzero(contacts.treated & by_mail[contacts.flight])
    sent = sent[rng.random(sent.size) < 0.4]
    time = contacts.time[sent] + rng.exponential(0.4, sent.size)
    record = records.first[contacts.customer[sent]]
    return Trace("email_open", record, time, np.full(sent.size, EMAIL), (shop.flight_ids, contacts.flight[sent]))
