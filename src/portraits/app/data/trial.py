"""Trial: a mapping held against rows before it is saved: what each expression gives, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from portraits.engine.expressions import Scope, parse
from portraits.engine.settings import Settings
from portraits.engine.warehouse import Warehouse, literal, quote
from portraits.sources.mapping import PROVENANCE, Layout, Mapped, needed_columns, read_mapping
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.rows import BATCH, ROW, clock, read, value
from portraits.vocabulary.errors import DefinitionError, ExpressionError, Fault
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import table as table_of
from portraits.vocabulary.types import Type

SAMPLES = 3
_LOOKED_AT = 500  # rows


@dataclass(frozen=True)
class Seen:
    """The rows that a trial looks at: landing files laid out alike, and the settings to read them by."""

    files: tuple[Path, ...]
    layout: Layout
    settings: Settings
    now: datetime

    @property
    def relation(self) -> str:
        """Some of the rows as a relation with a batch."""
        paths = ", ".join(literal(str(path)) for path in self.files)
        rows = f"SELECT * FROM read_parquet([{paths}], union_by_name = true) LIMIT {_LOOKED_AT}"
        return f"(SELECT *, '' AS {BATCH} FROM ({rows}))"


@dataclass(frozen=True)
class Trial:
    """What came of it: faults by field, and some values that each canonical column would get."""

    faults: tuple[Fault, ...] = ()
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fault(self, column: str) -> Fault | None:
        """The first fault of a column's expression."""
        return next((each for each in self.faults if each.field == f"columns.{column}"), None)

    @property
    def others(self) -> tuple[Fault, ...]:
        """Faults that belong to no single expression."""
        return tuple(each for each in self.faults if not each.field.startswith("columns."))


def tried(table: str, columns: Mapping[str, str], where: str, seen: Seen) -> Trial:
    """Hold expressions for the columns of a table against rows; NotFound where there is no such table."""
    target = table_of(table)
    mapping = SourceMapping.model_construct(source="file", table=table, columns=dict(columns), where=where)
    faults = [*_absent(target, columns, mapping), *_unknown(target, columns)]
    mapped: dict[str, Mapped] = {}
    for name in columns.keys() & target.types.keys() - {*PROVENANCE}:
        try:
            mapped[name] = read_mapping(_alone(mapping, name), seen.layout)
        except DefinitionError as error:
            faults += error.faults
    faults += _of_where(where, seen.layout)
    return Trial(tuple(faults), _samples(mapped, seen))


def _alone(mapping: SourceMapping, column: str) -> SourceMapping:
    """The mapping with one expression only: a fault in one hides none of another."""
    return mapping.model_copy(update={"columns": {column: mapping.columns[column]}, "where": ""})


def _absent(target: Table, columns: Mapping[str, str], mapping: SourceMapping) -> Iterator[Fault]:
    for name in sorted(needed_columns(mapping, [mapping]) - columns.keys()):
        what = say("{table} needs the column {name}.", table=target.name, name=name)
        yield Fault(what, field=f"columns.{name}", hint=say("Choose a column or write an expression."))


def _unknown(target: Table, columns: Mapping[str, str]) -> Iterator[Fault]:
    for name in columns.keys() - (target.types.keys() - {*PROVENANCE}):
        what = say("{table} has no column {name}.", table=target.name, name=name)
        yield Fault(what, field=f"columns.{name}")


def _of_where(where: str, layout: Layout) -> Iterator[Fault]:
    if where:
        try:
            parse(where, Scope(layout.columns, subject=say("the file")), Type.BOOLEAN)
        except ExpressionError as error:
            yield Fault(error.what, field="where", hint=error.hint)


def _samples(mapped: Mapping[str, Mapped], seen: Seen) -> dict[str, tuple[str, ...]]:
    """Some different values of each column that could be read."""
    with Warehouse.create() as warehouse:
        return {name: tuple(_of_one(warehouse, name, each, seen)) for name, each in mapped.items()}


def _of_one(warehouse: Warehouse, name: str, mapped: Mapped, seen: Seen) -> Iterator[str]:
    rows = read(mapped, seen.relation, seen.layout, clock(mapped, seen.settings, seen.now))
    made = _as_text(mapped, name, seen)
    sql = f"SELECT {made} AS said, min({ROW}) AS place FROM {rows} GROUP BY said HAVING said IS NOT NULL"
    yield from (row[0] for row in warehouse.rows(f"{sql} ORDER BY place LIMIT {SAMPLES}"))


def _as_text(mapped: Mapped, name: str, seen: Seen) -> str:
    """The value of a column as people read it: money is kept to four places, of which two are mostly nothing."""
    column = mapped.mapping.target.column(name)
    made = value(mapped.expressions[name], column, seen.layout, clock(mapped, seen.settings, seen.now))
    said = f"CAST({made} AS VARCHAR)"
    return f"regexp_replace({said}, '00$', '')" if column.type == Type.MONEY else said


def canonical_sample(mapped: Mapped, relation: str, seen: Seen, left_out: Sequence[int], most: int) -> Sample:
    """The first rows that a mapping would make, without those that are rejected."""
    hand = clock(mapped, seen.settings, seen.now)
    names = [name for name in mapped.mapping.target.types if name in mapped.expressions]
    made = ", ".join(f"{_as_text(mapped, name, seen)} AS {quote(f'_{name}')}" for name in names)
    rows = read(mapped, relation, seen.layout, hand)
    kept = f" WHERE {ROW} NOT IN ({', '.join(map(str, left_out))})" if left_out else ""
    with Warehouse.create() as warehouse:
        found = warehouse.rows(f"SELECT {made} FROM {rows}{kept} ORDER BY {ROW} LIMIT {most}")
    return Sample(tuple(names), tuple(found))


@dataclass(frozen=True)
class Sample:
    """Some rows as a canonical table would hold them, as text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
