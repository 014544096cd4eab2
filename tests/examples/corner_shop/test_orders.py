"""Orders: who, when, where, and how they are paid."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.orders import PAYMENTS, STATUSES, STORE
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import CHANNELS, DAYS, SEGMENTS, World
from tests.examples.corner_shop.conftest import Tables

NAMES = [segment.name for segment in SEGMENTS]


def test_every_purchase_becomes_an_order_and_so_do_extras_and_walk_ins(crowd: Chunk) -> None:
    made = crowd.orders.visits
    assert (~made.anonymous & ~made.extra).sum() == crowd.purchases.time.size
    assert made.extra.sum() == crowd.extras.time.size
    known = crowd.purchases.time.size + crowd.extras.time.size
    assert made.anonymous.sum() / known == pytest.approx(World().walk_ins, abs=0.005)


def test_orders_come_by_time_and_before_as_of(crowd: Chunk, known: Tables) -> None:
    assert (np.diff(crowd.orders.time) >= 0).all()
    assert crowd.orders.time.max() < DAYS
    times = known["orders"]["ordered_at"]
    assert pc.min(times).as_py() >= crowd.shop.days.start
    assert pc.max(times).as_py() < crowd.shop.days.as_of


def test_order_numbers_are_unique_and_say_nothing_of_the_customer(known: Tables) -> None:
    numbers = known["orders"]["order_id"].to_pylist()
    assert numbers == sorted(numbers)
    assert len(set(numbers)) == len(numbers)
    assert numbers[0] == "A00-00000001"


def test_walk_ins_have_no_record_and_everybody_else_has_an_own_one(crowd: Chunk) -> None:
    made = crowd.orders
    assert (made.record[made.visits.anonymous] == -1).all()
    mine = ~made.visits.anonymous
    assert (crowd.records.owner[made.record[mine]] == made.customer[mine]).all()


def test_an_order_goes_to_the_record_of_its_channel_where_there_is_one(crowd: Chunk) -> None:
    made, kept = crowd.orders, crowd.records
    in_store = (made.channel == STORE) & ~made.visits.anonymous
    till = kept.by_source[made.customer[in_store], 3]
    has_till = (till >= 0) & (kept.created[till] <= made.time[in_store])
    assert (made.record[in_store][has_till] == till[has_till]).all()
    assert (kept.source[made.record[in_store]] == 3).mean() > 0.3


def test_stores_are_named_in_stores_only(crowd: Chunk) -> None:
    made = crowd.orders
    assert ((made.store >= 0) == (made.channel == STORE)).all()
    home = crowd.persons.store[made.customer]
    assert (made.store == home)[made.channel == STORE].mean() > 0.85


def test_states_and_payments_are_known_words_in_their_shares(known: Tables) -> None:
    orders = known["orders"]
    shares = {row["values"]: row["counts"] / orders.num_rows for row in orders["status"].value_counts().to_pylist()}
    assert set(shares) == set(STATUSES)
    assert shares["cancelled"] == pytest.approx(World().cancelled, abs=0.003)
    assert shares["returned"] == pytest.approx(World().returned, abs=0.003)
    assert set(orders["payment"].unique().to_pylist()) <= set(PAYMENTS)
    assert set(orders["channel"].unique().to_pylist()) == set(CHANNELS)
    assert orders["currency"].unique().to_pylist() == ["CNY"]


def test_only_the_newest_orders_are_pending(crowd: Chunk) -> None:
    pending = crowd.orders.status == STATUSES.index("pending")
    assert (crowd.orders.time[pending] > DAYS - 1.5).all()


def test_segments_keep_their_hours(crowd: Chunk) -> None:
    hour = (crowd.orders.time % 1) * 24
    segment = crowd.customers.segment[crowd.orders.customer]
    assert np.median(hour[segment == NAMES.index("trendy")]) > 19
    assert np.median(hour[segment == NAMES.index("tea_lover")]) < 16


def test_bargain_hunters_buy_at_reduced_prices(crowd: Chunk) -> None:
    segment = crowd.customers.segment[crowd.orders.customer]
    reduced = crowd.orders.promotion > 0
    assert reduced[segment == NAMES.index("bargain")].mean() == pytest.approx(0.60, abs=0.02)
    assert reduced[segment == NAMES.index("tea_lover")].mean() == pytest.approx(0.10, abs=0.02)


def test_companies_pay_by_transfer(crowd: Chunk) -> None:
    transfer = crowd.orders.payment == PAYMENTS.index("bank_transfer")
    company = crowd.customers.company[crowd.orders.customer]
    assert transfer[company].mean() > 0.85
    assert not transfer[~company].any()


def test_what_is_to_be_spent_follows_gamma_gamma(crowd: Chunk) -> None:
    made, spend = crowd.orders, crowd.customers.spend
    ratio = made.value / spend[made.customer]
    assert ratio.mean() == pytest.approx(1, abs=0.01)
    assert ratio.var() == pytest.approx(1 / World().spend_shape, rel=0.05)


def test_a_campaign_is_credited_only_in_its_window(shop: Shop, crowd: Chunk) -> None:
    made = crowd.orders
    for at, flight in enumerate(shop.flights):
        times = made.time[made.flight == at]
        assert times.size
        assert (times >= flight.first + 1).all()
        assert (times < flight.after + 1).all()
