"""Recipes: how each aggregate of the language is put together from atoms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from portraits.engine.expressions import Aggregate, Node, all_of, sql, where, within
from portraits.engine.expressions.nodes import And, Call, Convert, Name
from portraits.engine.warehouse import literal, quote
from portraits.tags.atoms import Atom, End, Keyed, Of, Plain, Quantile, Recipe, Rows, counted, single
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window

# Months that fit the bits of a whole number, the sign left alone.
MONTHS = 62


@dataclass(frozen=True)
class Taken:
    """What a fact takes its rows by: a table, a condition, a window, and the moment of the build."""

    table: str
    where: Node | None
    window: Window | None
    as_of: datetime

    def rows(self, *conditions: Node | None) -> Rows:
        """The rows where the fact's own condition and these hold."""
        return Rows(self.table, self.window, self._holds(self.where), self._holds(*conditions))

    def sql(self, node: Node | None) -> str:
        """The SQL of a node over the table's columns."""
        return "" if node is None else sql(node, as_of=self.as_of)

    @property
    def time(self) -> str:
        """The column that orders the rows."""
        return TABLES[self.table].time

    @property
    def inside(self) -> str:
        """The SQL of lying in the window."""
        lies = self._lies()
        return where(lies, as_of=self.as_of) if lies else "true"

    def _lies(self) -> Node | None:
        return within(self.window, Name(Type.TIME, self.time)) if self.window else None

    def _holds(self, *conditions: Node | None) -> str:
        """The SQL of conditions all holding, without what the window says already."""
        known = set(_flat(self._lies()))
        parts = [part for each in conditions for part in _flat(each) if part not in known]
        found = all_of(*dict.fromkeys(parts))
        return "" if found is None else where(found, as_of=self.as_of)


def _flat(node: Node | None) -> Iterator[Node]:
    """The conditions that a condition is the `and` of."""
    if isinstance(node, And):
        for each in node.conditions:
            yield from _flat(each)
    elif node is not None:
        yield node


@dataclass(frozen=True)
class Asked:
    """An aggregate as it is asked for: its rows and the SQL of its arguments."""

    aggregate: Aggregate
    taken: Taken

    @property
    def rows(self) -> Rows:
        """The rows of the fact that the aggregate counts."""
        return self.taken.rows(self.aggregate.where)

    @property
    def argument(self) -> Node:
        """The first argument."""
        return self.aggregate.arguments[0]

    def value(self, place: int = 0) -> str:
        """The SQL of an argument."""
        return self.taken.sql(self.aggregate.arguments[place])


def recipe(aggregate: Aggregate, taken: Taken) -> Recipe:
    """The recipe of one plain aggregate (see `expressions.aggregates.basic`)."""
    return _RECIPES[aggregate.name](Asked(aggregate, taken))


def favourite(taken: Taken, of: Node, measure: str, by: Node | None) -> Recipe:
    """The favourite value of a column, its share or the entropy of all shares, by rows or a weight."""
    made = {"value": _favourite, "share": _top_share, "entropy": _entropy}[measure]
    return made(taken.rows(), taken.sql(of), taken.sql(by))


def newest(taken: Taken, column: str) -> Recipe:
    """The newest known value of a column."""
    return single(End(taken.rows(), quote(column), "last"))


def _count(asked: Asked) -> Recipe:
    if not asked.aggregate.arguments:
        return counted(Plain(asked.rows, "count"))
    if not asked.aggregate.distinct:
        return counted(Plain(asked.rows, "count", asked.value()))
    if _is_month(asked.argument, asked.taken):
        return _months(asked)
    return counted(Keyed(asked.rows, asked.value(), "distinct"))


def _is_month(argument: Node, taken: Taken) -> bool:
    """Whether the argument is the month of the row's own time, which is never after as_of."""
    if not isinstance(argument, Call) or argument.name != "start_of_month":
        return False
    return _undated(argument.arguments[0]) == Name(Type.TIME, taken.time)


def _undated(node: Node) -> Node:
    return node.operand if isinstance(node, Convert) and node.type == Type.DATE else node


