"""Canonical: the shop's tables as the canonical tables that its mappings would make of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from portraits.examples.corner_shop.company import Company
from portraits.examples.corner_shop.records import EXTRA
from portraits.vocabulary.tables import table as vocabulary
from portraits.vocabulary.text import Language

if TYPE_CHECKING:
    import pyarrow as pa


def canonical(company: Company, language: Language) -> dict[str, pa.Table]:
    """All tables of a company in memory, in their canonical columns and types."""
    parts: dict[str, list[pa.Table]] = {}
    for tables, _ in company.parts():
        for name, table in tables.items():
            parts.setdefault(name, []).append(_canonical(name, table, language))
    return {name: _joined(tables) for name, tables in parts.items()}


def _joined(tables: Iterable[pa.Table]) -> pa.Table:
    import pyarrow as pa

    return pa.concat_tables(list(tables))


def _canonical(name: str, table: pa.Table, language: Language) -> pa.Table:
    import pyarrow as pa

    known = {column: table[column] for column in table.column_names}
    known |= {here: table[f"{here}_{language}"] for here in ("name", "category") if f"{here}_{language}" in known}
    if name == "people":
        rows = table.select(list(EXTRA)).to_pylist()
        known["attributes"] = pa.array([_attributes(row) for row in rows], pa.string())
    schema = vocabulary(name).arrow
    columns = [
        known[field.name].cast(field.type) if field.name in known else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _attributes(row: dict[str, str | None]) -> str:
    return json.dumps({key: value for key, value in row.items() if value is not None}, ensure_ascii=False)
