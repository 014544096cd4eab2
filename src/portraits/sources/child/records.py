"""Records: where the rows of delimited text begin and end, found in its bytes and not by a parser.

A record ends at a line end outside quotes. A field that begins with the quote character is quoted:
it ends at the next single quote character, which the delimiter or the line end must follow, and a
doubled one inside stands for itself. A record that breaks this is one whose quote is not closed; it
ends at its own line end, so that it cannot swallow the rows after it.
"""

from __future__ import annotations

import csv
import io
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MAX_FIELD = 1 << 20
MAX_ROW = 4 << 20
_BLOCK = 4 << 20
_WINDOW = MAX_FIELD // 2
_EMPTY = b"\0"  # stands for a field where bytes are counted; text with a NUL byte is not regular

Bytes = bytes | mmap.mmap


@dataclass(frozen=True)
class Dialect:
    """How delimited text is written: one character each, `quote` may be empty."""

    delimiter: bytes = b","
    quote: bytes = b'"'


@dataclass(frozen=True)
class Survey:
    """How many records there are, whether lines end inside quotes, and whether all is regular.

    Where it is not regular, the counts say nothing and `records` must be walked one by one.
    """

    records: int
    quoted_lines: bool
    regular: bool


@dataclass(frozen=True)
class Record:
    """One record: where it starts and ends (with its line end), and what is wrong with it."""

    start: int
    end: int
    fault: str = ""
    size: int = 0


_IRREGULAR = Survey(0, quoted_lines=False, regular=False)


def survey(text: Bytes, start: int, dialect: Dialect) -> Survey:
    """Count the records of regular text quickly, block by block."""
    records, quoted_lines = 0, False
    for block in _blocks(text, start, dialect.quote):
        counted = _count(block, dialect)
        if counted is None:
            return _IRREGULAR
        records += counted[0]
        quoted_lines |= counted[1]
    return Survey(records, quoted_lines, regular=True)


def _blocks(text: Bytes, start: int, quote: bytes) -> Iterator[bytes]:
    """Blocks that end at a line end where the quotes are even (or break off after a megabyte)."""
    size = len(text)
    while start < size:
        end = _line_end(text, min(start + _BLOCK, size) - 1)
        last = min(size, end + MAX_FIELD)
        odd = text[start:end].count(quote) % 2 if quote else 0
        while odd and end < last:
            stop = _line_end(text, end)
            odd = (odd + text[end:stop].count(quote)) % 2
            end = stop
        yield text[start:end]
        start = end


def _line_end(text: Bytes, place: int) -> int:
    found = text.find(b"\n", place)
    return len(text) if found < 0 else found + 1


def _count(block: bytes, dialect: Dialect) -> tuple[int, bool] | None:
    """Records of a block and whether lines end inside its quotes; None where it is not regular."""
    if b"\0" in block or block.count(b"\r") != block.count(b"\r\n") or _long_line(block):
        return None
    outside = _outside(block, dialect) if dialect.quote and dialect.quote in block else block
    if outside is None:
        return None
    lines = outside.count(b"\n") + (not block.endswith(b"\n"))
    return lines - _blank(outside), outside.count(b"\n") != block.count(b"\n")


def _long_line(block: bytes) -> bool:
    """Whether a line may be longer than a field may be: then some half of it has no line end."""
    places = range(0, len(block) - _WINDOW, _WINDOW)
    return any(block.find(b"\n", place, place + _WINDOW) < 0 for place in places)


def _outside(block: bytes, dialect: Dialect) -> bytes | None:
    """The block with each quoted field shrunk to one mark; None where quotes stand elsewhere.

    Cut at its quotes, the block alternates between outside and inside. Doubled quotes are taken out
    before: what they leave is an empty field, or says that the block must be looked at closely.
    """
    quote, delimiter = dialect.quote, dialect.delimiter
    pieces = block.replace(quote + quote, _EMPTY).split(quote)
    if len(pieces) % 2 == 0 or max(map(len, pieces[1::2]), default=0) > _WINDOW:
        return _shrunk(block, dialect)
    outside = quote.join(pieces[::2])
    alone = _alone(outside, quote, delimiter) and _alone(outside, _EMPTY, delimiter)
    return outside if alone else _shrunk(block, dialect)


