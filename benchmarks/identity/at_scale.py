"""At scale: matching the corner shop's records, a hundred thousand and a million: how right, how fast, how small."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from benchmarks.figure import Measured, figure
from benchmarks.identity import sets, shop
from benchmarks.identity.scores import score
from benchmarks.machine import peak_megabytes
from portraits.engine.warehouse import Step, Warehouse, literal

MOST_MEGABYTES, ASSIGNED, LATE = 3072, 10_000, 2_000


@figure(
    "corner-shop-f1-100k",
    bound=">= 0.985",
    unit="F1",
    topic="identity",
    en="Corner shop, 100,000 records in Chinese and English: pairwise F1 over all true pairs",
    zh="街角小店 10 万条中英文客户记录：全部真实记录对的成对 F1",
    issue=4,
)
def measure_shop() -> Measured:
    """All pairs of records of one customer, also those that have nothing in common."""
    return _f1(100_000)


@figure(
    "corner-shop-f1-1m",
    bound=">= 0.985",
    unit="F1",
    topic="identity",
    en="Corner shop, 1,000,000 records: pairwise F1 over all true pairs",
    zh="街角小店 100 万条记录：全部真实记录对的成对 F1",
    issue=4,
)
def measure_large_shop() -> Measured:
    """The same for ten times as many records."""
    return _f1(1_000_000)


@figure(
    "corner-shop-overmerge-100k",
    bound="<= 0.1",
    unit="% of clusters",
    topic="identity",
    en="Corner shop, 100,000 records: clusters that hold more than one customer",
    zh="街角小店 10 万条记录：混入多位客户的簇所占比例",
    issue=4,
)
def measure_over_merge() -> Measured:
    """Clusters that hold more than one customer."""
    return _over_merged(100_000)


@figure(
    "corner-shop-overmerge-1m",
    bound="<= 0.1",
    unit="% of clusters",
    topic="identity",
    en="Corner shop, 1,000,000 records: clusters that hold more than one customer",
    zh="街角小店 100 万条记录：混入多位客户的簇所占比例",
    issue=4,
)
def measure_large_over_merge() -> Measured:
    """The same for ten times as many records."""
    return _over_merged(1_000_000)


def _f1(records: int) -> Measured:
    with _shop(records) as warehouse:
        found = score(warehouse, sets.matched(warehouse, "person", "company"))
        best = score(warehouse, sets.reachable(warehouse))
    # Some records of one person have nothing in common: nobody can tell that they belong together.
    reach = {"f1 if every true pair with anything of its own in common were linked, and no other": round(best.f1, 5)}
    return Measured(found.f1, {**found.shown(), **reach})


def _over_merged(records: int) -> Measured:
    with _shop(records) as warehouse:
        found = score(warehouse, sets.matched(warehouse, "person", "company"))
    return Measured(100 * found.over_merge_rate, found.shown())


@figure(
    "identity-1m-time-memory",
    bound="<= 150",
    unit="CPU s",
    topic="identity",
    en="1,000,000 records cleaned, learnt from, matched and clustered within 3 GB",
    zh="100 万条记录的清洗、训练、匹配与聚类（内存 3 GB 以内）",
    issue=4,
)
def measure_million() -> Measured:
    """Processor seconds of this process; not a number where it took more than 3 GB."""
    with _shop(1_000_000, clean=False) as warehouse:
        started, cleaned_at = time.process_time(), 0.0
        sets.cleaned(warehouse)
        cleaned_at = time.process_time()
        clusters = sets.matched(warehouse, "person", "company")
        seconds, megabytes = time.process_time() - started, peak_megabytes(os.getpid())
        found = score(warehouse, clusters)
    details = {"cleaning": round(cleaned_at - started, 1), "peak MB": megabytes, **found.shown()}
    return Measured(seconds if megabytes <= MOST_MEGABYTES else float("nan"), details)


@figure(
    "assign-10k-into-1m",
    bound="<= 30",
    unit="s",
    topic="identity",
    en="10,000 new records find their customers among 1,000,000 records, cleaning included",
    zh="1 万条新记录并入 100 万条记录（含清洗）所需时间",
    issue=4,
)
def measure_assignment() -> Measured:
    """Wall seconds from the new raw records to their customers."""
    from portraits.identity.match.assignment import assign
    from portraits.identity.match.matching import match
    from portraits.identity.match.pack import pack

    with _shop(1_000_000 + ASSIGNED, clean=False) as warehouse:
        fresh = f"SELECT * FROM people ORDER BY hash(record_id) LIMIT {ASSIGNED}"
        warehouse.run([Step("arrived", fresh), Step("every", "SELECT * FROM people")])
        _only(warehouse, "SELECT * FROM every ANTI JOIN arrived USING (record_id)")
        models = [(pack(kind), match(warehouse, pack(kind))) for kind in ("person", "company")]
        _as_published(warehouse)
        started = time.perf_counter()
        _only(warehouse, "SELECT * FROM arrived")
        for chosen, model in models:
            assign(warehouse, chosen, model, people="people_clean")
        seconds = time.perf_counter() - started
        clusters = " UNION ALL ".join(
            f"SELECT record_id, cluster FROM assign_{each}_clusters WHERE fresh" for each in ("person", "company")
        )
        placed = warehouse.rows(f"SELECT count(*), count(*) FILTER (cluster <> record_id) FROM ({clusters})")[0]
    return Measured(seconds, {"placed": placed[0], "with others": placed[1]})


@figure(
    "resumed-as-anew-100k",
    bound=">= 0.99",
    unit="of pairs",
    topic="identity",
    en="Corner shop, 100,000 records of which 2,000 arrive later: pairs alike whether matching resumes or starts anew",
    zh="街角小店 10 万条记录，其中 2000 条后到：续接比对与全量比对结果一致的记录对比例",
    issue=4,
)
def measure_agreement() -> Measured:
    """The smaller share of pairs, either way, of a resumed run and of one that compares everybody again."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shop.write(place, 100_000)
        late = f"SELECT record_id FROM read_parquet('{place}/people.parquet') ORDER BY hash(record_id) LIMIT {LATE}"
        _matched_as_built(place, "before", f"record_id NOT IN ({late})")
        resumed, seconds = _matched_as_built(place, "resumed", "true", previous="before")
        anew, every = _matched_as_built(place, "anew", "true")
        with Warehouse.side_by_side({"resumed": resumed, "anew": anew}) as both:
            clusters = "SELECT record_id, cluster FROM {}.identity_kept"
            truth = "SELECT record_id, cluster AS customer FROM anew.identity_kept"
            both.run([Step("anew_truth", truth), Step("truth", f"FROM read_parquet('{place}/truth.parquet')")])
            found = score(both, clusters.format("resumed"), "anew_truth")
            true = [score(both, clusters.format(run)).f1 for run in ("resumed", "anew")]
    details = {"late": LATE, "f1 resumed": round(true[0], 5), "f1 anew": round(true[1], 5)}
    details |= {"seconds resumed": round(seconds, 1), "seconds anew": round(every, 1)}
    return Measured(min(found.precision, found.recall), {**details, **found.shown()})


