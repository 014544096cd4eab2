"""Chunk: some of the customers with all that they are and did, each noun drawn from those before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop import (
    calls,
    campaigns,
    consents,
    customers,
    deals,
    effects,
    events,
    feedback,
    lines,
    listings,
    orders,
    persons,
    purchases,
    receipts,
    records,
    responses,
    ties,
    visits,
)
from portraits.examples.corner_shop.chance import Ints
from portraits.examples.corner_shop.columns import words
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.trace import Trace

if TYPE_CHECKING:
    import pyarrow as pa

    Tables = dict[str, pa.Table]


class Chunk:
    """The customers from the number `first` on, and everything about them."""

    def __init__(self, shop: Shop, number: int, first: int, count: int) -> None:
        self.shop, self.number = shop, number
        self.customers = customers.draw(shop, number, first, count)
        self.persons = persons.draw(shop, self.customers)
        self.records = records.draw(shop, self.customers)
        self.consents = consents.draw(shop, self.customers)
        self.purchases = purchases.draw(shop, self.customers)
        self.contacts = campaigns.contact(shop, self.customers, self.consents)
        self.extras = campaigns.extras(shop, self.customers, self.purchases, self.contacts)
        made = orders.visits(shop, self.customers, self.purchases, self.contacts, self.extras)
        self.orders = orders.draw(shop, self.customers, self.persons, self.records, made)
        self.lines = lines.draw(shop, self.customers, self.orders)
        self.sales = lines.sales(self.lines, len(self.orders))
        self.deals = deals.draw(shop, self.customers)

    def tables(self) -> tuple[Tables, Tables]:
        """What the shop's systems know, and the truth, by table."""
        people, true = records.people(self.shop, self.customers, self.persons, self.records)
        known = {"people": people, **self._sold(), **self._marketed(), **self._traded()}
        return known, {
            "records": true,
            "customers": customers.truth(self.shop, self.customers, self.purchases.left, self.persons.household),
            "extra_orders": self._extra_orders(known["orders"]),
        }

    def effects(self) -> Ints:
        """What the campaigns truly did here: sums by flight, segment and measure."""
        return effects.count(self.shop, self.customers, self.contacts, self.orders, self.sales)

    def _sold(self) -> Tables:
        shop, made, kept = self.shop, self.orders, self.records
        sold = orders.table(shop, self.number, made, self.sales, kept)
        return {
            "orders": sold,
            "order_lines": lines.table(self.lines, sold),
            "events": events.table(shop, self.number, self._traces(), kept),
            "feedback": feedback.table(shop, self.customers, self.purchases, made, self.lines, kept),
        }

    def _marketed(self) -> Tables:
        shop, kept = self.shop, self.records
        return {
            "touches": campaigns.touches(shop, self.contacts, kept),
            "responses": responses.table(shop, self.number, self.contacts, self.orders, self.sales, kept),
            "consents": consents.table(shop, self.customers, self.consents, kept),
            "relations": ties.table(shop, self.customers, self.persons, kept),
        }

    def _traded(self) -> Tables:
        return {
            "deals": deals.table(self.shop, self.customers, self.deals, self.records),
            "deal_stages": deals.stages(self.shop, self.customers, self.deals),
            "listings": listings.table(self.shop, self.customers, self.persons, self.records),
        }

    def _traces(self) -> list[Trace]:
        rng = self.shop.stream("traces", self.number)
        return [
            *visits.traces(rng, self.customers, self.purchases, self.records),
            *receipts.traces(rng, self.shop, self.orders, self.lines, self.sales),
            *calls.traces(rng, self.shop, self.customers, self.purchases, self.records),
            calls.opened(rng, self.shop, self.contacts, self.records),
        ]

    def _extra_orders(self, sold: pa.Table) -> pa.Table:
        import pyarrow as pa

        rows = np.flatnonzero(self.orders.visits.extra)
        return pa.table(
            {
                "order_id": sold["order_id"].take(pa.array(rows)),
                "campaign_id": words(self.shop.flight_ids, self.orders.flight[rows]),
                "customer": words(self.customers.ids(), self.orders.customer[rows]),
            }
        )
