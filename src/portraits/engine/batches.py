"""Batches: the record of every import, and which of them count now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from portraits.engine.audit import Entry, add
from portraits.engine.schema import batches as _batches
from portraits.engine.store import Store, next_id
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say


@dataclass(frozen=True)
class Batch:
    """One import. Undone, or replaced by a newer state of the same thing, it does not count."""

    id: int
    source: str
    label: str  # the file, sheet or table
    identity: str  # hash of what was read
    rows_read: int
    rows_landed: int
    rows_rejected: int
    loaded_at: datetime
    actor: str
    cursor: str = ""
    hash: str = ""  # of the landing file
    mappings: Sequence[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)  # column -> type
    facts: Mapping[str, Any] = field(default_factory=dict)
    status: str = "loaded"
    replaced_by: int | None = None
    parent: int | None = None  # the batch whose rejected rows these are

    @property
    def name(self) -> str:
        """The number as files and tables show it; later batches sort later."""
        return f"{self.id:06d}"

    @property
    def counts(self) -> bool:
        """Whether builds see it."""
        return self.status == "loaded" and self.replaced_by is None


def next_batch(store: Store) -> int:
    """The number of the next batch; the loader's lock keeps it from being given twice."""
    with store.reading() as connection:
        return next_id(connection, _batches)


def record(store: Store, batch: Batch, entry: Entry, replaces: Sequence[int] = ()) -> None:
    """Make a landed batch count, in place of others, and note it in the audit trail."""
    with store.writing() as connection:
        connection.execute(sa.insert(_batches).values(**asdict(batch)))
        gone = sa.or_(_batches.c.id.in_(replaces), _batches.c.parent.in_(replaces))
        still = sa.and_(gone, _batches.c.replaced_by.is_(None), _batches.c.id != batch.id)
        connection.execute(sa.update(_batches).where(still).values(replaced_by=batch.id))
        add(connection, entry)


def all_batches(store: Store, source: str = "") -> list[Batch]:
    """All batches, oldest first."""
    chosen = sa.select(_batches).order_by(_batches.c.id)
    if source:
        chosen = chosen.where(_batches.c.source == source)
    with store.reading() as connection:
        return [Batch(**row) for row in connection.execute(chosen).mappings()]


def batch(store: Store, number: int) -> Batch:
    """The batch of that number."""
    with store.reading() as connection:
        row = connection.execute(sa.select(_batches).where(_batches.c.id == number)).mappings().first()
    if row is None:
        raise NotFound(say("There is no batch {number}.", number=number), say("`portraits batches` lists them."))
    return Batch(**row)


def is_landed(store: Store, source: str, identity: str) -> bool:
    """Whether a batch that counts holds this very content."""
    return bool(_standing(store, source, _batches.c.identity == identity))


def of_label(store: Store, source: str, label: str) -> list[int]:
    """The batches of a label that count, replays not included."""
    return _standing(store, source, sa.and_(_batches.c.label == label, _batches.c.parent.is_(None)))


def _standing(store: Store, source: str, condition: sa.ColumnElement[bool]) -> list[int]:
    counts = sa.and_(_batches.c.status == "loaded", _batches.c.replaced_by.is_(None))
    chosen = sa.select(_batches.c.id).where(_batches.c.source == source, counts, condition)
    with store.reading() as connection:
        return list(connection.execute(chosen).scalars())


def mark_undone(store: Store, number: int, entry: Entry) -> list[int]:
    """Take a batch and its replayed rows out; what it had replaced counts again.

    Returns the numbers of the batches that were taken out; where there is one, it is noted.
    """
    return mark_all_undone(store, [number], entry)


def mark_all_undone(store: Store, numbers: Sequence[int], entry: Entry) -> list[int]:
    """Take several batches out in one transaction, the newest first."""
    with store.writing() as connection:
        undone = [each for number in sorted(numbers, reverse=True) for each in _undone(connection, number)]
        if undone:
            add(connection, entry)
    return sorted(undone)


def _undone(connection: sa.Connection, number: int) -> list[int]:
    of_it = sa.and_(sa.or_(_batches.c.id == number, _batches.c.parent == number), _batches.c.status == "loaded")
    undone = list(connection.execute(sa.select(_batches.c.id).where(of_it)).scalars())
    heir = connection.execute(sa.select(_batches.c.replaced_by).where(_batches.c.id == number)).scalar()
    connection.execute(sa.update(_batches).where(_batches.c.id.in_(undone)).values(status="undone"))
    orphaned = _batches.c.replaced_by.in_(undone)
    connection.execute(sa.update(_batches).where(orphaned).values(replaced_by=heir))
    return undone
