"""Lineage: what a tag is made of, down to the columns of the tables, and what is made of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from portraits.app.definitions import Definitions
from portraits.app.reading import defined, readable
from portraits.engine.expressions import Scope, parse
from portraits.engine.workspace import Workspace
from portraits.segments.segment import Segment
from portraits.tags.order import Entry
from portraits.tags.origins import origins, tables_of
from portraits.vocabulary.errors import DefinitionError, NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type


@dataclass(frozen=True)
class Lineage:
    """Where the value of a tag comes from, and where it goes.

    `columns` (`orders.amount`) and their `tables` are those that reach it through all the tags it
    is made of; `tags` are the ones it is computed from itself, `used_by_tags` the ones computed
    from it. All are in the order of their names.
    """

    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    used_by_tags: tuple[str, ...] = ()
    used_by_audiences: tuple[str, ...] = ()
    used_by_segments: tuple[str, ...] = ()


def lineage(workspace: Workspace, name: str) -> Lineage:
    """The lineage of a tag as it is defined now, built or not; NotFound names the nearest tag.

    What has a fault of its own is left out of it.
    """
    known = defined(workspace)
    entries = readable(known.tags)
    if name not in entries:
        raise NotFound(say("There is no tag {name}.", name=name), nearest(name, entries))
    return lineage_of(name, known, entries)


def lineage_of(name: str, known: Definitions, entries: Mapping[str, Entry]) -> Lineage:
    """The lineage of a tag among those that are given; empty for one that nothing defines any more."""
    if name not in entries:
        return Lineage()
    columns = origins(name, entries)
    return Lineage(
        tables=tuple(sorted(tables_of(name, entries))),
        columns=tuple(sorted(f"{table}.{column}" for table, column in columns)),
        tags=tuple(sorted(entries[name].uses)),
        used_by_tags=tuple(sorted(each.name for each in entries.values() if name in each.uses)),
        used_by_audiences=tuple(sorted(_audiences(name, known, entries))),
        used_by_segments=tuple(sorted(_segments(name, known.segments, entries))),
    )


def _audiences(name: str, known: Definitions, entries: Mapping[str, Entry]) -> Iterator[str]:
    scope = Scope(columns={tag: entry.type for tag, entry in entries.items()}, subject=say("tags"))
    for audience, each in known.audiences.items():
        try:
            if name in parse(each.rule, scope, Type.BOOLEAN).names:
                yield audience
        except DefinitionError:
            continue


def _segments(name: str, segments: Mapping[str, Segment], entries: Mapping[str, Entry]) -> Iterator[str]:
    """The segments whose parts are this tag, or that are made of it."""
    for segment, each in segments.items():
        own = {each.column(segment), *each.tags(segment)}
        if name in own or any(name in entries[tag].uses for tag in own & entries.keys()):
            yield segment
