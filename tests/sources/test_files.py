"""The files source: every format, one file or many, and only what is new."""

from __future__ import annotations

import csv
import gzip
import io
import resource
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from portraits.sources import source as sources
from portraits.sources.files import Files
from portraits.sources.source import Part, Place, type_of
from portraits.vocabulary.errors import BadInput, DefinitionError, MissingExtra
from portraits.vocabulary.types import Type
from tests.sources.conftest import Loaded, Reader, read_all
from tests.sources.old_workbook import workbook

_TILL = b"order,when,amount\nA1,2024-01-01,10\nA2,2024-01-02,20.50\n"


def _files(path: str, **options: Any) -> Files:
    return Files.read({"kind": "files", "path": path, **options})


def _parts(folder: Path, path: str, place: Place | None = None, **options: Any) -> list[Loaded]:
    return read_all(_files(path, **options), place or Place(folder))


def test_csv_is_text_as_it_was_written(load: Reader) -> None:
    loaded = load("till.csv", _TILL)
    assert loaded.rows == [
        {"_row": 1, "order": "A1", "when": "2024-01-01", "amount": "10"},
        {"_row": 2, "order": "A2", "when": "2024-01-02", "amount": "20.50"},
    ]
    assert set(loaded.part.columns.values()) == {Type.RAW}
    assert loaded.part.facts["dates"]["when"]["format"] == "%Y-%m-%d"
    assert {name: loaded.part.facts[name] for name in ("delimiter", "encoding", "header", "decimal")} == {
        "delimiter": ",",
        "encoding": "utf-8",
        "header": True,
        "decimal": ".",
    }
    assert (loaded.part.label, loaded.part.snapshot, loaded.part.cursor) == ("till.csv", True, "")


def test_an_empty_field_is_missing(load: Reader) -> None:
    assert load("a.csv", b'x,y,z\n1,,""\n').rows == [{"_row": 1, "x": "1", "y": None, "z": None}]


def test_tabs_need_no_word(load: Reader) -> None:
    assert load("a.tsv", b"x\ty\n1\ta,b\n").rows == [{"_row": 1, "x": "1", "y": "a,b"}]


def test_options_overrule_what_is_detected(load: Reader) -> None:
    options = {"delimiter": ";", "header": False, "skip": 1, "decimal": ",", "dates": {"column_1": "%d"}}
    loaded = load("a.csv", b"title\n1;a,b\n", **options)
    assert loaded.rows == [{"_row": 1, "column_1": "1", "column_2": "a,b"}]
    assert loaded.part.facts["decimal"] == ","


def test_names_of_columns_are_made_distinct(load: Reader) -> None:
    loaded = load("a.csv", b"id, ID ,,_row,a  b\n1,2,3,4,5\n")
    assert list(loaded.part.columns) == ["id", "ID_2", "column_3", "_row_2", "a b"]


Sheets = dict[str, list[list[Any]]]


def _workbook(sheets: Sheets) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_sheet_has_types_and_mixed_columns_are_text(load: Reader) -> None:
    rows: list[list[Any]] = [
        ["id", "paid", "at", "day", "vip", "mixed", "phone", None],
        [1, 10.5, datetime(2024, 1, 2, 3, 4, 5), date(2024, 1, 2), True, 5, 13800138000, None],
        [None, None, None, None, None, None, None, None],
        [2, 20, datetime(2024, 1, 3), date(2024, 1, 3), False, "x", 13800138001, None],
    ]
    loaded = load("a.xlsx", _workbook({"Sheet": rows}))
    assert loaded.rows == [
        {"_row": 1, "id": 1, "paid": 10.5, "at": datetime(2024, 1, 2, 3, 4, 5), "day": date(2024, 1, 2), "vip": True}
        | {"mixed": "5", "phone": 13800138000},
        {"_row": 2, "id": 2, "paid": 20.0, "at": datetime(2024, 1, 3), "day": date(2024, 1, 3), "vip": False}
        | {"mixed": "x", "phone": 13800138001},
    ]
    assert loaded.part.columns["mixed"] is Type.RAW


def test_titles_above_a_sheets_header_are_passed_over(load: Reader) -> None:
    rows: list[list[Any]] = [["Monthly report"], [], ["id", "name", "city"], [1, "a", "x"], [2, "b", "y"]]
    loaded = load("a.xlsx", _workbook({"S": rows}))
    assert (loaded.column("name"), loaded.part.facts["skip"]) == (["a", "b"], 1)


