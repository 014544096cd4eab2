"""Normal form: rules that mean the same by the laws of logic become the same text.

Conditions are flattened, denials pushed to the leaves, operands put in order, comparisons
turned so that the constant stands right, lists sorted, and `between` and repeated equalities
written in one way. All of it holds for missing values too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, time
from typing import Any

from portraits.engine.expressions.expression import Expression
from portraits.engine.expressions.nodes import (
    DENIED,
    TURNED,
    Aggregate,
    And,
    Arithmetic,
    Between,
    Compare,
    Convert,
    In,
    Like,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Shift,
    rebuild,
    walk,
)
from portraits.engine.expressions.writing import write
from portraits.vocabulary.types import Type

_EXACT = 2**53


def normal(expression: Expression | Node) -> str:
    """The normal form as text: equal rules give equal texts."""
    return write(settled(expression.node if isinstance(expression, Expression) else expression))


def settled(node: Node) -> Node:
    """The normal form as nodes."""
    settle = _SETTLED.get(type(node))
    return settle(node) if settle else rebuild(node, settled)


def _denied(node: Node) -> Node:
    """The normal form of the denial of a condition."""
    if isinstance(node, Not):
        return settled(node.condition)
    if isinstance(node, And | Or):
        other = Or if isinstance(node, And) else And
        return _join(other, [_denied(each) for each in node.conditions])
    if isinstance(node, Compare):
        return _compare(replace(node, operator=DENIED[node.operator]))
    if isinstance(node, Between):
        return _join(Or, [_denied(each) for each in _ends(node)])
    return _unequal(settled(node))


def _unequal(node: Node) -> Node:
    if isinstance(node, Compare):  # a list of one value has become an equality
        return _truth(replace(node, operator=DENIED[node.operator]))
    return node.condition if isinstance(node, Not) else Not(Type.BOOLEAN, node)


def _connector(node: And | Or) -> Node:
    return _join(type(node), [settled(each) for each in node.conditions])


def _join(kind: type[And | Or], conditions: Iterable[Node]) -> Node:
    flat = [each for condition in conditions for each in _flat(kind, condition)]
    distinct = {write(each): each for each in _merged(kind, flat)}
    ordered = tuple(distinct[text] for text in sorted(distinct))
    return ordered[0] if len(ordered) == 1 else kind(Type.BOOLEAN, ordered)


def _flat(kind: type[And | Or], node: Node) -> tuple[Node, ...]:
    return node.conditions if isinstance(node, And | Or) and type(node) is kind else (node,)


def _merged(kind: type[And | Or], conditions: Iterable[Node]) -> list[Node]:
    """Equalities of one value joined by or become a list, inequalities joined by and too."""
    lists: dict[str, In] = {}
    others: list[Node] = []
    for condition in conditions:
        found = _as_list(condition, "=" if kind is Or else "<>")
        if found is None:
            others.append(condition)
            continue
        key = write(found.operand)
        known = lists.get(key)
        lists[key] = replace(known, options=known.options + found.options) if known else found
    finish = settled if kind is Or else _denied
    return [*others, *(finish(each) for each in lists.values())]


def _as_list(node: Node, operator: str) -> In | None:
    if operator == "<>" and isinstance(node, Not):
        return node.condition if isinstance(node.condition, In) else None
    if operator == "=" and isinstance(node, In):
        return node
    if isinstance(node, Compare) and isinstance(node.right, Literal) and node.left.type != Type.BOOLEAN:
        return In(Type.BOOLEAN, node.left, (node.right,)) if node.operator == operator else None
    return None


def _compare(node: Compare) -> Node:
    left, right = _plain(settled(node.left)), _plain(settled(node.right))
    if _order(left) > _order(right):
        left, right, node = right, left, replace(node, operator=TURNED[node.operator])
    if isinstance(right, Literal):
        left, (right,) = _by_day(left, (right,))
    return _truth(replace(node, left=left, right=right))


def _by_day(operand: Node, options: tuple[Literal, ...]) -> tuple[Node, tuple[Literal, ...]]:
    """A day held against midnights is held against days."""
    moments = [option.value for option in options if isinstance(option.value, datetime)]
    if not isinstance(operand, Convert) or operand.written is not None or operand.operand.type != Type.DATE:
        return operand, options
    if len(moments) < len(options) or any(moment.time() != time() for moment in moments):
        return operand, options
    return operand.operand, tuple(Literal(Type.DATE, moment.date()) for moment in moments)


def _truth(node: Compare) -> Node:
    """`x = true` says no more than `x`, and `x <> true` no more than `not x`."""
    if not (isinstance(node.right, Literal) and isinstance(node.right.value, bool)):
        return node
    return node.left if node.right.value == (node.operator == "=") else _denied(node.left)


def _order(node: Node) -> tuple[bool, str]:
    fixed = not any(isinstance(each, Name | Aggregate) for each in walk(node))
    return fixed, write(node)


def _plain(node: Node) -> Node:
    """A whole number without its point: in a comparison 5.0 says no more than 5."""
    value = node.value if isinstance(node, Literal) else None
    if isinstance(node, Literal) and isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return replace(node, type=Type.INTEGER, value=int(value))
    return node


def _ends(node: Between) -> tuple[Compare, Compare]:
    low = Compare(Type.BOOLEAN, ">=", node.operand, node.low)
    return low, Compare(Type.BOOLEAN, "<=", node.operand, node.high)


def _between(node: Between) -> Node:
    return _join(And, [_compare(each) for each in _ends(node)])


def _in(node: In) -> Node:
    distinct = {write(plain): plain for option in node.options if isinstance(plain := _plain(option), Literal)}
    options = tuple(sorted(distinct.values(), key=_rank))
    operand, options = _by_day(settled(node.operand), options)
    if len(options) == 1:
        return _compare(Compare(Type.BOOLEAN, "=", operand, options[0]))
    return replace(node, operand=operand, options=options)


def _rank(option: Literal) -> Any:
    return option.value


def _arithmetic(node: Arithmetic) -> Node:
    left, right = settled(node.left), settled(node.right)
    if node.operator in "+*" and write(left) > write(right):
        left, right = right, left
    return replace(node, left=left, right=right)


def _shift(node: Shift) -> Node:
    moment = settled(node.moment)
    if isinstance(moment, Shift) and moment.type == node.type:
        seconds = node.seconds + moment.seconds
        return replace(node, moment=moment.moment, seconds=seconds) if seconds else moment.moment
    return replace(node, moment=moment)


def _like(node: Like) -> Node:
    if "%" in node.pattern or "_" in node.pattern:
        return replace(node, operand=settled(node.operand))
    return _compare(Compare(Type.BOOLEAN, "=", node.operand, Literal(Type.TEXT, node.pattern)))


_SETTLED: dict[type[Node], Callable[[Any], Node]] = {
    And: _connector,
    Or: _connector,
    Not: lambda node: _denied(node.condition),
    Compare: _compare,
    Between: _between,
    In: _in,
    Like: _like,
    Arithmetic: _arithmetic,
    Shift: _shift,
}
