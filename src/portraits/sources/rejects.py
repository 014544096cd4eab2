"""Rejects: rows of a source that could not be landed, each with the reason."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

    from portraits.vocabulary.text import Text

# A row that is kept as written is kept up to here; the parameter `cut` then says how long it was.
KEPT = 1 << 20

REASONS: dict[str, tuple[str, str]] = {
    "field_count": ("{found} fields where the header has {expected}", "有 {found} 个字段，表头为 {expected} 个"),
    "unclosed_quote": ("a quotation mark is not closed", "引号未闭合"),
    "nul": ("holds a NUL byte", "含有空字节（NUL）"),
    "long_field": ("a field of {found} bytes, more than {limit}", "字段长 {found} 字节，超过上限 {limit}"),
    "long_row": ("a row of {found} bytes, more than {limit}", "整行长 {found} 字节，超过上限 {limit}"),
    "json": ("is not a JSON object: {problem}", "不是 JSON 对象：{problem}"),
    "value": ("'{value}' does not fit the column's type {type}", "“{value}”与该列的类型 {type} 不符"),
}


@dataclass(frozen=True)
class Reject:
    """A row that was not landed: its number, the field at fault, a reason's key, the row as written."""

    row: int
    field: str
    reason: str
    raw: str
    parameters: Mapping[str, str | int] = dataclasses.field(default_factory=dict)

    @property
    def text(self) -> Text:
        """The reason as a person reads it."""
        from portraits.vocabulary.text import text

        en, zh = REASONS.get(self.reason, (self.reason, self.reason))
        return text(en.format(**self.parameters), zh.format(**self.parameters))


def reject(row: int, reason: str, raw: str, **parameters: str | int) -> Reject:
    """A reject of a whole row, with one of more than a megabyte cut short."""
    if len(raw) > KEPT:
        parameters["cut"] = len(raw)
        raw = raw[:KEPT]
    return Reject(row, "", reason, raw, parameters)


def schema() -> pa.Schema:
    """The Arrow schema of rejects: row, field, reason, parameters (JSON), raw."""
    import pyarrow as pa

    names = ("field", "reason", "parameters", "raw")
    return pa.schema([("_row", pa.int64()), *((name, pa.string()) for name in names)])


def batch(rejects: Iterable[Reject]) -> pa.RecordBatch:
    """Rejects as a record batch."""
    import pyarrow as pa

    return pa.RecordBatch.from_pylist([_record(each) for each in rejects], schema=schema())


def _record(each: Reject) -> dict[str, Any]:
    parameters = json.dumps(dict(each.parameters), ensure_ascii=False)
    return {
        "_row": each.row,
        "field": each.field,
        "reason": each.reason,
        "parameters": parameters,
        "raw": each.raw,
    }


def unpack(batches: Iterable[pa.RecordBatch]) -> Iterator[Reject]:
    """The rejects in record batches of `schema()`."""
    for each in batches:
        for row in each.to_pylist():
            yield Reject(row["_row"], row["field"], row["reason"], row["raw"], json.loads(row["parameters"]))


@dataclass(frozen=True)
class RejectFile:
    """Rejects kept in an Arrow stream file, read anew each time they are walked."""

    path: Path

    def __iter__(self) -> Iterator[Reject]:
        import pyarrow as pa

        if not self.path.exists():
            return
        with pa.OSFile(str(self.path)) as file, pa.ipc.open_stream(file) as stream:
            yield from unpack(stream)
