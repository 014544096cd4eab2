"""Expression: a text of the language, read, checked and typed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from portraits.engine.expressions.calls import grown
from portraits.engine.expressions.check import checked
from portraits.engine.expressions.coercion import fit
from portraits.engine.expressions.grammar import LENGTH, tree
from portraits.engine.expressions.nodes import CONDITIONS, Aggregate, Convert, Node, aggregates_in, names_in
from portraits.engine.expressions.scope import Scope
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.phrase import NOTHING, Phrase, Phrases, say
from portraits.vocabulary.types import Type

_GROWTH = 64
_SHORT = 60  # characters of a text that is seen at a glance
_SHOWN = 30


@dataclass(frozen=True)
class Expression:
    """A checked expression: its text as written and its typed tree."""

    text: str
    node: Node

    @property
    def type(self) -> Type:
        """The type of its value."""
        return self.node.type

    @property
    def condition(self) -> bool:
        """Whether it is written as a condition, which is false where nothing is known."""
        return isinstance(self.node, CONDITIONS)

    @cached_property
    def names(self) -> frozenset[str]:
        """Columns or tags it reads."""
        return names_in(self.node)

    @cached_property
    def aggregates(self) -> tuple[Aggregate, ...]:
        """Its distinct aggregates, in the order of the text."""
        return aggregates_in(self.node)


def parse(text: str, scope: Scope, expect: Type | None = None) -> Expression:
    """Read a text in a scope, as a value of the expected type where one is given.

    ExpressionError says what is wrong, where, and what would be right.
    """
    try:
        return _parsed(text, scope, expect)
    except ExpressionError as error:
        what = Phrases([error.what, _place(text, error.position)])
        raise ExpressionError(what, error.hint, error.position) from None


# Definitions are read again at every change of one of them, and a rule with every key that is
# pressed. The check only looks at a tree, so one text needs to be read only once.
_SAID_AGAIN = 400  # characters; longer texts are rare, and their trees large
_known_tree = lru_cache(maxsize=2048)(tree)


def _place(text: str, position: int) -> Phrase:
    """Where in a long text it is; a short one is seen at a glance."""
    if not (0 < position < len(text) and _SHORT < len(text) <= LENGTH):
        return NOTHING
    line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
    rest = text[position:].split("\n", maxsplit=1)[0].rstrip()
    shown = rest if len(rest) <= _SHOWN else f"{rest[:_SHOWN].rstrip()}…"
    if "\n" not in text.strip():
        return say("It stands in column {column}, at '{text}'.", column=column, text=shown)
    return say("It stands in line {line}, column {column}, at '{text}'.", line=line, column=column, text=shown)


def _parsed(text: str, scope: Scope, expect: Type | None) -> Expression:
    node = checked(_known_tree(text) if len(text) <= _SAID_AGAIN else tree(text), scope)
    if grown(node) > _GROWTH:
        raise ExpressionError(
            say("these replacements could make a text far too long."), say("Replace by shorter texts.")
        )
    return Expression(text, node if expect is None else _expected(node, expect, scope))


def _expected(node: Node, expect: Type, scope: Scope) -> Node:
    # Numbers often serve as keys: where a name, a code or an id is asked for, a whole number is one.
    if expect == Type.TEXT and node.type == Type.INTEGER:
        return Convert(Type.TEXT, node)
    return fit(node, expect, scope.formats)
