"""Canonical tables, in both languages."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest

from portraits.vocabulary.errors import NotFound
from portraits.vocabulary.table import Table
from portraits.vocabulary.tables import TABLES, table
from portraits.vocabulary.types import Type

_HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("each", TABLES.values(), ids=TABLES)
def test_a_table_is_described_in_english_and_chinese(each: Table) -> None:
    for said in (each.title, each.row, *(column.title for column in each.columns)):
        assert said.en and not _HAN.search(said.en)
        assert _HAN.search(said.zh)


@pytest.mark.parametrize("each", TABLES.values(), ids=TABLES)
def test_key_time_and_loans_name_columns_that_exist(each: Table) -> None:
    assert set(each.key) <= set(each.types)
    assert not each.time or each.types[each.time] is Type.TIME
    for lookup in each.lookups:
        assert lookup.key in each.types
        assert lookup.table.key == (lookup.key,)
        assert {there for _, there in lookup.columns} <= set(lookup.table.types)


@pytest.mark.parametrize("each", TABLES.values(), ids=TABLES)
def test_every_row_knows_where_it_came_from(each: Table) -> None:
    assert {"source", "batch"} <= set(each.types)
    assert len(each.types) == len(each.columns)


def test_expressions_see_what_a_table_borrows() -> None:
    lines = table("order_lines")
    assert "category" not in lines.types
    assert lines.scope["category"] is Type.TEXT
    assert lines.scope["amount"] is Type.MONEY


def test_arrow_keeps_money_exact_and_moments_without_a_zone() -> None:
    schema = table("orders").arrow
    assert schema.field("amount").type == pa.decimal128(18, 4)
    assert schema.field("ordered_at").type == pa.timestamp("us")
    assert schema.names == list(table("orders").types)


def test_which_rows_belong_to_a_person_record() -> None:
    assert table("events").of_customers
    assert not table("products").of_customers


def test_a_wrong_name_says_the_right_one() -> None:
    with pytest.raises(NotFound, match="Did you mean orders"):
        table("ordres")
    with pytest.raises(NotFound, match="Did you mean amount"):
        table("orders").column("amont")
    assert table("orders").column("amount").required