def test_a_sheet_without_a_header_gets_names(load: Reader) -> None:
    loaded = load("a.xlsx", _workbook({"S": [[1, "a"], [2, "b"]]}))
    assert loaded.rows == [{"_row": 1, "column_1": 1, "column_2": "a"}, {"_row": 2, "column_1": 2, "column_2": "b"}]


def test_sheets_are_chosen_by_name(tmp_path: Path) -> None:
    sheets: Sheets = {"May": [["x"], [1]], "June": [["x"], [2], [3]], "Notes": [["t"], ["a"]]}
    (tmp_path / "b.xlsx").write_bytes(_workbook(sheets))
    (first,) = _parts(tmp_path, "b.xlsx")
    assert (first.part.label, first.column("x"), first.part.facts["sheets"]) == (
        "b.xlsx",
        [1],
        ["May", "June", "Notes"],
    )
    chosen = _parts(tmp_path, "b.xlsx", sheet=["June", "May"])
    assert [(each.part.label, each.column("x")) for each in chosen] == [("b.xlsx#June", [2, 3]), ("b.xlsx#May", [1])]
    assert len(_parts(tmp_path, "b.xlsx", sheet="*")) == 3
    (one,) = _parts(tmp_path, "b.xlsx", Place(tmp_path, frozenset([chosen[0].part.identity])), sheet=["June", "May"])
    assert one.part.label == "b.xlsx#May"
    with pytest.raises(BadInput, match="Did you mean June"):
        _parts(tmp_path, "b.xlsx", sheet="Jun")


def test_an_old_workbook_is_read(load: Reader) -> None:
    loaded = load("old.xls", workbook([["id", "name", "paid"], [1, "张三", 10.5]]))
    assert loaded.rows[0] == {"_row": 1, "id": 1, "name": "张三", "paid": 10.5}


def test_parquet_keeps_its_types(load: Reader) -> None:
    table = pa.table(
        {
            "n": pa.array([1, None], pa.int16()),
            "big": pa.array([2**63, 1], pa.uint64()),
            "money": pa.array([Decimal("1.50"), None], pa.decimal128(10, 2)),
            "at": pa.array([datetime(2024, 1, 1, 8), None], pa.timestamp("ns", "Asia/Shanghai")),
            "plain": pa.array([datetime(2024, 1, 1, 8), None], pa.timestamp("ms")),
            "word": pa.array(["a", "b"]).dictionary_encode(),
            "list": pa.array([[1, 2], None]),
            "bytes": pa.array([b"ok", b"\xff"]),
            "large": pa.array(["x", None], pa.large_string()),
            "clock": pa.array([1000, 2000], pa.time32("ms")),
        }
    )
    out = io.BytesIO()
    pq.write_table(table, out)
    loaded = load("a.parquet", out.getvalue())
    assert loaded.rows[0] == {
        "_row": 1,
        "n": 1,
        "big": Decimal(2**63),
        "money": Decimal("1.50"),
        "at": datetime(2024, 1, 1, 8, tzinfo=UTC),
        "plain": datetime(2024, 1, 1, 8),
        "word": "a",
        "list": "[1, 2]",
        "bytes": "ok",
        "large": "x",
        "clock": "00:00:01",
    }
    assert loaded.rows[1]["bytes"] == "/w=="


def test_json_lines_take_the_types_all_lines_share(load: Reader) -> None:
    lines = [
        '{"id": 1, "n": 1, "x": 1.5, "ok": true, "t": "2024-01-01", "more": {"a": [1, "b"]}}',
        "",
        '{"id": 2, "n": "two", "x": 2, "ok": null, "new": null}',
    ]
    loaded = load("a.jsonl", "\n".join(lines).encode())
    assert loaded.rows == [
        {"_row": 1, "id": 1, "n": "1", "x": 1.5, "ok": True, "t": "2024-01-01", "more": '{"a": [1, "b"]}', "new": None},
        {"_row": 2, "id": 2, "n": "two", "x": 2.0, "ok": None, "t": None, "more": None, "new": None},
    ]
    assert loaded.part.read == 2


def test_text_that_begins_with_an_object_is_json_lines(load: Reader) -> None:
    assert load("export.log", b'{"a": 1}\n').rows == [{"_row": 1, "a": 1}]


