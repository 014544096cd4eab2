"""Stopping: what is kept of a build that rules of quality stopped, for its database is gone.

A card tells of the build; the bad rows of each rule that stopped it stand in a Parquet file beside it, all their
columns as the build had them. The files come first, in a folder of their own, then the card that names the folder:
so a kill leaves the card and the rows of the build before, or those of this one. Only who holds the build lock writes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from portraits.engine import durable, runs
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.vocabulary.text import Text

MOST = 100_000  # rows that are kept for a rule
_CARD = "stopped.json"
_DIGITS = 6


@dataclass(frozen=True)
class StoppingRule:
    """A rule that stopped a build, as it was then, and what it found.

    `columns` are those that say most about a bad row, `sources` the bad rows by source, most first.
    """

    name: str
    title: Text
    table: str
    columns: tuple[str, ...]
    rows: int
    bad: int
    least: float  # the share of good rows that it asks for
    sources: Mapping[str, int]

    @property
    def share(self) -> float:
        """The part of the rows that was good."""
        return 1 - self.bad / self.rows

    @property
    def kept(self) -> int:
        """How many of the bad rows are kept."""
        return min(self.bad, MOST)


@dataclass(frozen=True)
class StoppedBuild:
    """A build that was stopped: when, the number its run would have had, and the run that stayed published."""

    at: datetime
    as_of: datetime
    run: int
    stays: int | None
    rules: tuple[StoppingRule, ...]
    turn: int = 0  # which folder its rows are in

    def rule(self, name: str) -> StoppingRule | None:
        """The rule of that name, where it stopped the build."""
        return next((each for each in self.rules if each.name == name), None)


def keep(workspace: Workspace, build: StoppedBuild, rows: Mapping[str, str], warehouse: Warehouse) -> None:
    """Keep a stopped build in the place of the one before; `rows` are SELECTs of bad rows in order, by their rule."""
    before = _card(workspace)
    build = StoppedBuild(**{**vars(build), "turn": before.turn + 1 if before else 1})
    folder = _folder(workspace, build)
    shutil.rmtree(folder, ignore_errors=True)
    for name, sql in rows.items():
        durable.produce(folder / f"{name}.parquet", partial(warehouse.write, f"{sql} LIMIT {MOST}"))
    card = json.dumps(asdict(build), ensure_ascii=False, indent=1, default=_plain)
    durable.write(workspace.stopped / _CARD, card.encode())
    _sweep(workspace, {_CARD, folder.name})


def last(workspace: Workspace) -> StoppedBuild | None:
    """The build that was stopped, unless one was published since."""
    found = _card(workspace)
    # A kill right after a build was published leaves the card; a touch-up judges nothing, so it is no such build.
    since = (number for number in runs.numbers(workspace) if found and number >= found.run)
    return None if any(runs.root(runs.run_info(workspace, each)) == each for each in since) else found


def rows_file(workspace: Workspace, build: StoppedBuild, rule: StoppingRule) -> Path:
    """Where the bad rows of a rule are."""
    return _folder(workspace, build) / f"{rule.name}.parquet"


def forget(workspace: Workspace) -> None:
    """Remove what is kept, the card first."""
    (workspace.stopped / _CARD).unlink(missing_ok=True)
    shutil.rmtree(workspace.stopped, ignore_errors=True)


def _card(workspace: Workspace) -> StoppedBuild | None:
    with suppress(FileNotFoundError):
        card = json.loads((workspace.stopped / _CARD).read_text(encoding="utf-8"))
        moments = {name: datetime.fromisoformat(card[name]) for name in ("at", "as_of")}
        rules = tuple(
            StoppingRule(**{**each, "title": Text(**each["title"]), "columns": tuple(each["columns"])})
            for each in card["rules"]
        )
        return StoppedBuild(**{**card, **moments, "rules": rules})
    return None


def _folder(workspace: Workspace, build: StoppedBuild) -> Path:
    return workspace.stopped / f"{build.turn:0{_DIGITS}}"


def _sweep(workspace: Workspace, kept: Iterable[str]) -> None:
    """Remove all but what is named: the rows of the build before, and what a killed one left."""
    for path in workspace.stopped.iterdir():
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _plain(value: Text | datetime) -> object:
    """A text or a moment as JSON."""
    return value.model_dump() if isinstance(value, Text) else value.isoformat()
