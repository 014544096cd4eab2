"""Loading: the parts of one source, each landed as a batch, whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Named
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from portraits.app.definitions import Definitions
from portraits.engine.audit import Entry
from portraits.engine.batches import Batch, all_batches, is_landed, next_batch, of_label, record
from portraits.engine.landing import Landing
from portraits.engine.progress import Progress
from portraits.engine.store import Store
from portraits.engine.warehouse import Warehouse, literal
from portraits.engine.workspace import Workspace
from portraits.sources.mapping import Layout, Mapped, Mapping, expected_columns, needed_columns, read_mapping
from portraits.sources.rejects import Reject
from portraits.sources.rejects import batch as rejects_batch
from portraits.sources.source import ROW, Part, Place, Source, type_of
from portraits.sources.validity import rejects_sql, unreadable_sql
from portraits.vocabulary.errors import DefinitionError, Fault
from portraits.vocabulary.types import Type

if TYPE_CHECKING:
    import pyarrow as pa

_UTC = " utc"  # marks the type of a column whose moments say their zone
_MANY = 10_000  # rejects written at a time


@dataclass(frozen=True)
class Load:
    """What loading needs to know: where, by which definitions, when and by whom."""

    workspace: Workspace
    defined: Definitions
    store: Store
    progress: Progress
    now: datetime  # naive, in the workspace's zone
    actor: str


def place_of(load: Load, source: str) -> Place:
    """What a source is told about what was landed from it before."""
    counted = [batch for batch in all_batches(load.store, source) if batch.counts]
    cursor = next((batch.cursor for batch in reversed(counted) if batch.cursor), "")
    identities = frozenset(batch.identity for batch in counted)
    load.workspace.spool.mkdir(parents=True, exist_ok=True)
    return Place(load.workspace.folder, identities, cursor, load.workspace.spool)


def land(load: Load, source: str, part: Part, parent: Batch | None = None) -> Batch | None:
    """Land one part; None where it holds nothing that is new.

    BadInput where it cannot be read, DefinitionError where a mapping asks for columns it has not:
    nothing of it is kept then.
    """
    number = next_batch(load.store)
    name = f"{number:06d}"
    with Landing.open(load.workspace, source, name) as landing:
        for rows in part.batches():
            landing.add(rows)
            load.progress.advance(rows.num_rows)
        if not _is_new(load, source, part):
            return None
        batch = _landed(load, source, number, part, landing, parent)
        _record(load, batch, part)
    return batch


def _landed(load: Load, source: str, number: int, part: Part, landing: Landing, parent: Batch | None) -> Batch:
    """The batch that a part has become, its rejects written and its rows kept."""
    facts = _look_through(load, source, part, landing)
    rejected = part.rejected + facts.pop("rejected")
    for some in _chunks(part.rejects):
        landing.reject(rejects_batch(some))
    return Batch(
        id=number,
        source=source,
        label=part.label,
        identity=part.identity,
        rows_read=part.landed + part.rejected,
        rows_landed=part.landed + part.rejected - rejected,
        rows_rejected=rejected,
        loaded_at=load.now,
        actor=load.actor,
        cursor=part.cursor,
        hash=landing.keep(),
        mappings=_mappings(load.defined, source),
        columns=columns_of(part.schema),
        facts={**part.facts, **facts},
        parent=parent.id if parent else None,
    )


def layout_of(batch: Batch, defined: Definitions) -> Layout:
    """How the rows of a batch look; what the source's definition says now wins over what was found."""
    return layout_found(batch.columns, batch.facts, defined.sources.get(batch.source))


def layout_of_part(part: Part, defined: Definitions, source: str) -> Layout:
    """How the rows of a part look."""
    return layout_found(columns_of(part.schema), part.facts, defined.sources.get(source))


def layout_found(columns: Named[str, str], facts: Named[str, Any], stated: Source | None = None) -> Layout:
    """How rows look by the types and facts that were found, and by what their source says of itself."""
    types = {name: Type(kind.removesuffix(_UTC)) for name, kind in columns.items()}
    zoned = frozenset(name for name, kind in columns.items() if kind.endswith(_UTC))
    found = {name: each["format"] for name, each in facts.get("dates", {}).items()}
    dates = {**found, **getattr(stated, "dates", {})}
    decimal = getattr(stated, "decimal", "") or facts.get("decimal", "")
    other = {name: form for name, form in dates.items() if not form.startswith("%Y-%m-%d")}
    return Layout(types, zoned, decimal, other)


