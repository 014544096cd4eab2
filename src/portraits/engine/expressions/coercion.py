"""Coercion: how a value comes to the type its place asks for, and which type values share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from portraits.engine.expressions.nodes import Aggregate, Call, Convert, Literal, Name, Node, children
from portraits.engine.expressions.scope import PLAIN, Formats
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.phrase import NOTHING, Phrase, say
from portraits.vocabulary.types import Type

_NUMERIC = (Type.INTEGER, Type.NUMBER, Type.MONEY)
_LARGEST_MONEY = Decimal(10) ** 14
# What happens by itself; everything else is written: number(x), integer(x), text(x).
_IMPLIED = {
    (Type.INTEGER, Type.NUMBER),
    (Type.INTEGER, Type.MONEY),
    (Type.NUMBER, Type.MONEY),
    (Type.MONEY, Type.NUMBER),
    (Type.DATE, Type.TIME),
    (Type.TIME, Type.DATE),
    (Type.TEXT, Type.JSON),
}


def _call(name: str) -> Callable[[str], Phrase]:
    return lambda value: Phrase(f"{name}({{value}})", {"value": value})


_ASKED: dict[Type, Callable[[str], Phrase]] = {
    Type.TEXT: _call("text"),
    Type.NUMBER: _call("number"),
    Type.INTEGER: _call("integer"),
    Type.MONEY: _call("money"),
    Type.DATE: _call("date"),
    Type.TIME: _call("time"),
    Type.BOOLEAN: lambda value: say("a comparison such as {value} = 'yes'", value=value),
    Type.JSON: lambda _: say("a column of attributes"),
}


def place(node: Node) -> int:
    """Where a node stands in the text, as near as is known."""
    if node.at >= 0:
        return node.at
    return next((found for child in children(node) if (found := place(child)) >= 0), 0)


def called(node: Node) -> str:
    """What to call a node in a message."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Literal):
        return f"'{node.value}'" if isinstance(node.value, str) else str(node.value)
    return f"{node.name}(...)" if isinstance(node, Call | Aggregate) else say("the value")


def _asked(type_: Type, node: Node) -> Phrase:
    return _ASKED[type_](called(node))


def fit(node: Node, wanted: Type, formats: Formats = PLAIN) -> Node:
    """The node as a value of the wanted type; ExpressionError where it cannot be one."""
    if node.type == wanted:
        return node
    if isinstance(node, Literal):
        constant = _constant(node, wanted)
        if constant is not None:
            return constant
    if node.type == Type.RAW or (node.type, wanted) in _IMPLIED:
        return Convert(wanted, node, formats if node.type == Type.RAW else PLAIN)
    hint = say("Write {form}.", form=_asked(wanted, node)) if wanted in _ASKED else NOTHING
    raise ExpressionError(
        say(
            "{value} is {type}, but {wanted} is needed here.",
            value=called(node),
            type=node.type.word,
            wanted=wanted.word,
        ),
        hint,
        place(node),
    )


def _constant(literal: Literal, wanted: Type) -> Literal | None:
    value = literal.value
    if value is None:
        return replace(literal, type=wanted)
    if isinstance(value, str):
        return moment(literal, wanted) if wanted.temporal else None
    if wanted == Type.NUMBER and literal.type == Type.INTEGER:
        return replace(literal, type=wanted)  # the value stays as it was written
    if wanted == Type.MONEY and exact(literal):
        return replace(literal, type=wanted, value=Decimal(str(value)))
    if wanted == Type.TIME and isinstance(value, date):
        return replace(literal, type=wanted, value=datetime.combine(value, time()))
    return None


def moment(literal: Literal, wanted: Type) -> Literal:
    """A text constant as a day or moment; ExpressionError says how it is written."""
    try:
        found = datetime.fromisoformat(str(literal.value)).replace(tzinfo=None)
    except ValueError:
        right = "2024-01-31" if wanted == Type.DATE else "2024-01-31 18:00"
        raise ExpressionError(
            say("'{value}' is not a {wanted}.", value=literal.value, wanted=wanted.word),
            say("Write '{text}'.", text=right),
            place(literal),
        ) from None
    return replace(literal, type=wanted, value=found.date() if wanted == Type.DATE else found)


def exact(literal: Literal) -> bool:
    """Whether a number fits an amount of money without loss."""
    if literal.type not in _NUMERIC:
        return False
    amount = Decimal(str(literal.value))
    return abs(amount) < _LARGEST_MONEY and amount == round(amount, 4)


def shared(nodes: Sequence[Node]) -> Type:
    """The type that all nodes can take; ExpressionError names the first that cannot."""
    known = [node for node in nodes if not (isinstance(node, Literal) and node.value is None)]
    typed = [node for node in known if node.type != Type.RAW]
    if not typed:
        return Type.RAW if known else Type.TEXT
    types = {node.type for node in typed}
    if types <= set(_NUMERIC):
        found = _numeric(typed)
        # Raw text may hold 12.5: held against whole numbers it is read as a number.
        return Type.NUMBER if found == Type.INTEGER and len(typed) < len(known) else found
    if any(type_.temporal for type_ in types):
        return _temporal(typed)
    for node in typed:
        if node.type != typed[0].type:
            _refuse(typed[0], node)
    return typed[0].type


def _numeric(nodes: Sequence[Node]) -> Type:
    loose = [node for node in nodes if node.type == Type.NUMBER]
    if not any(node.type == Type.MONEY for node in nodes):
        return Type.NUMBER if loose else Type.INTEGER
    return Type.MONEY if all(isinstance(node, Literal) and exact(node) for node in loose) else Type.NUMBER


def _temporal(nodes: Sequence[Node]) -> Type:
    first = next(node for node in nodes if node.type.temporal)
    types = {node.type for node in nodes if node.type.temporal}
    for node in nodes:
        if isinstance(node, Literal) and isinstance(node.value, str):
            moment(node, first.type)  # a wrong one is said by the type of its neighbour
            written = moment(node, Type.TIME).value
            types.add(Type.TIME if isinstance(written, datetime) and written.time() != time() else Type.DATE)
        elif not node.type.temporal:
            _refuse(first, node)
    return Type.TIME if Type.TIME in types else Type.DATE


def _refuse(first: Node, other: Node) -> None:
    one = {"value": called(first), "type": first.type.word}
    what = say("{value} is {type}, but {other} is {its}.", **one, other=called(other), its=other.type.word)
    literal: Any = next((node for node in (first, other) if isinstance(node, Literal)), None)
    text = Type.TEXT in (first.type, other.type)
    whole = text and literal is not None and literal.type in _NUMERIC
    hint = say("Write '{text}'.", text=literal.value) if whole else NOTHING
    convert = say("Convert one of them: {form}.", form=_asked(first.type, other))
    raise ExpressionError(what, hint or convert, max(place(other), 0))
