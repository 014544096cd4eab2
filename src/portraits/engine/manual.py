"""Manual tags: a journal of what people say of customers by hand; nothing in it is overwritten.

Of the statements about one customer the newest counts, by the moment it speaks of; one without a
value takes back those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portraits.engine.audit import Entry, add
from portraits.engine.schema import manual_tags as _journal
from portraits.engine.store import Store, next_id

_TOGETHER = 500  # ids in one statement: databases limit their number


@dataclass(frozen=True)
class Statement:
    """What somebody said of a customer; moments are naive, in the workspace's time zone."""

    tag: str
    customer_id: str
    value: str | None  # as text; None takes back
    source: str  # how they know, or the file it came in
    at: datetime  # since when it holds
    actor: str
    noted_at: datetime
    id: int = 0


def say_all(store: Store, statements: Sequence[Statement], entry: Entry) -> None:
    """Add statements to the journal, and note it in the audit trail, together or not at all."""
    with store.writing() as connection:
        first = next_id(connection, _journal)
        rows = [{**asdict(each), "id": number} for number, each in enumerate(statements, first)]
        if rows:
            connection.execute(sa.insert(_journal), rows)
        add(connection, entry)


def said(store: Store, tag: str = "", customers: Sequence[str] | None = None) -> list[Statement]:
    """The statements about a tag, or about all, of some customers, or of all; oldest first."""
    chosen = sa.select(_journal).order_by(_journal.c.at, _journal.c.id)
    if tag:
        chosen = chosen.where(_journal.c.tag == tag)
    with store.reading() as connection:
        if customers is None:
            return _read(connection, chosen)
        parts = [customers[start : start + _TOGETHER] for start in range(0, len(customers), _TOGETHER)]
        found = [each for part in parts for each in _read(connection, chosen.where(_journal.c.customer_id.in_(part)))]
        return sorted(found, key=lambda each: (each.at, each.id))


def newest(statements: Iterable[Statement]) -> dict[tuple[str, str], Statement]:
    """(tag, customer) -> the statement that counts, among some that are oldest first."""
    return {(each.tag, each.customer_id): each for each in statements}


def _read(connection: sa.Connection, chosen: sa.Select[Any]) -> list[Statement]:
    return [Statement(**row) for row in connection.execute(chosen).mappings()]
