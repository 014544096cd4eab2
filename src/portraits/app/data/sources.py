"""Sources: load what is new, list the batches, take one back, mend rejected rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from portraits.app.data.loading import Load, land, layout_of, mappings_of, place_of, stamp
from portraits.app.data.mending import mend, open_rejects
from portraits.app.definitions import Definitions, definitions
from portraits.app.reading import defined
from portraits.app.store import store
from portraits.engine.audit import Entry
from portraits.engine.batches import Batch, all_batches, batch, mark_undone
from portraits.engine.landing import rows_file, sweep
from portraits.engine.lock import locked
from portraits.engine.progress import SILENT, Progress
from portraits.engine.warehouse import Step, Warehouse
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.sources.canonical import Landed, canonical_steps, left_out_sql, newest
from portraits.sources.rejects import Reject
from portraits.sources.suggest import Suggestion
from portraits.sources.suggest import suggest as propose
from portraits.vocabulary.errors import BadInput, DefinitionError, NotFound, PortraitsError, all_known, nearest
from portraits.vocabulary.phrase import Phrase, Phrases, say


def suggest(file: Path, table: str = "", folder: Path | None = None) -> Suggestion:
    """Propose a mapping of a file, to the table that fits best or to the one that is named.

    The path is written as seen from `folder`, a workspace, where the file lies in one.
    """
    home = folder if folder and (folder / FIRST_FILE).is_file() else None
    return propose(file, table, home)


def load(
    workspace: Workspace,
    names: Sequence[str] = (),
    progress: Progress = SILENT,
    *,
    actor: str,
    now: datetime,
) -> list[Batch]:
    """Load what is new in these sources (none named: in all), a batch for each file, sheet or table.

    What was loaded before is left out. What cannot be read keeps nothing else out; BadInput tells
    of it when the rest is loaded.
    """
    known = definitions(workspace)
    with loading(workspace, known, progress, actor, now) as load:
        faults: list[PortraitsError] = []
        loaded = [each for name in _chosen(known, names) for each in _of_source(load, name, faults)]
    if faults:
        hint = _others(len(loaded)) if loaded else faults[0].hint
        raise BadInput(Phrases([fault.what for fault in faults], "lines"), hint)
    return loaded


def batches(workspace: Workspace) -> list[Batch]:
    """All batches, oldest first."""
    with store(workspace) as opened:
        return all_batches(opened)


def undo(workspace: Workspace, number: int, *, actor: str, now: datetime) -> list[Batch]:
    """Take a batch back, with rows replayed from it: the next build is as if it had not been loaded.

    What it had replaced counts again. Its files stay where they are.
    """
    known = defined(workspace)
    with loading(workspace, known, SILENT, actor, now) as load:
        taken = batch(load.store, number)
        detail = {"source": taken.source, "label": taken.label, "rows": taken.rows_landed}
        undone = mark_undone(load.store, number, Entry(load.now, actor, "undo", f"batch {number}", detail))
        return [batch(load.store, each) for each in undone]


def rejects(workspace: Workspace, number: int) -> list[Reject]:
    """The rejected rows of a batch that were not replayed since."""
    with store(workspace) as opened:
        return list(open_rejects(workspace, opened, batch(opened, number)))


def replay(workspace: Workspace, number: int, file: Path, *, actor: str, now: datetime) -> Batch:
    """Load rejected rows of a batch again, as mended in a file that `mending.export_rejects` wrote."""
    known = defined(workspace)
    with loading(workspace, known, SILENT, actor, now) as load:
        return mend(load, batch(load.store, number), file)


def canonical(workspace: Workspace, known: Definitions, as_of: datetime) -> list[Step]:
    """The steps from all landed rows that count to the canonical tables."""
    landed = _landed(workspace, known)
    try:
        return canonical_steps(known.mappings, landed, known.settings, as_of)
    except DefinitionError as error:
        raise DefinitionError(known.placed(error.faults)) from None


def left_out(workspace: Workspace, known: Definitions) -> dict[str, int]:
    """Mapping -> landed rows that it cannot use, as it lacks a value that the table needs.

    Loading rejects such rows; these landed before the mapping was written as it is now.
    """
    stamps = {name: stamp(name, mapping) for name, mapping in known.mappings.items()}
    counted = [each for each in counting(workspace, known) if each.rows_landed]
    found: dict[str, int] = {}
    with Warehouse.create() as warehouse:
        for name, mapping in known.mappings.items():
            unseen = [_landing_of(workspace, known, each) for each in counted if stamps[name] not in each.mappings]
            [(rows,)] = warehouse.rows(left_out_sql(name, mapping, unseen, known.settings))
            found |= {name: rows} if rows else {}
    return found


def newest_moment(workspace: Workspace, known: Definitions) -> datetime | None:
    """The moment of the newest landed row, in the workspace's zone; None where there is none."""
    with Warehouse.create() as warehouse:
        [(moment,)] = warehouse.rows(newest(known.mappings, _landed(workspace, known), known.settings))
    return moment if isinstance(moment, datetime) else None


def newest_of(workspace: Workspace, known: Definitions, source: str) -> datetime | None:
    """The moment of the newest landed row of one source; None where there is none."""
    own = replace(known, mappings=mappings_of(known, source))
    return newest_moment(workspace, own)


@contextmanager
def loading(workspace: Workspace, known: Definitions, progress: Progress, actor: str, now: datetime) -> Iterator[Load]:
    """Alone in loading; what a killed load left is removed first."""
    with locked(workspace.load_lock, say("loading")), store(workspace) as opened:
        sweep(workspace, {each.name for each in all_batches(opened)})
        shutil.rmtree(workspace.spool, ignore_errors=True)
        yield Load(workspace, known, opened, progress, known.settings.here(now), actor)


def _others(n: int) -> Phrase:
    return say("{n} other batches were loaded.", n=n)


def _chosen(known: Definitions, names: Sequence[str]) -> Sequence[str]:
    for name in names:
        if name not in known.sources:
            hint = nearest(name, known.sources) or all_known(known.sources)
            raise NotFound(say("There is no source {name}.", name=name), hint)
    return names or list(known.sources)


def _of_source(load: Load, name: str, faults: list[PortraitsError]) -> Iterator[Batch]:
    load.progress.stage(name)
    try:
        for part in load.defined.sources[name].parts(place_of(load, name)):
            try:
                landed = land(load, name, part)
            except BadInput as error:
                faults.append(error)
                continue
            if landed:
                yield landed
    except BadInput as error:
        faults.append(error)


def _landed(workspace: Workspace, known: Definitions) -> list[Landed]:
    return [_landing_of(workspace, known, each) for each in counting(workspace, known) if each.rows_landed]


def counting(workspace: Workspace, known: Definitions) -> list[Batch]:
    """The batches that a build reads, oldest first."""
    with store(workspace) as opened:
        return [each for each in all_batches(opened) if each.counts]


def _landing_of(workspace: Workspace, known: Definitions, batch: Batch) -> Landed:
    return Landed(rows_file(workspace, batch.source, batch.name), batch.source, layout_of(batch, known))
