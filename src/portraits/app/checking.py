"""Checking: every fault in a workspace's files, found at once, without loading or building."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from functools import cache
from typing import cast

from portraits.app.data.loading import layout_of, layout_of_part
from portraits.app.definitions import BUILT_IN, Definitions, read_definitions
from portraits.app.identity.key import key_sql
from portraits.engine.batches import Batch, all_batches
from portraits.engine.blocks import Block
from portraits.engine.expressions import Scope, parse
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.sources.mapping import Layout, Mapping, hoped, needed_columns, read_mapping
from portraits.sources.source import Part, Place
from portraits.tags.order import typed
from portraits.vocabulary.errors import DefinitionError, ExpressionError, Fault, PortraitsError, all_known, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.types import Type


def faults(workspace: Workspace) -> list[Fault]:
    """All faults of all files, in the order of files and lines."""
    known, found = read_definitions(workspace)
    return _in_order(
        [*found, *_of_mappings(workspace, known), *_of_customer_key(known), *_of_tags(known), *_of_quality(known)]
    )


def faults_unseen(workspace: Workspace) -> list[Fault]:
    """All faults that can be found without a look at the sources' rows, in the same order."""
    known, found = read_definitions(workspace)
    return _in_order([*found, *_of_customer_key(known), *_of_tags(known), *_of_quality(known)])


def _in_order(found: Sequence[Fault]) -> list[Fault]:
    once = dict.fromkeys(found)
    return sorted(once, key=lambda fault: (fault.file == BUILT_IN, fault.file, fault.line))


def _of_mappings(workspace: Workspace, known: Definitions) -> Iterator[Fault]:
    seen = _Seen(workspace, known)
    for name in known.sources:
        yield from known.faults(f"sources.{name}", _of_source(name, seen, known))
    for name, mapping in known.mappings.items():
        if mapping.source in known.sources:
            yield from known.faults(f"mappings.{name}", _of_mapping(mapping, seen, known))
        elif f"sources.{mapping.source}" not in known.blocks:  # else its own block has the fault
            hint = nearest(mapping.source, known.sources) or say("Write [sources.{name}].", name=mapping.source)
            yield known.blocks[f"mappings.{name}"].fault(
                say("there is no source {source}.", source=mapping.source), "source", hint
            )


def _of_source(name: str, seen: _Seen, known: Definitions) -> Iterator[Fault]:
    """Columns that a source names though no row has them, where there are rows to look at."""
    dates: dict[str, str] = getattr(known.sources[name], "dates", {})
    layout = seen.all(name) if dates else None
    for column in dates if layout else ():
        if layout and column not in layout.columns:
            hint = nearest(column, layout.columns) or all_known(layout.columns)
            yield Fault(
                say("there is no column {column} in the source.", column=column), field=f"dates.{column}", hint=hint
            )


def _of_mapping(mapping: Mapping, seen: _Seen, known: Definitions) -> Iterator[Fault]:
    for name in sorted(needed_columns(mapping, known.mappings.values()) - mapping.columns.keys()):
        hint = say('Write {name} = "<an expression over the source>", or map a source to orders.', name=name)
        yield Fault(say("{table} needs the column {name}.", table=mapping.table, name=name), field="columns", hint=hint)
    wrong = _unreadable(mapping, seen.landed(mapping.source))
    yield from wrong and _unreadable(mapping, seen.all(mapping.source))


def _unreadable(mapping: Mapping, layout: Layout | None) -> tuple[Fault, ...]:
    """Faults of a mapping's expressions; with no row to look at, any name may be a column."""
    try:
        read_mapping(mapping, layout or hoped(Layout({})))
    except DefinitionError as error:
        return error.faults
    return ()


class _Seen:
    """The columns of sources, looked at once: those that were landed, and those that lie ready."""

    def __init__(self, workspace: Workspace, known: Definitions) -> None:
        self._workspace, self._known = workspace, known
        self._batches = self._counting()
        self._ahead = cache(self._first_part)

    def landed(self, source: str) -> Layout | None:
        """What was landed, or lies ready where nothing was."""
        found = self._landed(source)
        return _merged(found) if found else self._ahead(source)

    def all(self, source: str) -> Layout | None:
        """What was landed and what lies ready."""
        ahead = self._ahead(source)
        return _merged([*self._landed(source), *([ahead] if ahead else [])])

    def _landed(self, source: str) -> list[Layout]:
        return [layout_of(batch, self._known) for batch in self._batches if batch.source == source]

    def _counting(self) -> list[Batch]:
        if not (self._workspace.store.exists() or self._known.settings.store):
            return []
        with Store.open(self._workspace.store, self._known.settings.store) as store:
            return [batch for batch in all_batches(store) if batch.counts]

    def _first_part(self, source: str) -> Layout | None:
        """The first part that could be loaded; a source that cannot be reached now has no columns."""
        parts = cast("Generator[Part]", self._known.sources[source].parts(Place(self._workspace.folder)))
        with suppress(PortraitsError), closing(parts):
            part = next(parts, None)
            return layout_of_part(part, self._known, source) if part and part.columns else None
        return None


def _merged(layouts: Sequence[Layout]) -> Layout | None:
    columns = {name: kind for layout in layouts for name, kind in layout.columns.items()}
    return replace(layouts[-1], columns=columns) if layouts else None


def _of_customer_key(known: Definitions) -> Iterator[Fault]:
    try:
        key_sql(known)
    except DefinitionError as error:
        yield from error.faults


def _of_tags(known: Definitions) -> Iterator[Fault]:
    """Faults of tags, and of what is written over them."""
    types, found = typed(known.tags, _unread(known))
    yield from known.placed(found)
    scope = Scope(columns=types, subject=say("tags"))
    for name, audience in known.audiences.items():
        yield from _of_expression(audience.rule, scope, Type.BOOLEAN, known.blocks[f"audiences.{name}"], "rule")
    for name, segment in known.segments.items():
        column = segment.column(name)
        if column not in types:
            yield known.blocks[f"segments.{name}"].fault(
                say("there is no tag {name}.", name=column), "of", nearest(column, types)
            )


def _of_quality(known: Definitions) -> Iterator[Fault]:
    for name, rule in known.quality.items():
        yield from known.faults(f"quality.{name}", rule.faults())


def _unread(known: Definitions) -> dict[str, Type]:
    """Tags that would be there, of any type, if the blocks that make them could be read."""
    tags = (block for block in known.blocks.values() if block.section == "tags" and block.name not in known.tags)
    names = [f"{block.name}{each}" for block in tags for each in ("", "_share", "_entropy")]
    for block in known.blocks.values():
        if block.section == "segments" and block.name not in known.segments:
            names += [f"{block.name}_{each}" for each in _OF_SEGMENTS]
    return dict.fromkeys(names, Type.RAW)


_OF_SEGMENTS = ("segment", "recency", "frequency", "money", "r", "f", "m", "fm", "cell")


def _of_expression(text: str, scope: Scope, expect: Type | None, block: Block, field: str) -> Iterator[Fault]:
    try:
        parse(text, scope, expect)
    except ExpressionError as error:
        yield block.fault(error.what, field, error.hint)