def mappings_of(defined: Definitions, source: str) -> dict[str, Mapping]:
    """The mappings of one source, by name."""
    return {name: each for name, each in defined.mappings.items() if each.source == source}


def _is_new(load: Load, source: str, part: Part) -> bool:
    """Whether there is something that has not been landed: some identities are known only at the end."""
    return part.landed + part.rejected > 0 and not is_landed(load.store, source, part.identity)


def _look_through(load: Load, source: str, part: Part, landing: Landing) -> dict[str, Any]:
    """Reject what no mapping could use, and say what could not be read and what was not there."""
    present = layout_of_part(part, load.defined, source)
    mapped, absent = _mapped(load.defined, source, present)
    relation = f"read_parquet({literal(str(landing.written(part.schema)))})"
    with Warehouse.create() as warehouse:
        arguments = (mapped, relation, present, load.defined.settings, load.now)
        bad = {row[0]: row[1:] for row in warehouse.rows(rejects_sql(*arguments))}
        odd = warehouse.rows(unreadable_sql(*arguments))
    if bad:
        landing.take_out(bad, lambda rows: landing.reject(rejects_batch(rejects_of(rows, bad))))
    return {
        "rejected": len(bad),
        "unreadable": {field: {"n": n, "example": example} for field, n, example in odd if n},
        "absent": sorted(absent),
    }


def _mapped(defined: Definitions, source: str, present: Layout) -> tuple[list[Mapped], set[str]]:
    """The source's mappings read against these columns, and the columns they miss."""
    mapped: list[Mapped] = []
    faults: list[Fault] = []
    absent: set[str] = set()
    for name, mapping in mappings_of(defined, source).items():
        try:
            layout, missing = expected_columns(mapping, present)
            needed = needed_columns(mapping, defined.mappings.values())
            mapped.append(replace(read_mapping(mapping, layout), needed=needed))
            absent |= missing
        except DefinitionError as error:
            faults += defined.faults(f"mappings.{name}", error.faults)
    if faults:
        raise DefinitionError(faults)
    return mapped, absent


def _chunks(rejects: Iterable[Reject]) -> Iterator[list[Reject]]:
    walking = iter(rejects)
    while some := list(islice(walking, _MANY)):
        yield some


def rejects_of(rows: pa.RecordBatch, bad: Named[int, tuple[str, str, str | None]]) -> Iterator[Reject]:
    """Rows at fault as rejects; `bad` tells of each its field, that field's type and what was said."""
    for row in rows.to_pylist():
        number = row.pop(ROW)
        field, kind, said = bad[number]
        raw = json.dumps(row, ensure_ascii=False, default=str)
        if said is None or not said.strip():
            yield Reject(number, field, "missing", raw, {"field": field})
        else:
            yield Reject(number, field, "unreadable", raw, {"field": field, "value": said, "type": kind})


def columns_of(schema: pa.Schema) -> dict[str, str]:
    """Column name -> type as batches keep it: moments that say their zone are marked."""
    zones = {each.name: getattr(each.type, "tz", None) for each in schema}
    return {each.name: type_of(each.type) + (_UTC if zones[each.name] else "") for each in schema if each.name != ROW}


def _mappings(defined: Definitions, source: str) -> list[str]:
    """Which mappings the rows were held against: name and a hash of what it said."""
    return [stamp(name, mapping) for name, mapping in mappings_of(defined, source).items()]


def stamp(name: str, mapping: Mapping) -> str:
    """A mapping's name and a hash of what it says."""
    return f"{name}:{hashlib.sha256(mapping.model_dump_json().encode()).hexdigest()[:12]}"


def _record(load: Load, batch: Batch, part: Part) -> None:
    takes_over = part.snapshot and batch.parent is None
    replaces = of_label(load.store, batch.source, batch.label) if takes_over else []
    detail = {"source": batch.source, "label": batch.label, "rows": batch.rows_landed, "replaces": replaces}
    record(load.store, batch, Entry(load.now, load.actor, "load", f"batch {batch.id}", detail), replaces)
