"""Mappings: how a source's rows become rows of a table, looked at, tried and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from portraits.app.data.loading import layout_of
from portraits.app.data.trial import Seen, Trial, tried
from portraits.app.definitions import Definitions, read_definitions
from portraits.app.editing import fingerprint, write_block
from portraits.app.store import store
from portraits.engine.batches import Batch, all_batches
from portraits.engine.landing import rows_file
from portraits.engine.workspace import Workspace
from portraits.sources.mapping import PROVENANCE, Layout, hoped
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column, Table
from portraits.vocabulary.types import Type


@dataclass(frozen=True)
class MappingLine:
    """One column of the table: its expression, empty where there is none, and values it gives."""

    column: Column
    expression: str


@dataclass(frozen=True)
class MappingView:
    """A mapping as it is written: its table, its columns, the source's columns, and what is wrong."""

    name: str
    source: str
    table: Table
    lines: tuple[MappingLine, ...]
    where: str
    time_zone: str
    columns: tuple[tuple[str, str], ...]  # of the source: name and type
    rows: int  # landed rows that the expressions were tried on
    trial: Trial
    mark: str  # what changes when the block does

    def with_trial(self, trial: Trial) -> MappingView:
        """The same with what came of trying other expressions."""
        return replace(self, trial=trial)


def mapping_view(workspace: Workspace, name: str, *, now: datetime) -> MappingView:
    """A mapping with samples and faults of each of its expressions."""
    known, _ = read_definitions(Workspace(workspace.folder))
    mapping = _mapping(known, name)
    seen, rows = _seen(workspace, known, mapping.source, now)
    free = (column for column in mapping.target.columns if column.name not in PROVENANCE)
    lines = tuple(
        MappingLine(column, mapping.columns.get(column.name, "")) for column in free if _shown(column, mapping)
    )
    return MappingView(
        name=name,
        source=mapping.source,
        table=mapping.target,
        lines=lines,
        where=mapping.where,
        time_zone=mapping.time_zone or "",
        columns=tuple((each, str(kind)) for each, kind in seen.layout.columns.items()),
        rows=rows,
        trial=tried(mapping.table, mapping.columns, mapping.where, seen) if rows else Trial(),
        mark=fingerprint(workspace, "mappings", name),
    )


def try_mapping(
    workspace: Workspace, name: str, columns: Mapping[str, str], where: str = "", *, now: datetime
) -> Trial:
    """Hold changed expressions of a mapping against the source's rows; nothing is saved."""
    known, _ = read_definitions(Workspace(workspace.folder))
    mapping = _mapping(known, name)
    seen, rows = _seen(workspace, known, mapping.source, now)
    said = {column: written for column, written in columns.items() if written.strip()}
    return tried(mapping.table, said, where, seen) if rows else Trial()


def save_mapping(
    workspace: Workspace,
    name: str,
    columns: Mapping[str, str],
    where: str = "",
    *,
    mark: str | None = None,
    actor: str,
    now: datetime,
) -> Path:
    """Write a mapping's expressions into its file, comments kept; DefinitionError lists what is wrong.

    Args:
        workspace: whose mapping.
        name: of the mapping.
        columns: canonical column -> expression; an empty one is not mapped.
        where: the condition on the rows, empty for all.
        mark: the mark of the mapping as the person saw it; Busy where it has changed since.
        actor: who changes it.
        now: the present moment, with its zone.
    """
    known, _ = read_definitions(Workspace(workspace.folder))
    before = known.blocks[f"mappings.{name}"].values if _mapping(known, name) else {}
    said = {column: written.strip() for column, written in columns.items() if written.strip()}
    changed = {**before, "columns": said, "where": where.strip() or None}
    return write_block(workspace, "mappings", name, changed, actor=actor, now=now, seen=mark)


def _mapping(known: Definitions, name: str) -> SourceMapping:
    if name not in known.mappings:
        raise NotFound(say("There is no mapping {name}.", name=name), nearest(name, known.mappings))
    return known.mappings[name]


def _shown(column: Column, mapping: SourceMapping) -> bool:
    """Open columns take what no other does; they are shown where somebody wrote an expression."""
    return column.type is not Type.JSON or column.name in mapping.columns


def _seen(workspace: Workspace, known: Definitions, source: str, now: datetime) -> tuple[Seen, int]:
    """The newest landed rows of a source and how many there are; without rows, any name may be a column."""
    with store(workspace) as opened:
        counting: list[Batch] = [each for each in all_batches(opened, source) if each.counts and each.rows_landed]
    at = known.settings.here(now)
    if not counting:
        return Seen((), hoped(Layout({})), known.settings, at), 0
    newest = counting[-1]
    alike = [each for each in counting if each.columns == newest.columns][-3:]
    files = tuple(rows_file(workspace, source, each.name) for each in alike)
    return Seen(files, layout_of(newest, known), known.settings, at), sum(each.rows_landed for each in alike)
