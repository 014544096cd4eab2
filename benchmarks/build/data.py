"""Data: a synthetic table of order lines, the same for the same number of lines.

A tenth as many customers as lines, lines a customer by a power law, about three lines an
order, three years of history, everything drawn from hashes: no chance, no seed to keep.
"""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

AS_OF = datetime(2025, 7, 1)

CUSTOMERS = """
CREATE TABLE customers AS
SELECT CAST(i AS INTEGER) AS customer, 'c' || lpad(CAST(i AS VARCHAR), 9, '0') AS customer_id
FROM range({customers}) numbers(i)"""

# A quarter of the weight is spread evenly, the rest falls off as rank ^ -0.7.
ORDER_LINES = """
CREATE TABLE order_lines AS
WITH shares AS (
    SELECT customer, 0.35 + 0.195 * power(greatest((hash(customer, 7) % 1000003) / 1000003.0, 1e-6), -0.7) AS share
    FROM customers WHERE customer >= {low} AND customer < {high}),
counts AS (
    SELECT customer, CAST(floor({lines_each} * share + (hash(customer, 8) % 1000) / 1000.0) AS INTEGER) AS lines
    FROM shares),
lines AS (SELECT customer, CAST(unnest(range(lines)) AS INTEGER) AS place FROM counts),
drawn AS (
    SELECT customer, place, hash(customer, place // 3, 1) AS o, hash(customer, place, 2) AS l FROM lines)
SELECT customer,
    customer || '-' || (place // 3) AS order_id,
    CAST(place % 3 + 1 AS BIGINT) AS line,
    'p' || (l % 5000) AS product_id,
    'category ' || CAST(floor(power((l // 5000 % 1000) / 1000.0, 2) * 10 + hash(customer) % 30) AS INTEGER) AS category,
    'brand ' || (l // 7777 % 200) AS brand,
    CAST(1 + l // 999 % 4 AS DOUBLE) AS quantity,
    CAST((100 + l // 123 % 19900) / 100.0 AS DECIMAL(18, 4)) AS amount,
    CAST(CASE WHEN l // 321 % 5 = 0 THEN (l // 4321 % 300) / 100.0 ELSE 0 END AS DECIMAL(18, 4)) AS discount,
    CAST((60 + l // 55 % 9900) / 100.0 AS DECIMAL(18, 4)) AS cost,
    TIMESTAMP '2025-07-01' - to_seconds(CAST(o % 94608000 AS BIGINT)) AS ordered_at,
    ['store', 'web', 'app', 'phone'][1 + CAST(least(o // 11 % 7, 3) AS BIGINT)] AS channel,
    'store ' || (o // 13 % 60) AS store,
    ['card', 'cash', 'wallet', 'transfer', 'points'][1 + CAST(o // 17 % 5 AS BIGINT)] AS payment,
    CASE o // 19 % 10 WHEN 0 THEN 'returned' WHEN 1 THEN 'cancelled' ELSE 'completed' END AS status
FROM drawn ORDER BY customer, ordered_at, order_id, line"""

# The mean share of a customer under the law above.
MEAN_SHARE = 0.35 + 0.195 / 0.3
# Customers whose lines are made and sorted at once, so that making the data needs little memory.
AT_ONCE = 400_000


def database(lines: int) -> Path:
    """A DuckDB file with `customers` and `order_lines` in order of customer, made once and kept."""
    path = Path(tempfile.gettempdir()) / f"portraits-build-{lines}.duckdb"
    if not path.exists():
        draft = path.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        _make(draft, lines)
        draft.rename(path)
    return path


def parquet(lines: int, table: str = "order_lines") -> Path:
    """One of the tables as a Parquet file, for engines that read no DuckDB file."""
    return Path(tempfile.gettempdir()) / f"portraits-build-{lines}.{table}.parquet"


def prepared(lines: int) -> None:
    """Make all files of that many lines, where they are not made yet."""
    import duckdb

    with duckdb.connect(str(database(lines)), read_only=True) as connection:
        for table in ("customers", "order_lines"):
            path = parquet(lines, table)
            if not path.exists():
                connection.execute(f"COPY {table} TO '{path}' (FORMAT parquet)")


def _make(path: Path, lines: int) -> None:
    import duckdb

    customers = lines // 10
    with duckdb.connect(str(path), config={"memory_limit": "4GB"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(CUSTOMERS.format(customers=customers))
        head, body = ORDER_LINES.split("AS\n", 1)
        for low in range(0, customers, AT_ONCE):
            rows = body.format(low=low, high=low + AT_ONCE, lines_each=lines / customers / MEAN_SHARE)
            connection.execute(f"INSERT INTO order_lines {rows}" if low else f"{head}AS {rows}")
