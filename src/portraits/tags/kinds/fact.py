"""Fact: an aggregate over a customer's rows of one table."""

from __future__ import annotations

from portraits.tags import piece
from portraits.tags.tag import Tag
from portraits.vocabulary.window import Window


class Fact(Tag, kind="fact"):
    """A value counted, summed or picked from a customer's rows of one table."""

    table: str
    value: str
    where: str = ""
    within: Window | None = None

    def pieces(self, name: str) -> tuple[piece.Piece, ...]:
        """One aggregate."""
        return (piece.Fact(name, self.table, self.value, self.where, self.within, self.empty),)
