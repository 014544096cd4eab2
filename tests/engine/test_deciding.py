"""Deciding: acts are whole, the newest about a pair stands, and any can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from portraits.engine.audit import Entry, entries
from portraits.engine.deciding import Decision, Verdict, decide_all, decided, ordered, withdraw
from portraits.engine.store import Store
from portraits.vocabulary.errors import NotFound, Refused

NOW = datetime(2026, 3, 1)
ENTRY = Entry(NOW, "li", "decide", "identity")


def _decision(one: str, other: str, verdict: Verdict = "link") -> Decision:
    return Decision(*ordered(one, other), verdict, "same face", "li", NOW)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.sqlite") as opened:
        yield opened


def test_an_act_holds_its_pairs_with_the_smaller_record_first(store: Store) -> None:
    assert decide_all(store, [_decision("b", "a"), _decision("c", "a")], ENTRY) == 1
    assert decide_all(store, [_decision("x", "y", "apart")], ENTRY) == 2
    assert [(each.act, each.pair, each.verdict) for each in decided(store)] == [
        (1, ("a", "b"), "link"),
        (1, ("a", "c"), "link"),
        (2, ("x", "y"), "apart"),
    ]
    assert len(entries(store)) == 2


def test_the_newest_decision_about_a_pair_stands_alone(store: Store) -> None:
    decide_all(store, [_decision("a", "b")], ENTRY)
    decide_all(store, [_decision("a", "b", "apart")], ENTRY)
    assert [(each.verdict, each.stands) for each in decided(store)] == [("link", False), ("apart", True)]


def test_an_act_is_taken_back_once(store: Store) -> None:
    act = decide_all(store, [_decision("a", "b"), _decision("a", "c")], ENTRY)
    assert len(withdraw(store, act, ENTRY)) == 2
    assert not any(each.stands for each in decided(store))
    with pytest.raises(Refused):
        withdraw(store, act, ENTRY)
    with pytest.raises(NotFound):
        withdraw(store, 99, ENTRY)
