"""Values: functions and conversions give the same in DuckDB, in Python and in the reference."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.engine.expressions import Formats, Scope, evaluate, parse
from portraits.engine.expressions.aggregates import AGGREGATES
from portraits.engine.expressions.conversions import CONVERSIONS, convert, converted, known_format
from portraits.engine.expressions.functions import FUNCTIONS
from portraits.engine.expressions.functions.numbers import half_up
from portraits.engine.expressions.functions.texts import lower, upper
from portraits.engine.expressions.scope import PLAIN
from portraits.vocabulary.errors import ExpressionError
from portraits.vocabulary.types import Type
from tests.engine.expressions.scopes import AS_OF, ORDERS, TAGS, value

EXAMPLES = [
    *(example for function in FUNCTIONS.values() for example in function.examples),
    *(conversion.example for conversion in CONVERSIONS.values()),
]
ATTRIBUTES = '{"floor": 3, "tags": ["a", "b"], "名称": "x", "gone": null, "on": true}'


def shown(found: Any) -> str:
    """A value as the reference shows it."""
    if found is None:
        return "null"
    return str(found).lower() if isinstance(found, bool) else str(found)


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_an_example_of_the_reference_is_true_in_duckdb(text: str, expected: str) -> None:
    assert shown(value(text, attributes=ATTRIBUTES)) == expected


@pytest.mark.parametrize(("text", "expected"), EXAMPLES)
def test_an_example_of_the_reference_is_true_in_explanations(text: str, expected: str) -> None:
    assert shown(evaluate(parse(text, TAGS), {"attributes": ATTRIBUTES}, AS_OF)) == expected


@pytest.mark.parametrize("example", [over.example for over in AGGREGATES.values()])
def test_an_example_of_an_aggregate_is_accepted(example: str) -> None:
    scope = Scope({**ORDERS.columns, "category": Type.TEXT, "store": Type.TEXT}, aggregates=True, time="ordered_at")
    assert parse(example, scope).text == example


@pytest.mark.parametrize(
    ("name", "expected"),
    [("floor", "3"), ("tags", '["a","b"]'), ("名称", "x"), ("gone", None), ("on", "true"), ("other", None)],
)
def test_a_field_of_attributes_is_raw_text(name: str, expected: str | None) -> None:
    assert value(f"field(attributes, '{name}')", attributes=ATTRIBUTES) == expected
    assert evaluate(parse(f"field(attributes, '{name}')", TAGS), {"attributes": ATTRIBUTES}, AS_OF) == expected


@pytest.mark.parametrize("broken", ["{bad", "[1]", '"x"', "3"])
def test_a_field_of_broken_attributes_is_missing(broken: str) -> None:
    assert value("field(attributes, 'a')", attributes=broken) is None
    assert evaluate(parse("field(attributes, 'a')", TAGS), {"attributes": broken}, AS_OF) is None


RAW = Scope({"raw": Type.RAW}, subject="the source")
GERMAN = Scope({"raw": Type.RAW}, formats=Formats(",", ("%d.%m.%Y", "%Y-%m-%d")))
READINGS: list[tuple[Scope, Type, str, Any]] = [
    (RAW, Type.NUMBER, "12.5", 12.5),
    (RAW, Type.NUMBER, " 7 ", 7.0),
    (RAW, Type.NUMBER, "1e3", 1000.0),
    (RAW, Type.NUMBER, "12,5", None),
    (RAW, Type.NUMBER, "nan", None),
    (RAW, Type.NUMBER, "inf", None),
    (RAW, Type.NUMBER, "1e999", None),
    (RAW, Type.NUMBER, "", None),
    (RAW, Type.NUMBER, "twelve", None),
    (RAW, Type.INTEGER, "12", 12),
    (RAW, Type.INTEGER, "12.5", 13),
    (RAW, Type.INTEGER, "99999999999999999999", None),
    (RAW, Type.MONEY, "19.99", Decimal("19.9900")),
    (RAW, Type.MONEY, "1.23456", Decimal("1.2346")),
    (RAW, Type.MONEY, "1e15", None),
    (RAW, Type.BOOLEAN, "Yes", True),
    (RAW, Type.BOOLEAN, "是", True),
    (RAW, Type.BOOLEAN, "0", False),
    (RAW, Type.BOOLEAN, "perhaps", None),
    (RAW, Type.DATE, "2024-02-29", date(2024, 2, 29)),
    (RAW, Type.DATE, "2024-02-29 23:59:59", date(2024, 2, 29)),
    (RAW, Type.DATE, "2024-02-30", None),
    (RAW, Type.DATE, "infinity", None),
    (RAW, Type.TIME, "2024-02-29 23:59", datetime(2024, 2, 29, 23, 59)),
    (RAW, Type.TIME, "soon", None),
    (RAW, Type.TEXT, " x ", " x "),
    (RAW, Type.JSON, '{"a":1}', '{"a":1}'),
    (GERMAN, Type.NUMBER, "1.234,5", 1234.5),
    (GERMAN, Type.NUMBER, "1 234,5", 1234.5),
    (GERMAN, Type.MONEY, "19,99", Decimal("19.9900")),
    (GERMAN, Type.INTEGER, "1.234", 1234),
    (GERMAN, Type.DATE, "29.02.2024", date(2024, 2, 29)),
    (GERMAN, Type.DATE, "2024-02-29", date(2024, 2, 29)),
    (GERMAN, Type.DATE, "02/29/2024", None),
    (GERMAN, Type.DATE, " Infinity", None),
    (GERMAN, Type.DATE, "epoch", None),
    (GERMAN, Type.DATE, "01.01.1900", date(1900, 1, 1)),
]


@pytest.mark.parametrize(("scope", "type_", "raw", "expected"), READINGS)
def test_raw_text_is_read_or_missing(scope: Scope, type_: Type, raw: str, expected: object) -> None:
    expression = parse("raw", scope, type_)
    found = evaluate(expression, {"raw": raw}, AS_OF)
    assert value("raw", scope, type_, raw=raw) == found == expected
    assert type(found) is type(expected)


def test_broken_json_of_a_source_is_missing() -> None:
    assert value("raw", RAW, Type.JSON, raw="{bad") is None


@pytest.mark.parametrize(
    ("text", "raw", "expected"),
    [
        ("number(raw, '.')", "1,234.5", 1234.5),
        ("number(raw, ',')", "1.234,5", 1234.5),
        ("money(raw, ',')", "0,1", Decimal("0.1000")),
        ("integer(raw, '.')", "1,234", 1234),
        ("date(raw, '%Y年%m月%d日')", "2024年3月5日", date(2024, 3, 5)),
        ("time(raw, '%d/%m/%y %H:%M')", "05/03/24 18:30", datetime(2024, 3, 5, 18, 30)),
        ("text(date(raw), '%Y年%m月')", "2024-03-05", "2024年03月"),
        ("number(raw) * 2", "3", 6.0),
        ("raw || '!'", "3", "3!"),
        ("raw > 12", "12.5", True),
        ("raw in ('a', 'b')", "b", True),
        ("raw in (1, 2)", "2.0", True),
        ("raw between 1 and 2", "1.5", True),
        ("raw = '2024'", "2024", True),
        ("raw + 1 day", "2024-03-05", datetime(2024, 3, 6)),
        ("coalesce(raw, 'none')", "x", "x"),
        ("not raw", "no", True),
        ("case when raw then 1 else 0 end", "yes", 1),
        ("length(trim(raw))", " ab ", 2),
        ("year(raw)", "2024-03-05", 2024),
    ],
)
def test_raw_text_in_expressions(text: str, raw: str, expected: object) -> None:
    assert value(text, RAW, raw=raw) == evaluate(parse(text, RAW), {"raw": raw}, AS_OF) == expected


@pytest.mark.parametrize(
    ("text", "row", "expected"),
    [
        ("integer(score)", {"score": 2.5}, 3),
        ("integer(score)", {"score": -2.5}, -3),
        ("integer(score)", {"score": 1e30}, None),
        ("integer(spend)", {"spend": Decimal("2.5")}, 3),
        ("integer(vip)", {"vip": True}, 1),
        ("number(vip)", {"vip": False}, 0.0),
        ("money(score)", {"score": 1.00005}, Decimal("1.0001")),
        ("money(score)", {"score": 1e20}, None),
        ("text(spend)", {"spend": Decimal("1.5")}, "1.5000"),
        ("text(vip)", {"vip": True}, "true"),
        ("text(birth_date)", {"birth_date": date(2024, 1, 31)}, "2024-01-31"),
        ("text(last_order_at)", {"last_order_at": datetime(2024, 1, 31, 10)}, "2024-01-31 10:00:00"),
        ("text(orders_90d)", {"orders_90d": -3}, "-3"),
        ("date(last_order_at)", {"last_order_at": datetime(2024, 1, 31, 23)}, date(2024, 1, 31)),
        ("time(birth_date)", {"birth_date": date(2024, 1, 31)}, datetime(2024, 1, 31)),
        ("round(score)", {"score": math.inf}, None),
        ("floor(score)", {"score": -2.5}, -3),
        ("ceil(score)", {"score": -2.5}, -2),
        ("ceil(spend)", {"spend": Decimal("2.0001")}, 3),
        ("round(score, 1)", {"score": -0.25}, -0.3),
        ("round(spend, 2)", {"spend": Decimal("1.005")}, Decimal("1.01")),
        ("round(orders_90d, 1)", {"orders_90d": 3}, 3),
        ("right(city, 0)", {"city": "abc"}, ""),
        ("upper(city)", {"city": "straße"}, "STRAẞE"),
        ("lower(city)", {"city": "İX"}, "ix"),
        ("concat(city, null)", {"city": "a"}, None),
        ("mod(spend, 3)", {"spend": Decimal("-7.5")}, Decimal("-1.5000")),
        ("mod(score, 3)", {"score": -7.5}, -1.5),
        ("mod(orders_90d, 3)", {"orders_90d": -7}, -1),
        ("months_between(birth_date, as_of)", {"birth_date": date(2024, 7, 15)}, -2),
        ("hour(birth_date)", {"birth_date": date(2024, 7, 15)}, 0),
        ("abs(orders_90d)", {"orders_90d": -(2**63)}, None),
        ("orders_90d % -1", {"orders_90d": -(2**63)}, 0),
        ("round(score, 2)", {"score": 1.7e308}, 1.7e308),
    ],
)
def test_duckdb_and_explanations_agree(text: str, row: dict[str, Any], expected: object) -> None:
    assert value(text, **row) == evaluate(parse(text, TAGS), row, AS_OF) == expected


def test_names_without_a_value_are_missing() -> None:
    assert evaluate(parse("spend > 3", TAGS), {}, AS_OF) is None
    assert evaluate(parse("spend is null", TAGS), {}, AS_OF) is True


def test_values_of_a_store_are_taken_as_their_type() -> None:
    row = {"spend": 10, "score": Decimal("2.5"), "birth_date": datetime(2000, 1, 1, 5), "last_order_at": "2024-01-01"}
    assert evaluate(parse("spend + 0.5", TAGS), row, AS_OF) == Decimal("10.5")
    assert evaluate(parse("score", TAGS), row, AS_OF) == 2.5
    assert evaluate(parse("birth_date", TAGS), row, AS_OF) == date(2000, 1, 1)
    assert evaluate(parse("last_order_at", TAGS), row, AS_OF) == datetime(2024, 1, 1)


def test_an_aggregate_has_no_value_in_one_row() -> None:
    with pytest.raises(ExpressionError, match="no value in one row"):
        evaluate(parse("count(*)", ORDERS), {}, AS_OF)


def test_calendars_end_somewhere() -> None:
    for text in ("birth_date + 1 day", "add_days(birth_date, 1)", "add_months(birth_date, 1)"):
        assert evaluate(parse(text, TAGS), {"birth_date": date.max}, AS_OF) is None
    assert evaluate(parse("add_months(birth_date, -30000)", TAGS), {"birth_date": date.max}, AS_OF) is None


@settings(max_examples=60, deadline=None)
@given(st.floats(-1e12, 1e12, allow_nan=False), st.integers(0, 6))
def test_rounding_is_that_of_duckdb(number: float, digits: int) -> None:
    assert value(f"round(score, {digits})", score=number) == half_up(number, digits)


@settings(max_examples=40, deadline=None)
@given(st.decimals(-99999999, 99999999, places=4), st.decimals(-99999999, 99999999, places=4))
def test_sums_of_money_are_exact(left: Decimal, right: Decimal) -> None:
    scope = Scope({"a": Type.MONEY, "b": Type.MONEY})
    found = value("a + b", scope, a=left, b=right)
    assert found == left + right == evaluate(parse("a + b", scope), {"a": left, "b": right}, AS_OF)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12))
def test_text_in_quotes_comes_through_unchanged(text: str) -> None:
    written = "'" + text.replace("'", "''") + "'"
    if not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
        assert value(written) == text


def test_case_mapping_keeps_the_length() -> None:
    for character in "ŉßİǰΐ":
        assert len(upper(character)) == len(lower(character)) == 1


def test_formats_are_known_or_not() -> None:
    assert known_format("%d.%m.%Y %H:%M:%S")
    assert not known_format("%c")
    assert not known_format("now")
    assert not known_format("%Y; drop")
    assert not known_format("%")


def test_a_conversion_of_nothing_is_nothing() -> None:
    assert converted(None, Type.TEXT, PLAIN) is None
    assert converted("x", Type.INTEGER, PLAIN) is None
    assert converted(object(), Type.NUMBER, PLAIN) is None


def test_text_of_a_format_is_written_for_spark() -> None:
    from sqlglot import exp

    made = convert(exp.column("x"), Type.TIME, Type.TEXT, Formats(dates=("%Y-%m-%dT%H:%M",)), "spark")
    assert made.sql("spark") == "DATE_FORMAT(x, 'yyyy-MM-dd\\'T\\'HH:mm')"
    assert convert(exp.column("x"), Type.RAW, Type.JSON, PLAIN, "spark").sql("spark") == "x"
