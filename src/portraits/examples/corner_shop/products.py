"""Products: what the shop sells, twelve in each category on a ladder of prices."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Ints
from portraits.examples.corner_shop.columns import money
from portraits.examples.corner_shop.lists import lists
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.world import CATEGORIES, DAYS
from portraits.vocabulary.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

_BRANDS = ("巷口 Alley", "纸灯 Paper Lamp", "老井 Old Well", "七步 Seven Steps", "青阶 Green Stair")
LADDER = 12


def names(category: str) -> list[Text]:
    """The twelve products of a category, cheapest first."""
    return [Text(**each) for each in lists("products")[category]["products"]]


@cache
def prices() -> Ints:
    """List prices in cents: one row a category, one column a product."""
    ends = np.array([lists("products")[category]["prices"] for category in CATEGORIES], dtype=np.float64)
    ladders = np.geomspace(ends[:, 0], ends[:, 1], LADDER, axis=1)
    yuan = np.where(ladders < 10, np.round(ladders * 2) / 2, np.floor(ladders) + 0.9)
    return np.asarray(np.round(yuan * 100), dtype=np.int64)


@cache
def costs() -> Ints:
    """Costs in cents, laid out as the prices."""
    share = np.array([lists("products")[category]["cost"] for category in CATEGORIES])
    return np.asarray(np.round(prices() * share[:, None]), dtype=np.int64)


def code(category: int, product: int) -> str:
    """The product's id."""
    return f"P{category + 1:02d}{product + 1:02d}"


def table(shop: Shop) -> pa.Table:
    """All products, with their names and categories in both languages."""
    import pyarrow as pa

    rng = shop.stream("products")
    size = len(CATEGORIES) * LADDER
    titles = [title for category in CATEGORIES for title in names(category)]
    paths = [Text(**lists("products")[category]["path"]) for category in CATEGORIES for _ in range(LADDER)]
    launched = rng.integers(-400, DAYS - 200, size).tolist()
    start = shop.days.start
    return pa.table(
        {
            "product_id": [code(at // LADDER, at % LADDER) for at in range(size)],
            "name_en": [title.en for title in titles],
            "name_zh": [title.zh for title in titles],
            "category_en": [path.en for path in paths],
            "category_zh": [path.zh for path in paths],
            "brand": [_BRANDS[at] for at in rng.integers(0, len(_BRANDS), size).tolist()],
            "price": money(prices().ravel()),
            "cost": money(costs().ravel()),
            "stock": rng.integers(5, 400, size).astype(np.float64),
            "launched_at": pa.array([start + timedelta(days=int(at)) for at in launched], pa.timestamp("us")),
        }
    )


@cache
def all_codes() -> tuple[str, ...]:
    """The ids of all products, category by category."""
    return tuple(code(at // LADDER, at % LADDER) for at in range(len(CATEGORIES) * LADDER))
