"""Changes: what is different since the run before: customers, parts of segments, tags that drifted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portraits.app.reading import Reading, TagColumn, defined
from portraits.app.runs.diff import RunDifference, TagChange, diff
from portraits.engine.runs import RunInfo, generations, root
from portraits.engine.workspace import Workspace
from portraits.tags.drift import Level
from portraits.vocabulary.text import Text

SHOWN_TAGS, SHOWN_MOVES = 5, 6
MOST_CUSTOMERS = 300_000  # comparing larger runs takes longer than anybody waits for a first page


@dataclass(frozen=True)
class TagDrift:
    """A tag whose values are spread in another way than before."""

    tag: TagColumn
    level: Level
    stability: float


@dataclass(frozen=True)
class Gone:
    """Customers who went from one part of a segment to another; no text where they were or are in none."""

    segment: str
    title: Text
    before: Text | None
    after: Text | None
    customers: int


@dataclass(frozen=True)
class Changes:
    """What changed from the run before; nothing but the runs where they are too large to compare at once."""

    before: RunInfo
    after: RunInfo
    compared: bool
    new: int = 0
    left: int = 0
    added_tags: tuple[str, ...] = ()
    drifts: tuple[TagDrift, ...] = ()
    drifted: int = 0  # how many there are, shown or not
    moves: tuple[Gone, ...] = ()
    moved: int = 0

    @property
    def nothing(self) -> bool:
        """Whether the runs tell the same."""
        return self.compared and not (self.new or self.left or self.added_tags or self.drifted or self.moved)


def changes(workspace: Workspace, run: Reading) -> Changes | None:
    """What changed since the run before the published one; None where there is none."""
    now = run.run.info
    before = next((info for info in generations(workspace) if info.number < root(now)), None)
    if before is None:
        return None
    if max(_customers(before), _customers(now)) > MOST_CUSTOMERS:
        return Changes(before, now, compared=False)
    found = _compared(workspace.folder.resolve(), before.number, now.number, now.created_at.isoformat())
    drifted = list(_drifts(run, found.tags))
    moved = [each for each in found.moves if each.before != each.after]
    return Changes(
        before,
        now,
        compared=True,
        new=found.new_customers,
        left=found.gone_customers,
        added_tags=found.added_tags,
        drifts=tuple(drifted[:SHOWN_TAGS]),
        drifted=len(drifted),
        moves=tuple(_moves(workspace, run, found))[:SHOWN_MOVES],
        moved=sum(each.customers for each in moved if each.before and each.after),
    )


def _customers(info: RunInfo) -> int:
    return info.rows.get("portrait", 0)


@lru_cache(maxsize=8)
def _compared(folder: Path, before: int, after: int, built: str) -> RunDifference:
    """Two runs compared once: they never change."""
    return diff(Workspace(folder), before, after)


def _drifts(run: Reading, found: tuple[TagChange, ...]) -> Iterator[TagDrift]:
    for each in found:
        if each.level not in (None, "stable") and each.tag in run.tags and each.stability is not None:
            yield TagDrift(run.tags[each.tag], each.level or "moved", each.stability)


def _moves(workspace: Workspace, run: Reading, found: RunDifference) -> Iterator[Gone]:
    """Moves between named parts, the largest first; who came or went is counted with the customers."""
    segments = defined(workspace).segments
    for each in sorted(found.moves, key=lambda move: -move.customers):
        segment = segments.get(each.segment)
        if segment and each.before and each.after and each.before != each.after:
            tag = run.tags.get(segment.column(each.segment))
            ends = (_part(tag, each.before), _part(tag, each.after))
            yield Gone(each.segment, segment.title, *ends, each.customers)


def _part(tag: TagColumn | None, value: str) -> Text:
    return (tag.label(value) if tag else None) or Text(en=value, zh=value)
