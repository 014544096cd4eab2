"""The schema of the store: its tables as migrations make them, and as statements name them.

What a column is, the SQL of the migrations alone says. Here a table is named with its columns, and
of these the ones that are no plain text or number say how their values travel.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa


class _Json(sa.types.TypeDecorator[Any]):
    """Plain JSON values in a column of text, the same on every database."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str:
        return json.dumps(value, ensure_ascii=False, default=str)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:
        return json.loads(value)


_KINDS: dict[str, Any] = {"json": _Json, "time": sa.DateTime, "truth": sa.Boolean}


def _table(name: str, columns: str) -> sa.TableClause:
    """A table and its columns, each with its kind behind a colon where values need one."""
    pairs = (column.partition(":") for column in columns.split())
    return sa.table(name, *(sa.column(each, _KINDS[kind] if kind else None) for each, _, kind in pairs))


batches = _table(
    "batches",
    """id source label identity cursor hash rows_read rows_landed rows_rejected mappings:json columns:json facts:json
    loaded_at:time actor status replaced_by parent""",
)
audit = _table("audit", "id at:time actor action subject detail:json")
jobs = _table(
    "jobs",
    """id kind arguments:json status progress:json log:json result:json actor
    created_at:time started_at:time ended_at:time pid born stopping:truth retried_from""",
)
imports = _table(
    "imports",
    "id file size hash status choices:json job batches:json fault actor created_at:time updated_at:time",
)
views = _table("views", "id page name state:json actor saved_at:time")
audience_drafts = _table("audience_drafts", "id audience content:json actor created_at:time updated_at:time")
audience_freezes = _table("audience_freezes", "id audience rule run as_of:time customers file actor frozen_at:time")
audience_sizes = _table("audience_sizes", "run mark customers base as_of:time")
manual_tags = _table("manual_tags", "id tag customer_id value source at:time actor noted_at:time")
identity_journal = _table(
    "identity_journal",
    "id at:time actor kind customer_ids:json record_ids:json evidence:json run build published:truth",
)
identity_members = _table("identity_members", "entry id")
identity_decisions = _table(
    "identity_decisions",
    "id act verdict left_record right_record why actor at:time withdrawn_by withdrawn_at:time",
)


_FIRST = (
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

_IMPORTS = (
    """CREATE TABLE imports (
        id INTEGER PRIMARY KEY, file TEXT NOT NULL, size BIGINT NOT NULL, hash TEXT NOT NULL,
        status TEXT NOT NULL, choices TEXT NOT NULL, job INTEGER, batches TEXT NOT NULL, fault TEXT NOT NULL,
        actor TEXT NOT NULL, created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL)""",
)

# Jobs wait, know who asked for what, and keep a log of entries; no job was kept before this.
_JOBS_IN_A_QUEUE = (
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

_VIEWS = (
    """CREATE TABLE views (
        id INTEGER PRIMARY KEY, page TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
        actor TEXT NOT NULL, saved_at TIMESTAMP NOT NULL, UNIQUE (page, name))""",
)

# Audiences: drafts of rules, lists of members frozen at a run, and sizes over runs.
_AUDIENCES = (
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

# What people say of customers by hand: a journal; a row without a value takes back those before it.
_MANUAL_TAGS = (
    """CREATE TABLE manual_tags (
        id INTEGER PRIMARY KEY, tag TEXT NOT NULL, customer_id TEXT NOT NULL, value TEXT, source TEXT NOT NULL,
        at TIMESTAMP NOT NULL, actor TEXT NOT NULL, noted_at TIMESTAMP NOT NULL)""",
    "CREATE INDEX manual_tags_of_customers ON manual_tags (tag, customer_id)",
)

# Who became one customer and who did not: what builds found, and what people decided.
_IDENTITY = (
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
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    _FIRST,
    _IMPORTS,
    _JOBS_IN_A_QUEUE,
    _VIEWS,
    _AUDIENCES,
    _MANUAL_TAGS,
    _IDENTITY,
)
