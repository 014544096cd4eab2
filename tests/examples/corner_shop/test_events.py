"""Events: visits, receipts, try-ons, calls, and e-mails that were opened."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop import events, products
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.orders import STORE
from portraits.examples.corner_shop.places import STORES
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.trace import CHANNELS, PHONE, Trace
from portraits.examples.corner_shop.world import DAYS, World
from tests.examples.corner_shop.conftest import Tables

KINDS = {
    "page_view", "search", "click", "app_use", "store_visit", "try_on", "screen_touch", "receipt",
    "chat", "call", "complaint", "consultation", "points_earned", "points_spent", "coupon_redeemed", "email_open",
}  # fmt: skip


def _kind(known: Tables, kind: str) -> pa.Table:
    return known["events"].filter(pc.equal(known["events"]["kind"], kind))


def test_every_kind_of_event_happens(known: Tables) -> None:
    assert set(known["events"]["kind"].unique().to_pylist()) == KINDS
    assert set(known["events"]["channel"].unique().to_pylist()) == set(CHANNELS)


def test_events_are_numbered_in_the_order_in_which_they_happened(known: Tables, shop: Shop) -> None:
    times, numbers = known["events"]["at"], known["events"]["event_id"].to_pylist()
    assert numbers == sorted(set(numbers))
    assert pc.all(pc.less_equal(times[:-1], times[1:])).as_py()
    assert pc.min(times).as_py() >= shop.days.start
    assert pc.max(times).as_py() < shop.days.as_of


def test_pages_that_were_viewed_are_products(known: Tables) -> None:
    assert set(_kind(known, "page_view")["object"].unique().to_pylist()) <= set(products.all_codes())


def test_people_look_at_their_favourites(crowd: Chunk, known: Tables) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    rows = _kind(known, "page_view").slice(0, 5000).to_pylist()
    own = [int(row["object"][1:3]) - 1 == crowd.customers.favourite[owner[row["record_id"]]] for row in rows]
    assert np.mean(own) == pytest.approx(0.64, abs=0.03)


def test_an_e_receipt_has_the_amount_of_its_order(crowd: Chunk, known: Tables) -> None:
    receipts = _kind(known, "receipt")
    in_store = (crowd.orders.channel == STORE) & (crowd.orders.record >= 0)
    assert receipts.num_rows / in_store.sum() == pytest.approx(0.6, abs=0.02)
    amounts = {float(amount) for amount in known["orders"]["amount"].to_pylist()}
    assert set(receipts["value"].to_pylist()) <= amounts
    assert set(receipts["object"].unique().to_pylist()) == set(STORES)


def test_points_follow_what_was_paid(crowd: Chunk, known: Tables) -> None:
    earned = pc.sum(_kind(known, "points_earned")["value"]).as_py()
    counts = (crowd.orders.record >= 0) & (crowd.orders.status == 0)
    assert earned == pytest.approx((crowd.sales.amount[counts] // 1000).sum(), rel=0.001)


def test_clothes_are_tried_on_in_stores_and_the_tag_often_knows_nobody(known: Tables) -> None:
    tried = _kind(known, "try_on")
    assert tried["channel"].unique().to_pylist() == ["store"]
    assert {code[:3] for code in tried["object"].unique().to_pylist()} == {"P08"}
    assert 0.3 < tried["record_id"].null_count / tried.num_rows < 0.55


def test_coupons_name_their_campaign_and_what_they_took_off(crowd: Chunk, known: Tables) -> None:
    coupons = _kind(known, "coupon_redeemed")
    assert set(coupons["object"].unique().to_pylist()) <= set(crowd.shop.flight_ids)
    assert coupons.num_rows == ((crowd.orders.record >= 0) & (crowd.orders.coupon > 0)).sum()


def test_those_who_leave_complain_more(crowd: Chunk, known: Tables) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    complained = np.zeros(len(crowd.customers), dtype=bool)
    complained[[owner[record] for record in _kind(known, "complaint")["record_id"].to_pylist()]] = True
    left = np.isfinite(crowd.purchases.left) & (crowd.purchases.left < DAYS - 11)
    stayed = ~np.isfinite(crowd.purchases.left) & crowd.customers.buys
    assert complained[left].mean() == pytest.approx(World().complaint_before_leaving + 0.03, abs=0.03)
    assert complained[stayed].mean() < 0.06


def test_complaints_and_chats_have_words_in_the_customers_language(crowd: Chunk, known: Tables) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    for kind in ("complaint", "chat", "consultation"):
        for row in _kind(known, kind).slice(0, 300).to_pylist():
            assert row["text"].isascii() == bool(crowd.customers.english[owner[row["record_id"]]])


def test_sales_talks_are_with_companies(crowd: Chunk, known: Tables) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    talks = _kind(known, "consultation")["record_id"].to_pylist()
    assert all(crowd.customers.company[owner[record]] for record in talks)


def test_service_answers_in_the_daytime(known: Tables) -> None:
    hours = pc.hour(_kind(known, "chat")["at"])
    assert pc.min(hours).as_py() >= 9
    assert pc.max(hours).as_py() <= 20


def test_e_mails_are_opened_by_those_who_got_one(crowd: Chunk, known: Tables) -> None:
    mail = {flight.id for flight in crowd.shop.flights if flight.campaign.channel == "email"}
    assert set(_kind(known, "email_open")["object"].unique().to_pylist()) == mail


def test_who_left_soon_stops_looking_around(crowd: Chunk, known: Tables) -> None:
    owner = dict(zip(crowd.records.ids, crowd.records.owner.tolist(), strict=True))
    start = np.datetime64(crowd.shop.days.start)
    views = _kind(known, "page_view").select(["record_id", "at"]).to_pylist()[-20_000:]
    late = [
        (np.datetime64(row["at"]) - start) / np.timedelta64(1, "D") > crowd.purchases.left[owner[row["record_id"]]] + 21
        for row in views
    ]
    assert not any(late)


def test_a_trace_outside_the_two_years_is_left_out(shop: Shop, crowd: Chunk) -> None:
    time = np.array([-1.0, 5.0, DAYS + 0.1, 3.0])
    trace = Trace("call", np.array([0, 1, 2, -1]), time, np.full(4, PHONE))
    table = events.table(shop, 7, [trace], crowd.records)
    assert table["event_id"].to_pylist() == ["E07-00000001", "E07-00000002"]
    assert table["record_id"].to_pylist() == [None, crowd.records.ids[1]]
    assert table["channel"].to_pylist() == ["phone", "phone"]
    assert table["object"].null_count == table["text"].null_count == 2
