"""Campaigns: who was chosen, who was kept out at random, and what the campaign truly changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Flags, Floats, Ints, stream
from portraits.examples.corner_shop.columns import moments, money, words
from portraits.examples.corner_shop.consents import Consents
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.days import Days
from portraits.examples.corner_shop.purchases import Purchases
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.world import DAYS, Campaign, World

if TYPE_CHECKING:
    import pyarrow as pa

ARMS = ("holdout", "treated")


@dataclass(frozen=True)
class Flight:
    """A campaign in a year: from day `first` up to, and without, day `after`, counted from start."""

    campaign: Campaign
    id: str
    year: int
    first: int
    after: int


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


def flights(world: World, days: Days) -> list[Flight]:
    """The campaigns that lie wholly within the two years, oldest first."""
    found = []
    for year in range(days.start.year, days.as_of.year + 1):
        for campaign in world.campaigns:
            first = (datetime(year, campaign.month, campaign.day) - days.start).days
            if first >= 30 and first + campaign.length <= DAYS:
                code = f"{campaign.code}-{year}"
                found.append(Flight(campaign, code, year, first, first + campaign.length))
    return sorted(found, key=lambda flight: flight.first)


def contact(world: World, seed: int, customers: Customers, consents: Consents, runs: list[Flight]) -> Contacts:
    """Choose the contacts of every flight among those who may be contacted, and keep some out at random."""
    rng = stream(seed, "contacts", customers.chunk)
    parts = []
    for at, flight in enumerate(runs):
        allowed = (customers.joined < flight.first) & consents.allows(flight.first)
        chosen = np.flatnonzero(allowed & (rng.random(len(customers)) < world.reach))
        treated = rng.random(chosen.size) >= world.holdout
        time = flight.first + (9.0 + 2.0 * rng.random(chosen.size)) / 24
        parts.append((np.full(chosen.size, at), chosen, treated, time))
    flight_at, customer, treated, time = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Contacts(flight_at, customer, treated, time)


def extras(
    world: World, seed: int, customers: Customers, purchases: Purchases, contacts: Contacts, runs: list[Flight]
) -> Extras:
    """The purchases that the campaigns truly caused."""
    rng = stream(seed, "extras", customers.chunk)
    strength = np.array([flight.campaign.extra for flight in runs])[contacts.flight]
    response = np.array([segment.response for segment in world.segments])[customers.segment[contacts.customer]]
    lapsed = purchases.left[contacts.customer] < contacts.time
    chance = strength * response * np.where(lapsed, world.lapsed_response, 1.0)
    caused = contacts.treated & (rng.random(contacts.flight.size) < chance)
    flight, customer = contacts.flight[caused], contacts.customer[caused]
    length = np.array([run.campaign.length for run in runs])[flight]
    later = np.ceil(contacts.time[caused]) + rng.random(flight.size) * (length - 1)
    return Extras(flight, customer, later)


def in_window(contacts: Contacts, runs: list[Flight], customer: Ints, time: Floats, count: int) -> Ints:
    """The flight whose treated contact and window each purchase falls into, or -1; windows never overlap."""
    found = np.full(customer.size, -1)
    for at, flight in enumerate(runs):
        since = np.full(count, np.inf)
        mine = (contacts.flight == at) & contacts.treated
        since[contacts.customer[mine]] = np.ceil(contacts.time[mine])  # from the day after the message
        found[(time >= since[customer]) & (time < flight.after)] = at
    return found


def table(runs: list[Flight], days: Days, contacted: Ints) -> pa.Table:
    """The plan of all campaigns; `contacted` counts each one's treated contacts."""
    import pyarrow as pa

    cost = [round(100 * (200 + flight.campaign.contact_cost * n)) for flight, n in zip(runs, contacted, strict=True)]
    return pa.table(
        {
            "campaign_id": [flight.id for flight in runs],
            "name_en": [f"{flight.campaign.title.en} {flight.year}" for flight in runs],
            "name_zh": [f"{flight.year}{flight.campaign.title.zh}" for flight in runs],
            "channel": [flight.campaign.channel for flight in runs],
            "starts_at": moments(days.moments(np.array([float(flight.first) for flight in runs]))),
            "ends_at": moments(days.moments(np.array([float(flight.after) for flight in runs]))),
            "cost": money(np.array(cost, dtype=np.int64)),
        }
    )


def touches(contacts: Contacts, runs: list[Flight], records: Records, days: Days) -> pa.Table:
    """The contacts, on each customer's first record."""
    import pyarrow as pa

    return pa.table(
        {
            "campaign_id": words([flight.id for flight in runs], contacts.flight),
            "record_id": words(records.ids, records.first[contacts.customer]),
            "arm": words(ARMS, contacts.treated.astype(np.int64)),
            "sent_at": moments(days.moments(contacts.time)),
        }
    )
