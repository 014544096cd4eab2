"""Rank: a score by where a customer stands among all customers."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from portraits.tags import piece
from portraits.tags.tag import Group, Tag
from portraits.vocabulary.errors import Unfit
from portraits.vocabulary.phrase import say


class Rank(Tag, kind="rank"):
    """A score from 1 to `into` by stored cut points; equal values get equal scores."""

    group: Group = "value"
    of: str
    into: Annotated[int, Field(ge=2, le=100)] = 5
    order: Literal["ascending", "descending"] = "ascending"
    where: str = ""
    cuts: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _cuts_fit(self) -> Self:
        if not self.cuts:
            return self
        if len(self.cuts) != self.into - 1:
            raise Unfit(
                say(
                    "{into} scores need {needed} cuts, not {n}.", into=self.into, needed=self.into - 1, n=len(self.cuts)
                )
            )
        if list(self.cuts) != sorted(set(self.cuts), reverse=self.order == "descending"):
            raise Unfit(say("cuts go from score 2 upwards: rising where ascending, falling where descending."))
        return self

    def pieces(self, name: str) -> tuple[piece.Piece, ...]:
        """One score."""
        return (piece.Ranked(name, self.of, self.into, self.order, self.where, self.cuts),)
