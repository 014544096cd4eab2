"""Who truly is there: kinds, rates and tastes as the world says."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop import customers
from portraits.examples.corner_shop.chance import Flags
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import COMPANY, DAYS, SEGMENTS, World
from tests.examples.corner_shop.conftest import Tables

NAMES = [segment.name for segment in SEGMENTS]


def _of(crowd: Chunk, name: str) -> Flags:
    return np.equal(crowd.customers.segment, NAMES.index(name))


def test_shares_are_those_of_the_world(crowd: Chunk) -> None:
    people, world = crowd.customers, World()
    assert people.company.mean() == pytest.approx(world.companies, abs=0.01)
    assert 1 - people.buys.mean() == pytest.approx(world.prospects, abs=0.01)
    assert people.english.mean() == pytest.approx(world.english, abs=0.01)


def test_rates_follow_the_gamma_law(crowd: Chunk) -> None:
    world, rate = World(), crowd.customers.rate
    assert rate.mean() == pytest.approx(world.rate_shape / world.rate_scale, rel=0.03)
    assert rate.var() == pytest.approx(world.rate_shape / world.rate_scale**2, rel=0.1)


def test_chances_to_leave_follow_the_beta_law(crowd: Chunk) -> None:
    world, drop = World(), crowd.customers.drop
    assert drop.mean() == pytest.approx(world.drop_a / (world.drop_a + world.drop_b), rel=0.04)
    assert ((drop >= 0) & (drop <= 1)).all()


def test_mean_order_values_follow_the_inverse_gamma_law(crowd: Chunk) -> None:
    world = World()
    spend = crowd.customers.spend[~crowd.customers.company]
    assert spend.mean() == pytest.approx(world.spend_shape * world.spend_scale / (world.spend_q - 1), rel=0.04)


def test_every_segment_has_customers_and_only_companies_are_companies(crowd: Chunk) -> None:
    people = crowd.customers
    assert (np.bincount(people.segment, minlength=len(SEGMENTS)) > 500).all()
    assert (people.company == (people.segment == COMPANY)).all()


def test_segments_differ_in_what_makes_them(crowd: Chunk) -> None:
    rate, spend = crowd.customers.rate, crowd.customers.spend
    assert rate[_of(crowd, "everyday")].mean() > 2 * rate[_of(crowd, "gifting")].mean()
    assert spend[_of(crowd, "gifting")].mean() > 1.5 * spend[_of(crowd, "bargain")].mean()


def test_frequency_and_spend_are_independent_among_all_persons(crowd: Chunk) -> None:
    persons = ~crowd.customers.company
    rate, spend = np.log(crowd.customers.rate[persons]), np.log(crowd.customers.spend[persons])
    assert abs(np.corrcoef(rate, spend)[0, 1]) < 0.03


def test_tea_lovers_mostly_love_tea(crowd: Chunk) -> None:
    assert (crowd.customers.favourite[_of(crowd, "tea_lover")] == 0).mean() > 0.4
    assert (crowd.customers.favourite[_of(crowd, "trendy")] == 0).mean() < 0.1


def test_everybody_joins_within_the_two_years_in_the_daytime(crowd: Chunk) -> None:
    joined = crowd.customers.joined
    assert ((joined >= 0) & (joined < DAYS)).all()
    assert (((joined % 1) * 24 >= 7.99) & ((joined % 1) * 24 <= 21.01)).all()


def test_the_truth_names_each_customer_once(crowd: Chunk, truth: Tables) -> None:
    about = truth["customers"]
    assert about.num_rows == 20_000
    assert pc.count_distinct(about["customer"]).as_py() == 20_000
    assert about["customer"][0].as_py() == "T00000000"
    assert set(about["segment"].unique().to_pylist()) == set(NAMES)


def test_who_left_has_a_day_and_is_not_alive(truth: Tables) -> None:
    rows = truth["customers"].select(["buys", "left_day", "alive"]).to_pylist()
    for row in rows:
        if not row["buys"]:
            assert row["left_day"] is None and row["alive"] is None
        else:
            assert row["alive"] == (row["left_day"] is None)


def test_numbers_go_on_from_chunk_to_chunk(shop: Shop) -> None:
    later = customers.draw(shop, 1, 25_000, 10)
    assert later.number.tolist() == list(range(25_000, 25_010))
    assert later.ids()[0] == "T00025000"
