"""Nodes: the small typed tree that an expression is, once it has been read and checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias

from portraits.engine.expressions.scope import PLAIN, Formats
from portraits.vocabulary.types import Type

Value: TypeAlias = bool | int | float | Decimal | str | date | datetime | None

# What an operator turns into when the whole comparison is denied, or its sides change places.
DENIED = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True)
class Node:
    """A part of an expression; `type` is what it gives, `at` where it stands in the text."""

    parts: ClassVar[tuple[str, ...]] = ()  # the fields that hold nodes

    type: Type
    at: int = field(default=-1, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Literal(Node):
    """A constant; None is a missing value."""

    value: Value


@dataclass(frozen=True)
class Name(Node):
    """A column of a table, or a tag."""

    name: str


@dataclass(frozen=True)
class AsOf(Node):
    """The moment the build looks from."""

    type: Type = Type.TIME


@dataclass(frozen=True)
class Convert(Node):
    """A value read as another type because its place asks for that, or because that is written.

    `written` is None for the former, else the format that was given: `number(x, ',')`, or "".
    """

    parts = ("operand",)

    operand: Node
    formats: Formats = PLAIN
    written: str | None = None


@dataclass(frozen=True)
class Call(Node):
    """A function of the list over its arguments."""

    parts = ("arguments",)

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True)
class Arithmetic(Node):
    """Two numbers joined by `+ - * /`."""

    parts = ("left", "right")

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Shift(Node):
    """A day or moment moved by a fixed number of seconds."""

    parts = ("moment",)

    moment: Node
    seconds: int


@dataclass(frozen=True)
class Compare(Node):
    """Two values held against each other by `= <> < <= > >=`."""

    parts = ("left", "right")

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True)
class Between(Node):
    """A value from low to high, both included."""

    parts = ("operand", "low", "high")

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True)
class In(Node):
    """A value that is one of a list of constants."""

    parts = ("operand", "options")

    operand: Node
    options: tuple[Literal, ...]


@dataclass(frozen=True)
class Like(Node):
    """A text that matches a pattern: `%` any characters, `_` one."""

    parts = ("operand",)

    operand: Node
    pattern: str

    @property
    def limit(self) -> Literal:
        """The pattern as a constant."""
        return Literal(Type.TEXT, self.pattern)


@dataclass(frozen=True)
class IsNull(Node):
    """Whether a value is missing."""

    parts = ("operand",)

    operand: Node


@dataclass(frozen=True)
class And(Node):
    """All conditions hold."""

    parts = ("conditions",)

    conditions: tuple[Node, ...]


@dataclass(frozen=True)
class Or(Node):
    """At least one condition holds."""

    parts = ("conditions",)

    conditions: tuple[Node, ...]


@dataclass(frozen=True)
class Not(Node):
    """The condition fails."""

    parts = ("condition",)

    condition: Node


@dataclass(frozen=True)
class When(Node):
    """One branch of a case."""

    parts = ("condition", "value")

    condition: Node
    value: Node


@dataclass(frozen=True)
class Case(Node):
    """The value of the first branch whose condition holds, else `otherwise`."""

    parts = ("branches", "otherwise")

    branches: tuple[When, ...]
    otherwise: Node


@dataclass(frozen=True)
class Aggregate(Node):
    """One value over many rows; `where` chooses the rows, `count(*)` has no argument.

    Aggregates that need the time of a row carry it as their last argument.
    """

    parts = ("arguments", "where")

    name: str
    arguments: tuple[Node, ...]
    distinct: bool = False
    where: Node | None = None


# What is false, not missing, where nothing is known: everything written as a condition.
CONDITIONS = (Compare, Between, In, Like, IsNull, And, Or, Not)


def children(node: Node) -> Iterator[Node]:
    """The nodes directly below one."""
    for part in node.parts:
        below = getattr(node, part)
        if isinstance(below, tuple):
            yield from below
        elif below is not None:
            yield below


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    yield node
    for child in children(node):
        yield from walk(child)


def rebuild(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same node with each node directly below it changed."""
    changed: dict[str, Any] = {}
    for part in node.parts:
        below = getattr(node, part)
        if isinstance(below, tuple):
            changed[part] = tuple(change(child) for child in below)
        elif below is not None:
            changed[part] = change(below)
    return replace(node, **changed) if changed else node


def asks_as_of(node: Node) -> bool:
    """Whether the value changes with the moment of the build."""
    return any(isinstance(each, AsOf) for each in walk(node))


def names_in(node: Node) -> frozenset[str]:
    """Columns and tags the node reads."""
    return frozenset(each.name for each in walk(node) if isinstance(each, Name))


def aggregates_in(node: Node) -> tuple[Aggregate, ...]:
    """The distinct aggregates of a node, in the order of the text."""
    return tuple(dict.fromkeys(each for each in walk(node) if isinstance(each, Aggregate)))


def all_of(*conditions: Node | None) -> Node | None:
    """One condition that holds where all hold; None stands for no condition."""
    given = tuple(condition for condition in conditions if condition is not None)
    if not given:
        return None
    return given[0] if len(given) == 1 else And(Type.BOOLEAN, given)
