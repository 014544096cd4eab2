"""Writing: formats and encodings, the same bytes for the same seed, definitions that fit."""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from portraits.examples import corner_shop
from portraits.examples.corner_shop.company import Company
from portraits.examples.corner_shop.files import FILES, File
from portraits.examples.corner_shop.workspace import path
from portraits.examples.corner_shop.writing import Csv, Workbook
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import text
from tests.examples.corner_shop.conftest import Tables

BY_SOURCE = {file.source: file for file in FILES}


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


def _header(file: File, folder: Path) -> list[str]:
    place = folder / path(file, "mixed")
    if file.kind == "xlsx":
        return [str(cell) for cell in CalamineWorkbook.from_path(str(place)).get_sheet_by_index(0).to_python()[0]]
    if file.kind == "jsonl":
        keys = {key: None for line in place.read_text("utf-8").splitlines() for key in json.loads(line)}
        return sorted(keys, key=list(file.columns).index)
    with place.open(encoding=file.encoding, newline="") as opened:
        return next(csv.reader(opened, delimiter="\t" if file.kind == "tsv" else ","))


def test_the_same_seed_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    corner_shop.write(tmp_path, customers=300)
    assert _hashes(tmp_path) == _hashes(written)


def test_another_seed_gives_another_company(written: Path, tmp_path: Path) -> None:
    corner_shop.write(tmp_path, customers=300, seed=2)
    before, after = _hashes(written), _hashes(tmp_path)
    data = [name for name in before if name.startswith(("exports", "truth"))]
    assert all(before[name] != after[name] for name in data if "campaigns.xlsx" not in name)
    assert all(before[name] == after[name] for name in before if name.endswith(".toml"))


def test_another_as_of_moves_the_two_years(tmp_path: Path) -> None:
    corner_shop.write(tmp_path, customers=30, as_of=datetime(2025, 1, 1), form="parquet")
    orders = pq.read_table(tmp_path / "exports/shop/orders.parquet")["placed_at"]
    assert pc.min(orders).as_py() >= datetime(2023, 1, 2)
    assert pc.max(orders).as_py() < datetime(2025, 1, 1)


def test_a_small_company_is_small(written: Path) -> None:
    assert sum(each.stat().st_size for each in written.rglob("*") if each.is_file()) < 5_000_000


@pytest.mark.parametrize("source", BY_SOURCE)
def test_a_file_has_its_columns(source: str, written: Path) -> None:
    assert _header(BY_SOURCE[source], written) == list(BY_SOURCE[source].columns)


