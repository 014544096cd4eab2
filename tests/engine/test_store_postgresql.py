"""The store on a PostgreSQL server: the same promises as in a file."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from portraits.engine.audit import Entry, entries, note
from portraits.engine.batches import all_batches, batch, mark_undone, record
from portraits.engine.store import Store
from tests.engine.test_store import AT, DONE, a_batch, counting
from tests.sources.test_database import postgres

__all__ = ["postgres"]  # the server of the other tests serves here too


@pytest.fixture
def store(postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store on the server, its password taken from the environment."""
    monkeypatch.setenv("PORTRAITS_TEST_PASSWORD", "any")
    return Store.open(tmp_path / "unused.sqlite", postgres.replace("postgresql://", "postgresql+psycopg://"))


def test_batches_and_the_trail_are_kept_on_the_server(store: Store, postgres: str, tmp_path: Path) -> None:
    record(store, a_batch(1), DONE)
    record(store, a_batch(2), DONE, replaces=[1])
    assert batch(store, 1).facts == {"encoding": "utf-8"}
    assert counting(store) == [2]
    mark_undone(store, 2, DONE)
    assert counting(store) == [1]
    before = len(entries(store))
    store.close()
    with Store.open(tmp_path / "unused.sqlite", postgres) as again:
        assert [each.id for each in all_batches(again)] == [1, 2]

        def write(name: str) -> None:
            for number in range(10):
                note(again, Entry(AT, name, "count", str(number)))

        threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(entries(again)) == before + 40
    assert not (tmp_path / "unused.sqlite").exists()
