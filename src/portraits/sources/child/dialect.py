"""Dialect: how a delimited text is written, seen in its first records and overruled by the source."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from portraits.sources import patterns
from portraits.sources.child.content import MAX_COLUMNS
from portraits.sources.child.records import Bytes, Dialect, fields, records
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

_SAMPLE_ROWS = 300
_TITLE_LINES = 10
_DELIMITERS = (b",", b"\t", b";", b"|", b"\x01")
_SINGLE = re.compile(rb"(?:^|[,;\t|])'[^'\n]*'(?=[,;\t|\r\n])", re.MULTILINE)


@dataclass(frozen=True)
class Written:
    """How a text is written: its dialect, the lines above its header, the header, sample rows."""

    dialect: Dialect
    skip: int
    header: bool
    sample: list[list[str]] = field(repr=False)

    @property
    def names(self) -> list[str]:
        """The header, or as many empty names as there are fields."""
        width = _width(self.rows)
        if not self.header:
            return [""] * width
        head = self.sample[self.skip]
        # Where rows end with a delimiter and the header does not, there is one more column, empty.
        return [*head, ""] if width == len(head) + 1 and _closed(self.rows, width) else head

    @property
    def rows(self) -> list[list[str]]:
        """Sample rows below the header."""
        return self.sample[self.skip + self.header :]

    @property
    def facts(self) -> dict[str, Any]:
        """What was detected, as the source's own keys."""
        return {
            "delimiter": self.dialect.delimiter.decode(),
            "quote": self.dialect.quote.decode(),
            "header": self.header,
            "skip": self.skip,
        }


def detect(text: Bytes, start: int, options: dict[str, Any], label: str) -> Written:
    """How the text is written; what `options` say goes before what is seen."""
    quote = options.get("quote")
    quoting = _quote(text[start : start + 65_536]) if quote is None else str(quote).encode()
    if options.get("delimiter"):
        dialect = Dialect(str(options["delimiter"]).encode(), quoting)
    else:
        dialect = max(
            (Dialect(each, quoting) for each in _DELIMITERS), key=lambda each: _fit(_sample(text, start, each))
        )
    sample = _sample(text, start, dialect)
    if (width := max(map(len, sample), default=0)) > MAX_COLUMNS and len(sample[0]) == width:
        raise BadInput(say("{label} has {n} columns; a table may have {most}.", label=label, n=width, most=MAX_COLUMNS))
    skip = _titles(sample) if options.get("skip") is None else int(options["skip"])
    skip = min(skip, max(0, len(sample) - 1))
    header = _header(sample[skip:]) if options.get("header") is None else bool(options["header"])
    return Written(dialect, skip, header, sample)


def _quote(head: bytes) -> bytes:
    """A single quotation mark where fields stand in such and no double one is there."""
    return b"'" if b'"' not in head and len(_SINGLE.findall(head)) > head.count(b"\n") else b'"'


def _sample(text: Bytes, start: int, dialect: Dialect) -> list[list[str]]:
    found = islice(records(text, start, dialect), _SAMPLE_ROWS)
    return [fields(text[each.start : each.end], dialect) for each in found if each.fault in ("", "nul")]


def _fit(sample: list[list[str]]) -> tuple[float, int]:
    """How well a delimiter fits: the share of rows of the commonest width, then the width."""
    if not sample:
        return (0, 0)
    widths = Counter(map(len, sample))
    width, rows = max(widths.items(), key=lambda each: (each[1] * (each[0] > 1), each[0]))
    return (round(rows / len(sample), 1), width) if width > 1 else (0, 1)


def _titles(sample: list[list[str]]) -> int:
    """Lines above the header: narrower than the rows, at the very top."""
    if not sample:
        return 0
    width = _width(sample)
    least = width - _closed(sample, width)
    first = next((place for place, row in enumerate(sample) if len(row) >= least and any(row)), 0)
    return first if width > 2 and first <= _TITLE_LINES else 0


def _width(rows: list[list[str]]) -> int:
    """The commonest number of fields."""
    return Counter(map(len, rows)).most_common(1)[0][0] if rows else 0


def _closed(rows: list[list[str]], width: int) -> bool:
    """Whether a delimiter stands at the end of every row: the last field is always empty."""
    return all(row[-1] == "" for row in rows if len(row) == width)


def _header(rows: list[list[str]]) -> bool:
    """Whether the first row names columns: words, no two alike, where rows below may hold values."""
    if not rows:
        return False
    head = [name.strip() for name in rows[0]]
    filled = [name for name in head if name]
    if not filled or len(set(filled)) < len(filled) / 2:
        return False
    return not any(_value(name) for name in filled) or _unlike(rows)


def _value(word: str) -> bool:
    return patterns.number(word) or bool(patterns.date_formats([word])) or "@" in word


def _unlike(rows: list[list[str]]) -> bool:
    """Whether most columns hold values of which the first row has none."""
    below = [row for row in rows[1:] if len(row) == len(rows[0])]
    valued = [
        place for place in range(len(rows[0])) if below and all(_value(row[place]) for row in below if row[place])
    ]
    return bool(valued) and sum(not _value(rows[0][place]) for place in valued) > len(valued) / 2


def column_facts(names: list[str], rows: list[list[str]], options: dict[str, Any]) -> dict[str, Any]:
    """Decimal mark and formats of days, with examples, of the sample's columns."""
    width = len(names)
    columns = list(zip(*(row for row in rows if len(row) == width), strict=True)) or [()] * width
    mark = options.get("decimal") or patterns.decimal_mark(columns)
    dates: dict[str, dict[str, Any]] = {}
    for name, values in zip(names, columns, strict=True):
        stated = (options.get("dates") or {}).get(name)
        formats = [stated] if stated else patterns.date_formats(values)
        if formats:
            examples = list(dict.fromkeys(value for value in values if value))[:3]
            dates[name] = {"format": formats[0], "examples": examples, "or": formats[1:]}
    return {"decimal": mark, "dates": dates}
