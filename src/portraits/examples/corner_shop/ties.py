"""Ties: who lives with whom, who referred whom, which company supplies which, who works where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Ints
from portraits.examples.corner_shop.columns import words
from portraits.examples.corner_shop.customers import ORIGINS, Customers
from portraits.examples.corner_shop.persons import Persons
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("household", "refers", "supplies", "colleague")


def table(shop: Shop, customers: Customers, persons: Persons, records: Records) -> pa.Table:
    """The ties that the shop knows of; of the households it knows a half."""
    import pyarrow as pa

    rng = shop.stream("ties", customers.chunk)
    homes = np.array(persons.housemates, dtype=np.int64).reshape(-1, 2)
    homes = homes[rng.random(len(homes)) < 0.5]
    parts = [homes, _referred(rng, customers), _supplies(rng, customers), _colleagues(rng, customers)]
    pairs = np.concatenate(parts)
    kind = np.repeat(np.arange(len(KINDS)), [len(part) for part in parts])
    return pa.table(
        {
            "from_record": words(records.ids, records.first[pairs[:, 0]]),
            "to_record": words(records.ids, records.first[pairs[:, 1]]),
            "kind": words(KINDS, kind),
            "weight": pa.array(np.round(rng.random(len(pairs)) * 0.5 + 0.5, 2)),
        }
    )


def _referred(rng: np.random.Generator, customers: Customers) -> Ints:
    """Those who came by referral, each sent by somebody who was there before."""
    by_time = np.argsort(customers.joined, kind="stable")
    rank = np.empty(by_time.size, dtype=np.int64)
    rank[by_time] = np.arange(by_time.size)
    came = np.flatnonzero((customers.origin == ORIGINS.index("referral")) & (rank > 0) & ~customers.company)
    sender = by_time[(rng.random(came.size) * rank[came]).astype(np.int64)]
    return np.stack([sender, came], axis=1)


def _supplies(rng: np.random.Generator, customers: Customers) -> Ints:
    firms = np.flatnonzero(customers.company)
    return _pairs(rng, firms, firms, firms.size)


def _colleagues(rng: np.random.Generator, customers: Customers) -> Ints:
    people = np.flatnonzero(~customers.company)
    firms = np.flatnonzero(customers.company)
    return _pairs(rng, people, firms, people.size // 50)


def _pairs(rng: np.random.Generator, left: Ints, right: Ints, count: int) -> Ints:
    if not left.size or not right.size:
        return np.empty((0, 2), dtype=np.int64)
    pairs = np.stack([rng.choice(left, count), rng.choice(right, count)], axis=1)
    return np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
