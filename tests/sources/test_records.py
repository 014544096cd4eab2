"""Records: no row is lost or made, whatever the bytes."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.sources.child import delimited
from portraits.sources.child.content import RejectWriter
from portraits.sources.child.encoding import Text
from portraits.sources.child.records import MAX_FIELD, Dialect, fields, records, survey
from portraits.sources.rejects import Reject, RejectFile

_COMMA = Dialect()
_PIECES = st.lists(
    st.sampled_from([b"a", b"bc", b",", b'"', b'""', b"\n", b"\r\n", b"\r", b"\0", b" ", b";"]), max_size=60
)


def _read(text: bytes, **options: object) -> tuple[list[dict[str, object]], list[Reject], int]:
    """Rows, rejects and the count of a text, as the child reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        path.write_bytes(text)
        with RejectWriter(Path(folder) / "rejects") as out:
            stated = {"delimiter": ",", "quote": '"', "skip": 0, "header": True, **options}
            content = delimited.read(Text(path, 0, "utf-8"), Path(folder), stated, out, "a.csv")
            rows = [row for batch in content.rows for row in batch.to_pylist()]
        return rows, list(RejectFile(Path(folder) / "rejects")), content.read()


@given(_PIECES)
@settings(max_examples=400, deadline=None)
def test_every_record_of_any_text_lands_or_is_rejected(pieces: list[bytes]) -> None:
    rows, rejects, read = _read(b"x,y\n" + b"".join(pieces))
    assert read == len(rows) + len(rejects)
    numbers = sorted([int(str(row["_row"])) for row in rows] + [each.row for each in rejects])
    assert numbers == list(range(1, read + 1))


@given(_PIECES)
@settings(max_examples=400, deadline=None)
def test_the_quick_count_is_the_slow_one(pieces: list[bytes]) -> None:
    text = b"".join(pieces)
    found = survey(text, 0, _COMMA)
    if found.regular:
        each = list(records(text, 0, _COMMA))
        assert found.records == len(each)
        assert all(one.fault == "" for one in each)
        assert found.quoted_lines == any(b"\n" in text[one.start : one.end].rstrip(b"\r\n") for one in each)


@given(st.lists(st.lists(st.text("ab,\"'\n 中", max_size=6), min_size=2, max_size=2), max_size=12))
@settings(max_examples=300, deadline=None)
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([["x", "y"], *rows])
    found, rejects, read = _read(out.getvalue().encode())
    assert [[row["x"] or "", row["y"] or ""] for row in found] == rows
    assert (rejects, read) == ([], len(rows))


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_records_cover_the_text_without_gaps(text: bytes) -> None:
    last = 0
    for each in records(text, 0, _COMMA):
        assert text[last : each.start].strip(b"\r\n") == b""
        assert each.end > each.start
        last = each.end
    assert text[last:].strip(b"\r\n") == b""


@pytest.mark.parametrize(
    ("text", "count", "quoted_lines"),
    [
        (b"", 0, False),
        (b"a,b", 1, False),
        (b"a,b\n\n\r\nc,d\n", 2, False),
        (b'"a\nb",c\n', 1, True),
        (b'"a ""b"" c",d\r\n"",""\r\n', 2, False),
        (b'a,5" b\n"""x"" y",""""\n', 2, False),
        (b'"",""\n""\n', 2, False),
        (b'"he said, ","\nfoo"\n', 1, True),
    ],
)
def test_regular_text_is_counted_at_a_glance(text: bytes, count: int, quoted_lines: bool) -> None:
    found = survey(text, 0, _COMMA)
    assert (found.records, found.quoted_lines, found.regular) == (count, quoted_lines, True)


@pytest.mark.parametrize(
    "text",
    [
        b'a,"b\n',
        b'a,"b"c\n',
        b"a\0,b\n",
        b"a\rb\n",
        b"x" * (MAX_FIELD + 1),
        b'"' + b"x\n" * MAX_FIELD + b'"',
    ],
)
def test_irregular_text_is_walked_record_by_record(text: bytes) -> None:
    assert not survey(text, 0, _COMMA).regular


def test_blocks_end_where_quotes_are_closed() -> None:
    text = b'"a\nb",c\n' * 700_000
    found = survey(text, 0, _COMMA)
    assert (found.records, found.quoted_lines, found.regular) == (700_000, True, True)


def test_faults_say_what_is_wrong_and_how_long_it_is() -> None:
    text = b'a,"open\nb,c\0\nd,e\n' + b"f," + b"x" * (MAX_FIELD + 1) + b"\n" + b"g,h"
    found = [(each.fault, text[each.start : each.end][:4]) for each in records(text, 0, _COMMA)]
    assert found == [
        ("unclosed_quote", b'a,"o'),
        ("nul", b"b,c\0"),
        ("", b"d,e\n"),
        ("long_field", b"f,xx"),
        ("", b"g,h"),
    ]


def test_text_without_quotes_takes_them_as_letters() -> None:
    plain = Dialect(b";", b"")
    assert survey(b'a;"b\nc;d\n', 0, plain).records == 2
    assert [each.fault for each in records(b'a;"b\nc;d\n', 0, plain)] == ["", ""]
    assert fields(b'a;"b\n', plain) == ["a", '"b']
    assert fields(b'a;"b;c"\n', Dialect(b";")) == ["a", "b;c"]


def test_a_row_that_is_too_wide_keeps_its_number_and_text() -> None:
    rows, rejects, _ = _read(b"x,y\n1,2\n3\n4,5,6\n7,8\n")
    assert [row["_row"] for row in rows] == [1, 4]
    assert [(each.row, each.raw, each.parameters) for each in rejects] == [
        (2, "3", {"found": 1, "expected": 2}),
        (3, "4,5,6", {"found": 3, "expected": 2}),
    ]
    assert rejects[0].text.en == "1 fields where the header has 2"
    assert rejects[0].text.zh == "有 1 个字段，表头为 2 个"


def test_numbers_hold_where_some_rows_are_taken_out_before_parsing() -> None:
    rows, rejects, read = _read(b'x,y\n1,2\n3,"open\n4\n5,6\n')
    assert [row["_row"] for row in rows] == [1, 4]
    assert [(each.row, each.reason) for each in sorted(rejects, key=lambda each: each.row)] == [
        (2, "unclosed_quote"),
        (3, "field_count"),
    ]
    assert read == 4
