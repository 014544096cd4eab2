"""Paging: a long list shown a page at a time."""

from __future__ import annotations

from typing import Protocol


class Counted(Protocol):
    """What knows how many there are in all, and how many of them stand on a page."""

    @property
    def total(self) -> int:
        """How many there are."""

    @property
    def size(self) -> int:
        """How many stand on a page."""


class Paged:
    """A page of something with `total` and `size`."""

    @property
    def pages(self: Counted) -> int:
        """How many pages there are, at least one."""
        return pages(self.total, self.size)


def pages(total: int, size: int) -> int:
    """How many pages so many make, at least one."""
    return max(1, -(-total // size))


def within(page: int, total: int, size: int) -> int:
    """The page that is asked for, or the nearest there is; the first is 1."""
    return min(max(page, 1), pages(total, size))
