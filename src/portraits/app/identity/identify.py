"""Identify: who somebody is that calls, writes or stands at the till, by what they say of themselves.

How likely each candidate is follows from how many customers share what was said. Somebody who has a number that one
customer has is that customer, unless they are nobody we know; of a number that four share, each is a quarter as likely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.customers.portrait import Header, header_of
from portraits.app.customers.subject import subject
from portraits.app.reading import Reading, reading
from portraits.engine.warehouse import literal
from portraits.engine.workspace import Workspace
from portraits.identity.clean.people import cleaners
from portraits.identity.lookup import FIELDS, plain_value
from portraits.vocabulary.errors import BadInput, NotFound
from portraits.vocabulary.phrase import say

KNOWN = 0.9  # share of those who ask that are customers
AGREES = 0.95  # share of true customers with whom a field agrees
SHARED = {"phone": 0.02, "email": 0.02, "wechat": 0.01}  # other people who have the same value, on average
MOST = 20  # candidates that are told
MOST_SHARING = 1000  # customers behind one value: more say nothing
GOLDEN = {"phone": "phone", "email": "email", "wechat": "wechat_id", "name": "name"}


@dataclass(frozen=True)
class Likely:
    """A customer who it may be, how likely, and by which of the fields asked for."""

    customer: Header
    probability: float
    by: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """Who it may be, the most likely first; `unreadable` fields could not be made sense of."""

    candidates: tuple[Likely, ...]
    unreadable: tuple[str, ...]
    as_of: datetime
    run: int


def identify(workspace: Workspace, *, phone: str = "", email: str = "", wechat: str = "", name: str = "") -> Recognised:
    """The customers that what somebody says of themselves fits; BadInput where nothing was said."""
    asked = {"phone": phone, "email": email, "wechat": wechat, "name": name}
    asked = {field: value.strip() for field, value in asked.items() if value.strip()}
    if not asked:
        raise BadInput(
            say("Nothing is said to know the customer by."), say("Give a phone, an e-mail, a WeChat id or a name.")
        )
    with reading(workspace) as run:
        if "identity_lookup" not in run.columns:
            raise NotFound(say("The published run cannot look up customers."), say("Run `portraits build`."))
        keys = {field: _key(run, field, value) for field, value in asked.items()}
        found = {field: _customers(run, field, key) for field, key in keys.items() if key}
        odds = _odds(run, found)
        unknown = (1 - KNOWN) / KNOWN
        total = unknown + sum(odds.values())
        likely = sorted(odds, key=lambda customer: (-odds[customer], customer))[:MOST]
        return Recognised(
            candidates=tuple(
                Likely(_header(run, one), odds[one] / total, tuple(f for f in found if one in found[f]))
                for one in likely
            ),
            unreadable=tuple(field for field, key in keys.items() if not key),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _key(run: Reading, field: str, value: str) -> str:
    """What the look-up knows a value by."""
    if "people_clean" not in run.columns:
        return plain_value(field, value)
    cleaner = cleaners(run.settings.identity.country)[FIELDS[field].cleaner]
    parts: Mapping[str, Any] = (found := cleaner.clean(value)).parts
    if field == "name":
        words = (parts.get("given"), parts.get("family"))
        return " ".join(sorted(word for word in words if word)) if all(words) else ""
    return str((parts.get("mailbox") if field == "email" else found.value) or "")


def _customers(run: Reading, field: str, key: str) -> list[int]:
    sql = (
        f"SELECT customer FROM identity_lookup WHERE field = {literal(field)} AND value = $key LIMIT {MOST_SHARING + 1}"
    )
    found = [row[0] for row in run.rows(sql, {"key": key})]
    return found if len(found) <= MOST_SHARING else []


def _odds(run: Reading, found: Mapping[str, list[int]]) -> dict[int, float]:
    """Customer -> odds against every other one alike: what agrees counts for, what is known to differ against."""
    every = sorted({customer for customers in found.values() for customer in customers})
    if not every:
        return {}
    known = _known(run, every, list(found))
    odds = {}
    for customer in every:
        odds[customer] = 1.0
        for field, customers in found.items():
            if customer in customers:
                odds[customer] *= AGREES / max(
                    SHARED.get(field, 0.0), len(customers) / run.run.info.rows.get("customers", 1e6)
                )
            elif field in known[customer]:
                odds[customer] *= 1 - AGREES
    scale = run.run.info.rows.get("customers", len(every)) or len(every)
    return {customer: each / scale if _only_name(found, customer) else each for customer, each in odds.items()}


def _only_name(found: Mapping[str, list[int]], customer: int) -> bool:
    return all(field == "name" for field, customers in found.items() if customer in customers)


def _known(run: Reading, customers: list[int], fields: list[str]) -> dict[int, set[str]]:
    """Customer -> the fields whose value it has."""
    columns = ", ".join(f"{GOLDEN[field]} IS NOT NULL" for field in fields)
    sql = f"SELECT customer, {columns} FROM customers WHERE customer IN (SELECT unnest($customers))"
    rows = run.rows(sql, {"customers": customers})
    return {row[0]: {field for field, there in zip(fields, row[1:], strict=True) if there} for row in rows}


def _header(run: Reading, customer: int) -> Header:
    [(customer_id,)] = run.rows("SELECT customer_id FROM customers WHERE customer = ?", [customer])
    return header_of(run, subject(run, customer_id))
