"""Trial: what matching would find where customers are told by a key or record by record, and switching it on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portraits.app.editing import set_keys, written
from portraits.app.identity.comparing import match_all
from portraits.app.identity.queue import found_by
from portraits.app.reading import Reading, reading
from portraits.engine.progress import SILENT
from portraits.engine.recognising import Recognising
from portraits.engine.runs import DATABASE, folder_of
from portraits.engine.warehouse import Step, Warehouse, quote
from portraits.engine.workspace import Workspace
from portraits.identity.match.matching import Decisions
from portraits.vocabulary.errors import Refused
from portraits.vocabulary.phrase import say
from portraits.vocabulary.tables import TABLES

MOST = 20_000  # records that are tried while somebody waits


@dataclass(frozen=True)
class Trial:
    """How many customers the records are now, and would be by matching; `pairs` would wait for somebody's eyes."""

    by: str
    records: int
    customers: int
    found: int
    pairs: int
    largest: int
    as_of: datetime
    run: int


def try_matching(workspace: Workspace) -> Trial:
    """Match the records of the published run without changing anything; Refused where that would take long."""
    with reading(workspace) as run:
        if "people" not in run.columns:
            raise Refused(say("There are no person records to compare."), say("Map a source to people first."))
        [(records,)] = run.rows("SELECT count(*) FROM people")
        if records > MOST:
            what = say("{n} records are too many to try while you wait.", n=records)
            raise Refused(what, say("Switch matching on and build: the run before stays, and can be published again."))
        found, pairs, largest = _matched(workspace, run)
        [(everybody, customers)] = run.rows("SELECT count(*), count(DISTINCT customer) FROM identity_links")
        return Trial(found_by(run), everybody, customers, found, pairs, largest, run.as_of, run.run.info.number)


def use_matching(workspace: Workspace, *, actor: str, now: datetime) -> Recognising:
    """Write into the settings that customers are found by matching; the next build does it. What the block says."""
    block = written(workspace, "settings", "")
    said = {**((block.values.get("identity") if block else None) or {}), "by": "match"}
    set_keys(workspace, "settings", "", {"identity": said}, actor=actor, now=now)
    return Recognising.model_validate(said)


def _matched(workspace: Workspace, run: Reading) -> tuple[int, int, int]:
    """Customers, pairs to look at, and the records of the largest customer."""
    settings = run.settings.identity.model_copy(update={"by": "match"})
    path = folder_of(workspace, run.run.info.number) / DATABASE
    with Warehouse.create() as warehouse:
        with warehouse.attached(path, "published"):
            everybody = Step("records", "SELECT record_id FROM published.identity_links", temporary=True)
            warehouse.run([Step("people", f"SELECT {_columns(run)} FROM published.people"), everybody])
        match_all(warehouse, settings, "", Decisions(), progress=SILENT)
        # What matching makes is seen by the connection that made it alone.
        warehouse.run([Step("found", "SELECT cluster, count(*) AS records FROM identity_found GROUP BY cluster")])
        [(customers, largest)] = warehouse.rows("SELECT count(*), coalesce(max(records), 0) FROM found")
        each = [f"SELECT count(*) AS n FROM match_{kind}_reviews" for kind in settings.packs]
        [(pairs,)] = warehouse.rows(f"SELECT coalesce(sum(n), 0) FROM ({' UNION ALL '.join(each)})")
        return customers, int(pairs), largest


def _columns(run: Reading) -> str:
    """The columns of people as they are defined now; one that an older run does not hold is not known."""
    held = run.columns["people"]
    types = TABLES["people"].types.items()
    return ", ".join(quote(n) if n in held else f"CAST(NULL AS {t.duckdb}) AS {quote(n)}" for n, t in types)
