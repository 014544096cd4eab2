"""Importing: an import carried out as one unit, and taken back as one."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from portraits.app.data.imports import Plan, free_name, plan_of
from portraits.app.data.sources import load, loading
from portraits.app.data.staging import staged, unstage
from portraits.app.data.uploads import path_of
from portraits.app.editing import remove_block, write_block, written
from portraits.app.jobs import jobs
from portraits.app.jobs.jobs import Job
from portraits.app.reading import defined
from portraits.app.store import here, store
from portraits.engine.audit import Entry
from portraits.engine.batches import all_batches, mark_all_undone
from portraits.engine.imports import Import, change, import_of
from portraits.engine.progress import SILENT, Progress
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import DefinitionError, NotFound, PortraitsError, Refused
from portraits.vocabulary.phrase import say


def begin_import(workspace: Workspace, number: int, *, actor: str, now: datetime) -> Job:
    """Put an import in the queue, to be carried out by a process of its own; Refused where it was begun."""
    with store(workspace) as opened:
        each = import_of(opened, number)
        _check_open(each)
        plan_of(each, staged(workspace, each))
        at = here(workspace, now)
        change(opened, number, at, status="queued", fault="")
        try:
            job = jobs.start(workspace, "import", {"import": number}, actor=actor, now=now)
        except BaseException:
            change(opened, number, at, status="open")
            raise
        change(opened, number, at, job=job.id)
    return job


def carry_out(workspace: Workspace, number: int, progress: Progress = SILENT, *, actor: str, now: datetime) -> Import:
    """Write the source and the mapping of an import and load its file; doing it twice does it once.

    Where it fails, the blocks are taken out again and nothing of the file counts.
    """
    with store(workspace) as opened:
        each = import_of(opened, number)
    if each.status in ("done", "undone"):
        return each
    plan = _named_plan(workspace, each, now)
    try:
        _write(workspace, plan, actor=actor, now=now)
        load(Workspace(workspace.folder), [plan.name], progress, actor=actor, now=now)
    except BaseException as error:
        _give_up(workspace, each, plan, error, actor=actor, now=now)
        raise
    unstage(workspace, each)
    return _finish(workspace, each, plan, now)


def _named_plan(workspace: Workspace, each: Import, now: datetime) -> Plan:
    """The plan of an import, its name kept before anything is written: so doing it again writes the same."""
    plan = plan_of(each, staged(workspace, each))
    if each.choices.get("name"):
        return plan
    name = free_name(workspace, plan.name)
    with store(workspace) as opened:
        at = here(workspace, now)
        return plan_of(change(opened, each.id, at, choices={**each.choices, "name": name}), staged(workspace, each))


def undo_import(workspace: Workspace, number: int, *, actor: str, now: datetime) -> Import:
    """Take all that an import has loaded back, and the source and mapping that it wrote, as one unit."""
    known = defined(workspace)
    with loading(workspace, known, SILENT, actor, now) as load:
        each = import_of(load.store, number)
        if each.status != "done":
            raise Refused(say("Import {number} has loaded nothing.", number=number), say("There is nothing to undo."))
        entry = Entry(load.now, actor, "undo import", f"import {number}", {"batches": list(each.batches)})
        mark_all_undone(load.store, each.batches, entry)
        _remove(workspace, each.choices.get("name", ""), path_of(each), actor=actor, now=now)
        return change(load.store, number, load.now, status="undone")


def _check_open(each: Import) -> None:
    if each.status == "queued":
        raise Refused(say("Import {number} is under way.", number=each.id), say("Look at its job."))
    if each.status in ("done", "undone"):
        raise Refused(say("Import {number} was carried out.", number=each.id), say("Upload the file again."))
    if "columns" not in each.choices:
        raise Refused(say("No columns are matched yet."), say("Match the columns of the file first."))


def _write(workspace: Workspace, plan: Plan, *, actor: str, now: datetime) -> None:
    """Write both blocks; what stands there already is not written again."""
    if not _is_ours(workspace, plan.name, str(plan.source["path"])):
        what = say("There is a source or a mapping {name} already.", name=plan.name)
        raise Refused(what, say("Choose another name."))
    blocks: tuple[tuple[str, Any], ...] = (("sources", plan.source), ("mappings", plan.mapping))
    for family, values in blocks:
        before = written(workspace, family, plan.name)
        if before is None or dict(before.values) != dict(values):
            write_block(workspace, family, plan.name, values, actor=actor, now=now)


def _finish(workspace: Workspace, each: Import, plan: Plan, now: datetime) -> Import:
    """Write down which batches the import is: all that its source has."""
    with store(workspace) as opened:
        batches = _batches(opened, plan)
        at = here(workspace, now)
        return change(opened, each.id, at, status="done", batches=batches, fault="")


def _give_up(
    workspace: Workspace, each: Import, plan: Plan, error: BaseException, *, actor: str, now: datetime
) -> None:
    """Leave the workspace as it was before, and say in the import why."""
    with store(workspace) as opened:
        loaded = _batches(opened, plan)
        at = here(workspace, now)
        mark_all_undone(opened, loaded, Entry(at, actor, "undo import", f"import {each.id}", {"batches": loaded}))
        fault = error.what if isinstance(error, PortraitsError) else type(error).__name__
        change(opened, each.id, at, status="failed", fault=str(fault))
    _remove(workspace, plan.name, str(plan.source["path"]), actor=actor, now=now)


def _batches(opened: Store, plan: Plan) -> list[int]:
    """The batches of the import's own file that count."""
    path = str(plan.source["path"])
    return [each.id for each in all_batches(opened, plan.name) if each.counts and each.label.startswith(path)]


def _is_ours(workspace: Workspace, name: str, path: str) -> bool:
    """Whether the source of that name reads this very file, or there is none yet."""
    source, mapping = (written(workspace, family, name) for family in ("sources", "mappings"))
    return source.values.get("path") == path if source else mapping is None


def _remove(workspace: Workspace, name: str, path: str, *, actor: str, now: datetime) -> None:
    """Remove what an import wrote; what others have written or come to need stays."""
    if not _is_ours(workspace, name, path):
        return
    for family in ("mappings", "sources"):
        with suppress(NotFound, DefinitionError):
            remove_block(workspace, family, name, actor=actor, now=now)
