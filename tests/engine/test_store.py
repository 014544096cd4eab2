"""The store: durable, one writer at a time, brought up to date when it is opened."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from portraits.engine import schema
from portraits.engine import store as module
from portraits.engine.audit import Entry, entries, note
from portraits.engine.batches import Batch, all_batches, batch, mark_undone, next_batch, record
from portraits.engine.schema import MIGRATIONS
from portraits.engine.store import Store
from portraits.vocabulary.errors import BadInput, NotFound

AT = datetime(2026, 3, 1, 9, 30)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "store.sqlite") as opened:
        yield opened


DONE = Entry(AT, "ann", "load", "a batch")


def a_batch(number: int, label: str = "a.csv", parent: int | None = None) -> Batch:
    facts = {"encoding": "utf-8"}
    return Batch(number, "till", label, f"hash{number}", 10, 9, 1, AT, "ann", columns={"x": "raw"}, facts=facts,
                 mappings=["lines"], parent=parent)  # fmt: skip


def counting(store: Store) -> list[int]:
    return [each.id for each in all_batches(store) if each.counts]


def test_a_recorded_batch_reads_back_as_it_was(store: Store) -> None:
    assert next_batch(store) == 1
    record(store, a_batch(1), DONE)
    assert batch(store, 1) == a_batch(1)
    assert batch(store, 1).name == "000001"
    assert next_batch(store) == 2
    assert all_batches(store, "till") == [a_batch(1)]
    assert all_batches(store, "crm") == []
    with pytest.raises(NotFound, match="no batch 7"):
        batch(store, 7)


def test_a_batch_whose_rows_do_not_add_up_is_not_recorded(store: Store) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        record(store, replace(a_batch(1), rows_rejected=2), DONE)
    assert all_batches(store) == []


def test_a_newer_state_takes_the_place_of_the_older_with_its_replays(store: Store) -> None:
    record(store, a_batch(1), DONE)
    record(store, a_batch(2, parent=1), DONE)
    record(store, a_batch(3), DONE, replaces=[1])
    assert counting(store) == [3]
    assert mark_undone(store, 3, DONE) == [3]
    assert counting(store) == [1, 2]


def test_undoing_takes_replayed_rows_along_and_happens_once(store: Store) -> None:
    record(store, a_batch(1), DONE)
    record(store, a_batch(2, parent=1), DONE)
    assert mark_undone(store, 1, DONE) == [1, 2]
    assert mark_undone(store, 1, DONE) == []
    assert counting(store) == []
    assert [each.status for each in all_batches(store)] == ["undone", "undone"]
    assert entries(store) == [DONE, DONE, DONE]  # two loads, one undo


def test_undoing_one_in_the_middle_leaves_the_newest(store: Store) -> None:
    record(store, a_batch(1), DONE)
    record(store, a_batch(2), DONE, replaces=[1])
    record(store, a_batch(3), DONE, replaces=[2])
    mark_undone(store, 2, DONE)
    assert counting(store) == [3]
    mark_undone(store, 3, DONE)
    assert counting(store) == [1]


def test_the_trail_is_kept_in_order(store: Store) -> None:
    done = [Entry(AT, "ann", "load", "batch 1", {"rows": 9}), Entry(AT, "bob", "undo", "batch 1")]
    for entry in done:
        note(store, entry)
    assert entries(store) == done


def test_the_file_is_durable_and_strict(store: Store) -> None:
    with store.reading() as connection:
        found = {
            pragma: connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_what_fails_leaves_nothing(store: Store) -> None:
    def half() -> None:
        with store.writing() as connection:
            connection.execute(sa.text("INSERT INTO schema_version VALUES (99)"))
            connection.execute(sa.text("CREATE TABLE extra (x INTEGER)"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT max(version) FROM schema_version")).scalar() == len(MIGRATIONS)
        assert not sa.inspect(connection).has_table("extra")


def test_many_threads_write_without_losing_an_entry(store: Store) -> None:
    def write(name: str) -> None:
        for number in range(10):
            note(store, Entry(AT, name, "count", str(number)))

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries(store)) == 40


def test_the_tables_are_what_the_migrations_made(store: Store) -> None:
    with store.reading() as connection:
        inspector = sa.inspect(connection)
        tables = [each for each in vars(schema).values() if isinstance(each, sa.TableClause)]
        assert {*inspector.get_table_names()} == {"schema_version", *(table.name for table in tables)}
        for table in tables:
            made = [column["name"] for column in inspector.get_columns(table.name)]
            assert made == [column.name for column in table.columns]


def test_a_store_is_migrated_once_and_a_newer_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add = ("CREATE TABLE added (x INTEGER)",)
    path = tmp_path / "store.sqlite"
    for migrations in (MIGRATIONS, (*MIGRATIONS, add), (*MIGRATIONS, add)):
        monkeypatch.setattr(module, "MIGRATIONS", migrations)
        with Store.open(path) as store, store.reading() as connection:
            versions = list(connection.execute(sa.text("SELECT version FROM schema_version")).scalars())
        assert versions == list(range(1, len(migrations) + 1))
    monkeypatch.setattr(module, "MIGRATIONS", MIGRATIONS)
    with pytest.raises(BadInput, match="newer version"):
        Store.open(path)


def test_only_postgresql_may_stand_in_for_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="cannot be kept in mysql"):
        Store.open(tmp_path / "s", "mysql://host/db")
    monkeypatch.setenv("STORE", "no address")
    with pytest.raises(BadInput, match="cannot be read"):
        Store.open(tmp_path / "s", "$STORE")
