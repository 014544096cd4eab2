"""The warehouse: one DuckDB file, built by named SQL steps and read by many threads."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import sqlglot.expressions as exp

from portraits.engine.patience import compiled
from portraits.engine.progress import SILENT, Progress, made
from portraits.vocabulary.errors import Stopped
from portraits.vocabulary.phrase import say

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# Rows a customer range holds at about: small enough that a wide aggregate over it stays in
# memory, large enough that planning the statement again costs nothing.
RANGE_ROWS = 1_000_000
SAMPLED = 10_000  # every so-manieth row of a table stands for those before it
RANGE = "customer >= $low AND customer < $high"  # the customers of one range


@dataclass(frozen=True)
class Step:
    """One named SQL step: makes the relation `name` from a SELECT.

    With `ranges` (a relation stored in order of `customer`) the SQL holds `$low` and `$high`
    and is run once for each range of customers, each result appended: bounded memory.
    By the column `index` single rows are found without reading the others.
    """

    name: str
    sql: str
    ranges: str = ""
    weighed: tuple[str, ...] = ()
    rows: int = RANGE_ROWS
    order: str = ""
    index: str = ""
    temporary: bool = False


@dataclass(frozen=True)
class Timing:
    """What one step took: wall and CPU seconds of this process, and the rows it made."""

    name: str
    seconds: float
    cpu_seconds: float
    rows: int


class Warehouse:
    """A DuckDB database; every thread takes its own cursor."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    @classmethod
    def create(cls, path: Path | None = None, *, memory: str = "1GB", threads: int | None = None) -> Self:
        """Open a new database for one writer, in memory where no path is given."""
        duckdb = compiled("duckdb")
        connection = duckdb.connect(str(path) if path else ":memory:", config=_settings(memory, threads))
        if path:
            connection.execute(f"SET temp_directory = {literal(str(path.parent / 'spill'))}")
        return cls(connection)

    @classmethod
    def read(cls, path: Path, *, memory: str = "1GB", threads: int | None = None) -> Self:
        """Open a finished database for reading only."""
        duckdb = compiled("duckdb")
        return cls(duckdb.connect(str(path), read_only=True, config=_settings(memory, threads)))

    @classmethod
    def side_by_side(cls, paths: Mapping[str, Path]) -> Self:
        """Open finished databases for reading under names of their own: `name.relation`."""
        both = cls.create()
        for name, path in paths.items():
            both.execute(f"ATTACH {literal(str(path))} AS {quote(name)} (READ_ONLY)")
        return both

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up the connection."""
        self._connection.close()

    def run(self, steps: Iterable[Step], progress: Progress = SILENT) -> list[Timing]:
        """Run steps in order and say what each took."""
        return [self._timed(step, progress) for step in steps]

    def query(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> pa.Table:
        """The result of a SELECT as an Arrow table."""
        with self._cursor() as cursor, _stoppable():
            return cursor.sql(sql, params=parameters or None).to_arrow_table()

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[tuple[Any, ...]]:
        """The result of a SELECT as tuples."""
        with self._cursor() as cursor, _stoppable():
            return cursor.execute(sql, parameters).fetchall()

    def records(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        """The result of a SELECT as rows by column; for few rows of many columns that is the cheapest."""
        with self._cursor() as cursor, _stoppable():
            rows = cursor.execute(sql, parameters).fetchall()
            names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> None:
        """Run a statement for its effect."""
        with _stoppable():
            self._connection.execute(sql, parameters).fetchall()

    def write(self, sql: str, path: Path) -> None:
        """Write the rows of a SELECT, of temporary relations as well, to a Parquet file in their order."""
        self.execute(f"COPY ({sql}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")

    def drop(self, *names: str) -> None:
        """Remove tables that are no longer of use."""
        for name in names:
            self.execute(f"DROP TABLE {quote(name)}")

    def rename(self, old: str, new: str) -> None:
        """Give a table another name."""
        self.execute(f"ALTER TABLE {quote(old)} RENAME TO {quote(new)}")

    def append(self, name: str, sql: str) -> None:
        """Add the rows of a SELECT to a table, column by name."""
        self.execute(f"INSERT INTO {quote(name)} BY NAME {sql}")

    def take_out(self, name: str, condition: str) -> None:
        """Remove the rows of a table that a condition holds for."""
        self.execute(f"DELETE FROM {quote(name)} WHERE {condition}")

    def overwrite(self, name: str, columns: Sequence[str], sql: str, key: str) -> None:
        """Set columns of the rows that a SELECT has by their key, where they differ; the rows stay in place."""
        told = ", ".join(f"{quote(each)} = told.{quote(each)}" for each in columns)
        differs = " OR ".join(f"{quote(name)}.{quote(each)} IS DISTINCT FROM told.{quote(each)}" for each in columns)
        same = f"{quote(name)}.{quote(key)} = told.{quote(key)}"
        self.execute(f"UPDATE {quote(name)} SET {told} FROM ({sql}) told WHERE {same} AND ({differs})")

    @contextmanager
    def attached(self, path: Path, name: str) -> Iterator[None]:
        """A finished database readable under a name meanwhile: `name.relation`."""
        self.execute(f"ATTACH {literal(str(path))} AS {quote(name)} (READ_ONLY)")
        try:
            yield
        finally:
            self.execute(f"DETACH {quote(name)}")

    def register(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Make an Arrow table readable under a name."""
        self._connection.register(name, rows)

    def forget(self, name: str) -> None:
        """Give up an Arrow table that was registered."""
        self._connection.unregister(name)

    def lend(self) -> duckdb.DuckDBPyConnection:
        """The connection itself, for a library that makes its own statements on it (Splink); the warehouse keeps it."""
        return self._connection

    def columns(self, relation: str) -> dict[str, str]:
        """Column name -> DuckDB type of a relation."""
        return {row[0]: row[1] for row in self.rows(f"DESCRIBE {quote(relation)}")}

    def relations(self) -> set[str]:
        """The names of all tables and views."""
        return {row[0] for row in self.rows("SELECT table_name FROM information_schema.tables")}

    def _timed(self, step: Step, progress: Progress) -> Timing:
        wall, cpu = time.perf_counter(), time.process_time()
        if step.ranges:
            self._by_range(step, progress)
        else:
            progress.stage(step.name, 1)
            self.execute(f"{_create(step)} AS {_ordered(step)}")
            progress.advance()
        if step.index:
            self.execute(f"CREATE INDEX {quote(f'{step.name}_{step.index}')} ON {_target(step)} ({quote(step.index)})")
        if not step.temporary:
            self.execute(f"DROP TABLE IF EXISTS temp.{quote(step.name)}")
        rows = self._own(f"SELECT count(*) FROM {quote(step.name)}")[0][0]
        made(progress, rows)
        return Timing(step.name, time.perf_counter() - wall, time.process_time() - cpu, rows)

    def _by_range(self, step: Step, progress: Progress) -> None:
        ranges = list(self._ranges(step))
        progress.stage(step.name, len(ranges))
        head = f"{_create(step)} AS"
        with self._one_transaction():
            for low, high in ranges:
                self.execute(f"{head} {_ordered(step)}", {"low": low, "high": high})
                head = f"INSERT INTO {_target(step)}"
                progress.advance()

    @contextmanager
    def _one_transaction(self) -> Iterator[None]:
        """All ranges of a step at once: each by itself would be written to the log first and again into the file."""
        self._connection.begin()
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def _ranges(self, step: Step) -> Iterator[tuple[int, int]]:
        ends = f"SELECT coalesce(min(customer), 0), coalesce(max(customer), 0) FROM {quote(step.ranges)}"
        low, last = self._own(ends)[0]
        for high in (*self._full(step), last + 1):
            if low < high:
                yield low, high
                low = high

    def _full(self, step: Step) -> list[int]:
        """Customers at which a range is full."""
        sampled = " UNION ALL ".join(
            f"SELECT customer FROM {quote(name)} WHERE rowid % {SAMPLED} = 0 AND customer IS NOT NULL"
            for name in step.weighed or (step.ranges,)
        )
        full = f"row_number() OVER (ORDER BY customer) % {max(1, step.rows // SAMPLED)} = 0"
        return [row[0] for row in self._own(f"SELECT customer FROM ({sampled}) QUALIFY {full} ORDER BY customer")]

    def _own(self, sql: str) -> list[tuple[Any, ...]]:
        # Temporary relations are seen by the connection that made them alone.
        with _stoppable():
            return self._connection.execute(sql).fetchall()

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


@contextmanager
def _stoppable() -> Iterator[None]:
    """Say that somebody stopped the work, which DuckDB tells in two ways."""
    import duckdb

    try:
        yield
    except (duckdb.InterruptException, RuntimeError) as error:
        if "interrupted" in str(error).lower():
            raise Stopped(say("The work was stopped."), say("What was published before stays.")) from None
        raise


def quote(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def literal(value: object) -> str:
    """A value as an SQL literal, quoted by the library."""
    return exp.convert(value).sql(dialect="duckdb")


def _settings(memory: str, threads: int | None) -> dict[str, Any]:
    return {
        "memory_limit": memory,
        "threads": threads or os.cpu_count() or 1,
        # The wheel has all it needs; each attempt to fetch an extension waits for seconds.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": True,
    }


def _create(step: Step) -> str:
    return f"CREATE {'TEMP ' if step.temporary else ''}TABLE {_target(step)}"


def _target(step: Step) -> str:
    return f"{'temp' if step.temporary else 'main'}.{quote(step.name)}"


def _ordered(step: Step) -> str:
    return f"{step.sql} ORDER BY {step.order}" if step.order else step.sql