def _matched_as_built(place: Path, name: str, which: str, previous: str = "") -> tuple[Path, float]:
    """The file of a run in which some of the people are matched as a build does it, and the seconds that took."""
    from portraits.app.identity.comparing import match_all
    from portraits.engine.progress import SILENT
    from portraits.engine.recognising import Recognising
    from portraits.identity.exact import records_step
    from portraits.identity.match.matching import NONE

    path = place / f"{name}.duckdb"
    people = f"SELECT * FROM read_parquet('{place}/people.parquet') WHERE {which}"
    with Warehouse.create(path, memory="1200MB", threads=2) as warehouse:
        warehouse.run([Step("people", people), records_step(["people"])])
        attached = warehouse.attached(place / f"{previous}.duckdb", "previous") if previous else nullcontext()
        started = time.perf_counter()
        with attached:
            match_all(warehouse, Recognising(by="match"), "previous" if previous else "", NONE, SILENT)
        seconds = time.perf_counter() - started
        nothing = "SELECT '' AS left_id, '' AS right_id, '' AS verdict WHERE false"
        kept = Step("identity_kept", "SELECT record_id, cluster FROM identity_found")
        warehouse.run([kept, Step("identity_decided", nothing)])
    return path, seconds


@contextmanager
def _shop(records: int, *, clean: bool = True) -> Iterator[Warehouse]:
    """A warehouse in a file that holds the shop's `people` and `truth`."""
    with tempfile.TemporaryDirectory() as folder:
        shop.write(Path(folder), records)
        with Warehouse.create(Path(folder) / "identity.duckdb", memory="1200MB", threads=2) as warehouse:
            for name in ("people", "truth"):
                file = literal(str(Path(folder) / f"{name}.parquet"))
                warehouse.run([Step(name, f"SELECT * FROM read_parquet({file})")])
            if clean:
                sets.cleaned(warehouse)
            yield warehouse


def _only(warehouse: Warehouse, people: str) -> None:
    """Make `people` what a SELECT gives, and clean it anew."""
    _dropped(warehouse, "people", "cleaned_")
    warehouse.run([Step("people", people)])
    sets.cleaned(warehouse)
    _dropped(warehouse, "cleaned_")


def _as_published(warehouse: Warehouse) -> None:
    """Only what a published run keeps is left: the clusters, what was compared, guards and term frequencies."""
    _dropped(warehouse, "every", "match_person_rough", "match_company_rough", "match_person_doubtful")


def _dropped(warehouse: Warehouse, *starts: str) -> None:
    found = warehouse.rows("SELECT table_name FROM duckdb_tables()")
    for (name,) in found:
        if name.startswith(starts):
            warehouse.execute(f'DROP TABLE "{name}"')
