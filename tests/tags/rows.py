"""Small random tables of order lines, and a plain Python reading of what tags mean."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

import portraits.tags.kinds  # noqa: F401 (names the kinds)
from portraits.engine.warehouse import Warehouse
from portraits.tags.plan import plan
from portraits.tags.tag import Tag
from portraits.vocabulary.window import Window

AS_OF = datetime(2024, 7, 1, 12)
CUSTOMERS = 5
Row = dict[str, Any]
TYPES = {
    "customer": pa.int32(),
    "order_id": pa.string(),
    "category": pa.string(),
    "channel": pa.string(),
    "quantity": pa.float64(),
    "amount": pa.decimal128(18, 4),
    "discount": pa.decimal128(18, 4),
    "line": pa.int64(),
    "status": pa.string(),
    "ordered_at": pa.timestamp("us"),
}


def some(values: Sequence[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from([*values, None])


MONEY = [Decimal(cents) / 100 for cents in (-500, 1, 99, 1000, 1001, 250_000)]
# Moments that fall on the edges of windows, together, and far in the past.
MOMENTS = [
    AS_OF - timedelta(days=days, seconds=seconds)
    for days in (0, 1, 29, 30, 60, 90, 91, 364, 365, 400, 729, 730, 2500)
    for seconds in (0, 1)
]
ROW = st.fixed_dictionaries(
    {
        "customer": st.integers(0, CUSTOMERS - 2),  # the last customer never has a row
        "order_id": some(["a", "b", "c"]),
        "category": some(["fruit", "bread", "milk"]),
        "channel": some(["web", "store"]),
        "quantity": some([0.0, 1.0, 2.5, -1.0]),
        "amount": some(MONEY),
        "discount": some(MONEY[1:3]),
        "line": some([1, 2, 3]),
        "status": some(["completed", "returned"]),
        "ordered_at": st.sampled_from(MOMENTS),
    }
)
ROWS = st.lists(ROW, max_size=25)


def tag(kind: str = "fact", **fields: Any) -> Tag:
    return Tag.read({"title": "x", "kind": kind, **fields})


def fact(value: str, **fields: Any) -> Tag:
    return tag(table="order_lines", value=value, **fields)


def built(tags: Mapping[str, Tag], rows: Sequence[Row], as_of: datetime = AS_OF) -> dict[str, list[Any]]:
    """The portrait's columns in order of customer."""
    with warehouse(rows) as house:
        house.run(plan(tags, as_of=as_of, tables={"order_lines"}))
        return dict(house.query("SELECT * FROM portrait ORDER BY customer").to_pydict())


def warehouse(rows: Sequence[Row]) -> Warehouse:
    """A warehouse with `customers` and `order_lines` as a build leaves them."""
    house = Warehouse.create(threads=1)
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in TYPES.items()}
    house.register("given", pa.table(columns))
    house.execute("CREATE TABLE order_lines AS SELECT * FROM given ORDER BY customer, ordered_at")
    numbers = f"SELECT CAST(i AS INTEGER) AS customer, 'c' || i AS customer_id FROM range({CUSTOMERS}) n(i)"
    house.execute(f"CREATE TABLE customers AS {numbers}")
    return house


def taken(rows: Sequence[Row], within: str, holds: Callable[[Row], Any], as_of: datetime = AS_OF) -> list[list[Row]]:
    """For each customer the rows in a window where a condition holds; unknown is no."""
    window = Window.parse(within) if within else None

    def inside(row: Row) -> bool:
        if row["ordered_at"] > as_of:
            return False
        if window is None:
            return True
        ago = as_of - row["ordered_at"]
        return bool(timedelta(days=window.near) <= ago < timedelta(days=window.far))

    chosen = [row for row in rows if inside(row) and holds(row)]
    return [[row for row in chosen if row["customer"] == customer] for customer in range(CUSTOMERS)]


def known(rows: Sequence[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if row[name] is not None]


def total(rows: Sequence[Row], name: str) -> Any:
    return sum(known(rows, name)) if known(rows, name) else None


def mean(rows: Sequence[Row], name: str) -> float | None:
    values = [float(value) for value in known(rows, name)]
    return statistics.fmean(values) if values else None


def spread(rows: Sequence[Row], name: str) -> float | None:
    values = [float(value) for value in known(rows, name)]
    return statistics.stdev(values) if len(values) > 1 else None


def quantile(rows: Sequence[Row], name: str, part: float) -> float | None:
    values = sorted(float(value) for value in known(rows, name))
    if not values:
        return None
    place = (len(values) - 1) * part
    low, high = values[math.floor(place)], values[math.ceil(place)]
    return low + (high - low) * (place - math.floor(place))


def end(rows: Sequence[Row], name: str, side: Callable[..., Any]) -> Any:
    pairs = [(row["ordered_at"], row[name]) for row in rows if row[name] is not None]
    return side(pairs)[1] if pairs else None


def weights(rows: Sequence[Row], name: str, by: str = "") -> dict[Any, float]:
    """What each value of a column weighs; values that weigh nothing are no choice."""
    found: Counter[Any] = Counter()
    for row in rows:
        if row[name] is not None:
            found[row[name]] += 1 if not by else (row[by] or 0)
    return {value: float(weight) for value, weight in found.items() if weight > 0}


def favourite(of: dict[Any, float]) -> Any:
    return min(of, key=lambda value: (-of[value], value)) if of else None


def top_share(of: dict[Any, float]) -> float | None:
    return max(of.values()) / sum(of.values()) if of else None


def entropy(of: dict[Any, float]) -> float | None:
    shares = [weight / sum(of.values()) for weight in of.values()]
    return -sum(share * math.log2(share) for share in shares) if of else None


def mean_gap(rows: Sequence[Row]) -> float | None:
    days = sorted({row["ordered_at"].date() for row in rows})
    return (days[-1] - days[0]).days / (len(days) - 1) if len(days) > 1 else None


def slope(rows: Sequence[Row], name: str, pieces: int, days: int) -> float | None:
    """The least-squares slope of the sums over equal parts of the window."""
    sums = [0.0] * pieces
    for row in rows:
        ago = (AS_OF - row["ordered_at"]) / timedelta(days=days)
        sums[pieces - 1 - math.floor(ago * pieces)] += float(row[name] or 0)
    if not known(rows, name):
        return None
    middle = (pieces - 1) / 2
    return sum((at - middle) * value for at, value in enumerate(sums)) / sum((at - middle) ** 2 for at in range(pieces))


def same(found: Any, wanted: Any) -> bool:
    """Equal; numbers up to rounding, amounts exactly."""
    if isinstance(found, float) and wanted is not None:
        return math.isclose(found, float(wanted), rel_tol=1e-9, abs_tol=1e-9)
    return bool(found == wanted)
