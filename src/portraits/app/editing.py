"""Editing: definitions changed by a page or a command, in the very files that people write.

A change is checked with all other definitions before a file is touched, and everything around the
block stays as it was. Writers take turns; each change is noted in the audit trail.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from portraits.app.checking import faults, faults_unseen
from portraits.app.definitions import settings_of
from portraits.engine import durable
from portraits.engine.audit import Entry, add
from portraits.engine.blocks import Block
from portraits.engine.lock import awaited
from portraits.engine.rewriting import with_block, without_block
from portraits.engine.store import Store
from portraits.engine.workspace import FIRST_FILE, Workspace
from portraits.vocabulary.errors import Busy, DefinitionError, Fault, NotFound
from portraits.vocabulary.phrase import say

Values = Mapping[str, Any]

# Sections whose faults can only be found with a look at rows; their values may hold secrets too.
_OF_ROWS = frozenset({"sources", "mappings"})


def write_block(
    workspace: Workspace,
    family: str,
    name: str,
    values: Values,
    *,
    actor: str,
    now: datetime,
    seen: str | None = None,
) -> Path:
    """Make a block say exactly these values, in the file that holds it, or in `<family>.toml`.

    Args:
        workspace: whose files are changed.
        family: the section, such as `tags`.
        name: of the block; empty for the settings.
        values: all keys of the block; one that is None is not written.
        actor: who does it.
        now: the present moment, with its zone.
        seen: the `fingerprint` of the block as the person saw it; Busy where it has changed since.

    Raises:
        DefinitionError: faults of the block, and faults elsewhere that were not there before;
            nothing is written then.
    """
    change = _Change(workspace, family, name, lambda text: with_block(text, family, name, values))
    return change.carried_out(actor=actor, now=now, seen=seen)


def set_keys(workspace: Workspace, family: str, name: str, values: Values, *, actor: str, now: datetime) -> Path:
    """Set some keys of a written block; one that is None is removed. NotFound where nothing is written."""

    def changed(text: str) -> str:
        return with_block(text, family, name, {**_block(workspace, family, name).values, **values})

    return _Change(workspace, family, name, changed).carried_out(actor=actor, now=now)


def remove_key(workspace: Workspace, family: str, name: str, key: str, *, actor: str, now: datetime) -> Path:
    """Remove one key of a written block."""
    return set_keys(workspace, family, name, {key: None}, actor=actor, now=now)


def amend_block(
    workspace: Workspace,
    family: str,
    name: str,
    values: Mapping[str, Any],
    change: Mapping[str, Any],
    *,
    actor: str,
    now: datetime,
) -> None:
    """Set keys of a written block, or write a built-in one of these values with them."""
    if written(workspace, family, name):
        set_keys(workspace, family, name, change, actor=actor, now=now)
    else:
        write_block(workspace, family, name, {**values, **change}, actor=actor, now=now)


def remove_block(workspace: Workspace, family: str, name: str, *, actor: str, now: datetime) -> Path:
    """Remove a written block; NotFound where nothing is written, DefinitionError where others need it."""
    _block(workspace, family, name)
    change = _Change(workspace, family, name, lambda text: without_block(text, family, name))
    return change.carried_out(actor=actor, now=now)


def written(workspace: Workspace, family: str, name: str) -> Block | None:
    """A block as the workspace's files hold it now; None where none does."""
    blocks = Workspace(workspace.folder).blocks
    return next((block for block in blocks.of(family) if block.name == name), None)


def fingerprint(workspace: Workspace, family: str, name: str) -> str:
    """What changes when a block does; empty where nothing is written."""
    block = written(workspace, family, name)
    return _hash(block.values) if block else ""


def drafted(workspace: Workspace, family: str, name: str, values: Values) -> Workspace:
    """The workspace as if a block said these values; nothing is written."""
    file = _file(workspace, family, name)
    return Workspace(workspace.folder, {file.name: with_block(_text(workspace, file), family, name, values)})


