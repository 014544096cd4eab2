"""Consents: what each customer agreed to, withdrew and agreed to again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Flags, Floats, Ints, pick
from portraits.examples.corner_shop.columns import moments, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import DAYS

if TYPE_CHECKING:
    import pyarrow as pa

PURPOSES = ("marketing", "profiling", "service")
CHANNELS = ("email", "sms", "wechat")
_PROOFS = ("signed form", "web form", "mini program", "by phone")
STATUSES = ("given", "withdrawn")
_VERSIONS = ("2024-01", "2025-03")
_NEW_VERSION = 250  # the day on which the second text came into use


@dataclass(frozen=True)
class Consents:
    """Per customer: when marketing was agreed to, withdrawn and agreed to again; infinite for never."""

    given: Floats
    withdrawn: Floats
    again: Floats
    channel: Ints  # of marketing

    def allows(self, time: float) -> Flags:
        """Who may be contacted at that time."""
        return (self.given <= time) & ((self.withdrawn > time) | (self.again <= time))


def draw(shop: Shop, customers: Customers) -> Consents:
    """Draw the histories of a chunk's customers."""
    rng, world = shop.stream("consents", customers.chunk), shop.world
    count = len(customers)
    given = np.where(rng.random(count) < world.consent, customers.joined, np.inf)
    gone = customers.joined + 10 + rng.random(count) * DAYS
    withdrawn = np.where((rng.random(count) < world.withdrawal) & np.isfinite(given), gone, np.inf)
    again = np.where(rng.random(count) < 0.15, withdrawn + 30 + rng.random(count) * 120, np.inf)
    return Consents(given, withdrawn, again, pick(rng, (0.2, 0.3, 0.5), count))


def table(shop: Shop, customers: Customers, consents: Consents, records: Records) -> pa.Table:
    """The history, one row for each time somebody agreed or withdrew."""
    import pyarrow as pa

    rng = shop.stream("consent rows", customers.chunk)
    said = _history(rng, customers, consents)
    return pa.table(
        {
            "record_id": words(records.ids, records.first[said.customer]),
            "purpose": words(PURPOSES, said.purpose),
            "channel": words(CHANNELS, said.channel),
            "status": words(STATUSES, said.status),
            "at": moments(shop.days.moments(said.time)),
            "text_version": words(_VERSIONS, (said.time > _NEW_VERSION).astype(np.int64)),
            "proof": words(_PROOFS, rng.integers(0, len(_PROOFS), said.time.size)),
        }
    )


@dataclass(frozen=True)
class _Said:
    customer: Ints
    purpose: Ints
    channel: Ints  # -1 for all
    status: Ints
    time: Floats


def _history(rng: np.random.Generator, customers: Customers, consents: Consents) -> _Said:
    count = len(customers)
    profiled = np.where(rng.random(count) < 0.7, customers.joined, np.inf)
    steps = (  # purpose, status, time
        ("service", "given", customers.joined),
        ("profiling", "given", profiled),
        ("marketing", "given", consents.given),
        ("marketing", "withdrawn", consents.withdrawn),
        ("marketing", "given", consents.again),
    )
    time = np.concatenate([when for *_, when in steps])
    rows = np.argsort(time, kind="stable")
    rows = rows[time[rows] < DAYS]
    step, customer = np.divmod(rows, count)
    purpose = np.array([PURPOSES.index(name) for name, *_ in steps])[step]
    status = np.array([STATUSES.index(name) for _, name, _ in steps])[step]
    channel = np.where(purpose == 0, consents.channel[customer], -1)
    return _Said(customer, purpose, channel, status, time[rows])
