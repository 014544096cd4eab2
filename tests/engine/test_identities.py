"""Identities: rows of a build count once it is published, and replay to the same state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from portraits.engine.identities import Change, Kind, changes_of, last, replayed, settle, stage
from portraits.engine.store import Store

NOW = datetime(2026, 3, 1)


def _change(kind: Kind, customers: list[str], records: list[str]) -> Change:
    return Change(kind, customers, records, NOW, "build", {"links": []})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def test_rows_count_once_their_build_is_published(store: Store) -> None:
    assert stage(store, [_change("create", ["a"], ["a", "b"])], 1, "one") == 1
    assert stage(store, [], 1, "none") == 0
    assert (last(store), replayed(store), changes_of(store, ["a"])) == (0, {}, [])
    settle(store, ["one"])
    assert (last(store), replayed(store)) == (1, {"a": "a", "b": "a"})


def test_rows_of_a_build_that_was_killed_are_gone(store: Store) -> None:
    stage(store, [_change("create", ["a"], ["a", "b"])], 1, "one")
    settle(store, ["one"])
    stage(store, [_change("split", ["b", "a"], ["b"])], 2, "killed")
    settle(store, ["one"])
    settle(store, ["one", "killed"])
    assert replayed(store) == {"a": "a", "b": "a"}


def test_the_journal_replays_and_tells_of_customers_and_records(store: Store) -> None:
    stage(store, [_change("create", ["a"], ["a", "b"]), _change("merge", ["a", "c"], ["c"])], 1, "one")
    stage(store, [_change("split", ["b", "a"], ["b"])], 2, "two")
    settle(store, ["one", "two"])
    assert replayed(store) == {"a": "a", "b": "b", "c": "a"}
    assert [each.kind for each in changes_of(store, ["b"])] == ["create", "split"]
    assert [(each.kind, each.run) for each in changes_of(store, ["c", "a"])] == [
        ("create", 1),
        ("merge", 1),
        ("split", 2),
    ]
