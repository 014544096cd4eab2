"""Imports: files that somebody uploaded, on their way into the workspace, and what was chosen for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from portraits.engine.audit import Entry, add
from portraits.engine.schema import imports as _imports
from portraits.engine.store import Store, next_id
from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.phrase import say

# open: being prepared; queued: its job is to come or runs; done: its rows count; undone: they were
# taken back; failed: its job could not be done, and nothing of it counts.
Status = Literal["open", "queued", "done", "failed", "undone"]


@dataclass(frozen=True)
class Import:
    """One uploaded file, what was chosen for it so far, and what became of it."""

    id: int
    file: str  # its name, as uploaded
    size: int  # bytes
    hash: str
    status: Status
    actor: str
    created_at: datetime
    updated_at: datetime
    choices: Mapping[str, Any] = field(default_factory=dict)
    job: int | None = None
    batches: Sequence[int] = ()
    fault: str = ""

    @property
    def name(self) -> str:
        """The number as folders show it."""
        return f"{self.id:06d}"


def next_import(store: Store) -> int:
    """The number of the next import."""
    with store.reading() as connection:
        return next_id(connection, _imports)


def begin(store: Store, file: str, size: int, hash: str, entry: Entry) -> Import:
    """Write down an uploaded file, and who uploaded it."""
    with store.writing() as connection:
        number = next_id(connection, _imports)
        made = Import(number, file, size, hash, "open", entry.actor, entry.at, entry.at)
        connection.execute(sa.insert(_imports).values(**asdict(made)))
        add(connection, entry)
    return made


def change(store: Store, number: int, now: datetime, **values: Any) -> Import:
    """Write down what was chosen for an import, or what became of it."""
    with store.writing() as connection:
        changed = sa.update(_imports).where(_imports.c.id == number).values(updated_at=now, **values)
        connection.execute(changed)
    return import_of(store, number)


def import_of(store: Store, number: int) -> Import:
    """The import of that number."""
    with store.reading() as connection:
        row = connection.execute(sa.select(_imports).where(_imports.c.id == number)).mappings().first()
    if row is None:
        raise NotFound(say("There is no import {number}.", number=number), say("`portraits imports` lists them."))
    return Import(**row)


def all_imports(store: Store) -> list[Import]:
    """All imports, newest first."""
    with store.reading() as connection:
        chosen = sa.select(_imports).order_by(_imports.c.id.desc())
        return [Import(**row) for row in connection.execute(chosen).mappings()]


def forget(store: Store, number: int, entry: Entry) -> None:
    """Forget an import of which nothing was loaded."""
    with store.writing() as connection:
        connection.execute(sa.delete(_imports).where(_imports.c.id == number))
        add(connection, entry)
