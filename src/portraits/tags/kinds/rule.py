"""Rule: a value that follows from other tags of the same customer."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from portraits.tags import piece
from portraits.tags.tag import Group, Tag, Value
from portraits.vocabulary.definition import Definition
from portraits.vocabulary.errors import Unfit
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text


class Case(Definition):
    """One condition, the value it gives, and how that value is called."""

    when: str
    value: Value
    label: Text | None = None


class Rule(Tag, kind="rule"):
    """A condition (`when`), a computed value (`value`), or the first case that holds (`cases`)."""

    group: Group = "value"
    when: str = ""
    value: str = ""
    cases: tuple[Case, ...] = ()
    otherwise: Value | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(map(bool, (self.when, self.value, self.cases))) != 1:
            raise Unfit(say("a rule has exactly one of when, value and cases."))
        if self.otherwise is not None and not self.cases:
            raise Unfit(say("otherwise goes with cases."))
        return self

    def pieces(self, name: str) -> tuple[piece.Piece, ...]:
        """One derived value."""
        if self.cases:
            cases = tuple(piece.Case(case.when, case.value) for case in self.cases)
            return (piece.Chosen(name, cases, self.otherwise),)
        if self.when:
            return (piece.Condition(name, self.when),)
        return (piece.Derived(name, self.value),)
