"""Shop: the corner shop's person records, as many as are asked for, with the truth about them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SEED = 4
RECORDS_PER_CUSTOMER = 1.245  # by the laws of the shop's world


def write(folder: Path, records: int) -> None:
    """Write people.parquet and truth.parquet, in a process of its own: its memory is not ours."""
    command = [sys.executable, "-m", "benchmarks.identity.shop", str(folder), str(records)]
    subprocess.run(command, check=True)


def _write(folder: Path, records: int) -> None:
    import pyarrow.parquet as pq

    from portraits.examples.corner_shop import customers, persons
    from portraits.examples.corner_shop import records as recorded
    from portraits.examples.corner_shop.shop import open_shop
    from portraits.examples.corner_shop.world import AS_OF, CHUNK, World

    shop = open_shop(World(), SEED, AS_OF)
    people: pq.ParquetWriter | None = None
    truth: pq.ParquetWriter | None = None
    for number, first in enumerate(range(0, size := round(records / RECORDS_PER_CUSTOMER), CHUNK)):
        drawn = customers.draw(shop, number, first, min(CHUNK, size - first))
        known = persons.draw(shop, drawn)
        rows, true = recorded.people(shop, drawn, known, recorded.draw(shop, drawn))
        people = people or pq.ParquetWriter(folder / "people.parquet", rows.schema)
        truth = truth or pq.ParquetWriter(folder / "truth.parquet", true.schema)
        people.write_table(rows)
        truth.write_table(true)
    for writer in (people, truth):
        if writer:
            writer.close()


if __name__ == "__main__":
    _write(Path(sys.argv[1]), int(sys.argv[2]))