def test_packed_files_are_read_like_plain_ones(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(_TILL))
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", "not data")
        archive.writestr("__MACOSX/._x.csv", "junk")
        archive.writestr("in/two.csv", _TILL)
        archive.writestr("in/one.jsonl", '{"order": "J1"}')
    (packed,) = _parts(tmp_path, "a.csv.gz")
    assert packed.column("order") == ["A1", "A2"]
    one, two = _parts(tmp_path, "b.zip")
    assert (one.part.label, one.column("order")) == ("b.zip/in/one.jsonl", ["J1"])
    assert (two.part.label, two.column("order")) == ("b.zip/in/two.csv", ["A1", "A2"])
    assert one.part.identity != two.part.identity
    (left,) = _parts(tmp_path, "b.zip", Place(tmp_path, frozenset([one.part.identity])))
    assert left.part.label == two.part.label


def test_a_zip_without_data_says_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("picture.png", b"x")
    with pytest.raises(BadInput, match="no file that can be read"):
        _parts(tmp_path, "a.zip")


def test_a_folder_and_a_glob_give_a_part_for_each_file(tmp_path: Path) -> None:
    (tmp_path / "till" / "old").mkdir(parents=True)
    for name in ("2.csv", "1.csv", "notes.txt", ".hidden.csv", "logo.png"):
        (tmp_path / "till" / name).write_bytes(_TILL + name.encode() + b",2024-01-03,1\n")
    (tmp_path / "till" / "old" / "0.csv").write_bytes(_TILL)
    assert [each.part.label for each in _parts(tmp_path, "till")] == ["till/1.csv", "till/2.csv"]
    assert [each.part.label for each in _parts(tmp_path, "till/*.csv")] == [
        "till/.hidden.csv",
        "till/1.csv",
        "till/2.csv",
    ]
    assert len(_parts(tmp_path, "till/**/*.csv")) == 4


def test_one_bad_file_keeps_no_other_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x89PNG")
    (tmp_path / "b.csv").write_bytes(_TILL)
    bad, good = _files("*.csv").parts(Place(tmp_path))
    with pytest.raises(BadInput, match=r"a\.csv is a picture"):
        list(bad.batches())
    assert (bad.columns, good.label) == ({}, "b.csv")


def test_a_part_left_half_read_does_not_disturb_the_next(tmp_path: Path) -> None:
    (tmp_path / "b.xlsx").write_bytes(_workbook({"May": [["x"], [1]], "June": [["x"], [2]]}))
    parts = _files("b.xlsx", sheet="*").parts(Place(tmp_path))
    next(parts)
    assert [batch.column("x").to_pylist() for batch in next(parts).batches()] == [[2]]


def test_what_was_loaded_is_not_loaded_again_under_any_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(_TILL)
    (first,) = _parts(tmp_path, "a.csv")
    (tmp_path / "b.csv").write_bytes(_TILL)
    place = Place(tmp_path, frozenset([first.part.identity]))
    assert _parts(tmp_path, "*.csv", place) == []
    (tmp_path / "b.csv").write_bytes(_TILL + b"A3,2024-01-03,1\n")
    assert [each.part.label for each in _parts(tmp_path, "*.csv", place)] == ["b.csv"]


@pytest.mark.parametrize(
    ("column", "before", "reached", "new"),
    [
        ("n", "9", "11", [10, 11]),
        ("day", "2024-01-02", "2024-01-03", [11]),
        ("n", "", "11", [9, 10, 11]),
        ("n", "11", "11", []),
        ("n", "20", "20", []),
        ("price", "1.5", "10.25", [11]),
    ],
)
def test_only_rows_above_the_cursor_count(
    load: Reader, tmp_path: Path, column: str, before: str, reached: str, new: list[int]
) -> None:
    text = b"n,day,price\n9,2024-01-01,1.25\n10,2024-01-02,1.5\n11,2024-01-03,10.25\n"
    (tmp_path / "log.csv").write_bytes(text)
    (loaded,) = _parts(tmp_path, "log.csv", Place(tmp_path, cursor=before), cursor=column)
    assert [int(n) for n in loaded.column("n")] == new
    assert (loaded.part.cursor, loaded.part.skipped, loaded.part.read) == (reached, 3 - len(new), 3)
    assert loaded.part.snapshot is False


def test_the_cursor_may_be_a_moment(tmp_path: Path) -> None:
    days = [datetime(2024, 1, day) for day in (1, 2, 3)]
    pq.write_table(pa.table({"at": [*days, None]}), tmp_path / "a.parquet")
    (first,) = _parts(tmp_path, "a.parquet", cursor="at")
    assert first.part.cursor == "2024-01-03 00:00:00"
    (second,) = _parts(tmp_path, "a.parquet", Place(tmp_path, cursor="2024-01-02 00:00:00"), cursor="at")
    assert second.column("at") == [days[2], None]


