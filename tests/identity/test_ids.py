"""Ids: they stay with customers while records come, go, join and part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa

from portraits.engine.warehouse import Warehouse
from portraits.identity.ids import id_steps

NOW = datetime(2026, 3, 1)


@dataclass
class State:
    """What one run leaves to the next."""

    links: dict[str, str] = field(default_factory=dict)
    ids: list[tuple[str, str, datetime]] = field(default_factory=list)
    changes: set[tuple[str, str, str | None, tuple[str, ...]]] = field(default_factory=set)
    day: int = 0

    @property
    def leads(self) -> dict[str, str]:
        """Old id -> customer."""
        return {id: customer for id, customer, _ in self.ids if id != customer}


def _table(names: str, rows: list[tuple[object, ...]], *kinds: pa.DataType) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(kinds)
    return pa.table({n: pa.array(c, k) for n, c, k in zip(names.split(), columns, kinds, strict=True)})


def _next(before: State, clusters: Mapping[str, str]) -> State:
    """One more run: clusters such as {"a": "ab", "b": "ab"}, record -> any name of its cluster."""
    text, moment = pa.string(), pa.timestamp("us")
    found = [(record, "crm", cluster, "model") for record, cluster in clusters.items()]
    with Warehouse.create(threads=1) as warehouse:
        warehouse.register("identity_found", _table("record_id source cluster method", list(found), *[text] * 4))
        warehouse.register("identity_known", _table("record_id customer_id", list(before.links.items()), text, text))
        warehouse.register("identity_known_ids", _table("id customer_id born", list(before.ids), text, text, moment))
        ties = _table("left_id right_id weight method", [("a", "b", 7.5, "model")], text, text, pa.float64(), text)
        warehouse.register("identity_ties", ties)
        warehouse.run(id_steps(NOW + timedelta(days=before.day)))
        links = dict(warehouse.rows("SELECT record_id, customer_id FROM identity_links"))
        changes = warehouse.rows("SELECT kind, customer_id, before, records FROM identity_changes")
        ids = warehouse.rows("SELECT id, customer_id, born FROM customer_ids")
    return State(links, ids, {(*rest, tuple(records)) for *rest, records in changes}, before.day + 1)


def _run(*steps: Mapping[str, str]) -> State:
    state = State()
    for clusters in steps:
        state = _next(state, clusters)
    return state


ALONE = {"a": "a", "b": "b", "c": "c"}
JOINED = {"a": "x", "b": "x", "c": "c"}


def test_at_first_a_customer_is_named_after_its_smallest_record() -> None:
    state = _run(JOINED)
    assert state.links == {"a": "a", "b": "a", "c": "c"}
    assert state.changes == {("create", "a", None, ("a", "b"))}


def test_building_again_changes_nothing() -> None:
    state = _run(JOINED, {"a": "other", "b": "other", "c": "name"})
    assert state.links == {"a": "a", "b": "a", "c": "c"}
    assert not state.changes


def test_a_smaller_record_that_joins_does_not_rename_the_customer() -> None:
    state = _run({"b": "b", "c": "c"}, {"a": "x", "b": "x", "c": "c"})
    assert state.links == {"a": "b", "b": "b", "c": "c"}
    assert state.changes == {("assign", "b", None, ("a",))}


def test_of_two_that_become_one_the_older_lives_on_and_the_other_leads_to_it() -> None:
    state = _run({"b": "b"}, {"a": "a", "b": "b"}, {"a": "x", "b": "x"})
    assert state.links == {"a": "b", "b": "b"}
    assert state.leads == {"a": "b"}
    assert state.changes == {("merge", "b", "a", ("a",))}


def test_one_that_comes_apart_again_has_the_ids_of_before() -> None:
    state = _run(ALONE, JOINED, ALONE)
    assert state.links == {"a": "a", "b": "b", "c": "c"}
    assert state.leads == {}
    assert state.changes == {("split", "b", "a", ("b",))}


def test_an_id_that_led_elsewhere_comes_back_before_a_younger_one_that_stayed() -> None:
    apart = {"a": "a", "b": "b", "c": "b", "d": "d"}
    state = _run(apart, {"a": "x", "b": "x", "c": "c", "d": "d"}, apart)
    assert state.links == {"a": "a", "b": "b", "c": "b", "d": "d"}
    assert state.leads == {"c": "b"}
    assert state.changes == {("split", "b", "a", ("b",)), ("merge", "b", "c", ("c",))}


def test_ids_born_long_ago_keep_their_age_through_a_merge() -> None:
    state = _run({"b": "b"}, {"a": "a", "b": "b"}, {"a": "x", "b": "x"}, {"a": "a", "b": "b"}, {"a": "x", "b": "x"})
    assert state.links == {"a": "b", "b": "b"}


def test_an_id_lives_on_when_its_record_is_gone_and_is_not_given_twice() -> None:
    state = _run(JOINED, {"b": "b", "c": "c"})
    assert state.links == {"b": "a", "c": "c"}
    assert not state.changes
    again = _next(state, {"a": "a", "b": "b", "c": "c"})
    assert again.links["b"] == "a"
    assert again.links["a"].startswith("a~")
    assert len(set(again.links.values())) == 3


def test_an_id_whose_records_are_all_gone_leads_nowhere() -> None:
    assert [id for id, *_ in _run(ALONE, {"a": "a"}).ids] == ["a"]


def test_ids_lead_on_through_two_merges() -> None:
    state = _run(ALONE, JOINED, dict.fromkeys("abc", "x"))
    assert state.leads == {"b": "a", "c": "a"}
    assert state.links == dict.fromkeys("abc", "a")
