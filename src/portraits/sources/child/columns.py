"""Columns: batches whose types are few enough for every engine and whose text is sound."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from portraits.sources.child.content import names, schema_of

if TYPE_CHECKING:
    import pyarrow as pa


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema that rows of this one are landed with, the row number first."""
    found = zip(names([each.name for each in schema]), schema.types, strict=True)
    return schema_of([(name, plain(kind)) for name, kind in found])


def plain(kind: pa.DataType) -> pa.DataType:
    """The Arrow type in which values of that type are landed."""
    import pyarrow as pa
    import pyarrow.types as kinds

    if kinds.is_dictionary(kind):
        return plain(kind.value_type)
    if kinds.is_timestamp(kind):
        return pa.timestamp("us", tz="UTC" if kind.tz else None)
    if kinds.is_date(kind):
        return pa.date32()
    if kinds.is_unsigned_integer(kind) and kind.bit_width == 64:
        return pa.decimal128(20, 0)
    if kinds.is_integer(kind):
        return pa.int64()
    if kinds.is_floating(kind):
        return pa.float64()
    return kind if kinds.is_decimal128(kind) or kinds.is_boolean(kind) else pa.string()


def numbered(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The batches with rows numbered from 1 and columns as `schema` has them."""
    import pyarrow as pa

    done = 0
    for batch in batches:
        arrays = [_column(array, kind) for array, kind in zip(batch.columns, schema.types[1:], strict=True)]
        numbers = pa.arange(done + 1, done + 1 + batch.num_rows)
        yield pa.RecordBatch.from_arrays([numbers, *arrays], schema=schema)
        done += batch.num_rows


def _column(array: pa.Array, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa
    import pyarrow.types as kinds

    if array.type == kind:
        return array
    if kinds.is_dictionary(array.type):
        return _column(array.dictionary_decode(), kind)
    if kind == pa.string() and not (kinds.is_large_string(array.type) or kinds.is_string_view(array.type)):
        return pa.array([written(value) for value in array.to_pylist()], pa.string())
    return array.cast(kind, safe=not kinds.is_timestamp(kind))  # a nanosecond may be lost, a moment not


def written(value: Any) -> str | None:
    """Any value as text that loses nothing: a whole number without a point, days as ISO, lists as JSON."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, bytes):
        return _bytes(value)
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=written)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bytes(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()


def kind_of(values: list[Any]) -> pa.DataType:
    """The type all values of a column share; text where they share none."""
    import pyarrow as pa

    found = {type(value) for value in values if value is not None}
    if found and found <= {int, float}:
        return _number_kind(values)
    if found == {bool}:
        return pa.bool_()
    if found and found <= {date, datetime}:
        naive = not any(isinstance(value, datetime) and value.tzinfo for value in values)
        return (pa.timestamp("us") if datetime in found else pa.date32()) if naive else pa.string()
    return pa.string()


def _number_kind(values: list[Any]) -> pa.DataType:
    """Whole numbers of 64 bits; else doubles, unless that would lose digits."""
    import pyarrow as pa

    present = [value for value in values if value is not None]
    if all(math.isfinite(value) and value == int(value) and abs(value) < 2**63 for value in present):
        return pa.int64()
    return pa.float64() if all(abs(value) <= 2**53 for value in present if isinstance(value, int)) else pa.string()


def array(values: list[Any], kind: pa.DataType) -> pa.Array:
    """Values as an array of the type `kind_of` found."""
    import pyarrow as pa

    if kind == pa.string():
        return pa.array([written(value) for value in values], kind)
    if kind == pa.int64():
        return pa.array([None if value is None else int(value) for value in values], kind)
    if kind == pa.timestamp("us"):
        return pa.array([_moment(value) for value in values], kind)
    return pa.array(values, kind)


def _moment(value: date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime(value.year, value.month, value.day)
