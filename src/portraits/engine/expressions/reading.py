"""Reading: where the check stands: the names in scope, the allowed parts, the depth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlglot import exp

from portraits.engine.expressions.coercion import fit
from portraits.engine.expressions.grammar import foreign
from portraits.engine.expressions.nodes import Node
from portraits.engine.expressions.scope import Scope
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.phrase import Phrase, say
from portraits.vocabulary.types import Type

DEPTH = 32


@dataclass(frozen=True)
class Rule:
    """How one class of sqlglot's tree becomes a node, and the parts it may have."""

    allowed: frozenset[str]
    node: Callable[[exp.Expr, Reading], Node]


@dataclass(frozen=True)
class Reading:
    """One place of the tree during the check."""

    scope: Scope
    rules: Mapping[type[exp.Expr], Rule]
    depth: int = 0

    def read(self, tree: exp.Expr) -> Node:
        """The typed node of a tree; ExpressionError for whatever is not of the language."""
        while type(tree) is exp.Paren:
            tree = tree.this
        if self.depth > DEPTH:
            what = say("this is nested deeper than {levels} levels.", levels=DEPTH)
            raise ExpressionError(what, say("Split it into several tags."), start(tree))
        rule = self.rules.get(type(tree))
        if rule is None or any(part not in rule.allowed for part, value in tree.args.items() if value):
            raise refusal(tree)
        return rule.node(tree, replace(self, depth=self.depth + 1))

    def wanted(self, tree: exp.Expr, type_: Type) -> Node:
        """The typed node of a tree as a value of one type."""
        return self.fit(self.read(tree), type_)

    def fit(self, node: Node, type_: Type) -> Node:
        """A node as a value of one type, by the formats of the scope."""
        return fit(node, type_, self.scope.formats)

    @property
    def rows(self) -> Reading:
        """The same place inside an aggregate, where names stand for the values of a row."""
        return replace(self, scope=replace(self.scope, aggregates=False))


def start(tree: exp.Expr) -> int:
    """Where a tree begins in the text, as near as is known."""
    found = (int(each.meta["start"]) for each in tree.walk() if "start" in each.meta)
    return min(found, default=0)


_INSTEAD: dict[type[exp.Expr], Phrase] = {
    exp.Alias: say("Join conditions by and, or."),
    exp.Dot: say("Write the bare name."),
    exp.Tuple: say("Lists stand after in: x in (1, 2)."),
    exp.Concat: say("Write 'a' || 'b'."),
    exp.Star: say("A star stands in count(*) only."),
    exp.In: say("Write a list of constants: x in (1, 2)."),
    exp.NullSafeEQ: say("Write = or is null."),
    exp.NullSafeNEQ: say("Write <> or is not null."),
    exp.Distinct: say("distinct stands in count(distinct x) only."),
}


def refusal(tree: exp.Expr) -> ExpressionError:
    """The error for a part of SQL that is not part of the language."""
    if isinstance(tree, exp.Alias):
        hint = foreign(tree.alias) or _INSTEAD[exp.Alias]
        return ExpressionError(say("'{text}' is not expected here.", text=tree.alias), hint, start(tree.args["alias"]))
    hint = _INSTEAD.get(type(tree), say("See the reference of expressions."))
    return ExpressionError(say("this is not part of the language."), hint, start(tree))
