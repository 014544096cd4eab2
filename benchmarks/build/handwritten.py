"""Handwritten: the best plan a person writes for the very tags of `tags.toml`, as the honest limit.

It uses what only a person knows of this data: no column is ever missing, the lines of an order
share one moment, three years of months fit one number. Two statements over ranges of customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

RANGE_LINES = 1_000_000
NOW = "TIMESTAMP '2025-07-01'"
RANGE = "customer >= $low AND customer < $high"


def _ago(days: int) -> str:
    return f"TIMESTAMP '2025-07-01' - INTERVAL {days} DAY"


SCORED = f"""
WITH plain AS (
    SELECT customer, count(*) AS lines, max(ordered_at) AS last_at,
        sum(amount) FILTER (WHERE ordered_at > {_ago(365)}) AS spend_365d
    FROM order_lines WHERE {RANGE} GROUP BY customer),
orders AS (
    SELECT customer, count(*) AS orders,
        count(*) FILTER (WHERE t > {_ago(30)}) AS orders_30d, count(*) FILTER (WHERE t > {_ago(90)}) AS orders_90d,
        count(*) FILTER (WHERE t > {_ago(180)}) AS orders_180d, count(*) FILTER (WHERE t > {_ago(365)}) AS orders_365d,
        count(*) FILTER (WHERE t > {_ago(730)} AND t <= {_ago(365)}) AS orders_before
    FROM (SELECT customer, order_id, min(ordered_at) AS t FROM order_lines WHERE {RANGE} GROUP BY customer, order_id)
    GROUP BY customer)
SELECT customer, lines, last_at, spend_365d, orders.* EXCLUDE customer FROM plain JOIN orders USING (customer)"""

CUTS = """
WITH taken AS (
    SELECT -date_diff('day', last_at, TIMESTAMP '2025-07-01') AS r, orders_365d AS f,
        CAST(coalesce(spend_365d, 0) AS DOUBLE) AS m FROM scored),
cuts AS (
    SELECT quantile_disc(r, [0.2, 0.4, 0.6, 0.8]) AS r, quantile_disc(f, [0.2, 0.4, 0.6, 0.8]) AS f,
        quantile_disc(m, [0.2, 0.4, 0.6, 0.8]) AS m FROM taken)
SELECT * FROM cuts"""

PORTRAIT = f"""
WITH plain AS (
    SELECT customer, sum(amount) AS spend, sum(discount) AS discount, sum(cost) AS cost, min(amount) AS least_amount,
        max(amount) AS greatest_amount, stddev_samp(amount) AS spread_amount,
        quantile_cont(CAST(amount AS DOUBLE), [0.5, 0.9]) AS quantiles, sum(quantity) AS pieces,
        bit_or(CAST(1 AS BIGINT) << CAST(24307 - (year(ordered_at) * 12 + month(ordered_at)) AS INTEGER)) AS months,
        min(ordered_at) AS first_at,
        count(CASE WHEN isodow(ordered_at) >= 6 THEN 1 END) AS weekend,
        count(CASE WHEN hour(ordered_at) >= 22 THEN 1 END) AS night,
        count(CASE WHEN discount > 0 THEN 1 END) AS discounted,
        count(CASE WHEN status = 'returned' THEN 1 END) AS returned_lines,
        sum(CASE WHEN status = 'returned' THEN amount END) AS returned_amount,
        count(CASE WHEN status = 'cancelled' THEN 1 END) AS cancelled_lines,
        sum(CASE WHEN ordered_at > {_ago(730)} AND ordered_at <= {_ago(365)} THEN amount END) AS spend_before
    FROM order_lines WHERE {RANGE} GROUP BY customer),
year AS (
    SELECT customer, count(*) AS lines_365d, sum(quantity) AS pieces_365d, max(amount) AS greatest_365d,
        sum(amount - cost) AS margin_365d, count(CASE WHEN isodow(ordered_at) >= 6 THEN 1 END) AS weekend_365d,
        sum(CASE WHEN channel = 'web' THEN amount END) AS web_spend_365d,
        count(CASE WHEN ordered_at > {_ago(30)} THEN 1 END) AS lines_30d,
        sum(CASE WHEN ordered_at > {_ago(30)} THEN amount END) AS spend_30d,
        count(CASE WHEN ordered_at > {_ago(90)} THEN 1 END) AS lines_90d,
        sum(CASE WHEN ordered_at > {_ago(90)} THEN amount END) AS spend_90d,
        sum(CASE WHEN ordered_at > {_ago(90)} THEN discount END) AS discount_90d,
        sum(CASE WHEN ordered_at > {_ago(180)} THEN amount END) AS spend_180d,
        sum(CAST(amount AS DOUBLE) * (5.5 - ceil(epoch({NOW} - ordered_at) / 2628000.0 + 1e-9) + 1)) / 143 AS trend_365d
    FROM order_lines WHERE {RANGE} AND ordered_at > {_ago(365)} GROUP BY customer),
