"""Lineage map: where a tag comes from and where it goes, as boxes and lines with places."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portraits.app.tags.tagpage import TagPage
from portraits.web.page import Page

WIDTH, HEIGHT = 190, 36  # of a box
APART, BELOW = 70, 12  # between boxes
MOST = 8  # boxes of a column; the rest is one that says how many
_ROOM = 24  # half-width characters in a box


@dataclass(frozen=True)
class Box:
    """A box with its text; `href` is empty where there is no page of it."""

    key: str
    kind: str
    text: str
    whole: str
    href: str
    x: int
    y: int

    @property
    def middle(self) -> int:
        """Half its height."""
        return self.y + HEIGHT // 2


@dataclass(frozen=True)
class LineageMap:
    """The boxes and the lines between them, as paths of a drawing of this size."""

    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    width: int
    height: int


def lineage_map(page: Page, view: TagPage) -> LineageMap:
    """The lineage of a tag: tables, the tags it is made of, itself, and what is made of it."""
    found = view.lineage
    columns = [
        [("tables", name) for name in found.tables],
        [("tags", name) for name in found.tags],
        [("this", view.tag.name)],
        [
            *(("tags", name) for name in found.used_by_tags),
            *(("segments", name) for name in found.used_by_segments),
            *(("audiences", name) for name in found.used_by_audiences),
        ],
    ]
    kept = [column for column in columns if column]
    tallest = max(min(len(column), MOST + 1) for column in kept)
    height = tallest * (HEIGHT + BELOW) - BELOW
    boxes = tuple(box for place, column in enumerate(kept) for box in _column(page, view, column, place, height))
    width = len(kept) * (WIDTH + APART) - APART
    return LineageMap(boxes, tuple(_lines(view, boxes)), width, height)


def _column(page: Page, view: TagPage, column: Sequence[tuple[str, str]], place: int, height: int) -> Iterator[Box]:
    shown = column if len(column) <= MOST + 1 else column[:MOST]
    count = len(shown) + (len(shown) < len(column))
    top, x = (height - (count * (HEIGHT + BELOW) - BELOW)) // 2, place * (WIDTH + APART)
    for number, (kind, name) in enumerate(shown):
        title = view.tag.title if kind == "this" else view.titles[f"{kind}.{name}"]
        text = page.text(title)
        y = top + number * (HEIGHT + BELOW)
        yield Box(f"{kind}.{name}", kind, _short(text), f"{text} ({name})", _href(kind, name), x, y)
    if len(shown) < len(column):
        text = page.t("tag.more", n=len(column) - len(shown))
        yield Box(f"more.{place}", "more", text, text, "", x, top + len(shown) * (HEIGHT + BELOW))


def _href(kind: str, name: str) -> str:
    return f"/{kind}/{name}" if kind in ("tags", "segments", "audiences") else ""


def _lines(view: TagPage, boxes: Sequence[Box]) -> Iterator[str]:
    """A line from each box to those that are made of it."""
    this = next(box for box in boxes if box.kind == "this")
    before = [box for box in boxes if box.x < this.x]
    inputs = [box for box in before if box.key.removeprefix("tags.") in view.sources and box.kind == "tags"]
    tables = [box for box in before if box.kind == "tables"]
    fed = {table for box in inputs for table in view.sources[box.key.removeprefix("tags.")]}
    for table in tables:
        name = table.key.removeprefix("tables.")
        goes = [box for box in inputs if name in view.sources[box.key.removeprefix("tags.")]]
        yield from (_line(table, box) for box in goes or ([this] if name not in fed else []))
    yield from (_line(box, this) for box in inputs)
    yield from (_line(this, box) for box in boxes if box.x > this.x)


def _line(left: Box, right: Box) -> str:
    start, end = left.x + WIDTH, right.x
    bend = (start + end) // 2
    return f"M{start} {left.middle}C{bend} {left.middle} {bend} {right.middle} {end} {right.middle}"


def _short(text: str) -> str:
    """As much of a text as a box has room for; a Chinese character takes the room of two."""
    room, kept = _ROOM, ""
    for character in text:
        room -= 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if room < 0:
            return f"{kept.rstrip()}…"
        kept += character
    return kept
