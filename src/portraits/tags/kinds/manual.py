"""Manual: a value that people put on customers by hand."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from portraits.tags import piece
from portraits.tags.tag import Tag
from portraits.vocabulary.errors import Unfit
from portraits.vocabulary.phrase import listed, say
from portraits.vocabulary.types import Type

POSSIBLE = (Type.TEXT, Type.INTEGER, Type.NUMBER, Type.MONEY, Type.BOOLEAN, Type.DATE)


class Manual(Tag, kind="manual"):
    """A value put on customers by hand or from a list; where `labels` are written, one of these."""

    type: Type = Type.TEXT

    @model_validator(mode="after")
    def _can_be_said(self) -> Self:
        if self.type not in POSSIBLE:
            raise Unfit(say("a person can say {types}.", types=listed(each.word for each in POSSIBLE)))
        return self

    def pieces(self, name: str) -> tuple[piece.Piece, ...]:
        """One stated value."""
        return (piece.Stated(name, self.type),)
