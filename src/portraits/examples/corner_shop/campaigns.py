"""Campaigns: who was chosen, who was kept out at random, and the purchases truly caused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Flags, Floats, Ints
from portraits.examples.corner_shop.columns import moments, money, words
from portraits.examples.corner_shop.consents import Consents
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.purchases import Purchases
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop

if TYPE_CHECKING:
    import pyarrow as pa

ARMS = ("holdout", "treated")
PLANNING = 200  # yuan that a campaign costs before anybody is contacted


@dataclass(frozen=True)
class Contacts:
    """The contacts of a chunk, holdout included: flight, customer, arm and time."""

    flight: Ints
    customer: Ints
    treated: Flags
    time: Floats


@dataclass(frozen=True)
class Extras:
    """Purchases that would not have been made without a campaign."""

    flight: Ints
    customer: Ints
    time: Floats


def contact(shop: Shop, customers: Customers, consents: Consents) -> Contacts:
    """Choose the contacts of every flight among those who may be contacted, and keep some out at random."""
    rng = shop.stream("contacts", customers.chunk)
    parts = []
    for at, flight in enumerate(shop.flights):
        allowed = (customers.joined < flight.first) & consents.allows(flight.first)
        chosen = np.flatnonzero(allowed & (rng.random(len(customers)) < shop.world.reach))
        treated = rng.random(chosen.size) >= shop.world.holdout
        time = flight.first + (9.0 + 2.0 * rng.random(chosen.size)) / 24
        parts.append((np.full(chosen.size, at), chosen, treated, time))
    flights, chosen, treated, time = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Contacts(flights, chosen, treated, time)


def extras(shop: Shop, customers: Customers, purchases: Purchases, contacts: Contacts) -> Extras:
    """The purchases that the campaigns truly caused, from the day after the message on."""
    rng = shop.stream("extras", customers.chunk)
    strength = np.array([flight.campaign.extra for flight in shop.flights])[contacts.flight]
    response = np.array([segment.response for segment in shop.world.segments])[customers.segment[contacts.customer]]
    lapsed = purchases.left[contacts.customer] < contacts.time
    chance = strength * response * np.where(lapsed, shop.world.lapsed_response, 1.0)
    caused = contacts.treated & (rng.random(contacts.flight.size) < chance)
    flight, customer = contacts.flight[caused], contacts.customer[caused]
    length = np.array([run.campaign.length for run in shop.flights])[flight]
    return Extras(flight, customer, np.ceil(contacts.time[caused]) + rng.random(flight.size) * (length - 1))


def in_window(shop: Shop, contacts: Contacts, purchases: Purchases) -> Ints:
    """The flight whose treated contact and window each purchase falls into, or -1; windows never overlap."""
    found = np.full(purchases.customer.size, -1)
    for at, flight in enumerate(shop.flights):
        since = np.full(purchases.left.size, np.inf)
        mine = (contacts.flight == at) & contacts.treated
        since[contacts.customer[mine]] = np.ceil(contacts.time[mine])  # from the day after the message
        found[(purchases.time >= since[purchases.customer]) & (purchases.time < flight.after)] = at
    return found


def table(shop: Shop, contacted: Ints) -> pa.Table:
    """The plan of all campaigns; `contacted` counts each one's treated contacts."""
    import pyarrow as pa

    each = np.array([flight.campaign.contact_cost for flight in shop.flights])
    first = np.array([flight.first for flight in shop.flights], dtype=np.float64)
    after = np.array([flight.after for flight in shop.flights], dtype=np.float64)
    return pa.table(
        {
            "campaign_id": shop.flight_ids,
            "name_en": [f"{flight.campaign.title.en} {flight.year}" for flight in shop.flights],
            "name_zh": [f"{flight.year}{flight.campaign.title.zh}" for flight in shop.flights],
            "channel": [flight.campaign.channel for flight in shop.flights],
            "starts_at": moments(shop.days.moments(first)),
            "ends_at": moments(shop.days.moments(after)),
            "cost": money(np.round(100 * (PLANNING + each * contacted)).astype(np.int64)),
        }
    )


def touches(shop: Shop, contacts: Contacts, records: Records) -> pa.Table:
    """The contacts, on each customer's first record."""
    import pyarrow as pa

    return pa.table(
        {
            "campaign_id": words(shop.flight_ids, contacts.flight),
            "record_id": words(records.ids, records.first[contacts.customer]),
            "arm": words(ARMS, contacts.treated.astype(np.int64)),
            "sent_at": moments(shop.days.moments(contacts.time)),
        }
    )