def test_the_till_writes_gb18030_with_chinese_words(written: Path) -> None:
    raw = (written / "exports/till/小票.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    text_ = raw.decode("gb18030")
    assert text_.startswith('"小票号"')
    assert "已完成" in text_
    assert "/" in text_.splitlines()[1].split(",")[2]


def test_members_of_the_till_are_women_and_men_in_chinese(written: Path) -> None:
    with (written / "exports/till/会员.csv").open(encoding="gb18030", newline="") as opened:
        assert {row["性别"] for row in csv.DictReader(opened)} == {"女", "男", ""}


def test_the_product_list_has_a_byte_order_mark_once(written: Path) -> None:
    raw = (written / "exports/products.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\xef\xbb\xbf") == 1


def test_the_mini_program_writes_utc(written: Path, canonical: Tables) -> None:
    lines = (written / "exports/mini/users.jsonl").read_text("utf-8").splitlines()
    people = {row["record_id"]: row for row in canonical["people"].to_pylist()}
    for line in lines[:20]:
        user = json.loads(line)
        utc = datetime.strptime(user["createdAt"], "%Y-%m-%dT%H:%M:%SZ")
        assert (people[user["openid"]]["created_at"] - utc).total_seconds() == 8 * 3600
    assert len({tuple(json.loads(line)) for line in lines}) == 1  # what is unknown is null, not left out


def test_the_crm_is_a_workbook_with_texts_and_numbers(written: Path) -> None:
    sheet = CalamineWorkbook.from_path(str(written / "exports/crm/customers.xlsx")).get_sheet_by_index(0).to_python()
    rows = [dict(zip(sheet[0], row, strict=True)) for row in sheet[1:]]
    assert all(str(row["customer_no"]).startswith("C") for row in rows)
    assert {row["household_size"] for row in rows} & {1.0, 2.0, 3.0}


def test_every_row_goes_into_exactly_one_file(written: Path, canonical: Tables) -> None:
    for name in ("people", "orders", "order_lines", "events"):
        parts = [file for file in FILES if file.table == name]
        counted = sum(_rows(file, written) for file in parts)
        assert counted == canonical[name].num_rows, name


def _rows(file: File, folder: Path) -> int:
    place = folder / path(file, "mixed")
    if file.kind == "xlsx":
        return len(CalamineWorkbook.from_path(str(place)).get_sheet_by_index(0).to_python()) - 1
    text_ = place.read_text(file.encoding)
    return len(text_.splitlines()) - (file.kind != "jsonl")


def test_parquet_holds_the_same_rows_with_types(tmp_path: Path, canonical: Tables) -> None:
    corner_shop.write(tmp_path, customers=300, form="parquet")
    lines = [pq.read_table(tmp_path / f"exports/{name}.parquet") for name in ("shop/order_lines", "till/小票明细")]
    assert sum(table.num_rows for table in lines) == canonical["order_lines"].num_rows
    paid = pc.sum(lines[0]["paid"]).as_py() + pc.sum(lines[1]["实付"]).as_py()
    assert paid == pc.sum(canonical["order_lines"]["amount"]).as_py()
    web = pq.read_table(tmp_path / "exports/events/web.parquet")
    assert web.schema.field("time").type == pa.timestamp("us", "UTC")
    assert 'path = "exports/till/小票.parquet"' in (tmp_path / "sources.toml").read_text("utf-8")


def test_chunks_are_written_one_after_another(tmp_path: Path) -> None:
    file = File("f", text("f", "f"), "f.csv", "people", {"a": "a"}, encoding="utf-8-sig")
    with Csv(file, tmp_path / "f.csv") as out:
        out.add(pa.table({"a": ["甲", None]}))
        out.add(pa.table({"a": ['say "yes", please']}))
    assert (tmp_path / "f.csv").read_bytes().decode("utf-8-sig") == '"a"\n"甲"\n\n"say ""yes"", please"\n'


def test_a_workbook_keeps_signs_that_xml_reserves(tmp_path: Path) -> None:
    file = File("f", text("f", "f"), "f.xlsx", "people", {"a": "a"})
    with Workbook(file, tmp_path / "f.xlsx") as out:
        out.add(pa.table({"a": ["<b> & 'c'", "x"], "n": [1.5, None]}))
    rows = CalamineWorkbook.from_path(str(tmp_path / "f.xlsx")).get_sheet_by_index(0).to_python()
    assert rows == [["a", "n"], ["<b> & 'c'", 1.5], ["x", ""]]


def test_every_source_has_a_mapping_that_names_its_columns(written: Path) -> None:
    mappings = tomllib.loads((written / "mappings.toml").read_text("utf-8"))["mappings"]
    sources = tomllib.loads((written / "sources.toml").read_text("utf-8"))["sources"]
    assert {mapping["source"] for mapping in mappings.values()} == set(sources) == set(BY_SOURCE)
    for mapping in mappings.values():
        file = BY_SOURCE[mapping["source"]]
        assert mapping["table"] == file.table
        required = {column.name for column in TABLES[file.table].columns if column.required}
        assert required <= set(mapping["columns"])


def test_what_a_system_calls_otherwise_is_mapped_back(written: Path) -> None:
    mappings = tomllib.loads((written / "mappings.toml").read_text("utf-8"))["mappings"]
    for mapping in mappings.values():
        for theirs, ours in BY_SOURCE[mapping["source"]].columns.items():
            if ours in TABLES[mapping["table"]].types:
                assert theirs in mapping["columns"][ours], (mapping["source"], ours)


def test_four_systems_write_people() -> None:
    assert [file.only[1] for file in FILES if file.table == "people"] == [("crm",), ("shop",), ("mini",), ("till",)]


def test_the_language_chooses_the_names_of_products(tmp_path: Path) -> None:
    corner_shop.write(tmp_path, customers=20, language="zh", form="parquet")
    mappings = tomllib.loads((tmp_path / "mappings.toml").read_text("utf-8"))["mappings"]
    assert mappings["products"]["columns"]["category"] == "category_zh"
    assert tomllib.loads((tmp_path / "portraits.toml").read_text("utf-8"))["settings"]["language"] == "zh"


def test_canonical_tables_have_their_canonical_columns(canonical: Tables) -> None:
    assert set(canonical) == set(TABLES)
    for name, table in canonical.items():
        assert table.schema.equals(TABLES[name].arrow), name
        for column in TABLES[name].columns:
            if column.required:
                assert table[column.name].null_count == 0, (name, column.name)
            if column.choices:
                assert set(table[column.name].unique().to_pylist()) <= {*column.choices, None}


def test_what_has_no_column_stays_an_attribute(canonical: Tables) -> None:
    found = [json.loads(attributes) for attributes in canonical["people"]["attributes"].to_pylist()]
    assert {key for each in found for key in each} == {"origin", "sales_owner", "nickname", "level"}


def test_a_company_larger_than_a_chunk_has_different_customers_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portraits.examples.corner_shop.company.CHUNK", 100)
    company = Company(250)
    chunks = list(company.chunks())
    assert [len(chunk.customers) for chunk in chunks] == [100, 100, 50]
    ids = [record for chunk in chunks for record in chunk.records.ids]
    assert len(set(ids)) == len(ids)
    orders = [order for chunk in chunks for order in chunk.tables()[0]["orders"]["order_id"].to_pylist()]
    assert len(set(orders)) == len(orders)
    mobiles = [person.reach.mobile for chunk in chunks for person in chunk.persons.all]
    assert len(set(mobiles)) == 250


def test_totals_of_campaigns_do_not_grow_when_chunks_are_made_again(company: Company) -> None:
    truths = []
    for _ in range(2):
        for _chunk in company.chunks():
            pass
        truths.append(company.truth()["campaigns"])
    assert truths[0].equals(truths[1])


def test_the_truth_lies_beside_the_exports_and_no_source_reads_it(written: Path) -> None:
    assert {each.name for each in (written / "truth").iterdir()} == {
        "records.parquet",
        "customers.parquet",
        "campaigns.parquet",
        "extra_orders.parquet",
    }
    assert "truth" not in (written / "sources.toml").read_text("utf-8")
    records = pq.read_table(written / "truth/records.parquet")
    assert set(records["customer"].to_pylist()) == set(
        pq.read_table(written / "truth/customers.parquet")["customer"].to_pylist()
    )
