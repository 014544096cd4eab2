"""Rows: each canonical value comes out in its type, or missing, never wrong."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.landed import canon, land, mapping

AT = datetime(2026, 1, 1)
SPACES = "".join(chr(code) for code in range(0x3001) if unicodedata.category(chr(code)) == "Zs")


def one(folder: Path, column: str, value: Any, table: str = "people", expression: str = "x") -> Any:
    """The canonical value that a source's value becomes."""
    columns = {"record_id": "'r'"} if table == "people" else {"event_id": "'e'", "at": "at", "kind": "'k'"}
    found = canon([mapping(table, **columns, **{column: expression})], [land(folder, 1, [{"x": value, "at": AT}])])
    return found[table][0][column]


@pytest.mark.parametrize(
    ("column", "given", "expected"),
    [
        ("name", " 张三 ", "张三"),
        ("name", "  ", None),
        ("name", 17, "17"),
        ("name", 17.0, "17"),
        ("name", 17.5, "17.5"),
        ("name", True, "true"),
        ("name", date(2026, 1, 2), "2026-01-02"),
        ("gender", "Female", "female"),
        ("gender", "F", None),
        ("household_size", "3", 3),
        ("household_size", "three", None),
        ("household_size", 3.0, 3),
        ("household_size", float("inf"), None),
        ("birth_date", "1990-02-03", date(1990, 2, 3)),
        ("birth_date", "1990-02-30", None),
        ("birth_date", date(1990, 2, 3), date(1990, 2, 3)),
        ("birth_date", datetime(1990, 2, 3, 23), date(1990, 2, 3)),
        ("created_at", date(1990, 2, 3), datetime(1990, 2, 3)),
        ("created_at", datetime(1990, 2, 3, 4, 5), datetime(1990, 2, 3, 4, 5)),
        ("created_at", "not yet", None),
        ("city", ["a", "b"], "[a, b]"),
        ("city", {"a": 1}, "{'a': 1}"),
    ],
)
def test_a_value_of_a_source_becomes_one_of_the_table(tmp_path: Path, column: str, given: Any, expected: Any) -> None:
    assert one(tmp_path, column, given) == expected


@pytest.mark.parametrize(
    ("given", "expected"), [("1.5", 1.5), (" 2 ", 2), ("NaN", None), (float("nan"), None), (3, 3), ("1e400", None)]
)
def test_numbers_are_finite_or_missing(tmp_path: Path, given: Any, expected: float | None) -> None:
    assert one(tmp_path, "value", given, "events") == expected


def test_small_whole_numbers_do_not_overflow_when_they_are_multiplied(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    landed = land(tmp_path, 1, [{"x": 1}])
    small = {"_row": pa.array([1]), "x": pa.array([100_000], pa.int32())}
    pq.write_table(pa.table(small), landed.path)
    [row] = canon([mapping("events", at="as_of", kind="'k'", value="x * x")], [landed])["events"]
    assert row["value"] == 1e10


def test_an_amount_too_large_for_money_is_missing(tmp_path: Path) -> None:
    orders = mapping("orders", order_id="'1'", ordered_at="at", amount="1", discount="x")
    rows = [{"x": value, "at": AT} for value in ("1e30", "12.34567", "99999999999999")]
    found = [canon([orders], [land(tmp_path, n, [row])])["orders"][0]["discount"] for n, row in enumerate(rows, 1)]
    assert found == [None, Decimal("12.3457"), Decimal(99999999999999)]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=12) | st.none(), min_size=1, max_size=10))
def test_no_text_breaks_a_build_and_plain_text_stays_what_it_is(tmp_path: Path, values: list[str | None]) -> None:
    values = [value if value is None or "\x00" not in value else None for value in values]
    columns = dict.fromkeys(("name", "birth_date", "household_size", "created_at", "gender"), "x")
    people = mapping("people", record_id="id", **columns)
    rows = [{"id": str(number), "x": value} for number, value in enumerate(values)]
    found = {
        row["record_id"]: row for row in canon([people], [land(tmp_path, 1, rows)], datetime(9999, 1, 1))["people"]
    }
    for number, value in enumerate(values):
        said = (value or "").strip(SPACES)
        assert found[str(number)]["name"] == (said or None)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.decimals(-(10**9), 10**9, places=2), st.datetimes(datetime(1970, 1, 2), datetime(2030, 1, 1)))
def test_written_amounts_and_moments_come_back_exactly(tmp_path: Path, amount: Decimal, at: datetime) -> None:
    orders = mapping("orders", order_id="'1'", ordered_at="at", amount="x")
    landed = land(tmp_path, 1, [{"x": str(amount), "at": at.isoformat(sep=" ")}])
    [row] = canon([orders], [landed], datetime(2030, 1, 1))["orders"]
    assert (row["amount"], row["ordered_at"]) == (amount, at)
