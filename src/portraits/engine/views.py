"""Views: what a person wants to see again on a page, under a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portraits.engine.audit import Entry, add
from portraits.engine.schema import views as _views
from portraits.engine.store import Store, next_id


@dataclass(frozen=True)
class View:
    """A named state of a page: what its address says besides the path."""

    name: str
    actor: str
    saved_at: datetime
    state: Mapping[str, Any] = field(default_factory=dict)


def keep(store: Store, page: str, view: View, entry: Entry) -> None:
    """Save a view in the place of one of the same name, and note it in the audit trail."""
    with store.writing() as connection:
        connection.execute(_of(page, view.name))
        values = {"id": next_id(connection, _views), "page": page, **vars(view)}
        connection.execute(sa.insert(_views).values(values))
        add(connection, entry)


def kept(store: Store, page: str) -> list[View]:
    """The views of a page, in the order of their names."""
    chosen = sa.select(_views.c.name, _views.c.actor, _views.c.saved_at, _views.c.state)
    with store.reading() as connection:
        found = connection.execute(chosen.where(_views.c.page == page).order_by(_views.c.name))
        return [View(**row) for row in found.mappings()]


def drop(store: Store, page: str, name: str, entry: Entry) -> bool:
    """Remove a view and note it in the audit trail; False where there is none of that name."""
    with store.writing() as connection:
        if not connection.execute(_of(page, name)).rowcount:
            return False
        add(connection, entry)
        return True


def _of(page: str, name: str) -> sa.Delete:
    return sa.delete(_views).where(_views.c.page == page, _views.c.name == name)
