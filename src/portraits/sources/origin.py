"""Origin: which landed row of a batch a canonical row was made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from portraits.engine.settings import Settings
from portraits.engine.warehouse import literal
from portraits.sources.mapping import Layout, Mapping, expected_columns, read_mapping
from portraits.sources.rows import ROW, clock, landed_files, rows


def origin_sql(
    mapping: Mapping, file: Path, present: Layout, settings: Settings, as_of: datetime, records: Sequence[str]
) -> str:
    """A SELECT of person record and row number for some records of one landing file.

    Of several rows of one record the last counts, as it does in the canonical table. A
    DefinitionError says that the mapping does not fit the file any more.
    """
    layout, _ = expected_columns(mapping, present)
    mapped = read_mapping(mapping, layout)
    read = rows(mapped, landed_files([file]), present, clock(mapped, settings, as_of))
    wanted = ", ".join(literal(record) for record in records)
    return f"SELECT record_id, max({ROW}) FROM ({read}) WHERE record_id IN ({wanted}) GROUP BY 1"
