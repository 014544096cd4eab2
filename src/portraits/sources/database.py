"""Database: a source of rows from any database that SQLAlchemy speaks to."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import field_validator, model_validator

from portraits.sources.child.columns import written
from portraits.sources.child.content import names, schema_of
from portraits.sources.rejects import Reject
from portraits.sources.source import Part, Place, Source
from portraits.vocabulary.errors import BadInput, MissingExtra, Unfit, all_known
from portraits.vocabulary.phrase import say, verbatim

if TYPE_CHECKING:
    import pyarrow as pa
    from sqlalchemy import ColumnClause, Connection, CursorResult, Select
    from sqlalchemy.engine import URL

_ROWS = 20_000
_SCALE = 9
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "mysql": "mysql+pymysql"}
_EXTRAS = {"psycopg": 'pip install "portraits[postgresql]"', "pymysql": "pip install pymysql"}


class Database(Source, kind="database"):
    """Rows of a database table or query, by an SQLAlchemy URL.

    PostgreSQL: `postgresql://reader:${CRM_PASSWORD}@db.example/crm` (needs `portraits[postgresql]`);
    SQLite: `sqlite:///crm.db`, a path within the workspace, opened for reading only; MySQL and
    MariaDB: `mysql://reader:${CRM_PASSWORD}@db.example/crm?charset=utf8mb4` (needs `pymysql`).
    `${NAME}` is taken from the environment: a password never stands in a file. Write `table`
    (or `schema.table`), or `query`. With `cursor`, a column that only grows, only rows above the
    greatest value loaded are asked for; without one the whole is read and takes the place of what
    was loaded before. Rows stream; a column has the type its first 20,000 rows share.
    """

    url: str
    table: str = ""
    query: str = ""
    cursor: str = ""

    @field_validator("url")
    @classmethod
    def _url(cls, written_url: str) -> str:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            password = make_url(written_url).password
        except (ArgumentError, ValueError):
            hint = say("Write postgresql://user:${PASSWORD}@host/database.")
            raise Unfit(say("is not a database URL."), hint) from None
        if password and not _VARIABLE.fullmatch(str(password)):
            raise Unfit(say("holds a password."), say("Write ${NAME} and set that environment variable."))
        return written_url

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.table) == bool(self.query):
            raise Unfit(say("write either table or query."))
        return self

    def parts(self, place: Place) -> Iterator[Part]:
        """One part: the rows, or those above the cursor; none where there is nothing new."""
        with _connected(self.url, place.folder) as connection:
            result = connection.execute(self._select(connection, place.cursor))
            columns = list(result.keys())
            chunks = _chunks(result, self.url)
            first = next(chunks, [])
            if first or not place.cursor:
                part = self._part(columns, first)
                part.stream = _stream(part, self._reach(columns, place.cursor), first, chunks)
                yield part
            result.close()

    def _part(self, columns: list[str], first: list[Any]) -> Part:
        kinds = [kind_of([row[place] for row in first]) for place in range(len(columns))]
        schema = schema_of(list(zip(names(columns), kinds, strict=True)))
        return Part(self.table or "query", schema, iter(()), snapshot=not self.cursor)

    def _reach(self, columns: list[str], before: str) -> _Reach:
        if self.cursor and self.cursor not in columns:
            raise BadInput(
                say("There is no column {column}, which is the cursor.", column=repr(self.cursor)), all_known(columns)
            )
        return _Reach(columns.index(self.cursor) if self.cursor else -1, before)

    def _select(self, connection: Connection, before: str) -> Select[Any]:
        """The statement: the table's or query's rows, above the cursor and in its order."""
        from sqlalchemy import column, literal_column, select

        rows: Select[Any] = select(literal_column("*")).select_from(self._rows())
        if not self.cursor:
            return rows
        cursor: ColumnClause[Any] = column(self.cursor)
        if before:
            sample = select(cursor).select_from(self._rows()).where(cursor.is_not(None)).limit(1)
            rows = rows.where(cursor > _as(before, connection.execute(sample).scalar()))
        return rows.order_by(cursor)

    def _rows(self) -> Any:
        from sqlalchemy import table, text

        if self.query:
            query = self.query.strip().rstrip(";").replace(":", r"\:")  # a colon is no parameter
            return text(f"({query}) AS query_rows")
        schema, _, name = self.table.rpartition(".")
        return table(name, schema=schema or None)


class _Reach:
    """The greatest cursor value met, as text; nothing where there is no cursor."""

    def __init__(self, place: int, before: str) -> None:
        self.place, self.before, self.greatest = place, before, None

    def meet(self, rows: list[Any]) -> None:
        values = [row[self.place] for row in rows if row[self.place] is not None] if self.place >= 0 else []
        if values:
            self.greatest = max(values) if self.greatest is None else max(self.greatest, *values)

    @property
    def text(self) -> str:
        return self.before if self.greatest is None else (written(self.greatest) or "")


@contextmanager
def _connected(url: str, folder: Path) -> Iterator[Connection]:
    """A connection that streams and is closed."""
    from sqlalchemy import create_engine

    address = address_of(url, folder, os.environ)
    try:
        engine = create_engine(address)
    except ModuleNotFoundError as error:
        how = _EXTRAS.get(error.name or "", f"pip install {error.name}")
        what = say("The driver {name} for {url} is not installed.", name=error.name, url=address.drivername)
        raise MissingExtra(what, verbatim(how)) from None
    try:
        with _told(url), engine.connect() as connection:
            yield connection.execution_options(stream_results=True, max_row_buffer=_ROWS)
    finally:
        engine.dispose()


@contextmanager
def _told(url: str) -> Iterator[None]:
    """What the database says of a failure becomes BadInput, with the URL as it was written."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise BadInput(say("{place}: {what}", place=url, what=said)) from None


