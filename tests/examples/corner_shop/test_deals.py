"""Deals: stages with known dwell times; what is not closed is open, not lost."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop import customers, deals
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.deals import ORIGIN_LIFT, ORIGINS, Deals
from portraits.examples.corner_shop.shop import open_shop
from portraits.examples.corner_shop.world import AS_OF, DAYS, STAGES, World
from tests.examples.corner_shop.conftest import Tables


@pytest.fixture(scope="module")
def many() -> Deals:
    """The deals of a world of companies only."""
    shop = open_shop(World(companies=1.0), 5, AS_OF)
    return deals.draw(shop, customers.draw(shop, 0, 0, 12_000))


def test_only_companies_have_deals(crowd: Chunk) -> None:
    assert crowd.customers.company[crowd.deals.customer].all()
    assert crowd.deals.customer.size / crowd.customers.company.sum() == pytest.approx(World().deals, rel=0.1)


@pytest.mark.parametrize("stage", range(len(STAGES)))
def test_the_median_stay_in_a_stage_is_the_known_one(many: Deals, stage: int) -> None:
    entered = many.entered[:, stage]
    left = many.entered[:, stage + 1] if stage + 1 < len(STAGES) else np.where(many.won, many.closed, np.inf)
    passed = np.isfinite(entered) & np.isfinite(left)
    assert np.median(left[passed] - entered[passed]) == pytest.approx(STAGES[stage].median, rel=0.08)


@pytest.mark.parametrize("stage", range(len(STAGES)))
def test_as_many_pass_a_stage_as_the_world_says(many: Deals, stage: int) -> None:
    plain = many.origin == ORIGINS.index("web_form")
    entered = np.isfinite(many.entered[:, stage]) & plain
    passed = np.isfinite(many.entered[:, stage + 1]) if stage + 1 < len(STAGES) else many.won
    assert passed[entered].mean() == pytest.approx(STAGES[stage].passes, abs=0.03)


def test_referred_deals_are_won_more_often(many: Deals) -> None:
    won = {origin: many.won[many.origin == at].mean() for at, origin in enumerate(ORIGINS)}
    assert won["referral"] > won["web_form"] > won["cold_call"]
    assert len(ORIGIN_LIFT) == len(ORIGINS)


def test_stages_follow_one_another(many: Deals) -> None:
    known = np.where(np.isfinite(many.entered), many.entered, np.nan)
    steps = np.diff(known, axis=1)
    assert (steps[~np.isnan(steps)] >= 0).all()
    assert (many.entered[:, 0] == many.created).all()


def test_a_deal_not_closed_by_as_of_is_open(known: Tables, crowd: Chunk) -> None:
    rows = known["deals"].to_pylist()
    for row in rows:
        assert (row["status"] == "open") == (row["closed_at"] is None)
        assert (row["status"] == "lost") == (row["lost_reason"] is not None)
        if row["closed_at"]:
            assert row["created_at"] <= row["closed_at"] < crowd.shop.days.as_of
    assert {"open", "won", "lost"} == {row["status"] for row in rows}


def test_open_deals_are_the_recent_ones(known: Tables, crowd: Chunk) -> None:
    late = crowd.shop.days.as_of - timedelta(days=200)
    still = [row["created_at"] for row in known["deals"].to_pylist() if row["status"] == "open"]
    assert all(created > late for created in still)


def test_won_deals_went_through_every_stage(known: Tables) -> None:
    counts = known["deal_stages"].group_by("deal_id").aggregate([("stage", "count")])
    stages = dict(zip(counts["deal_id"].to_pylist(), counts["stage_count"].to_pylist(), strict=True))
    for row in known["deals"].to_pylist():
        if row["status"] == "won":
            assert stages[row["deal_id"]] == len(STAGES)


def test_no_stage_is_entered_after_as_of(known: Tables, crowd: Chunk) -> None:
    assert pc.max(known["deal_stages"]["entered_at"]).as_py() < crowd.shop.days.as_of
    assert set(known["deal_stages"]["deal_id"].unique().to_pylist()) == set(known["deals"]["deal_id"].to_pylist())


def test_deals_move_in_office_hours(known: Tables) -> None:
    hours = pc.hour(known["deal_stages"]["entered_at"])
    assert pc.min(hours).as_py() >= 9
    assert pc.max(hours).as_py() <= 18


def test_amounts_are_round_and_positive(many: Deals) -> None:
    assert (many.amount >= 0).all()
    assert (many.amount % 10_000 == 0).all()
    assert (many.created < DAYS).all()
