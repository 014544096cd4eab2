"""What the child makes of files, seen from inside: no limits guard it here."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import hostile_files
from benchmarks.hostile_files import REFUSED, Hostile
from portraits.sources.child import __main__ as child
from portraits.sources.child import columns
from portraits.sources.frames import BATCH, DONE, END, FAULT, PART
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import phrase_of
from tests.sources.answered import answered, job_of, lived, told

# These are only safe behind the fence.
_DANGEROUS = {"far_cell.xlsx", "shared_string.xlsx", "bomb.csv.gz", "bomb.zip", "bomb.xlsx", "bomb.parquet"}
_HARMLESS = [each for each in hostile_files.files() if each.name not in _DANGEROUS and "40_mb" not in each.name]


@pytest.fixture(autouse=True)
def _no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_limit", lambda limits, size: None)


@pytest.mark.parametrize("file", _HARMLESS, ids=lambda file: file.name)
def test_a_hostile_file_is_refused_or_adds_up_inside_too(file: Hostile, tmp_path: Path) -> None:
    job = job_of(tmp_path, file.make(), file.name, **file.options)
    if file.expected == REFUSED:
        with pytest.raises(BadInput, match=file.name):
            answered(job)
        return
    rows, end = told(job)
    assert (len(rows), end["rejected"]) == file.expected
    assert end["read"] == len(rows) + end["rejected"]


@pytest.mark.parametrize(
    ("cursor", "column", "kept", "reached"),
    [
        ("", "n", [1, 2, 3], "3"),
        ("1", "n", [2, 3], "3"),
        ("7", "n", [], "7"),
        ("b", "word", [3], "c"),
        ("1.5", "price", [3], "2.25"),
        ("2024-01-02 00:00:00", "at", [3], "2024-01-03 00:00:00"),
    ],
)
def test_rows_up_to_the_cursor_are_left_out(
    cursor: str, column: str, kept: list[int], reached: str, tmp_path: Path
) -> None:
    out = io.BytesIO()
    days = [datetime(2024, 1, day) for day in (1, 2, 3)]
    table = {"n": [1, 2, 3], "word": ["a", "b", "c"], "price": ["1.25", "1.5", "2.25"], "at": days}
    pq.write_table(pa.table(table), out)
    rows, end = told(job_of(tmp_path, out.getvalue(), "a.parquet", cursor=column) | {"cursor": cursor})
    assert [row["n"] for row in rows] == kept
    assert (end["cursor"], end["skipped"]) == (reached, 3 - len(kept))


@pytest.mark.parametrize(("cursor", "column", "said"), [("", "nnn", "Did you mean nn"), ("x", "n", "no int64")])
def test_a_cursor_that_does_not_fit_is_named(cursor: str, column: str, said: str, tmp_path: Path) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"n": [1], "nn": [2]}), out)
    with pytest.raises(BadInput, match=said):
        told(job_of(tmp_path, out.getvalue(), "a.parquet", cursor=column) | {"cursor": cursor})


def test_the_child_says_when_it_is_done(tmp_path: Path) -> None:
    assert [frame.kind for frame in lived(job_of(tmp_path, b"a\n1\n"))] == [PART, BATCH, END, DONE]


def test_the_child_says_what_is_wrong(tmp_path: Path) -> None:
    (frame,) = lived(job_of(tmp_path, b"GIF8"))
    assert frame.kind == FAULT
    what, hint = (phrase_of(frame.facts[each]) for each in ("what", "hint"))
    assert what.in_("zh") == "a.csv 是图片。"
    assert hint == "Portraits reads CSV, Excel, Parquet and JSON lines."


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.tsv"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n\r\n"])
def test_an_empty_text_is_a_table_of_no_columns_and_no_rows(name: str, content: bytes, tmp_path: Path) -> None:
    rows, end = told(job_of(tmp_path, content, name))
    assert (rows, end["read"], end["rejected"]) == ([], 0, 0)


def test_what_was_landed_is_not_told_again(tmp_path: Path) -> None:
    assert answered(job_of(tmp_path, b"a\n1\n") | {"landed": ["i"]}) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("", None),
        (5.0, "5"),
        (5.25, "5.25"),
        (1e300, "1e+300"),
        (True, "true"),
        (datetime(2024, 1, 2, 3), "2024-01-02 03:00:00"),
        (b"ok", "ok"),
        (b"\xff", "/w=="),
        ([1, {"a": datetime(2024, 1, 1)}], '[1, {"a": "2024-01-01 00:00:00"}]'),
    ],
)
def test_any_value_is_written_as_text_without_loss(value: object, text: str | None) -> None:
    assert columns.written(value) == text


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2.0, None], pa.int64()),
        ([1, 2.5], pa.float64()),
        ([2**53 + 1, 0.5], pa.string()),
        ([2**63], pa.string()),
        ([float("inf"), 1.0], pa.float64()),
        ([True, None], pa.bool_()),
        ([True, 1], pa.string()),
        ([datetime(2024, 1, 1), None], pa.timestamp("us")),
        ([datetime(2024, 1, 1).date()], pa.date32()),
        ([datetime(2024, 1, 1).date(), datetime(2024, 1, 1)], pa.timestamp("us")),
        ([None], pa.string()),
        (["a", 1], pa.string()),
    ],
)
def test_a_column_has_the_type_its_values_share(values: list[Any], kind: pa.DataType) -> None:
    assert columns.kind_of(values) == kind
    array = columns.array(values, kind)
    assert (len(array), array.type, array.null_count) == (len(values), kind, values.count(None))
