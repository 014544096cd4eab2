"""Keeping: audiences written into the workspace's files, and the members of static ones frozen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from portraits.app.audiences.chosen import ruled
from portraits.app.definitions import Audience
from portraits.app.editing import remove_block, write_block
from portraits.app.reading import defined, reading
from portraits.app.store import here, store
from portraits.engine import durable
from portraits.engine.audiences import Freeze, add_freeze, next_freeze
from portraits.engine.audit import Entry
from portraits.engine.workspace import Workspace
from portraits.tags.order import misnamed
from portraits.vocabulary.errors import DefinitionError, Fault, NotFound, Refused, nearest
from portraits.vocabulary.phrase import say

RESERVED = frozenset(
    {"new", "overlap", "drafts", "tree", "values", "count", "profile", "compare", "members", "history"}
)
FAMILY = "audiences"


def save(
    workspace: Workspace, name: str, values: Mapping[str, Any], *, actor: str, now: datetime, seen: str | None = None
) -> Path:
    """Write an audience into the workspace's files; a static one is frozen at the published run.

    Args:
        workspace: whose files are written; comments around the block stay.
        name: the audience's name, a new one or one that is defined.
        values: its keys: `title`, `rule`, `why`, `owner`, `members` (live or static).
        actor: who does it.
        now: the present moment, with its zone.
        seen: the fingerprint of the block as the person saw it; Busy where it has changed since.

    Raises:
        DefinitionError: all faults of the name and the values; nothing is written then.
    """
    if fault := misnamed(name, RESERVED):
        raise DefinitionError([Fault(fault.what, field="name", hint=fault.hint)])
    audience = Audience.read(values)
    with reading(workspace) as run:
        ruled(run, audience.rule)
    before = defined(workspace).audiences.get(name)
    if audience.members == "static" and (before is None or before.members == "live" or before.rule != audience.rule):
        _freeze(workspace, name, audience.rule, actor=actor, now=now)
    return write_block(workspace, FAMILY, name, dict(values), actor=actor, now=now, seen=seen)


def save_new(workspace: Workspace, name: str, values: Mapping[str, Any], *, actor: str, now: datetime) -> Path:
    """Write an audience that is not there yet; Refused where there is one of that name."""
    if name in defined(workspace).audiences:
        hint = say("Choose another name, or open that audience and change it.")
        raise Refused(say("There is an audience {name} already.", name=name), hint)
    return save(workspace, name, values, actor=actor, now=now)


def remove(workspace: Workspace, name: str, *, actor: str, now: datetime) -> Path:
    """Remove an audience from the workspace's files; lists that were frozen stay on the disk."""
    _known(workspace, name)
    return remove_block(workspace, FAMILY, name, actor=actor, now=now)


def freeze(workspace: Workspace, name: str, *, actor: str, now: datetime) -> Freeze:
    """Keep who the rule of a static audience chooses in the published run as its members from now on."""
    audience = _known(workspace, name)
    if audience.members == "live":
        hint = say('Write members = "static" into [audiences.{name}].', name=name)
        raise Refused(say("{name} is a live audience: every run chooses its members.", name=name), hint)
    return _freeze(workspace, name, audience.rule, actor=actor, now=now)


def _known(workspace: Workspace, name: str) -> Audience:
    known = defined(workspace).audiences
    if name not in known:
        raise NotFound(say("There is no audience {audience}.", audience=name), nearest(name, known))
    return known[name]


def _freeze(workspace: Workspace, name: str, rule: str, *, actor: str, now: datetime) -> Freeze:
    """The file first, then its row: what the store tells of is on the disk."""
    with reading(workspace) as run, store(workspace) as opened:
        sql = f"SELECT p.customer_id FROM portrait p WHERE {ruled(run, rule).where} ORDER BY p.customer"
        members = run.run.warehouse.query(sql)
        file = f"{name}-{next_freeze(opened):06}-{now:%Y%m%d%H%M%S%f}.parquet"
        durable.produce(workspace.frozen / file, lambda part: _write(members, part))
        at = here(workspace, now)
        made = Freeze(0, name, rule, run.run.info.number, run.as_of, members.num_rows, file, actor, at)
        detail = {"run": made.run, "rows": made.customers, "rule": rule}
        return add_freeze(opened, made, Entry(at, actor, "freeze", f"{FAMILY}.{name}", detail))


def _write(members: Any, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(members, path, compression="zstd")
