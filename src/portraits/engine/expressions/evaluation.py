"""Evaluation: the value of an expression for one customer or row, in Python.

It serves explanations and agrees with DuckDB; None is a missing value, and for a condition
"unknown".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from portraits.engine.expressions.conversions import converted
from portraits.engine.expressions.expression import Expression
from portraits.engine.expressions.functions import FUNCTIONS
from portraits.engine.expressions.nodes import (
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
)
from portraits.engine.expressions.scope import PLAIN
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type

_WHOLE = 2**63
_LARGEST_MONEY = Decimal(10) ** 14


@dataclass(frozen=True)
class _Row:
    values: Mapping[str, object]
    as_of: datetime

    def value(self, node: Node) -> Any:
        evaluate_ = _EVALUATED.get(type(node))
        if evaluate_ is None:
            raise ExpressionError(say("an aggregate has no value in one row."), say("Explain the tag made of it."))
        return evaluate_(node, self)


def evaluate(expression: Expression | Node, values: Mapping[str, object], as_of: datetime) -> Value:
    """The value for one row; names that `values` lacks are missing."""
    node = expression.node if isinstance(expression, Expression) else expression
    found: Value = _Row(values, as_of).value(node)
    return found


def _name(node: Name, row: _Row) -> Value:
    return converted(row.values.get(node.name), node.type, PLAIN)


def _convert(node: Convert, row: _Row) -> Value:
    return converted(row.value(node.operand), node.type, node.formats)


def _call(node: Call, row: _Row) -> Value:
    function = FUNCTIONS[node.name]
    arguments = [row.value(argument) for argument in node.arguments]
    if function.strict and None in arguments:
        return None
    found = function.compute(*arguments)
    if node.type == Type.INTEGER and isinstance(found, int) and not -_WHOLE <= found < _WHOLE:
        return None
    return found


def _arithmetic(node: Arithmetic, row: _Row) -> Value:
    left, right = row.value(node.left), row.value(node.right)
    if left is None or right is None or (node.operator == "/" and right == 0):
        return None
    found = _JOINED[node.operator](left, right)
    if isinstance(found, int):
        return found if -_WHOLE <= found < _WHOLE else None
    return None if isinstance(found, Decimal) and abs(found) >= _LARGEST_MONEY else found


_JOINED: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left / right,
}


def _shift(node: Shift, row: _Row) -> Value:
    moment = row.value(node.moment)
    try:
        return None if moment is None else moment + timedelta(seconds=node.seconds)
    except OverflowError:
        return None


def _compare(node: Compare, row: _Row) -> bool | None:
    return held(node.operator, row.value(node.left), row.value(node.right))


def held(operator: str, left: Any, right: Any) -> bool | None:
    """Whether a comparison holds; None where a side is missing."""
    return None if left is None or right is None else _COMPARED[operator](left, right)


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "<>": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _between(node: Between, row: _Row) -> bool | None:
    value = row.value(node.operand)
    return all_held([held(">=", value, row.value(node.low)), held("<=", value, row.value(node.high))])


def _in(node: In, row: _Row) -> bool | None:
    value = row.value(node.operand)
    return None if value is None else any(value == option.value for option in node.options)


def _like(node: Like, row: _Row) -> bool | None:
    value = row.value(node.operand)
    return None if value is None else _pattern(node.pattern).fullmatch(value) is not None


@lru_cache(maxsize=256)
def _pattern(written: str) -> re.Pattern[str]:
    signs = {"%": ".*", "_": "."}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in written), re.DOTALL)


def all_held(verdicts: list[bool | None]) -> bool | None:
    """Whether all hold: False as soon as one fails, None where that stays unknown."""
    return False if False in verdicts else None if None in verdicts else True


def any_held(verdicts: list[bool | None]) -> bool | None:
    """Whether any holds: True as soon as one does, None where that stays unknown."""
    return True if True in verdicts else None if None in verdicts else False


def denied(verdict: bool | None) -> bool | None:
    """The denial; of the unknown it is unknown."""
    return None if verdict is None else not verdict


def _case(node: Case, row: _Row) -> Value:
    for branch in node.branches:
        if row.value(branch.condition):
            found: Value = row.value(branch.value)
            return found
    otherwise: Value = row.value(node.otherwise)
    return otherwise


_EVALUATED: dict[type[Node], Callable[[Any, _Row], Any]] = {
    Literal: lambda node, _: converted(node.value, node.type, PLAIN),
    Name: _name,
    AsOf: lambda _, row: row.as_of,
    Convert: _convert,
    Call: _call,
    Arithmetic: _arithmetic,
    Shift: _shift,
    Compare: _compare,
    Between: _between,
    In: _in,
    Like: _like,
    IsNull: lambda node, row: row.value(node.operand) is None,
    And: lambda node, row: all_held([row.value(each) for each in node.conditions]),
    Or: lambda node, row: any_held([row.value(each) for each in node.conditions]),
    Not: lambda node, row: denied(row.value(node.condition)),
    Case: _case,
}
