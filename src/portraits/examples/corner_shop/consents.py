"""Consents: what each customer agreed to, withdrew and agreed to again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Floats, Ints, pick, stream
from portraits.examples.corner_shop.columns import moments, words
from portraits.examples.corner_shop.customers import Customers
from portraits.examples.corner_shop.days import Days
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.world import DAYS, World

if TYPE_CHECKING:
    import pyarrow as pa

PURPOSES = ("marketing", "profiling", "service")
CHANNELS = ("email", "sms", "wechat")
_PROOFS = ("signed form", "web form", "mini program", "by phone")
_VERSIONS = ("2024-01", "2025-03")


@dataclass(frozen=True)
class Consents:
    """Per customer: when marketing was agreed to, withdrawn and agreed to again; infinite for never."""

    given: Floats
    withdrawn: Floats
    again: Floats
    channel: Ints  # of marketing

    def allows(self, time: float) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Who may be contacted at that time."""
        return (self.given <= time) & ((self.withdrawn > time) | (self.again <= time))


def draw(world: World, seed: int, customers: Customers) -> Consents:
    """Draw the histories of a chunk's customers."""
    rng = stream(seed, "consents", customers.chunk)
    count = len(customers)
    given = np.where(rng.random(count) < world.consent, customers.joined, np.inf)
    gone = customers.joined + 10 + rng.random(count) * DAYS
    withdrawn = np.where((rng.random(count) < world.withdrawal) & np.isfinite(given), gone, np.inf)
    again = np.where(rng.random(count) < 0.15, withdrawn + 30 + rng.random(count) * 120, np.inf)
    return Consents(given, withdrawn, again, pick(rng, (0.2, 0.3, 0.5), count))


def table(seed: int, customers: Customers, consents: Consents, records: Records, days: Days) -> pa.Table:
    """The history, one row for each time somebody agreed or withdrew."""
    import pyarrow as pa

    rng = stream(seed, "consent rows", customers.chunk)
    count = len(customers)
    everyone = np.arange(count)
    none = np.full(count, -1)
    profiled = np.where(rng.random(count) < 0.7, customers.joined, np.inf)
    parts = [  # customers, purpose, channel, status, time
        (everyone, 2, none, 0, customers.joined),
        (everyone, 1, none, 0, profiled),
        (everyone, 0, consents.channel, 0, consents.given),
        (everyone, 0, consents.channel, 1, consents.withdrawn),
        (everyone, 0, consents.channel, 0, consents.again),
    ]
    customer = np.concatenate([who for who, *_ in parts])
    time = np.concatenate([when for *_, when in parts])
    columns = [np.concatenate([np.broadcast_to(part[at], count) for part in parts]) for at in (1, 2, 3)]
    kept = np.flatnonzero(time < DAYS)
    kept = kept[np.argsort(time[kept], kind="stable")]
    purpose, channel, status = (column[kept] for column in columns)
    return pa.table(
        {
            "record_id": words(records.ids, records.first[customer[kept]]),
            "purpose": words(PURPOSES, purpose),
            "channel": words(CHANNELS, channel),
            "status": words(("given", "withdrawn"), status),
            "at": moments(days.moments(time[kept])),
            "text_version": words(_VERSIONS, (time[kept] > 250).astype(np.int64)),
            "proof": words(_PROOFS, rng.integers(0, len(_PROOFS), kept.size)),
        }
    )
