"""Columns: arrays of numbers made into Arrow columns of money, moments, codes and words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Flags, Ints

if TYPE_CHECKING:
    import pyarrow as pa

    from portraits.examples.corner_shop.days import Moments


def money(cents: Ints) -> pa.Array:
    """Whole cents as exact decimals with two digits."""
    import pyarrow as pa

    halves = np.empty((cents.size, 2), dtype="<i8")
    halves[:, 0] = cents
    halves[:, 1] = cents >> 63
    return pa.Array.from_buffers(pa.decimal128(18, 2), cents.size, [None, pa.py_buffer(halves.tobytes())])


def moments(at: Moments, empty: Flags | None = None) -> pa.Array:
    """Moments to the second, in the microseconds of the canonical tables."""
    import pyarrow as pa

    return pa.array(at.astype("datetime64[us]"), pa.timestamp("us"), mask=empty)


def words(values: Sequence[str | None], positions: Ints) -> pa.Array:
    """The word at each position; a position below zero is empty."""
    import pyarrow as pa

    codes = pa.array(positions.astype(np.int32), mask=positions < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(values, pa.string())).cast(pa.string())


def numbered(prefix: str, chunk: int, count: int) -> pa.Array:
    """Ids in order: the prefix, the chunk and a number of eight digits."""
    import pyarrow as pa
    import pyarrow.compute as pc

    digits = pc.utf8_lpad(pc.cast(pa.array(np.arange(1, count + 1)), pa.string()), 8, padding="0")
    return pc.binary_join_element_wise(f"{prefix}{chunk:02d}", digits, "-")
