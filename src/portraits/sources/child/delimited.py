"""Delimited text: CSV and its kin, all columns as text, nothing lost."""

from __future__ import annotations

import mmap
from array import array
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.sources.child import dialect as dialects
from portraits.sources.child.content import MAX_COLUMNS, Content, RejectWriter, names, nothing, schema_of
from portraits.sources.child.encoding import Text
from portraits.sources.child.records import MAX_FIELD, MAX_ROW, Bytes, Dialect, Record, records, survey
from portraits.sources.rejects import KEPT, Reject, reject
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.csv

_BLOCK = MAX_ROW + (1 << 16)


@dataclass
class _Body:
    """The rows below the header, ready for the parser.

    `numbers` are the rows' numbers in the source where some were taken out before parsing.
    """

    text: Any  # a buffer
    records: int
    quoted_lines: bool
    numbers: array[int] | None = None
    unparsed: deque[tuple[int, int, str]] = field(default_factory=deque)  # row, fields found, row as written


def read(text: Text, spool: Path, options: dict[str, Any], out: RejectWriter, label: str) -> Content:
    """The rows of a delimited text, none of an empty one; BadInput where it has far too many columns."""
    if text.path.stat().st_size <= text.start:
        return nothing(text.encoding)
    whole = _mapped(text.path)
    written = dialects.detect(whole, text.start, options, label)
    if not written.sample and next(records(whole, text.start, written.dialect), None) is None:
        return nothing(text.encoding)
    _check_head(whole, text.start, written, label)
    columns = names(written.names)
    if not columns or len(columns) > MAX_COLUMNS:
        raise BadInput(
            say("{label} has {n} columns; it must have 1 to {most}.", label=label, n=len(columns), most=MAX_COLUMNS)
        )
    body = _body(whole, _below(whole, text.start, written), written.dialect, spool, out)
    facts = written.facts | dialects.column_facts(columns, written.rows, options) | {"encoding": text.encoding}
    import pyarrow as pa

    schema = schema_of([(name, pa.string()) for name in columns])
    return Content(schema, _rows(body, schema, written.dialect, out), lambda: body.records, facts)


def _mapped(path: Path) -> Bytes:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _below(whole: Bytes, start: int, written: dialects.Written) -> int:
    """Where the first row below the header starts."""
    above = written.skip + written.header
    for each in records(whole, start, written.dialect):
        if not above:
            return each.start
        above -= not each.fault or each.fault == "nul"
    return len(whole)


def _check_head(whole: Bytes, start: int, written: dialects.Written, label: str) -> None:
    first = next(records(whole, start, written.dialect), None)
    if first is not None and first.fault in ("unclosed_quote", "long_field") and written.header:
        raise BadInput(
            say("{label}: the first line cannot be read as a header.", label=label),
            say("Set delimiter, quote, skip or header."),
        )


def _body(whole: Bytes, start: int, dialect: Dialect, spool: Path, out: RejectWriter) -> _Body:
    import pyarrow as pa

    found = survey(whole, start, dialect)
    if found.regular:
        return _Body(pa.py_buffer(whole).slice(start), found.records, found.quoted_lines)
    return _sifted(whole, start, dialect, spool / "sifted", out)


def _sifted(whole: Bytes, start: int, dialect: Dialect, target: Path, out: RejectWriter) -> _Body:
    """Text that is not regular, without the records at fault: these are rejected here."""
    import pyarrow as pa

    numbers, row = array("q"), 0
    with target.open("wb") as file:
        for row, each in enumerate(records(whole, start, dialect), 1):
            if each.fault:
                out.add(_at_fault(row, each, whole))
            else:
                file.write(whole[each.start : each.end].rstrip(b"\r\n") + b"\n")
                numbers.append(row)
    return _Body(pa.memory_map(str(target)).read_buffer(), row, quoted_lines=True, numbers=numbers)


def _at_fault(row: int, each: Record, whole: Bytes) -> Reject:
    written = whole[each.start : min(each.end, each.start + KEPT + 1)].decode("utf-8", "replace").rstrip("\r\n")
    size = {"found": each.size, "limit": MAX_FIELD} if each.fault == "long_field" else {}
    return reject(row, each.fault, written, **size)


def _rows(body: _Body, schema: pa.Schema, dialect: Dialect, out: RejectWriter) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    if not body.records or (body.numbers is not None and not body.numbers):
        return
    done = 0
    with _parser(body, schema, dialect) as parser:
        for batch in _each(parser):
            last, numbers = _numbers(body, done, batch.num_rows)
            _reject_unparsed(body, last, schema, out)
            yield pa.RecordBatch.from_arrays([numbers, *batch.columns], schema=schema)
            done = last
    _reject_unparsed(body, body.records, schema, out)


def _each(parser: pyarrow.csv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    with suppress(StopIteration):
        while True:
            yield parser.read_next_batch()


def _numbers(body: _Body, done: int, rows: int) -> tuple[int, pa.Array]:
    """The numbers of the batch's rows in the source, and the parser's number of its last one.

    The parser may have read ahead: rows it refused may lie behind this batch.
    """
    import pyarrow as pa

    last, refused = done + rows, set()
    for number, _, _ in body.unparsed:
        if number > last:
            break
        refused.add(number)
        last += 1
    if body.numbers is None and not refused:
        return last, pa.arange(done + 1, last + 1)
    kept = (number for number in range(done + 1, last + 1) if number not in refused)
    return last, pa.array([_number(body, each) for each in kept], pa.int64())


def _number(body: _Body, parsed: int) -> int:
    return parsed if body.numbers is None else body.numbers[parsed - 1]


def _reject_unparsed(body: _Body, last: int, schema: pa.Schema, out: RejectWriter) -> None:
    """Reject the rows up to that one which the parser refused for their width."""
    while body.unparsed and body.unparsed[0][0] <= last:
        number, found, written = body.unparsed.popleft()
        out.add(reject(_number(body, number), "field_count", written, found=found, expected=len(schema) - 1))


def _parser(body: _Body, schema: pa.Schema, dialect: Dialect) -> pyarrow.csv.CSVStreamingReader:
    import pyarrow as pa
    from pyarrow import csv

    columns = schema.names[1:]

    def unparsed(row: csv.InvalidRow) -> str:
        body.unparsed.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        return csv.open_csv(
            pa.BufferReader(body.text),
            read_options=csv.ReadOptions(use_threads=False, block_size=_BLOCK, column_names=columns),
            parse_options=csv.ParseOptions(
                delimiter=dialect.delimiter.decode(),
                quote_char=dialect.quote.decode() or False,
                newlines_in_values=body.quoted_lines,
                invalid_row_handler=unparsed,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,  # the whole text was decoded before
            ),
        )
    except pa.ArrowInvalid as error:
        raise BadInput(say("The text cannot be parsed: {error}.", error=error)) from None
