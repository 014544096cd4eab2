"""Workbooks: sheets of Excel files (.xlsx, .xls and their kin), each cell as its own type."""

from __future__ import annotations

import mmap
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.sources import patterns
from portraits.sources.child import columns
from portraits.sources.child.content import BATCH_ROWS, MAX_COLUMNS, Content, RejectWriter, names, schema_of
from portraits.sources.child.records import MAX_FIELD
from portraits.sources.child.unpack import allowed, wanted
from portraits.sources.fence import Limits
from portraits.sources.rejects import reject
from portraits.vocabulary.errors import BadInput, nearest
from portraits.vocabulary.phrase import listed, say

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineWorkbook

_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_HEAD = 1 << 16
_TITLE_ROWS = 20
Row = tuple[int, list[Any]]


def sheets(path: Path, options: dict[str, Any], label: str, limits: Limits) -> Iterator[tuple[str, CalamineWorkbook]]:
    """The names of the sheets that are asked for, with the workbook they are in."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _check(path, label, limits)
    try:
        book = CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise BadInput(say("{label} is protected by a password.", label=label), say("Save it without one.")) from None
    except (CalamineError, OSError, ValueError) as error:
        raise BadInput(
            say("{label} is not a whole workbook: {error}.", label=label, error=error),
            say("Open it in Excel and save it again."),
        ) from None
    for name in _chosen(book.sheet_names, options.get("sheet"), label):
        yield name, book


def _chosen(found: list[str], asked: Any, label: str) -> list[str]:
    """The first sheet, all of them for `*`, or those that are named."""
    if not found:
        raise BadInput(say("{label} has no sheet.", label=label))
    if asked in (None, "", []):
        return found[:1]
    wanted_names = found if asked == "*" else [asked] if isinstance(asked, str) else list(asked)
    for name in wanted_names:
        if name not in found:
            raise BadInput(
                say("{label} has no sheet {name}.", label=label, name=repr(name)),
                nearest(name, found) or say("It has: {words}.", words=listed(found)),
            )
    return wanted_names


def _check(path: Path, label: str, limits: Limits) -> None:
    """Refuse what would unpack far too large, or defines entities, before a parser sees it."""
    if not zipfile.is_zipfile(path):
        _check_compound(path, label)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for each in wanted(archive, label, allowed(path.stat().st_size, limits)):
                with archive.open(each) as packed:
                    if each.filename.endswith((".xml", ".rels")) and _ENTITY.search(packed.read(_HEAD)):
                        raise BadInput(
                            say("{label} defines entities, which no workbook needs.", label=label),
                            say("It was not opened."),
                        )
    # zipfile tells a compression that it does not know, and a password, by RuntimeErrors.
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError) as error:
        raise BadInput(
            say("{label} is not a whole workbook: {error}.", label=label, error=error),
            say("Open it in Excel and save it again."),
        ) from None


def _check_compound(path: Path, label: str) -> None:
    """Refuse a workbook with a password: a compound file that holds an encrypted package."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        if whole.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise BadInput(say("{label} is protected by a password.", label=label), say("Save it without one."))


def read(book: CalamineWorkbook, sheet: str, options: dict[str, Any], out: RejectWriter, label: str) -> Content:
    """The rows of one sheet below its header; blank rows are none."""
    cells = [[None if cell == "" else cell for cell in row] for row in book.get_sheet_by_name(sheet).iter_rows()]
    cells = [row for row in cells if any(cell is not None for cell in row)]
    skip, header = _shape(cells, options)
    head = (
        [columns.written(cell) or "" for cell in cells[skip]]
        if header and cells
        else [""] * len(cells[0] if cells else [])
    )
    width = _width(cells[skip:])
    if not 0 < width <= MAX_COLUMNS:
        raise BadInput(
            say("{label} has {n} columns; it must have 1 to {most}.", label=label, n=width, most=MAX_COLUMNS),
            say("Choose another sheet."),
        )
    body = [row[:width] for row in cells[skip + header :]]
    rows = [row for row in enumerate(body, 1) if _sound(row, out)]
    kinds = [columns.kind_of([row[place] for _, row in rows]) for place in range(width)]
    schema = schema_of(list(zip(names(head[:width]), kinds, strict=True)))
    facts = {"sheet": sheet, "sheets": book.sheet_names, "header": header, "skip": skip}
    return Content(schema, _batches(rows, schema), lambda: len(body), facts | _text_facts(schema, rows, options))


def _shape(cells: list[list[Any]], options: dict[str, Any]) -> tuple[int, bool]:
    """How many rows stand above the header, and whether there is one."""
    skip, header = options.get("skip"), options.get("header")
    filled = [sum(cell is not None for cell in row) for row in cells[: 2 * _TITLE_ROWS]]
    if skip is None:
        usual = sorted(filled)[len(filled) // 2] if filled else 0
        skip = next((place for place, count in enumerate(filled[:_TITLE_ROWS]) if count * 2 > usual), 0)
    skip = min(int(skip), max(0, len(cells) - 1))
    if header is None:
        header = bool(cells) and all(cell is None or _title(cell) for cell in cells[skip])
    return skip, bool(header)


def _title(cell: Any) -> bool:
    return isinstance(cell, str) and not patterns.number(cell) and not patterns.date_formats([cell])


def _width(cells: list[list[Any]]) -> int:
    """The columns up to the last one that holds anything."""
    return max((place for row in cells for place, cell in enumerate(row, 1) if cell is not None), default=0)


def _sound(numbered: Row, out: RejectWriter) -> bool:
    number, row = numbered
    for cell in row:
        if isinstance(cell, str) and ("\0" in cell or len(cell) > MAX_FIELD):
            fault = {} if "\0" in cell else {"found": len(cell), "limit": MAX_FIELD}
            written = columns.written([columns.written(each) for each in row]) or ""
            out.add(reject(number, "long_field" if fault else "nul", written, **fault))
            return False
    return True


def _batches(rows: list[Row], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    for start in range(0, len(rows), BATCH_ROWS):
        some = rows[start : start + BATCH_ROWS]
        arrays = [columns.array([row[place] for _, row in some], kind) for place, kind in enumerate(schema.types[1:])]
        yield pa.RecordBatch.from_arrays([pa.array([number for number, _ in some], pa.int64()), *arrays], schema=schema)


def _text_facts(schema: pa.Schema, rows: list[Row], options: dict[str, Any]) -> dict[str, Any]:
    from portraits.sources.child.dialect import column_facts

    sample = [["" if _day(cell) else columns.written(cell) or "" for cell in row] for _, row in rows[:300]]
    return column_facts(schema.names[1:], sample, options)


def _day(cell: Any) -> bool:
    return isinstance(cell, date | datetime)
