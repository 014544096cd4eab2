"""What the built-in tags mean, on a company of six customers worked out by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from portraits.engine.warehouse import Warehouse
from portraits.identity.exact import identity_steps
from portraits.segments.kinds.rfm import RfmSegment
from portraits.tags import kinds
from portraits.tags.packs import catalogue, packs
from portraits.tags.plan import plan
from portraits.tags.tag import Tag
from portraits.vocabulary.tables import TABLES

AS_OF = datetime(2025, 7, 1)
RFM = RfmSegment.read({"kind": "rfm", "title": "RFM"})
BUSINESSES = {
    "most": [name for name in catalogue() if name != "finance"],
    "finance": ["finance"],
}

Row = dict[str, Any]


def order(number: int, who: str, day: str, amount: int, **more: Any) -> Row:
    at = datetime.fromisoformat(day)
    row = {"order_id": f"o{number}", "record_id": who, "ordered_at": at, "amount": amount, "status": "completed"}
    return {**row, "channel": "web", "discount": 0, "cost": amount * 6 // 10, "quantity": 1, **more}


# Anna buys every 30 days, Bo bought once late in the evening, Chen bought every 10 days and
# stopped in anger, Dan only looks, Eve came once long ago; Fu Ltd is a company with deals.
ORDERS = [
    order(1, "anna", "2025-01-02 10:00", 100, quantity=2),
    order(2, "anna", "2025-02-01 10:00", 100, quantity=2),
    order(3, "anna", "2025-03-03 10:00", 100, quantity=2, channel="store", store="s1"),
    order(4, "anna", "2025-04-02 10:00", 200, quantity=5, channel="store", store="s1", discount=20),
    order(5, "anna", "2025-05-02 10:00", 200, quantity=3, channel="store", store="s1"),
    order(6, "anna", "2025-06-01 10:00", 200, quantity=3, channel="store", store="s2"),
    order(7, "anna", "2025-05-10 10:00", 50, status="returned"),
    order(8, "anna", "2025-06-10 10:00", 70, status="cancelled"),
    order(9, "bo", "2025-05-22 23:30", 80, discount=8),
    order(10, "chen", "2025-01-10 09:00", 300),
    order(11, "chen", "2025-01-20 09:00", 300),
    order(12, "chen", "2025-01-30 09:00", 300),
    order(13, "chen", "2025-02-09 09:00", 300),
    order(14, "eve", "2024-02-17 12:00", 60),
    order(15, "eve", "2025-05-01 12:00", 40, status="pending"),
]
LINES: list[Row] = [
    {"order_id": f"o{number}", "line": 1, "record_id": "anna", "product_id": product, "quantity": pieces}
    | {"amount": amount, "ordered_at": datetime(2025, month, 2, 10), "status": "completed"}
    for number, product, pieces, amount, month in [
        (1, "oolong", 2, 100, 1),
        (2, "oolong", 2, 100, 2),
        (3, "cake", 2, 100, 3),
        (4, "green", 5, 200, 4),
        (5, "oolong", 3, 300, 5),
        (6, "cake", 3, 100, 6),
    ]
]
PRODUCTS: list[Row] = [
    {"product_id": "oolong", "name": "Oolong", "category": "tea", "brand": "Hill"},
    {"product_id": "green", "name": "Green tea", "category": "tea", "brand": "Lake"},
    {"product_id": "cake", "name": "Cake", "category": "bakery", "brand": "Oven"},
]
PEOPLE: list[Row] = [
    {"record_id": "anna", "kind": "person", "gender": "female", "birth_date": datetime(1988, 3, 25).date()}
    | {"city": "上海市", "education": "硕士研究生", "marital_status": "已婚", "household_size": 3, "income": "10-20K"}
    | {"email": "a@example.com", "created_at": datetime(2024, 7, 1)},
    {"record_id": "bo", "gender": "male", "birth_date": datetime(2007, 7, 2).date(), "city": "Shenzhen"}
    | {"income": "over 40K", "education": "College", "marital_status": "single", "household_size": 1},
    {"record_id": "chen", "birth_date": datetime(1960, 12, 31).date(), "income": "under 5K", "city": "拉萨"},
    {"record_id": "dan", "income": "20万以上", "phone": "13800000000", "wechat_id": "dan", "city": "成都"},
    {"record_id": "eve", "email": "e@example.com"},
    {"record_id": "fu", "kind": "company", "income": "n/a"},
]


def event(who: str, kind: str, days_ago: float, **more: Any) -> Row:
    return {"record_id": who, "kind": kind, "at": AS_OF - timedelta(days=days_ago), **more}


EVENTS = [
    event("anna", "page_view", 3.5, channel="web", object="cake"),
    event("anna", "page_view", 3.4, channel="web", object="cake"),
    event("anna", "store_visit", 29.5, channel="store"),
    event("anna", "app_use", 100.5, channel="mini_program"),
    event("anna", "try_on", 5.5, object="apron"),
    event("anna", "points_earned", 40, value=100.0),
    event("anna", "points_earned", 10, value=50.0),
    event("anna", "points_spent", 5, value=-30.0),
    event("anna", "call", 60),
    event("anna", "coupon_redeemed", 90.5),
    event("chen", "complaint", 11),
    *(event("chen", "page_view", 100 + day) for day in range(6)),
    event("dan", "page_view", 1.5),
]
FEEDBACK: list[Row] = [
    {"record_id": "anna", "at": datetime(2025, 3, 1), "rating": 8.0, "scale": 10.0},
    {"record_id": "anna", "at": datetime(2025, 6, 2), "rating": 5.0, "scale": 5.0, "text": "茶很好喝"},
    {"record_id": "chen", "at": datetime(2025, 6, 21), "rating": 1.0},
]
TOUCHES: list[Row] = [
    {"campaign_id": f"c{number}", "record_id": "anna", "arm": arm, "sent_at": datetime(2025, number, 10)}
    for number, arm in enumerate(["treated", "treated", None, "treated", "holdout"], start=1)
]
RESPONSES: list[Row] = [
    {"campaign_id": "c1", "record_id": "anna", "at": datetime(2025, 1, 12), "kind": "click"},
    {"campaign_id": "c1", "record_id": "anna", "at": datetime(2025, 1, 13), "kind": "purchase"},
    {"campaign_id": "c2", "record_id": "anna", "at": datetime(2025, 2, 11), "kind": "open"},
]
DEALS: list[Row] = [
    {"deal_id": f"d{number}", "record_id": "fu", "amount": amount, "status": status, "origin": origin}
    | {"created_at": datetime.fromisoformat(created), "lost_reason": reason, "owner": owner}
    | {"closed_at": datetime.fromisoformat(closed) if closed else None}
    for number, amount, status, origin, created, closed, reason, owner in [
        (1, 100, "won", "fair", "2024-09-01", "2024-09-11", None, "Li"),
        (2, 300, "won", "web", "2024-11-01", "2024-12-01", None, "Li"),
        (3, 500, "lost", "fair", "2025-01-01", "2025-02-01", "price", "Li"),
        (4, 900, "open", "fair", "2025-03-01", None, None, "Wang"),
    ]
]
LISTINGS: list[Row] = [
    {"listing_id": "l1", "record_id": "fu", "direction": "demand", "category": "cups", "valid_until": None},
    {"listing_id": "l2", "record_id": "fu", "direction": "demand", "category": "cups"}
    | {"valid_until": datetime(2025, 6, 1)},
    {"listing_id": "l3", "record_id": "fu", "direction": "supply", "category": "tea", "valid_until": None},
]
CONSENTS: list[Row] = [
    {"record_id": "anna", "purpose": "marketing", "channel": "email", "status": status, "at": datetime(2025, month, 1)}
    for month, status in [(1, "given"), (4, "withdrawn")]
]
COMPANY: dict[str, list[Row]] = {
    "people": PEOPLE,
    "orders": ORDERS,
    "order_lines": LINES,
    "products": PRODUCTS,
    "events": EVENTS,
    "feedback": FEEDBACK,
    "touches": TOUCHES,
    "responses": RESPONSES,
    "deals": DEALS,
    "listings": LISTINGS,
    "consents": CONSENTS,
}


@cache
def six(business: str) -> Mapping[str, Row]:
    """The portraits of the six, by customer, with every tag of the packs."""
    assert "fact" in kinds.__all__
    blocks = packs(BUSINESSES[business])
    blocks |= RFM.tags("rfm")
    tags = {name: Tag.read(block) for name, block in blocks.items()}
    with Warehouse.create() as warehouse:
        for name, rows in COMPANY.items():
            table = TABLES[name]
            full = [{column.name: row.get(column.name) for column in table.columns} for row in rows]
            warehouse.register(f"{name}_rows", pa.Table.from_pylist(full, schema=table.arrow))
            warehouse.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM {name}_rows")
        warehouse.run(identity_steps(COMPANY))
        warehouse.run(plan(tags, as_of=AS_OF, tables=[*COMPANY, "customers"]))
        found = warehouse.query("SELECT * FROM portrait").to_pylist()
    return {row["customer_id"]: row for row in found}


def values(who: str, tags: Iterable[str], business: str = "most") -> Row:
    """What these tags say of one of the six, amounts of money as plain numbers."""
    row = six(business)[who]
    return {tag: float(row[tag]) if isinstance(row[tag], Decimal) else row[tag] for tag in tags}


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "anna",
            {
                "recency_days": 30, "first_order_days": 180, "tenure_days": 150,
                "orders_30d": 1, "orders_90d": 3, "orders_prior_90d": 3, "orders_365d": 6, "orders_all": 6,
                "spend_90d": 600, "spend_prior_90d": 300, "spend_all": 900, "biggest_order": 200,
                "basket_value": 150, "basket_median": 150, "basket_pieces": 17 / 6, "max_pieces": 5,
                "margin_365d": 360, "margin_rate": 0.4, "discount_365d": 20, "discount_share": 20 / 920,
                "discounted_share": 1 / 6, "mean_gap_days": 30, "cycle_deviation": 1.0, "next_order_in_days": 0,
                "order_trend": 1.0, "spend_trend": 2.0, "basket_trend": 2.0, "spend_slope": 450 / 17.5,
                "months_active_365d": 6, "weekend_share": 2 / 6, "night_share": 0.0,
                "order_part_of_day": "morning", "order_channel": "store", "order_channel_share": 4 / 6,
                "channels_bought": 2, "returns_365d": 1, "returned_amount_365d": 50, "return_rate": 1 / 7,
                "one_time_buyer": False, "repeat_buyer": True,
            },
        ),
        (
            "bo",
            {
                "recency_days": 40, "orders_all": 1, "mean_gap_days": None, "cycle_deviation": None,
                "next_order_in_days": None, "night_share": 1.0, "one_time_buyer": True, "repeat_buyer": False,
                "order_trend": None, "return_rate": None, "spend_90d": 80, "discounted_share": 1.0,
            },
        ),
        (
            "chen",
            {
                "recency_days": 142, "mean_gap_days": 10, "cycle_deviation": 14.2, "order_trend": 0.0,
                "spend_trend": 0.0, "next_order_in_days": -132, "basket_trend": None, "spend_90d": 0,
            },
        ),
        ("dan", {"recency_days": None, "orders_all": 0, "spend_all": 0, "biggest_order": None, "order_channel": None}),
        ("eve", {"recency_days": 500, "orders_365d": 0, "orders_all": 1, "spend_365d": 0, "basket_value": None}),
    ],
)  # fmt: skip
def test_consumption(who: str, expected: Row) -> None:
    assert values(who, expected) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "anna",
            {
                "age": 37, "age_band": "35_44", "generation": "born_1980s", "zodiac": "aries", "birth_month": 3,
                "city": "上海市", "region_tier": "tier_1", "education_level": "master", "marital": "married",
                "household_kind": "family", "has_email": True, "has_phone": False, "contact_ways": 1,
                "known_days": 365, "records": 1, "profile_complete": 0.7, "income_from": 10000,
            },
        ),
        (
            "bo",
            {
                "age": 17, "age_band": "under_18", "zodiac": "cancer", "region_tier": "tier_1",
                "education_level": "college", "marital": "single", "household_kind": "single", "income_from": 40000,
            },
        ),
        ("chen", {"age": 64, "age_band": "55_64", "zodiac": "capricorn", "region_tier": "other", "income_from": 0}),
        (
            "dan",
            {
                "age": None, "age_band": None, "region_tier": "new_tier_1", "contact_ways": 2,
                "education_level": "unknown", "marital": "unknown", "income_from": 200000, "income_score": 4,
            },
        ),
        ("fu", {"customer_kind": "company", "income_from": None, "income_band": "unknown", "region_tier": "unknown"}),
    ],
)  # fmt: skip
def test_natural_and_credit(who: str, expected: Row) -> None:
    assert values(who, expected) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "anna",
            {
                "visits_30d": 3, "visits_90d": 3, "visits_prior_90d": 1, "visit_trend": None, "active_days_30d": 2,
                "last_visit_days": 4, "page_views_90d": 2, "channels_used": 3, "main_channel": "web",
                "mobile_share": 0.25, "views_per_order": 2 / 3, "most_viewed": "cake",
                "favourite_category": "tea", "favourite_category_share": 7 / 9, "most_bought_category": "tea",
                "favourite_brand": "Hill", "favourite_product": "Oolong", "categories_tried": 2, "products_365d": 3,
                "exploration": 0.5, "breadth": "specialist", "brand_attitude": "mixed", "interest_shift": False,
                "price_per_piece": 900 / 17, "promotion_attitude": "indifferent",
                "try_ons_90d": 1, "most_tried_on": "apron", "omnichannel": "both", "favourite_store": "s1",
                "favourite_store_share": 0.75, "store_conversion": 1.0, "stores_365d": 2,
                "points_earned": 150, "points_spent": 30, "points_balance": 120, "points_use_rate": 0.2,
                "visits_per_month": 1.0, "member_usage": "light", "renewals": 5, "renewal_in_days": 0,
                "renewal_state": "due",
            },
        ),
        ("dan", {"visits_30d": 1, "favourite_category": None, "breadth": None, "member_usage": None}),
        ("bo", {"visits_30d": 0, "activity_level": "none", "omnichannel": "online_only"}),
        ("bo", {"renewal_in_days": 325, "store_conversion": None, "points_use_rate": None}),
    ],
)  # fmt: skip
def test_behaviour_interest_retail_and_membership(who: str, expected: Row) -> None:
    assert values(who, expected) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "anna",
            {
                "contacts_365d": 1, "last_contact_days": 60, "contact_channel": "call", "campaigns_received": 4,
                "campaigns_answered": 1, "response_rate": 0.25, "responsiveness": "low", "touches_30d": 0,
                "last_touch_days": 82, "last_response_days": 169, "coupons_redeemed_365d": 1, "feedback_count": 2,
                "mean_rating": 4.5, "last_rating": 5.0, "lowest_rating_365d": 4.0, "dissatisfied": False,
                "marketing_consent": "withdrawn", "reviews_written": 1, "review_length": 4,
                "reviewer_kind": "occasional",
            },
        ),
        ("chen", {"complaints_90d": 1, "last_complaint_days": 11, "last_rating": 1.0, "dissatisfied": True}),
        ("bo", {"contacts_365d": 0, "response_rate": None, "responsiveness": "too_few", "reviewer_kind": "silent"}),
        ("eve", {"overdue_orders": 1, "overdue_amount": 40, "reliability": "slow_payer"}),
    ],
)  # fmt: skip
def test_interaction_social_and_credit(who: str, expected: Row) -> None:
    assert values(who, expected) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "anna",
            {
                "lifecycle": "active", "interactions_365d": 3, "annual_margin": 360, "churn_signals": 0,
                "churn_risk": 0, "churn_level": "none", "churn_reason": None, "retention_step": None,
            },
        ),
        ("bo", {"lifecycle": "new", "churn_risk": 0, "churn_level": "none", "value_tier": "C"}),
        (
            "chen",
            {
                "lifecycle": "lost", "signal_overdue": True, "signal_fewer_orders": True, "signal_less_money": True,
                "signal_complaint": True, "signal_low_rating": True, "signal_silent": True, "signal_returns": False,
                "churn_signals": 6, "churn_risk": 95, "churn_level": "high", "churn_reason": "complaint",
                "retention_step": "settle",
            },
        ),
        ("dan", {"lifecycle": "prospect", "churn_risk": None, "churn_level": None, "value_index": None}),
        ("eve", {"lifecycle": "lost", "value_tier": "none", "value_index": 0}),
    ],
)  # fmt: skip
def test_value_and_risk(who: str, expected: Row) -> None:
    assert values(who, expected) == pytest.approx(expected)


def test_business_to_business() -> None:
    expected = {
        "deals_all": 4, "deals_open": 1, "deals_won": 2, "deals_lost": 1, "win_rate": 2 / 3,
        "pipeline_amount": 900, "won_amount": 400, "deal_size": 200, "sales_cycle_days": 20,
        "last_deal_days": 122, "oldest_open_days": 122, "stalled": True, "deal_origin": "fair",
        "loss_reason": "price", "deal_owner": "Wang", "account_stage": "repeat", "demands_listed": 2,
        "demands_open": 1, "supplies_listed": 1, "demand_category": "cups",
    }  # fmt: skip
    assert values("fu", expected) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (
            "anna",
            {
                "products_held": 3, "product_groups_held": 2, "main_product_group": "tea", "contracts_5y": 6,
                "contract_value_5y": 900, "cross_sell": "broad", "lifecycle": "active", "intent": "none",
                "last_contract_years": 30 / 365.25,
            },
        ),
        ("eve", {"lifecycle": "active", "contracts_5y": 1}),
        ("bo", {"lifecycle": "new", "intent": "none"}),
        ("dan", {"lifecycle": "prospect", "contract_tier": None, "neglected": False}),
    ],
)  # fmt: skip
def test_finance_counts_in_years(who: str, expected: Row) -> None:
    assert values(who, expected, "finance") == pytest.approx(expected)


def test_rfm_scores_only_who_bought_within_the_window() -> None:
    scores = {who: [row[f"rfm_{score}"] for score in "rfm"] for who, row in six("most").items()}
    assert scores["dan"] == scores["eve"] == scores["fu"] == [None, None, None]
    anna, bo, chen = scores["anna"], scores["bo"], scores["chen"]
    assert anna[0] > bo[0] > chen[0]
    assert anna[1] > chen[1] > bo[1]
    assert chen[2] > anna[2] > bo[2]


def test_rfm_names_who_left_and_nobody_who_never_came() -> None:
    found = six("most")
    assert found["eve"]["rfm_segment"] == "lost"
    assert found["dan"]["rfm_segment"] is None
    for who in ("anna", "bo", "chen"):
        row = found[who]
        r, f, m = (row[f"rfm_{score}"] for score in "rfm")
        assert row["rfm_cell"] == f"{r}{f}{m}"
        assert row["rfm_segment"] == RFM.segment_of(r, f, m)


def test_coded_values_have_labels() -> None:
    blocks = packs(BUSINESSES["most"])
    for who, row in six("most").items():
        for name, block in blocks.items():
            if block.get("labels") and row[name] is not None:
                assert str(row[name]) in block["labels"], f"{who}: {name}"