ends AS (
    SELECT customer, min(CASE WHEN ordered_at = f THEN channel END) AS first_channel,
        min(CASE WHEN ordered_at = f THEN category END) AS first_category,
        max(CASE WHEN ordered_at = l THEN channel END) AS last_channel,
        max(CASE WHEN ordered_at = l THEN category END) AS last_category,
        max(CASE WHEN ordered_at = l THEN store END) AS last_store,
        max(CASE WHEN ordered_at = l THEN payment END) AS last_payment,
        max(CASE WHEN ordered_at = l THEN amount END) AS last_amount
    FROM order_lines
    JOIN (SELECT customer, min(ordered_at) AS f, max(ordered_at) AS l FROM order_lines WHERE {RANGE} GROUP BY customer)
        USING (customer)
    WHERE {RANGE} AND (ordered_at = f OR ordered_at = l) GROUP BY customer),
days AS (
    SELECT customer, count(*) AS days
    FROM (SELECT customer, CAST(ordered_at AS DATE) FROM order_lines WHERE {RANGE} GROUP BY ALL) GROUP BY customer),
category AS (
    SELECT customer, count(*) AS categories, min(struct_pack(n := -n, k := k)) AS best, sum(n * ln(n)) AS spread,
    FROM (SELECT customer, category AS k, count(*) AS n FROM order_lines WHERE {RANGE} GROUP BY ALL) GROUP BY customer),
category_365d AS (
    SELECT customer, count(*) AS categories_365d, min(struct_pack(n := -n, k := k)) AS best_365d, max(n) AS most_365d,
        sum(n) AS total_365d, sum(n * ln(n)) AS spread_365d
    FROM (SELECT customer, category AS k, sum(amount) AS n FROM order_lines
        WHERE {RANGE} AND ordered_at > {_ago(365)} GROUP BY ALL) GROUP BY customer),
channel AS (
    SELECT customer, min(struct_pack(n := -n, k := k)) AS best_channel, sum(n * ln(n)) AS channel_spread,
        sum(n) FILTER (WHERE k = 'web') AS web
    FROM (SELECT customer, channel AS k, count(*) AS n FROM order_lines WHERE {RANGE} GROUP BY ALL) GROUP BY customer),
store AS (
    SELECT customer, min(struct_pack(n := -n, k := k)).k AS store
    FROM (SELECT customer, store AS k, count(*) AS n FROM order_lines WHERE {RANGE} GROUP BY ALL) GROUP BY customer),
brand AS (
    SELECT customer, count(*) AS brands
    FROM (SELECT customer, brand FROM order_lines WHERE {RANGE} GROUP BY ALL) GROUP BY customer),
joined AS (
    SELECT c.customer, c.customer_id, coalesce(lines, 0) AS lines, CAST(coalesce(spend, 0) AS DECIMAL(18, 4)) AS spend,
        CAST(coalesce(discount, 0) AS DECIMAL(18, 4)) AS discount, CAST(cost AS DECIMAL(18, 4)) AS cost,
        CAST(spend AS DOUBLE) / lines AS mean_amount, least_amount, greatest_amount, spread_amount,
        quantiles[1] AS median_amount, quantiles[2] AS high_amount, pieces, pieces / lines AS mean_pieces,
        coalesce(orders, 0) AS orders, coalesce(bit_count(months), 0) AS months, coalesce(categories, 0) AS categories,
        coalesce(brands, 0) AS brands, CAST(first_at AS DATE) AS first_on, last_at,
        date_diff('day', last_at, {NOW}) AS recency_days, date_diff('day', first_at, last_at) AS tenure_days,
        date_diff('day', first_at, last_at) / nullif(days - 1, 0) AS mean_gap_days,
        first_channel, first_category, last_channel, last_category, last_store, last_payment, last_amount,
        best.k AS category, -best.n / lines AS category_share,
        CASE WHEN lines > 0 THEN greatest((ln(lines) - spread / lines) / ln(2), 0) END AS category_entropy,
        best_channel.k AS channel, -best_channel.n / lines AS channel_share,
        CASE WHEN lines > 0 THEN greatest((ln(lines) - channel_spread / lines) / ln(2), 0) END AS channel_entropy,
        store,
        weekend / lines AS weekend_share, night / lines AS night_share,
        CASE WHEN lines > 0 THEN coalesce(web, 0) / lines END AS web_share, discounted / lines AS discounted_share,
        coalesce(returned_lines, 0) AS returned_lines,
        CAST(coalesce(returned_amount, 0) AS DECIMAL(18, 4)) AS returned_amount,
        coalesce(cancelled_lines, 0) AS cancelled_lines, best_365d.k AS category_365d,
        CAST(most_365d AS DOUBLE) / total_365d AS category_365d_share,
        CASE WHEN total_365d > 0 THEN greatest((ln(total_365d) - spread_365d / total_365d) / ln(2), 0) END
            AS category_365d_entropy,
        coalesce(lines_30d, 0) AS lines_30d, CAST(coalesce(spend_30d, 0) AS DECIMAL(18, 4)) AS spend_30d,
        coalesce(orders_30d, 0) AS orders_30d, coalesce(lines_90d, 0) AS lines_90d,
        CAST(coalesce(spend_90d, 0) AS DECIMAL(18, 4)) AS spend_90d, coalesce(orders_90d, 0) AS orders_90d,
        CAST(discount_90d AS DECIMAL(18, 4)) AS discount_90d,
        CAST(coalesce(spend_180d, 0) AS DECIMAL(18, 4)) AS spend_180d, coalesce(orders_180d, 0) AS orders_180d,
        coalesce(lines_365d, 0) AS lines_365d, CAST(coalesce(spend_365d, 0) AS DECIMAL(18, 4)) AS spend_365d,
        coalesce(orders_365d, 0) AS orders_365d, pieces_365d, greatest_365d,
        coalesce(categories_365d, 0) AS categories_365d, CAST(margin_365d AS DECIMAL(18, 4)) AS margin_365d,
        weekend_365d / lines_365d AS weekend_share_365d, CAST(web_spend_365d AS DECIMAL(18, 4)) AS web_spend_365d,
        trend_365d, CAST(coalesce(spend_before, 0) AS DECIMAL(18, 4)) AS spend_before,
        coalesce(orders_before, 0) AS orders_before
    FROM (SELECT * FROM customers WHERE {RANGE}) c LEFT JOIN (SELECT * FROM scored WHERE {RANGE}) USING (customer)
    LEFT JOIN plain USING (customer) LEFT JOIN year USING (customer) LEFT JOIN ends USING (customer)
    LEFT JOIN days USING (customer) LEFT JOIN category USING (customer) LEFT JOIN category_365d USING (customer)
    LEFT JOIN channel USING (customer) LEFT JOIN store USING (customer) LEFT JOIN brand USING (customer)),
