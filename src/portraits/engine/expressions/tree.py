"""Tree: a condition as nested groups of rules, the form in which the audience page edits it.

A group is `{"group": "all" | "any" | "none", "rules": [...]}`; a rule is `{"name", "operator",
"value"}`, and what has no such form stands as `{"text": "..."}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portraits.engine.expressions.explanation import TESTS, compared
from portraits.engine.expressions.expression import Expression, parse
from portraits.engine.expressions.nodes import (
    DENIED,
    TURNED,
    And,
    AsOf,
    Convert,
    Literal,
    Name,
    Node,
    Not,
    Or,
    Shift,
    Value,
)
from portraits.engine.expressions.scope import Scope
from portraits.engine.expressions.writing import constant, duration, name, write
from portraits.vocabulary.errors import ExpressionError, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type

GROUPS = {"all": " and ", "any": " or ", "none": " or "}
UNARY = ("is null", "is not null", "is true", "is false")
OPERATORS = (
    *DENIED,
    "in",
    "not in",
    "between",
    "not between",
    "like",
    "not like",
    *TESTS,
    *(f"not {test}" for test in TESTS),
    *UNARY,
)
DEPTH = 8
_ENDS = 2
_AGO = re.compile(r"\d{1,9} (second|minute|hour|day|week|month|year)s?")


def to_tree(expression: Expression | Node) -> dict[str, Any]:
    """The condition as a group of rules, ready for JSON."""
    node = expression.node if isinstance(expression, Expression) else expression
    made = _made(node)
    return made if "group" in made else {"group": "all", "rules": [made]}


def _made(node: Node) -> dict[str, Any]:
    if isinstance(node, And | Or):
        group = "all" if isinstance(node, And) else "any"
        return {"group": group, "rules": [_made(each) for each in node.conditions]}
    rule = _rule(node)
    if rule is not None:
        return rule
    if not isinstance(node, Not):
        return {"text": write(node)}
    inside = node.condition.conditions if isinstance(node.condition, Or) else (node.condition,)
    return {"group": "none", "rules": [_made(each) for each in inside]}


def _rule(node: Node) -> dict[str, Any] | None:
    subject, operator, limits = _turned(*compared(node))
    while isinstance(subject, Convert) and subject.written is None:
        subject = subject.operand
    values = [_limit(limit) for limit in limits]
    if not isinstance(subject, Name) or any(value is None for value in values):
        return None
    rule = {"name": subject.name, "operator": operator}
    if operator in UNARY:
        return rule
    many = operator.removeprefix("not ") in ("in", "between")
    return {**rule, "value": values if many else values[0]}


def _turned(subject: Node, operator: str, limits: tuple[Node, ...]) -> tuple[Node, str, tuple[Node, ...]]:
    if operator in TURNED and _limit(subject) is not None:
        return limits[0], TURNED[operator], (subject,)
    return subject, operator, limits


def _limit(node: Node) -> Any:
    """A limit ready for JSON; None where it is no constant and no time ago."""
    if isinstance(node, Shift) and isinstance(node.moment, AsOf) and node.seconds < 0:
        return {"ago": duration(-node.seconds)}
    return _plain(node.value) if isinstance(node, Literal) else None


def _plain(value: Value) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else value


def from_tree(tree: Mapping[str, Any], scope: Scope) -> str:
    """The text of a tree; ExpressionError where a rule is not right in the scope."""
    text = _text(tree, scope, 1)
    parse(text, scope, Type.BOOLEAN)
    return text


def _text(tree: object, scope: Scope, depth: int) -> str:
    if not isinstance(tree, Mapping) or depth > DEPTH:
        raise ExpressionError(
            say("this is not a tree of rules."),
            say("Write groups of rules, at most {levels} levels deep.", levels=DEPTH),
        )
    if "group" in tree:
        return _group(tree, scope, depth)
    if "text" in tree:
        return f"({write(parse(str(tree['text']), scope, Type.BOOLEAN).node)})"
    return _written(tree)


def _group(tree: Mapping[str, Any], scope: Scope, depth: int) -> str:
    group, rules = str(tree["group"]), tree.get("rules")
    if group not in GROUPS:
        raise ExpressionError(
            say("'{group}' is not a group.", group=group), nearest(group, GROUPS) or all_known(GROUPS)
        )
    if not isinstance(rules, Sequence) or isinstance(rules, str) or not rules:
        raise ExpressionError(say("a group holds at least one rule."), say("Add a rule or delete the group."))
    texts = [_text(rule, scope, depth + 1) for rule in rules]
    joined = GROUPS[group].join(texts)
    if group == "none":
        return f"not ({joined})"
    return f"({joined})" if depth > 1 and len(texts) > 1 else joined


def _written(rule: Mapping[str, Any]) -> str:
    subject, operator, value = name(str(rule.get("name", ""))), str(rule.get("operator", "")), rule.get("value")
    if operator not in OPERATORS:
        hint = nearest(operator, OPERATORS) or all_known(OPERATORS)
        raise ExpressionError(say("'{operator}' is not an operator.", operator=operator), hint)
    if operator in UNARY:
        return _unary(subject, operator)
    test = operator.removeprefix("not ")
    if test in TESTS:
        return f"{'not ' if operator != test else ''}{test}({subject}, {_value(value)})"
    if test == "in":
        return f"{subject} {operator} ({', '.join(map(_value, _values(value, operator)))})"
    if test == "between":
        return f"{subject} {operator} {' and '.join(map(_value, _values(value, operator)))}"
    return f"{subject} {operator} {_value(value)}"


def _unary(subject: str, operator: str) -> str:
    return {"is true": subject, "is false": f"not {subject}"}.get(operator, f"{subject} {operator}")


def _values(value: object, operator: str) -> Sequence[Any]:
    right = isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0
    if not isinstance(value, Sequence) or not right or (operator.endswith("between") and len(value) != _ENDS):
        raise ExpressionError(
            say("'{operator}' needs a list of values.", operator=operator), say("Give [low, high] or [a, b, c].")
        )
    return value


def _value(value: object) -> str:
    if isinstance(value, Mapping) and _AGO.fullmatch(str(value.get("ago"))):
        return f"as_of - {value['ago']}"
    if isinstance(value, bool | int | float | str):
        return constant(value)
    raise ExpressionError(say("a rule needs a value."), say("Give a number, a text, true or false."))
