"""The same tags in polars: lazy, streaming, as its manual advises."""

from __future__ import annotations

from datetime import timedelta
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.build.data import AS_OF

if TYPE_CHECKING:
    import polars as pl

WINDOWED = [f"{name}_{days}d" for name in ("lines", "orders") for days in (30, 90, 365)]
COUNTS = [
    *("lines", "orders", "months", "categories", "brands", "returned_lines", "cancelled_lines"),
    *(*WINDOWED, "orders_180d", "categories_365d", "orders_before"),
]
SUMS = ("spend", "discount", "returned_amount", "spend_30d", "spend_90d", "spend_180d", "spend_365d", "spend_before")


def build(lines: Path, customers: Path) -> pl.DataFrame:
    """The portrait as a frame, from Parquet files of lines and customers."""
    import polars as pl

    rows = pl.scan_parquet(lines)
    found = pl.scan_parquet(customers)
    for part in (_plain(rows), _year(rows), _orders(rows), _ends(rows), *_keys(rows)):
        found = found.join(part, on="customer", how="left")
    facts = found.with_columns(pl.col(COUNTS).fill_null(0), pl.col(SUMS).fill_null(0)).collect(engine="streaming")
    return _ruled(_scored(facts)).sort("customer")


def _ago(days: int) -> pl.Expr:
    import polars as pl

    return pl.lit(AS_OF - timedelta(days=days))


def _share(condition: pl.Expr) -> pl.Expr:
    return condition.mean()


def _plain(rows: pl.LazyFrame) -> pl.LazyFrame:
    import polars as pl

    amount, at, status = pl.col("amount"), pl.col("ordered_at"), pl.col("status")
    real = amount.cast(pl.Float64)
    before = (at > _ago(730)) & (at <= _ago(365))
    return rows.group_by("customer").agg(
        pl.len().alias("lines"),
        amount.sum().alias("spend"),
        pl.col("discount").sum(),
        pl.col("cost").sum(),
        real.mean().alias("mean_amount"),
        amount.min().alias("least_amount"),
        amount.max().alias("greatest_amount"),
        real.std().alias("spread_amount"),
        real.median().alias("median_amount"),
        real.quantile(0.9, "linear").alias("high_amount"),
        pl.col("quantity").sum().alias("pieces"),
        pl.col("quantity").mean().alias("mean_pieces"),
        (at.dt.year() * 12 + at.dt.month()).n_unique().alias("months"),
        at.dt.date().n_unique().alias("days"),
        pl.col("brand").n_unique().alias("brands"),
        at.min().alias("first_at"),
        at.max().alias("last_at"),
        _share(at.dt.weekday() >= 6).alias("weekend_share"),
        _share(at.dt.hour() >= 22).alias("night_share"),
        _share(pl.col("channel") == "web").alias("web_share"),
        _share(pl.col("discount") > 0).alias("discounted_share"),
        (status == "returned").sum().alias("returned_lines"),
        amount.filter(status == "returned").sum().alias("returned_amount"),
        (status == "cancelled").sum().alias("cancelled_lines"),
        amount.filter(before).sum().alias("spend_before"),
    )


def _year(rows: pl.LazyFrame) -> pl.LazyFrame:
    import polars as pl

    amount, at = pl.col("amount"), pl.col("ordered_at")
    part = ((pl.lit(AS_OF) - at).dt.total_microseconds() / (365 * 86_400_000_000 / 12)).floor()
    return (
        rows.filter(at > _ago(365))
        .group_by("customer")
        .agg(
            pl.len().alias("lines_365d"),
            amount.sum().alias("spend_365d"),
            pl.col("quantity").sum().alias("pieces_365d"),
            amount.max().alias("greatest_365d"),
            (amount - pl.col("cost")).sum().alias("margin_365d"),
            _share(at.dt.weekday() >= 6).alias("weekend_share_365d"),
            amount.filter(pl.col("channel") == "web").sum().alias("web_spend_365d"),
            (pl.col("channel") == "web").any().alias("web_365d"),
            (at > _ago(30)).sum().alias("lines_30d"),
            amount.filter(at > _ago(30)).sum().alias("spend_30d"),
            (at > _ago(90)).sum().alias("lines_90d"),
            amount.filter(at > _ago(90)).sum().alias("spend_90d"),
            pl.col("discount").filter(at > _ago(90)).sum().alias("discount_90d"),
            amount.filter(at > _ago(180)).sum().alias("spend_180d"),
            ((amount.cast(pl.Float64) * (5.5 - part)).sum() / 143).alias("trend_365d"),
        )
    )


def _orders(rows: pl.LazyFrame) -> pl.LazyFrame:
    import polars as pl

    at = pl.col("at")
    windows = [(at > _ago(days)).sum().alias(f"orders_{days}d") for days in (30, 90, 180, 365)]
    before = ((at > _ago(730)) & (at <= _ago(365))).sum().alias("orders_before")
    orders = rows.group_by("customer", "order_id").agg(pl.col("ordered_at").max().alias("at"))
    return orders.group_by("customer").agg(pl.len().alias("orders"), *windows, before)


