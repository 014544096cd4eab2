"""Runs: numbered, immutable results of builds, and the pointer that publishes one of them."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from portraits.engine import durable
from portraits.engine.lock import locked, take
from portraits.engine.warehouse import Timing
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound, all_known
from portraits.vocabulary.phrase import say

DATABASE = "run.duckdb"
_CARD = "run.json"
_DEFINITIONS = "definitions.json"
_UNPUBLISHED = "unpublished"  # a file in a run that has its place, until the pointer has been moved to it
_KEPT = ("tags.", "segments.", "audiences.")  # sections that say what a run means; others may hold secrets
_DIGITS = 6


@dataclass(frozen=True)
class RunInfo:
    """What a run says about itself; moments are naive, in the workspace's time zone."""

    number: int
    as_of: datetime
    created_at: datetime
    definitions: str = ""  # hash of the definitions it was built from
    version: str = ""  # of this program
    rows: Mapping[str, int] = field(default_factory=dict)  # table -> rows
    timings: tuple[Timing, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    def card(self) -> dict[str, Any]:
        """The run as plain JSON values."""
        return {**asdict(self), "as_of": self.as_of.isoformat(), "created_at": self.created_at.isoformat()}


@dataclass(frozen=True)
class Draft:
    """A run being built: its number to be, and the folder to build it in."""

    number: int
    folder: Path

    @property
    def database(self) -> Path:
        """Where the run's tables go; closed before the run is published."""
        return self.folder / DATABASE


@contextmanager
def drafting(workspace: Workspace) -> Iterator[Draft]:
    """Hold the build lock and a fresh folder, which is gone again unless it is published.

    What an earlier build left half done is removed first.
    """
    with locked(workspace.build_lock, say("building")):
        _sweep(workspace)
        number = max([*numbers(workspace), _pointed(workspace) or 0]) + 1
        folder = workspace.runs / f"{durable.TEMPORARY}{number:0{_DIGITS}}"
        folder.mkdir(parents=True)
        try:
            yield Draft(number, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def keep_definitions(draft: Draft, blocks: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep with a draft what its tags, segments and audiences were, by `tags.<name>`, as they were written."""
    kept = {title: values for title, values in blocks.items() if title.startswith(_KEPT)}
    text = json.dumps(kept, ensure_ascii=False, default=str)
    (draft.folder / _DEFINITIONS).write_text(text, encoding="utf-8")


def about_itself(_: str, names: list[str]) -> list[str]:
    """Of the files of a run those that a copy writes anew, as `shutil.copytree` asks for them."""
    return [name for name in names if name in (_CARD, _DEFINITIONS, _UNPUBLISHED, "spill")]


def definitions_of(workspace: Workspace, number: int) -> Mapping[str, Mapping[str, Any]]:
    """What the tags, segments and audiences of a run were; empty where it kept none."""
    with suppress(FileNotFoundError):
        text = (folder_of(workspace, number) / _DEFINITIONS).read_text(encoding="utf-8")
        return cast("Mapping[str, Mapping[str, Any]]", json.loads(text))
    return {}


def publish(workspace: Workspace, draft: Draft, info: RunInfo) -> None:
    """Make a finished draft the current run, in one step that cannot be seen half done.

    The draft's database must be closed: opening it here would drop the lock of an open one.
    """
    card = json.dumps(info.card(), ensure_ascii=False, indent=1, default=str)
    (draft.folder / _CARD).write_text(card, encoding="utf-8")
    (draft.folder / _UNPUBLISHED).touch()
    for path in (*(path for path in draft.folder.rglob("*") if path.is_file()), draft.folder):
        durable.flush(path)
    durable.move(draft.folder, folder_of(workspace, draft.number))
    _point(workspace, draft.number)
    (folder_of(workspace, draft.number) / _UNPUBLISHED).unlink()


def numbers(workspace: Workspace) -> list[int]:
    """The numbers of all finished runs, oldest first; one that a kill kept from being published is none."""
    if not workspace.runs.is_dir():
        return []
    pointed, found = _pointed(workspace), [path for path in workspace.runs.iterdir() if path.name.isdigit()]
    return sorted(n for path in found if (n := int(path.name)) == pointed or not (path / _UNPUBLISHED).exists())


def current(workspace: Workspace) -> int | None:
    """The number of the published run, None before the first build."""
    number = _pointed(workspace)
    return number if number is not None and (folder_of(workspace, number) / _CARD).exists() else None


def folder_of(workspace: Workspace, number: int) -> Path:
    """The folder of a run."""
    return workspace.runs / f"{number:0{_DIGITS}}"


def run_info(workspace: Workspace, number: int) -> RunInfo:
    """What a run says about itself."""
    try:
        card = json.loads((folder_of(workspace, number) / _CARD).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _no_run(workspace, number) from None
    card["timings"] = tuple(Timing(**timing) for timing in card["timings"])
    for moment in ("as_of", "created_at"):
        card[moment] = datetime.fromisoformat(card[moment])
    return RunInfo(**card)


def infos(workspace: Workspace) -> list[RunInfo]:
    """All finished runs, newest first."""
    return [run_info(workspace, number) for number in reversed(numbers(workspace))]


def roll_back(workspace: Workspace, number: int) -> None:
    """Publish an earlier run again; Busy while a build is under way."""
    with locked(workspace.build_lock, say("building")):
        _sweep(workspace)
        if number not in numbers(workspace):
            raise _no_run(workspace, number)
        _point(workspace, number)


def root(info: RunInfo) -> int:
    """The build that a run was made by: its own number, or that of the build that it is a touch-up of."""
    found: int = info.figures.get("touch_up", {}).get("of", info.number)
    return found


def generations(workspace: Workspace) -> list[RunInfo]:
    """Of each build its newest run, newest first: touch-ups tell the same story, put right."""
    found: dict[int, RunInfo] = {}
    for info in infos(workspace):
        found.setdefault(root(info), info)
    return list(found.values())


def prune(workspace: Workspace, keep: int) -> list[int]:
    """Remove all but the newest builds, each with its newest touch-up; never the current run, nor one somebody reads.

    Only for who holds the build lock. Returns the numbers that are gone.
    """
    roots = {info.number: root(info) for info in infos(workspace)}
    newest = generations(workspace)[:keep]
    kept = {info.number for info in newest} | {root(info) for info in newest} | {current(workspace)}
    return [number for number in sorted(roots) if number not in kept and _drop(workspace, number)]


@contextmanager
def held(workspace: Workspace, number: int) -> Iterator[None]:
    """Keep a run from being pruned while it is read; NotFound where it is gone."""
    card = folder_of(workspace, number) / _CARD
    try:
        descriptor = os.open(card, os.O_RDONLY)
    except FileNotFoundError:
        raise _no_run(workspace, number) from None
    try:
        if not take(descriptor, fcntl.LOCK_SH) or not card.exists():
            raise _no_run(workspace, number)
        yield
    finally:
        os.close(descriptor)


def _drop(workspace: Workspace, number: int) -> bool:
    """Rename a run away, then remove it: a kill in between leaves no run with parts missing."""
    folder = folder_of(workspace, number)
    descriptor = os.open(folder / _CARD, os.O_RDONLY)
    try:
        if not take(descriptor, fcntl.LOCK_EX):
            return False
        gone = folder.with_name(f"{durable.TEMPORARY}{folder.name}-gone")
        durable.move(folder, gone)
    finally:
        os.close(descriptor)
    shutil.rmtree(gone)
    return True


def _sweep(workspace: Workspace) -> None:
    """End what was killed: a run that the pointer was moved to is published, any other one goes."""
    for mark in workspace.runs.glob(f"[0-9]*/{_UNPUBLISHED}"):
        if int(mark.parent.name) == _pointed(workspace):
            mark.unlink()
        else:
            durable.move(mark.parent, mark.parent.with_name(f"{durable.TEMPORARY}{mark.parent.name}-gone"))
    for leftover in workspace.runs.glob(f"{durable.TEMPORARY}*"):
        shutil.rmtree(leftover)


def _point(workspace: Workspace, number: int) -> None:
    durable.write(workspace.current, f"{number:0{_DIGITS}}\n".encode())


def _pointed(workspace: Workspace) -> int | None:
    with suppress(FileNotFoundError, ValueError):
        return int(workspace.current.read_text(encoding="ascii"))
    return None


def _no_run(workspace: Workspace, number: int) -> NotFound:
    known = [str(each) for each in numbers(workspace)]
    return NotFound(
        say("There is no run {number}.", number=number),
        all_known(known) if known else say("Run `portraits build` first."),
    )