ruled AS (
    SELECT joined.*, CAST(spend AS DOUBLE) / nullif(orders, 0) AS basket,
        CAST(discount AS DOUBLE) / CAST(nullif(spend + discount, 0) AS DOUBLE) AS discount_rate,
        CAST(spend_365d AS DOUBLE) / CAST(nullif(spend_before, 0) AS DOUBLE) AS growth,
        CASE WHEN lines = 0 THEN 'prospect' WHEN orders = 1 AND recency_days <= 60 THEN 'new'
            WHEN recency_days <= 1.5 * mean_gap_days THEN 'active' WHEN recency_days <= 3 * mean_gap_days THEN 'cooling'
            ELSE 'lost' END AS stage,
        CASE WHEN recency_days IS NULL THEN NULL WHEN -recency_days > r[4] THEN 5 WHEN -recency_days > r[3] THEN 4
            WHEN -recency_days > r[2] THEN 3 WHEN -recency_days > r[1] THEN 2 ELSE 1 END AS recency_score,
        CASE WHEN lines = 0 THEN NULL WHEN orders_365d > f[4] THEN 5 WHEN orders_365d > f[3] THEN 4
            WHEN orders_365d > f[2] THEN 3 WHEN orders_365d > f[1] THEN 2 ELSE 1 END AS frequency_score,
        CASE WHEN lines = 0 THEN NULL WHEN spend_365d > m[4] THEN 5 WHEN spend_365d > m[3] THEN 4
            WHEN spend_365d > m[2] THEN 3 WHEN spend_365d > m[1] THEN 2 ELSE 1 END AS money_score
    FROM joined, cuts)
SELECT *, coalesce(recency_score >= 4 AND frequency_score >= 4 AND money_score >= 4, false) AS best FROM ruled"""


def build(database: Path) -> None:
    """Make `by_hand` inside the file that holds the rows."""
    import duckdb

    with duckdb.connect(str(database), config={"memory_limit": "1GB", "threads": 2}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("DROP TABLE IF EXISTS by_hand")
        counted = "SELECT (SELECT count(*) FROM customers), (SELECT count(*) FROM order_lines)"
        customers, lines = connection.execute(counted).fetchall()[0]
        ranges = list(_ranges(customers, lines))
        _fill(connection, "TEMP TABLE scored", SCORED, ranges)
        connection.execute(f"CREATE TEMP TABLE cuts AS {CUTS}")
        connection.begin()  # one transaction, or each range would go to the log first and again into the file
        _fill(connection, "TABLE by_hand", PORTRAIT, ranges)
        connection.commit()


def _ranges(customers: int, lines: int) -> Iterator[tuple[int, int]]:
    width = -(-customers // max(1, round(lines / RANGE_LINES)))
    for low in range(0, customers, width):
        yield low, low + width


def _fill(connection: object, table: str, select: str, ranges: list[tuple[int, int]]) -> None:
    head = f"CREATE {table} AS"
    for low, high in ranges:
        connection.execute(f"{head} {select}", {"low": low, "high": high})  # type: ignore[attr-defined]
        head = f"INSERT INTO {table.rsplit(maxsplit=1)[-1]}"
