"""Canonical tables: from rows as sources say them to rows that everything stands on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portraits.engine.settings import Settings
from portraits.engine.warehouse import Warehouse
from portraits.sources.canonical import newest
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.tables import TABLES
from tests.sources.landed import AS_OF, SETTINGS, canon, land, mapping

LINES = mapping(
    "order_lines", order_id="ticket", record_id="card", product_id="sku", quantity="qty", amount="paid", ordered_at="at"
)
ORDERS = mapping("orders", order_id="no", record_id="who", ordered_at="at", amount="total", status="state")


def line(
    ticket: str, sku: str = "milk", qty: float = 1, paid: float = 1.0, day: int = 1, card: str = "c1"
) -> dict[str, Any]:
    at = datetime(2026, 1, day, 10)
    return {"ticket": ticket, "card": card, "sku": sku, "qty": qty, "paid": paid, "at": at}


def order(no: str, total: float = 10, state: str | None = "completed", day: int = 1) -> dict[str, Any]:
    return {"no": no, "who": "c1", "at": datetime(2026, 1, day, 9), "total": total, "state": state}


def test_every_canonical_column_is_there_with_its_type(tmp_path: Path) -> None:
    found = canon([LINES], [land(tmp_path, 1, [line("1")])])
    assert list(found) == ["order_lines", "orders"]
    for name, rows in found.items():
        table = pa.Table.from_pylist(rows, schema=TABLES[name].arrow)
        assert table.schema.names == list(TABLES[name].types)
    [row] = found["order_lines"]
    assert (row["source"], row["batch"], row["line"], row["status"]) == ("till", "000001", 1, "completed")
    assert row["amount"] == Decimal("1.0000")


def test_orders_are_made_from_lines_where_only_lines_exist(tmp_path: Path) -> None:
    rows = [line("1", paid=2.5, qty=2), line("1", "bread", paid=4, day=2), line("2", paid=1, card="c2")]
    first, second = sorted(canon([LINES], [land(tmp_path, 1, rows)])["orders"], key=lambda row: row["order_id"])
    assert (first["amount"], first["quantity"], first["lines"]) == (Decimal("6.5"), 3, 2)
    assert (first["ordered_at"], first["currency"], first["status"]) == (datetime(2026, 1, 1, 10), "CNY", "completed")
    assert (second["record_id"], second["amount"]) == ("c2", 1)


def test_returned_lines_are_kept_apart_from_sales(tmp_path: Path) -> None:
    rows = [line("1", paid=5), line("1", "bread", qty=-1, paid=-2), line("2", qty=-1, paid=-3), line("3", paid=-1)]
    found = canon([LINES], [land(tmp_path, 1, rows)])
    assert [row["status"] for row in found["order_lines"]] == ["completed", "returned", "returned", "returned"]
    orders = {row["order_id"]: row for row in found["orders"]}
    assert (orders["1"]["amount"], orders["1"]["status"], orders["1"]["lines"]) == (5, "completed", 1)
    assert (orders["2"]["amount"], orders["2"]["status"]) == (0, "returned")
    assert orders["3"]["status"] == "returned"


@pytest.mark.parametrize(
    ("states", "expected", "amount"),
    [
        (["completed", "cancelled"], "completed", 1),
        (["cancelled", "cancelled"], "cancelled", 0),
        (["cancelled", "returned"], "returned", 0),
        (["pending", "completed"], "pending", 2),
    ],
)
def test_an_order_made_of_lines_has_the_status_of_what_was_sold(
    tmp_path: Path, states: list[str], expected: str, amount: int
) -> None:
    rows = [{**line("1"), "state": state} for state in states]
    lines = mapping("order_lines", **LINES.columns, status="state")
    [made] = canon([lines], [land(tmp_path, 1, rows)])["orders"]
    assert (made["status"], made["amount"]) == (expected, amount)


def test_lines_and_orders_complete_each_other(tmp_path: Path) -> None:
    lines = mapping("order_lines", "lines", order_id="ticket", product_id="sku", amount="paid", quantity="qty")
    rows = [{**line("1", qty=2), "at": None}, {**line("1", "bread"), "at": None}, line("2"), line("3"), line("9")]
    found = canon(
        [lines, ORDERS],
        [
            land(tmp_path, 1, rows, "lines"),
            land(tmp_path, 2, [order("1"), order("2", state="cancelled", day=2), order("3", total=-4, day=3)]),
        ],
    )
    by_order = {row["order_id"]: row for row in found["order_lines"]}
    assert set(by_order) == {"1", "2", "3"}  # nobody knows when 9 was ordered
    assert (by_order["1"]["ordered_at"], by_order["1"]["record_id"]) == (datetime(2026, 1, 1, 9), "c1")
    assert [by_order[no]["status"] for no in "123"] == ["completed", "cancelled", "returned"]
    orders = {row["order_id"]: row for row in found["orders"]}
    assert (orders["1"]["lines"], orders["1"]["quantity"], orders["1"]["amount"]) == (2, 3, 10)
    assert orders["3"]["status"] == "returned"


def test_an_order_that_has_nothing_but_lines_is_an_order_all_the_same(tmp_path: Path) -> None:
    lines = LINES.model_copy(update={"source": "lines"})
    landed = [land(tmp_path, 1, [line("1"), line("7", paid=3, day=4)], "lines"), land(tmp_path, 2, [order("1")])]
    orders = {row["order_id"]: row for row in canon([lines, ORDERS], landed)["orders"]}
    assert {no: row["amount"] for no, row in orders.items()} == {"1": 10, "7": 3}
    assert (orders["7"]["ordered_at"], orders["7"]["lines"]) == (datetime(2026, 1, 4, 10), 1)


def test_what_a_source_calls_by_no_known_word_stays_unknown(tmp_path: Path) -> None:
    rows = [order("1", state="Completed"), order("2", state="paid"), order("3", state=None)]
    found = canon([ORDERS], [land(tmp_path, 1, rows)])["orders"]
    assert [row["status"] for row in found] == ["completed", None, None]
    unsaid = mapping("orders", order_id="no", ordered_at="at", amount="total")
    assert canon([unsaid], [land(tmp_path, 1, rows)])["orders"][1]["status"] == "completed"


def test_nothing_later_than_as_of_is_seen(tmp_path: Path) -> None:
    deals = mapping("deals", deal_id="no", record_id="who", created_at="at", closed_at="end", status="state")
    rows = [
        {"no": "1", "who": "c", "at": AS_OF, "end": AS_OF + timedelta(days=1), "state": "won"},
        {"no": "2", "who": "c", "at": AS_OF - timedelta(days=9), "end": AS_OF - timedelta(days=1), "state": "lost"},
        {"no": "3", "who": "c", "at": AS_OF + timedelta(seconds=1), "end": None, "state": "open"},
    ]
    found = canon([deals], [land(tmp_path, 1, rows)])["deals"]
    assert [(row["deal_id"], row["status"], row["closed_at"]) for row in found] == [
        ("1", "open", None),
        ("2", "lost", AS_OF - timedelta(days=1)),
    ]


def test_people_are_seen_as_they_were_and_those_without_a_date_always(tmp_path: Path) -> None:
    people = mapping("people", record_id="id", city="town", created_at="since", updated_at="changed")
    early, late = datetime(2026, 1, 1), datetime(2026, 5, 1)
    landed = [
        land(tmp_path, 1, [{"id": "1", "town": "Bath", "since": early, "changed": early}]),
        land(
            tmp_path,
            2,
            [
                {"id": "1", "town": "York", "since": early, "changed": late},
                {"id": "2", "town": "Hull", "since": None, "changed": None},
                {"id": "3", "town": "Deal", "since": late, "changed": None},
            ],
        ),
    ]
    assert {row["record_id"]: row["city"] for row in canon([people], landed)["people"]} == {"1": "Bath", "2": "Hull"}
    later = canon([people], landed, as_of=late)["people"]
    assert {row["record_id"]: row["city"] for row in later} == {"1": "York", "2": "Hull", "3": "Deal"}


def test_a_key_that_comes_twice_counts_once_the_latest_batch_wins(tmp_path: Path) -> None:
    landed = [
        land(tmp_path, 1, [order("1", 10), order("2", 20)]),
        land(tmp_path, 2, [order("1", 11), order("1", 12)]),
    ]
    found = canon([ORDERS], landed)["orders"]
    assert {row["order_id"]: row["amount"] for row in found} == {"1": 12, "2": 20}


def test_lines_with_numbers_of_their_own_count_once_and_others_all(tmp_path: Path) -> None:
    numbered = mapping("order_lines", **LINES.columns, line="no")
    landed = [land(tmp_path, n, [{**line("1"), "no": 1}, {**line("1"), "no": None}]) for n in (1, 2)]
    assert len(canon([numbered], landed)["order_lines"]) == 3
    assert len(canon([LINES], landed)["order_lines"]) == 4


def test_rows_are_chosen_by_the_mapping_and_one_source_may_fill_two_tables(tmp_path: Path) -> None:
    people = mapping("people", where="card is not null", record_id="card")
    rows = [line("1"), {**line("2"), "card": None}]
    found = canon([LINES, people], [land(tmp_path, 1, rows)])
    assert [row["record_id"] for row in found["people"]] == ["c1"]
    assert [row["record_id"] for row in found["order_lines"]] == ["c1", None]


def test_two_sources_of_one_table_stand_one_after_the_other(tmp_path: Path) -> None:
    web = mapping("orders", "web", order_id="'w' || text(id)", ordered_at="at", amount="sum", channel="'web'")
    landed = [
        land(tmp_path, 1, [order("1")]),
        land(tmp_path, 2, [{"id": 1, "at": datetime(2026, 1, 1), "sum": 7}], "web"),
    ]
    found = canon([ORDERS, web], landed)["orders"]
    assert [(row["order_id"], row["source"], row["channel"]) for row in found] == [
        ("1", "till", None),
        ("w1", "web", "web"),
    ]


def test_columns_that_nothing_takes_stay_with_people_and_events(tmp_path: Path) -> None:
    people = mapping("people", record_id="id", city="town")
    events = mapping("events", "web", at="at", kind="'click'")
    landed = [
        land(tmp_path, 1, [{"id": "1", "town": "Bath", "pets": 2, 'a "b': "x"}]),
        land(tmp_path, 2, [{"at": AS_OF, "page": "/home"}], "web"),
    ]
    found = canon([people, events], landed)
    assert json.loads(found["people"][0]["attributes"]) == {"pets": 2, 'a "b': "x"}
    assert json.loads(found["events"][0]["properties"]) == {"page": "/home"}
    taken = mapping("people", record_id="id", attributes="town")
    assert canon([taken], [land(tmp_path, 3, [{"id": "1", "town": "{}"}])])["people"][0]["attributes"] == "{}"


def test_moments_come_into_the_workspaces_zone(tmp_path: Path) -> None:
    rows = [{"no": "1", "who": "c", "at": datetime(2026, 1, 1, 20), "total": 1, "state": None}]
    here = mapping("orders", order_id="no", ordered_at="at", amount="total")
    utc = mapping(
        "orders",
        zone="UTC",
        order_id="no",
        ordered_at="at",
        amount="total",
        channel="case when hour(at) = 4 then 'night' end",
    )
    assert canon([here], [land(tmp_path, 1, rows)])["orders"][0]["ordered_at"] == datetime(2026, 1, 1, 20)
    [moved] = canon([utc], [land(tmp_path, 1, rows)])["orders"]
    assert (moved["ordered_at"], moved["channel"]) == (datetime(2026, 1, 2, 4), "night")
    said = [{**rows[0], "at": datetime(2026, 1, 1, 20, tzinfo=UTC)}]
    [zoned] = canon([here], [land(tmp_path, 2, said, zoned=frozenset({"at"}))])["orders"]
    assert zoned["ordered_at"] == datetime(2026, 1, 2, 4)


@pytest.mark.parametrize(
    ("written", "zone", "expected"),
    [
        ("2026-01-01 20:00:00", None, datetime(2026, 1, 1, 20)),
        ("2026-01-01T20:00", "UTC", datetime(2026, 1, 2, 4)),
        ("2026-01-01T20:00:00Z", None, datetime(2026, 1, 2, 4)),
        ("2026-01-01 20:00:00+01:00", "UTC", datetime(2026, 1, 2, 3)),
        ("2026-01-01", None, datetime(2026, 1, 1)),
    ],
)
def test_written_moments_are_read_with_the_zone_they_say(
    tmp_path: Path, written: str, zone: str | None, expected: datetime
) -> None:
    orders = mapping("orders", zone=zone, order_id="no", ordered_at="at", amount="total")
    [row] = canon([orders], [land(tmp_path, 1, [{"no": "1", "at": written, "total": "1"}])])["orders"]
    assert row["ordered_at"] == expected


_ZONED = "%d.%m.%Y %H:%M%z"


@pytest.mark.parametrize(
    ("written", "expression", "zone", "expected"),
    [
        ("01.01.2026 20:00+0100", "at", None, datetime(2026, 1, 2, 3)),
        ("01.01.2026 20:00+0100", "at", "UTC", datetime(2026, 1, 2, 3)),
        ("01.01.2026 20:00Z", "at", "Europe/Paris", datetime(2026, 1, 2, 4)),
        ("01.01.2026 20:00Z", "coalesce(at, at)", "Europe/Paris", datetime(2026, 1, 2, 4)),
        # At three this morning the clocks of Paris go back to two: these are the second two o'clock.
        ("26.10.2025 01:30Z", "at", "Europe/Paris", datetime(2025, 10, 26, 9, 30)),
    ],
)
def test_a_format_with_an_offset_says_the_moment_whatever_the_zone_of_the_source(
    tmp_path: Path, written: str, expression: str, zone: str | None, expected: datetime
) -> None:
    orders = mapping("orders", zone=zone, order_id="no", ordered_at=expression, amount="total")
    landed = land(tmp_path, 1, [{"no": "1", "at": written, "total": "1"}], dates={"at": _ZONED})
    assert canon([orders], [landed])["orders"][0]["ordered_at"] == expected


@pytest.mark.parametrize(
    ("written", "expression", "zone", "expected"),
    [
        ("01.01.2026 20:00+0100", f"time(at, '{_ZONED}')", "UTC", datetime(2026, 1, 2, 3)),
        ("01.01.2026 20:00+0100", f"time(at, '{_ZONED}') + 1 hours", None, datetime(2026, 1, 2, 4)),
        ("01.01.2026 20:00", "time(at, '%d.%m.%Y %H:%M')", "UTC", datetime(2026, 1, 2, 4)),
        ("2026-01-01 20:00:00Z", "time(at) + 1 hours", "Europe/Paris", datetime(2026, 1, 2, 5)),
        ("2026-01-01 20:00:00", "time(at) + 1 hours", "Europe/Paris", datetime(2026, 1, 2, 4)),
        ("2026-01-01 20:00:00", "as_of", "Europe/Paris", AS_OF),
    ],
)
def test_a_format_written_in_the_mapping_is_the_one_that_reads(
    tmp_path: Path, written: str, expression: str, zone: str | None, expected: datetime
) -> None:
    orders = mapping("orders", zone=zone, order_id="no", ordered_at=expression, amount="total")
    landed = land(tmp_path, 1, [{"no": "1", "at": written, "total": "1"}])
    assert canon([orders], [landed])["orders"][0]["ordered_at"] == expected


def test_a_day_taken_from_a_moment_with_an_offset_is_that_of_the_sources_zone(tmp_path: Path) -> None:
    people = mapping("people", zone="Asia/Shanghai", record_id="id", birth_date="born")
    rows = [{"id": "1", "born": "1989-12-31T16:00:00Z"}, {"id": "2", "born": "1990-01-01"}]
    found = canon([people], [land(tmp_path, 1, rows)])["people"]
    assert [row["birth_date"] for row in found] == [date(1990, 1, 1), date(1990, 1, 1)]


def test_rows_are_chosen_by_moments_as_the_source_tells_them(tmp_path: Path) -> None:
    condition = f"hour(time(at, '{_ZONED}')) = 21"
    orders = mapping("orders", zone="Europe/Paris", where=condition, order_id="no", ordered_at="at", amount="total")
    rows = [{"no": "1", "at": "01.01.2026 20:00Z", "total": "1"}, {"no": "2", "at": "01.01.2026 21:00Z", "total": "1"}]
    found = canon([orders], [land(tmp_path, 1, rows, dates={"at": _ZONED})])["orders"]
    assert [row["order_id"] for row in found] == ["1"]


def test_each_column_of_text_is_read_by_its_own_format(tmp_path: Path) -> None:
    people = mapping("people", record_id="id", birth_date="born", created_at="since", household_size="size")
    rows = [{"id": "1", "born": "03/04/1990", "since": "04/03/2020", "size": " "}]
    landed = land(tmp_path, 1, rows, decimal=",", dates={"born": "%d/%m/%Y", "since": "%m/%d/%Y"})
    [row] = canon([people], [landed])["people"]
    assert (row["birth_date"], row["created_at"]) == (date(1990, 4, 3), datetime(2020, 4, 3))
    assert row["household_size"] is None
    orders = mapping("orders", order_id="no", ordered_at="at", amount="sum")
    [paid] = canon([orders], [land(tmp_path, 2, [{"no": "1", "at": "2026-01-01", "sum": "1.234,50"}], decimal=",")])[
        "orders"
    ]
    assert paid["amount"] == Decimal("1234.5")


def test_files_laid_out_differently_are_read_each_in_its_way(tmp_path: Path) -> None:
    orders = mapping("orders", order_id="no", ordered_at="at", amount="sum", discount="rebate")
    at = datetime(2026, 1, 1)
    landed = [
        land(tmp_path, 1, [{"no": 1, "at": at, "sum": "2,50"}], decimal=","),
        land(tmp_path, 2, [{"no": "A2", "at": at, "sum": 3.5, "rebate": 1}]),
        land(tmp_path, 3, [{"no": 3.0, "at": at, "sum": 3.5, "rebate": float("nan")}]),
    ]
    found = canon([orders], landed)["orders"]
    assert [(row["order_id"], row["amount"], row["discount"]) for row in found] == [
        ("1", Decimal("2.5"), None),
        ("3", Decimal("3.5"), None),
        ("A2", Decimal("3.5"), 1),
    ]


def test_a_column_that_no_batch_ever_had_is_a_fault_of_its_mapping(tmp_path: Path) -> None:
    wrong = mapping("orders", order_id="no", ordered_at="at", amount="totl")
    with pytest.raises(DefinitionError) as caught:
        canon([ORDERS, wrong], [land(tmp_path, 1, [order("1")])])
    [fault] = caught.value.faults
    assert (fault.block, fault.field) == ("mappings.m1", "columns.amount")
    assert "Did you mean total?" in fault.hint


def test_a_mapping_without_landed_rows_makes_no_table(tmp_path: Path) -> None:
    assert canon([LINES], [land(tmp_path, 1, [order("1")], "other")]) == {}


def test_a_company_is_what_a_company_sells_to(tmp_path: Path) -> None:
    people = mapping("people", record_id="id")
    b2b = Settings.read({"title": "Works", "business": "b2b"})
    landed = [land(tmp_path, 1, [{"id": "1"}])]
    assert canon([people], landed)["people"][0]["kind"] == "person"
    assert canon([people], landed, settings=b2b)["people"][0]["kind"] == "company"


def test_the_newest_row_says_how_far_the_data_go(tmp_path: Path) -> None:
    landed = [land(tmp_path, 1, [line("1", day=3), line("2", day=9)]), land(tmp_path, 2, [order("1", day=5)], "web")]
    web = mapping("orders", "web", order_id="no", ordered_at="at", amount="total")
    with Warehouse.create() as warehouse:
        assert warehouse.rows(newest({"a": LINES, "b": web}, landed, SETTINGS)) == [(datetime(2026, 1, 9, 10),)]
        assert warehouse.rows(newest({}, landed, SETTINGS)) == [(None,)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(-3, 3), st.integers(-500, 500), st.integers(1, 28)),
        min_size=1,
        max_size=30,
    )
)
def test_sales_are_the_sum_of_what_was_not_returned(tmp_path: Path, drawn: list[tuple[int, int, int, int]]) -> None:
    rows = [line(str(no), qty=qty, paid=cents / 100, day=day) for no, qty, cents, day in drawn]
    as_of = datetime(2026, 1, 15)
    found = canon([LINES], [land(tmp_path, 1, rows)], as_of=as_of)
    seen = [each for each in drawn if datetime(2026, 1, each[3], 10) <= as_of]
    sold = sum(cents for _, qty, cents, _ in seen if qty >= 0 and cents >= 0)
    assert len(found["order_lines"]) == len(seen)
    assert sum(row["amount"] for row in found["orders"]) * 100 == sold
    assert len(found["orders"]) == len({no for no, *_ in seen})
