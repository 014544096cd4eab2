"""Subject: the customer a portrait is about: the golden record and the values of all tags."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portraits.app.customers.personal import hidden
from portraits.app.reading import Reading, TagColumn
from portraits.engine.expressions import Explanation, Expression, explain
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say


@dataclass(frozen=True)
class Subject:
    """A customer: the number by which rows know it, its record, and tag -> value."""

    customer: int
    record: Mapping[str, Any]
    values: Mapping[str, Any]

    @property
    def customer_id(self) -> str:
        """The id that the customer has now, whatever it was asked for by."""
        return str(self.record["customer_id"])


def subject(run: Reading, customer_id: str) -> Subject:
    """The customer of that id, also of one it had before a merge; NotFound where there is none."""
    found = run.rows("SELECT * FROM customers WHERE customer_id = ?", [customer_id])
    if not found and (now := present_id(run, customer_id)):
        found = run.rows("SELECT * FROM customers WHERE customer_id = ?", [now])
    if not found:
        raise nobody(customer_id)
    record = dict(zip(run.columns["customers"], found[0], strict=True))
    # Two look-ups: joining a row of hundreds of columns costs more than asking for it.
    values = run.rows("SELECT * FROM portrait WHERE customer = ?", [record["customer"]])
    return Subject(record["customer"], record, dict(zip(run.columns["portrait"], values[0], strict=True)))


def present_id(run: Reading, customer_id: str) -> str:
    """The id that an id of a customer or of a record leads to now; empty where it leads nowhere."""
    if "customer_ids" in run.columns:
        found = run.rows("SELECT customer_id FROM customer_ids WHERE id = ?", [customer_id])
        if found:
            return str(found[0][0])
    found = run.rows("SELECT customer_id FROM identity_links WHERE record_id = ?", [customer_id])
    return str(found[0][0]) if found else ""


def nobody(customer_id: str) -> NotFound:
    """What is said where there is no such customer."""
    return NotFound(say("There is no customer {id}.", id=customer_id), say("Look the customer up in the list."))


def shown(tag: TagColumn, value: Any) -> Any:
    """A value as it may be shown: personal ones masked, by the columns they come from."""
    return hidden(tag.personal, value) if tag.personal and value is not None else value


def explained(run: Reading, expression: Expression, values: Mapping[str, Any]) -> Explanation:
    """Why a condition holds or not, personal values masked."""
    return _veiled(run, explain(expression, values, run.as_of))


def _veiled(run: Reading, found: Explanation) -> Explanation:
    parts = tuple(_veiled(run, part) for part in found.parts)
    columns = {column for name in found.names for column in _columns(run, name)}
    if not columns:
        return replace(found, parts=parts)
    return replace(found, parts=parts, value=_veil(columns, found.value), limit=_limit(columns, found))


def _columns(run: Reading, name: str) -> tuple[str, ...]:
    tag = run.tags.get(name) or run.defined_tags.get(name)
    return tag.personal if tag else ()


def _limit(columns: Collection[str], found: Explanation) -> Any:
    """The limit as it is written in the condition; one that comes from another column is masked."""
    if isinstance(found.limit, tuple):
        return tuple(each if str(each) in found.text else _veil(columns, each) for each in found.limit)
    return found.limit if str(found.limit) in found.text else _veil(columns, found.limit)


def _veil(columns: Collection[str], value: Any) -> Any:
    return hidden(columns, value) if isinstance(value, str | date) else value
