"""Identity's figures on public sets with known truth: what is promised of cleaning and matching.

One pack for all persons and one for all companies, as they come; no label of any set is learnt from.
"""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figure import Measured, figure
from benchmarks.identity import defaults, sets
from benchmarks.identity.scores import Score, score
from portraits.engine.warehouse import Warehouse

LEAST_PRECISION = 0.995


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
