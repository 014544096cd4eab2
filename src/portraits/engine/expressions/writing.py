"""Writing: nodes as text of the language, which reads back as the same nodes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portraits.engine.expressions.aggregates import AGGREGATES
from portraits.engine.expressions.conversions import CONVERSIONS
from portraits.engine.expressions.functions import FUNCTIONS
from portraits.engine.expressions.grammar import WORDS
from portraits.engine.expressions.nodes import (
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
)

UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_CONVERSION = {each.type: each.name for each in CONVERSIONS.values()}
# How tightly a node holds together; what is not listed never needs brackets.
_STRENGTH: dict[type[Node], int] = {
    Or: 1,
    And: 1,
    Not: 2,
    Compare: 3,
    Between: 3,
    In: 3,
    Like: 3,
    IsNull: 3,
    Shift: 4,
}
_TIGHT = 9


def write(node: Node) -> str:
    """The text of a node."""
    return _WRITTEN[type(node)](node)


def name(written: str) -> str:
    """A name as it stands in a text: in double quotes where it could be read otherwise."""
    plain = written.isidentifier() and written.upper() not in WORDS and written.lower() != "as_of"
    return written if plain else '"{}"'.format(written.replace('"', '""'))


def constant(value: Value) -> str:
    """A constant as it stands in a text."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'{}'".format(value.replace("'", "''"))
    if isinstance(value, datetime):
        return f"time '{value.isoformat(sep=' ')}'"
    if isinstance(value, date):
        return f"date '{value.isoformat()}'"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return repr(value)


def duration(seconds: int) -> str:
    """A length of time in the largest unit that holds it: `90 days`."""
    unit, length = next((unit, length) for unit, length in UNITS if seconds % length == 0)
    count = seconds // length
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def _strength(node: Node) -> int:
    if isinstance(node, Convert) and node.written is None:
        return _strength(node.operand)
    if isinstance(node, Arithmetic):
        return 4 if node.operator in "+-" else 5
    return _STRENGTH.get(type(node), _TIGHT)


def _held(node: Node, strength: int) -> str:
    text = write(node)
    return text if _strength(node) >= strength else f"({text})"


def _convert(node: Convert) -> str:
    if node.written is None:
        return write(node.operand)
    given = f", {constant(node.written)}" if node.written else ""
    return f"{_CONVERSION[node.type]}({write(node.operand)}{given})"


def _call(node: Call) -> str:
    written = node.arguments[:-1] if FUNCTIONS[node.name].as_of else node.arguments
    return f"{node.name}({', '.join(map(write, written))})"


def _arithmetic(node: Arithmetic) -> str:
    strength = _strength(node)
    return f"{_held(node.left, strength)} {node.operator} {_held(node.right, strength + 1)}"


def _shift(node: Shift) -> str:
    sign = "+" if node.seconds > 0 else "-"
    return f"{_held(node.moment, 4)} {sign} {duration(abs(node.seconds))}"


def _compare(node: Compare) -> str:
    return f"{_held(node.left, 4)} {node.operator} {_held(node.right, 4)}"


def _between(node: Between, no: str = "") -> str:
    return f"{_held(node.operand, 4)} {no}between {_held(node.low, 4)} and {_held(node.high, 4)}"


def _in(node: In, no: str = "") -> str:
    return f"{_held(node.operand, 4)} {no}in ({', '.join(map(write, node.options))})"


def _like(node: Like, no: str = "") -> str:
    return f"{_held(node.operand, 4)} {no}like {constant(node.pattern)}"


def _is_null(node: IsNull, no: str = "") -> str:
    return f"{_held(node.operand, 4)} is {no}null"


_DENIABLE: dict[type[Node], Callable[[Any, str], str]] = {
    Between: _between,
    In: _in,
    Like: _like,
    IsNull: _is_null,
}


def _not(node: Not) -> str:
    deniable = _DENIABLE.get(type(node.condition))
    return deniable(node.condition, "not ") if deniable else f"not {_held(node.condition, _TIGHT)}"


def _case(node: Case) -> str:
    branches = " ".join(f"when {write(each.condition)} then {write(each.value)}" for each in node.branches)
    otherwise = write(node.otherwise)
    return f"case {branches} end" if otherwise == "null" else f"case {branches} else {otherwise} end"


def _aggregate(node: Aggregate) -> str:
    arguments = node.arguments[:-1] if AGGREGATES[node.name].timed else node.arguments
    inside = ", ".join(map(write, arguments)) or ("*" if node.name == "count" else "")
    chosen = f" filter (where {write(node.where)})" if node.where is not None else ""
    return f"{node.name}({'distinct ' if node.distinct else ''}{inside}){chosen}"


def _joined(word: str) -> Callable[[Any], str]:
    return lambda node: f" {word} ".join(_held(each, 2) for each in node.conditions)


_WRITTEN: dict[type[Node], Callable[[Any], str]] = {
    Literal: lambda node: constant(node.value),
    Name: lambda node: name(node.name),
    AsOf: lambda _: "as_of",
    Convert: _convert,
    Call: _call,
    Arithmetic: _arithmetic,
    Shift: _shift,
    Compare: _compare,
    Between: _between,
    In: _in,
    Like: _like,
    IsNull: _is_null,
    And: _joined("and"),
    Or: _joined("or"),
    Not: _not,
    Case: _case,
    Aggregate: _aggregate,
}
