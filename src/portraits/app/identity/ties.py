"""Ties: what holds the records of a customer together: links with their weights, keys, and what people decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from portraits.app.customers.subject import nobody, present_id
from portraits.app.identity.queue import probability
from portraits.app.reading import Reading, reading
from portraits.engine.workspace import Workspace
from portraits.identity.match.pack import PACKS, pack
from portraits.vocabulary.text import Text, text

MOST = 200  # records of a customer whose ties are told
METHODS = {
    "model": text("alike in all that they say", "综合比对相近"),
    "person": text("somebody decided it", "人工认定"),
    "exact key": text("same key", "主键相同"),
}


@dataclass(frozen=True)
class TiedRecord:
    """A record of the customer and where it is from."""

    record_id: str
    source: str
    at: datetime | None


@dataclass(frozen=True)
class Tie:
    """Two records that are linked, by what, and how likely; a key and a decision need no likelihood."""

    left_id: str
    right_id: str
    method: str
    title: Text
    weight: float | None
    probability: float | None


@dataclass(frozen=True)
class Ties:
    """The records of a customer, `total` of them, and the links between them, the strongest first."""

    customer_id: str
    records: tuple[TiedRecord, ...]
    ties: tuple[Tie, ...]
    total: int
    as_of: datetime
    run: int


def ties(workspace: Workspace, customer_id: str) -> Ties:
    """What holds a customer together; an id that it had before will do."""
    with reading(workspace) as run:
        customer = present_id(run, customer_id)
        if not customer:
            raise nobody(customer_id)
        total, records = _records(run, customer)
        found = _ties(run, [each.record_id for each in records])
        return Ties(customer, tuple(records), tuple(found), total, run.as_of, run.run.info.number)


def titled(method: str) -> Text:
    """What a way of linking is called: a rule by its own title."""
    rules = {rule.name: rule.title for kind in reversed(PACKS) for rule in pack(kind).certain}
    return METHODS.get(method) or rules.get(method) or text(method, method)


def _records(run: Reading, customer: str) -> tuple[int, list[TiedRecord]]:
    [(number, total)] = run.rows(
        "SELECT any_value(customer), count(*) FROM identity_links WHERE customer_id = ?", [customer]
    )
    held = run.columns.get("people", {})
    at = "coalesce(p.updated_at, p.created_at)" if held else "NULL"
    joined = "LEFT JOIN people p ON p.customer = l.customer AND p.record_id = l.record_id" if held else ""
    sql = f"""SELECT l.record_id, l.source, {at} FROM identity_links l {joined}
        WHERE l.customer = $customer ORDER BY l.record_id LIMIT {MOST}"""
    rows = run.rows(sql, {"customer": number})
    return total, [TiedRecord(record, source or "", moment) for record, source, moment in rows]


def _ties(run: Reading, records: Sequence[str]) -> Iterator[Tie]:
    found: dict[tuple[str, str], tuple[str, float | None]] = {}
    for left, right, weight, method in _links(run, records):
        found[left, right] = (method, weight)
    if not found and _keyed(run, records):
        found = {pair: ("exact key", None) for pair in pairwise(records)}
    for (left, right), (method, weight) in sorted(found.items(), key=lambda each: (-(each[1][1] or 0), each[0])):
        certain = method in ("person", "exact key")
        yield Tie(
            *(left, right, method, titled(method)),
            weight=None if certain else weight,
            probability=None if certain or weight is None else probability(weight),
        )


def _links(run: Reading, records: Sequence[str]) -> Iterator[tuple[str, str, float | None, str]]:
    """Links that matching found, then those that somebody decided, which count for more."""
    each = [
        f"SELECT 0, left_id, right_id, weight, method FROM match_{kind}_links"
        for kind in PACKS
        if f"match_{kind}_links" in run.columns
    ]
    if "identity_decided" in run.columns:
        each.append("SELECT 1, left_id, right_id, NULL, 'person' FROM identity_decided WHERE verdict = 'link'")
    if not each:
        return
    sql = f"""SELECT left_id, right_id, weight, method FROM ({" UNION ALL ".join(each)}) AS t(later, left_id, right_id,
        weight, method) WHERE left_id IN (SELECT unnest($records)) AND right_id IN (SELECT unnest($records))
        ORDER BY later"""
    yield from run.rows(sql, {"records": list(records)})


def _keyed(run: Reading, records: Sequence[str]) -> bool:
    sql = "SELECT count(*) FROM identity_links WHERE method = 'exact key' AND record_id IN (SELECT unnest($records))"
    return len(records) > 1 and bool(run.rows(sql, {"records": list(records)})[0][0])
