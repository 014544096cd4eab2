"""As of: the canonical tables at a past moment are those of the data cut at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portraits.sources.mapping import Mapping as SourceMapping
from tests.sources.landed import canon, land, mapping

START = datetime(2026, 1, 1)
LAST = 60
LATER = START + timedelta(days=LAST + 1)
Row = Mapping[str, Any]

TABLES: dict[str, tuple[SourceMapping, Callable[[int, datetime], Row]]] = {
    "people": (
        mapping("people", record_id="id", city="town", updated_at="at"),
        lambda n, at: {"id": str(n % 3), "town": f"town {n}", "at": at},
    ),
    "orders": (
        mapping("orders", order_id="id", record_id="who", ordered_at="at", amount="sum"),
        lambda n, at: {"id": str(n % 4), "who": str(n % 3), "at": at, "sum": n - 2},
    ),
    "order_lines": (
        mapping("order_lines", order_id="id", product_id="sku", ordered_at="at", amount="sum", quantity="qty"),
        lambda n, at: {"id": str(n % 4), "sku": f"s{n % 2}", "at": at, "sum": n, "qty": (n % 3) - 1},
    ),
    "events": (
        mapping("events", record_id="id", at="at", kind="what"),
        lambda n, at: {"id": str(n % 3), "what": "click", "at": at, "page": n},
    ),
    "touches": (
        mapping("touches", campaign_id="'c'", record_id="id", sent_at="at"),
        lambda n, at: {"id": str(n % 3), "at": at},
    ),
}


@pytest.mark.parametrize("name", TABLES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, LAST), max_size=6), min_size=1, max_size=3), st.integers(0, LAST))
def test_a_past_run_sees_what_was_there_then(tmp_path: Path, name: str, batches: list[list[int]], day: int) -> None:
    """Each batch is a list of days; later batches are later states of what was known."""
    mapped, row = TABLES[name]
    as_of = START + timedelta(days=day)
    numbered = [[(n, START + timedelta(days=days)) for n, days in enumerate(batch)] for batch in batches]
    whole = [land(tmp_path, n, [row(*each) for each in rows]) for n, rows in enumerate(numbered, 1) if rows]
    past = canon([mapped], whole, as_of)
    kept = [[row(*each) for each in rows if each[1] <= as_of] for rows in numbered]
    cut = canon([mapped], [land(tmp_path / "cut", n, rows) for n, rows in enumerate(kept, 1) if rows], LATER)
    for table in past:
        assert _without_row_numbers(past[table]) == _without_row_numbers(cut.get(table, []))


def _without_row_numbers(rows: list[dict[str, Any]]) -> list[list[tuple[str, Any]]]:
    """Rows as values that can be put in order; a line without a number is numbered by its file."""
    return sorted((sorted((k, str(v)) for k, v in row.items() if k != "line") for row in rows), key=str)
