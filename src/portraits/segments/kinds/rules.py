"""Rule segment: parts by conditions over tags, tried in order."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from portraits.segments.segment import Block, Part, Segment, part_labels
from portraits.vocabulary.errors import Unfit
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import text


class RulePart(Part):
    """A part and the condition that brings a customer into it."""

    when: str


REST = Part(value="other", title=text("All others", "其他客户"))


class RuleSegment(Segment, kind="rules"):
    """The first part whose condition holds; who meets none is in `otherwise`."""

    parts: tuple[RulePart, ...]
    otherwise: Part = REST

    @model_validator(mode="after")
    def _parts_differ(self) -> Self:
        values = [part.value for part in self.named]
        double = next((value for value in values if values.count(value) > 1), None)
        if double is not None:
            raise Unfit(say("two parts have the value '{double}'.", double=double))
        if not self.parts:
            raise Unfit(say("a segment needs at least one part."))
        return self

    def tags(self, name: str) -> dict[str, Block]:
        """One rule tag with a case for each part."""
        why = self.why.model_dump() if self.why.en else self.title.model_dump()
        block: Block = {
            "title": self.title.model_dump(),
            "why": why,
            "group": "value",
            "kind": "rule",
            "cases": [{"when": part.when, "value": part.value} for part in self.parts],
            "otherwise": self.otherwise.value,
            "labels": part_labels(self.named),
        }
        return {self.column(name): block}

    @property
    def named(self) -> tuple[Part, ...]:
        """All parts, the rest last."""
        return (*self.parts, self.otherwise)
