"""Evidence: where a value comes from and how sure it is, as SELECTs over a run.

Values that compete are kept with the run (`claims`); for all others the rows behind a value are
found again on demand from the definition. Confidence: what people stated about themselves (0.7)
may be wrong or wished for, what a system saw happen (0.9) is rarely so, and a value computed
from others is as sure as the least sure of them. The numbers keep that order; they are no odds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from portraits.engine.expressions import Expression, sql, where
from portraits.engine.warehouse import literal, quote
from portraits.tags import piece
from portraits.tags.claims import ORDER, claims, evidence, moment, newest_of
from portraits.tags.kinds.latest import OBSERVED, STATED
from portraits.tags.lineage import field_name, fields
from portraits.tags.order import Entry
from portraits.tags.recipes import Taken
from portraits.tags.source import Source
from portraits.tags.statement import tagged
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

__all__ = ["OBSERVED", "Held", "Seen", "Why", "absent", "confidence", "evidence", "why"]

# Relation -> its columns, as a run holds them.
Held = Mapping[str, Collection[str]]


_WHOLLY: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Seen:
    """A column of the rows behind a value, and the SQL it is read by."""

    column: Column
    sql: str


@dataclass(frozen=True)
class Why:
    """Why a customer has a value: SELECTs of what it rests on; a part that there is not is empty.

    `$customer` is the customer's number. Rows come newest first.
    """

    entry: Entry
    confidence: float
    formula: str = ""
    since: datetime | None = None
    until: datetime | None = None
    seen: tuple[Seen, ...] = ()
    rows: str = ""  # the columns of `seen`
    total: str = ""  # the number of these rows
    weights: str = ""  # value and weight, the heaviest first
    cut_points: str = ""  # score and low
    kept: str = ""  # claims that compete: value, source, batch, record_id, at, chosen
    claims: str = ""  # what all records say, as above
    tags: tuple[str, ...] = ()  # computed from

    @property
    def where(self) -> str:
        """The condition on rows, or on customers, as it was written."""
        found = self.entry.expressions.get("where")
        return found.text if found else ""


def why(entries: Mapping[str, Entry], tag: str, as_of: datetime, held: Held | None = None) -> Why:
    """What a tag's values rest on; NotFound names the nearest tag.

    Args:
        entries: all columns of the portrait.
        tag: the one asked about.
        as_of: the moment of the run.
        held: what the run holds; None where it holds all that tags can name.
    """
    if tag not in entries:
        raise NotFound(say("There is no tag {name}.", name=tag), nearest(tag, entries))
    entry = entries[tag]
    held = held if held is not None else _EVERYTHING
    found = Why(entry, confidence(entries, tag), _formula(entry), tags=tuple(sorted(entry.uses)))
    if isinstance(entry.piece, piece.Ranked):
        cuts = f"SELECT score, low FROM cut_points WHERE tag = {literal(tag)} ORDER BY score"
        return replace(found, cut_points=cuts)
    if isinstance(entry.piece, piece.Latest):
        return _claimed(found, held)
    return _taken(found, as_of, held) if entry.table else found


_EVERYTHING: Held = {"evidence": ("batch",), **{name: [*each.scope, "customer"] for name, each in TABLES.items()}}


def confidence(entries: Mapping[str, Entry], tag: str, reliable: Mapping[str, float] = _WHOLLY) -> float:
    """How sure a value is, from 0 to 1: as sure as the least sure one below it.

    Args:
        entries: all columns of the portrait.
        tag: the one asked about.
        reliable: tag -> how reliable the source is that says its value, where that is known.
    """
    entry = entries[tag]
    if isinstance(entry.piece, piece.Latest):
        return entry.piece.confidence * reliable.get(tag, 1.0)
    own = STATED if entry.table == "people" or isinstance(entry.piece, piece.Stated) else OBSERVED
    return min((confidence(entries, each, reliable) for each in entry.uses), default=own)


def absent(entries: Mapping[str, Entry], names: Iterable[str], as_of: datetime, tables: Collection[str]) -> str:
    """The SELECT of tags that the portrait does not hold, such as retired ones, for customers from $low to $high."""
    source = Source(entries, as_of, frozenset(tables), cuts=("cut_points",))
    wanted = list(names)
    return f"{tagged(source, source.closure(wanted))} SELECT {', '.join(map(quote, wanted))} FROM tagged"


def _formula(entry: Entry) -> str:
    if isinstance(entry.piece, piece.Latest):
        return entry.piece.column
    written = [entry.expressions[name].text for name in ("value", "when", "of", "by") if name in entry.expressions]
    return " / ".join(written)


def _claimed(found: Why, held: Held) -> Why:
    entry = found.entry
    if not {newest_of(entry).column, "customer"} <= set(held.get(entry.table, ())):
        return found
    columns = f'TRY_CAST(value AS {entry.type.duckdb}), source, batch, record_id, "at", chosen'
    of = f"customer = $customer AND tag = {literal(entry.name)}"
    kept = f"SELECT {columns} FROM evidence WHERE {of} ORDER BY {ORDER}"
    said = f"SELECT {columns} FROM ({claims(entry, 'r.customer = $customer')}) ORDER BY {ORDER}"
    return replace(found, kept=kept if "batch" in held.get("evidence", ()) else "", claims=said)


def _taken(found: Why, as_of: datetime, held: Held) -> Why:
    """Rows of a table, in the window, where the condition holds."""
    entry, window = found.entry, getattr(found.entry.piece, "within", None)
    found = replace(
        found,
        since=as_of - timedelta(days=window.far) if window else None,
        until=as_of - timedelta(days=window.near) if window else None,
    )
    if "customer" not in held.get(entry.table, ()):
        return found
    seen = tuple(_seen(entry, held[entry.table], as_of))
    rest = f"FROM {quote(entry.table)} WHERE {' AND '.join(_conditions(entry, as_of))}"
    order = f"{moment(entry.table)} DESC NULLS LAST, record_id"
    return replace(
        found,
        seen=seen,
        rows=f"SELECT {', '.join(each.sql for each in seen)} {rest} ORDER BY {order}",
        total=f"SELECT count(*) {rest}",
        weights=_weights(entry, rest, as_of),
    )


def _conditions(entry: Entry, as_of: datetime) -> Iterator[str]:
    yield "customer = $customer"
    if condition := entry.expressions.get("where"):
        yield f"({where(condition, as_of=as_of)})"
    if window := getattr(entry.piece, "within", None):
        yield f"({Taken(entry.table, None, window, as_of).inside})"


def _weights(entry: Entry, rest: str, as_of: datetime) -> str:
    if not isinstance(entry.piece, piece.Favourite):
        return ""
    key, by = sql(entry.expressions["of"], as_of=as_of), entry.expressions.get("by")
    weight = f"sum({sql(by, as_of=as_of)})" if by else "count(*)"
    return (
        f"SELECT CAST({key} AS VARCHAR), CAST({weight} AS DOUBLE) AS weight {rest} AND ({key}) IS NOT NULL "
        "GROUP BY ALL HAVING weight > 0 ORDER BY weight DESC, 1"
    )


def _seen(entry: Entry, held: Collection[str], as_of: datetime) -> Iterator[Seen]:
    """Of a row: its time, its key, what the definition looks at, and where it comes from.

    Columns that hold whatever a source knew besides are shown by the field that is used.
    """
    table = TABLES[entry.table]
    wanted = dict.fromkeys((table.time, *table.key, *sorted(entry.names), "record_id"))
    for name in wanted:
        if name in held and table.scope[name] != Type.JSON and name not in _ORIGIN:
            yield Seen(_column(table, name), quote(name))
    yield from _fields(table, entry.expressions.values(), as_of)
    yield from (Seen(_column(table, name), quote(name)) for name in _ORIGIN if name in held)


_ORIGIN = ("source", "batch")


def _fields(table: Table, expressions: Iterable[Expression], as_of: datetime) -> Iterator[Seen]:
    calls = {field_name(call): call for each in expressions for call in fields(each.node)}
    for name, call in calls.items():
        column, _, field = name.partition(".")
        title = _called(table.column(column), field)
        yield Seen(replace(table.column(column), name=name, type=Type.TEXT, title=title), sql(call, as_of=as_of))


def _called(column: Column, field: str) -> Text:
    return Text(en=f"{column.title.en}: {field}", zh=f"{column.title.zh}：{field}")


def _column(table: Table, name: str) -> Column:
    if name == "record_id":
        return replace(table.column(name), title=TABLES["people"].column(name).title)
    if name in table.types:
        return table.column(name)
    lookup = next(each for each in table.lookups if name in dict(each.columns))
    return replace(lookup.table.column(dict(lookup.columns)[name]), name=name)
