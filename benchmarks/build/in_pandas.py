"""The same tags in pandas: vectorised group-bys only, no Python function over groups."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.build.data import AS_OF

if TYPE_CHECKING:
    import pandas as pd

AMOUNTS = ("quantity", "amount", "discount", "cost")
TEXTS = ("order_id", "category", "brand", "channel", "store", "payment", "status")
WINDOWED = [f"{name}_{days}d" for name in ("lines", "orders") for days in (30, 90, 365)]
ZERO = [
    *("lines", "orders", "months", "categories", "brands", "returned_lines", "cancelled_lines"),
    *(*WINDOWED, "orders_180d", "categories_365d", "orders_before", "spend", "discount", "returned_amount"),
]
SPENDS = ("spend_30d", "spend_90d", "spend_180d", "spend_365d", "spend_before")


def build(lines: Path, customers: Path) -> pd.DataFrame:
    """The portrait as a frame, from Parquet files of lines and customers; amounts as whole 1/10000."""
    import pandas as pd

    rows = _read(lines)
    found = pd.read_parquet(customers).set_index("customer")
    year = rows[rows["ordered_at"] > _ago(365)]
    parts: list[pd.DataFrame | pd.Series] = [
        _plain(rows),
        _filtered(rows),
        _year(year),
        _windows(year),
        _orders(rows),
        _distinct(rows),
        _ends(rows),
    ]
    for frame, key, name, weight in (
        (rows, "category", "category", None),
        (rows, "channel", "channel", None),
        (rows, "store", "store", None),
        (year, "category", "category_365d", "amount"),
    ):
        parts.append(_favourite(frame, key, name, weight))
    facts = found.join(parts).drop(columns=["store_share", "store_entropy"])
    facts[[*ZERO, *SPENDS]] = facts[[*ZERO, *SPENDS]].fillna(0)
    return _ruled(_scored(facts)).reset_index()


def _ago(days: int) -> pd.Timestamp:
    import pandas as pd

    return pd.Timestamp(AS_OF) - pd.Timedelta(days=days)


def _read(lines: Path) -> pd.DataFrame:
    """The rows with amounts as whole numbers and keys as categories, which is what pandas groups fast."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(lines, columns=["customer", "ordered_at", *AMOUNTS, *TEXTS])
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            whole = pc.multiply_checked(table[field.name], 10_000).cast(pa.int64())
            table = table.set_column(place, field.name, whole)
        elif pa.types.is_string(field.type) and field.name != "order_id":
            table = table.set_column(place, field.name, table[field.name].dictionary_encode())
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    groups = rows.groupby("customer", sort=True)
    found = groups.agg(
        lines=("amount", "size"),
        spend=("amount", "sum"),
        discount=("discount", "sum"),
        cost=("cost", "sum"),
        mean_amount=("amount", "mean"),
        least_amount=("amount", "min"),
        greatest_amount=("amount", "max"),
        spread_amount=("amount", "std"),
        median_amount=("amount", "median"),
        pieces=("quantity", "sum"),
        mean_pieces=("quantity", "mean"),
        first_at=("ordered_at", "min"),
        last_at=("ordered_at", "max"),
    )
    found["high_amount"] = groups["amount"].quantile(0.9)
    return found


