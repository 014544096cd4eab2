"""Scopes: the tags, orders and source columns that the tests of the language speak about."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import duckdb

from portraits.engine.expressions import Formats, Scope, parse, sql
from portraits.vocabulary.text import Text, text
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window

AS_OF = datetime(2024, 6, 1, 12)

TAGS = Scope(
    {
        "orders_90d": Type.INTEGER,
        "spend": Type.MONEY,
        "score": Type.NUMBER,
        "city": Type.TEXT,
        "birth_date": Type.DATE,
        "last_order_at": Type.TIME,
        "vip": Type.BOOLEAN,
        "attributes": Type.JSON,
    },
    subject="tags",
)
ORDERS = Scope(
    {
        "customer": Type.INTEGER,
        "ordered_at": Type.TIME,
        "amount": Type.MONEY,
        "weight": Type.NUMBER,
        "items": Type.INTEGER,
        "channel": Type.TEXT,
        "day": Type.DATE,
        "paid": Type.BOOLEAN,
    },
    aggregates=True,
    subject="orders",
    time="ordered_at",
)
SOURCE = Scope(
    {"Order ID": Type.RAW, "betrag": Type.RAW, "datum": Type.RAW, "name": Type.RAW, "menge": Type.INTEGER},
    subject="the source till",
    formats=Formats(decimal=",", dates=("%d.%m.%Y", "%Y-%m-%d")),
)
TITLES: dict[str, Text] = {
    "orders_90d": text("Orders, last 90 days", "近90天订单数"),
    "spend": text("Spend", "消费额"),
    "score": text("Score", "评分"),
    "city": text("City", "城市"),
    "birth_date": text("Birth date", "出生日期"),
    "last_order_at": text("Last order", "最近下单"),
    "vip": text("Member", "会员"),
    "amount": text("Amount", "金额"),
    "channel": text("Channel", "渠道"),
}


def value(written: str, scope: Scope = TAGS, expect: Type | None = None, **row: Any) -> Any:
    """The value of an expression in DuckDB for one row; columns that are not given are missing."""
    expression = parse(written, scope, expect)
    columns = ", ".join(f'CAST(? AS {type_.duckdb}) AS "{name}"' for name, type_ in scope.columns.items())
    query = f"SELECT {sql(expression, as_of=AS_OF)} FROM (SELECT {columns})"
    return _database().execute(query, [row.get(name) for name in scope.columns]).fetchall()[0][0]


def over(written: str, rows: list[dict[str, Any]], window: str = "", scope: Scope = ORDERS) -> Any:
    """The value of an aggregate expression in DuckDB over rows."""
    connection = _database()
    columns = ", ".join(f'"{name}" {type_.duckdb}' for name, type_ in scope.columns.items())
    connection.execute(f"CREATE OR REPLACE TABLE orders ({columns})")
    if rows:
        values = [[row.get(name) for name in scope.columns] for row in rows]
        connection.executemany(f"INSERT INTO orders VALUES ({', '.join('?' * len(scope.columns))})", values)
    within = Window.parse(window) if window else None
    query = f"SELECT {sql(parse(written, scope), as_of=AS_OF, within=within)} FROM orders"
    return connection.execute(query).fetchall()[0][0]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 2})
