"""Spend: the money the shop put into bringing customers in, day by day and origin by origin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Ints
from portraits.examples.corner_shop.columns import money, words
from portraits.examples.corner_shop.customers import ORIGINS
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import DAYS

if TYPE_CHECKING:
    import pyarrow as pa

COSTS = {"search_ads": 62.0, "short_video": 38.0, "social": 24.0, "outdoor": 110.0}  # yuan a customer won


def table(shop: Shop, customers: int, campaign_cents: Ints) -> pa.Table:
    """Daily spend by origin, sized to the number of customers, and each campaign's cost on its first day."""
    import pyarrow as pa

    rng = shop.stream("spend")
    won = np.array([0.16, 0.18, 0.16, 0.06]) * customers / DAYS * list(COSTS.values())
    daily = np.round(100 * won * rng.gamma(8.0, 1 / 8.0, (DAYS, len(COSTS)))).astype(np.int64)
    first = np.array([flight.first for flight in shop.flights], dtype=np.int64)
    day = np.concatenate([np.repeat(np.arange(DAYS), len(COSTS)), first])
    origin = np.concatenate([np.tile([ORIGINS.index(name) for name in COSTS], DAYS), np.full(len(shop.flights), -1)])
    campaign = np.concatenate([np.full(DAYS * len(COSTS), -1), np.arange(len(shop.flights))])
    dates = np.datetime64(shop.days.start, "D") + day
    return pa.table(
        {
            "day": pa.array(dates, pa.date32()),
            "origin": words(ORIGINS, origin),
            "campaign_id": words(shop.flight_ids, campaign),
            "amount": money(np.concatenate([daily.ravel(), campaign_cents])),
        }
    )