def _months(asked: Asked) -> Recipe:
    """Different months as bits of one number; only what is older goes the way of other keys."""
    column, as_of, rows = quote(asked.taken.time), asked.taken.as_of, asked.rows
    number = f"{as_of.year * 12 + as_of.month} - (year({column}) * 12 + month({column}))"
    # Engines may shift rows that do not count all the same: too far would be an error.
    bits = f"CAST(1 AS BIGINT) << CAST(least(greatest({number}, 0), {MONTHS}) AS INTEGER)"
    if rows.window and rows.window.far <= MONTHS * 28:
        return Recipe((Plain(rows, "bit_or", bits),), lambda columns: f"coalesce(bit_count({columns[0]}), 0)", "0")
    first = as_of.year * 12 + as_of.month - MONTHS
    start = f"TIMESTAMP {literal(f'{first // 12:04}-{first % 12 + 1:02}-01')}"
    return Recipe(
        (
            Plain(_narrowed(rows, f"{column} >= {start}"), "bit_or", bits),
            Keyed(_narrowed(rows, f"{column} < {start}"), asked.value(), "distinct"),
        ),
        lambda columns: f"coalesce(bit_count({columns[0]}), 0) + coalesce({columns[1]}, 0)",
        "0",
    )


def _narrowed(rows: Rows, condition: str) -> Rows:
    return replace(rows, also=f"({rows.also}) AND {condition}" if rows.also else condition)


def _extreme(asked: Asked) -> Recipe:
    """The least day is the day of the least moment: so both share one atom."""
    inner = _undated(asked.argument)
    atom = Plain(asked.rows, asked.aggregate.name, asked.taken.sql(inner))
    return single(atom) if inner == asked.argument else Recipe((atom,), lambda columns: f"CAST({columns[0]} AS DATE)")


def _sum(asked: Asked) -> Recipe:
    """Amounts and whole numbers sum without loss, and a sum too large for the type is missing."""
    kind, atom = asked.aggregate.type, Plain(asked.rows, "sum", asked.value())
    if kind == Type.NUMBER:
        return single(atom)
    return Recipe((atom,), lambda columns: f"TRY_CAST({columns[0]} AS {kind.duckdb})")


def _avg(asked: Asked) -> Recipe:
    """The sum of what was written, amounts exactly, by the count of known values."""
    argument = asked.argument
    if isinstance(argument, Convert) and argument.operand.type.numeric:
        argument = argument.operand
    value = asked.taken.sql(argument)
    return Recipe(
        (Plain(asked.rows, "sum", value), Plain(asked.rows, "count", value)),
        lambda columns: f"CAST({columns[0]} AS DOUBLE) / nullif({columns[1]}, 0)",
    )


def _stddev(asked: Asked) -> Recipe:
    return single(Plain(asked.rows, "stddev_samp", asked.value()))


def _median(asked: Asked) -> Recipe:
    return single(Quantile(asked.rows, asked.value(), 0.5))


def _percentile(asked: Asked) -> Recipe:
    return single(Quantile(asked.rows, asked.value(), float(asked.value(1))))


def _end(asked: Asked) -> Recipe:
    return single(End(asked.rows, asked.value(), "first" if asked.aggregate.name == "first" else "last"))


def _keyed(make: Callable[[Rows, str, str], Recipe]) -> Callable[[Asked], Recipe]:
    return lambda asked: make(asked.rows, asked.value(), "")


def _favourite(rows: Rows, key: str, weight: str) -> Recipe:
    return Recipe((Keyed(rows, key, "favourite", weight),), lambda columns: f"({columns[0]}).k")


def _top_share(rows: Rows, key: str, weight: str) -> Recipe:
    return Recipe(
        _atoms(rows, key, weight, "most", "total"),
        lambda columns: f"CAST({columns[0]} AS DOUBLE) / nullif({columns[1]}, 0)",
    )


def _entropy(rows: Rows, key: str, weight: str) -> Recipe:
    """Shannon's entropy in bits: log2 of the total less the mean of log2 of the weights."""
    return Recipe(
        _atoms(rows, key, weight, "spread", "total"),
        lambda columns: f"CASE WHEN {columns[1]} > 0 THEN greatest({_bits(*columns)}, 0) END",
    )


def _bits(spread: str, total: str) -> str:
    # The last digits depend on the order in which threads add up; nobody shall see them change.
    return f"round((ln({total}) - {spread} / {total}) / ln(2), 9)"


def _atoms(rows: Rows, key: str, weight: str, *of: Of) -> tuple[Atom, ...]:
    return tuple(Keyed(rows, key, each, weight) for each in of)


_RECIPES: dict[str, Callable[[Asked], Recipe]] = {
    "count": _count,
    "sum": _sum,
    "avg": _avg,
    "min": _extreme,
    "max": _extreme,
    "median": _median,
    "percentile": _percentile,
    "stddev": _stddev,
    "first": _end,
    "last": _end,
    "most_frequent": _keyed(_favourite),
    "top_share": _keyed(_top_share),
    "entropy": _keyed(_entropy),
}
