"""Identity's figures: what is promised of cleaning and matching.

One pack for all persons and one for all companies, as they come; no label of any set is learnt from.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figure import Measured, figure
from benchmarks.identity import defaults, sets, shop
from benchmarks.identity.scores import Score, score
from benchmarks.machine import peak_megabytes
from portraits.engine.warehouse import Step, Warehouse, literal

LEAST_PRECISION, MOST_MEGABYTES, ASSIGNED = 0.995, 3072, 10_000


@figure(
    "febrl3-no-ssn-f1",
    bound=">= 0.99",
    unit="F1",
    topic="identity",
    en="Febrl 3 without social security number: pairwise F1, 0 where precision is below 0.995",
    zh="Febrl 3（不用社保号）：成对 F1，精确率低于 0.995 时记 0",
    issue=4,
)
def measure_febrl() -> Measured:
    """Persons with many errors and no identity number."""
    return _precise(_scored(sets.febrl3, "person"))


@figure(
    "febrl3-ssn-f1",
    bound=">= 0.999",
    unit="F1",
    topic="identity",
    en="Febrl 3 with social security number: pairwise F1, 0 where precision is below 0.995",
    zh="Febrl 3（含社保号）：成对 F1，精确率低于 0.995 时记 0",
    issue=4,
)
def measure_febrl_ssn() -> Measured:
    """The same persons with their numbers, some of them mistyped."""
    return _precise(_scored(sets.febrl3_ssn, "person"))


@figure(
    "fake1000-f1",
    bound=">= 0.0001",
    unit="F1 above Splink's defaults",
    topic="identity",
    en="Splink's fake_1000: pairwise F1 above the best of its untuned defaults",
    zh="Splink fake_1000：成对 F1 超出其默认设置最佳结果的幅度",
    issue=4,
)
def measure_fake() -> Measured:
    """Ours less Splink's quick start."""
    return _above(sets.fake_1000, defaults.fake_1000)


@figure(
    "historical50k-f1",
    bound=">= 0.0001",
    unit="F1 above Splink's defaults",
    topic="identity",
    en="Splink's historical_50k: pairwise F1 above the best of its untuned defaults",
    zh="Splink historical_50k：成对 F1 超出其默认设置最佳结果的幅度",
    issue=4,
)
def measure_historical() -> Measured:
    """Ours less Splink's guide, which uses the occupation too."""
    return _above(sets.historical_50k, defaults.historical_50k)


@figure(
    "senzing-pr",
    bound=">= 0.95",
    unit="the smaller of precision and recall",
    topic="identity",
    en="Senzing's truth set, persons and organisations: the smaller of pairwise precision and recall",
    zh="Senzing 真值集（个人与机构）：成对精确率与召回率中的较小者",
    issue=4,
)
def measure_senzing() -> Measured:
    """159 records of three sources."""
    found = _scored(sets.senzing, "person", "company")
    return Measured(min(found.precision, found.recall), found.shown())


@figure(
    "restaurants-f1",
    bound=">= 0.0001",
    unit="F1 above exact keys",
    topic="identity",
    en="Restaurants of two guides: pairwise F1 above exact phone or name with address",
    zh="两本指南中的餐馆：成对 F1 超出精确键（电话，或名称加地址）的幅度",
    issue=4,
)
def measure_restaurants() -> Measured:
    """Ours less exact keys."""
    return _above_floor(sets.restaurants)


@figure(
    "early-childhood-f1",
    bound=">= 0.0001",
    unit="F1 above exact keys",
    topic="identity",
    en="Early childhood sites of Chicago: pairwise F1 above exact phone or name with address",
    zh="芝加哥幼教机构：成对 F1 超出精确键（电话，或名称加地址）的幅度",
    issue=4,
)
def measure_sites() -> Measured:
    """Ours less exact keys."""
    return _above_floor(sets.early_childhood)


@figure(
    "corner-shop-f1-100k",
    bound=">= 0.985",
    unit="F1",
    topic="identity",
    en="Corner shop, 100,000 records in Chinese and English: pairwise F1",
    zh="街角小店 10 万条中英文客户记录：成对 F1",
    issue=4,
)
def measure_shop() -> Measured:
    """All pairs of records of one customer, also those that have nothing in common."""
    with _shop(100_000) as warehouse:
        found = score(warehouse, sets.matched(warehouse, "person", "company"))
        best = score(warehouse, sets.reachable(warehouse))
    # Records of a mini program that has neither name nor phone of its user have nothing to be known by.
    reach = {"f1 if every true pair with anything of its own in common were linked, and no other": round(best.f1, 5)}
    return Measured(found.f1, {**found.shown(), **reach})


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
    with _shop(100_000) as warehouse:
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


def _scored(load: Callable[[], Warehouse], *kinds: str) -> Score:
    with load() as warehouse:
        return score(warehouse, sets.matched(warehouse, *kinds))


def _precise(found: Score) -> Measured:
    return Measured(found.f1 if found.precision >= LEAST_PRECISION else 0.0, found.shown())


def _above(load: Callable[[], Warehouse], untuned: Callable[[Warehouse], Score]) -> Measured:
    with load() as warehouse:
        ours = score(warehouse, sets.matched(warehouse, "person"))
        theirs = untuned(warehouse)
    return Measured(ours.f1 - theirs.f1, {"ours": ours.shown(), "defaults, best threshold": theirs.shown()})


def _above_floor(load: Callable[[], Warehouse]) -> Measured:
    with load() as warehouse:
        ours = score(warehouse, sets.matched(warehouse, "company"))
        exact = score(warehouse, sets.floor(warehouse, "phone", "company_key || address_key"))
    return Measured(ours.f1 - exact.f1, {"ours": ours.shown(), "exact keys": exact.shown()})


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
