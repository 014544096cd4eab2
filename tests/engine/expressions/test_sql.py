"""SQL: what the tree becomes, for DuckDB and for Spark."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from portraits.engine.expressions import basic, parse, sql, where, where_of, within
from portraits.engine.expressions.nodes import Literal, Name
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.types import Type
from portraits.vocabulary.window import Window
from tests.engine.expressions.scopes import AS_OF, ORDERS, TAGS, value


@pytest.mark.parametrize(
    ("text", "duckdb", "spark"),
    [
        (
            "orders_90d > 3 and city in ('a', 'b')",
            "COALESCE((\"orders_90d\" > 3) AND (\"city\" IN ('a', 'b')), FALSE)",
            "COALESCE((`orders_90d` > 3) AND (`city` IN ('a', 'b')), FALSE)",
        ),
        ("not vip", 'COALESCE(NOT "vip", FALSE)', "COALESCE(NOT `vip`, FALSE)"),
        ("vip", '"vip"', "`vip`"),
        ("city is null", '"city" IS NULL', "`city` IS NULL"),
        (
            "last_order_at > as_of - 90 days",
            "COALESCE(\"last_order_at\" > CAST('2024-03-03 12:00:00' AS TIMESTAMP), FALSE)",
            "COALESCE(`last_order_at` > CAST('2024-03-03 12:00:00' AS TIMESTAMP_NTZ), FALSE)",
        ),
        (
            "birth_date - 1 day",
            "CAST(\"birth_date\" - INTERVAL '1' DAY AS DATE)",
            "CAST(`birth_date` - INTERVAL '1' DAY AS DATE)",
        ),
        ("score > 0.5", 'COALESCE("score" > 0.5e0, FALSE)', "COALESCE(`score` > 0.5e0, FALSE)"),
        (
            "spend > 0.5",
            'COALESCE("spend" > CAST(0.5 AS DECIMAL(18, 4)), FALSE)',
            "COALESCE(`spend` > CAST(0.5 AS DECIMAL(18, 4)), FALSE)",
        ),
        (
            "orders_90d / 2",
            'CAST("orders_90d" AS DOUBLE) / NULLIF(2e0, 0)',
            "CAST(`orders_90d` AS DOUBLE) / NULLIF(2e0, 0)",
        ),
        (
            "orders_90d + 2",
            'TRY_CAST(CAST("orders_90d" AS INT128) + 2 AS BIGINT)',
            "TRY_ADD(`orders_90d`, 2)",
        ),
        ("weekday(birth_date)", 'ISODOW("birth_date")', "(WEEKDAY(`birth_date`) + 1)"),
        (
            "field(attributes, 'a')",
            'CASE WHEN JSON_VALID("attributes") THEN JSON_EXTRACT_STRING("attributes", \'$."a"\') END',
            "GET_JSON_OBJECT(`attributes`, '$.a')",
        ),
        (
            "date(city, '%d.%m.%Y')",
            None,
            "CAST(CAST(TRY_TO_TIMESTAMP(`city`, 'd.M.yyyy') AS TIMESTAMP_NTZ) AS DATE)",
        ),
        (
            "text(birth_date, '%d.%m.%Y')",
            "STRFTIME(\"birth_date\", '%d.%m.%Y')",
            "DATE_FORMAT(`birth_date`, 'dd.MM.yyyy')",
        ),
        ("city = 'O''B\\'", "COALESCE(\"city\" = 'O''B\\', FALSE)", "COALESCE(`city` = 'O\\'B\\\\', FALSE)"),
        (
            "add_days(birth_date, 3)",
            'CASE WHEN 3 BETWEEN -90000 AND 90000 THEN "birth_date" + TRY_CAST(3 AS INT) END',
            "CASE WHEN 3 BETWEEN -90000 AND 90000 THEN DATE_ADD(`birth_date`, TRY_CAST(3 AS INT)) END",
        ),
        (
            "add_months(birth_date, 3)",
            'CASE WHEN 3 BETWEEN -3000 AND 3000 THEN CAST("birth_date" + TO_MONTHS(TRY_CAST(3 AS INT)) AS DATE) END',
            "CASE WHEN 3 BETWEEN -3000 AND 3000 THEN ADD_MONTHS(`birth_date`, TRY_CAST(3 AS INT)) END",
        ),
        (
            "integer(city)",
            'TRY_CAST("city" AS BIGINT)',
            "TRY_CAST(ROUND(TRY_CAST(`city` AS DECIMAL(38, 10))) AS BIGINT)",
        ),
        ("time(city)", None, "TRY_CAST(`city` AS TIMESTAMP_NTZ)"),
        ("abs(orders_90d)", 'TRY_CAST(ABS(CAST("orders_90d" AS INT128)) AS BIGINT)', "ABS(`orders_90d`)"),
    ],
)
def test_the_sql_is_as_expected(text: str, duckdb: str | None, spark: str) -> None:
    expression = parse(text, TAGS)
    if duckdb:
        assert sql(expression, as_of=AS_OF) == duckdb
    assert sql(expression, as_of=AS_OF, dialect="spark") == spark


@pytest.mark.parametrize(
    ("text", "spark"),
    [
        ("first(channel)", "MIN_BY(`channel`, STRUCT(`ordered_at`, `channel`))"),
        ("most_frequent(channel)", "MODE(`channel`, TRUE)"),
        ("percentile(weight, 0.5)", "PERCENTILE(`weight`, 0.5e0)"),
        ("count(*) filter (where paid)", "COUNT(*) FILTER(WHERE `paid`)"),
    ],
)
def test_aggregates_are_written_for_spark(text: str, spark: str) -> None:
    assert sql(parse(text, ORDERS), as_of=AS_OF, dialect="spark") == spark


@pytest.mark.parametrize("text", ["top_share(channel)", "entropy(channel)"])
def test_what_spark_has_no_expression_for_is_said(text: str) -> None:
    with pytest.raises(ExpressionError, match="no single expression in Spark"):
        sql(parse(text, ORDERS), as_of=AS_OF, dialect="spark")


UNKNOWN: dict[str, Any] = {}
KNOWN: dict[str, Any] = {"orders_90d": 5, "city": "a", "vip": True, "spend": Decimal(10), "score": 2.5}


@pytest.mark.parametrize(
    ("text", "known", "unknown"),
    [
        ("orders_90d > 3", True, False),
        ("not orders_90d > 3", False, False),
        ("not (not orders_90d > 3)", True, False),
        ("orders_90d > 3 or true", True, True),
        ("not (orders_90d > 3 and false)", True, True),
        ("orders_90d not in (1, 2)", True, False),
        ("orders_90d not between 1 and 2", True, False),
        ("city not like 'b%'", True, False),
        ("not contains(city, 'b')", True, False),
        ("orders_90d is null", False, True),
        ("orders_90d is not null", True, False),
        ("(orders_90d > 3) is null", False, True),
        ("vip", True, None),
        ("not vip", False, False),
        ("vip = true", True, False),
        ("case when orders_90d > 3 then 'yes' else 'no' end", "yes", "no"),
        ("if(not orders_90d > 3, 'yes', 'no')", "no", "no"),
        ("coalesce(orders_90d > 3, true)", True, True),
    ],
)
def test_a_condition_over_a_missing_value_is_false(text: str, known: object, unknown: object) -> None:
    assert value(text, **KNOWN) == known
    assert value(text, **UNKNOWN) == unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders_90d / 2", 2.5),
        ("orders_90d / 0", None),
        ("score / (orders_90d - 5)", None),
        ("orders_90d % 0", None),
        ("mod(score, 0)", None),
        ("spend / 4", 2.5),
        ("spend * 3", Decimal("30.0000")),
        ("spend - 0.1", Decimal("9.9000")),
        ("99999999999999 * spend", None),
        ("orders_90d * 9223372036854775807", None),
        ("abs(-9223372036854775807 - 1)", None),
        ("(-9223372036854775807 - 1) % -1", 0),
        ("ln(0)", None),
        ("ln(-1)", None),
        ("sqrt(-1)", None),
        ("exp(10000)", None),
        ("power(10, 400)", None),
        ("power(-8, 0.5)", None),
        ("floor(1e300)", None),
        ("least(null, 3, score)", 2.5),
        ("greatest(orders_90d, 7)", 7),
        ("nullif(city, 'a')", None),
        ("city || null", None),
        ("concat(city, '-', city)", "a-a"),
        ("part('a//b', '/', 2)", None),
        ("part('a//b', '/', 3)", "b"),
        ("trim('\u3000 a\t')", "a"),
        ("-score", -2.5),
        ("-(-3)", 3),
        ("2 - -3", 5),
        ("1 - (2 - 3)", 2),
        ("(1 + 2) * 3", 9),
        ("-score - -score", 0.0),
        ("birth_date + 1 day", None),
        ("date '2024-01-31' + 1 day", date(2024, 2, 1)),
        ("date '2024-01-31' + 90 minutes", datetime(2024, 1, 31, 1, 30)),
        ("2 hours + time '2024-01-31 23:00'", datetime(2024, 2, 1, 1)),
        ("as_of - 1 month", datetime(2024, 5, 2, 12)),
        ("as_of - 45 seconds", datetime(2024, 6, 1, 11, 59, 15)),
        ("add_days(date '2024-01-31', 100000)", None),
        ("add_months(date '2024-01-31', -2)", date(2023, 11, 30)),
        ("age_in_years(date '2024-07-01')", None),
        ("age_in_years(date '2000-06-01')", 24),
        ("age_in_years(date '2000-06-02')", 23),
    ],
)
def test_arithmetic_never_fails(text: str, expected: object) -> None:
    found = value(text, **KNOWN)
    assert found == expected
    assert type(found) is type(expected)


def test_where_leaves_the_condition_open_to_the_scan() -> None:
    expression = parse("last_order_at > as_of and vip", TAGS)
    assert where(expression, as_of=AS_OF) == (
        '("last_order_at" > CAST(\'2024-06-01 12:00:00\' AS TIMESTAMP)) AND "vip"'
    )


def test_names_can_stand_for_other_columns() -> None:
    expression = parse("spend > 3 and vip", TAGS)
    assert where(expression, as_of=AS_OF, rename={"spend": "t1", "vip": ("p", "is vip")}) == (
        '("t1" > CAST(3 AS DECIMAL(18, 4))) AND "p"."is vip"'
    )
    assert where(expression, as_of=AS_OF, rename=str.upper).endswith('AND "VIP"')


def test_an_aggregate_that_has_a_column_is_not_computed_again() -> None:
    expression = parse("sum(amount) / count(*) + share(paid)", ORDERS)
    total, count, share = expression.aggregates
    made = sql(expression, as_of=AS_OF, replace={total: "c1", count: "c2", share: "c3"})
    assert made == '(CAST("c1" AS DOUBLE) / NULLIF(CAST("c2" AS DOUBLE), 0)) + "c3"'
    assert sql(total, as_of=AS_OF, replace={total: "c1"}) == '"c1"'


def test_a_composed_aggregate_is_written_out_in_plain_ones() -> None:
    names = {
        "share(paid)": ["count", "count"],
        "mean_gap()": ["max", "min", "count"],
        "months_active()": ["count"],
        "slope(amount, 3)": ["sum"],
    }
    for text, expected in names.items():
        from portraits.engine.expressions import aggregates_in

        plain = basic(parse(text, ORDERS).node, Window(0, 90))
        assert sorted(each.name for each in aggregates_in(plain)) == sorted(expected)


def test_a_slope_needs_a_window() -> None:
    with pytest.raises(ExpressionError, match="slope needs a window"):
        sql(parse("slope(amount, 3)", ORDERS), as_of=AS_OF)


def test_a_composed_aggregate_has_no_sql_of_its_own() -> None:
    from portraits.engine.expressions.aggregates import AGGREGATES

    with pytest.raises(ExpressionError, match="basic"):
        AGGREGATES["share"].build([], "duckdb")


def test_the_planner_can_narrow_an_aggregate() -> None:
    (count,) = parse("count(*) filter (where paid)", ORDERS).aggregates
    recent = within(Window.parse("30 to 90 days"), Name(Type.TIME, "ordered_at"))
    assert sql(where_of(count, recent), as_of=AS_OF) == (
        'COUNT(*) FILTER(WHERE "paid" AND (("ordered_at" > CAST(\'2024-03-03 12:00:00\' AS TIMESTAMP)) AND '
        "(\"ordered_at\" <= CAST('2024-05-02 12:00:00' AS TIMESTAMP))))"
    )
    assert where_of(count, None) == count


def test_a_missing_constant_has_its_type() -> None:
    assert sql(Literal(Type.DATE, None), as_of=AS_OF) == "CAST(NULL AS DATE)"
    assert sql(Literal(Type.TEXT, None), as_of=AS_OF) == "NULL"
