"""Standing: how each source stands: how fresh, how many rows, what was rejected, whether it is mapped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from portraits.app.data.loading import mappings_of
from portraits.app.data.mending import open_rejects
from portraits.app.data.sources import newest_of
from portraits.app.definitions import Definitions, read_definitions
from portraits.app.paging import pages, within
from portraits.app.reading import defined
from portraits.app.store import store
from portraits.engine.batches import Batch, all_batches
from portraits.engine.workspace import Workspace
from portraits.sources.rejects import Reject
from portraits.sources.source import Source
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.text import Text

# How far a source is: its mapping has faults; no mapping makes a table of it; nothing was loaded; it
# is all right; or it is no longer defined though rows of it count.
State = Literal["faulty", "unmapped", "empty", "loaded", "gone"]
SHOWN = 50  # rejected rows a page


@dataclass(frozen=True)
class Link:
    """A mapping of a source, and the table that it makes."""

    name: str
    table: str
    faults: int = 0


@dataclass(frozen=True)
class SourceLine:
    """A source from afar: `rows` count now, `rejected` are not mended yet, `last` is its newest batch."""

    name: str
    kind: str
    place: str
    title: Text | None
    state: State
    links: tuple[Link, ...]
    batches: int
    rows: int
    rejected: int
    last: Batch | None
    days: int | None  # since something was loaded


@dataclass(frozen=True)
class SourceView:
    """One source: its line, its batches, newest first, the newest moment its rows tell of, its faults."""

    line: SourceLine
    batches: tuple[BatchLine, ...]
    newest: datetime | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class BatchLine:
    """A batch, whether it counts, and how many of its rejected rows wait to be mended."""

    batch: Batch
    state: Literal["loaded", "replaced", "undone"]
    waiting: int


@dataclass(frozen=True)
class BatchView:
    """One batch with a page of its rejected rows, its replays and the batches whose place it took."""

    line: BatchLine
    rejects: tuple[Reject, ...]
    page: int
    pages: int
    replays: tuple[BatchLine, ...] = ()
    replaced: tuple[int, ...] = ()
    known: bool = field(default=True)  # whether its source is still defined


def standing(workspace: Workspace, *, now: datetime) -> list[SourceLine]:
    """How every source stands; sources that are gone though their rows count come last."""
    known, faults = _known(workspace)
    with store(workspace) as opened:
        every = all_batches(opened)
    at = known.settings.here(now)
    lines = [_line(name, known, faults, every, at) for name in known.sources]
    gone = dict.fromkeys(each.source for each in every if each.counts and each.source not in known.sources)
    return [*lines, *(_line(name, known, faults, every, at) for name in gone)]


def source(workspace: Workspace, name: str, *, now: datetime) -> SourceView:
    """How one source stands, with all its batches."""
    known, faults = _known(workspace)
    with store(workspace) as opened:
        every = all_batches(opened)
    names = [*known.sources, *(each.source for each in every)]
    if name not in names:
        raise NotFound(say("There is no source {name}.", name=name), nearest(name, names))
    own = [f"sources.{name}", *(f"mappings.{each}" for each in mappings_of(known, name))]
    found = tuple(each for each in faults if each.block in own)
    newest = None if found else newest_of(workspace, known, name)
    lines = tuple(_batch_line(each, every) for each in reversed(every) if each.source == name)
    line = _line(name, known, faults, every, known.settings.here(now))
    return SourceView(line, lines, newest, found)


def batch_lines(workspace: Workspace, source: str = "") -> list[BatchLine]:
    """All batches, newest first, of one source where it is named."""
    with store(workspace) as opened:
        every = all_batches(opened)
    return [_batch_line(each, every) for each in reversed(every) if source in ("", each.source)]


def batch(workspace: Workspace, number: int, page: int = 1) -> BatchView:
    """One batch with a page of the rejected rows that wait to be mended."""
    known, _ = _known(workspace)
    with store(workspace) as opened:
        every = {each.id: each for each in all_batches(opened)}
        if number not in every:
            raise NotFound(say("There is no batch {number}.", number=number), say("`portraits batches` lists them."))
        waiting = list(open_rejects(workspace, opened, every[number]))
    page = within(page, len(waiting), SHOWN)
    return BatchView(
        line=_batch_line(every[number], every.values()),
        rejects=tuple(waiting[(page - 1) * SHOWN : page * SHOWN]),
        page=page,
        pages=pages(len(waiting), SHOWN),
        replays=tuple(_batch_line(each, every.values()) for each in every.values() if each.parent == number),
        replaced=tuple(each.id for each in every.values() if each.replaced_by == number),
        known=every[number].source in known.sources,
    )


def _known(workspace: Workspace) -> tuple[Definitions, Sequence[Fault]]:
    """The definitions as far as they can be read: a fault somewhere hides no source."""
    try:
        return defined(workspace), ()
    except DefinitionError:
        return read_definitions(Workspace(workspace.folder))


def _line(name: str, known: Definitions, faults: Sequence[Fault], every: Sequence[Batch], now: datetime) -> SourceLine:
    own = [each for each in every if each.source == name]
    counting = [each for each in own if each.counts]
    links = tuple(_links(name, known, faults))
    defined_as = known.sources.get(name)
    last = max(counting, key=lambda each: each.loaded_at, default=None)
    return SourceLine(
        name=name,
        kind=defined_as.kind if defined_as else "",
        place=_place(defined_as),
        title=defined_as.title if defined_as else None,
        state=_state(defined_as, links, counting),
        links=links,
        batches=len(counting),
        rows=sum(each.rows_landed for each in counting),
        rejected=sum(_waiting(each, own) for each in counting if each.parent is None),
        last=last,
        days=(now.date() - last.loaded_at.date()).days if last else None,
    )


def _links(name: str, known: Definitions, faults: Sequence[Fault]) -> Iterable[Link]:
    for mapping, each in mappings_of(known, name).items():
        yield Link(mapping, each.table, sum(fault.block == f"mappings.{mapping}" for fault in faults))


def _state(source: Source | None, links: Sequence[Link], counting: Sequence[Batch]) -> State:
    if source is None:
        return "gone"
    if any(each.faults for each in links):
        return "faulty"
    if not links:
        return "unmapped"
    return "loaded" if counting else "empty"


def _place(source: Source | None) -> str:
    """Where a source's rows come from, in one line; an address of a database is not shown."""
    stated: Mapping[str, object] = source.model_dump() if source else {}
    return next((str(stated[key]) for key in ("path", "table", "query", "form") if stated.get(key)), "")


def _batch_line(batch: Batch, every: Iterable[Batch]) -> BatchLine:
    if batch.status == "undone":
        return BatchLine(batch, "undone", 0)
    state: Literal["loaded", "replaced"] = "loaded" if batch.counts else "replaced"
    return BatchLine(batch, state, _waiting(batch, every) if batch.counts else 0)


def _waiting(batch: Batch, every: Iterable[Batch]) -> int:
    """Rejected rows that no replay has landed."""
    return batch.rows_rejected - sum(each.rows_landed for each in every if each.parent == batch.id and each.counts)