def _alone(outside: bytes, mark: bytes, delimiter: bytes) -> bool:
    """Whether each mark is a field of its own, between delimiters and line ends."""
    before = outside.count(delimiter + mark) + outside.count(b"\n" + mark) + outside.startswith(mark)
    ends = (mark + delimiter, mark + b"\n", mark + b"\r\n")
    after = sum(outside.count(each) for each in ends) + outside.endswith(mark)
    return before == after == outside.count(mark)


def _shrunk(block: bytes, dialect: Dialect) -> bytes | None:
    """The same, field by field; None where a quote that opens a field is not closed."""
    d = re.escape(dialect.delimiter)
    quoted = re.compile(rb"(?:(?<=[\n" + d + rb"])|\A)" + _quoted(dialect))
    if max(map(len, quoted.findall(block)), default=0) > _WINDOW:
        return None
    outside = quoted.sub(_EMPTY, block)
    opened = (dialect.delimiter + dialect.quote, b"\n" + dialect.quote)
    return None if outside.startswith(dialect.quote) or any(each in outside for each in opened) else outside


def _blank(outside: bytes) -> int:
    """Blank lines: they are no records."""
    if outside.startswith((b"\n", b"\r\n")) or b"\n\n" in outside or b"\n\r\n" in outside:
        return len(re.findall(rb"(?m)^\r?\n", outside))
    return 0


def records(text: Bytes, start: int, dialect: Dialect) -> Iterator[Record]:
    """Every record that is not a blank line, one by one, with its fault."""
    whole, line, size = _pattern(dialect), re.compile(rb"[^\r\n]*+(?:\r\n|\r|\n|\Z)"), len(text)
    while start < size:
        stop = min(start + MAX_ROW, size)
        match = whole.match(text, start, stop)
        if match is None or (stop < size and match.end() == stop):
            end = ended.end() if (ended := line.match(text, start)) else size
            yield Record(start, end, "long_field" if end - start > MAX_FIELD else "unclosed_quote", end - start)
        else:
            end = match.end()
            if (fault := _fault(text[start:end], dialect)) is not None:
                yield Record(start, end, fault, end - start)
        start = end


def _fault(record: bytes, dialect: Dialect) -> str | None:
    """What is wrong with a well-formed record: nothing (""), or None for a blank line."""
    if record in (b"\n", b"\r\n", b"\r", b""):
        return None
    if b"\0" in record:
        return "nul"
    if len(record) > MAX_FIELD and max(map(len, fields(record, dialect))) * 4 > MAX_FIELD:
        return "long_field"
    return ""


def _quoted(dialect: Dialect) -> bytes:
    """The pattern of a quoted field, up to what must follow it."""
    d, q = re.escape(dialect.delimiter), re.escape(dialect.quote)
    inside = b"[^" + q + b"]*+"
    return q + inside + b"(?:" + q + q + inside + b")*+" + q + b"(?=[" + d + rb"\r\n]|\Z)"


def _pattern(dialect: Dialect) -> re.Pattern[bytes]:
    """A whole record; each choice is possessive, so that matching takes linear time."""
    d, q = re.escape(dialect.delimiter), re.escape(dialect.quote)
    quoted = _quoted(dialect) + b"|" if q else b""
    field = b"(?:" + quoted + b"[^" + q + d + rb"\r\n][^" + d + rb"\r\n]*+|)"
    return re.compile(field + b"(?:" + d + field + rb")*+(?:\r\n|\r|\n|\Z)")


def fields(record: bytes, dialect: Dialect) -> list[str]:
    """The fields of one record, unquoted."""
    written = record.decode("utf-8", "replace").rstrip("\r\n")
    csv.field_size_limit(MAX_ROW)
    quote = dialect.quote.decode() or None
    quoting: Literal[0, 3] = 0 if quote else 3  # csv.QUOTE_MINIMAL, csv.QUOTE_NONE
    rows = csv.reader(
        io.StringIO(written, newline=""), delimiter=dialect.delimiter.decode(), quotechar=quote, quoting=quoting
    )
    return next(rows, [""])
