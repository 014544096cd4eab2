"""Lineage: which personal columns reach the value of a tag as text or as a date.

A condition, a count or a number made of a personal column tells little of it, and neither does
one of a few names given to it (an age band, a sign of the zodiac): these carry nothing on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from portraits.engine.expressions import Node
from portraits.engine.expressions.nodes import Aggregate, Call, Case, Literal, Name, children
from portraits.tags import piece
from portraits.tags.order import Entry
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type

Columns = frozenset[str]

NONE: Columns = frozenset()
CARRYING = frozenset({Type.TEXT, Type.DATE, Type.TIME, Type.JSON, Type.RAW})
CLASSES = frozenset({"zodiac"})  # functions that give one of a few names


def personal(entries: Mapping[str, Entry]) -> dict[str, Columns]:
    """Tag -> the personal columns that reach its value; `attributes.level` is one field of a column.

    Args:
        entries: all columns of the portrait, each after those it needs.
    """
    found: dict[str, Columns] = {}
    for name, entry in entries.items():
        found[name] = reaching(entry, found) if entry.type in CARRYING else NONE
    return found


def reaching(entry: Entry, known: Mapping[str, Columns]) -> Columns:
    """The personal columns that reach what an entry is taken from, given those of the tags it uses."""
    if isinstance(entry.piece, piece.Latest):
        return _own(TABLES[entry.table])(entry.piece.column)
    reach = _own(TABLES[entry.table]) if entry.table else lambda name: known.get(name, NONE)
    value = entry.expressions.get("of" if isinstance(entry.piece, piece.Favourite) else "value")
    return _reaching(value.node, reach) if value else NONE


def shown_by(node: Node, reach: Mapping[str, Columns]) -> Columns:
    """The personal columns that reach a part of an expression over tags."""
    return _reaching(node, lambda name: reach.get(name, NONE))


def fields(node: Node) -> Iterator[Call]:
    """The single fields of columns such as `attributes` that an expression reads."""
    if isinstance(node, Call) and _is_field(node):
        yield node
    for child in children(node):
        yield from fields(child)


def field_name(call: Call) -> str:
    """`attributes.level` for `field(attributes, 'level')`."""
    column, name = call.arguments[0], call.arguments[1]
    if not (isinstance(column, Name) and isinstance(name, Literal)):
        raise TypeError("that is no single field of a column.")
    return f"{column.name}.{name.value}"


def masked_as(field: str) -> str:
    """A field that is called as a personal column is masked as that one: `attributes.phone` as `phone`."""
    name = field.rpartition(".")[2].lower()
    return name if name in _PERSONAL else field


_PERSONAL = {column.name for column in TABLES["people"].columns if column.personal}


def _own(table: Table) -> Callable[[str], Columns]:
    borrowed = {here: each.table.column(there) for each in table.lookups for here, there in each.columns}
    columns = {**borrowed, **{column.name: column for column in table.columns}}
    return lambda name: frozenset({name}) if name in columns and columns[name].personal else NONE


def _reaching(node: Node, reach: Callable[[str], Columns]) -> Columns:
    if node.type not in CARRYING or (isinstance(node, Call) and node.name in CLASSES):
        return NONE
    if isinstance(node, Name):
        return reach(node.name)
    if isinstance(node, Call) and _is_field(node):
        return _of_field(field_name(node), reach)
    return NONE.union(*(_reaching(each, reach) for each in _values(node)))


def _values(node: Node) -> Iterator[Node]:
    """What below a node may become its value: the results of a case, not its conditions."""
    if isinstance(node, Case):
        yield from (branch.value for branch in node.branches)
        yield node.otherwise
    elif isinstance(node, Aggregate):
        yield from node.arguments
    else:
        yield from children(node)


def _of_field(field: str, reach: Callable[[str], Columns]) -> Columns:
    return frozenset({masked_as(field)}) if reach(field.partition(".")[0]) else NONE


def _is_field(node: Call) -> bool:
    return node.name == "field" and isinstance(node.arguments[0], Name) and isinstance(node.arguments[1], Literal)
