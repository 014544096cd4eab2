"""Repairs: what cleaning did to values, counted over all records, and value by value for one customer.

Nothing is overwritten: the value as it was written stays in the record, what cleaning made of it is what is compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from portraits.app.customers.personal import masked
from portraits.app.customers.subject import nobody, present_id
from portraits.app.reading import Reading, reading
from portraits.engine.workspace import Workspace
from portraits.identity.clean.repairs import FLAGS, REPAIRS
from portraits.vocabulary.errors import BadInput, NotFound, nearest
from portraits.vocabulary.phrase import say
from portraits.vocabulary.table import Column
from portraits.vocabulary.tables import TABLES
from portraits.vocabulary.text import Text

SHOWN = 20  # values that are shown of one repair
COLUMNS = {column.name: column for column in TABLES["people"].columns}


@dataclass(frozen=True)
class Note:
    """What was done to a value (repair), or what is to be known about it (flag)."""

    name: str
    said: Text
    kind: Literal["repair", "flag"]


@dataclass(frozen=True)
class Count:
    """How many records have a value of a field with this note; `unusable` of them nothing could be made of."""

    column: Column
    note: Note
    records: int
    unusable: int


@dataclass(frozen=True)
class Repaired:
    """One value: as it was written, and as it is compared; personal ones masked, empty where nothing is left."""

    record_id: str
    source: str
    column: Column
    raw: str
    clean: str
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Repairs:
    """What cleaning did, the most frequent first; `repaired` of so many records have a value with a note."""

    counts: tuple[Count, ...]
    records: int
    repaired: int
    as_of: datetime
    run: int


@dataclass(frozen=True)
class RepairedValues:
    """Values with what cleaning did to them: those of one customer, or some of those that have one note."""

    values: tuple[Repaired, ...]
    total: int
    as_of: datetime
    run: int


def repairs(workspace: Workspace) -> Repairs:
    """What cleaning did to the values of all records; NotFound where the run has cleaned nothing."""
    with reading(workspace) as run:
        _cleaned(run)
        return _repairs(run)


def repaired_values(workspace: Workspace, field: str, note: str) -> RepairedValues:
    """Some of the values of a field that have a repair or a flag, those of the smallest records first."""
    if field not in COLUMNS:
        raise BadInput(say("people has no field {name}.", name=field), nearest(field, COLUMNS))
    if note not in REPAIRS and note not in FLAGS:
        raise BadInput(say("There is no repair {name}.", name=note), nearest(note, [*REPAIRS, *FLAGS]))
    with reading(workspace) as run:
        _cleaned(run)
        where = "r.field = $field AND list_contains(string_split(r.repairs || ',' || r.flags, ','), $note)"
        chosen = {"field": field, "note": note}
        [(total,)] = run.rows(f"SELECT count(*) FROM people_repairs r WHERE {where}", chosen)
        values = tuple(_values(run, f"{where} ORDER BY r.record_id LIMIT {SHOWN}", chosen))
        return RepairedValues(values, total, run.as_of, run.run.info.number)


def customer_repairs(workspace: Workspace, customer_id: str) -> RepairedValues:
    """What cleaning did to the values of a customer's records; an id that it had before will do."""
    with reading(workspace) as run:
        customer = present_id(run, customer_id)
        if not customer:
            raise nobody(customer_id)
        values: tuple[Repaired, ...] = ()
        if "people_repairs" in run.columns:
            mine = "r.record_id IN (SELECT record_id FROM identity_links WHERE customer_id = $customer)"
            values = tuple(_values(run, f"{mine} ORDER BY r.record_id, r.field", {"customer": customer}))
        return RepairedValues(values, len(values), run.as_of, run.run.info.number)


@lru_cache(maxsize=8)
def _repairs(run: Reading) -> Repairs:
    """A reading is equal to itself alone, and a run never changes: counted once."""
    rows = run.rows(_COUNTED)
    [(records,)] = run.rows("SELECT count(*) FROM people_clean")
    [(repaired,)] = run.rows("SELECT count(DISTINCT record_id) FROM people_repairs")
    counts = tuple(Count(COLUMNS[field], note_of(name), n, lost) for field, name, n, lost in rows)
    return Repairs(counts, records, repaired, run.as_of, run.run.info.number)


# A value may have several notes; each is counted.
_COUNTED = """
    SELECT field, note, count(DISTINCT record_id) AS records, count(DISTINCT record_id) FILTER (clean IS NULL)
    FROM (SELECT field, record_id, clean, unnest(string_split(repairs || ',' || flags, ',')) AS note
        FROM people_repairs)
    WHERE note <> '' GROUP BY field, note ORDER BY records DESC, field, note"""


def _cleaned(run: Reading) -> None:
    if "people_repairs" not in run.columns:
        what = say("The published run has not cleaned any records.")
        raise NotFound(what, say('Let records be matched: by = "match" in [settings.identity], then build.'))


def _values(run: Reading, where: str, chosen: dict[str, str]) -> Iterator[Repaired]:
    sql = f"""SELECT r.record_id, coalesce(p.source, ''), r.field, r.raw, r.clean, r.repairs, r.flags
        FROM people_repairs r LEFT JOIN people_clean p USING (record_id) WHERE {where}"""
    for record, source, field, raw, clean, done, flags in run.rows(sql, chosen):
        column = COLUMNS[field]
        notes = tuple(note_of(name) for name in f"{done},{flags}".split(",") if name)
        yield Repaired(record, source, column, _open(column, raw), _open(column, clean), notes)


def note_of(name: str) -> Note:
    """A repair or a flag by its name."""
    return Note(name, REPAIRS[name], "repair") if name in REPAIRS else Note(name, FLAGS[name], "flag")


def _open(column: Column, value: str | None) -> str:
    if value is None:
        return ""
    return masked(column.name, value) if column.personal else value
