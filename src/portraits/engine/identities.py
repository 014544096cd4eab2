"""Identities: the journal of which records became which customer, kept in the store.

A build writes its rows before its run is published, and they count once it is: a process that is
killed in between leaves rows of a run that nobody ever saw, which the next build removes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Literal

import sqlalchemy as sa

from portraits.engine.schema import identity_journal as _journal
from portraits.engine.schema import identity_members as _members
from portraits.engine.store import Store, next_id

Kind = Literal["create", "assign", "merge", "split", "alias"]
_TOGETHER = 500  # ids in one statement: databases limit their number
_AT_ONCE = 5000  # rows of one insert


@dataclass(frozen=True)
class Change:
    """Records that came to a customer: the first of `customer_ids` has them now, the others had them before."""

    kind: Kind
    customer_ids: Sequence[str]
    record_ids: Sequence[str]
    at: datetime
    actor: str
    evidence: Mapping[str, Any] = field(default_factory=dict)
    run: int = 0
    id: int = 0


def stage(store: Store, changes: Iterable[Change], run: int, build: str) -> int:
    """Write the changes of a build that is about to be published; the number of the newest row, 0 for none."""
    total = 0
    with store.writing() as connection:
        number = next_id(connection, _journal)
        waiting = iter(changes)
        while part := list(islice(waiting, _AT_ONCE)):
            numbered = list(enumerate(part, number + total))
            rows = [{**vars(each), "id": n, "run": run, "build": build, "published": False} for n, each in numbered]
            named = [(n, one) for n, each in numbered for one in sorted({*each.customer_ids, *each.record_ids})]
            connection.execute(sa.insert(_journal), rows)
            connection.execute(sa.insert(_members), [{"entry": n, "id": one} for n, one in named])
            total += len(rows)
    return number + total - 1 if total else 0


def settle(store: Store, builds: Iterable[str]) -> None:
    """Let the rows of these builds count, which are published; remove those of any other that never was."""
    with store.writing() as connection:
        done = _journal.c.build.in_(list(builds))
        waiting = ~_journal.c.published
        connection.execute(sa.update(_journal).where(waiting & done).values(published=True))
        lost = sa.select(_journal.c.id).where(waiting & ~done)
        connection.execute(sa.delete(_members).where(_members.c.entry.in_(lost)))
        connection.execute(sa.delete(_journal).where(waiting & ~done))


def last(store: Store) -> int:
    """The number of the newest row that counts, 0 where there is none."""
    newest = sa.select(sa.func.coalesce(sa.func.max(_journal.c.id), 0)).where(_journal.c.published)
    with store.reading() as connection:
        return int(connection.execute(newest).scalar_one())


def replayed(store: Store) -> dict[str, str]:
    """Record -> its customer after all that the journal tells; a record it does not name is a customer of its own."""
    found: dict[str, str] = {}
    chosen = (
        sa.select(_journal.c.customer_ids, _journal.c.record_ids).where(_journal.c.published).order_by(_journal.c.id)
    )
    with store.reading() as connection:
        for customers, records in connection.execute(chosen):
            found.setdefault(customers[0], customers[0])  # of one record alone nothing was told before
            found.update(dict.fromkeys(records, customers[0]))
    return found


def changes_of(store: Store, ids: Sequence[str]) -> list[Change]:
    """What the journal tells of some customers or records, oldest first."""
    found: dict[int, Change] = {}
    with store.reading() as connection:
        for start in range(0, len(ids), _TOGETHER):
            told = sa.select(_members.c.entry).where(_members.c.id.in_(ids[start : start + _TOGETHER]))
            chosen = sa.select(_journal).where(_journal.c.published & _journal.c.id.in_(told))
            for row in connection.execute(chosen).mappings():
                found[row["id"]] = Change(**{name: row[name] for name in row if name not in ("build", "published")})
    return [found[number] for number in sorted(found)]