def new_faults(workspace: Workspace, family: str, name: str, draft: Workspace) -> list[Fault]:
    """The faults of a block in a draft, and those elsewhere that are not there without it."""
    look = faults if family in _OF_ROWS else faults_unseen
    found = look(draft)
    title = f"{family}.{name}" if name else family
    known = {_of(fault) for fault in look(Workspace(workspace.folder))} if found else set()
    return [fault for fault in found if fault.block == title or _of(fault) not in known]


@dataclass(frozen=True)
class _Change:
    """A change of one block: what becomes of the text of its file."""

    workspace: Workspace
    family: str
    name: str
    changed: Callable[[str], str]

    def carried_out(self, *, actor: str, now: datetime, seen: str | None = None) -> Path:
        """Check the change with everything else, write it and note it, alone among writers."""
        with awaited(self.workspace.edit_lock, say("writing")):
            before = written(self.workspace, self.family, self.name)
            if seen is not None and seen != fingerprint(self.workspace, self.family, self.name):
                raise Busy(
                    say("Somebody has changed {block} meanwhile.", block=self._title),
                    say("Look at it again, then write your change once more."),
                )
            file = _file(self.workspace, self.family, self.name)
            draft = Workspace(self.workspace.folder, {file.name: self.changed(_text(self.workspace, file))})
            if found := new_faults(self.workspace, self.family, self.name, draft):
                raise DefinitionError(found)
            self._write(file, draft, before, actor=actor, now=now)
        self.workspace.__dict__.pop("blocks", None)  # read once, before the change
        return file

    def _write(self, file: Path, draft: Workspace, before: Block | None, *, actor: str, now: datetime) -> None:
        """Replace the file inside the transaction of its note: neither is there without the other."""
        settings = settings_of(draft)
        after = next((block for block in draft.blocks.of(self.family) if block.name == self.name), None)
        entry = Entry(
            settings.here(now), actor, "write" if after else "remove", self._title, self._detail(file, before, after)
        )
        with Store.open(self.workspace.store, settings.store) as store, store.writing() as connection:
            add(connection, entry)
            _replace(file, draft.drafts[file.name])

    def _detail(self, file: Path, before: Block | None, after: Block | None) -> dict[str, Any]:
        """The file and what changed in it; of sources only which keys, for their values may be secret."""
        old, new = (before.values if before else {}), (after.values if after else {})
        keys = [key for key in {**old, **new} if old.get(key) != new.get(key) or (key in old) != (key in new)]
        detail: dict[str, Any] = {"file": file.name, "keys": keys}
        if self.family not in _OF_ROWS:
            detail["before"] = {key: old[key] for key in keys if key in old}
            detail["after"] = {key: new[key] for key in keys if key in new}
        return detail

    @property
    def _title(self) -> str:
        return f"{self.family}.{self.name}" if self.name else self.family


def _block(workspace: Workspace, family: str, name: str) -> Block:
    found = written(workspace, family, name)
    if found is None:
        raise NotFound(say("No file of the workspace holds [{block}].", block=f"{family}.{name}"))
    return found


def _file(workspace: Workspace, family: str, name: str) -> Path:
    """The file that holds a block, or where a new one goes."""
    found = written(workspace, family, name)
    own = found.file if found else f"{family}.toml" if name else FIRST_FILE
    return workspace.folder / own


def _text(workspace: Workspace, file: Path) -> str:
    """What a file holds, its line ends as they are; empty where there is none yet.

    DefinitionError where it is no TOML: nothing can be added to that.
    """
    broken = [each for each in Workspace(workspace.folder).blocks.faults if each.file == file.name and not each.block]
    if broken:
        raise DefinitionError(broken)
    return file.read_bytes().decode() if file.exists() else ""


def _replace(file: Path, text: str) -> None:
    """Write a file at once, where a link leads and with the rights it has."""
    real = file.resolve()

    def make(part: Path) -> None:
        part.write_bytes(text.encode())
        if real.exists():
            shutil.copymode(real, part)

    durable.produce(real, make)


def _of(fault: Fault) -> tuple[str, str, str, str]:
    """What makes two faults the same, wherever the lines have moved."""
    return fault.what, fault.file, fault.block, fault.field


def _hash(values: Values) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]
