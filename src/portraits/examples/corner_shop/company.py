"""Company: everything about the corner shop, made chunk by chunk, with the truth beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
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
    products,
    purchases,
    receipts,
    records,
    responses,
    spend,
    ties,
    visits,
)
from portraits.examples.corner_shop.chance import Ints, stream
from portraits.examples.corner_shop.columns import words
from portraits.examples.corner_shop.days import Days, days
from portraits.examples.corner_shop.trace import EMAIL, Trace
from portraits.examples.corner_shop.world import AS_OF, CHUNK, World

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class Company:
    """The corner shop of a seed; `chunks()` makes its tables, and after it the totals are known."""

    size: int = 300
    seed: int = 1
    as_of: datetime = AS_OF
    world: World = field(default_factory=World)

    def __post_init__(self) -> None:
        self.days: Days = days(self.world, self.as_of)
        self.runs = campaigns.flights(self.world, self.days)
        self._effects: Ints = np.zeros((len(self.runs), len(self.world.segments), len(effects.MEASURES)), np.int64)

    def chunks(self) -> Iterator[Chunk]:
        """The chunks, one after another, so that a million customers fit into little memory."""
        for number, first in enumerate(range(0, self.size, CHUNK)):
            chunk = Chunk.make(self, number, first, min(CHUNK, self.size - first))
            self._effects += chunk.effects
            yield chunk

    def whole(self) -> dict[str, pa.Table]:
        """The tables that belong to no customer; complete after the last chunk."""
        contacted = self._effects[:, :, 0].sum(axis=1)
        planned = campaigns.table(self.runs, self.days, contacted)
        cents = np.array([int(100 * cost) for cost in planned["cost"].to_pylist()], dtype=np.int64)
        return {
            "products": products.table(self.seed, self.as_of),
            "campaigns": planned,
            "spend": spend.table(self.seed, self.days, self.runs, self.size, cents),
        }

    def truth(self) -> dict[str, pa.Table]:
        """The truth that belongs to no customer; complete after the last chunk."""
        return {"campaigns": effects.table(self.world, self._effects, self.runs)}


@dataclass(frozen=True)
class Chunk:
    """Tables of some customers, in the columns that the shop's systems know, and the truth of them."""

    tables: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    effects: Ints

    @classmethod
    def make(cls, company: Company, number: int, first: int, count: int) -> Chunk:
        """Make the chunk of that number."""
        return _Making(company, number, first, count).chunk()


class _Making:
    """What is known while a chunk is made, noun by noun."""

    def __init__(self, company: Company, number: int, first: int, count: int) -> None:
        world, seed, clock = company.world, company.seed, company.days
        self.company = company
        self.customers = customers.draw(world, seed, number, first, count)
        self.persons = persons.draw(world, seed, self.customers, company.as_of.date())
        self.records = records.draw(world, seed, self.customers)
        self.consents = consents.draw(world, seed, self.customers)
        self.purchases = purchases.draw(seed, self.customers, clock)
        self.contacts = campaigns.contact(world, seed, self.customers, self.consents, company.runs)
        self.extras = campaigns.extras(world, seed, self.customers, self.purchases, self.contacts, company.runs)
        self.orders = orders.draw(
            world, seed, self.customers, self.persons, self.records, clock,
            self.purchases, self.contacts, self.extras, company.runs,
        )  # fmt: skip
        self.lines = lines.draw(world, seed, self.customers, clock, self.orders)
        self.sales = lines.sales(self.lines, len(self.orders))
        self.deals = deals.draw(world, seed, self.customers)

    def chunk(self) -> Chunk:
        people, truth = records.people(self.company.seed, self.customers, self.persons, self.records, self.company.days)
        tables = {"people": people, **self._selling(), **self._marketing(), **self._trading()}
        names = records.name_of(self.customers)
        about = customers.truth(self.customers, self.company.world, names, self.purchases.left, self.persons.household)
        sums = effects.count(
            self.company.world, self.customers, self.contacts, self.orders, self.sales, self.company.runs
        )
        return Chunk(
            tables, {"records": truth, "customers": about, "extra_orders": self._extra_orders(tables["orders"])}, sums
        )

    def _selling(self) -> dict[str, pa.Table]:
        company, clock = self.company, self.company.days
        sold = orders.table(self.orders, self.sales, self.customers, self.records, clock, company.runs)
        return {
            "orders": sold,
            "order_lines": lines.table(self.lines, sold),
            "events": events.table(self.customers.chunk, self._traces(), self.records, clock),
            "feedback": feedback.table(
                company.world,
                company.seed,
                self.customers,
                self.purchases,
                self.orders,
                self.lines,
                self.records,
                clock,
            ),
        }

    def _marketing(self) -> dict[str, pa.Table]:
        company, clock = self.company, self.company.days
        return {
            "touches": campaigns.touches(self.contacts, company.runs, self.records, clock),
            "responses": responses.table(
                company.seed, self.customers, self.contacts, company.runs, self.orders, self.sales, self.records, clock
            ),
            "consents": consents.table(company.seed, self.customers, self.consents, self.records, clock),
            "relations": ties.table(company.seed, self.customers, self.persons, self.records),
        }

    def _trading(self) -> dict[str, pa.Table]:
        company, clock = self.company, self.company.days
        return {
            "deals": deals.table(company.seed, self.customers, self.deals, self.records, clock),
            "deal_stages": deals.stages(company.world, self.customers, self.deals, clock),
            "listings": listings.table(company.seed, self.customers, self.persons, self.records, clock),
        }

    def _traces(self) -> list[Trace]:
        company = self.company
        rng = stream(company.seed, "traces", self.customers.chunk)
        return [
            *visits.traces(rng, self.customers, self.purchases, self.records),
            *receipts.traces(rng, self.orders, self.lines, self.sales, company.runs),
            *calls.traces(company.world, rng, self.customers, self.purchases, self.records),
            self._opened(rng),
        ]

    def _opened(self, rng: np.random.Generator) -> Trace:
        by_mail = np.array([run.campaign.channel == "email" for run in self.company.runs] + [False])
        sent = np.flatnonzero(self.contacts.treated & by_mail[self.contacts.flight])
        sent = sent[rng.random(sent.size) < 0.4]
        flight = self.contacts.flight[sent]
        time = self.contacts.time[sent] + rng.exponential(0.4, sent.size)
        record = self.records.first[self.contacts.customer[sent]]
        return Trace(
            "email_open", record, time, np.full(sent.size, EMAIL), ([run.id for run in self.company.runs], flight)
        )

    def _extra_orders(self, sold: pa.Table) -> pa.Table:
        import pyarrow as pa

        rows = np.flatnonzero(self.orders.extra)
        return pa.table(
            {
                "order_id": sold["order_id"].take(pa.array(rows)),
                "campaign_id": words([run.id for run in self.company.runs], self.orders.flight[rows]),
                "customer": words(records.name_of(self.customers), self.orders.customer[rows]),
            }
        )
