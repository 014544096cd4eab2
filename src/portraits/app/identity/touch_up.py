"""Touch-up: what people decided about customers, or said of them by hand, counts at once.

A new run is made of a copy of the published one: the customers that are touched are made anew from their own rows,
what depends on all customers follows, and the run is published as any other. All or nothing: who is killed in between
leaves the published run as it was, and the decisions wait for whoever comes next. Rows that were loaded since, and
definitions that were changed, are left to a build; where a touch-up cannot be, a build is made instead.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from portraits import __version__
from portraits.app.definitions import Definitions, definitions
from portraits.app.identity.bench import RUN, Ground, make, touched
from portraits.app.identity.comparing import kept_model, mark_of
from portraits.app.identity.laying import Fresh, lay, rows_of, strangers, taken
from portraits.app.identity.resolving import Recalled, journalled, published, recall
from portraits.app.reading import settings
from portraits.app.runs.builds import build
from portraits.app.store import store
from portraits.app.tags.manual import journal
from portraits.engine import jobs, runs
from portraits.engine.deciding import Pair
from portraits.engine.jobs import Job
from portraits.engine.progress import SILENT, Progress
from portraits.engine.runs import Draft, RunInfo, drafting, keep_definitions, prune, publish
from portraits.engine.warehouse import Warehouse
from portraits.engine.workspace import Workspace
from portraits.tags.relative import anew
from portraits.vocabulary.errors import Busy
from portraits.vocabulary.phrase import NOTHING, Phrase, say

KIND = "touch_up"  # of the job
How = Literal["nothing", "touched", "built", "waits", "busy"]


@dataclass(frozen=True)
class TouchUp:
    """What came of it, and why: nothing was to be done, customers were touched, or a build was made instead.

    It `waits` for the next build, or finds another process at work (`busy`), whose run may know of it already or not.
    """

    how: How
    why: Phrase = NOTHING
    run: int = 0
    acts: tuple[int, ...] = ()
    undone: tuple[int, ...] = ()
    customers: int = 0
    records: int = 0


@dataclass(frozen=True)
class _Base:
    """The run that is touched up, what is known of it, and what came since."""

    known: Definitions
    info: RunInfo
    recalled: Recalled
    present: datetime


class _Unfit(Exception):
    """The run cannot be touched up; a build can do it, or it has to wait."""

    def __init__(self, why: Phrase, how: How = "built") -> None:
        super().__init__(str(why))
        self.why, self.how = why, how


def touch_up(workspace: Workspace, progress: Progress = SILENT, *, now: datetime) -> TouchUp:
    """Let all that was decided and said by hand since the published run count now.

    Args:
        workspace: whose.
        progress: who watches.
        now: the present moment, with its zone.
    """
    known = definitions(workspace)
    try:
        with drafting(workspace) as draft:
            base = _base(workspace, known, known.settings.here(now))
            return _touched(workspace, draft, base, progress)
    except Busy as busy:
        return TouchUp("busy", busy.what)
    except _Unfit as unfit:
        if unfit.how == "waits":
            return TouchUp("waits", unfit.why)
        made = build(workspace, None, progress, now=now)
        return TouchUp("built", unfit.why, made.number)


def at_once(workspace: Workspace) -> bool:
    """Whether the workspace wants decisions to count at once."""
    return settings(workspace).identity.at_once


def ask_touch_up(workspace: Workspace, *, actor: str, now: datetime) -> Job | None:
    """Put a touch-up in the queue, from where another process takes it; one that waits already will do.

    None where the workspace wants decisions to wait for the next build, and before the first one.
    """
    from portraits.app.jobs.jobs import start

    if not at_once(workspace) or runs.current(workspace) is None:
        return None
    with store(workspace) as opened:
        waiting = next((each for each in jobs.all_jobs(opened, "queued") if each.kind == KIND), None)
    return waiting or start(workspace, KIND, {}, actor=actor, now=now)


def _base(workspace: Workspace, known: Definitions, present: datetime) -> _Base:
    """The published run, if it can be touched up."""
    recalled, number = recall(workspace), runs.current(workspace)
    if number is None:
        raise _Unfit(say("Nothing is built yet."), "waits")
    info = runs.run_info(workspace, number)
    if number != runs.numbers(workspace)[-1]:
        raise _Unfit(
            say("The published run is not the newest one; what was decided counts from the next build on."), "waits"
        )
    if recalled.run is None or not (runs.folder_of(workspace, number) / runs.DATABASE).exists():
        raise _Unfit(say("The published run does not know what was decided before."))
    if info.version != __version__ or _redefined(known, info):
        raise _Unfit(say("The definitions have changed since the published run."))
    return _Base(known, info, recalled, present)


def _redefined(known: Definitions, info: RunInfo) -> bool:
    """Whether a run of now would mean something else; audiences and forms do not make a run."""
    then = info.figures.get("definitions")
    if then is None or info.figures.get("plugins") != known.plugins:
        return True
    return _telling(then) != _telling(known.marks)


def _telling(marks: dict[str, str]) -> dict[str, str]:
    made_by = ("settings", "tags.", "segments.")
    return {name: mark for name, mark in marks.items() if name.startswith(made_by)}


def _copied(workspace: Workspace, draft: Draft, base: _Base, progress: Progress) -> None:
    """Start from a copy of the run, without what tells of the run itself."""
    progress.stage("copy", 1)
    before = runs.folder_of(workspace, base.info.number)
    shutil.copytree(before, draft.folder, ignore=runs.about_itself, dirs_exist_ok=True)
    progress.advance()


def _touched(workspace: Workspace, draft: Draft, base: _Base, progress: Progress) -> TouchUp:
    _copied(workspace, draft, base, progress)
    said = base.known.settings
    size: dict[str, Any] = {"memory": said.memory, "threads": said.threads or None}
    with Warehouse.create(**size) as bench:
        with bench.attached(draft.database, RUN):
            ground = _ground(workspace, bench, base)
            pairs = _pairs(bench, ground)
            records = touched(bench, ground, pairs)
            if not pairs and not records:
                return TouchUp("nothing")
            progress.stage("touched", 1)
            following = anew(base.known.tags, as_of=base.info.as_of, tables=ground.tables)
            make(bench, ground, records, following)
            fresh = taken(bench, ground)
            progress.advance()
        with Warehouse.create(draft.database, **size) as run:
            timings = tuple(lay(run, ground, fresh, following, progress))
            made = {"rows": {**base.info.rows, **rows_of(run, base.info.rows)}, "timings": timings}
        told = _told(base, pairs, fresh, len(records))
        facts = journalled(bench, workspace, base.recalled, draft.number, base.present)
    info = _card(base, draft, told, made, facts)
    keep_definitions(draft, {name: block.values for name, block in base.known.blocks.items()})
    publish(workspace, draft, info)
    published(workspace, info)
    prune(workspace, said.keep_runs)
    return replace(told, run=info.number)


def _ground(workspace: Workspace, bench: Warehouse, base: _Base) -> Ground:
    sql = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{RUN}'"
    held = {str(name) for (name,) in bench.rows(sql)}
    until = base.info.as_of if base.info.figures.get("back_dated") else base.present
    said = journal(workspace, base.known, until)
    ground = Ground(base.known, base.recalled, held, said, base.present)
    mark = mark_of(base.known.settings.identity)
    if not all(kept_model(bench, RUN, kind, mark) for kind in ground.matched):
        raise _Unfit(say("The published run was matched in another way."))
    if unknown := strangers(bench):
        raise _Unfit(say("The published run holds {names}, which only a build makes.", names=", ".join(unknown)))
    return ground


def _pairs(bench: Warehouse, ground: Ground) -> set[Pair]:
    """The pairs that were decided about since the run, or taken back."""
    known: set[tuple[Any, ...]] = set()
    if "identity_decided" in ground.held:
        known = set(bench.rows(f"SELECT left_id, right_id, verdict FROM {RUN}.identity_decided"))
    standing = {(*each.pair, each.verdict) for each in ground.recalled.decisions if each.stands}
    return {(left, right) for left, right, _ in known ^ standing}


def _told(base: _Base, pairs: set[Pair], fresh: Fresh, records: int) -> TouchUp:
    decisions = [each for each in base.recalled.decisions if each.pair in pairs]
    then = base.info.created_at
    acts = _numbers(each.act for each in decisions if each.stands)
    undone = _numbers(each.act for each in decisions if each.withdrawn_at and each.withdrawn_at >= then)
    return TouchUp("touched", acts=acts, undone=undone, customers=fresh.customers, records=records)


def _numbers(acts: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(acts)))


def _card(base: _Base, draft: Draft, told: TouchUp, made: dict[str, Any], facts: dict[str, Any]) -> RunInfo:
    """What the run says of itself: what the one before did, and what was touched."""
    before = base.info.figures
    touched = {
        "of": before.get("touch_up", {}).get("of", base.info.number),
        "from": base.info.number,
        **{name: getattr(told, name) for name in ("acts", "undone", "customers", "records")},
    }
    identity = {"by": base.known.settings.one_customer_by, **(before.get("identity") or {}), **facts}
    figures = {**before, "definitions": base.known.marks, "identity": identity, "touch_up": touched}
    return replace(
        base.info,
        number=draft.number,
        created_at=base.present,
        definitions=base.known.hash,
        figures=figures,
        **made,
    )
