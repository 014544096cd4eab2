"""Segments: the partitions of a workspace, what their parts mean, and who and how much money is in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.reading import Reading, Row, TagColumn, defined, reading
from portraits.engine.warehouse import quote
from portraits.engine.workspace import Workspace
from portraits.segments.grid import cell_parts, grid_sql
from portraits.segments.kinds.rfm import RfmSegment
from portraits.segments.members import parts_sql
from portraits.segments.segment import Part, Segment
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.text import Text

SPENT = ("rfm_money", "spend_365d", "spend_all")  # what counts as money where a segment has none of its own


@dataclass(frozen=True)
class SegmentLine:
    """A segment: the tag that holds its parts, and how many of all customers are in one."""

    name: str
    kind: str
    title: Text
    why: Text
    tag: TagColumn
    parts: int
    customers: int
    base: int

    @property
    def share(self) -> float:
        """The share of all customers that are in a part."""
        return self.customers / self.base if self.base else 0.0


@dataclass(frozen=True)
class PartLine:
    """A part: what it is, what to do with it, who is in it; shares are of those in any part."""

    value: str
    title: Text
    meaning: Text
    action: Text
    customers: int
    share: float
    money: Any
    money_share: float | None


@dataclass(frozen=True)
class SegmentView:
    """One segment with its parts; `money` is the tag that is summed, None where there is none."""

    line: SegmentLine
    money: TagColumn | None
    parts: tuple[PartLine, ...]
    as_of: datetime
    run: int


@dataclass(frozen=True)
class Cell:
    """A cell of the grid: its two scores, the part it belongs to, and who is in it."""

    r: int
    score: int
    part: str
    customers: int
    share: float
    money: Any
    mean_money: Any


@dataclass(frozen=True)
class GridView:
    """Recency against frequency and money together; cells from the best recency down."""

    name: str
    title: Text
    into: int
    titles: Mapping[str, Text]
    money: TagColumn
    cells: tuple[Cell, ...]
    as_of: datetime
    run: int


def segments(workspace: Workspace) -> list[SegmentLine]:
    """The segments that the published run holds."""
    known = defined(workspace).segments
    with reading(workspace) as run:
        return [_line(run, name, each) for name, each in known.items() if each.column(name) in run.tags]


def segment(workspace: Workspace, name: str) -> SegmentView:
    """One segment with all its parts, empty ones too; NotFound names the nearest segment."""
    with reading(workspace) as run:
        found = _found(workspace, run, name)
        column, money = run.tag(found.column(name)), _money(run, name)
        # Without a tag that holds money something must be summed; nobody is shown it.
        rows = run.rows(parts_sql(column.name, money.name if money else "customer"))
        return SegmentView(
            line=_line(run, name, found),
            money=money,
            parts=tuple(_parts(found, column, {row[0]: row for row in rows}, money)),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def grid(workspace: Workspace, name: str = "rfm") -> GridView:
    """The grid of an RFM segment; NotFound where the segment is of another kind."""
    with reading(workspace) as run:
        found = _found(workspace, run, name)
        if not isinstance(found, RfmSegment):
            raise NotFound(f"The segment {name} has no grid.", "Segments of the kind rfm have one.")
        parts = cell_parts(found)
        cells = (Cell(r, score, parts[r, score], *rest) for r, score, *rest in run.rows(grid_sql(name, found.into)))
        return GridView(
            name=name,
            title=found.title,
            into=found.into,
            titles={part.value: part.title for part in found.named},
            money=run.tag(f"{name}_money"),
            cells=tuple(cells),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _found(workspace: Workspace, run: Reading, name: str) -> Segment:
    known = defined(workspace).segments
    if name not in known:
        raise NotFound(f"There is no segment {name}.", nearest(name, known) or f"Known: {', '.join(known)}.")
    if known[name].column(name) not in run.tags:
        raise NotFound(f"The published run does not hold the segment {name}.", "Run `portraits build`.")
    return known[name]


def _line(run: Reading, name: str, each: Segment) -> SegmentLine:
    column = run.tag(each.column(name))
    part = quote(column.name)
    parts, customers, base = run.rows(f"SELECT count(DISTINCT {part}), count({part}), count(*) FROM portrait")[0]
    named = len(each.named) or parts
    return SegmentLine(name, each.kind, each.title, each.why, column, max(named, parts), customers, base)


def _money(run: Reading, name: str) -> TagColumn | None:
    chosen = next((each for each in (f"{name}_money", *SPENT) if each in run.tags), None)
    return run.tags[chosen] if chosen else None


def _parts(found: Segment, column: TagColumn, rows: Mapping[str, Row], money: TagColumn | None) -> Iterator[PartLine]:
    """The parts somebody named in their order, then those that only the data has."""
    named = {part.value: part for part in found.named}
    for value in dict.fromkeys((*named, *rows)):
        part = named.get(value) or Part(value=value, title=column.label(value) or Text(en=value, zh=value))
        _, customers, share, amount, money_share = rows.get(value, (value, 0, 0.0, 0, 0.0))
        earned = (amount, money_share) if money else (None, None)
        yield PartLine(value, part.title, part.meaning, part.action, customers, share, *earned)
