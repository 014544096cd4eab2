"""Mapping: which canonical table the rows of a source become, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Named
from dataclasses import dataclass, field, replace
from typing import Any, Self

from portraits.engine.expressions import Expression, Scope, parse
from portraits.engine.expressions.nodes import Convert, Name, Node, rebuild
from portraits.engine.expressions.scope import Formats
from portraits.engine.settings import TimeZone
from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import DefinitionError, ExpressionError, Fault, NotFound, all_known, nearest
from portraits.vocabulary.phrase import Phrase, say
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES, table
from portraits.vocabulary.types import Type

PROVENANCE = ("source", "batch")
# An order's lines take from the order what they do not say themselves.
FROM_ORDER = ("record_id", "ordered_at", "channel", "store", "payment", "campaign_id", "status")


class Mapping(Definition):
    """How rows of a source become rows of a canonical table.

    `columns` gives canonical columns as expressions over the columns of the source; `where`
    chooses rows; `time_zone` is the zone of the source's moments where it differs from the
    workspace's.
    """

    source: str
    table: str
    columns: Named[str, str]
    where: str = ""
    time_zone: TimeZone | None = None

    @classmethod
    def read(cls, block: Named[str, Any]) -> Self:
        """Read one block; DefinitionError lists all its faults, wrong columns included."""
        found = super().read(block)
        if faults := list(found._faults()):
            raise DefinitionError(faults)
        return found

    @property
    def target(self) -> Table:
        """The canonical table."""
        return table(self.table)

    def _faults(self) -> Iterator[Fault]:
        try:
            target = table(self.table)
        except NotFound as error:
            yield Fault(
                say("there is no table {table}.", table=self.table), field="table", hint=error.hint or all_known(TABLES)
            )
            return
        free = [name for name in target.types if name not in PROVENANCE]
        for name in self.columns:
            if name not in free:
                hint = nearest(name, free) or all_known(free)
                yield Fault(
                    say("{table} has no column {name}.", table=self.table, name=name),
                    field=f"columns.{name}",
                    hint=hint,
                )
        for column in target.columns:
            if column.required and column.name not in self.columns:
                yield Fault(
                    say("{table} needs the column {name}.", table=self.table, name=column.name),
                    field="columns",
                    hint=_example(column),
                )


def _example(column: Column) -> Phrase:
    return say('Write {name} = "<an expression over the source>".', name=column.name)


@dataclass(frozen=True)
class Layout:
    """How landed rows look: types of their columns, and how their text is to be read.

    `zoned` are columns of moments that say their zone. `dates` are the formats of single columns
    of text where they are not ISO 8601; `decimal` is the decimal mark, empty for a plain point.
    """

    columns: Named[str, Type]
    zoned: frozenset[str] = frozenset()
    decimal: str = ""
    dates: Named[str, str] = field(default_factory=dict)

    def formats(self, column: str) -> Formats:
        """How the text of one column is to be read."""
        return Formats(self.decimal, (self.dates[column],) if column in self.dates else ())


@dataclass(frozen=True)
class Mapped:
    """A mapping whose expressions are read against a layout."""

    mapping: Mapping
    layout: Layout
    expressions: Named[str, Expression]  # by canonical column
    where: Expression | None
    needed: frozenset[str] = frozenset()  # columns without which a row is rejected

    @property
    def names(self) -> frozenset[str]:
        """The source columns that are read."""
        own = self.where.names if self.where else frozenset[str]()
        return own.union(*(each.names for each in self.expressions.values()))


def read_mapping(mapping: Mapping, layout: Layout) -> Mapped:
    """Read a mapping's expressions; DefinitionError lists what is wrong with each."""
    reading = _Reading(mapping, layout)
    found = {name: reading.column(name, written) for name, written in mapping.columns.items()}
    where = reading.where() if mapping.where else None
    if reading.faults:
        raise DefinitionError(reading.faults)
    return Mapped(mapping, layout, {name: each for name, each in found.items() if each}, where)


