"""The store: the small database of what happened, never recomputed and never lost.

A SQLite file with full durability, or a PostgreSQL database by one setting. Writers come one
at a time; what a `writing` block did is on the disk when the block has ended, or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, cast

import sqlalchemy as sa

from portraits.vocabulary.errors import BadInput
from portraits.vocabulary.phrase import say

_WAIT = 30  # seconds a writer waits for the one before it
_WRITES = "portraits_writes"  # execution option: this transaction is going to write
_WRITER_LOCK = 7_046_029  # any number: writers to a PostgreSQL store take turns by it


class _Json(sa.types.TypeDecorator[Any]):
    """Plain JSON values in a column of text, the same on every database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str:
        return json.dumps(value, ensure_ascii=False, default=str)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return json.loads(value)


_metadata = sa.MetaData()

batches = sa.Table(
    "batches",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
    sa.Column("cursor", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("rows_read", sa.Integer, nullable=False),
    sa.Column("rows_landed", sa.Integer, nullable=False),
    sa.Column("rows_rejected", sa.Integer, nullable=False),
    sa.Column("mappings", _Json, nullable=False),
    sa.Column("columns", _Json, nullable=False),
    sa.Column("facts", _Json, nullable=False),
    sa.Column("loaded_at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("replaced_by", sa.Integer),
    sa.Column("parent", sa.Integer),
)

audit = sa.Table(
    "audit",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", _Json, nullable=False),
)

jobs = sa.Table(
    "jobs",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("arguments", _Json, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("progress", _Json, nullable=False),
    sa.Column("log", _Json, nullable=False),
    sa.Column("result", _Json, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("started_at", sa.DateTime),
    sa.Column("ended_at", sa.DateTime),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("born", sa.Text, nullable=False),
    sa.Column("stopping", sa.Boolean, nullable=False),
    sa.Column("retried_from", sa.Integer),
)

imports = sa.Table(
    "imports",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("hash", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("choices", _Json, nullable=False),
    sa.Column("job", sa.Integer),
    sa.Column("batches", _Json, nullable=False),
    sa.Column("fault", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("updated_at", sa.DateTime, nullable=False),
)


views = sa.Table(
    "views",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("page", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("state", _Json, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("saved_at", sa.DateTime, nullable=False),
)


audience_drafts = sa.Table(
    "audience_drafts",
    _metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("content", _Json, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("updated_at", sa.DateTime, nullable=False),
)

audience_freezes = sa.Table(
    "audience_freezes",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("as_of", sa.DateTime, nullable=False),
    sa.Column("customers", sa.BigInteger, nullable=False),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("frozen_at", sa.DateTime, nullable=False),
)

audience_sizes = sa.Table(
    "audience_sizes",
    _metadata,
    sa.Column("run", sa.Integer, primary_key=True),
    sa.Column("mark", sa.Text, primary_key=True),
    sa.Column("customers", sa.BigInteger, nullable=False),
    sa.Column("base", sa.BigInteger, nullable=False),
    sa.Column("as_of", sa.DateTime, nullable=False),
)

manual_tags = sa.Table(
    "manual_tags",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("tag", sa.Text, nullable=False),
    sa.Column("customer_id", sa.Text, nullable=False),
    sa.Column("value", sa.Text),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("noted_at", sa.DateTime, nullable=False),
)

identity_journal = sa.Table(
    "identity_journal",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("customer_ids", _Json, nullable=False),
    sa.Column("record_ids", _Json, nullable=False),
    sa.Column("evidence", _Json, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
    sa.Column("build", sa.Text, nullable=False),
    sa.Column("published", sa.Boolean, nullable=False),
)

identity_members = sa.Table(
    "identity_members",
    _metadata,
    sa.Column("entry", sa.Integer, primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
)

identity_decisions = sa.Table(
    "identity_decisions",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("act", sa.Integer, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("left_record", sa.Text, nullable=False),
    sa.Column("right_record", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime, nullable=False),
    sa.Column("withdrawn_by", sa.Text),
    sa.Column("withdrawn_at", sa.DateTime),
)


def _first(connection: sa.Connection) -> None:
    _run(
        connection,
        """CREATE TABLE batches (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, label TEXT NOT NULL, identity TEXT NOT NULL,
            cursor TEXT NOT NULL, hash TEXT NOT NULL, rows_read BIGINT NOT NULL, rows_landed BIGINT NOT NULL,
            rows_rejected BIGINT NOT NULL, mappings TEXT NOT NULL, columns TEXT NOT NULL, facts TEXT NOT NULL,
            loaded_at TIMESTAMP NOT NULL, actor TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('loaded', 'undone')),
            replaced_by INTEGER REFERENCES batches (id), parent INTEGER REFERENCES batches (id),
            CHECK (rows_read = rows_landed + rows_rejected))""",
        "CREATE INDEX batches_of_source ON batches (source)",
        """CREATE TABLE audit (
            id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, detail TEXT NOT NULL)""",
        """CREATE TABLE jobs (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, status TEXT NOT NULL, progress TEXT NOT NULL,
            started_at TIMESTAMP NOT NULL, ended_at TIMESTAMP, log TEXT NOT NULL, pid INTEGER NOT NULL)""",
    )


def _imports(connection: sa.Connection) -> None:
    _run(
        connection,
        """CREATE TABLE imports (
            id INTEGER PRIMARY KEY, file TEXT NOT NULL, size BIGINT NOT NULL, hash TEXT NOT NULL,
            status TEXT NOT NULL, choices TEXT NOT NULL, job INTEGER, batches TEXT NOT NULL, fault TEXT NOT NULL,
            actor TEXT NOT NULL, created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL)""",
    )



def _jobs_in_a_queue(connection: sa.Connection) -> None:
    """Jobs wait, know who asked for what, and keep a log of entries; no job was kept before this."""
    _run(
        connection,
        "DROP TABLE jobs",
        """CREATE TABLE jobs (
            id INTEGER PRIMARY KEY, kind TEXT NOT NULL, arguments TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'stopped')),
            progress TEXT NOT NULL, log TEXT NOT NULL, result TEXT NOT NULL, actor TEXT NOT NULL,
            created_at TIMESTAMP NOT NULL, started_at TIMESTAMP, ended_at TIMESTAMP,
            pid INTEGER NOT NULL, born TEXT NOT NULL, stopping BOOLEAN NOT NULL,
            retried_from INTEGER REFERENCES jobs (id))""",
        "CREATE INDEX jobs_by_status ON jobs (status)",
    )


def _views(connection: sa.Connection) -> None:
    _run(
        connection,
        """CREATE TABLE views (
            id INTEGER PRIMARY KEY, page TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
            actor TEXT NOT NULL, saved_at TIMESTAMP NOT NULL, UNIQUE (page, name))""",
    )


def _audiences(connection: sa.Connection) -> None:
    """Audiences: drafts of rules, lists of members frozen at a run, and sizes over runs."""
    _run(
        connection,
        """CREATE TABLE audience_drafts (
            id TEXT PRIMARY KEY, audience TEXT NOT NULL, content TEXT NOT NULL, actor TEXT NOT NULL,
            created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL)""",
        """CREATE TABLE audience_freezes (
            id INTEGER PRIMARY KEY, audience TEXT NOT NULL, rule TEXT NOT NULL, run INTEGER NOT NULL,
            as_of TIMESTAMP NOT NULL, customers BIGINT NOT NULL, file TEXT NOT NULL, actor TEXT NOT NULL,
            frozen_at TIMESTAMP NOT NULL)""",
        """CREATE TABLE audience_sizes (
            run INTEGER NOT NULL, mark TEXT NOT NULL, customers BIGINT NOT NULL, base BIGINT NOT NULL,
            as_of TIMESTAMP NOT NULL, PRIMARY KEY (run, mark))""",
    )


def _manual_tags(connection: sa.Connection) -> None:
    """What people say of customers by hand: a journal; a row without a value takes back those before it."""
    _run(
        connection,
        """CREATE TABLE manual_tags (
            id INTEGER PRIMARY KEY, tag TEXT NOT NULL, customer_id TEXT NOT NULL, value TEXT, source TEXT NOT NULL,
            at TIMESTAMP NOT NULL, actor TEXT NOT NULL, noted_at TIMESTAMP NOT NULL)""",
        "CREATE INDEX manual_tags_of_customers ON manual_tags (tag, customer_id)",
    )


def _identity(connection: sa.Connection) -> None:
    """Who became one customer and who did not: what builds found, and what people decided."""
    _run(
        connection,
        """CREATE TABLE identity_journal (
            id INTEGER PRIMARY KEY, at TIMESTAMP NOT NULL, actor TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('create', 'assign', 'merge', 'split', 'alias')),
            customer_ids TEXT NOT NULL, record_ids TEXT NOT NULL, evidence TEXT NOT NULL,
            run INTEGER NOT NULL, build TEXT NOT NULL, published BOOLEAN NOT NULL)""",
        """CREATE TABLE identity_members (
            entry INTEGER NOT NULL REFERENCES identity_journal (id), id TEXT NOT NULL, PRIMARY KEY (entry, id))""",
        "CREATE INDEX identity_members_by_id ON identity_members (id)",
        """CREATE TABLE identity_decisions (
            id INTEGER PRIMARY KEY, act INTEGER NOT NULL, verdict TEXT NOT NULL CHECK (verdict IN ('link', 'apart')),
            left_record TEXT NOT NULL, right_record TEXT NOT NULL, why TEXT NOT NULL, actor TEXT NOT NULL,
            at TIMESTAMP NOT NULL, withdrawn_by TEXT, withdrawn_at TIMESTAMP, CHECK (left_record < right_record))""",
        "CREATE INDEX identity_decisions_of_records ON identity_decisions (left_record, right_record)",
    )


# Numbered from 1 by their place; one that has been released is never changed. A new one goes to the end.
MIGRATIONS: tuple[Callable[[sa.Connection], None], ...] = (_first, _imports, _jobs_in_a_queue, _views, _audiences, _manual_tags, _identity)


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


def next_id(connection: sa.Connection, table: sa.Table) -> int:
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
        raise BadInput(say("The address of the store cannot be read."), say("Write postgresql+psycopg://host/name.")) from None
    if url.get_backend_name() != "postgresql":
        raise BadInput(say("A store cannot be kept in {kind}.", kind=url.get_backend_name()), say("Write postgresql+psycopg://host/name."))
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
        migration(connection)
        connection.execute(sa.text("INSERT INTO schema_version VALUES (:number)"), {"number": number})


def _version(connection: sa.Connection) -> int:
    found = connection.execute(sa.text("SELECT coalesce(max(version), 0) FROM schema_version"))
    return cast("int", found.scalar_one())


def _run(connection: sa.Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(sa.text(statement))
