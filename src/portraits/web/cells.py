"""Cells: a table whose cells are coloured by their numbers, each leading to exactly its customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from portraits.web.page import address

LEVELS = 8  # shades of the one hue


@dataclass(frozen=True)
class Shade:
    """One cell: what stands in it, its shade from 0 (nothing) to 8, and where it leads."""

    text: str
    detail: str
    level: int
    label: str  # for who hears the page
    rule: str
    build: str  # what the link to a new audience is called
    part: str = ""
    hue: int = 0

    @property
    def customers(self) -> str:
        """The list of exactly its customers."""
        return customers_path(self.rule)

    @property
    def audience(self) -> str:
        """A new audience of exactly its customers."""
        return audience_path(self.rule)


@dataclass(frozen=True)
class Shades:
    """A table of such cells with its heads; `ends` are the totals of the rows, `feet` those of the columns."""

    id: str
    title: str
    about: str
    corner: str
    heads: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Shade]]]
    end: str = ""
    ends: Sequence[str] = ()
    feet: Sequence[str] = ()

    def spec(self) -> dict[str, Any]:
        """The same as a table of texts, for a file."""
        return {"kind": "cells", "about": self.about, "table": list(self._lines())}

    def _lines(self) -> Iterator[list[str]]:
        yield [self.corner, *self.heads, *([self.end] if self.ends else [])]
        for number, (head, row) in enumerate(self.rows):
            texts = [f"{cell.text} ({cell.detail})" if cell.detail else cell.text for cell in row]
            yield [head, *texts, *([self.ends[number]] if self.ends else [])]
        if self.feet:
            yield [self.end, *self.feet]


def level(value: float | None, most: float, least: float = 0.0) -> int:
    """The shade of a number between the least and the most; 0 for none, at least 1 for any other."""
    if value is None or most <= least or value <= least:
        return 0 if value is None or value <= 0 else 1
    return max(1, round(LEVELS * (value - least) / (most - least)))


def customers_path(rule: str) -> str:
    """The list of the customers that a rule chooses."""
    return address("/customers", {"rule": rule})


def audience_path(rule: str) -> str:
    """The page that makes an audience of a rule."""
    return address("/audiences/new", {"rule": rule})
