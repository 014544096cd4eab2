"""Drill: a file of eight million rows that ends badly is loaded in little memory, and every row is accounted for."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest

from portraits.app.data.sources import load, rejects
from portraits.engine.landing import rows_file
from tests.app.company import HEAD, NOW, shop

ROWS = 8_000_000
GOOD = "{n},c{n},milk,1,2.50,2026-01-02 10:00:00,\n"
WIDE = "{n},c1,milk,1,2.50,2026-01-02 10:00:00,,too,many\n"  # now and then, all over the file
EVERY = 1_000_000
OPEN = '1,c1,"milk,1,2.50,2026-01-02 10:00:00,\n'  # a quote that nobody closes, at the very end
MOST_MEGABYTES = 300  # that the process of the load may grow by; the child has its own limit
SLOWEST_SECONDS = 400


@pytest.mark.drill
@pytest.mark.timeout(900)
def test_eight_million_rows_with_an_open_quote_at_the_end_add_up_in_little_memory(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    workspace = shop(tmp_path / "shop")
    with (tmp_path / "shop" / "till" / "big.csv").open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for start in range(0, ROWS, EVERY):
            file.writelines(GOOD.format(n=n) for n in range(start, start + EVERY - 1))
            file.write(WIDE.format(n=start))
        file.write(OPEN)
    before, started = _megabytes(), time.monotonic()
    [batch] = load(workspace, actor="drill", now=NOW)
    assert time.monotonic() - started < SLOWEST_SECONDS
    assert _megabytes() - before < MOST_MEGABYTES
    wrong = ROWS // EVERY + 1
    assert (batch.rows_read, batch.rows_landed, batch.rows_rejected) == (ROWS + 1, ROWS + 1 - wrong, wrong)
    assert pq.read_metadata(rows_file(workspace, batch.source, batch.name)).num_rows == batch.rows_landed
    told = rejects(workspace, batch.id)
    assert sorted(each.row for each in told) == [*range(EVERY, ROWS + 1, EVERY), ROWS + 1]
    assert {each.reason for each in told} == {"field_count", "unclosed_quote"}


def _megabytes() -> float:
    """The most that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
