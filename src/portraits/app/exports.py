"""Exports: customers written to a file that no spreadsheet can be made to run.

A spreadsheet takes a text that begins with `=`, `+`, `-`, `@` and the like for a formula, also
after spaces or written in full width. Such a text, and any text that begins with an apostrophe,
gets one apostrophe in front; numbers stay numbers. So every text can be restored: where one
begins with an apostrophe, take one off (`restored`). In .xlsx, characters that XML cannot hold are
written the way Excel writes them (`_x0000_`). Parquet carries no formulas and holds texts as they are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

from portraits.engine import durable
from portraits.engine.audit import Entry, note
from portraits.engine.store import Store
from portraits.vocabulary.errors import BadInput, all_known, nearest
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["csv", "xlsx", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)

MOST_ROWS_OF_EXCEL = 1_048_576
LONGEST_CELL_OF_EXCEL = 32_767

# What may stand before the first character that counts: spaces, controls, marks of no width.
_UNSEEN = "\\s\\x00-\\x1f\\x7f\\u00a0\\u00ad\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\u3000"
_LIVE = re.compile(f"[{_UNSEEN}]*[=+\\-@|%'\u2212\uff1d\uff0b\uff0d\uff20\uff5c\uff05\uff07]|[\\t\\r\\n\\x00]")
_NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if _LIVE.match(text) else text


def restored(cell: str) -> str:
    """The text that was made inert."""
    return cell.removeprefix("'")


def excel_text(text: str) -> str:
    """A text as an Excel cell holds it: inert, and of characters that XML can hold."""
    plain = _ESCAPED.sub(r"_x005F_x\1_", inert(text))
    return _NOT_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)


def excel_restored(cell: str) -> str:
    """The text behind an Excel cell."""
    return restored(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell))


def note_export(store: Store, path: Path, detail: Mapping[str, Any], *, actor: str, at: datetime) -> None:
    """Write into the audit trail that somebody is about to take data away.

    Call it before writing the file: nobody must take data away unseen because a disk was full.
    """
    note(store, Entry(at, actor, "export", path.name, detail))


def format_of(path: Path, wanted: str = "") -> Format:
    """The format asked for, or the one a file's name ends with; BadInput names those there are."""
    name = wanted or path.suffix.removeprefix(".").lower()
    for each in FORMATS:
        if name == each:
            return each
    hint = nearest(name, FORMATS) or all_known(FORMATS)
    raise BadInput(say("'{name}' is not a format for exports.", name=name), hint)


def write_table(table: pa.Table, path: Path, format: Format) -> None:
    """Write a table to a file, whole or not at all."""
    durable.produce(path, lambda part: _WRITERS[format](table, part))


def _csv(table: pa.Table, path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows(_cells(table, inert))


def _xlsx(table: pa.Table, path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    if table.num_rows >= MOST_ROWS_OF_EXCEL:
        raise BadInput(
            say("{n} rows do not fit into an Excel sheet.", n=f"{table.num_rows:,}"),
            say("Export them as CSV or Parquet."),
        )
    book = Workbook(write_only=True)
    sheet = book.create_sheet("customers")
    try:
        for row in _cells(table, _fitting):
            sheet.append([_typed(WriteOnlyCell(sheet, value=value)) for value in row])
    finally:
        sheet.close()
    book.save(path)


def _typed(cell: Any) -> Any:
    """A cell whose text is text: openpyxl makes a formula of what begins with =."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
    return cell


def _fitting(text: str) -> str:
    cell = excel_text(text)
    if len(cell) > LONGEST_CELL_OF_EXCEL:
        raise BadInput(
            say("A text of {n} characters does not fit into an Excel cell.", n=f"{len(text):,}"),
            say("Export as CSV or Parquet."),
        )
    return cell


def _parquet(table: pa.Table, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")


_WRITERS: dict[Format, Callable[[Any, Path], None]] = {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}


def _cells(table: pa.Table, written: Callable[[str], str]) -> Iterator[Sequence[Any]]:
    yield [written(name) for name in table.column_names]
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [_cell(value, written) for value in row]


def _cell(value: Any, written: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return written(value)
    if isinstance(value, Decimal):
        return value.normalize() + 0 if value == value.to_integral() else value
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return value
