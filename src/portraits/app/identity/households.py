"""Households: customers who live together, as far as one door or one home telephone tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from portraits.app.customers.subject import nobody, present_id
from portraits.app.paging import Paged, within
from portraits.app.reading import Reading, reading
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say

LARGEST_PAGE = 100


@dataclass(frozen=True)
class Member:
    """A customer of a household; `shared` says what it shares with others of it: door, line (a home telephone)."""

    customer_id: str
    name: str
    shared: tuple[str, ...]


@dataclass(frozen=True)
class Household:
    """Customers who live together, and what they bought together; the household is called after one of them."""

    household: str
    members: tuple[Member, ...]
    orders: int
    amount: Any


@dataclass(frozen=True)
class OfSize:
    """All households of so many customers: how many there are, and what they bought together."""

    size: int
    households: int
    orders: int
    amount: Any


@dataclass(frozen=True)
class Households(Paged):
    """A page of households, the largest first; `sizes` tells of all of them, the smallest first.

    `alone` are the persons who live with no other customer, as far as is known.
    """

    households: tuple[Household, ...]
    sizes: tuple[OfSize, ...]
    alone: OfSize
    total: int
    customers: int  # in all households
    page: int
    size: int
    as_of: datetime
    run: int


@dataclass(frozen=True)
class HouseholdOf:
    """The household of a customer; None where the customer lives alone, as far as is known."""

    customer_id: str
    household: Household | None
    as_of: datetime
    run: int


def households(workspace: Workspace, page: int = 1, size: int = 20) -> Households:
    """The households, the largest first; NotFound where the run has looked for none."""
    with reading(workspace) as run:
        if "households" not in run.columns:
            what = say("The published run has not looked for households.")
            raise NotFound(what, say('Let records be matched: by = "match" in [settings.identity], then build.'))
        sizes = tuple(_sizes(run))
        total = sum(each.households for each in sizes)
        customers = sum(each.size * each.households for each in sizes)
        size = max(1, min(size, LARGEST_PAGE))
        page = within(page, total, size)
        sql = """SELECT household FROM households GROUP BY household
            ORDER BY count(*) DESC, household LIMIT $size OFFSET $skipped"""
        chosen = [row[0] for row in run.rows(sql, {"size": size, "skipped": (page - 1) * size})]
        found = {each.household: each for each in _households(run, chosen)}
        listed = tuple(found[name] for name in chosen)
        return Households(listed, sizes, _alone(run), total, customers, page, size, run.as_of, run.run.info.number)


def household_of(workspace: Workspace, customer_id: str) -> HouseholdOf:
    """The household of a customer; an id that it had before will do."""
    with reading(workspace) as run:
        customer = present_id(run, customer_id)
        if not customer:
            raise nobody(customer_id)
        own: list[str] = []
        if "households" in run.columns:
            sql = "SELECT household FROM households WHERE customer_id = ?"
            own = [row[0] for row in run.rows(sql, [customer])]
        found = next(_households(run, own), None) if own else None
        return HouseholdOf(customer, found, run.as_of, run.run.info.number)


def _households(run: Reading, names: list[str]) -> Iterator[Household]:
    sql = """SELECT h.household, h.customer_id, coalesce(c.name, ''), h.shared
        FROM households h JOIN customers c USING (customer_id)
        WHERE h.household IN (SELECT unnest($names)) ORDER BY h.household, h.customer_id"""
    bought = {name: told for name, *told in run.rows(_bought(run, _THESE), {"names": names})}
    for household, rows in groupby(run.rows(sql, {"names": names}), key=lambda row: str(row[0])):
        members = tuple(Member(customer, name, tuple(shared.split())) for _, customer, name, shared in rows)
        yield Household(household, members, *bought.get(household, (0, 0)))


def _sizes(run: Reading) -> Iterator[OfSize]:
    sql = f"""SELECT h.customers, count(*), coalesce(sum(b.orders), 0), coalesce(sum(b.amount), 0)
        FROM (SELECT DISTINCT household, customers FROM households) h
        LEFT JOIN ({_bought(run, "true")}) b USING (household) GROUP BY h.customers ORDER BY h.customers"""
    for size, found, orders, amount in run.rows(sql):
        yield OfSize(size, found, int(orders), amount)


def _alone(run: Reading) -> OfSize:
    single = (
        "SELECT customer FROM customers ANTI JOIN households USING (customer_id) WHERE kind IS DISTINCT FROM 'company'"
    )
    [(found,)] = run.rows(f"SELECT count(*) FROM ({single})")
    if "orders" not in run.columns:
        return OfSize(1, found, 0, 0)
    sql = f"SELECT count(*), coalesce(sum(amount), 0) FROM orders SEMI JOIN ({single}) USING (customer)"
    [(orders, amount)] = run.rows(sql)
    return OfSize(1, found, orders, amount)


_THESE = "h.household IN (SELECT unnest($names))"


def _bought(run: Reading, which: str) -> str:
    """SQL: household, its orders, and what they came to."""
    if "orders" not in run.columns:
        return "SELECT household, 0 AS orders, 0 AS amount FROM households h WHERE false AND " + which
    return f"""SELECT h.household, count(*) AS orders, coalesce(sum(o.amount), 0) AS amount FROM households h
        JOIN customers c USING (customer_id) JOIN orders o ON o.customer = c.customer
        WHERE {which} GROUP BY h.household"""