def _chunks(result: CursorResult[Any], url: str) -> Iterator[list[Any]]:
    with _told(url):
        for rows in result.partitions(_ROWS):
            yield [tuple(row) for row in rows]


def address_of(url: str, folder: Path, environment: Mapping[str, str]) -> URL:
    """The URL with its variables filled in, SQLite's path within the workspace and read-only."""
    from sqlalchemy.engine import make_url

    found = make_url(url)
    filled: dict[str, Any] = {
        name: _VARIABLE.sub(lambda match: _variable(match[1], environment), value)
        for name in ("username", "password", "host", "database")
        if (value := getattr(found, name))
    }
    found = found.set(drivername=_DRIVERS.get(found.drivername, found.drivername), **filled)
    if found.get_backend_name() != "sqlite":
        return found
    file = folder / (found.database or "")
    if not file.is_file():
        raise BadInput(
            say("There is no database {database}.", database=found.database),
            say("It is looked for in {folder}.", folder=folder),
        )
    return found.set(database=f"file:{file.as_posix()}", query={"mode": "ro", "uri": "true"})


def _variable(name: str, environment: Mapping[str, str]) -> str:
    if name not in environment:
        raise BadInput(
            say("The environment variable {name} is not set.", name=name), say("Set it: export {name}=...", name=name)
        )
    return environment[name]


def _as(before: str, sample: Any) -> Any:
    """What was reached before, as the type the column's values have."""
    if isinstance(sample, datetime):
        return datetime.fromisoformat(before)
    if isinstance(sample, date):
        return date.fromisoformat(before)
    return type(sample)(before) if isinstance(sample, int | float | Decimal) else before


def kind_of(values: list[Any]) -> pa.DataType:
    """The Arrow type of a column, from its first values; text where they differ or are unknown."""
    import pyarrow as pa

    found = {type(value) for value in values if value is not None}
    if found == {Decimal}:
        exponents = [int(value.as_tuple().exponent) for value in values if value is not None and value.is_finite()]
        return pa.decimal128(38, max([_SCALE, *(-each for each in exponents)]))
    if found == {datetime}:
        zoned = {value.tzinfo is not None for value in values if value is not None}
        return pa.timestamp("us", tz="UTC" if zoned == {True} else None) if len(zoned) == 1 else pa.string()
    if found and found <= {int, float}:
        return pa.float64() if float in found else pa.int64()
    return {bool: pa.bool_(), date: pa.date32()}.get(found.pop(), pa.string()) if len(found) == 1 else pa.string()


def _stream(part: Part, reach: _Reach, first: list[Any], chunks: Iterator[list[Any]]) -> Iterator[pa.RecordBatch]:
    """The rows as batches; what does not fit its column's type is rejected."""
    rejects: list[Reject] = []
    content = hashlib.sha256(part.schema.serialize())
    done = 0
    for rows in _all(first, chunks):
        reach.meet(rows)
        batch = _batch(rows, done, part.schema, rejects)
        content.update(batch.serialize())
        done += len(rows)
        yield batch
    part.read, part.rejects, part.rejected = done, rejects, len(rejects)
    part.cursor = reach.text
    part.identity = f"{content.hexdigest()}@{part.cursor}" if part.cursor else content.hexdigest()


def _all(first: list[Any], rest: Iterator[list[Any]]) -> Iterator[list[Any]]:
    if first:
        yield first
        yield from rest


def _batch(rows: list[Any], done: int, schema: pa.Schema, rejects: list[Reject]) -> pa.RecordBatch:
    import pyarrow as pa

    numbered = list(enumerate(rows, done + 1))
    try:
        return _build(numbered, schema)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return _build([(number, row) for number, row in numbered if _fits(number, row, schema, rejects)], schema)


def _build(numbered: list[tuple[int, Any]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    numbers = pa.array([number for number, _ in numbered], pa.int64())
    arrays = [
        pa.array([_value(row[place], kind) for _, row in numbered], kind) for place, kind in enumerate(schema.types[1:])
    ]
    return pa.RecordBatch.from_arrays([numbers, *arrays], schema=schema)


def _value(value: Any, kind: pa.DataType) -> Any:
    import pyarrow.types as kinds

    if isinstance(value, memoryview):
        value = bytes(value)
    if kinds.is_string(kind):
        return written(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if isinstance(value, float) and kinds.is_integer(kind):
        raise TypeError(value)  # it would be cut
    return value


def _fits(number: int, row: Any, schema: pa.Schema, rejects: list[Reject]) -> bool:
    """Whether each value has its column's type; the row is rejected at the first that has not."""
    import pyarrow as pa

    for field, value in zip(list(schema)[1:], row, strict=True):
        try:
            pa.scalar(_value(value, field.type), field.type)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            raw = json.dumps([written(each) for each in row], ensure_ascii=False)
            faults = {"value": str(value)[:200], "type": str(field.type)}
            rejects.append(Reject(number, field.name, "value", raw, faults))
            return False
    return True
