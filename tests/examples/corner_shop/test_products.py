"""Products: twelve in each category on a rising ladder of prices."""

from __future__ import annotations

import re

import numpy as np
import pyarrow.compute as pc
import pytest

from portraits.examples.corner_shop import products
from portraits.examples.corner_shop.lists import lists
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import CATEGORIES


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_category_has_twelve_products_in_both_languages(category: str) -> None:
    titles = products.names(category)
    assert len(titles) == products.LADDER
    assert len({title.en for title in titles}) == len({title.zh for title in titles}) == products.LADDER
    assert all(re.search("[一-鿿]", title.zh) and title.en.isascii() for title in titles)
    path = lists("products")[category]["path"]
    assert path["en"].count(" > ") == path["zh"].count(" > ") == 1


def test_prices_rise_and_cover_their_costs() -> None:
    prices, costs = products.prices(), products.costs()
    assert prices.shape == costs.shape == (len(CATEGORIES), products.LADDER)
    assert (np.diff(prices, axis=1) > 0).all()
    assert (costs < 0.7 * prices).all()
    assert (costs > 0.4 * prices).all()


def test_prices_look_like_prices() -> None:
    prices = products.prices()
    assert (prices[prices < 1000] % 50 == 0).all()
    assert (prices[prices > 1000] % 100 == 90).all()


def test_codes_are_places() -> None:
    assert products.code(0, 0) == "P0101"
    assert products.all_codes()[9 * products.LADDER + 11] == products.code(9, 11) == "P1012"
    assert len(set(products.all_codes())) == 120


def test_the_list_of_products_holds_all_of_them(shop: Shop) -> None:
    table = products.table(shop)
    assert table["product_id"].to_pylist() == list(products.all_codes())
    assert pc.all(pc.greater(table["price"], table["cost"])).as_py()
    assert table["brand"].null_count == 0
    assert pc.max(table["launched_at"]).as_py() < shop.days.as_of


def test_people_search_in_both_languages() -> None:
    searched = lists("products")["searched"]
    assert any(word.isascii() for word in searched)
    assert any(not word.isascii() for word in searched)
