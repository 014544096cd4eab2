"""Builds: from landed rows to a published run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from portraits import __version__
from portraits.app.definitions import Definitions, definitions
from portraits.app.sources import canonical, left_out, newest_moment
from portraits.engine.expressions import Scope, parse, sql
from portraits.engine.progress import SILENT, Progress, foretell
from portraits.engine.runs import Draft, RunInfo, drafting, prune, publish
from portraits.engine.warehouse import Step, Timing, Warehouse
from portraits.engine.workspace import Workspace
from portraits.identity.exact import identity_steps
from portraits.segments.members import members_step
from portraits.tags.order import catalogue
from portraits.tags.plan import plan
from portraits.tags.statistics import statistics_steps
from portraits.vocabulary.errors import BadInput, DefinitionError
from portraits.vocabulary.tables import TABLES


def build(
    workspace: Workspace,
    as_of: datetime | None = None,
    progress: Progress = SILENT,
    *,
    now: datetime | None = None,
) -> RunInfo:
    """Build a numbered run and publish it; stopped or failed, the published run stays as it is.

    Args:
        workspace: where the definitions and the landed rows are.
        as_of: the moment the portraits tell of, naive, in the workspace's time zone; rows after
            it are as if they had not happened. None: as the settings say.
        progress: who watches.
        now: the present moment, with its zone; None: what the clock says.
    """
    known = definitions(workspace)
    zone = ZoneInfo(known.settings.time_zone)
    present = (now or datetime.now(UTC)).astimezone(zone).replace(tzinfo=None)
    with drafting(workspace) as draft:
        moment = as_of or _moment(workspace, known, present)
        info = _made(workspace, known, draft, moment, progress)
        info = replace(info, created_at=present)
        publish(workspace, draft, info)
        prune(workspace, known.settings.keep_runs)
    return info


def _moment(workspace: Workspace, known: Definitions, present: datetime) -> datetime:
    """The moment that the settings name."""
    newest = newest_moment(workspace, known) if known.settings.as_of == "newest" else None
    return newest or present


def _made(workspace: Workspace, known: Definitions, draft: Draft, as_of: datetime, progress: Progress) -> RunInfo:
    """Make the run's database; it is closed when this returns."""
    settings = known.settings
    landed = canonical(workspace, known, as_of)
    if not landed:
        raise BadInput("There are no rows to build from.", "Run `portraits load`, and map a source to a table.")
    names = _tables(landed)
    steps = [*landed, *identity_steps(names, _key(known)), *_tagged(known, as_of, names)]
    foretell(progress, [step.name for step in steps])
    threads = settings.threads or None
    with Warehouse.create(draft.database, memory=settings.memory, threads=threads) as warehouse:
        timings = warehouse.run(steps, progress)
    return RunInfo(
        number=draft.number,
        as_of=as_of,
        created_at=as_of,
        definitions=known.hash,
        version=__version__,
        rows=_rows(timings, steps),
        timings=tuple(timings),
        figures={
            "tags": {name: str(entry.type) for name, entry in catalogue(known.tags).items()},
            "left_out": left_out(workspace, known),
        },
    )


def _tables(landed: Collection[Step]) -> list[str]:
    return [name for name in TABLES if any(step.name == name for step in landed)]


def _key(known: Definitions) -> str:
    """SQL over `people` of what makes two records one customer; empty where nothing does."""
    written = known.settings.customer_key
    if not written:
        return ""
    scope = Scope(columns=TABLES["people"].types, subject="people")
    return sql(parse(written, scope), as_of=_NEVER)


# A key is the same at every moment.
_NEVER = datetime(1, 1, 1)


def _tagged(known: Definitions, as_of: datetime, tables: Collection[str]) -> list[Step]:
    """From customers and their rows to tags, statistics and segments; faults know their place."""
    try:
        tagged = plan(known.tags, as_of=as_of, tables=tables)
        shown = {name: entry.type for name, entry in catalogue(known.tags).items() if not entry.tag.retired}
    except DefinitionError as error:
        raise DefinitionError(known.placed(error.faults)) from None
    return [*tagged, *statistics_steps(shown), members_step(known.segments)]


def _rows(timings: Collection[Timing], steps: Collection[Step]) -> dict[str, int]:
    kept = {step.name for step in steps if not step.temporary}
    return {timing.name: timing.rows for timing in timings if timing.name in kept}
