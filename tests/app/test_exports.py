"""Exports: whatever a customer is called, no spreadsheet runs it, and every text comes back."""

from __future__ import annotations

import csv
import datetime
import random
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portraits.app.exports import (
    FORMATS,
    Format,
    excel_restored,
    excel_text,
    format_of,
    inert,
    restored,
    write_table,
)
from portraits.vocabulary.errors import BadInput

FORMULAS = [
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\x00=1+1",
    "|calc",
    "%0A=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "｜calc",
    "％x",
    " =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u202e=1+1",
    "'=1+1",
    "＇=1+1",
    '=HYPERLINK("http://x","y")',
    "−1+1",
]
PLAIN = ["", "Anna", "欧阳·买买提", "a=b", "1+1", "x-y", "😀", "_x0041_", "it's", '"quoted"', "a,b;c\td", "two\nlines"]
LIVE = set("=+-@|%\t\r\n\x00＝＋－＠｜％−")


def live(cell: str) -> bool:
    """Whether a spreadsheet could take a cell for more than text, judged without the code under test."""
    head = cell.lstrip(" \u00a0\u3000\ufeff\u200b\u202e\t\r\n\x00")
    return cell[:1] in LIVE or head[:1] in LIVE


def test_the_list_of_attacks_is_as_long_as_promised() -> None:
    assert len(FORMULAS) == len(set(FORMULAS)) == 27


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_text_and_comes_back(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert not live(inert(text))
    assert restored(inert(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert inert(text) == text


def test_fifty_thousand_random_texts_are_inert_and_come_back() -> None:
    chance = random.Random(20260101)
    letters = "=+-@|%'＝＋－＠｜％＇ \t\r\n\x00\ufeff\u3000ab1中_x0041_\x0b\x1f\"，,;"
    for _ in range(50_000):
        text = "".join(chance.choices(letters, k=chance.randrange(0, 9)))
        assert not live(inert(text)), repr(text)
        assert restored(inert(text)) == text
        assert excel_restored(excel_text(text)) == text


@given(st.text(st.characters(codec=None), max_size=40))
def test_any_text_at_all_comes_back(text: str) -> None:
    assert restored(inert(text)) == text
    assert excel_restored(excel_text(text)) == text
    assert not live(inert(text))


TEXTS = [*FORMULAS, *PLAIN]
TABLE = pa.table(
    {
        "=name": pa.array(TEXTS),
        "amount": pa.array([Decimal("-1.50")] * len(TEXTS), pa.decimal128(18, 4)),
        "n": pa.array([-5] * len(TEXTS)),
        "day": pa.array([datetime.date(2025, 1, 2)] * len(TEXTS)),
        "known": pa.array([True, None] * (len(TEXTS) // 2) + [None] * (len(TEXTS) % 2)),
    }
)


def test_csv_holds_every_text_inert_and_every_number_as_a_number(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.csv", "csv")
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # or Excel reads Chinese as another encoding
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head[0] == "'=name"
    assert not any(live(row[0]) for row in rows)
    assert [restored(row[0]) for row in rows] == TEXTS
    assert {(row[1], row[2]) for row in rows} == {("-1.5000", "-5")}


def test_excel_holds_no_formula_and_every_text_comes_back(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.xlsx", "xlsx")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<f " not in sheet
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx")["customers"].iter_rows())
    texts = [row[0] for row in rows[1:]]
    assert {cell.data_type for cell in texts if cell.value is not None} == {"s"}
    assert [excel_restored(str(cell.value or "")) for cell in texts] == TEXTS
    assert {row[2].value for row in rows[1:]} == {-5}


def test_parquet_holds_texts_as_they_are(tmp_path: Path) -> None:
    write_table(TABLE, tmp_path / "out.parquet", "parquet")
    assert pq.read_table(tmp_path / "out.parquet").equals(TABLE)


def test_a_text_too_long_for_excel_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="CSV or Parquet"):
        write_table(pa.table({"text": ["x" * 32_768]}), tmp_path / "out.xlsx", "xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_table_is_a_file_with_its_head(tmp_path: Path, format: Format) -> None:
    path = tmp_path / f"none.{format}"
    write_table(TABLE.slice(0, 0), path, format)
    assert path.stat().st_size > 0


def test_the_format_is_asked_for_or_read_from_the_name() -> None:
    assert format_of(Path("a.xlsx")) == "xlsx"
    assert format_of(Path("a.bin"), "parquet") == "parquet"
    with pytest.raises(BadInput, match="Did you mean xlsx"):
        format_of(Path("a.xls"))
    with pytest.raises(BadInput, match="Known: csv"):
        format_of(Path("a"))
