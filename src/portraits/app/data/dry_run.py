"""Dry run: what an import would land and reject, row by row, before anything is loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from portraits.app.data.loading import rejects_of
from portraits.app.data.mending import write_rows
from portraits.app.data.staging import Staged
from portraits.app.data.trial import Sample, Seen, canonical_sample
from portraits.engine.settings import Settings
from portraits.engine.warehouse import Warehouse, literal
from portraits.sources.mapping import Mapped, needed_columns, read_mapping
from portraits.sources.mapping import Mapping as SourceMapping
from portraits.sources.rejects import Reject
from portraits.sources.rows import BATCH
from portraits.sources.source import ROW
from portraits.sources.validity import rejects_sql, unreadable_sql
from portraits.vocabulary.text import Language

SHOWN = 50  # rejected rows
_EXAMPLES = 10  # canonical rows


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong with rows, how many have it, and an example of what was said."""

    field: str
    reason: str
    rows: int
    example: Reject


@dataclass(frozen=True)
class Lost:
    """Values that a table can do without and that cannot be read: they become missing values."""

    column: str
    rows: int
    example: str


@dataclass(frozen=True)
class DryRun:
    """What would come of an import: rows read = rows that land + rows that are rejected."""

    read: int
    lands: int
    rejected: int
    reasons: tuple[Reason, ...]
    rejects: tuple[Reject, ...]
    lost: tuple[Lost, ...]
    sample: Sample


def dry_run(values: Mapping[str, object], staged: Staged, settings: Settings, now: datetime) -> DryRun:
    """Hold all rows of a staged file against a mapping; DefinitionError where the mapping cannot be read."""
    dry = _Dry(values, staged, settings, now)
    bad = dry.bad()
    rejects = [*staged.rejects(), *dry.rejects(bad)]
    read = staged.landed + staged.rejected
    relation = f"(SELECT *, '' AS {BATCH} FROM {dry.relation})"
    first = sorted(bad)[:10_000]
    return DryRun(
        read=read,
        lands=read - len(rejects),
        rejected=len(rejects),
        reasons=tuple(_reasons(rejects)),
        rejects=tuple(sorted(rejects, key=lambda each: each.row)[:SHOWN]),
        lost=tuple(dry.lost()),
        sample=canonical_sample(dry.mapped, relation, dry.seen, first, _EXAMPLES),
    )


def write_failures(
    values: Mapping[str, object], staged: Staged, settings: Settings, now: datetime, path: Path, language: Language
) -> int:
    """Write the rows that would be rejected as CSV, with their reasons; how many there are."""
    dry = _Dry(values, staged, settings, now)
    rejects = sorted([*staged.rejects(), *dry.rejects(dry.bad())], key=lambda each: each.row)
    return write_rows(rejects, staged.columns, path, language)


class _Dry:
    """A mapping, read against the rows of a staged file."""

    def __init__(self, values: Mapping[str, object], staged: Staged, settings: Settings, now: datetime) -> None:
        self._staged, self._settings, self._now = staged, settings, now
        mapping = SourceMapping.read(values)
        read = read_mapping(mapping, staged.layout)
        self.mapped: Mapped = replace(read, needed=needed_columns(mapping, [mapping]))
        self.seen = Seen((staged.rows,), staged.layout, settings, now)
        self.relation = f"read_parquet({literal(str(staged.rows))})"

    def bad(self) -> dict[int, tuple[str, str, str | None]]:
        """Row -> the field at fault, its type, what was said."""
        sql = rejects_sql([self.mapped], self.relation, self._staged.layout, self._settings, self._now)
        with Warehouse.create() as warehouse:
            return {row[0]: row[1:] for row in warehouse.rows(sql)}

    def rejects(self, bad: Mapping[int, tuple[str, str, str | None]]) -> Iterator[Reject]:
        """The rows at fault with all that they say."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        if not bad:
            return
        numbers = pa.array(sorted(bad), pa.int64())
        with pq.ParquetFile(self._staged.rows) as file:
            for batch in file.iter_batches():
                yield from rejects_of(batch.filter(pc.is_in(batch.column(ROW), numbers)), bad)

    def lost(self) -> Iterator[Lost]:
        """Values that would become missing ones."""
        sql = unreadable_sql([self.mapped], self.relation, self._staged.layout, self._settings, self._now)
        with Warehouse.create() as warehouse:
            for field, rows, example in warehouse.rows(sql):
                if rows:
                    yield Lost(field.partition(".")[2], rows, example)


def _reasons(rejects: list[Reject]) -> Iterator[Reason]:
    """What is wrong, the commonest first."""
    counted = Counter((each.field, each.reason) for each in rejects)
    first = {(each.field, each.reason): each for each in reversed(rejects)}
    for (field, reason), rows in counted.most_common():
        yield Reason(field, reason, rows, first[field, reason])
