"""Consents, responses, ties, listings, spend and the columns they are made of."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.examples.corner_shop import consents
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.columns import moments, money, numbered, words
from portraits.examples.corner_shop.company import Company
from portraits.examples.corner_shop.customers import ORIGINS
from portraits.examples.corner_shop.listings import WARES
from portraits.examples.corner_shop.spend import COSTS
from portraits.examples.corner_shop.world import DAYS, World
from tests.examples.corner_shop.conftest import Tables


@given(st.lists(st.integers(-(10**15), 10**15), max_size=20))
def test_cents_become_exact_money(cents: list[int]) -> None:
    found = money(np.array(cents, dtype=np.int64)).to_pylist()
    assert found == [Decimal(each) / 100 for each in cents]


def test_moments_are_naive_and_whole_seconds() -> None:
    column = moments(np.array(["2026-01-02T03:04:05"], dtype="datetime64[s]"))
    assert column.type == pa.timestamp("us")
    assert column.to_pylist() == [datetime(2026, 1, 2, 3, 4, 5)]


def test_a_word_at_a_place_below_zero_is_empty() -> None:
    assert words(("a", "b"), np.array([1, -1, 0])).to_pylist() == ["b", None, "a"]


def test_numbers_say_their_chunk() -> None:
    assert numbered("A", 3, 2).to_pylist() == ["A03-00000001", "A03-00000002"]


def test_as_many_agree_and_withdraw_as_the_world_says(crowd: Chunk) -> None:
    said, world = crowd.consents, World()
    agreed = np.isfinite(said.given)
    assert agreed.mean() == pytest.approx(world.consent, abs=0.01)
    assert np.isfinite(said.withdrawn[agreed]).mean() == pytest.approx(world.withdrawal, abs=0.012)
    assert (said.withdrawn > said.given).all() or np.isinf(said.given).any()


def test_nobody_is_contacted_between_withdrawing_and_agreeing_again(crowd: Chunk) -> None:
    said = crowd.consents
    gone = np.flatnonzero(np.isfinite(said.withdrawn))
    for at in gone[:200].tolist():
        assert not said.allows(float(said.withdrawn[at]) + 1e-6)[at]
        if np.isfinite(said.again[at]):
            assert said.allows(float(said.again[at]))[at]


def test_a_consent_is_given_before_it_is_withdrawn(known: Tables) -> None:
    last: dict[tuple[str, str], str] = {}
    for row in known["consents"].to_pylist():
        key = (row["record_id"], row["purpose"])
        if row["status"] == "withdrawn":
            assert last[key] == "given"
        last[key] = row["status"]
    assert set(known["consents"]["purpose"].unique().to_pylist()) == set(consents.PURPOSES)


def test_everybody_agreed_to_be_served(known: Tables, crowd: Chunk) -> None:
    table = known["consents"]
    served = table.filter(pc.equal(table["purpose"], "service"))
    assert served.num_rows == len(crowd.customers)
    assert served["channel"].null_count == served.num_rows


def test_only_treated_customers_respond(known: Tables, crowd: Chunk) -> None:
    treated = crowd.contacts.treated
    reached = {
        (crowd.shop.flight_ids[flight], customer)
        for flight, customer in zip(
            crowd.contacts.flight[treated].tolist(), crowd.contacts.customer[treated].tolist(), strict=True
        )
    }
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    for row in known["responses"].to_pylist():
        assert (row["campaign_id"], owner[row["record_id"]]) in reached


def test_fewer_click_than_open(known: Tables) -> None:
    counts = {row["values"]: row["counts"] for row in known["responses"]["kind"].value_counts().to_pylist()}
    assert set(counts) == {"open", "click", "purchase"}
    assert counts["click"] < 0.3 * counts["open"]


def test_a_purchase_responds_with_its_amount(known: Tables) -> None:
    responses = known["responses"]
    bought = responses.filter(pc.equal(responses["kind"], "purchase"))
    amounts = {float(amount) for amount in known["orders"]["amount"].to_pylist()}
    assert set(bought["value"].to_pylist()) <= amounts


def test_ties_join_records_of_different_customers(known: Tables, crowd: Chunk) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    ties = known["relations"].to_pylist()
    assert {tie["kind"] for tie in ties} == {"household", "refers", "supplies", "colleague"}
    assert all(owner[tie["from_record"]] != owner[tie["to_record"]] for tie in ties)
    assert all(0.5 <= tie["weight"] <= 1 for tie in ties)


def test_who_was_referred_came_after_who_referred(known: Tables, crowd: Chunk) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    joined, origin = crowd.customers.joined, crowd.customers.origin
    for tie in known["relations"].to_pylist():
        if tie["kind"] == "refers":
            assert joined[owner[tie["from_record"]]] <= joined[owner[tie["to_record"]]]
            assert ORIGINS[origin[owner[tie["to_record"]]]] == "referral"


def test_companies_supply_companies(known: Tables, crowd: Chunk) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    company = crowd.customers.company
    for tie in known["relations"].to_pylist():
        if tie["kind"] == "supplies":
            assert company[owner[tie["from_record"]]] and company[owner[tie["to_record"]]]


def test_known_households_are_true_ones(known: Tables, crowd: Chunk) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    homes = [tie for tie in known["relations"].to_pylist() if tie["kind"] == "household"]
    assert len(homes) == pytest.approx(len(crowd.persons.housemates) / 2, rel=0.1)
    for tie in homes:
        pair = (owner[tie["from_record"]], owner[tie["to_record"]])
        assert crowd.persons.household[pair[0]] == crowd.persons.household[pair[1]] >= 0


def test_listings_say_what_they_offer_or_want(known: Tables, crowd: Chunk) -> None:
    rows = known["listings"].to_pylist()
    assert len(rows) == 2 * crowd.customers.company.sum()
    wares = {word for ware in WARES for word in (ware.title.zh, ware.title.en)}
    for row in rows:
        assert any(word in row["text"] or word.capitalize() in row["text"] for word in wares), row["text"]
        assert "{" not in row["text"]
        assert row["price"] > 0 < row["quantity"]
    assert {row["direction"] for row in rows} == {"supply", "demand"}


def test_a_supply_reads_otherwise_than_a_demand(known: Tables) -> None:
    for row in known["listings"].to_pylist():
        wants = any(word in row["text"] for word in ("求购", "急需", "寻", "ooking for", "need", "anted"))
        assert wants == (row["direction"] == "demand"), row["text"]


def test_money_is_spent_every_day_on_every_paid_origin() -> None:
    company = Company(2_000)
    for _ in company.chunks():
        pass
    spent = company.whole()["spend"]
    daily = spent.filter(pc.is_null(spent["campaign_id"]))
    assert daily.num_rows == DAYS * len(COSTS)
    assert set(daily["origin"].unique().to_pylist()) == set(COSTS)
    campaigns = company.whole()["campaigns"]
    of_campaigns = spent.filter(pc.is_valid(spent["campaign_id"]))
    assert pc.sum(of_campaigns["amount"]).as_py() == pc.sum(campaigns["cost"]).as_py()


def test_each_origin_costs_about_what_a_customer_costs_there() -> None:
    company = Company(20_000)
    spent = company.whole()["spend"].group_by("origin").aggregate([("amount", "sum")]).to_pylist()
    total = {row["origin"]: float(row["amount_sum"]) for row in spent if row["origin"]}
    assert total["search_ads"] == pytest.approx(0.16 * 20_000 * COSTS["search_ads"], rel=0.05)
    assert total["outdoor"] == pytest.approx(0.06 * 20_000 * COSTS["outdoor"], rel=0.05)
