"""Cursor: only the rows whose cursor column is above what was landed before."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from portraits.vocabulary.errors import BadInput, nearest
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class Cursor:
    """A column that only grows, the value reached before, and how many rows lay below it.

    Text is compared as numbers where both sides are numbers, else letter by letter (ISO days).
    """

    column: str
    before: str
    reached: str = ""
    skipped: int = 0

    def check(self, schema: pa.Schema, label: str) -> None:
        """BadInput where the column is not there."""
        if self.column and self.column not in schema.names:
            hint = nearest(self.column, schema.names[1:])
            raise BadInput(
                say("{label} has no column {column}, which is the cursor.", label=label, column=repr(self.column)), hint
            )

    def above(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch's rows above what was landed; rows without a value are among them."""
        if not self.column:
            return batch
        import pyarrow.compute as pc

        values = _comparable(batch.column(self.column), self.before)
        self._reach(values)
        if not self.before:
            return batch
        limit = _limit(self.before, values.type)
        kept = batch.filter(pc.fill_null(pc.greater(values, limit), True))
        self.skipped += batch.num_rows - kept.num_rows
        return kept

    def _reach(self, values: pa.Array) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        greatest = pc.max(values)
        if self.reached or self.before:
            known = _limit(self.reached or self.before, values.type)
            greatest = pc.max(pa.array([greatest.as_py(), known.as_py()], values.type))
        self.reached = _text(greatest.as_py())


def _text(value: Any) -> str:
    """A cursor value as it is kept: a price of 10.250000000 is 10.25."""
    if value is None:
        return ""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _comparable(values: pa.Array, before: str) -> pa.Array:
    """Text as whole or exact numbers where all of it is such, anything else as it is."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if not kinds.is_string(values.type):
        return values
    for kind in (pa.int64(), pa.decimal128(38, 9)):
        try:
            pa.array([before or None]).cast(pa.string()).cast(kind)
            return values.cast(kind)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            continue
    return values


def _limit(before: str, kind: Any) -> pa.Scalar:
    import pyarrow as pa

    try:
        return pa.scalar(before, pa.string()).cast(kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        raise BadInput(
            say("The cursor stood at {before}, which is no {kind}.", before=repr(before), kind=kind),
            say("Undo the source's batches."),
        ) from None
