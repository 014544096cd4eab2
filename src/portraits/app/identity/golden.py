"""Golden: each field of a customer, whose value it is and by which rule, and the values that lost against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from portraits.app.customers.personal import masked
from portraits.app.customers.subject import nobody, present_id
from portraits.app.reading import Reading, reading
from portraits.engine.workspace import Workspace
from portraits.identity.golden import Survival, claims_sql
from portraits.vocabulary.table import Column
from portraits.vocabulary.tables import TABLES

MOST_CLAIMS = 50  # of one field
NOT_FIELDS = ("record_id", "source", "batch", "created_at", "updated_at", "attributes")


@dataclass(frozen=True)
class Claim:
    """What one record says of a field; personal values are masked. `same`: written otherwise than the golden value."""

    value: str
    record_id: str
    source: str
    at: datetime | None
    same: bool


@dataclass(frozen=True)
class GoldenField:
    """A field of the golden record: the rule that chose, the claim that won, and those that lost, the next best first.

    `total` counts the claims that are not shown as well.
    """

    column: Column
    rule: str
    winner: Claim
    losers: tuple[Claim, ...]
    total: int

    @property
    def disputed(self) -> bool:
        """Whether a record says something else, not only in another writing."""
        return not all(each.same for each in self.losers)


@dataclass(frozen=True)
class GoldenRecord:
    """A customer's golden record with the evidence of each field that is known; of how many records it is made."""

    customer_id: str
    fields: tuple[GoldenField, ...]
    records: int
    as_of: datetime
    run: int


def golden_record(workspace: Workspace, customer_id: str) -> GoldenRecord:
    """How each field of a customer came about; an id that it had before will do."""
    with reading(workspace) as run:
        customer = present_id(run, customer_id)
        found = run.rows("SELECT customer, count(*) FROM identity_links WHERE customer_id = ? GROUP BY ALL", [customer])
        if not found:
            raise nobody(customer_id)
        [(number, records)] = found
        fields = tuple(_fields(run, number)) if "customer" in run.columns.get("people", {}) else ()
        return GoldenRecord(customer, fields, records, run.as_of, run.run.info.number)


def _fields(run: Reading, customer: int) -> Iterator[GoldenField]:
    held = run.columns["people"]  # an older run may not hold all of them
    columns = [each for each in TABLES["people"].columns if each.name in held and each.name not in NOT_FIELDS]
    survival = _survival(run)
    names = [each.name for each in columns]
    rows = run.rows(claims_sql(names, survival, run.columns), {"customer": customer})
    claims = {name: list(said) for name, said in groupby(rows, key=lambda row: str(row[0]))}
    for column in columns:
        if said := claims.get(column.name):
            winner, *losers = (_claim(column, row, said[0]) for row in said[:MOST_CLAIMS])
            yield GoldenField(column, survival.rule(column.name), winner, tuple(losers), len(said))


def _claim(column: Column, row: tuple[Any, ...], best: tuple[Any, ...]) -> Claim:
    _, value, clean, record, source, at, _ = row
    shown = masked(column.name, value) if column.personal else value
    same = value == best[1] or (clean is not None and clean == best[2])
    return Claim(shown, record, source or "", at, same)


def _survival(run: Reading) -> Survival:
    """The rules that the run was built with; of runs that did not note them, those of now."""
    facts = run.run.info.figures.get("identity") or {}
    now = run.settings.identity
    return Survival(facts.get("fields", now.fields), facts.get("trusted", now.trusted))
