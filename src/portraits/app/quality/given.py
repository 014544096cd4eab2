"""Given: which sources give a column of a canonical table, so that none is blamed for what it never says."""

from __future__ import annotations

from collections.abc import Iterator

from portraits.app.definitions import Definitions
from portraits.sources.canonical import LINES, ORDERS
from portraits.sources.mapping import FROM_ORDER

# What a table's rows hold whatever their source says.
_ALWAYS = {
    "people": ("kind",),
    ORDERS: ("currency", "status", "lines", "quantity"),
    LINES: ("line", "status"),
}
_OF_LINES = ("order_id", "ordered_at", "amount")  # what an order is known by where there are only lines of it


def given(known: Definitions) -> dict[str, dict[str, frozenset[str]]]:
    """Table -> column -> the sources that give it, by the mappings."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for table, column, source in _told(known):
        columns = found.setdefault(table, {})
        columns[column] = columns.get(column, frozenset()) | {source}
    return found


def _told(known: Definitions) -> Iterator[tuple[str, str, str]]:
    for mapping in known.mappings.values():
        for column in (*mapping.columns, *_ALWAYS.get(mapping.table, ())):
            yield mapping.table, column, mapping.source
    yield from _of_sales(known)


def _of_sales(known: Definitions) -> Iterator[tuple[str, str, str]]:
    """Orders and their lines complete each other."""
    lines = [each for each in known.mappings.values() if each.table == LINES]
    orders = [each for each in known.mappings.values() if each.table == ORDERS]
    of_orders = {column for each in orders for column in each.columns} & set(FROM_ORDER)
    for each in lines:
        own = {*each.columns} & {*FROM_ORDER, "discount", "cost"}
        for column in (*_OF_LINES, *_ALWAYS[ORDERS], *own):
            yield ORDERS, column, each.source
        for column in of_orders:
            yield LINES, column, each.source
