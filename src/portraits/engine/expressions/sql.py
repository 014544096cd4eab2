"""SQL: an expression as text for DuckDB or Spark, made from the tree by sqlglot.

Names are quoted and constants written by the library; nothing a person wrote passes through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias
from typing import Literal as Choice

from sqlglot import exp

from portraits.engine.expressions.aggregates import AGGREGATES, settled
from portraits.engine.expressions.composed import basic
from portraits.engine.expressions.conversions import MONEY, SQL_TYPES, convert
from portraits.engine.expressions.expression import Expression
from portraits.engine.expressions.functions import FUNCTIONS
from portraits.engine.expressions.functions.function import call, cast, constant, grouped, try_cast
from portraits.engine.expressions.nodes import (
    CONDITIONS,
    Aggregate,
    And,
    Arithmetic,
    AsOf,
    Between,
    Call,
    Case,
    Compare,
    Convert,
    In,
    IsNull,
    Like,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Shift,
    Value,
    rebuild,
)
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window

Dialect: TypeAlias = Choice["duckdb", "spark"]
Column: TypeAlias = str | tuple[str, str]  # a column, or a table's alias and its column
Rename: TypeAlias = Mapping[str, Column] | Callable[[str], Column]


@dataclass(frozen=True)
class _Target:
    as_of: datetime
    dialect: Dialect
    rename: Callable[[str], Column]
    replace: Mapping[Aggregate, str] = field(default_factory=dict)

    def write(self, node: Node) -> exp.Expr:
        held = self.replace.get(node) if isinstance(node, Aggregate) else None
        return exp.column(held, quoted=True) if held is not None else _WRITTEN[type(node)](node, self)


def sql(
    expression: Expression | Node,
    *,
    as_of: datetime,
    dialect: Dialect = "duckdb",
    rename: Rename | None = None,
    replace: Mapping[Aggregate, str] | None = None,
    within: Window | None = None,
) -> str:
    """The expression as SQL; a condition over a missing value is false.

    `rename` gives the column that holds a name (with a table's alias as a pair), `replace` the
    column that already holds an aggregate, `within` the window that a slope divides.
    """
    node = expression.node if isinstance(expression, Expression) else expression
    written = _tree(node, as_of, dialect, rename, replace, within)
    if isinstance(node, CONDITIONS) and not isinstance(node, IsNull):
        written = exp.Coalesce(this=written, expressions=[exp.false()])
    return written.sql(dialect)


def where(
    expression: Expression | Node,
    *,
    as_of: datetime,
    dialect: Dialect = "duckdb",
    rename: Rename | None = None,
    replace: Mapping[Aggregate, str] | None = None,
) -> str:
    """The condition for a WHERE, FILTER or WHEN, which take NULL for false themselves.

    Without the outer coalesce an engine can push it down to the scan.
    """
    node = expression.node if isinstance(expression, Expression) else expression
    return _tree(node, as_of, dialect, rename, replace, None).sql(dialect)


def _tree(
    node: Node,
    as_of: datetime,
    dialect: Dialect,
    rename: Rename | None,
    replace: Mapping[Aggregate, str] | None,
    within: Window | None,
) -> exp.Expr:
    held = replace or {}
    # A composed aggregate that already has a column stays as it is.
    plain = node if isinstance(node, Aggregate) and node in held else _basic(node, held, within)
    return _Target(as_of, dialect, _renaming(rename), held).write(plain)


def _basic(node: Node, held: Mapping[Aggregate, str], within: Window | None) -> Node:
    if isinstance(node, Aggregate):
        return node if node in held else basic(node, within)
    return rebuild(node, lambda child: _basic(child, held, within))


def _renaming(rename: Rename | None) -> Callable[[str], Column]:
    if rename is None:
        return lambda name: name
    return rename if callable(rename) else lambda name: rename.get(name, name)


def _name(node: Name, target: _Target) -> exp.Expr:
    column = target.rename(node.name)
    if isinstance(column, str):
        return exp.column(column, quoted=True)
    return exp.column(column[1], table=column[0], quoted=True)


def _literal(node: Literal, _: _Target) -> exp.Expr:
    return constant_of(node.value, node.type)


def constant_of(value: Value, type_: Type) -> exp.Expr:
    """A constant as sqlglot writes it, in its type."""
    if value is None:
        return cast(exp.Null(), SQL_TYPES[type_]) if type_ in SQL_TYPES else exp.Null()
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, str):
        return exp.Literal.string(value)
    if isinstance(value, date):
        moment = value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
        return cast(exp.Literal.string(moment), "TIMESTAMPNTZ" if isinstance(value, datetime) else "DATE")
    return _numeral(value, type_)


def _numeral(value: int | float | Decimal, type_: Type) -> exp.Expr:
    if type_ == Type.MONEY:
        return cast(_signed(f"{Decimal(str(value)):f}"), MONEY)
    if type_ == Type.INTEGER:
        return _signed(str(value))
    # With an exponent it is a double everywhere; without one DuckDB would read a decimal.
    written = repr(value)
    return _signed(written if "e" in written else f"{written}e0")


def _signed(written: str) -> exp.Expr:
    number = exp.Literal.number(written.lstrip("-"))
    return exp.Neg(this=number) if written.startswith("-") else number


def _as_of(_: AsOf, target: _Target) -> exp.Expr:
    return constant_of(target.as_of, Type.TIME)


def _convert(node: Convert, target: _Target) -> exp.Expr:
    if isinstance(node.operand, AsOf) and node.type == Type.DATE:
        return constant_of(target.as_of.date(), Type.DATE)
    return convert(target.write(node.operand), node.operand.type, node.type, node.formats, target.dialect)


def _call(node: Call, target: _Target) -> exp.Expr:
    arguments = [target.write(argument) for argument in node.arguments]
    function = FUNCTIONS[node.name]
    if not (function.wide and node.type == Type.INTEGER and target.dialect == "duckdb"):
        return function.build(arguments, target.dialect)
    arguments[0] = cast(arguments[0], "INT128")
    return try_cast(function.build(arguments, target.dialect), "BIGINT")


_SIGNS: dict[str, tuple[type[exp.Binary], str]] = {
    "+": (exp.Add, "TRY_ADD"),
    "-": (exp.Sub, "TRY_SUBTRACT"),
    "*": (exp.Mul, "TRY_MULTIPLY"),
}


def _arithmetic(node: Arithmetic, target: _Target) -> exp.Expr:
    left, right = target.write(node.left), target.write(node.right)
    if node.operator == "/":
        return exp.Div(this=grouped(left), expression=exp.Nullif(this=right, expression=constant(0)))
    kind, tried = _SIGNS[node.operator]
    if node.type == Type.INTEGER and target.dialect == "spark":
        return call(tried, left, right)
    if node.type == Type.INTEGER:
        # Wide enough for any sum or product of two; what does not fit 64 bits is missing.
        return try_cast(kind(this=cast(left, "INT128"), expression=grouped(right)), "BIGINT")
    joined = kind(this=grouped(left), expression=grouped(right))
    return try_cast(joined, MONEY) if node.type == Type.MONEY else joined


def _shift(node: Shift, target: _Target) -> exp.Expr:
    if isinstance(node.moment, AsOf):
        return constant_of(target.as_of + timedelta(seconds=node.seconds), Type.TIME)
    unit, length = next((unit, length) for unit, length in _UNITS if node.seconds % length == 0)
    span = exp.Interval(this=constant(str(abs(node.seconds) // length)), unit=exp.var(unit))
    kind = exp.Add if node.seconds > 0 else exp.Sub
    moved = kind(this=grouped(target.write(node.moment)), expression=span)
    return cast(moved, "DATE") if node.type == Type.DATE else moved


_UNITS = (("DAY", 86_400), ("HOUR", 3_600), ("MINUTE", 60), ("SECOND", 1))
_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ,
    "<>": exp.NEQ,
    "<": exp.LT,
    "<=": exp.LTE,
    ">": exp.GT,
    ">=": exp.GTE,
}


def _compare(node: Compare, target: _Target) -> exp.Expr:
    sides = (grouped(target.write(side)) for side in (node.left, node.right))
    return _COMPARISONS[node.operator](this=next(sides), expression=next(sides))


def _between(node: Between, target: _Target) -> exp.Expr:
    value, low, high = (grouped(target.write(each)) for each in (node.operand, node.low, node.high))
    return exp.Between(this=value, low=low, high=high)


def _in(node: In, target: _Target) -> exp.Expr:
    options = [target.write(option) for option in node.options]
    return exp.In(this=grouped(target.write(node.operand)), expressions=options)


def _like(node: Like, target: _Target) -> exp.Expr:
    return exp.Like(this=grouped(target.write(node.operand)), expression=constant(node.pattern))


def _is_null(node: IsNull, target: _Target) -> exp.Expr:
    return exp.Is(this=grouped(target.write(node.operand)), expression=exp.Null())


def _joined(kind: type[exp.And | exp.Or]) -> Callable[[Any, _Target], exp.Expr]:
    def write(node: And | Or, target: _Target) -> exp.Expr:
        first, *rest = [grouped(target.write(each)) for each in node.conditions]
        for each in rest:
            first = kind(this=first, expression=each)
        return first

    return write


def _not(node: Not, target: _Target) -> exp.Expr:
    return exp.Not(this=grouped(target.write(node.condition)))


def _case(node: Case, target: _Target) -> exp.Expr:
    branches = [exp.If(this=target.write(each.condition), true=target.write(each.value)) for each in node.branches]
    default = None if _missing(node.otherwise) else target.write(node.otherwise)
    return exp.Case(ifs=branches, default=default)


def _missing(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None


def _aggregate(node: Aggregate, target: _Target) -> exp.Expr:
    arguments = [target.write(argument) for argument in node.arguments] or [exp.Star()]
    if node.distinct:
        arguments = [exp.Distinct(expressions=arguments)]
    whole = AGGREGATES[node.name].build(arguments, target.dialect)
    if node.where is not None:
        whole = _chosen(whole, target.write(node.where))
    return settled(whole, node.type) if node.name == "sum" else whole


_OF_A_LIST = {"LIST_EXTRACT", "LIST_POSITION", "LIST_MAX", "MAP_VALUES", "MAP_KEYS"}


def _chosen(whole: exp.Expr, condition: exp.Expr) -> exp.Expr:
    """Give each engine aggregate inside a built expression the condition on rows."""
    inner = (exp.AggFunc, exp.Anonymous)

    def choose(node: exp.Expr) -> exp.Expr:
        plain = isinstance(node, exp.Anonymous) and (node.name in _OF_A_LIST or node.name in ("ROW", "STRUCT"))
        if isinstance(node, inner) and not plain:
            return exp.Filter(this=node, expression=exp.Where(this=condition.copy()))
        for name, value in list(node.args.items()):
            if isinstance(value, exp.Expr):
                node.set(name, choose(value))
            elif isinstance(value, list):
                node.set(name, [choose(each) if isinstance(each, exp.Expr) else each for each in value])
        return node

    return choose(whole)


_WRITTEN: dict[type[Node], Callable[[Any, _Target], exp.Expr]] = {
    Name: _name,
    Literal: _literal,
    AsOf: _as_of,
    Convert: _convert,
    Call: _call,
    Arithmetic: _arithmetic,
    Shift: _shift,
    Compare: _compare,
    Between: _between,
    In: _in,
    Like: _like,
    IsNull: _is_null,
    And: _joined(exp.And),
    Or: _joined(exp.Or),
    Not: _not,
    Case: _case,
    Aggregate: _aggregate,
}
