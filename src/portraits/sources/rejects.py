"""Rejects: rows of a source that could not be landed, each with the reason."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portraits.sources.problems import problem as problem_of
from portraits.vocabulary.phrase import Phrase, say, verbatim
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import pyarrow as pa

    from portraits.vocabulary.text import Text

# A row that is kept as written is kept up to here; the parameter `cut` then says how long it was.
KEPT = 1 << 20

Saying = Callable[..., Phrase]
REASONS: dict[str, Saying] = {
    "field_count": lambda **of: say("{found} fields where the header has {expected}", **of),
    "unclosed_quote": lambda **of: say("a quotation mark is not closed", **of),
    "nul": lambda **of: say("holds a NUL byte", **of),
    "long_field": lambda **of: say("a field of {found} bytes, more than {limit}", **of),
    "long_row": lambda **of: say("a row of {found} bytes, more than {limit}", **of),
    "json": lambda problem, **_: say("is not a JSON object: {problem}", problem=problem_of(str(problem))),
    "value": lambda **of: say("'{value}' does not fit the column's type {type}", **of),
    "missing": lambda **of: say("{field} is needed, and missing", **of),
    "unreadable": lambda **of: say("'{value}' cannot be read as {field} ({type})", **of),
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
    def phrase(self) -> Phrase:
        """The reason, to be said in any language; it is kept as its key and parameters."""
        saying = REASONS.get(self.reason)
        return saying(**{**self.parameters, **_typed(self.parameters)}) if saying else verbatim(self.reason)

    @property
    def text(self) -> Text:
        """The reason as a person reads it."""
        from portraits.vocabulary.text import text

        return text(str(self.phrase), self.phrase.in_("zh"))


def _typed(parameters: Mapping[str, str | int]) -> dict[str, str]:
    """The type of a column as a sentence names it; one of Arrow has no other name."""
    kind = parameters.get("type")
    return {"type": Type(kind).word} if kind in list(Type) else {}


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