def needed_columns(mapping: Mapping, all_mappings: Iterable[Mapping]) -> frozenset[str]:
    """The columns without which a row means nothing: lines have their order's time, or need their own."""
    needed = {column.name for column in mapping.target.columns if column.required}
    if mapping.table == "order_lines" and not any(each.table == "orders" for each in all_mappings):
        needed.add("ordered_at")
    return frozenset(needed)


def expected_columns(mapping: Mapping, present: Layout) -> tuple[Layout, frozenset[str]]:
    """A layout that also has the columns a mapping expects in vain, and which these are.

    Rows may well lack what only newer files of a source have; DefinitionError where the table
    needs it.
    """
    mapped = read_mapping(mapping, hoped(present))
    needed = [each for name, each in mapped.expressions.items() if mapping.target.column(name).required]
    if any(each.names - present.columns.keys() for each in needed):
        read_mapping(mapping, present)
    missing = mapped.names - present.columns.keys()
    return replace(present, columns={**present.columns, **dict.fromkeys(missing, Type.RAW)}), missing


def hoped(present: Layout) -> Layout:
    """A layout that has these columns, and any other one as text of a source."""
    return replace(present, columns=_Hoped(present.columns))


class _Hoped(dict[str, Type]):
    """Columns that are there, and any other one as text of a source."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name, Type.RAW)

    def __missing__(self, name: str) -> Type:
        return Type.RAW


class _Reading:
    """The expressions of one mapping, read one after the other, collecting faults."""

    def __init__(self, mapping: Mapping, layout: Layout) -> None:
        self.faults: list[Fault] = []
        self._mapping, self._layout = mapping, layout
        dates = tuple(dict.fromkeys(layout.dates.values()))
        subject = say("the source {name}", name=mapping.source)
        self._scope = Scope(columns=layout.columns, subject=subject, formats=Formats(layout.decimal, dates))

    def column(self, name: str, written: str) -> Expression | None:
        """The expression of a canonical column."""
        column = self._mapping.target.column(name)
        return self._read(f"columns.{name}", lambda: _typed(written, self._scope, column))

    def where(self) -> Expression | None:
        """The condition on the rows."""
        return self._read("where", lambda: parse(self._mapping.where, self._scope, Type.BOOLEAN))

    def _read(self, field: str, read: Callable[[], Expression]) -> Expression | None:
        try:
            expression = read()
        except ExpressionError as error:
            self.faults.append(Fault(error.what, field=field, hint=error.hint))
            return None
        return replace(expression, node=_formatted(expression.node, self._layout))


def _typed(written: str, scope: Scope, column: Column) -> Expression:
    expression = parse(written, scope)
    if expression.type in _CASTABLE.get(column.type, ()):
        return expression
    return parse(written, scope, Type.TEXT if column.type is Type.JSON else column.type)


def _formatted(node: Node, layout: Layout) -> Node:
    """The same tree, each column of text read by the formats of its own, unless one is written there."""
    node = rebuild(node, lambda below: _formatted(below, layout))
    if not isinstance(node, Convert) or node.written:
        return node
    if isinstance(node.operand, Name) and node.operand.type is Type.RAW:
        return replace(node, formats=layout.formats(node.operand.name))
    return node


# What a column takes besides its own type and text of a source: casts that lose nothing that matters.
_CASTABLE = {
    Type.TEXT: (Type.TEXT, Type.INTEGER, Type.NUMBER, Type.MONEY, Type.BOOLEAN, Type.DATE, Type.TIME),
    Type.INTEGER: (Type.INTEGER, Type.NUMBER, Type.MONEY),
    Type.NUMBER: (Type.INTEGER, Type.NUMBER, Type.MONEY),
    Type.MONEY: (Type.INTEGER, Type.NUMBER, Type.MONEY),
    Type.DATE: (Type.DATE, Type.TIME),
    Type.TIME: (Type.TIME, Type.DATE),
}
