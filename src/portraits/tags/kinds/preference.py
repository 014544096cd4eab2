"""Preference: what a customer chooses most, how clearly, and how varied the choice is."""

from __future__ import annotations

from portraits.tags import piece
from portraits.tags.tag import Group, Tag
from portraits.vocabulary.text import Text, text
from portraits.vocabulary.window import Window


class Preference(Tag, kind="preference"):
    """The favourite by rows (`by = "count"`) or by an amount, with `<name>_share` and `<name>_entropy`."""

    group: Group = "interest"
    table: str
    of: str
    by: str = "count"
    where: str = ""
    within: Window | None = None

    def pieces(self, name: str) -> tuple[piece.Piece, ...]:
        """The favourite, its share and the entropy of all shares."""
        weight = "" if self.by == "count" else self.by

        def favourite(tag: str, measure: piece.Measure, title: Text | None) -> piece.Favourite:
            return piece.Favourite(tag, self.table, self.of, measure, weight, self.where, self.within, title)

        share = text(f"{self.title.en}: share", f"{self.title.zh}占比")
        entropy = text(f"{self.title.en}: variety", f"{self.title.zh}分散度")
        return (
            favourite(name, "value", None),
            favourite(f"{name}_share", "share", share),
            favourite(f"{name}_entropy", "entropy", entropy),
        )
