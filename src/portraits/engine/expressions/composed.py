"""Composed aggregates: those that are made of plain ones, written out.

`share`, `mean_gap`, `slope` and `months_active` become counts, least and greatest days and one
weighted sum, so that a planner only ever meets the plain aggregates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from portraits.engine.expressions.nodes import (
    Aggregate,
    And,
    Arithmetic,
    AsOf,
    Call,
    Case,
    Compare,
    Convert,
    Literal,
    Node,
    Shift,
    When,
    all_of,
    rebuild,
)
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window

DAY = 86_400


def basic(node: Node, within: Window | None = None) -> Node:
    """The node with every composed aggregate written out in plain ones."""
    node = rebuild(node, lambda child: basic(child, within))
    composed = _COMPOSED.get(node.name) if isinstance(node, Aggregate) else None
    return composed(node, within) if composed else node


def within(window: Window, time: Node) -> Node:
    """The condition that a row lies in a window: as_of - far < time <= as_of - near."""
    early = Compare(Type.BOOLEAN, ">", time, _before(window.far * DAY))
    late = Compare(Type.BOOLEAN, "<=", time, _before(window.near * DAY))
    return And(Type.BOOLEAN, (early, late))


def _before(seconds: int) -> Node:
    return Shift(Type.TIME, AsOf(), -seconds) if seconds else AsOf()


def _count(where: Node | None, *arguments: Node) -> Aggregate:
    return Aggregate(Type.INTEGER, "count", arguments, distinct=bool(arguments), where=where)


def _ratio(above: Node, below: Node) -> Node:
    return Arithmetic(Type.NUMBER, "/", Convert(Type.NUMBER, above), Convert(Type.NUMBER, below))


def _share(node: Aggregate, _: Window | None) -> Node:
    return _ratio(_count(all_of(node.where, node.arguments[0])), _count(node.where))


def _mean_gap(node: Aggregate, _: Window | None) -> Node:
    day = _day(node.arguments[-1])
    ends = [Aggregate(Type.DATE, name, (day,), where=node.where) for name in ("min", "max")]
    gaps = Arithmetic(Type.INTEGER, "-", _count(node.where, day), Literal(Type.INTEGER, 1))
    return _ratio(Call(Type.INTEGER, "days_between", tuple(ends)), gaps)


def _day(time: Node) -> Node:
    return time if time.type == Type.DATE else Convert(Type.DATE, time)


def _months_active(node: Aggregate, _: Window | None) -> Node:
    return _count(node.where, Call(Type.DATE, "start_of_month", (_day(node.arguments[-1]),)))


def _slope(node: Aggregate, window: Window | None) -> Node:
    """Least squares over the sums of n equal sub-windows, as one weighted sum.

    With sub-windows at -(n-1)/2 ... (n-1)/2 the slope is the sum of weight x amount, where the
    weight of a sub-window is its place x 12 / (n (n^2 - 1)).
    """
    amount, count, time = node.arguments
    if window is None:
        raise ExpressionError(
            say("slope needs a window."), say('Write within = "180 days" beside it.'), max(node.at, 0)
        )
    pieces = int(_value(count))
    middle, scale = (pieces - 1) / 2, 12 / (pieces * (pieces * pieces - 1))
    ends = [window.near * DAY + (window.far - window.near) * DAY * step // pieces for step in range(1, pieces + 1)]
    weights = tuple(
        When(Type.NUMBER, Compare(Type.BOOLEAN, ">", time, _before(end)), _number((middle - step) * scale))
        for step, end in enumerate(ends)
    )
    weight = Case(Type.NUMBER, weights, Literal(Type.NUMBER, None))
    real = amount if amount.type == Type.NUMBER else Convert(Type.NUMBER, amount)
    weighted = Arithmetic(Type.NUMBER, "*", real, weight)
    return Aggregate(Type.NUMBER, "sum", (weighted,), where=all_of(node.where, within(window, time)))


def _value(node: Node) -> Any:
    return node.value if isinstance(node, Literal) else None


def _number(value: float) -> Literal:
    return Literal(Type.NUMBER, value)


def where_of(aggregate: Aggregate, *conditions: Node | None) -> Aggregate:
    """The aggregate over fewer rows: its own condition and the given ones."""
    return replace(aggregate, where=all_of(aggregate.where, *conditions))


_COMPOSED: dict[str, Callable[[Any, Window | None], Node]] = {
    "share": _share,
    "mean_gap": _mean_gap,
    "months_active": _months_active,
    "slope": _slope,
}
