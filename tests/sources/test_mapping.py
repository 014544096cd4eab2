"""Mappings: what is wrong is told at its column, with what is right."""

from __future__ import annotations

from typing import Any

import pytest

from portraits.sources.mapping import Layout, Mapping, expected_columns, needed_columns, read_mapping
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.types import Type
from tests.sources.landed import mapping

LAYOUT = Layout({"ticket": Type.RAW, "sum": Type.RAW, "qty": Type.INTEGER, "price": Type.NUMBER, "at": Type.TIME})


def faults(block: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        Mapping.read(block)
    return [(fault.field, f"{fault.what} {fault.hint}") for fault in caught.value.faults]


def expression_faults(layout: Layout = LAYOUT, **written: Any) -> list[tuple[str, str]]:
    with pytest.raises(DefinitionError) as caught:
        read_mapping(mapping("orders", **written), layout)
    return [(fault.field, f"{fault.what} {fault.hint}") for fault in caught.value.faults]


def test_a_table_that_is_not_there_says_the_nearest_one() -> None:
    [(field, said)] = faults({"source": "till", "table": "oders", "columns": {}})
    assert field == "table"
    assert "Did you mean orders?" in said
    [(_, said)] = faults({"source": "till", "table": "xyz", "columns": {}})
    assert "Known: people, orders" in said


def test_all_wrong_and_missing_columns_are_told_at_once() -> None:
    found = dict(
        faults({"source": "till", "table": "orders", "columns": {"order_id": "a", "amont": "b", "batch": "c"}})
    )
    assert "Did you mean amount?" in found["columns.amont"]
    assert "no column batch" in found["columns.batch"]
    assert "needs the column" in found["columns"]


def test_unknown_keys_and_time_zones_are_refused() -> None:
    found = dict(faults({"source": "s", "table": "orders", "column": {}, "time_zone": "Asia/Shangai", "columns": {}}))
    assert "Did you mean columns?" in found["column"]
    assert "Did you mean Asia/Shanghai?" in found["time_zone"]


def test_every_expression_with_a_fault_is_told_with_the_nearest_column() -> None:
    found = expression_faults(order_id="tickt", ordered_at="at", amount="qty *", where="qty")
    assert "Did you mean ticket?" in dict(found)["columns.order_id"]
    assert {field for field, _ in found} == {"columns.order_id", "columns.amount", "where"}


def test_text_of_a_source_and_whole_numbers_fit_where_they_are_needed() -> None:
    mapped = read_mapping(mapping("orders", order_id="qty", ordered_at="at", amount="sum", quantity="price"), LAYOUT)
    assert mapped.names == {"qty", "at", "sum", "price"}
    assert mapped.expressions["amount"].type is Type.MONEY


def test_a_time_is_no_amount() -> None:
    [(field, said)] = expression_faults(order_id="ticket", ordered_at="at", amount="at")
    assert field == "columns.amount"
    assert "time" in said


def test_formats_belong_to_single_columns() -> None:
    layout = Layout({"a": Type.RAW, "b": Type.RAW}, decimal=",", dates={"a": "%d/%m/%Y"})
    assert layout.formats("a").dates == ("%d/%m/%Y",)
    assert (layout.formats("b").dates, layout.formats("b").decimal) == ((), ",")


def test_a_column_that_only_newer_files_have_is_missing_in_older_ones() -> None:
    lines = mapping("orders", order_id="ticket", ordered_at="at", amount="sum", discount="rebate")
    layout, missing = expected_columns(lines, LAYOUT)
    assert missing == {"rebate"}
    assert layout.columns["rebate"] is Type.RAW
    with pytest.raises(DefinitionError, match="tickt"):
        expected_columns(mapping("orders", order_id="tickt", ordered_at="at", amount="sum"), LAYOUT)


def test_lines_need_a_time_of_their_own_only_where_no_orders_are_mapped() -> None:
    lines = mapping("order_lines", order_id="ticket", product_id="qty", amount="sum")
    orders = mapping("orders", order_id="ticket", ordered_at="at", amount="sum")
    assert "ordered_at" in needed_columns(lines, [lines])
    assert "ordered_at" not in needed_columns(lines, [lines, orders])
    assert needed_columns(orders, [orders]) == {"order_id", "ordered_at", "amount"}
