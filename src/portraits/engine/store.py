"""The store: the small database of what happened, never recomputed and never lost.

A SQLite file with full durability, or a PostgreSQL database by one setting. Writers come one
at a time; what a `writing` block did is on the disk when the block has ended, or not at all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, cast

import sqlalchemy as sa

from portraits.engine.schema import MIGRATIONS
from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

_WAIT = 30  # seconds a writer waits for the one before it
_WRITES = "portraits_writes"  # execution option: this transaction is going to write
_WRITER_LOCK = 7_046_029  # any number: writers to a PostgreSQL store take turns by it


class Store:
    """The open store of one workspace."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @classmethod
    def open(cls, path: Path, address: str = "") -> Self:
        """Open the store at an address, or in a file where there is none, and bring it up to date.

        The address may name environment variables (`$STORE`), so that no password is written down.
        """
        engine = _database(os.path.expandvars(address)) if address else _file(path)
        store = cls(engine)
        try:
            if not store._is_ready():
                with store.writing() as connection:
                    _migrate(connection)
        except BaseException:
            engine.dispose()
            raise
        return store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up all connections."""
        self._engine.dispose()

    def _is_ready(self) -> bool:
        """Whether nothing is to be migrated, found out without waiting for a writer."""
        with self.reading() as connection:
            return sa.inspect(connection).has_table("schema_version") and _version(connection) == len(MIGRATIONS)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the store."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that is alone in writing, and durable once it has ended."""
        with self._engine.connect().execution_options(**{_WRITES: True}) as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK)))
            yield connection


def next_id(connection: sa.Connection, table: sa.TableClause) -> int:
    """The number of the next row of a table, inside a writing transaction."""
    return cast("int", connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0) + 1)).scalar_one())


def _file(path: Path) -> sa.Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _WAIT})
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _database(address: str) -> sa.Engine:
    try:
        url = sa.make_url(address)
    except sa.exc.ArgumentError:
        raise BadInput(
            say("The address of the store cannot be read."), say("Write postgresql+psycopg://host/name.")
        ) from None
    if url.get_backend_name() != "postgresql":
        raise BadInput(
            say("A store cannot be kept in {kind}.", kind=url.get_backend_name()),
            say("Write postgresql+psycopg://host/name."),
        )
    return sa.create_engine(url)


def _prepare(connection: Any, _: object) -> None:
    # The driver would begin transactions by its own rules, and none for CREATE TABLE.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: sa.Connection) -> None:
    _run(connection, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY)")
    version = _version(connection)
    if version > len(MIGRATIONS):
        raise BadInput(say("The store was written by a newer version of Portraits."), say("Update Portraits."))
    for number, migration in enumerate(MIGRATIONS[version:], version + 1):
        _run(connection, *migration)
        connection.execute(sa.text("INSERT INTO schema_version VALUES (:number)"), {"number": number})


def _version(connection: sa.Connection) -> int:
    found = connection.execute(sa.text("SELECT coalesce(max(version), 0) FROM schema_version"))
    return cast("int", found.scalar_one())


def _run(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(sa.text(statement))
