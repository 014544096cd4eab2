"""Hand list: a table of `customer_id,value` that somebody made, read row by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from portraits.app.exports import restored
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

LARGEST = 8 * 1024 * 1024  # bytes; a list made by hand is shorter
_ENCODINGS = ("utf-8-sig", "gb18030")
_DELIMITERS = (",", ";", "\t")
_CUSTOMER = frozenset({"customer_id", "customer", "id", "客户", "客户编号", "客户id"})
_VALUE = frozenset({"value", "值", "标签值", "取值"})


@dataclass(frozen=True)
class ListRow:
    """One row as it was written, by its number in the file; a missing value is an empty text."""

    number: int
    customer: str
    value: str


def listed_rows(content: bytes) -> Iterator[ListRow]:
    """The rows of a CSV file in UTF-8 or GB18030, with or without a head; BadInput where it is none."""
    if len(content) > LARGEST:
        raise BadInput(say("The list is larger than {size} MB.", size=LARGEST >> 20), say("Cut it into parts."))
    rows = _cells(_decoded(content))
    head = [cell.strip().lower() for cell in rows[0][1]] if rows else []
    named = [place for names in (_CUSTOMER, _VALUE) for place, cell in enumerate(head) if cell in names]
    places = (named[0], named[1] if len(named) > 1 else 1) if named else (0, 1)
    for number, cells in rows[1 if named else 0 :]:
        customer, value = (restored(cells[place].strip()) if place < len(cells) else "" for place in places)
        if customer or value:
            yield ListRow(number, customer, value)


def _decoded(content: bytes) -> str:
    for encoding in _ENCODINGS:
        with suppress(UnicodeDecodeError):
            return content.decode(encoding)
    raise BadInput(say("The list is not text in UTF-8 or GB18030."), say("Save it as CSV in UTF-8."))


def _cells(text: str) -> list[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [(read.line_num, row) for row in read if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadInput(say("The list cannot be read as CSV: {error}.", error=error), say("Save it as CSV.")) from None
