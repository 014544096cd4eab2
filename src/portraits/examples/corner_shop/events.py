"""Events: all traces of a chunk in one table, in the order in which they happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from portraits.examples.corner_shop.chance import Ints
from portraits.examples.corner_shop.columns import moments, numbered, words
from portraits.examples.corner_shop.records import Records
from portraits.examples.corner_shop.shop import Shop
from portraits.examples.corner_shop.trace import CHANNELS, Trace
from portraits.examples.corner_shop.world import DAYS

if TYPE_CHECKING:
    import pyarrow as pa


def table(shop: Shop, chunk: int, traces: list[Trace], records: Records) -> pa.Table:
    """The events of all traces that happened before `as_of`."""
    import pyarrow as pa

    parts = [_part(trace, records) for trace in traces]
    time = np.concatenate([trace.time for trace in traces])
    order = np.argsort(time, kind="stable")
    order = order[(time[order] < DAYS) & (time[order] >= 0)]
    rows = pa.concat_tables(parts).take(pa.array(order))
    rows = rows.add_column(0, "event_id", numbered("E", chunk, order.size))
    return rows.add_column(2, "at", moments(shop.days.moments(time[order])))


def _part(trace: Trace, records: Records) -> pa.Table:
    import pyarrow as pa

    size = trace.time.size
    nothing: tuple[tuple[str, ...], Ints] = ((), np.full(size, -1))
    return pa.table(
        {
            "record_id": words(records.ids, trace.record),
            "kind": words((trace.kind,), np.zeros(size, dtype=np.int64)),
            "channel": words(CHANNELS, trace.channel),
            "object": words(*(trace.object or nothing)),
            "value": pa.nulls(size, pa.float64()) if trace.value is None else pa.array(trace.value, pa.float64()),
            "text": pa.nulls(size, pa.string()) if trace.text is None else trace.text,
        }
    )
