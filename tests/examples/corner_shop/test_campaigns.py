"""Campaigns: random holdouts, and a true lift that an honest comparison finds."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop import effects
from portraits.examples.corner_shop.campaigns import PLANNING
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.company import Company
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import SEGMENTS, World
from tests.examples.corner_shop.conftest import Tables


def _true_lift(crowd: Chunk, flight: int) -> float:
    """Profit per treated customer that the campaign truly brought, in cents."""
    sums = crowd.effects()[flight].sum(axis=0)
    return float((sums[3] - sums[4]) / sums[0])


def _profits(crowd: Chunk, flight: int) -> tuple[np.ndarray, np.ndarray]:
    """Profit in the campaign's window of treated and of kept-out customers, in cents."""
    run, made, contacts = crowd.shop.flights[flight], crowd.orders, crowd.contacts
    counts = (made.status == 0) & ~made.visits.anonymous & (made.time >= run.first) & (made.time < run.after + 1)
    profit = np.bincount(
        made.customer[counts], (crowd.sales.amount - crowd.sales.cost)[counts], minlength=len(crowd.customers)
    )
    mine = contacts.flight == flight
    return profit[contacts.customer[mine & contacts.treated]], profit[contacts.customer[mine & ~contacts.treated]]


def test_a_fifth_of_the_chosen_is_kept_out_at_random(crowd: Chunk) -> None:
    treated = crowd.contacts.treated
    assert 1 - treated.mean() == pytest.approx(World().holdout, abs=0.005)
    segment = crowd.customers.segment[crowd.contacts.customer]
    for at in range(len(SEGMENTS)):
        assert 1 - treated[segment == at].mean() == pytest.approx(World().holdout, abs=0.02)


def test_nobody_is_chosen_twice_for_a_campaign(crowd: Chunk) -> None:
    pairs = crowd.contacts.flight * 1_000_000 + crowd.contacts.customer
    assert np.unique(pairs).size == pairs.size


def test_only_those_who_agreed_are_contacted(crowd: Chunk) -> None:
    said, contacts = crowd.consents, crowd.contacts
    assert (said.given[contacts.customer] <= contacts.time).all()
    for at, flight in enumerate(crowd.shop.flights):
        mine = contacts.customer[contacts.flight == at]
        assert said.allows(flight.first)[mine].all()


@pytest.mark.parametrize("flight", range(13))
def test_difference_in_means_finds_the_true_lift(crowd: Chunk, flight: int) -> None:
    treated, holdout = _profits(crowd, flight)
    difference = treated.mean() - holdout.mean()
    error = np.sqrt(treated.var() / treated.size + holdout.var() / holdout.size)
    assert abs(difference - _true_lift(crowd, flight)) < 3 * error


def test_one_campaign_does_nothing_and_one_loses_money(crowd: Chunk) -> None:
    lifts = {flight.id: _true_lift(crowd, at) for at, flight in enumerate(crowd.shop.flights)}
    assert lifts["SUMMER-2025"] == 0
    assert lifts["NOVEMBER-2024"] < 0 > lifts["NOVEMBER-2025"]
    assert lifts["AUTUMN-2024"] > 0 < lifts["AUTUMN-2025"]


def test_extra_purchases_come_as_often_as_the_world_says(crowd: Chunk) -> None:
    for at, flight in enumerate(crowd.shop.flights):
        mine = (crowd.contacts.flight == at) & crowd.contacts.treated
        who = crowd.contacts.customer[mine]
        response = np.array([segment.response for segment in SEGMENTS])[crowd.customers.segment[who]]
        lapsed = crowd.purchases.left[who] < crowd.contacts.time[mine]
        chance = flight.campaign.extra * response * np.where(lapsed, World().lapsed_response, 1)
        caused = (crowd.extras.flight == at).sum()
        assert abs(caused - chance.sum()) <= 4 * np.sqrt(chance.sum() + 1)


def test_bargain_hunters_respond_most(crowd: Chunk) -> None:
    sums = crowd.effects()[:, :, :].sum(axis=0)
    rate = {segment.name: sums[at, 2] / sums[at, 0] for at, segment in enumerate(SEGMENTS)}
    assert max(rate, key=lambda name: rate[name]) == "bargain"


def test_nobody_kept_out_makes_extra_purchases(crowd: Chunk) -> None:
    holdout = ~crowd.contacts.treated
    kept = set(zip(crowd.contacts.flight[holdout].tolist(), crowd.contacts.customer[holdout].tolist(), strict=True))
    caused = set(zip(crowd.extras.flight.tolist(), crowd.extras.customer.tolist(), strict=True))
    assert caused
    assert not kept & caused


def test_what_is_credited_is_more_than_what_was_caused(crowd: Chunk, truth: Tables) -> None:
    credited = (crowd.orders.flight >= 0).sum()
    assert credited > 2 * truth["extra_orders"].num_rows > 0


def test_the_plan_costs_what_its_contacts_cost(company: Company) -> None:
    for _ in company.chunks():
        pass
    plan, true = company.whole()["campaigns"], company.truth()["campaigns"]
    treated = true.group_by("campaign_id").aggregate([("treated", "sum")])
    rows = plan.select(["campaign_id", "cost"]).join(treated, "campaign_id").to_pylist()
    each = {flight.id: flight.campaign.contact_cost for flight in company.shop.flights}
    for row in rows:
        assert float(row["cost"]) == pytest.approx(PLANNING + each[row["campaign_id"]] * row["treated_sum"], abs=0.006)


def test_the_truth_has_a_row_for_each_campaign_and_segment(shop: Shop, crowd: Chunk) -> None:
    table = effects.table(shop, crowd.effects())
    assert table.num_rows == len(shop.flights) * len(SEGMENTS)
    assert pc.sum(table["treated"]).as_py() == crowd.contacts.treated.sum()
    assert pc.sum(table["holdout"]).as_py() == (~crowd.contacts.treated).sum()
    assert pc.min(table["coupon_cost"]).as_py() >= Decimal(0)


def test_touches_name_both_arms_and_first_records(crowd: Chunk, known: Tables) -> None:
    touches = known["touches"]
    assert touches.num_rows == crowd.contacts.flight.size
    assert set(touches["arm"].unique().to_pylist()) == {"treated", "holdout"}
    first = {crowd.records.ids[at] for at in crowd.records.first.tolist()}
    assert set(touches["record_id"].unique().to_pylist()) <= first
