"""Identify: who somebody is that calls, writes or stands at the till, by what they say of themselves.

How likely each candidate is follows from how many customers share what was said. Somebody who has a number that one
customer has is that customer, unless they are nobody we know; of a number that four share, each is a quarter as likely.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.customers.personal import masked
from portraits.app.customers.portrait import LIFECYCLE, SEGMENT, TagValue
from portraits.app.reading import Reading, reading
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.identity.clean.people import cleaners
from portraits.identity.lookup import FIELDS, plain_value
from portraits.vocabulary.errors import BadInput, NotFound
from portraits.vocabulary.phrase import say

KNOWN = 0.9  # share of those who ask that are customers
AGREES = 0.95  # share of true customers with whom a field agrees
# Other people who have the same value, on average; a landline and an office's mailbox have several.
SHARED = {"phone": 0.02, "email": 0.02, "wechat": 0.01, "landline": 1.0, "service": 5.0, "role_address": 5.0}
MOST = 20  # candidates that are told
MOST_SHARING = 1000  # customers behind one value: of more, only those are looked at whom another field names
GOLDEN = {"phone": "phone", "email": "email", "wechat": "wechat_id", "name": "name"}


@dataclass(frozen=True)
class Caller:
    """Who somebody may be, as far as one sees at once; contacts are masked."""

    customer_id: str
    name: str
    kind: str
    gender: str
    city: str
    email: str
    phone: str
    records: int
    segment: TagValue | None
    lifecycle: TagValue | None


@dataclass(frozen=True)
class Likely:
    """A customer who it may be, how likely, and by which of the fields asked for."""

    customer: Caller
    probability: float
    by: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """Who it may be, the most likely first, with the odds of all: `fitting` customers fit, the first of them are told.

    `unreadable` fields could not be made sense of; `crowded` ones fit so many customers that alone they tell nothing.
    """

    candidates: tuple[Likely, ...]
    fitting: int
    unreadable: tuple[str, ...]
    crowded: tuple[str, ...]
    as_of: datetime
    run: int


@dataclass(frozen=True)
class _Said:
    """What was said in one field: the value that the look-up knows, and how many other people have it on average.

    Of a name nobody knows: it is counted.
    """

    key: str
    shared: float


@dataclass(frozen=True)
class _Fitting:
    """The customers that a field fits: all of them, or in a crowd those whom another field names."""

    customers: frozenset[int]
    count: int
    shared: float


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
        told = {field: _said(run, field, value) for field, value in asked.items()}
        said = {field: each for field, each in told.items() if each.key}
        found = _fitting(run, said)
        odds = _odds(run, found)
        likely = sorted(odds, key=lambda customer: (-odds[customer], customer))[:MOST]
        total = (1 - KNOWN) / KNOWN + sum(odds.values())
        callers = _callers(run, likely)
        return Recognised(
            candidates=tuple(
                Likely(callers[one], odds[one] / total, tuple(f for f in found if one in found[f].customers))
                for one in likely
            ),
            fitting=len(odds),
            unreadable=tuple(field for field in asked if field not in said),
            crowded=tuple(field for field, each in found.items() if each.count > MOST_SHARING),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _said(run: Reading, field: str, value: str) -> _Said:
    """What the look-up knows a value by, empty where it says nothing."""
    if "people_clean" not in run.columns:
        return _Said(plain_value(field, value), SHARED.get(field, 0.0))
    cleaner = cleaners(run.settings.identity.country)[FIELDS[field].cleaner]
    cleaned = cleaner.clean(value)
    shared = max(SHARED.get(each, 0.0) for each in (field, cleaned.parts.get("kind", ""), *cleaned.flags))
    if field == "name":
        words = (cleaned.parts.get("given"), cleaned.parts.get("family"))
        return _Said(" ".join(sorted(word for word in words if word)) if all(words) else "", shared)
    return _Said(str((cleaned.parts.get("mailbox") if field == "email" else cleaned.value) or ""), shared)


def _fitting(run: Reading, said: Mapping[str, _Said]) -> dict[str, _Fitting]:
    """Field -> the customers it fits."""
    sql = "SELECT customer FROM identity_lookup WHERE field = $field AND value = $key"
    found = {
        field: [row[0] for row in run.rows(sql, {"field": field, "key": each.key})] for field, each in said.items()
    }
    few = {customer for customers in found.values() if len(customers) <= MOST_SHARING for customer in customers}
    return {
        field: _Fitting(
            frozenset(customers if len(customers) <= MOST_SHARING else few.intersection(customers)),
            len(customers),
            said[field].shared,
        )
        for field, customers in found.items()
    }


def _odds(run: Reading, found: Mapping[str, _Fitting]) -> dict[int, float]:
    """Customer -> odds against every other one alike: what agrees counts for, what is known to differ against."""
    every = sorted({customer for each in found.values() for customer in each.customers})
    if not every:
        return {}
    known = _known(run, every, list(found))
    size = run.run.info.rows.get("customers", 0) or len(every)
    odds = {}
    for customer in every:
        odds[customer] = 1.0
        for field, each in found.items():
            if customer in each.customers:
                odds[customer] *= AGREES / (each.shared or each.count / size)
            elif field in known[customer]:
                odds[customer] *= 1 - AGREES
    return {one: each / size if _only_name(found, one) else each for one, each in odds.items()}


def _only_name(found: Mapping[str, _Fitting], customer: int) -> bool:
    return all(field == "name" for field, each in found.items() if customer in each.customers)


def _known(run: Reading, customers: list[int], fields: list[str]) -> dict[int, set[str]]:
    """Customer -> the fields whose value it has; of a single field nobody asks what else there is."""
    if len(fields) == 1:
        return {customer: set(fields) for customer in customers}
    columns = ", ".join(f"{GOLDEN[field]} IS NOT NULL" for field in fields)
    rows = run.rows(f"SELECT customer, {columns} FROM customers WHERE {_among(customers)}")
    return {row[0]: {field for field, there in zip(fields, row[1:], strict=True) if there} for row in rows}


def _among(customers: list[int]) -> str:
    """SQL of some customers by their numbers: written out, the index finds them; as a parameter all would be read."""
    return f"customer IN ({', '.join(map(str, customers))})"


def _callers(run: Reading, customers: list[int]) -> dict[int, Caller]:
    """What is seen of candidates at once, of all of them in one question."""
    if not customers:
        return {}
    own = ("customer_id", "name", "kind", "gender", "city", "email", "phone", "records")
    tags = [next((name for name in names if name in run.columns["portrait"]), "") for names in (SEGMENT, LIFECYCLE)]
    shown = [f"p.{quote(name)}" if name else "NULL" for name in tags]
    columns = ", ".join([*(f"c.{quote(name)}" if name in run.columns["customers"] else "NULL" for name in own), *shown])
    chosen = _among(customers)
    sql = f"""SELECT c.customer, {columns} FROM (FROM customers WHERE {chosen}) c
        LEFT JOIN (FROM portrait WHERE {chosen}) p ON p.customer = c.customer"""
    rows = run.rows(sql)
    return {row[0]: _caller(run, dict(zip(own, row[1:9], strict=True)), tags, row[9:]) for row in rows}


def _caller(run: Reading, record: Mapping[str, Any], tags: list[str], values: tuple[Any, ...]) -> Caller:
    text = {name: str(record[name] or "") for name in ("customer_id", "name", "kind", "gender", "city")}
    contact = {name: masked(name, record[name]) for name in ("email", "phone")}
    segment, lifecycle = _tags(run, tags, values)
    return Caller(**text, **contact, records=record["records"] or 1, segment=segment, lifecycle=lifecycle)


def _tags(run: Reading, names: list[str], values: tuple[Any, ...]) -> Iterator[TagValue | None]:
    for name, value in zip(names, values, strict=True):
        yield TagValue(run.tags[name], value) if value is not None and name in run.tags else None
