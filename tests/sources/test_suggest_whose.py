"""Suggestions of whose rows these are: the column is found, or its lack is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.sources.advice import lines
from portraits.sources.suggest import suggest

ORDERS = "订单号,{who},下单时间,金额\nA1,张三,2026/10/01 10:20,88\nA2,李四,2026/10/03 12:00,45.9\n"


@pytest.mark.parametrize("who", ["客户", "会员", "顾客", "买家", "用户", "会员号"])
def test_plain_words_for_a_customer_say_whose_an_order_is(tmp_path: Path, who: str) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS.format(who=who), encoding="utf-8")
    found = suggest(tmp_path / "orders.csv")
    assert {each.column: each.expression for each in found.columns}["record_id"] in (who, f'"{who}"')


def test_an_order_of_nobody_is_told(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(ORDERS.format(who="备注"), encoding="utf-8")
    found = suggest(tmp_path / "orders.csv")
    told = [line for line in lines(found, "zh") if "record_id" in line]
    assert told == ['# record_id = "..."  # 这些数据属于谁；缺了它，数据就不属于任何客户']
    assert 'record_id = "..."' in "\n".join(lines(found, "en"))
