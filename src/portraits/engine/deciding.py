"""Deciding: what people decided about pairs of person records; it always wins, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from portraits.engine.audit import Entry, add
from portraits.engine.schema import identity_decisions as _decisions
from portraits.engine.store import Store, next_id
from portraits.vocabulary.errors import NotFound, Refused
from portraits.vocabulary.phrase import say

Verdict = Literal["link", "apart"]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Decision:
    """Two records, the smaller id first, that are one customer or are not; `act` numbers what was done at once."""

    left_record: str
    right_record: str
    verdict: Verdict
    why: str
    actor: str
    at: datetime
    act: int = 0
    id: int = 0
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def pair(self) -> Pair:
        """The two records."""
        return self.left_record, self.right_record

    @property
    def stands(self) -> bool:
        """Whether it was not taken back."""
        return self.withdrawn_at is None


def ordered(one: str, other: str) -> Pair:
    """Two records, the smaller id first."""
    return (one, other) if one < other else (other, one)


def decide_all(store: Store, decisions: Iterable[Decision], entry: Entry) -> int:
    """Write decisions down as one act, all or none; what stood about the same pairs is withdrawn. The act's number."""
    listed = list(decisions)
    with store.writing() as connection:
        act = int(connection.execute(sa.select(sa.func.coalesce(sa.func.max(_decisions.c.act), 0) + 1)).scalar_one())
        for each in listed:
            same = (_decisions.c.left_record == each.left_record) & (_decisions.c.right_record == each.right_record)
            _withdraw(connection, same, entry)
        first = next_id(connection, _decisions)
        rows = [{**asdict(each), "id": number, "act": act} for number, each in enumerate(listed, first)]
        if rows:
            connection.execute(sa.insert(_decisions), rows)
        add(connection, entry)
    return act


def withdraw(store: Store, act: int, entry: Entry) -> list[Decision]:
    """Take an act back; its decisions. Refused where that was done before."""
    with store.writing() as connection:
        found = _read(connection, _decisions.c.act == act)
        if not found:
            raise NotFound(say("Nothing was decided under the number {number}.", number=act))
        if not any(each.stands for each in found):
            raise Refused(say("What was decided under the number {number} is taken back already.", number=act))
        _withdraw(connection, _decisions.c.act == act, entry)
        add(connection, entry)
    return found


def decided(store: Store) -> list[Decision]:
    """All decisions, also those that were taken back, oldest first."""
    with store.reading() as connection:
        return _read(connection, sa.true())


def _withdraw(connection: sa.Connection, which: sa.ColumnElement[bool], entry: Entry) -> None:
    standing = which & _decisions.c.withdrawn_at.is_(None)
    change = {"withdrawn_by": entry.actor, "withdrawn_at": entry.at}
    connection.execute(sa.update(_decisions).where(standing).values(change))


def _read(connection: sa.Connection, which: sa.ColumnElement[bool]) -> list[Decision]:
    chosen = sa.select(_decisions).where(which).order_by(_decisions.c.id)
    return [Decision(**row) for row in connection.execute(chosen).mappings()]
