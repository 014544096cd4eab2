"""Segment: a partition of the customers into named parts, written as a TOML block."""

from __future__ import annotations

from typing import Any

from portraits.vocabulary.definition import Definition
from portraits.vocabulary.families import Family
from portraits.vocabulary.text import Text, text

NOTHING = text("", "")

Block = dict[str, Any]


class Part(Definition):
    """One named part of a segment: what it is, and what to do with it."""

    value: str
    title: Text
    meaning: Text = NOTHING
    action: Text = NOTHING


class Segment(Family):
    """What every segment says about itself; its kind says who belongs to which part.

    A kind is a subclass with a class keyword and one method, `tags`. The customers' parts are
    the values of one tag, `column`, so a segment can be used in every condition.
    """

    title: Text
    why: Text = NOTHING
    owner: str = ""

    def tags(self, name: str) -> dict[str, Block]:
        """The tag blocks that a segment of this name is made of."""
        raise TypeError(f"The kind {self.kind} does not say which tags it is made of.")

    def column(self, name: str) -> str:
        """The tag whose values are the parts."""
        return f"{name}_segment"

    @property
    def named(self) -> tuple[Part, ...]:
        """The parts that are known by name, in their order."""
        return ()


def part_labels(parts: tuple[Part, ...]) -> dict[str, Block]:
    """The labels of a tag whose values are parts."""
    return {part.value: part.title.model_dump() for part in parts}
