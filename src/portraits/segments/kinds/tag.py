"""Tag segment: the customers parted by the values of one tag they already have."""

from __future__ import annotations

from portraits.segments.segment import Block, Part, Segment


class TagSegment(Segment, kind="tag"):
    """One part for each value of the tag `of`; `parts` may name some and say what to do."""

    of: str
    parts: tuple[Part, ...] = ()

    def tags(self, name: str) -> dict[str, Block]:
        """None: the tag is there already."""
        return {}

    def column(self, name: str) -> str:
        """The tag itself."""
        return self.of

    @property
    def named(self) -> tuple[Part, ...]:
        """The parts somebody wrote down."""
        return self.parts
