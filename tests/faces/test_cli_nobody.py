"""A build whose rows are nobody's says what to map."""

from __future__ import annotations

from pathlib import Path

import pytest

from portraits.cli.program import run
from tests.app.sheets import sheet

ORDERS = sheet("till", "orders", order_id="no", ordered_at="at", amount="sum")


def test_a_build_without_any_customer_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = tmp_path / "shop"
    assert run(["init", str(shop)]) == 0
    (shop / "till.csv").write_text("no,at,sum\n1,2026-01-02,5\n", encoding="utf-8")
    (shop / "orders.toml").write_text(ORDERS, encoding="utf-8")
    assert run(["load", "-w", str(shop)]) == 0
    capsys.readouterr()
    assert run(["--lang", "en", "build", "-w", str(shop)]) == 0
    said = capsys.readouterr().out
    assert "0 customers" in said
    assert "map record_id" in said
