"""Origins: the tags, and the columns of canonical tables, that the value of a tag is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from portraits.tags import piece
from portraits.tags.order import Entry
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import TABLES

Column = tuple[str, str]  # table, column


def columns_of(entry: Entry) -> frozenset[Column]:
    """The columns that an entry itself reads; one that is borrowed belongs to the table that lends it."""
    if not entry.table:
        return frozenset()
    table = TABLES[entry.table]
    return frozenset(_owned(table, name) for name in (*entry.names, *_when(entry.piece, table)))


def origins(name: str, entries: Mapping[str, Entry]) -> frozenset[Column]:
    """The columns that reach a tag, through all the tags it is made of."""
    found: set[Column] = set()
    for each in above(name, entries):
        found |= columns_of(entries[each])
    return frozenset(found)


def tables_of(name: str, entries: Mapping[str, Entry]) -> frozenset[str]:
    """The tables whose rows reach a tag; one whose rows are only counted gives no column."""
    own = {entries[each].table for each in above(name, entries)} - {""}
    return frozenset(own | {table for table, _ in origins(name, entries)})


def above(name: str, entries: Mapping[str, Entry]) -> Iterator[str]:
    """A tag and all the tags that it is made of, each once."""
    waiting, seen = [name], {name}
    while waiting:
        each = waiting.pop()
        yield each
        new = entries[each].uses - seen
        seen |= new
        waiting += sorted(new)


def _owned(table: Table, name: str) -> Column:
    for lookup in table.lookups:
        for here, there in lookup.columns:
            if here == name and name not in table.types:
                return lookup.table.name, there
    return table.name, name


def _when(of: piece.Piece, table: Table) -> tuple[str, ...]:
    """The time of a row, where a window of time chooses the rows."""
    return (table.time,) if getattr(of, "within", None) else ()
