"""Resolving: the part of a build that finds the customers behind the records, and keeps their ids and history."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from portraits.app.definitions import Definitions
from portraits.app.identity.comparing import match_all
from portraits.app.identity.key import key_sql
from portraits.app.store import has_store, store
from portraits.engine.deciding import Decision, Pair
from portraits.engine.deciding import decided as all_decided
from portraits.engine.identities import Change, last, replayed, settle, stage
from portraits.engine.progress import SILENT, Progress
from portraits.engine.runs import DATABASE, RunInfo, folder_of, infos
from portraits.engine.warehouse import Step, Warehouse
from portraits.engine.workspace import Workspace
from portraits.identity.deciding import DECIDED, decided
from portraits.identity.exact import found_step, identity_steps, records_step, settled_steps
from portraits.identity.golden import Survival
from portraits.identity.ids import id_steps
from portraits.identity.match.households import households
from portraits.identity.match.matching import Decisions

BUILD = "build"  # the actor of what nobody decided
PREVIOUS = "previous"
TOLD = "told_decisions"


@dataclass(frozen=True)
class Recalled:
    """What was known before a build: the newest run that the journal agrees with, and what people decided."""

    run: RunInfo | None = None
    customers: dict[str, str] = field(default_factory=dict)  # by the journal, where no run agrees with it
    decisions: Sequence[Decision] = ()
    journal: int = 0

    @property
    def of_pairs(self) -> Decisions:
        """The decisions that stand."""
        standing = [each for each in self.decisions if each.stands]
        together = frozenset(each.pair for each in standing if each.verdict == "link")
        return Decisions(together, frozenset(each.pair for each in standing if each.verdict == "apart"))


def recall(workspace: Workspace) -> Recalled:
    """What earlier builds and people left; rows of a build that was killed are removed from the journal."""
    runs = infos(workspace)
    if not has_store(workspace):
        return Recalled(run=next(iter(runs), None))
    with store(workspace) as opened:
        settle(opened, [build for each in runs if (build := _identity(each).get("build"))])
        journal, decisions = last(opened), all_decided(opened)
        newest = next(iter(runs), None)
        if newest and _identity(newest).get("journal", 0) == journal:
            return Recalled(newest, {}, decisions, journal)
        return Recalled(None, replayed(opened), decisions, journal)


def _identity(info: RunInfo) -> dict[str, Any]:
    found: dict[str, Any] = info.figures.get("identity") or {}
    return found


def resolve(
    warehouse: Warehouse,
    workspace: Workspace,
    known: Definitions,
    recalled: Recalled,
    names: Collection[str],
    present: datetime,
    progress: Progress = SILENT,
) -> tuple[list[Step], dict[str, Any]]:
    """Find the customers; the steps that are left to do, and what the run's card says of identity.

    Args:
        warehouse: the run's, with the canonical tables.
        workspace: whose folder holds the run before.
        known: its definitions.
        recalled: what was known before.
        names: of the canonical tables there are.
        present: the moment of the build.
        progress: who watches.
    """
    settings = known.settings
    survival = Survival(settings.identity.fields, settings.identity.trusted)
    if settings.one_customer_by == "records" and not (recalled.decisions or recalled.journal):
        return identity_steps(names, "", survival), {}
    facts: dict[str, Any] = {"by": settings.one_customer_by, **survival.told}
    with _previous(warehouse, workspace, recalled) as previous:
        warehouse.run([records_step(names)])
        if settings.one_customer_by == "match" and "people" in names:
            facts |= match_all(warehouse, settings.identity, previous, recalled.of_pairs, progress)
        else:
            key = key_sql(known) if settings.one_customer_by == "key" else ""
            warehouse.run([found_step(names, key), Step("identity_ties", NO_TIES, temporary=True)])
        _remember(warehouse, recalled, previous)
    decide(warehouse, recalled)
    warehouse.run(id_steps(present), progress)
    if "match_person_records" in warehouse.relations():
        households(warehouse)
    return settled_steps(names, survival, warehouse.relations()), facts


def journalled(
    warehouse: Warehouse, workspace: Workspace, recalled: Recalled, run: int, present: datetime
) -> dict[str, Any]:
    """Write the build's changes into the journal, where they wait for the run; what its card says of that."""
    if "identity_changes" not in warehouse.relations():
        return {"journal": recalled.journal} if recalled.journal else {}
    build = f"{run}@{present.isoformat()}"
    with store(workspace) as opened:
        newest = stage(opened, _changes(warehouse, recalled, present, run), run, build)
    warehouse.drop("identity_changes")
    return {"build": build, "journal": newest or recalled.journal}


def published(workspace: Workspace, info: RunInfo) -> None:
    """Let the journal's rows of a run count, now that it is published."""
    if build := _identity(info).get("build"):
        with store(workspace) as opened:
            settle(opened, [build])


NO_TIES = "SELECT '' AS left_id, '' AS right_id, 0.0::DOUBLE AS weight, '' AS method WHERE false"


