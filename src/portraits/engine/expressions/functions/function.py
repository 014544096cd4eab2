"""Function: what the language can compute from values, on every engine and in Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlglot import exp

from portraits.engine.expressions.nodes import Value
from portraits.vocabulary.phrase import NOTHING, Phrase
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

NUMERIC = (Type.NUMBER, Type.INTEGER, Type.MONEY)
TEMPORAL = (Type.DATE, Type.TIME)
ORDERED = (Type.TEXT, *NUMERIC, *TEMPORAL)
ANY = (*ORDERED, Type.BOOLEAN)


@dataclass(frozen=True)
class Parameter:
    """What a function takes in one place; raw text is read as the first of `types`.

    With `allows` the argument must be a constant that it accepts; `expected` says which.
    """

    name: str
    types: tuple[Type, ...]
    allows: Callable[[Any], bool] | None = None
    expected: Phrase = NOTHING
    optional: bool = False


Build = Callable[[Sequence[exp.Expr], str], exp.Expr]  # arguments and dialect


@dataclass(frozen=True)
class Function:
    """A scalar function: its arguments, its result, its SQL, its value, and its words.

    With `many` the last parameter repeats; with `alike` all arguments become one type, which
    is the result's; `as_of` passes the build's moment as last argument; `strict` functions
    give a missing value for a missing argument; `wide` ones compute whole numbers in 128 bits,
    where they cannot overflow.
    """

    name: str
    group: str
    title: Text
    doc: Text
    phrase: Text  # a sentence part with {0}, {1} ... for the arguments
    parameters: tuple[Parameter, ...]
    result: Type | Callable[[Sequence[Type]], Type]
    build: Build
    compute: Callable[..., Value]
    examples: tuple[tuple[str, str], ...]
    many: bool = False
    alike: bool = False
    as_of: bool = False
    strict: bool = True
    wide: bool = False

    def result_of(self, types: Sequence[Type]) -> Type:
        """The type of the result for arguments of these types."""
        return self.result(types) if callable(self.result) else self.result

    @property
    def least(self) -> int:
        """The fewest arguments it takes."""
        return sum(not parameter.optional for parameter in self.parameters)

    def parameter(self, index: int) -> Parameter | None:
        """The parameter at a place, None where there is none."""
        if index < len(self.parameters):
            return self.parameters[index]
        return self.parameters[-1] if self.many else None

    @property
    def form(self) -> str:
        """How it is written: `round(number [, digits])`."""
        names = [f"[{each.name}]" if each.optional else each.name for each in self.parameters]
        return f"{self.name}({', '.join([*names, '...'] if self.many else names)})"


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A call by its name in the dialect, for what sqlglot has no word of its own."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def constant(value: str | int) -> exp.Expr:
    """A text or whole number as sqlglot writes it."""
    return exp.Literal.string(value) if isinstance(value, str) else exp.Literal.number(value)


def when(condition: exp.Expr, value: exp.Expr, otherwise: exp.Expr | None = None) -> exp.Expr:
    """One branch of a case as a whole."""
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=otherwise)


def cast(value: exp.Expr, to: str) -> exp.Expr:
    """A cast that cannot fail."""
    return exp.Cast(this=value, to=_type(to).copy())


def try_cast(value: exp.Expr, to: str) -> exp.Expr:
    """A cast that gives NULL where the value does not fit."""
    return exp.TryCast(this=value, to=_type(to).copy(), safe=True)


@cache
def _type(name: str) -> exp.DataType:
    return exp.DataType.build(name)  # reads its name with a parser of its own


def grouped(value: exp.Expr) -> exp.Expr:
    """The value in brackets where an operator beside it could tear it apart."""
    return exp.Paren(this=value) if isinstance(value, _TEARABLE) else value


_TEARABLE = (exp.Binary, exp.Not, exp.Between, exp.In, exp.Case, exp.Filter, exp.Neg, exp.Interval)
