"""Provenance: from a customer back to records, batches and rows, through a real build."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portraits.app.customers.provenance import Provenance, provenance
from portraits.app.data.sources import batches, load
from portraits.app.runs.builds import build
from portraits.engine.landing import rows_file
from portraits.engine.workspace import Workspace
from portraits.vocabulary.errors import NotFound
from tests.app.sheets import settings, sheet
from tests.faces.company import company

NOW = datetime(2026, 3, 1, tzinfo=UTC)

DEFINITIONS = (
    settings(customer_key="phone")
    + sheet(
        "crm",
        "people",
        "crm*.csv",
        record_id="id",
        name="name",
        phone="phone",
        city="city",
        updated_at="time(seen)",
    )
    + sheet("till", "orders", order_id="ticket", record_id="member", ordered_at="time(sold)", amount="paid")
    + """
[tags.orders_all]
title = "Orders"
kind = "fact"
table = "orders"
value = "count(*)"
"""
)
CRM = "id,name,phone,city,seen\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "portraits.toml").write_text(DEFINITIONS, encoding="utf-8")
    (folder / "crm-a.csv").write_text(
        f"{CRM}A0,李芳,13800000009,北京,2025-01-01\nA1,王小明,13800000001,上海,2025-01-02\n", encoding="utf-8"
    )
    (folder / "crm-b.csv").write_text(f"{CRM}B1,王小明,13800000001,杭州,2025-06-03\n", encoding="utf-8")
    (folder / "till.csv").write_text(
        "ticket,member,sold,paid\n1,A1,2025-02-01,10\n2,B1,2025-03-01,20\n3,T9,2025-03-02,30\n", encoding="utf-8"
    )
    load(Workspace(folder), actor="test", now=NOW)
    build(Workspace(folder), now=NOW)
    return Workspace(folder)


@pytest.fixture(scope="module")
def found(shop: Workspace) -> Provenance:
    return provenance(shop, "A1")


def test_records_come_with_source_batch_file_and_row(found: Provenance, shop: Workspace) -> None:
    labels = {batch.name: batch.label for batch in batches(shop)}
    assert [(each.record_id, each.source, each.label, each.row) for each in found.records] == [
        ("B1", "crm", "crm-b.csv", 1),
        ("A1", "crm", "crm-a.csv", 2),
    ]
    assert all(labels[each.batch] == each.label and each.loaded_at for each in found.records)
    assert (found.total, found.customer_id) == (2, "A1")


def test_rows_of_other_tables_are_counted_by_batch(found: Provenance) -> None:
    [orders] = found.rows
    assert (orders.table, orders.source, orders.label, orders.rows) == ("orders", "till", "till.csv", 2)
    assert (orders.first, orders.last) == (datetime(2025, 2, 1), datetime(2025, 3, 1))


def test_a_customer_whom_only_orders_name_has_a_record_without_batch(shop: Workspace) -> None:
    found = provenance(shop, "T9")
    assert [(each.record_id, each.batch, each.row) for each in found.records] == [("T9", "", None)]
    assert [each.rows for each in found.rows] == [1]


def test_a_file_that_is_gone_leaves_the_row_unknown(shop: Workspace) -> None:
    batch = next(each for each in batches(shop) if each.label == "crm-b.csv")
    file = rows_file(shop, batch.source, batch.name)
    away = file.rename(file.with_suffix(".away"))
    try:
        assert [each.row for each in provenance(shop, "A1").records] == [None, 2]
    finally:
        away.rename(file)


def test_a_mapping_that_fits_no_more_leaves_the_row_unknown(shop: Workspace) -> None:
    definitions = shop.folder / "portraits.toml"
    definitions.write_text(DEFINITIONS.replace('phone = "phone"', 'phone = "mobile"'), encoding="utf-8")
    try:
        assert {each.row for each in provenance(Workspace(shop.folder), "A1").records} <= {None, 1, 2}
    finally:
        definitions.write_text(DEFINITIONS, encoding="utf-8")


def test_a_run_whose_batches_nobody_knows_still_tells_its_records(tmp_path: Path) -> None:
    found = provenance(company(tmp_path, customers=3), "C0001")
    assert [(each.record_id, each.source, each.label, each.row) for each in found.records] == [
        ("C0001", "crm", "", None)
    ]
    assert {each.table for each in found.rows} >= {"orders", "order_lines", "events"}


def test_nobody_has_no_records(shop: Workspace) -> None:
    with pytest.raises(NotFound, match="no customer nobody"):
        provenance(shop, "nobody")
