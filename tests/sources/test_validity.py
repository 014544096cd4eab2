"""Validity: which rows cannot be used, why, and which values were lost."""

from __future__ import annotations

from collections.abc import Mapping as Named
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portraits.engine.warehouse import Warehouse
from portraits.sources.canonical import left_out_sql
from portraits.sources.mapping import Mapping, needed_columns, read_mapping
from portraits.sources.rejects import Reject
from portraits.sources.validity import rejects_sql, unreadable_sql
from tests.sources.landed import AS_OF, SETTINGS, canon, land, mapping

ORDERS = mapping("orders", order_id="no", ordered_at="at", amount="price * qty", discount="rebate")
CONSENTS = mapping("consents", record_id="who", purpose="'mail'", status="said", at="at")
GOOD = {"no": "1", "at": "2026-01-01", "price": "2.5", "qty": "2", "rebate": None}


def look(folder: Path, mappings: Sequence[Mapping], rows: Sequence[Named[str, Any]]) -> tuple[list[Any], list[Any]]:
    """Rejected rows and unreadable values of these rows."""
    landed = land(folder, 1, rows)
    mapped = [replace(read_mapping(each, landed.layout), needed=needed_columns(each, mappings)) for each in mappings]
    relation = f"read_parquet('{landed.path}')"
    with Warehouse.create() as warehouse:
        arguments = (mapped, relation, landed.layout, SETTINGS, AS_OF)
        return warehouse.rows(rejects_sql(*arguments)), [
            row for row in warehouse.rows(unreadable_sql(*arguments)) if row[1]
        ]


def test_good_rows_have_no_fault(tmp_path: Path) -> None:
    assert look(tmp_path, [ORDERS], [GOOD, GOOD]) == ([], [])
    assert look(tmp_path, [], [GOOD]) == ([], [])


def test_a_row_is_rejected_for_its_first_fault_with_the_value_that_was_said(tmp_path: Path) -> None:
    rows = [{**GOOD, "no": " "}, {**GOOD, "price": "free"}, {**GOOD, "qty": None}, {**GOOD, "no": "", "at": "soon"}]
    rejected, _ = look(tmp_path, [ORDERS], rows)
    assert rejected == [
        (1, "order_id", "text", None),
        (2, "amount", "money", "free"),
        (3, "amount", "money", None),
        (4, "order_id", "text", None),
    ]


def test_only_rows_that_a_mapping_chooses_are_held_against_it(tmp_path: Path) -> None:
    paid = mapping("orders", where="qty > 0", order_id="no", ordered_at="at", amount="price")
    rejected, _ = look(tmp_path, [paid], [{**GOOD, "qty": "0", "price": "x"}, {**GOOD, "price": "x"}])
    assert [row[0] for row in rejected] == [2]


def test_a_needed_word_must_be_one_that_the_table_knows(tmp_path: Path) -> None:
    rows = [{"who": "1", "said": said, "at": "2026-01-01"} for said in ("Given", "yes", None)]
    rejected, _ = look(tmp_path, [CONSENTS], rows)
    assert rejected == [(2, "status", "text", "yes"), (3, "status", "text", None)]


def test_values_that_can_be_missing_are_counted_with_an_example(tmp_path: Path) -> None:
    rows = [{**GOOD, "rebate": rebate} for rebate in ("1", "none", "later", None, " ")]
    assert look(tmp_path, [ORDERS], rows) == ([], [("orders.discount", 2, "later")])


def test_reasons_are_told_in_both_languages() -> None:
    missing = Reject(1, "order_id", "missing", "{}", {"field": "order_id"}).text
    assert (missing.en, missing.zh) == ("order_id is needed, and missing", "缺少必填项 order_id")
    wrong = Reject(1, "amount", "unreadable", "{}", {"field": "amount", "value": "{x}", "type": "money"}).text
    assert wrong.en == "'{x}' cannot be read as amount (money)"
    assert wrong.zh == "“{x}”无法识别为 amount（金额）"


_CELL = st.sampled_from(["1", "2.5", "x", "", " ", None, "2026-01-05", "-3", "1e400", "NaN"])


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.fixed_dictionaries({key: _CELL for key in GOOD}), min_size=1, max_size=20))
def test_what_is_not_rejected_is_there_in_the_table_and_nothing_else(
    tmp_path: Path, rows: list[dict[str, str | None]]
) -> None:
    numbered = [{**row, "rebate": str(n)} for n, row in enumerate(rows, 1)]
    unkeyed = mapping("orders", order_id="no || '/' || rebate", ordered_at="at", amount="price * qty")
    rejected, _ = look(tmp_path, [unkeyed], numbered)
    landed = land(tmp_path, 1, numbered)
    found = canon([unkeyed], [landed])["orders"]
    assert len(found) + len(rejected) == len(rows)
    with Warehouse.create() as warehouse:
        assert warehouse.rows(left_out_sql("m", unkeyed, [landed], SETTINGS)) == [(len(rejected),)]
