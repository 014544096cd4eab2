"""Sizes: how many customers an audience had in each run that is or was kept."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from portraits.app.audiences.chosen import Chosen, all_customers, chosen, counted
from portraits.app.reading import defined, reading, reading_run
from portraits.app.store import store
from portraits.engine.audiences import Freeze, Size, keep_sizes, sizes
from portraits.engine.runs import current, infos
from portraits.engine.store import Store
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import PortraitsError
from portraits.vocabulary.text import Text


@dataclass(frozen=True)
class RunSize:
    """The size in one run; `n` is None where that run cannot answer the rule, as it lacks a tag."""

    run: int
    as_of: datetime
    n: int | None
    base: int | None
    current: bool

    @property
    def share(self) -> float | None:
        """The share of that run's customers."""
        return self.n / self.base if self.n is not None and self.base else None


@dataclass(frozen=True)
class History:
    """The sizes of an audience over runs, oldest first."""

    audience: str
    title: Text | None
    rule: str
    frozen: Freeze | None
    sizes: tuple[RunSize, ...]

    @property
    def change(self) -> tuple[int, int] | None:
        """The last run but one that could be counted, and how many customers came since; None where there is none."""
        known = [(each.run, each.n) for each in self.sizes if each.n is not None]
        return (known[-2][0], known[-1][1] - known[-2][1]) if len(known) > 1 else None


def history(workspace: Workspace, audience: str) -> History:
    """How an audience, by its name, or those of a rule grew; each run is counted once and then remembered."""
    with reading(workspace) as run:
        who = chosen(workspace, run, audience)
    with store(workspace) as opened:
        return _history(workspace, opened, who)


def histories(workspace: Workspace) -> dict[str, History]:
    """The histories of all defined audiences that the published run can answer."""
    known = defined(workspace)
    found: list[Chosen] = []
    with reading(workspace) as run:
        for name in known.audiences:
            with suppress(PortraitsError):
                found.append(chosen(workspace, run, name))
    with store(workspace) as opened:
        return {who.audience: _history(workspace, opened, who) for who in found}


def _history(workspace: Workspace, opened: Store, who: Chosen) -> History:
    number = current(workspace)
    mark = hashlib.sha256((who.frozen.file if who.frozen else who.rule).encode()).hexdigest()
    kept = {info.number: info.as_of for info in infos(workspace)}
    found = sizes(opened, mark)
    new = [_size(workspace, who.audience or who.rule, each, mark) for each in kept if each not in found]
    if any(new):
        keep_sizes(opened, filter(None, new))
    found |= {size.run: size for size in new if size}
    silent = (RunSize(each, as_of, None, None, each == number) for each, as_of in kept.items() if each not in found)
    told = (RunSize(each.run, each.as_of, each.customers, each.base, each.run == number) for each in found.values())
    lines = sorted((*silent, *told), key=lambda each: each.run)
    return History(who.audience, who.title, who.rule, who.frozen, tuple(lines))


def _size(workspace: Workspace, audience: str, number: int, mark: str) -> Size | None:
    """The size in a run; None where the run lacks a tag of the rule."""
    try:
        with reading_run(workspace, number) as run:
            return Size(number, mark, counted(run, chosen(workspace, run, audience)), all_customers(run), run.as_of)
    except PortraitsError:
        return None
