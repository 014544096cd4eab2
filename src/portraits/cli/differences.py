"""Differences: two runs side by side on a terminal, in the words and units of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from portraits.cli.screen import Screen
from portraits.cli.values import Values
from portraits.vocabulary.tables import TABLES

if TYPE_CHECKING:
    from portraits.app.reading import TagColumn
    from portraits.app.runs.diff import Drift, Move, RunDifference, TagChange
    from portraits.app.segments.segments import SegmentLine
    from portraits.engine.workspace import Workspace

_SHOWN = 20
_EPOCH = date(1970, 1, 1)  # what means and bars of days count from


@dataclass(frozen=True)
class Names:
    """What tags and segments are called, as the published run knows them."""

    values: Values
    tags: Mapping[str, TagColumn]
    segments: Mapping[str, SegmentLine]

    @classmethod
    def of(cls, workspace: Workspace, screen: Screen) -> Self:
        """Those of a workspace."""
        from portraits.app.segments.segments import segments
        from portraits.app.tags.tags import catalogue

        tags = {each.tag.name: each.tag for each in catalogue(workspace).entries}
        return cls(Values.of(workspace, screen), tags, {each.name: each for each in segments(workspace)})

    def tag(self, name: str) -> str:
        """The title of a tag and the name that one types; of one that is gone the name alone."""
        return f"{self.values.screen.value(self.tags[name].title)} ({name})" if name in self.tags else name

    def number(self, name: str, number: float | None) -> str:
        """A mean or a limit of a tag with its unit; those of days are told as days."""
        tag = self.tags.get(name)
        if number is None or tag is None:
            return self.values.screen.value(number)
        found: Any = _EPOCH + timedelta(days=number) if tag.type.temporal else number
        return self.values.tag(tag, found)

    def part(self, segment: str, part: str | None) -> str:
        """A part of a segment by its label."""
        known = self.segments.get(segment)
        return self.values.tag(known.tag, part) if known and part is not None else self.values.screen.value(part)


def write_difference(screen: Screen, names: Names, found: RunDifference) -> None:
    """Customers, tables, tags with the largest drift first, and moves between parts."""
    screen.say("diff", "customers", new=found.new_customers, gone=found.gone_customers)
    if changed := [_table(screen, names, name, *pair) for name, pair in found.rows.items() if _told(name, *pair)]:
        screen.table("diff", ("table", "rows_before", "rows_after", "change"), changed)
    for key, gone in (("added", found.added_tags), ("removed", found.removed_tags)):
        if gone:
            screen.say("diff", key, names=", ".join(map(names.tag, gone)))
    drifted = [_drifted(names, each) for each in found.tags if each.stability]
    columns = ("tag", "coverage_before", "coverage_after", "mean_before", "mean_after", "stability", "level")
    if drifted:
        screen.table("diff", columns, drifted[:_SHOWN])
    else:
        screen.say("diff", "alike")
    moved = [_moved(screen, names, each) for each in found.moves if each.before != each.after]
    if moved:
        screen.table("diff", ("segment", "from", "to", "moved"), moved[:_SHOWN])


def write_drift(screen: Screen, names: Names, found: Drift) -> None:
    """One tag in both runs: how far it drifted, and its bars."""
    change = found.change
    tag, level = names.tag(change.tag), _level(names, change)
    screen.say("diff", "drifted", tag=tag, index=change.stability, level=level)
    bars = [(_bar(screen, names, found, value), *counts) for value, *counts in found.bars]
    if bars:
        screen.table("diff", ("bar", "customers_before", "customers_after"), bars)


def _told(name: str, before: int, after: int) -> bool:
    """Whether a table changed and is one that people know."""
    return before != after and (name in TABLES or name == "customers")


def _table(screen: Screen, names: Names, name: str, before: int, after: int) -> tuple[object, ...]:
    title = screen.value(TABLES[name].title) if name in TABLES else names.values.word("runs", name)
    return title, before, after, after - before


def _drifted(names: Names, change: TagChange) -> tuple[object, ...]:
    covered = (f"{share:.0%}" for share in (change.coverage_before, change.coverage_after))
    means = (names.number(change.tag, mean) for mean in (change.mean_before, change.mean_after))
    return names.tag(change.tag), *covered, *means, change.stability, _level(names, change)


def _level(names: Names, change: TagChange) -> str:
    return names.values.word("drift.levels", change.level.split()[0]) if change.level else ""


def _moved(screen: Screen, names: Names, move: Move) -> tuple[object, ...]:
    known = names.segments.get(move.segment)
    title = screen.value(known.title) if known else move.segment
    return title, names.part(move.segment, move.before), names.part(move.segment, move.after), move.customers


def _bar(screen: Screen, names: Names, found: Drift, value: Any) -> str:
    """A value by its label, or the values up to a limit."""
    counted = found.kind.numeric or found.kind.temporal
    if value is None:
        return names.values.word("drift", "above" if counted else "rest")
    if counted:
        return screen.words("diff", "upto", value=names.number(found.change.tag, float(value)))
    tag = names.tags.get(found.change.tag)
    return names.values.tag(tag, value) if tag else screen.value(value)
