"""Table: what a canonical table is: its rows, columns, key, time and what it borrows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """A column of a canonical table: its name, type and what it holds."""

    name: str
    type: Type
    title: Text
    required: bool = False
    personal: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lookup:
    """Columns that rows of one table borrow from another one by its key."""

    table: Table
    key: str
    columns: tuple[tuple[str, str], ...]  # (name here, name there)


@dataclass(frozen=True)
class Table:
    """A canonical table: what a row is, its columns, its key and its time."""

    name: str
    title: Text
    row: Text
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    time: str = ""
    lookups: tuple[Lookup, ...] = field(default=())

    @cached_property
    def types(self) -> dict[str, Type]:
        """Column name -> type, without the columns borrowed by lookups."""
        return {column.name: column.type for column in self.columns}

    @cached_property
    def scope(self) -> dict[str, Type]:
        """Column name -> type as expressions see it: own columns and borrowed ones."""
        borrowed = {here: lookup.table.types[there] for lookup in self.lookups for here, there in lookup.columns}
        return {**borrowed, **self.types}

    @property
    def of_customers(self) -> bool:
        """Whether each row belongs to a person record."""
        return "record_id" in self.types

    def column(self, name: str) -> Column:
        """The column of that name."""
        for column in self.columns:
            if column.name == name:
                return column
        raise NotFound(say("{table} has no column {name}.", table=self.name, name=name), nearest(name, self.types))

    @cached_property
    def arrow(self) -> pa.Schema:
        """The Arrow schema, provenance columns included."""
        import pyarrow as pa

        kinds = {
            Type.INTEGER: pa.int64(),
            Type.NUMBER: pa.float64(),
            Type.MONEY: pa.decimal128(18, 4),
            Type.BOOLEAN: pa.bool_(),
            Type.DATE: pa.date32(),
            Type.TIME: pa.timestamp("us"),
        }
        return pa.schema([(column.name, kinds.get(column.type, pa.string())) for column in self.columns])
