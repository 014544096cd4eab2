"""The workspace of the corner shop: definitions without a fault, and a run that says what was made."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.compute as pc
import pytest

from portraits.app.data.sources import load
from portraits.app.reading import reading
from portraits.app.runs.builds import build
from portraits.app.workspaces import check, open_workspace
from portraits.examples import corner_shop
from tests.examples.corner_shop.conftest import Tables

CUSTOMERS = 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    corner_shop.write(folder, customers=CUSTOMERS)
    workspace = open_workspace(folder)
    load(workspace, actor="test", now=datetime(2026, 7, 1, tzinfo=UTC))
    build(workspace, corner_shop.AS_OF, now=datetime(2026, 7, 1, tzinfo=UTC))
    return folder


@pytest.fixture(scope="module")
def tables() -> Tables:
    return corner_shop.tables(CUSTOMERS)


def test_the_definitions_have_no_fault(written: Path) -> None:
    assert check(written) == []


def test_every_title_is_natural_in_both_languages(written: Path) -> None:
    for name in ("tags", "audiences", "segments", "sources"):
        blocks = tomllib.loads((written / f"{name}.toml").read_text("utf-8"))[name]
        for block in blocks.values():
            assert re.search("[一-鿿]", block["title"]["zh"])
            assert block["title"]["en"].isascii()


def test_every_record_arrives_and_has_one_customer_each_of_whom_has_a_portrait(folder: Path, tables: Tables) -> None:
    records = set(tables["people"]["record_id"].to_pylist())
    with reading(open_workspace(folder)) as run:
        assert run.rows("SELECT count(*) FROM people")[0][0] == len(records)
        links = run.rows("SELECT record_id, customer_id FROM identity_links")
        portraits = run.rows("SELECT customer_id FROM portrait")
    linked: dict[str, str] = dict(links)
    assert len(linked) == len(links)
    assert records <= set(linked)
    assert sorted(one for (one,) in portraits) == sorted(set(linked.values()))
    assert len(portraits) < len(linked)


@pytest.mark.parametrize(
    "name", ["events", "feedback", "touches", "deals", "consents", "listings", "spend", "relations"]
)
def test_every_row_arrives(folder: Path, tables: Tables, name: str) -> None:
    with reading(open_workspace(folder)) as run:
        assert run.rows(f'SELECT count(*) FROM "{name}"')[0][0] == tables[name].num_rows


def test_orders_and_lines_arrive_to_the_cent(folder: Path, tables: Tables) -> None:
    with reading(open_workspace(folder)) as run:
        for name in ("orders", "order_lines"):
            count, amount, cost, discount = run.rows(
                f"SELECT count(*), sum(amount), sum(cost), sum(discount) FROM {name}"
            )[0]
            assert count == tables[name].num_rows
            assert amount == pc.sum(tables[name]["amount"]).as_py()
            assert discount == pc.sum(tables[name]["discount"]).as_py()
            assert name == "orders" or cost == pc.sum(tables[name]["cost"]).as_py()


@pytest.mark.parametrize(
    ("table", "key", "columns"),
    [
        ("orders", "order_id", ["record_id", "ordered_at", "channel", "store", "amount", "status", "payment"]),
        ("events", "event_id", ["record_id", "at", "kind", "channel", "object", "text"]),
        ("people", "record_id", ["kind", "name", "gender", "birth_date", "phone", "city", "created_at", "card_hash"]),
        ("deals", "deal_id", ["record_id", "amount", "origin", "created_at", "closed_at", "status"]),
        ("products", "product_id", ["name", "category", "brand", "price", "cost"]),
    ],
)
def test_a_run_holds_what_the_generator_made(
    folder: Path, tables: Tables, table: str, key: str, columns: list[str]
) -> None:
    names = ", ".join(f'"{column}"' for column in (key, *columns))
    with reading(open_workspace(folder)) as run:
        found = sorted(run.rows(f'SELECT {names} FROM "{table}"'))
    made = sorted(tuple(row.values()) for row in tables[table].select([key, *columns]).to_pylist())
    for one, other in zip(found, made, strict=True):
        assert _plain(one, columns) == _plain(other, columns)


def _plain(row: tuple[object, ...], columns: list[str]) -> list[object]:
    """A nickname stands in for a missing name, which the generator keeps apart."""
    hidden = columns.index("name") + 1 if "phone" in columns else -1
    values = [value for at, value in enumerate(row) if at != hidden]
    return [value.quantize(Decimal("0.01")) if isinstance(value, Decimal) else value for value in values]


def test_members_of_the_till_become_women_and_men(folder: Path) -> None:
    with reading(open_workspace(folder)) as run:
        found = {row[0] for row in run.rows("SELECT DISTINCT gender FROM people WHERE source = 'till_members'")}
    assert found == {"female", "male", None}


def test_tags_of_the_shop_have_values(folder: Path) -> None:
    with reading(open_workspace(folder)) as run:
        origins = {row[0] for row in run.rows("SELECT DISTINCT origin FROM portrait")}
        types = {row[0] for row in run.rows("SELECT DISTINCT shopper_type FROM portrait")}
    assert "walk_in" in origins
    assert {"gifting", "other"} <= types


def test_every_audience_can_be_counted(folder: Path) -> None:
    from portraits.app.audiences.audiences import count

    workspace = open_workspace(folder)
    audiences = tomllib.loads((folder / "audiences.toml").read_text("utf-8"))["audiences"]
    counts = [count(workspace, audience["rule"]).n for audience in audiences.values()]
    assert 4 <= len(counts) <= 6
    assert max(counts) > 0


@pytest.mark.parametrize("customers", [1, 5])
def test_the_smallest_shops_load_and_build_though_some_files_are_empty(customers: int, tmp_path: Path) -> None:
    corner_shop.write(tmp_path, customers=customers)
    workspace = open_workspace(tmp_path)
    now = datetime(2026, 7, 1, tzinfo=UTC)
    load(workspace, actor="test", now=now)
    made = build(workspace, corner_shop.AS_OF, now=now)
    assert made.rows["portrait"] >= customers