def _ends(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Values at the first and the last moment; of several there the smallest and the largest."""
    import polars as pl

    at = pl.col("ordered_at")
    moments = rows.group_by("customer").agg(at.min().alias("f"), at.max().alias("l"))
    both = rows.join(moments, on="customer").filter((at == pl.col("f")) | (at == pl.col("l")))
    first, last = at == pl.col("f"), at == pl.col("l")
    columns = [pl.col(name).filter(first).min().alias(f"first_{name}") for name in ("channel", "category")]
    names = ("channel", "category", "store", "payment", "amount")
    columns.extend(pl.col(name).filter(last).max().alias(f"last_{name}") for name in names)
    return both.group_by("customer").agg(columns)


def _keys(rows: pl.LazyFrame) -> list[pl.LazyFrame]:
    import polars as pl

    year = rows.filter(pl.col("ordered_at") > _ago(365))
    amount = pl.col("amount").sum().cast(pl.Float64)
    return [
        _favourite(rows, "category", pl.len().cast(pl.Float64), "category", "categories"),
        _favourite(rows, "channel", pl.len().cast(pl.Float64), "channel", ""),
        _favourite(rows, "store", pl.len().cast(pl.Float64), "store", "").select("customer", "store"),
        _favourite(year, "category", amount, "category_365d", "categories_365d"),
    ]


def _favourite(rows: pl.LazyFrame, key: str, weight: pl.Expr, name: str, count: str) -> pl.LazyFrame:
    import polars as pl

    n, k = pl.col("n"), pl.col(key)
    values = rows.group_by("customer", key).agg(weight.alias("n"))
    columns = [
        k.filter(n == n.max()).min().alias(name),
        (n.max() / n.sum()).alias(f"{name}_share"),
        ((n.sum().log() - (n * n.log()).sum() / n.sum()) / log(2)).clip(0).alias(f"{name}_entropy"),
    ]
    if count:
        columns.append(pl.len().alias(count))
    return values.group_by("customer").agg(columns)


def _scored(facts: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    recency = (pl.lit(AS_OF.date()) - pl.col("last_at").dt.date()).dt.total_days()
    tenure = (pl.col("last_at").dt.date() - pl.col("first_at").dt.date()).dt.total_days()
    days = pl.col("days").cast(pl.Float64)
    facts = facts.with_columns(
        recency.alias("recency_days"),
        tenure.alias("tenure_days"),
        pl.when(days > 1).then(tenure / (days - 1)).alias("mean_gap_days"),
        pl.col("first_at").dt.date().alias("first_on"),
        pl.when(pl.col("web_365d")).then(pl.col("web_spend_365d")).alias("web_spend_365d"),
        pl.when(pl.col("lines_90d") > 0).then(pl.col("discount_90d")).alias("discount_90d"),
    )
    some = pl.col("lines") > 0
    return facts.with_columns(
        _score(facts, "recency_days", -1).alias("recency_score"),
        pl.when(some).then(_score(facts, "orders_365d", 1)).alias("frequency_score"),
        pl.when(some).then(_score(facts, "spend_365d", 1)).alias("money_score"),
    )


def _score(facts: pl.DataFrame, name: str, sign: int) -> pl.Expr:
    """1 and one more for each fifth of the customers with lines that the value lies above."""
    import polars as pl

    known = facts.filter(pl.col("lines") > 0)[name].cast(pl.Float64).drop_nulls() * sign
    value = pl.col(name).cast(pl.Float64) * sign
    ordered = known.sort()
    cuts = [ordered[max(-(-len(ordered) * fifth // 5) - 1, 0)] for fifth in range(1, 5)]
    return sum(((value > cut).cast(pl.Int64) for cut in cuts), pl.lit(1))


def _ruled(facts: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    spend, discount, orders = (pl.col(name).cast(pl.Float64) for name in ("spend", "discount", "orders"))
    recency, gap = pl.col("recency_days"), pl.col("mean_gap_days")
    stage = (
        pl.when(pl.col("lines") == 0)
        .then(pl.lit("prospect"))
        .when((pl.col("orders") == 1) & (recency <= 60))
        .then(pl.lit("new"))
        .when(recency <= 1.5 * gap)
        .then(pl.lit("active"))
        .when(recency <= 3 * gap)
        .then(pl.lit("cooling"))
        .otherwise(pl.lit("lost"))
    )
    best = pl.all_horizontal(pl.col("recency_score", "frequency_score", "money_score") >= 4).fill_null(value=False)
    year, before = (pl.col(name).cast(pl.Float64) for name in ("spend_365d", "spend_before"))
    return facts.with_columns(
        pl.when(orders > 0).then(spend / orders).alias("basket"),
        pl.when(spend + discount > 0).then(discount / (spend + discount)).alias("discount_rate"),
        pl.when(before > 0).then(year / before).alias("growth"),
        stage.alias("stage"),
        best.alias("best"),
    )
