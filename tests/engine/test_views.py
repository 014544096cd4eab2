"""Views in the store: one a name and page, the newer in the place of the older, each change in the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from portraits.engine.audit import Entry, entries
from portraits.engine.store import Store
from portraits.engine.views import View, drop, keep, kept

AT = datetime(2026, 3, 1, 9, 30)
DONE = Entry(AT, "ann", "save view", "sleepers")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "store.sqlite") as opened:
        yield opened


def a_view(name: str = "sleepers", **state: object) -> View:
    return View(name, "ann", AT, state)


def test_a_view_reads_back_as_it_was(store: Store) -> None:
    view = a_view("欧阳's “best”", rule="recency_days > 3", columns=["gender", "rfm_r"])
    keep(store, "customers", view, DONE)
    assert kept(store, "customers") == [view]
    assert [each.action for each in entries(store)] == ["save view"]


def test_a_newer_view_takes_the_place_of_the_older_of_its_name(store: Store) -> None:
    keep(store, "customers", a_view(rule="a"), DONE)
    keep(store, "customers", a_view(rule="b"), DONE)
    assert [view.state for view in kept(store, "customers")] == [{"rule": "b"}]


def test_views_stand_in_the_order_of_their_names_and_each_page_has_its_own(store: Store) -> None:
    for name in ("b", "a"):
        keep(store, "customers", a_view(name), DONE)
    keep(store, "tags", a_view("c"), DONE)
    assert [view.name for view in kept(store, "customers")] == ["a", "b"]
    assert [view.name for view in kept(store, "tags")] == ["c"]


def test_a_view_that_is_not_there_cannot_be_dropped_and_leaves_no_trace(store: Store) -> None:
    keep(store, "customers", a_view(), DONE)
    assert not drop(store, "customers", "nothing", DONE)
    assert not drop(store, "tags", "sleepers", DONE)
    assert drop(store, "customers", "sleepers", DONE)
    assert kept(store, "customers") == []
    assert len(entries(store)) == 2
