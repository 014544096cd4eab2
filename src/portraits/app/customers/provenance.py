"""Provenance: the records behind a customer and the rows that tell of it, and where each came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import groupby
from typing import Any

from portraits.app.customers.subject import subject
from portraits.app.data.loading import layout_of, mappings_of
from portraits.app.data.sources import batches
from portraits.app.reading import Reading, defined, reading
from portraits.engine.batches import Batch
from portraits.engine.landing import rows_file
from portraits.engine.warehouse import Warehouse, literal, quote
from portraits.engine.workspace import Workspace
from portraits.sources.origin import origin_sql
from portraits.vocabulary.errors import DefinitionError
from portraits.vocabulary.tables import TABLES

MOST_RECORDS = 50


@dataclass(frozen=True)
class RecordLine:
    """A person record: its source, the batch (with its file and when it was loaded) and the row in it."""

    record_id: str
    source: str
    method: str  # by which it belongs to this customer
    batch: str
    label: str
    loaded_at: datetime | None
    row: int | None
    updated_at: datetime | None


@dataclass(frozen=True)
class RowsLine:
    """How many rows of a table tell of the customer, by the batch they came with."""

    table: str
    source: str
    batch: str
    label: str
    loaded_at: datetime | None
    rows: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True)
class Provenance:
    """Where a customer comes from; `total` counts the records that are not shown as well."""

    customer_id: str
    records: tuple[RecordLine, ...]
    total: int
    rows: tuple[RowsLine, ...]
    as_of: datetime
    run: int


def provenance(workspace: Workspace, customer_id: str) -> Provenance:
    """The records behind a customer; NotFound where there is no such customer."""
    known = {each.name: each for each in batches(workspace)}
    with reading(workspace) as run:
        who = subject(run, customer_id)
        people = list(_people(run, who.customer))
        rows = _rows_of(workspace, run.as_of, known, people)
        return Provenance(
            customer_id=who.customer_id,
            records=tuple(_line(each, known, rows) for each in people),
            total=run.rows("SELECT count(*) FROM identity_links WHERE customer = ?", [who.customer])[0][0],
            rows=tuple(_rows(run, who.customer, known)),
            as_of=run.as_of,
            run=run.run.info.number,
        )


def _people(run: Reading, customer: int) -> Iterator[dict[str, Any]]:
    """The person records, the newest first, each with its link; of one that only orders name, the link alone."""
    held = run.columns.get("people", {})
    columns = "".join(f", p.{name}" for name in ("batch", "updated_at", "created_at") if name in held)
    joined = "LEFT JOIN people p ON p.record_id = l.record_id AND p.customer = l.customer" if held else ""
    order = "coalesce(p.updated_at, p.created_at) DESC NULLS LAST, " if held else ""
    sql = f"""SELECT l.record_id, l.source, l.method{columns} FROM identity_links l {joined}
        WHERE l.customer = $customer ORDER BY {order}l.record_id LIMIT {MOST_RECORDS}"""
    yield from run.run.warehouse.records(sql, {"customer": customer})


def _line(record: Mapping[str, Any], known: Mapping[str, Batch], rows: Mapping[tuple[str, str], int]) -> RecordLine:
    name = record.get("batch") or ""
    batch = known.get(name)
    return RecordLine(
        record_id=record["record_id"],
        source=record["source"] or "",
        method=record["method"] or "",
        batch=name,
        label=batch.label if batch else "",
        loaded_at=batch.loaded_at if batch else None,
        row=rows.get((name, record["record_id"])),
        updated_at=record.get("updated_at") or record.get("created_at"),
    )


def _rows_of(
    workspace: Workspace, as_of: datetime, known: Mapping[str, Batch], people: Iterable[Mapping[str, Any]]
) -> dict[tuple[str, str], int]:
    """(batch, record) -> the row of its file, of the batches whose files are still there."""
    found: dict[tuple[str, str], int] = {}
    placed = sorted((each for each in people if each.get("batch") in known), key=lambda each: str(each["batch"]))
    for name, records in groupby(placed, key=lambda each: str(each["batch"])):
        wanted = [str(each["record_id"]) for each in records]
        for sql in _origins(workspace, as_of, known[name], wanted):
            found |= {(name, record): row for record, row in _files().rows(sql)}
    return found


@lru_cache(maxsize=1)
def _files() -> Warehouse:
    """What reads the files of batches: opening an engine costs more than asking it."""
    return Warehouse.create(threads=1)


def _origins(workspace: Workspace, as_of: datetime, batch: Batch, records: Sequence[str]) -> Iterator[str]:
    file, known = rows_file(workspace, batch.source, batch.name), defined(workspace)
    if not file.exists():
        return
    present = layout_of(batch, known)
    for mapping in mappings_of(known, batch.source).values():
        try:
            if mapping.table == "people":
                yield origin_sql(mapping, file, present, known.settings, as_of, records)
        except DefinitionError:
            continue  # the definitions have moved on; the row is then not known


def _rows(run: Reading, customer: int, known: Mapping[str, Batch]) -> Iterator[RowsLine]:
    """The rows of all tables but that of the records themselves."""
    each = [_count(name, held) for name, held in run.columns.items() if name != "people" and _tells(name, held)]
    if not each:
        return
    sql = f"SELECT * FROM ({' UNION ALL '.join(each)}) ORDER BY 1, 2, 3"
    for table, source, batch, rows, first, last in run.rows(sql, {"customer": customer}):
        told = known.get(batch or "")
        label, loaded_at = (told.label, told.loaded_at) if told else ("", None)
        yield RowsLine(table, source or "", batch or "", label, loaded_at, rows, first, last)


def _tells(name: str, held: Iterable[str]) -> bool:
    return name in TABLES and {"customer", "source", "batch"} <= set(held)


def _count(name: str, held: Mapping[str, str]) -> str:
    time = TABLES[name].time
    moment = f"CAST({quote(time)} AS TIMESTAMP)" if time in held else "NULL::TIMESTAMP"
    return (
        f"SELECT {literal(name)} AS tab, source, batch, count(*) AS n, min({moment}) AS first, max({moment}) AS last "
        f"FROM {quote(name)} WHERE customer = $customer GROUP BY source, batch"
    )
