"""Tag: one named, typed value about a customer, written as a TOML block."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from portraits.tags.piece import Piece
from portraits.vocabulary.families import Family
from portraits.vocabulary.text import Text
from portraits.vocabulary.types import Type

RESERVED = frozenset({"customer", "customer_id", "as_of"})

Group = Literal["natural", "behaviour", "interest", "consumption", "social", "credit", "interaction", "value", "risk"]
Value = StrictBool | StrictInt | StrictFloat | StrictStr | datetime | date


class Tag(Family):
    """What every tag says about itself; its kind says how the value is made.

    A kind is a subclass with a class keyword and one method, `pieces`.
    """

    title: Text
    why: Text | None = None
    group: Group = "behaviour"
    owner: str = ""
    unit: str = ""
    type: Type | None = None
    empty: Value | None = None
    labels: Mapping[str, Text] = Field(default_factory=dict)
    retired: bool = False

    def pieces(self, name: str) -> tuple[Piece, ...]:
        """The columns of the portrait that a tag of this name makes, itself first."""
        raise TypeError(f"The kind {self.kind} does not say how its value is made.")
