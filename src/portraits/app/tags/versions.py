"""Versions: the definitions that a tag has had, by the runs that were built with them and by who changed them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from portraits.app.definitions import BUILT_IN
from portraits.app.reading import defined
from portraits.app.store import has_store, store
from portraits.engine import runs as engine
from portraits.engine.audit import entries
from portraits.engine.rewriting import fresh, text_of
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, nearest
from portraits.vocabulary.phrase import say

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Edit:
    """A change that a page or a command made."""

    at: datetime
    actor: str
    keys: tuple[str, ...]
    removed: bool


@dataclass(frozen=True)
class Version:
    """A definition and the runs from `first` to `last` that were built with it; None: no run yet.

    `keys` differ from the version before.
    """

    definition: Values
    toml: str
    first: int | None
    last: int | None
    since: datetime | None
    keys: tuple[str, ...]

    @property
    def built(self) -> bool:
        """Whether a run that is kept was built with it."""
        return self.first is not None


@dataclass(frozen=True)
class Versions:
    """The versions of one tag, the newest first, and the changes that are known, the newest first.

    `file` is where the tag is written now, empty for a built-in one; `toml` are its lines.
    """

    name: str
    file: str
    toml: str
    versions: tuple[Version, ...]
    edits: tuple[Edit, ...]


def versions(workspace: Workspace, name: str) -> Versions:
    """The definitions of a tag over the runs that are kept, and now; NotFound names the nearest tag."""
    known = defined(workspace)
    now = known.blocks.get(f"tags.{name}")
    told = list(_over_runs(workspace, name))
    if now is None and not told:
        raise NotFound(say("There is no tag {name}.", name=name), nearest(name, known.tags))
    if now is not None and (not told or not _same(told[-1].definition, now.values)):
        told.append(_version(name, now.values, None, None))
    file = now.file if now and now.file != BUILT_IN else ""
    return Versions(
        name=name,
        file=file,
        toml=(_written(workspace, name, file) if file else "") or (fresh("tags", name, now.values) if now else ""),
        versions=tuple(reversed(list(_compared(told)))),
        edits=tuple(_edits(workspace, name)),
    )


def how_many(workspace: Workspace, names: Iterable[str]) -> dict[str, int]:
    """How many versions each of these tags has."""
    known = defined(workspace)
    marks = [_marks(workspace.folder.resolve(), number) for number in engine.numbers(workspace)]
    found = {}
    for name in names:
        title = f"tags.{name}"
        row = [each[title] for each in marks if title in each]
        row += [known.marks[title]] if title in known.marks else []
        found[name] = sum(before != after for before, after in zip(["", *row], row, strict=False))
    return found


@lru_cache(maxsize=64)
def _marks(folder: Path, number: int) -> Mapping[str, str]:
    """A run never changes, so its marks are read once."""
    try:
        found: Mapping[str, str] = engine.run_info(Workspace(folder), number).figures.get("definitions", {})
    except NotFound:  # a build may have pruned it meanwhile
        return {}
    return found


def _over_runs(workspace: Workspace, name: str) -> Iterator[Version]:
    """Definitions as runs kept them, oldest first; runs that follow each other with the same one are together."""
    open_version: Version | None = None
    for info in reversed(engine.infos(workspace)):
        values = engine.definitions_of(workspace, info.number).get(f"tags.{name}")
        if open_version and values is not None and _same(open_version.definition, values):
            open_version = replace(open_version, last=info.number)
            continue
        if open_version:
            yield open_version
        open_version = _version(name, values, info.number, info.created_at) if values is not None else None
    if open_version:
        yield open_version


def _version(name: str, values: Values, run: int | None, since: datetime | None) -> Version:
    return Version(values, fresh("tags", name, values), run, run, since, ())


def _compared(told: Iterable[Version]) -> Iterator[Version]:
    before: Values | None = None
    for each in told:
        now = each.definition
        changed = [key for key in {**(before or {}), **now} if before is not None and before.get(key) != now.get(key)]
        yield replace(each, keys=tuple(changed))
        before = now


def _edits(workspace: Workspace, name: str) -> Iterator[Edit]:
    if not has_store(workspace):
        return
    with store(workspace) as opened:
        found = [each for each in entries(opened) if each.subject == f"tags.{name}" and each.action in _EDITS]
    for each in reversed(found):
        yield Edit(each.at, each.actor, tuple(each.detail.get("keys", ())), each.action == "remove")


_EDITS = ("write", "remove")


def _written(workspace: Workspace, name: str, file: str) -> str:
    return text_of((workspace.folder / file).read_bytes().decode().replace("\r\n", "\n"), "tags", name)


def _same(one: Values, other: Values) -> bool:
    """Whether two definitions say the same; one of them may have been kept as JSON."""
    return json.dumps(one, sort_keys=True, default=str) == json.dumps(other, sort_keys=True, default=str)
