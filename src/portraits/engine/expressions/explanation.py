"""Explanation: why a condition holds, fails or stays unknown for one customer or row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeGuard

from portraits.engine.expressions.evaluation import all_held, any_held, denied, evaluate
from portraits.engine.expressions.expression import Expression
from portraits.engine.expressions.nodes import (
    DENIED,
    And,
    Between,
    Call,
    Compare,
    In,
    IsNull,
    Like,
    Name,
    Node,
    Not,
    Or,
    Value,
    names_in,
)
from portraits.engine.expressions.writing import write

# Functions that hold a text against another one, as a comparison does.
TESTS = ("contains", "starts_with", "ends_with")


class Verdict(StrEnum):
    """What became of a condition; only `holds` makes a customer a member."""

    HOLDS = "holds"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Explanation:
    """A condition with its verdict: a group (`all`, `any`, `none`) of parts, or one comparison.

    A comparison says what was compared (`subject`, as text), the value it had, the operator
    and the limit: one value, a list for `in`, or low and high for `between`.
    """

    verdict: Verdict
    text: str
    group: str = ""
    parts: tuple[Explanation, ...] = ()
    subject: str = ""
    names: tuple[str, ...] = ()
    value: Value = None
    operator: str = ""
    limit: Value | tuple[Value, ...] = None

    @property
    def holds(self) -> bool:
        """Whether the condition holds."""
        return self.verdict == Verdict.HOLDS

    @property
    def leaves(self) -> tuple[Explanation, ...]:
        """The single comparisons, in the order of the text."""
        return tuple(leaf for part in self.parts for leaf in part.leaves) if self.group else (self,)


def explain(expression: Expression | Node, values: Mapping[str, object], as_of: datetime) -> Explanation:
    """Why a condition holds or not for the values of one customer; needs no database."""
    node = expression.node if isinstance(expression, Expression) else expression
    return _explained(node, values, as_of)


def _explained(node: Node, values: Mapping[str, object], as_of: datetime) -> Explanation:
    if isinstance(node, And | Or):
        parts = tuple(_explained(each, values, as_of) for each in node.conditions)
        joined = all_held if isinstance(node, And) else any_held
        verdict = joined([_truth(part.verdict) for part in parts])
        return Explanation(_verdict(verdict), write(node), "all" if isinstance(node, And) else "any", parts)
    if isinstance(node, Not) and not single(node.condition):
        part = _explained(node.condition, values, as_of)
        return Explanation(_verdict(denied(_truth(part.verdict))), write(node), "none", (part,))
    return _leaf(node, values, as_of)


def _leaf(node: Node, values: Mapping[str, object], as_of: datetime) -> Explanation:
    subject, operator, limits = compared(node)
    found = [evaluate(limit, values, as_of) for limit in limits]
    return Explanation(
        verdict=_verdict(evaluate(node, values, as_of)),
        text=write(node),
        subject=write(subject),
        names=tuple(sorted(names_in(node))),
        value=evaluate(subject, values, as_of),
        operator=operator,
        limit=tuple(found) if operator.removeprefix("not ") in ("in", "between") else next(iter(found), None),
    )


def compared(node: Node) -> tuple[Node, str, tuple[Node, ...]]:
    """What a single condition compares: the subject, the operator, the limits."""
    if isinstance(node, Not) and isinstance(node.condition, Compare):
        subject, operator, limits = compared(node.condition)
        return subject, DENIED[operator], limits
    if isinstance(node, Not) and single(node.condition):
        subject, operator, limits = compared(node.condition)
        return subject, _NO.get(operator, f"not {operator}"), limits
    return _plainly(node)


_NO = {"is null": "is not null", "is true": "is false"}


def single(node: Node) -> bool:
    """Whether a condition compares one thing, so that its denial has an operator of its own."""
    return isinstance(node, Compare | Between | In | Like | IsNull | Name) or _is_test(node)


def _is_test(node: Node) -> TypeGuard[Call]:
    return isinstance(node, Call) and node.name in TESTS


def _plainly(node: Node) -> tuple[Node, str, tuple[Node, ...]]:
    if isinstance(node, Compare):
        return node.left, node.operator, (node.right,)
    if isinstance(node, Between):
        return node.operand, "between", (node.low, node.high)
    if isinstance(node, In):
        return node.operand, "in", node.options
    if isinstance(node, IsNull):
        return node.operand, "is null", ()
    if isinstance(node, Like):
        return node.operand, "like", (node.limit,)
    if _is_test(node):
        return node.arguments[0], node.name, node.arguments[1:]
    return node, "is true", ()


def _verdict(truth: Value) -> Verdict:
    return Verdict.UNKNOWN if truth is None else Verdict.HOLDS if truth else Verdict.FAILS


def _truth(verdict: Verdict) -> bool | None:
    return None if verdict == Verdict.UNKNOWN else verdict == Verdict.HOLDS