def _filtered(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares and sums over conditions: columns of zeros and ones, summed together."""
    import pandas as pd

    at, status = rows["ordered_at"].dt, rows["status"]
    before = (rows["ordered_at"] > _ago(730)) & (rows["ordered_at"] <= _ago(365))
    returned = status == "returned"
    marks = pd.DataFrame(
        {
            "customer": rows["customer"],
            "weekend_share": at.weekday >= 5,
            "night_share": at.hour >= 22,
            "web_share": rows["channel"] == "web",
            "discounted_share": rows["discount"] > 0,
            "returned_lines": returned,
            "cancelled_lines": status == "cancelled",
            "returned_amount": rows["amount"].where(returned, 0),
            "spend_before": rows["amount"].where(before, 0),
            "n": 1,
        }
    )
    found = marks.groupby("customer").sum()
    for name in ("weekend_share", "night_share", "web_share", "discounted_share"):
        found[name] = found[name] / found["n"]
    return found.drop(columns="n")


def _year(year: pd.DataFrame) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    ago = (pd.Timestamp(AS_OF) - year["ordered_at"]).dt.total_seconds()
    part = np.floor(ago / (365 * 86_400 / 12))
    web = year["channel"] == "web"
    taken = year[["customer", "amount", "quantity"]].assign(
        margin=year["amount"] - year["cost"],
        weekend=year["ordered_at"].dt.weekday >= 5,
        web=year["amount"].where(web),
        trend=year["amount"] / 10_000 * (5.5 - part) / 143,
    )
    groups = taken.groupby("customer")
    found = groups.agg(
        lines_365d=("amount", "size"),
        spend_365d=("amount", "sum"),
        pieces_365d=("quantity", "sum"),
        greatest_365d=("amount", "max"),
        margin_365d=("margin", "sum"),
        weekend_share_365d=("weekend", "mean"),
        trend_365d=("trend", "sum"),
    )
    found["web_spend_365d"] = groups["web"].sum(min_count=1)
    return found


def _windows(year: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    parts = []
    for days in (30, 90, 180):
        groups = year[year["ordered_at"] > _ago(days)].groupby("customer")
        part = groups.agg(**{f"lines_{days}d": ("amount", "size"), f"spend_{days}d": ("amount", "sum")})
        parts.append(part.assign(discount_90d=groups["discount"].sum()) if days == 90 else part)
    return pd.concat(parts, axis=1).drop(columns="lines_180d")


def _orders(rows: pd.DataFrame) -> pd.DataFrame:

    orders = rows.drop_duplicates(["customer", "order_id"])[["customer", "ordered_at"]]
    at = orders["ordered_at"]
    marks = {f"orders_{days}d": at > _ago(days) for days in (30, 90, 180, 365)}
    marks["orders_before"] = (at > _ago(730)) & (at <= _ago(365))
    found: pd.DataFrame = orders[["customer"]].assign(orders=1, **marks).groupby("customer").sum()
    return found


def _distinct(rows: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    at = rows["ordered_at"]
    keys = {
        "months": at.dt.year * 12 + at.dt.month,
        "days": at.dt.floor("D"),
        "brands": rows["brand"].cat.codes,
    }
    found = {name: _unique(rows["customer"], key) for name, key in keys.items()}
    return pd.DataFrame(found)


def _unique(customer: pd.Series, key: pd.Series) -> pd.Series:
    import pandas as pd

    pairs = pd.DataFrame({"customer": customer, "key": key}).drop_duplicates()
    return pairs.groupby("customer").size()


def _ends(rows: pd.DataFrame) -> pd.DataFrame:
    """Values at the first and the last moment; of several there the smallest and the largest."""
    import pandas as pd

    at, groups = rows["ordered_at"], rows.groupby("customer")["ordered_at"]
    first = rows[at == groups.transform("min")]
    last = rows[at == groups.transform("max")]
    found = {}
    for side, frame, names in (
        ("first", first, ("channel", "category")),
        ("last", last, ("channel", "category", "store", "payment", "amount")),
    ):
        for name in names:
            ordered = frame[["customer", name]].assign(**{name: frame[name].astype(object)})
            by = ordered.sort_values(name, ascending=side == "first").drop_duplicates("customer")
            found[f"{side}_{name}"] = by.set_index("customer")[name]
    return pd.DataFrame(found)


def _favourite(rows: pd.DataFrame, key: str, name: str, weight: str | None) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    groups = rows.groupby(["customer", key], observed=True, sort=False)
    n = groups.size() if weight is None else groups[weight].sum() / 10_000
    values = n.rename("n").reset_index()
    values[key] = values[key].astype(object)
    values["spread"] = values["n"] * np.log(values["n"])
    totals = values.groupby("customer").agg(n=("n", "sum"), most=("n", "max"), spread=("spread", "sum"))
    best = values.sort_values(["n", key], ascending=[False, True]).drop_duplicates("customer")
    found = pd.DataFrame({name: best.set_index("customer")[key]})
    found[f"{name}_share"] = totals["most"] / totals["n"]
    entropy = (np.log(totals["n"]) - totals["spread"] / totals["n"]) / np.log(2)
    found[f"{name}_entropy"] = entropy.clip(lower=0)
    if key == "category":
        found[f"categories{name.removeprefix('category')}"] = values.groupby("customer").size()
    return found


def _scored(facts: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    days = facts["days"].where(facts["days"] > 1) - 1
    facts["recency_days"] = (pd.Timestamp(AS_OF) - facts["last_at"].dt.floor("D")).dt.days
    facts["tenure_days"] = (facts["last_at"].dt.floor("D") - facts["first_at"].dt.floor("D")).dt.days
    facts["mean_gap_days"] = facts["tenure_days"] / days
    facts["first_on"] = facts["first_at"].dt.floor("D")
    some = facts["lines"] > 0
    facts["recency_score"] = _score(-facts["recency_days"], some)
    facts["frequency_score"] = _score(facts["orders_365d"], some)
    facts["money_score"] = _score(facts["spend_365d"], some)
    return facts


def _score(value: pd.Series, some: pd.Series) -> pd.Series:
    """1 and one more for each fifth of the customers with lines that the value lies above."""
    import pandas as pd

    ordered = value[some].sort_values().to_numpy()
    cuts = [ordered[max(-(-len(ordered) * fifth // 5) - 1, 0)] for fifth in range(1, 5)]
    score = pd.Series(1, index=value.index)
    for cut in cuts:
        score += value > cut
    return score.where(some)


def _ruled(facts: pd.DataFrame) -> pd.DataFrame:
    import numpy as np

    words = ("spend", "amount", "discount", "cost", "margin", "greatest")
    amounts = [name for name in facts.columns if not name.endswith("_share") and any(word in name for word in words)]
    facts[amounts] = facts[amounts] / 10_000
    recency, gap = facts["recency_days"], facts["mean_gap_days"]
    facts["basket"] = facts["spend"] / facts["orders"].where(facts["orders"] > 0)
    facts["discount_rate"] = facts["discount"] / (facts["spend"] + facts["discount"]).where(facts["spend"] > 0)
    facts["growth"] = facts["spend_365d"] / facts["spend_before"].where(facts["spend_before"] > 0)
    cases = [facts["lines"] == 0, (facts["orders"] == 1) & (recency <= 60), recency <= 1.5 * gap, recency <= 3 * gap]
    facts["stage"] = np.select(cases, ["prospect", "new", "active", "cooling"], "lost")
    facts["best"] = (facts[["recency_score", "frequency_score", "money_score"]] >= 4).all(axis=1)
    return facts.drop(columns=["days", "first_at"])
