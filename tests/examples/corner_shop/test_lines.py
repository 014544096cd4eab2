"""Lines: baskets that add up, by taste and season."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop import products
from portraits.examples.corner_shop.chunk import Chunk
from portraits.examples.corner_shop.lines import MOST
from portraits.examples.corner_shop.world import CATEGORIES, SEGMENTS, World
from tests.examples.corner_shop.conftest import Tables

NAMES = [segment.name for segment in SEGMENTS]


@pytest.mark.parametrize("column", ["amount", "discount", "cost", "quantity"])
def test_lines_add_up_to_their_orders_to_the_cent(known: Tables, column: str) -> None:
    sums = known["order_lines"].group_by("order_id").aggregate([(column, "sum")])
    both = known["orders"].select(["order_id", column]).join(sums, "order_id")
    assert both.num_rows == known["orders"].num_rows
    assert pc.all(pc.equal(both[column], both[f"{column}_sum"])).as_py()


def test_every_order_counts_its_lines(known: Tables) -> None:
    counts = known["order_lines"].group_by("order_id").aggregate([("line", "count"), ("line", "max")])
    both = known["orders"].select(["order_id", "lines"]).join(counts, "order_id")
    assert pc.all(pc.equal(both["lines"], both["line_count"])).as_py()
    assert pc.all(pc.equal(both["lines"], both["line_max"])).as_py()
    assert pc.max(both["lines"]).as_py() == MOST


def test_amount_and_discount_add_up_to_list_prices(known: Tables, crowd: Chunk) -> None:
    made = crowd.lines
    listed = made.quantity * products.prices()[made.category, made.product]
    assert (made.amount + made.discount == listed).all()
    assert (made.amount > 0).all()
    assert (made.discount >= made.coupon).all()
    assert (made.coupon >= 0).all()


def test_money_is_exact_with_two_digits(known: Tables) -> None:
    assert known["order_lines"].schema.field("amount").type == pa.decimal128(18, 2)
    assert isinstance(known["order_lines"]["amount"][0].as_py(), Decimal)


def test_most_lines_bring_a_profit(crowd: Chunk) -> None:
    profit = crowd.lines.amount - crowd.lines.cost
    assert (profit > 0).mean() > 0.97
    assert 0.35 < profit.sum() / crowd.lines.amount.sum() < 0.5


def test_mean_order_value_is_near_what_gamma_gamma_says(crowd: Chunk) -> None:
    persons = ~crowd.customers.company[crowd.orders.customer]
    paid = crowd.sales.amount[persons].mean() / 100
    wanted = crowd.orders.value[persons].mean()
    assert paid == pytest.approx(wanted, rel=0.06)
    correlation = np.corrcoef(np.log(crowd.sales.amount[persons]), np.log(crowd.orders.value[persons]))[0, 1]
    assert correlation > 0.93


def test_orders_of_companies_are_larger(crowd: Chunk) -> None:
    company = crowd.customers.company[crowd.orders.customer]
    assert crowd.sales.amount[company].mean() > 6 * crowd.sales.amount[~company].mean()


def test_customers_are_loyal_to_their_favourite(crowd: Chunk) -> None:
    customer = crowd.orders.customer[crowd.lines.order]
    own = crowd.lines.category == crowd.customers.favourite[customer]
    assert own.mean() > World().loyalty


def test_segments_have_their_tastes(crowd: Chunk) -> None:
    segment = crowd.customers.segment[crowd.orders.customer[crowd.lines.order]]

    def share(name: str, category: str) -> float:
        mine = crowd.lines.category[segment == NAMES.index(name)]
        return float((mine == CATEGORIES.index(category)).mean())

    assert share("tea_lover", "tea") > 4 * share("everyday", "tea")
    assert share("family", "baby") > 5 * share("trendy", "baby")
    assert share("gifting", "gifts") > 5 * share("everyday", "gifts")


def test_cold_drinks_sell_in_summer(crowd: Chunk) -> None:
    month = crowd.shop.days.months(crowd.orders.time)[crowd.lines.order]
    drinks = crowd.lines.category == CATEGORIES.index("drinks")
    assert drinks[np.isin(month, (5, 6, 7))].mean() > 1.4 * drinks[np.isin(month, (0, 11))].mean()


def test_who_spends_more_buys_dearer_things(crowd: Chunk) -> None:
    spend = crowd.customers.spend[crowd.orders.customer[crowd.lines.order]]
    persons = ~crowd.customers.company[crowd.orders.customer[crowd.lines.order]]
    rich, poor = spend > np.quantile(spend[persons], 0.8), spend < np.quantile(spend[persons], 0.2)
    assert crowd.lines.product[rich & persons].mean() > crowd.lines.product[poor & persons].mean() + 1.5


def test_lines_carry_place_and_time_of_their_order(known: Tables) -> None:
    shared = ["order_id", "record_id", "ordered_at", "channel", "store", "status", "campaign_id"]
    distinct = known["order_lines"].select(shared).group_by(shared).aggregate([])
    assert distinct.num_rows == known["orders"].num_rows