@contextmanager
def _previous(warehouse: Warehouse, workspace: Workspace, recalled: Recalled) -> Iterator[str]:
    """The name under which the run before is readable; empty where there is none."""
    path: Path | None = folder_of(workspace, recalled.run.number) / DATABASE if recalled.run else None
    if path is None or not path.exists():
        yield ""
        return
    with warehouse.attached(path, PREVIOUS):
        yield PREVIOUS


def _remember(warehouse: Warehouse, recalled: Recalled, previous: str) -> None:
    """Make `identity_known` and `identity_known_ids`, from the run before or else from the journal."""
    import pyarrow as pa

    if not previous:
        columns = {"record_id": list(recalled.customers), "customer_id": list(recalled.customers.values())}
        warehouse.register("told", pa.table({name: pa.array(ids, pa.string()) for name, ids in columns.items()}))
    links = f"{previous}.identity_links" if previous else "told"
    born = f"TIMESTAMP '{recalled.run.created_at}'" if recalled.run else "TIMESTAMP '1970-01-01'"
    ids = f"SELECT DISTINCT customer_id AS id, customer_id, {born} AS born FROM {links}"
    if previous and _has(warehouse, previous, "customer_ids"):
        ids = f"SELECT id, customer_id, born FROM {previous}.customer_ids"
    known = f"SELECT record_id, customer_id FROM {links}"
    steps = [("identity_known", known), ("identity_known_ids", ids)]
    warehouse.run([Step(name, sql, temporary=True) for name, sql in steps])


def _has(warehouse: Warehouse, database: str, table: str) -> bool:
    sql = "SELECT 1 FROM information_schema.tables WHERE table_catalog = ? AND table_name = ?"
    return bool(warehouse.rows(sql, [database, table]))


def decide(warehouse: Warehouse, recalled: Recalled) -> None:
    """Lay what people decided over what was found; keep what the run knows of it in `identity_decided`."""
    pairs = recalled.of_pairs
    warehouse.run([decided_step(warehouse, pairs)])
    warehouse.forget(TOLD)
    if pairs.together or pairs.apart:
        _overlaid(warehouse, pairs)


def decided_step(warehouse: Warehouse, pairs: Decisions) -> Step:
    """The step that makes `identity_decided` of decisions, which it lends to the warehouse as `told_decisions`."""
    import pyarrow as pa

    rows = [(*pair, "link") for pair in pairs.together] + [(*pair, "apart") for pair in pairs.apart]
    columns = zip(*sorted(rows), strict=True) if rows else ((), (), ())
    names = ("left_id", "right_id", "verdict")
    table = pa.table({name: pa.array(each, pa.string()) for name, each in zip(names, columns, strict=True)})
    warehouse.register(TOLD, table)
    return Step("identity_decided", f"SELECT * FROM {TOLD}", order="left_id, right_id")


def _overlaid(warehouse: Warehouse, pairs: Decisions) -> None:
    import pyarrow as pa

    touched = """SELECT left_id AS record_id FROM identity_decided UNION SELECT right_id FROM identity_decided"""
    sql = f"""SELECT record_id, cluster FROM identity_found WHERE cluster IN (
        SELECT cluster FROM identity_found SEMI JOIN ({touched}) t USING (record_id))"""
    warehouse.run([Step("identity_touched", sql)])
    found = decided(dict(warehouse.rows("SELECT * FROM identity_touched")), pairs.together, pairs.apart)
    columns = {"record_id": list(found), "cluster": list(found.values())}
    warehouse.register("overlaid", pa.table({name: pa.array(each, pa.string()) for name, each in columns.items()}))
    linked = """SELECT left_id FROM identity_decided WHERE verdict = 'link'
        UNION SELECT right_id FROM identity_decided WHERE verdict = 'link'"""
    sql = f"""SELECT f.* REPLACE (o.cluster AS cluster,
            CASE WHEN f.record_id IN ({linked}) THEN 'person' ELSE f.method END AS method)
        FROM identity_found f JOIN overlaid o USING (record_id)"""
    warehouse.run([Step("identity_overlaid", sql)])
    warehouse.forget("overlaid")
    warehouse.take_out("identity_found", "record_id IN (SELECT record_id FROM identity_overlaid)")
    warehouse.append("identity_found", "SELECT * FROM identity_overlaid")
    warehouse.append("identity_ties", _TOLD_TIES)
    warehouse.drop("identity_touched", "identity_overlaid")


_TOLD_TIES = f"""SELECT left_id, right_id, CAST({DECIDED} AS DOUBLE) AS weight,
    CASE verdict WHEN 'link' THEN 'person' ELSE verdict END AS method FROM identity_decided"""


def _changes(warehouse: Warehouse, recalled: Recalled, present: datetime, run: int) -> Iterator[Change]:
    who: dict[Pair, str] = {each.pair: each.actor for each in recalled.decisions if each.stands}
    rows = warehouse.rows("SELECT kind, customer_id, before, records, ties FROM identity_changes")
    for kind, customer, before, records, ties in rows:
        told = json.loads(ties) if ties else []
        actors = [who.get((each["left"], each["right"]), "") for each in told if each["method"] in ("person", "apart")]
        actor = next((each for each in actors if each), BUILD)
        customers = [customer, before] if before else [customer]
        yield Change(kind, customers, records, present, actor, {"ties": told}, run)
