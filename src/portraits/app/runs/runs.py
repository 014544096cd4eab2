"""Runs: the builds that are kept: all of them, one in full, and the way back to one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portraits.app.jobs.stages import doing, table_of
from portraits.app.store import here, store
from portraits.engine import runs as engine
from portraits.engine.audit import Entry, note
from portraits.engine.runs import RunInfo
from portraits.engine.warehouse import Timing
from portraits.engine.workspace import Workspace


@dataclass(frozen=True)
class RunLine:
    """A run in the list, and whether it is the one that is published."""

    info: RunInfo
    current: bool

    @property
    def touch_up(self) -> Mapping[str, Any]:
        """Of a touch-up: the build it is `of`, the run it is made `from`, `acts`, `undone`, `customers`; else empty."""
        found: Mapping[str, Any] = self.info.figures.get("touch_up", {})
        return found

    @property
    def seconds(self) -> float:
        """How long the steps of the build took."""
        return sum(timing.seconds for timing in self.info.timings)


@dataclass(frozen=True)
class Stage:
    """Steps of a build that a person sees as one: the name of the first, their time, the rows of the last."""

    name: str
    seconds: float
    rows: int


@dataclass(frozen=True)
class Changes:
    """Definitions (`tags.recency_days`) that are new, different or gone against the run before."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunReport:
    """What a run says about itself; `changes` is None where one of both runs did not note its definitions."""

    line: RunLine
    before: int | None
    stages: tuple[Stage, ...]
    changes: Changes | None
    left_out: Mapping[str, int]


def runs(workspace: Workspace) -> list[RunLine]:
    """All runs, newest first."""
    published = engine.current(workspace)
    return [RunLine(info, info.number == published) for info in engine.infos(workspace)]


def report(workspace: Workspace, number: int) -> RunReport:
    """All about one run: its stages with their times, what it left out, what was defined anew."""
    info = engine.run_info(workspace, number)
    older = [each for each in engine.numbers(workspace) if each < number]
    before = older[-1] if older else None
    return RunReport(
        line=RunLine(info, number == engine.current(workspace)),
        before=before,
        stages=tuple(_stages(info.timings)),
        changes=_redefined(engine.run_info(workspace, before), info) if before else None,
        left_out=info.figures.get("left_out", {}),
    )


def rollback(workspace: Workspace, number: int, *, actor: str, now: datetime) -> RunInfo:
    """Publish another run; nothing is lost, the newer runs stay, and the audit trail says who did it.

    Args:
        workspace: whose runs they are.
        number: the run to publish.
        actor: who asks for it.
        now: the present moment, with its zone.
    """
    left = engine.current(workspace)
    with store(workspace) as opened:
        engine.roll_back(workspace, number)
        note(opened, Entry(here(workspace, now), actor, "rollback", f"run {number}", {"from": left}))
    return engine.run_info(workspace, number)


def _stages(timings: Sequence[Timing]) -> Iterator[Stage]:
    """The stages in the order in which they began; each table is one of its own."""
    stages: dict[str, list[Timing]] = {}
    for timing in timings:
        key = timing.name if table_of(timing.name) else doing(timing.name) or timing.name
        stages.setdefault(key, []).append(timing)
    for steps in stages.values():
        yield Stage(steps[0].name, sum(step.seconds for step in steps), steps[-1].rows)


def _redefined(before: RunInfo, after: RunInfo) -> Changes | None:
    then, now = (info.figures.get("definitions") for info in (before, after))
    if then is None or now is None:
        return Changes() if before.definitions == after.definitions else None
    return Changes(
        added=tuple(sorted(now.keys() - then.keys())),
        changed=tuple(sorted(name for name in now.keys() & then.keys() if now[name] != then[name])),
        removed=tuple(sorted(then.keys() - now.keys())),
    )
