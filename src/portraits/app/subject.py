"""Subject: the customer a portrait is about: the golden record and the values of all tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portraits.app.personal import masked
from portraits.app.reading import Reading, TagColumn
from portraits.vocabulary.errors import NotFound


@dataclass(frozen=True)
class Subject:
    """A customer: the number by which rows know it, its record, and tag -> value."""

    customer: int
    record: Mapping[str, Any]
    values: Mapping[str, Any]


def subject(run: Reading, customer_id: str) -> Subject:
    """The customer of that id; NotFound where there is none."""
    found = run.rows("SELECT * FROM customers WHERE customer_id = ?", [customer_id])
    if not found:
        raise NotFound(f"There is no customer {customer_id}.", "Look the customer up in the list.")
    record = dict(zip(run.columns["customers"], found[0], strict=True))
    # Two look-ups: joining a row of hundreds of columns costs more than asking for it.
    values = run.rows("SELECT * FROM portrait WHERE customer = ?", [record["customer"]])
    return Subject(record["customer"], record, dict(zip(run.columns["portrait"], values[0], strict=True)))


def shown(tag: TagColumn, value: Any) -> Any:
    """A value as it may be shown: personal ones masked."""
    return masked(tag.name, value) if tag.personal and value is not None else value