def test_a_cursor_that_is_not_there_or_does_not_fit_is_named(tmp_path: Path) -> None:
    pq.write_table(pa.table({"number": [1]}), tmp_path / "a.parquet")
    with pytest.raises(BadInput, match="Did you mean number"):
        _parts(tmp_path, "a.parquet", cursor="numbr")
    with pytest.raises(BadInput, match="no int64"):
        _parts(tmp_path, "a.parquet", Place(tmp_path, cursor="2024-01-01"), cursor="number")


def test_a_file_of_a_package_is_read_without_importing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop_data" / "data").mkdir(parents=True)
    (tmp_path / "shop_data" / "__init__.py").write_text("raise RuntimeError")
    (tmp_path / "shop_data" / "data" / "a.csv").write_bytes(_TILL)
    monkeypatch.syspath_prepend(tmp_path)
    (loaded,) = _parts(tmp_path, "package:shop_data/data/a.csv")
    assert loaded.part.label == "package:shop_data/data/a.csv"
    with pytest.raises(BadInput, match="has no file data/b"):
        _parts(tmp_path, "package:shop_data/data/b.csv")
    with pytest.raises(BadInput, match="names no file"):
        _parts(tmp_path, "package:shop_data/../a.csv")
    with pytest.raises(MissingExtra, match="pip install no-such-shop"):
        _parts(tmp_path, "package:no_such_shop/a.csv")


def test_a_path_without_files_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"There is no file till/\*\.csv"):
        _parts(tmp_path, "till/*.csv")
    with pytest.raises(DefinitionError, match="no encoding 'klingon'"):
        _files("a.csv", encoding="klingon")


def test_a_stated_format_goes_before_the_name(load: Reader) -> None:
    assert load("export.xls", b"x\ty\n1\t2\n", format="csv").rows == [{"_row": 1, "x": "1", "y": "2"}]
    assert load("data.bin", b"x,y\n1,2\n").rows == [{"_row": 1, "x": "1", "y": "2"}]


def test_rejects_are_read_again_and_keep_a_long_row_cut(load: Reader) -> None:
    loaded = load("a.csv", b"x,y\n1\n2," + b"z" * (1 << 21) + b"\n3,4\n")
    assert [(each.row, each.reason) for each in loaded.rejects] == [(2, "long_field"), (1, "field_count")]
    long = loaded.rejects[0]
    assert (len(long.raw), long.parameters["cut"]) == (1 << 20, (1 << 20) + 1)
    assert "2097155" in long.text.zh


def test_sums_that_do_not_close_are_told() -> None:
    schema = pa.schema([("_row", pa.int64())])
    part = Part("a", schema, iter([pa.record_batch({"_row": [1, 2]})]), read=3)
    with pytest.raises(BadInput, match="3 rows were read, but 2 landed"):
        list(part.batches())


def test_types_of_columns_are_the_houses() -> None:
    kinds = {
        pa.int8(): Type.INTEGER,
        pa.float32(): Type.NUMBER,
        pa.decimal128(9, 2): Type.MONEY,
        pa.bool_(): Type.BOOLEAN,
    }
    kinds |= {
        pa.date32(): Type.DATE,
        pa.timestamp("us"): Type.TIME,
        pa.string(): Type.RAW,
        pa.list_(pa.int8()): Type.RAW,
    }
    assert {kind: type_of(kind) for kind in kinds} == kinds
    assert sources.ROW == "_row"


def test_a_large_file_takes_little_time_and_memory(tmp_path: Path) -> None:
    with (tmp_path / "big.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order", "customer", "at", "product", "quantity", "amount"])
        rows = [(f"O{n}", f"C{n % 999}", f"2024-01-{n % 28 + 1:02d}", f"P{n % 77}", n % 9, n / 4) for n in range(1000)]
        for _ in range(200):
            writer.writerows(rows)
    before = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    parts = _files("big.csv").parts(Place(tmp_path))
    part = next(parts)
    assert sum(batch.num_rows for batch in part.batches()) == 200_000 == part.read
    after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    spent = sum(b.ru_utime + b.ru_stime - a.ru_utime - a.ru_stime for a, b in zip(before, after, strict=True))
    assert spent < 2
