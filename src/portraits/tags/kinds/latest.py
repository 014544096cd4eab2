"""Latest: the newest known value of a column among a customer's records."""

from __future__ import annotations

from portraits.tags import piece
from portraits.tags.tag import Group, Tag

# What people state about themselves may be wrong or wished for; what a system saw happen is
# rarely so. The distance only has to keep the order: a stated value never outweighs a seen one.
STATED = 0.7
OBSERVED = 0.9


class Latest(Tag, kind="latest"):
    """The newest known value of a column; what other records say is kept as evidence."""

    group: Group = "natural"
    column: str
    table: str = "people"
    stated: bool = False

    def pieces(self, name: str) -> tuple[piece.Piece, ...]:
        """One newest value."""
        return (piece.Latest(name, self.column, self.table, STATED if self.stated else OBSERVED),)
