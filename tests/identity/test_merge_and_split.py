"""Merge and split: whatever people decide and take back, no record is lost or in two customers, and ids come back."""

from __future__ import annotations

from itertools import pairwise, product

from hypothesis import given, settings
from hypothesis import strategies as st

from portraits.engine.deciding import ordered
from portraits.identity.deciding import decided
from tests.identity.test_ids import State, _next

RECORDS = "abcdef"
Pair = tuple[str, str]


def _built(state: State, together: set[Pair], apart: set[Pair], found: dict[str, str]) -> State:
    return _next(state, {**found, **decided(found, together, apart)})


def _groups(state: State) -> set[frozenset[str]]:
    groups: dict[str, set[str]] = {}
    for record, customer in state.links.items():
        groups.setdefault(customer, set()).add(record)
    return set(map(frozenset, groups.values()))


clusterings = st.lists(st.sampled_from("xyz"), min_size=len(RECORDS), max_size=len(RECORDS)).map(
    lambda names: dict(zip(RECORDS, names, strict=True))
)


@settings(max_examples=60, deadline=None)
@given(found=clusterings, data=st.data())
def test_a_merge_and_its_undoing_give_back_the_same_customers_with_the_same_ids(
    found: dict[str, str], data: st.DataObject
) -> None:
    first = _built(State(), set(), set(), found)
    one, other = data.draw(st.sampled_from(RECORDS)), data.draw(st.sampled_from(RECORDS))
    if one == other:
        return
    merged = _built(first, {ordered(one, other)}, set(), found)
    assert merged.links[one] == merged.links[other]
    assert set(merged.links) == set(RECORDS)
    back = _built(merged, set(), set(), found)
    assert back.links == first.links
    assert back.leads == {}


@settings(max_examples=40, deadline=None)
@given(found=clusterings, data=st.data())
def test_a_split_parts_just_these_records_and_a_merge_undoes_it(found: dict[str, str], data: st.DataObject) -> None:
    first = _built(State(), set(), set(), found)
    large = sorted(sorted(group) for group in _groups(first) if len(group) > 1)
    if not large:
        return
    records = data.draw(st.sampled_from(large))
    leave = data.draw(st.lists(st.sampled_from(records), unique=True, min_size=1, max_size=len(records) - 1))
    stay = [each for each in records if each not in leave]
    apart = {ordered(*pair) for pair in product(stay, leave)}
    together = {pair for side in (stay, sorted(leave)) for pair in pairwise(side)}
    parted = _built(first, together, apart, found)
    assert _groups(parted) == (_groups(first) - {frozenset(records)}) | {frozenset(stay), frozenset(leave)}
    assert first.links[records[0]] in {parted.links[stay[0]], parted.links[leave[0]]}
    whole = _built(parted, {ordered(stay[0], leave[0])}, set(), found)
    assert whole.links == first.links


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(clusterings, min_size=2, max_size=5))
def test_the_journal_replays_to_the_state_and_every_old_id_leads_to_its_records(steps: list[dict[str, str]]) -> None:
    state, told = State(), {record: record for record in RECORDS}
    for found in steps:
        state = _next(state, found)
        for _, customer, _, records in sorted(state.changes, key=str):
            told.update(dict.fromkeys(records, customer))
        assert told == state.links
        assert len(_groups(state)) == len(set(found.values()))
        living = set(state.links.values())
        assert set(state.leads.values()) <= living
        assert not set(state.leads) & living
