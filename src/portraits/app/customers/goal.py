"""Goal: which tags tell most about what the portraits of a workspace are for."""

from __future__ import annotations

from collections.abc import Iterator

from portraits.app.reading import Reading, TagColumn
from portraits.tags.packs import catalogue, emphasis


def telling(run: Reading) -> tuple[TagColumn, ...]:
    """The tags of this run that its packs name for the goal, in the packs' order."""
    packs = [name for name in run.settings.packs if name in catalogue()]
    return tuple(run.tags[name] for name in emphasis(packs, run.settings.goal) if name in run.tags)


def goal_first(run: Reading) -> Iterator[TagColumn]:
    """All tags of this run, those of the goal before the others."""
    first = telling(run)
    names = {tag.name for tag in first}
    yield from first
    yield from (tag for tag in run.tags.values() if tag.name not in names)
