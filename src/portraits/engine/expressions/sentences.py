"""Sentences: a rule said in English and Chinese, with the titles of its columns and tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from portraits.engine.expressions.aggregates import AGGREGATES
from portraits.engine.expressions.conversions import CONVERSIONS
from portraits.engine.expressions.explanation import TESTS, compared, single
from portraits.engine.expressions.expression import Expression
from portraits.engine.expressions.functions import FUNCTIONS
from portraits.engine.expressions.nodes import (
    TURNED,
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
from portraits.engine.expressions.wording import CHINESE, ENGLISH, Wording
from portraits.engine.expressions.writing import UNITS
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

_SHOWN = 8  # values of a list that are said before "..."
_MATH = {"+": "+", "-": "−", "*": "×", "/": "÷"}
Labels = Mapping[str, Mapping[str, Text]]


def sentence(expression: Expression | Node, titles: Mapping[str, Text], labels: Labels | None = None) -> Text:
    """The rule as a sentence in both languages; `labels` name values, by column or tag."""
    node = expression.node if isinstance(expression, Expression) else expression
    speakers = (_Speaker(words, titles, labels or {}) for words in (ENGLISH, CHINESE))
    english, chinese = (speaker.truth(node) for speaker in speakers)
    return Text(en=english, zh=chinese.replace(" （", "（").replace("） ", "）"))


@dataclass(frozen=True)
class _Speaker:
    words: Wording
    titles: Mapping[str, Text]
    labels: Labels

    def say(self, node: Node) -> str:
        return _SAID[type(node)](node, self)

    def truth(self, node: Node) -> str:
        """A node that stands where a condition is asked for."""
        boolean = isinstance(node, Name) and node.type == Type.BOOLEAN
        return self.form("is true", self.say(node)) if boolean else self.say(node)

    def form(self, form: str, *parts: str) -> str:
        return self.words.forms[form].format(*parts)

    def phrase(self, text: Text, parts: Sequence[str]) -> str:
        return text.in_(self.words.language).format(*parts)

    def held(self, node: Node) -> str:
        """A part of a group or sum, in brackets where it is one itself."""
        said = self.say(node)
        opening, closing = self.words.brackets
        return f"{opening}{said}{closing}" if isinstance(node, And | Or | Arithmetic | Case) else said

    def title(self, name: str) -> str:
        known = self.titles.get(name)
        return known.in_(self.words.language) if known else name

    def limit(self, node: Node, subject: Node) -> str:
        """A limit, by the label that its column has for it."""
        if isinstance(node, Literal) and isinstance(subject, Name):
            label = self.labels.get(subject.name, {}).get(str(node.value))
            return label.in_(self.words.language) if label else self.say(node)
        return self.held(node)

    def either(self, said: Sequence[str]) -> str:
        if len(said) > _SHOWN:
            return self.form("more", self.words.comma.join(said[:_SHOWN]), str(len(said)))
        return self.words.last.join([*([self.words.comma.join(said[:-1])] if said[1:] else []), said[-1]])

    def duration(self, seconds: int) -> str:
        unit, length = next((unit, length) for unit, length in UNITS if seconds % length == 0)
        count = seconds // length
        return self.words.units[unit].format(count, s="" if count == 1 else "s")


def _said(value: Value, words: Wording) -> str:
    if value is None:
        return words.nothing
    if isinstance(value, bool):
        return words.yes if value else words.no
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if value != "" else words.empty


def _condition(node: Node, speaker: _Speaker) -> str:
    subject, operator, limits = compared(node)
    if operator in TURNED:
        return _comparison(subject, operator, limits[0], speaker)
    if operator in ("like", "not like"):
        return _like(subject, operator, limits[0], speaker)
    said = [speaker.limit(each, subject) for each in limits]
    if operator in ("in", "not in"):
        said = [speaker.either(said)]
    return speaker.form(operator, speaker.held(subject), *said)


def _comparison(left: Node, operator: str, right: Node, speaker: _Speaker) -> str:
    if isinstance(left, Literal | AsOf) or (isinstance(left, Shift) and isinstance(left.moment, AsOf)):
        left, right, operator = right, left, TURNED[operator]
    if isinstance(right, Literal) and isinstance(right.value, bool):
        return speaker.form("is true" if right.value == (operator == "=") else "is false", speaker.held(left))
    if (
        isinstance(right, Shift)
        and isinstance(right.moment, AsOf)
        and right.seconds < 0
        and operator not in ("=", "<>")
    ):
        form = "recent" if operator in (">", ">=") else "old"
        return speaker.form(form, speaker.held(left), speaker.duration(-right.seconds))
    words = speaker.words.times if left.type.temporal else speaker.words.numbers
    words = words if left.type.temporal or left.type.numeric else speaker.words.texts
    return words[operator].format(speaker.held(left), speaker.limit(right, left))


def _like(subject: Node, operator: str, limit: Node, speaker: _Speaker) -> str:
    pattern = str(limit.value) if isinstance(limit, Literal) else ""
    inside = pattern.strip("%")
    shapes = {f"{inside}%": "starts_with", f"%{inside}": "ends_with", f"%{inside}%": "contains"}
    plain = inside and "%" not in inside and "_" not in inside
    form = operator.replace("like", shapes.get(pattern, "like")) if plain else operator
    return speaker.form(form, speaker.held(subject), inside if form != operator else pattern)


def _not(node: Not, speaker: _Speaker) -> str:
    inside = node.condition
    return _condition(node, speaker) if single(inside) else speaker.form("not", speaker.say(inside))


def _name(node: Name, speaker: _Speaker) -> str:
    return speaker.title(node.name)


def _group(node: And | Or, speaker: _Speaker) -> str:
    words = speaker.words
    joint = words.both if isinstance(node, And) else words.either
    return joint.join(_part(each, speaker) for each in node.conditions)


def _part(node: Node, speaker: _Speaker) -> str:
    return speaker.truth(node) if isinstance(node, Name) else speaker.held(node)


def _call(node: Call, speaker: _Speaker) -> str:
    if node.name in TESTS:
        return _condition(node, speaker)
    function = FUNCTIONS[node.name]
    arguments = node.arguments[:-1] if function.as_of else node.arguments
    said = [speaker.held(argument) for argument in arguments]
    if function.many:
        said = [said[0], speaker.words.comma.join(said[1:])]
    return speaker.phrase(function.phrase, said)


_BY_TYPE = {each.type: each for each in CONVERSIONS.values()}


def _convert(node: Convert, speaker: _Speaker) -> str:
    if node.written is None:
        return speaker.say(node.operand)
    return speaker.phrase(_BY_TYPE[node.type].phrase, [speaker.held(node.operand)])


def _arithmetic(node: Arithmetic, speaker: _Speaker) -> str:
    return f"{speaker.held(node.left)} {_MATH[node.operator]} {speaker.held(node.right)}"


def _shift(node: Shift, speaker: _Speaker) -> str:
    form = "before" if node.seconds < 0 else "after"
    return speaker.form(form, speaker.held(node.moment), speaker.duration(abs(node.seconds)))


def _case(node: Case, speaker: _Speaker) -> str:
    branches = [
        speaker.form("when", _part(each.condition, speaker), speaker.held(each.value)) for each in node.branches
    ]
    if not (isinstance(node.otherwise, Literal) and node.otherwise.value is None):
        branches.append(speaker.form("otherwise", speaker.held(node.otherwise)))
    return ("，" if speaker.words is CHINESE else ", ").join(branches)


def _aggregate(node: Aggregate, speaker: _Speaker) -> str:
    over = AGGREGATES[node.name]
    said = [speaker.held(argument) for argument in node.arguments]
    if node.name == "count":
        form = "distinct" if node.distinct else "rows"
        counted = speaker.phrase(over.phrase, said) if said and not node.distinct else speaker.form(form, *said)
    else:
        counted = speaker.phrase(over.phrase, said)
    return counted if node.where is None else speaker.form("filter", counted, speaker.truth(node.where))


_SAID: dict[type[Node], Callable[[Any, _Speaker], str]] = {
    Literal: lambda node, speaker: _said(node.value, speaker.words),
    Name: _name,
    AsOf: lambda _, speaker: speaker.form("as_of"),
    Convert: _convert,
    Call: _call,
    Arithmetic: _arithmetic,
    Shift: _shift,
    Compare: _condition,
    Between: _condition,
    In: _condition,
    Like: _condition,
    IsNull: _condition,
    And: _group,
    Or: _group,
    Not: _not,
    Case: _case,
    Aggregate: _aggregate,
}
