"""The audit trail: who did what, when and to what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portraits.engine.schema import audit as _audit
from portraits.engine.store import Store, next_id


@dataclass(frozen=True)
class Entry:
    """One thing somebody did."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


def note(store: Store, entry: Entry) -> None:
    """Add an entry at the end."""
    with store.writing() as connection:
        add(connection, entry)


def add(connection: sa.Connection, entry: Entry) -> None:
    """Add an entry in the transaction of what it tells about."""
    values = {"id": next_id(connection, _audit), **vars(entry)}
    connection.execute(sa.insert(_audit).values(values))


def entries(store: Store) -> list[Entry]:
    """The whole trail, oldest first."""
    chosen = sa.select(_audit.c.at, _audit.c.actor, _audit.c.action, _audit.c.subject, _audit.c.detail)
    with store.reading() as connection:
        return [Entry(**row) for row in connection.execute(chosen.order_by(_audit.c.id)).mappings()]
