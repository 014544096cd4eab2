"""Responses: opened, clicked and bought, as the systems report them (a credited order is not yet an effect)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.campaigns import Contacts
from portraits.examples.corner_shop.columns import moments, words
from portraits.examples.corner_shop.orders import Orders, Sales
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import DAYS

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = ("open", "click", "purchase")
_OPENED = 0.34
_CLICKED = 0.22  # of those who opened


def table(shop: Shop, chunk: int, contacts: Contacts, orders: Orders, sales: Sales, records: Records) -> pa.Table:
    """The responses of a chunk's treated customers."""
    import pyarrow as pa

    rng = shop.stream("responses", chunk)
    size = contacts.flight.size
    opened = contacts.treated & (rng.random(size) < _OPENED)
    clicked = opened & (rng.random(size) < _CLICKED)
    at_open = contacts.time + rng.exponential(0.5, size)
    at_click = at_open + rng.exponential(0.01, size)
    bought = np.flatnonzero((orders.flight >= 0) & (orders.record >= 0) & (orders.status == 0))
    first = records.first[contacts.customer]
    parts = [
        (contacts.flight[opened], first[opened], at_open[opened]),
        (contacts.flight[clicked], first[clicked], at_click[clicked]),
        (orders.flight[bought], orders.record[bought], orders.time[bought]),
    ]
    flight, record, time = (np.concatenate(column) for column in zip(*parts, strict=True))
    kind = np.repeat(np.arange(3), [each[0].size for each in parts])
    value = np.concatenate([np.ones(flight.size - bought.size), sales.amount[bought] / 100])
    seen = np.flatnonzero(time < DAYS)
    return pa.table(
        {
            "campaign_id": words(shop.flight_ids, flight[seen]),
            "record_id": words(records.ids, record[seen]),
            "at": moments(shop.days.moments(time[seen])),
            "kind": words(KINDS, kind[seen]),
            "value": pa.array(value[seen]),
        }
    )
