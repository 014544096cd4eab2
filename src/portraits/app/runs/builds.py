"""Builds: from landed rows to a published run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from portraits import __version__
from portraits.app.data.intact import check_intact
from portraits.app.data.sources import canonical, left_out, newest_moment
from portraits.app.definitions import Definitions, definitions
from portraits.app.identity.resolving import journalled, published, recall, resolve
from portraits.app.quality.judging import Judging
from portraits.app.quality.stopping import forget
from portraits.app.runs.gone import gone
from portraits.app.runs.stopwatch import Stopwatch
from portraits.app.tags.manual import journal
from portraits.engine.progress import SILENT, Progress, foretell
from portraits.engine.runs import Draft, RunInfo, drafting, keep_definitions, prune, publish
from portraits.engine.warehouse import Step, Timing, Warehouse
from portraits.engine.workspace import Workspace
from portraits.identity.exact import identity_steps
from portraits.identity.lookup import lookup_step
from portraits.segments.members import members_step
from portraits.tags.order import catalogue
from portraits.tags.plan import plan
from portraits.tags.stated import JOURNAL, RELATION, manual_step
from portraits.tags.statistics import statistics_steps
from portraits.vocabulary.errors import BadInput, DefinitionError
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa


def build(
    workspace: Workspace,
    as_of: datetime | None = None,
    progress: Progress = SILENT,
    *,
    now: datetime,
    accepted_by: str = "",
) -> RunInfo:
    """Build a numbered run and publish it; stopped or failed, the published run stays as it is.

    Args:
        workspace: where the definitions and the landed rows are.
        as_of: the moment the portraits tell of, naive, in the workspace's time zone; rows after
            it are as if they had not happened. None: as the settings say.
        progress: who watches.
        now: the present moment, with its zone.
        accepted_by: in whose name the build goes on where a rule of quality would stop it; nobody's: it stops.
    """
    known = definitions(workspace)
    present = known.settings.here(now)
    with drafting(workspace) as draft:
        moment = as_of or _moment(workspace, known, present)
        said = journal(workspace, known, as_of or present)
        build = _Build(workspace, known, draft, moment, present, said, accepted_by, progress)
        info = build.made({"back_dated": as_of is not None})
        keep_definitions(draft, {name: block.values for name, block in known.blocks.items()})
        publish(workspace, draft, info)
        forget(workspace)
        published(workspace, info)
        prune(workspace, known.settings.keep_runs)
    return info


def _moment(workspace: Workspace, known: Definitions, present: datetime) -> datetime:
    """The moment that the settings name."""
    newest = newest_moment(workspace, known) if known.settings.as_of == "newest" else None
    return newest or present


@dataclass(frozen=True)
class _Build:
    """A build under way: what it is made from, as of when, and in whose name bad rows are accepted."""

    workspace: Workspace
    known: Definitions
    draft: Draft
    as_of: datetime
    present: datetime
    said: pa.Table
    accepted_by: str
    progress: Progress

    def made(self, figures: dict[str, Any]) -> RunInfo:
        """Make the run's database, which is closed when this returns, and its card with these figures and more."""
        check_intact(self.workspace, self.known)
        landed = _landed(self.workspace, self.known, self.as_of)
        names = _tables(landed)
        tagged = _tagged(self.known, self.as_of, [*names, *self._by_hand])
        judging = Judging.of(self.workspace, self.known, names, self.as_of, self.accepted_by)
        landed = [*landed, *judging.steps]
        foretell(self.progress, [step.name for step in (*landed, *identity_steps(names), *tagged)])
        settings = self.known.settings
        size: dict[str, Any] = {"memory": settings.memory, "threads": settings.threads or None}
        with Warehouse.create(self.draft.database, **size) as warehouse:
            warehouse.register(JOURNAL, self.said)
            timings = warehouse.run(landed, self.progress)
            figures["quality"] = judging.card(warehouse, self.draft.number, self.present)
            steps, more, figures["identity"] = self._found(warehouse, names, tagged)
        return self._card([*landed, *steps], [*timings, *more], figures)

    @property
    def _by_hand(self) -> list[str]:
        return [RELATION] if self.said.num_rows else []

    def _found(
        self, warehouse: Warehouse, names: Collection[str], tagged: Collection[Step]
    ) -> tuple[list[Step], list[Timing], dict[str, Any]]:
        """Find the customers and tag them: the steps that were done, what they took, what the card says of identity."""
        recalled = recall(self.workspace)
        watched = Stopwatch(self.progress)
        steps, facts = resolve(warehouse, self.workspace, self.known, recalled, names, self.present, watched)
        held = {*names, *warehouse.relations()}
        steps = [*steps, *lookup_step(held), *(manual_step(held) for _ in self._by_hand), *tagged]
        timings = [*watched.timings(), *warehouse.run(steps, self.progress)]
        facts |= journalled(warehouse, self.workspace, recalled, self.draft.number, self.present)
        return steps, timings, facts

    def _card(self, steps: Collection[Step], timings: Collection[Timing], figures: dict[str, Any]) -> RunInfo:
        types = {name: str(entry.type) for name, entry in catalogue(self.known.tags).items()}
        return RunInfo(
            number=self.draft.number,
            as_of=self.as_of,
            created_at=self.present,
            definitions=self.known.hash,
            version=__version__,
            rows=_rows(timings, steps),
            timings=tuple(timings),
            figures={
                "tags": types,
                "gone": gone(self.workspace, types),
                "left_out": left_out(self.workspace, self.known),
                "definitions": self.known.marks,
                "plugins": self.known.plugins,
                **figures,
            },
        )


def _landed(workspace: Workspace, known: Definitions, as_of: datetime) -> list[Step]:
    """The steps to the canonical tables."""
    landed = canonical(workspace, known, as_of)
    if not landed:
        what = say("There are no rows to build from.")
        raise BadInput(what, say("Run `portraits load`, and map a source to a table."))
    return landed


def _tables(landed: Collection[Step]) -> list[str]:
    return [name for name in TABLES if any(step.name == name for step in landed)]


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
