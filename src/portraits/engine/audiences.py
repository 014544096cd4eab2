"""Audiences in the store: drafts of rules, lists of members frozen at a run, and sizes over runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portraits.engine.audit import Entry, add
from portraits.engine.schema import audience_drafts as _drafts
from portraits.engine.schema import audience_freezes as _freezes
from portraits.engine.schema import audience_sizes as _sizes
from portraits.engine.store import Store, next_id

MOST_DRAFTS = 100  # beyond that many the oldest give way


@dataclass(frozen=True)
class Draft:
    """A rule that somebody works on: of a defined audience, or of a new one where `audience` is empty."""

    id: str
    audience: str
    content: Mapping[str, Any]
    actor: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Freeze:
    """The members of a static audience, kept as they were in one run."""

    id: int
    audience: str
    rule: str
    run: int
    as_of: datetime
    customers: int
    file: str
    actor: str
    frozen_at: datetime


@dataclass(frozen=True)
class Size:
    """How many customers a rule chose in a run; `mark` stands for the rule."""

    run: int
    mark: str
    customers: int
    base: int
    as_of: datetime


def keep_draft(store: Store, draft: Draft) -> None:
    """Write a draft, over the one of its id where there is one; it keeps the moment it was begun."""
    with store.writing() as connection:
        same = _drafts.c.id == draft.id
        begun = connection.execute(sa.select(_drafts.c.created_at).where(same)).scalar()
        connection.execute(sa.delete(_drafts).where(same))
        connection.execute(sa.insert(_drafts).values({**vars(draft), "created_at": begun or draft.created_at}))
        newest = sa.select(_drafts.c.id).order_by(_drafts.c.updated_at.desc(), _drafts.c.id).limit(MOST_DRAFTS)
        kept = connection.execute(newest).scalars().all()
        connection.execute(sa.delete(_drafts).where(_drafts.c.id.not_in(kept)))


def drop_draft(store: Store, number: str) -> bool:
    """Remove a draft; whether there was one."""
    with store.writing() as connection:
        return bool(connection.execute(sa.delete(_drafts).where(_drafts.c.id == number)).rowcount)


def drafts(store: Store) -> list[Draft]:
    """All drafts, the last one worked on first."""
    with store.reading() as connection:
        found = connection.execute(sa.select(_drafts).order_by(_drafts.c.updated_at.desc(), _drafts.c.id))
        return [Draft(**row) for row in found.mappings()]


def draft(store: Store, number: str) -> Draft | None:
    """The draft of that id."""
    with store.reading() as connection:
        row = connection.execute(sa.select(_drafts).where(_drafts.c.id == number)).mappings().first()
        return Draft(**row) if row else None


def next_freeze(store: Store) -> int:
    """The number that the next freeze will probably have; its file is named by it."""
    with store.reading() as connection:
        return next_id(connection, _freezes)


def add_freeze(store: Store, freeze: Freeze, entry: Entry) -> Freeze:
    """Record a freeze whose file is on the disk, with its line in the audit trail."""
    with store.writing() as connection:
        values = {**vars(freeze), "id": next_id(connection, _freezes)}
        connection.execute(sa.insert(_freezes).values(values))
        add(connection, entry)
        return Freeze(**values)


def freezes(store: Store) -> dict[str, Freeze]:
    """Audience -> its newest freeze."""
    with store.reading() as connection:
        found = connection.execute(sa.select(_freezes).order_by(_freezes.c.id))
        return {row["audience"]: Freeze(**row) for row in found.mappings()}


def sizes(store: Store, mark: str) -> dict[int, Size]:
    """Run -> the size that was kept of it."""
    with store.reading() as connection:
        found = connection.execute(sa.select(_sizes).where(_sizes.c.mark == mark).order_by(_sizes.c.run))
        return {row["run"]: Size(**row) for row in found.mappings()}


def keep_sizes(store: Store, counted: Iterable[Size]) -> None:
    """Keep sizes; a run never changes, so what is known of one stays."""
    with store.writing() as connection:
        for size in counted:
            same = (_sizes.c.run == size.run) & (_sizes.c.mark == size.mark)
            if connection.execute(sa.select(_sizes.c.run).where(same)).first() is None:
                connection.execute(sa.insert(_sizes).values(vars(size)))
