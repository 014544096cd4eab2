"""Rows: the SQL that reads landed rows through a mapping, one canonical value after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from portraits.engine.expressions import Expression, sql, where
from portraits.engine.expressions.conversions import OFFSET
from portraits.engine.expressions.nodes import Convert, Name, Node, asks_as_of, rebuild
from portraits.engine.settings import Settings
from portraits.engine.warehouse import literal, quote
from portraits.sources.mapping import Layout, Mapped
from portraits.vocabulary.table import Column
from portraits.vocabulary.types import Type

ROW, BATCH, _FILE = "_row", "_batch", "_file"


@dataclass(frozen=True)
class Clock:
    """Which moment is looked from, and how the source's zone becomes the workspace's."""

    as_of: datetime
    zone: str
    source_zone: str

    @property
    def differs(self) -> bool:
        """Whether the source's moments must be moved."""
        return self.zone != self.source_zone

    def moved(self, moment: str) -> str:
        """A naive moment of the source as one of the workspace."""
        if not self.differs:
            return moment
        return f"timezone({literal(self.zone)}, timezone({literal(self.source_zone)}, {moment}))"

    def local(self, instant: str) -> str:
        """An instant (with time zone) as a moment of the workspace."""
        return f"timezone({literal(self.zone)}, {instant})"


def clock(mapped: Mapped, settings: Settings, as_of: datetime) -> Clock:
    """The clock of a mapping."""
    return Clock(as_of, settings.time_zone, mapped.mapping.time_zone or settings.time_zone)


def landed_files(files: Sequence[Path]) -> str:
    """Landing files as a relation that knows the batch of each row."""
    paths = ", ".join(literal(str(path)) for path in files)
    read = f"read_parquet([{paths}], union_by_name = true, filename = {literal(_FILE)})"
    return f"(SELECT *, parse_filename({_FILE}, true) AS {BATCH} FROM {read})"


def rows(mapped: Mapped, relation: str, present: Layout, clock: Clock) -> str:
    """A SELECT of all canonical columns of a mapping, and `_row`, over landed rows.

    `present` is the layout these rows really have; other columns are missing values.
    """
    columns = [f"{value} AS {quote(name)}" for name, value in values(mapped, present, clock).items()]
    columns += [f"{literal(mapped.mapping.source)} AS source", f"{BATCH} AS batch", ROW]
    chosen = condition(mapped, clock)
    return f"SELECT {', '.join(columns)} FROM {read(mapped, relation, present, clock)} WHERE {chosen}"


def read(mapped: Mapped, relation: str, present: Layout, clock: Clock) -> str:
    """The source columns as the types that expressions take them for."""
    names = sorted(mapped.names | (present.columns.keys() if _open_column(mapped) else frozenset()))
    columns = [f"{_column(name, mapped.layout, present, clock)} AS {quote(name)}" for name in names]
    return f"(SELECT {', '.join([*columns, BATCH, ROW])} FROM {relation})"


def condition(mapped: Mapped, clock: Clock) -> str:
    """Which rows the mapping chooses."""
    return where(_told_in(mapped.where, clock.source_zone), as_of=clock.as_of) if mapped.where else "true"


def values(mapped: Mapped, present: Layout, clock: Clock) -> dict[str, str]:
    """Canonical column -> its SQL, of the canonical type; unmapped ones are missing values."""
    found = {}
    for column in mapped.mapping.target.columns:
        expression = mapped.expressions.get(column.name)
        if expression is not None:
            found[column.name] = value(expression, column, mapped.layout, clock)
        elif column.name == _open_column(mapped):
            found[column.name] = _others(mapped, present)
        elif column.name not in ("source", "batch"):
            found[column.name] = f"CAST(NULL AS {column.type.duckdb})"
    return found


def value(expression: Expression, column: Column, layout: Layout, clock: Clock) -> str:
    """One canonical value as SQL."""
    if column.type is Type.TIME:
        written = _moment(expression, layout, clock)
    else:
        written = sql(_told_in(expression, clock.source_zone), as_of=clock.as_of)
    if column.type is Type.TEXT and expression.type is Type.NUMBER:
        written = _plain(written)
    if column.choices:
        options = ", ".join(literal(choice) for choice in column.choices)
        written = f"CASE WHEN lower({written}) IN ({options}) THEN lower({written}) END"
    return f"TRY_CAST({written} AS {column.type.duckdb})"


def _open_column(mapped: Mapped) -> str:
    """The column that takes what no other one takes."""
    free = (column.name for column in mapped.mapping.target.columns if column.type is Type.JSON)
    return next((name for name in free if name not in mapped.expressions), "")


def _others(mapped: Mapped, present: Layout) -> str:
    others = [name for name in present.columns if name not in mapped.names]
    if not others:
        return "CAST(NULL AS VARCHAR)"
    fields = ", ".join(f"{quote(name)} := {quote(name)}" for name in others)
    return f"CAST(to_json(struct_pack({fields})) AS VARCHAR)"


def _moment(expression: Expression, layout: Layout, clock: Clock) -> str:
    """A moment in the workspace's zone, where as_of and the columns of moments stand already."""
    own = sql(_told_in(expression, clock.zone), as_of=clock.as_of)
    if any(layout.columns[name].temporal for name in expression.names) or asks_as_of(expression.node):
        return own
    moved = clock.moved(sql(_told_in(expression, clock.source_zone), as_of=clock.as_of))
    node = expression.node
    if not (clock.differs and isinstance(node, Convert) and isinstance(node.operand, Name)):
        return moved
    # What says its offset needs no way round by the source's zone, whose clocks may show an hour twice.
    if node.formats.dates:
        return own if all("%z" in each for each in node.formats.dates) else moved
    says = f"regexp_matches({quote(node.operand.name)}, {literal(OFFSET)})"
    return f"CASE WHEN {says} THEN {own} ELSE {moved} END"


def _told_in(expression: Expression, zone: str) -> Expression:
    """The same expression; moments that say their distance from UTC are told in a zone."""
    return replace(expression, node=_zoned(expression.node, zone))


def _zoned(node: Node, zone: str) -> Node:
    node = rebuild(node, lambda below: _zoned(below, zone))
    return replace(node, formats=replace(node.formats, zone=zone)) if isinstance(node, Convert) else node


def _plain(number: str) -> str:
    """A number as text, whole ones without a point: many files write ids as 17.0."""
    whole = f"{number} = trunc({number}) AND abs({number}) < 1e15"
    return f"CASE WHEN {whole} THEN CAST(CAST({number} AS BIGINT) AS VARCHAR) ELSE CAST({number} AS VARCHAR) END"


def _column(name: str, layout: Layout, present: Layout, clock: Clock) -> str:
    kind = layout.columns[name]
    if name not in present.columns:
        return f"CAST(NULL AS {kind.duckdb})"
    column = quote(name)
    if kind is Type.RAW:
        return f"nullif(trim(CAST({column} AS VARCHAR)), '')"
    if kind is Type.TIME:
        return clock.local(column) if name in present.zoned else clock.moved(f"CAST({column} AS TIMESTAMP)")
    if kind is Type.NUMBER:
        return f"CASE WHEN isfinite(CAST({column} AS DOUBLE)) THEN CAST({column} AS DOUBLE) END"
    return f"TRY_CAST({column} AS {kind.duckdb})"
